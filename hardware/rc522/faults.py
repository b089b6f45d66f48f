"""What can be wrong with an exchange, as values to raise and to count."""

from enum import StrEnum


class Cause(StrEnum):
    """Why an answer was dropped. A technician reads these: the first five are a card's or the
    air's, the rest the chip's, the bus's or another radio's."""

    BCC = "wrong check byte of a UID"
    SAK = "wrong check bytes of a selection"
    PARITY = "wrong parity"
    FRAMING = "broken frame"
    UNCONFIRMED = "not confirmed by a second selection"
    COLLISION = "collision out of place"
    LENGTH = "more bytes than a card sends"
    LEVELS = "no such UID"
    TIME = "the poll's time was up"
    BUS = "byte disturbed on its way from the chip"


class NoAnswer(Exception):
    """The chip's timer ran out: no card answered."""


class BadAnswer(Exception):
    """Something answered, and it cannot be made sense of."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class BadFrame(BadAnswer):
    """It was broken when the chip received it, or on its way from the chip."""


class BadCheck(BadAnswer, ValueError):
    """It came whole, and its check bytes do not fit: what was received is nobody's."""
