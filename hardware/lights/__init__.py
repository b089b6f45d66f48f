"""The kiosk's lamp and buzzer, and the cubbies' lamps, on a Raspberry Pi's own header."""
