"""Numbers in addresses and forms: plain digits, and never so many that they are work."""

from werkzeug.routing import IntegerConverter, ValidationError

LONGEST = 15  # digits; no sequence number and no cubby has more


class ShortInteger(IntegerConverter):
    """A whole number in an address; a longer one finds no page."""

    def to_python(self, value: str) -> int:
        """The number."""
        number = whole_number(value)
        if number is None:
            raise ValidationError
        return number


def whole_number(text: str) -> int | None:
    """The number, from 0; None where it is none of ours."""
    if len(text) <= LONGEST and text.isascii() and text.isdecimal():
        return int(text)
    return None
