"""Card numbers as a list spells them, read with one of the profiles of readers."""

from functools import partial

from hardware.ports import CardSeen
from hardware.profiles import profile_named, read_number
from kiosk.errors import BadInput
from kiosk.roster.rows import CardNumber, ReadCard


def card_reader(profile: str) -> ReadCard:
    """What reads card numbers as that profile spells them. Raises BadInput: there is none."""
    try:
        profile_named(profile)
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    return partial(_read_card, profile)


def _read_card(profile: str, text: str) -> CardNumber:
    kind, number = read_number(profile, text)
    if CardSeen(number, kind=kind).is_random:
        raise ValueError("it is made up anew at each tap: a phone, or a card that hides")
    return kind, number
