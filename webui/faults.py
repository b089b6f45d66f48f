"""What is wrong with a form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form: the field's id, and a sentence."""

    field: str
    words: str
