"""What a lamp and a buzzer can be asked for, the same for every implementation."""

# A person hears from 20 Hz; lgpio pulses a line at 10 kHz at most (lgpio, tx_pwm).
LOWEST_HZ = 20.0
HIGHEST_HZ = 10_000.0


def check_brightness(brightness: float) -> None:
    """Raises ValueError unless it is from 0 to 1."""
    if not 0 <= brightness <= 1:
        raise ValueError(f"brightness is {brightness}: it must be 0 to 1")


def check_tone(hz: float | None) -> None:
    """Raises ValueError unless it is silence or a tone that can be made."""
    if hz is not None and not LOWEST_HZ <= hz <= HIGHEST_HZ:
        raise ValueError(f"a tone of {hz} Hz: it must be {LOWEST_HZ:.0f} to {HIGHEST_HZ:.0f}")
