"""PINs: what a new one has to be. They are hashed and verified as passwords are."""

MIN_DIGITS, MAX_DIGITS = 4, 8
_ROWS = ("0123456789012345", "9876543210987654")


def pin_fault(pin: str) -> str | None:
    """What is wrong with a new PIN, in a sentence; None if it may be used."""
    if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        return f"A PIN has {MIN_DIGITS} to {MAX_DIGITS} digits."
    if len(set(pin)) == 1 or any(pin in row for row in _ROWS):
        return "That is one of the first that somebody would try."
    return None
