"""Locks and door switches wired straight to a Raspberry Pi's GPIO header, through gpiozero."""
