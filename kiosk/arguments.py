"""What the verbs are given, checked: each fault is told in words. And cards as JSON. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from hardware.ports import CardSeen
from hardware.profiles import read_number
from kiosk.errors import BadInput, key_path
from kiosk.model import LONGEST_PART

# Of ISO 14443-A, and the 5 of an EM4100. The hands refuse what their own reader cannot take.
NUMBER_LENGTHS = (4, 5, 7, 10)

# Which arguments each hand on the simulated cabinet takes.
HANDS: Mapping[str, frozenset[str]] = {
    "tap": frozenset({"uid"}),
    "place": frozenset({"uid"}),
    "lift": frozenset({"uid"}),
    "open": frozenset({"cubby"}),
    "close": frozenset({"cubby"}),
    "ajar": frozenset({"cubby"}),
    "fault": frozenset({"part", "name", "on"}),
    "skip": frozenset(),
}


def card_json(card: CardSeen) -> dict[str, Any]:
    """One card as `kiosk card read --json` prints it."""
    return {
        "uid": card.uid.hex().upper(),
        "length": len(card.uid),
        "kind": card.kind,
        "sak": card.sak,
        "atqa": card.atqa.hex().upper(),
        "random": card.is_random,
    }


def argument_faults(wrong: ValidationError) -> str:
    """Every fault of the arguments, each with where it is."""
    faults = (
        f"{key_path(fault['loc'])}: {fault['msg']}"
        for fault in wrong.errors(include_url=False, include_input=False)
    )
    return "; ".join(faults)


def a_day(text: str) -> date | None:
    """The day that a text names; None where it is empty. Raises BadInput."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f'"{text}" is no date: write 2026-03-02') from None


def a_day_to_come(text: str, today: date) -> date:
    """The same, today where it is empty. Raises BadInput for one that is past, too."""
    day = a_day(text) or today
    if day < today:
        raise BadInput(f"{day} is past")
    return day


def a_name(forename: str, surname: str, who: str) -> tuple[str, str]:
    """Both parts of the name of somebody who is on no list. ``who``: "a visitor has", for the
    error. Raises BadInput."""
    first, last = forename.strip(), surname.strip()
    if not all(part and part.isprintable() and len(part) <= LONGEST_PART for part in (first, last)):
        raise BadInput(f"{who} a forename and a surname, of {LONGEST_PART} characters each")
    return first, last


def check_hand(hand: str, given: set[str]) -> None:
    """Raises BadInput unless there is such a hand and it takes what was given."""
    if hand not in HANDS:
        raise BadInput(f'there is no hand "{hand}"; there are {", ".join(HANDS)}')
    if beyond := sorted(given - HANDS[hand]):
        raise BadInput(f"{hand} takes no {', '.join(beyond)}")


def card_key(text: str) -> str:
    """The key of an unknown tap. Raises BadInput."""
    if not re.fullmatch("[0-9a-f]{32}", text):
        raise BadInput("this is no card's key: it has 32 digits, 0-9 and a-f")
    return text


def spelled_number(profile: str, text: str) -> tuple[str, bytes]:
    """The kind and the bytes of a card's number, as that profile spells it. Raises BadInput."""
    try:
        kind, number = read_number(profile, text)
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    if CardSeen(number, kind=kind).is_random:
        raise BadInput(f"{text} is made up anew at each tap: a phone, or a card that hides")
    return kind, number


def card_number(text: str) -> bytes:
    """A card's number from its hex, with or without colons. Raises BadInput."""
    try:
        uid = bytes.fromhex(text.replace(":", "").replace(" ", ""))
    except ValueError:
        raise BadInput(
            f'"{text}" is no card number: write it in hex, as `card read` does'
        ) from None
    if len(uid) not in NUMBER_LENGTHS:
        raise BadInput(f"a card number has 4, 5, 7 or 10 bytes; {text} has {len(uid)}")
    return uid
