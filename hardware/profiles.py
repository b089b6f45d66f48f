"""How readers and lists spell a card's number, and what a spelling says of the card. Pure.

One card has many numbers. That with the UID 94 6E BD 28 is, by profile:

==========  ============  ===========================================================
hex         946EBD28
hex-rev     28BD6E94      the bytes back to front
dec         2490285352
dec-rev     0683503252    with or without the zero
bcc-dec     637513050223  as the Python class SimpleMFRC522 has it, check byte included
cl1         946EBD28      by a reader that goes no further than the first cascade level: of
                          04C43BC21C2680 it makes 8804C43B
w26         110,48424     facility code and card number, as on a 26-bit Wiegand line
w26-rev     189,28308
dec24       7257384       the same three bytes in one
dec24-rev   12414612
dec32       2490285352    the low four bytes, of a longer UID too
dec32-rev   0683503252
hex32       946EBD28
hex32-rev   28BD6E94
==========  ============  ===========================================================

A number that says the whole UID has the kind of its card: ``iso14443a`` for 4, 7 or 10 bytes,
``em4100`` for 5. One that lost bits on its way is a *claim*: its kind is ``claim:`` and the name
of what is left, and every card whose ``claims`` have it could be meant. What was cut in the same
way is the same claim however it is spelled: dec24 makes claims of w26, hex32 of dec32.

``dec32`` is what is printed on most 125 kHz cards, and typed by most readers of them: the low
four of their five bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardware.spellings import (
    CHECKED,
    DECIMAL,
    HEX,
    PARTS,
    TRY_ANOTHER,
    BadNumber,
    Notation,
    tidy,
)

__all__ = [
    "PROFILES",
    "BadNumber",
    "claims",
    "infer",
    "kind_of",
    "profile_named",
    "read_number",
    "spell",
]

CardNumber = tuple[str, bytes]

_KIND = {4: "iso14443a", 5: "em4100", 7: "iso14443a", 10: "iso14443a"}
_CLAIM = {3: "w26", 4: "dec32"}
_CASCADE_TAG = 0x88  # ISO 14443-3, 6.5.4: no whole UID of four bytes begins so


@dataclass(frozen=True, slots=True)
class Profile:
    """One way of a reader or a list: a notation of all bytes or of the low three or four
    (``keeps``), back to front or not, of the first cascade level or of the whole UID."""

    notation: Notation
    is_reversed: bool = False
    keeps: int | None = None
    is_first_level: bool = False

    def read(self, text: str) -> CardNumber:
        """What a tidy text says. Raises BadNumber."""
        number = self.notation.read(text, 4 if self.is_first_level else self.keeps)
        if self.keeps is not None:
            return _cut(number, self.is_reversed)
        uid = number[::-1] if self.is_reversed else number
        if len(uid) == 4 and uid[0] == _CASCADE_TAG:
            return _first_level_only(uid)
        return kind_of(uid), uid

    def spell(self, uid: bytes) -> str:
        """The number of a UID."""
        number = _first_level(uid) if self.is_first_level else uid
        number = number[::-1] if self.is_reversed else number
        return self.notation.write(number[-self.keeps :] if self.keeps else number)


# Those that lose nothing first.
PROFILES: Mapping[str, Profile] = {
    "hex": Profile(HEX),
    "hex-rev": Profile(HEX, is_reversed=True),
    "dec": Profile(DECIMAL),
    "dec-rev": Profile(DECIMAL, is_reversed=True),
    "bcc-dec": Profile(CHECKED),
    "cl1": Profile(HEX, is_first_level=True),
    "w26": Profile(PARTS, keeps=3),
    "w26-rev": Profile(PARTS, keeps=3, is_reversed=True),
    "dec24": Profile(DECIMAL, keeps=3),
    "dec24-rev": Profile(DECIMAL, keeps=3, is_reversed=True),
    "dec32": Profile(DECIMAL, keeps=4),
    "dec32-rev": Profile(DECIMAL, keeps=4, is_reversed=True),
    "hex32": Profile(HEX, keeps=4),
    "hex32-rev": Profile(HEX, keeps=4, is_reversed=True),
}


def read_number(profile: str, text: str) -> CardNumber:
    """What ``text`` says of a card: the kind, and the bytes of the UID it leaves, UID0 first.
    A claim has its bytes in the order of the number.

    Spaces around it, an apostrophe before it and the case of letters do not matter. In hex,
    bytes may be parted by spaces, colons, hyphens or full stops, and the count of digits gives
    the length: 8, 10, 14 or 20. Lost zeros are not made up for, as nobody knows how many there
    were. In decimal, zeros before it do not matter, except that a number padded to 10, 13, 17 or
    25 digits has 4, 5, 7 or 10 bytes; any other has the fewest of these that hold its value. So
    an unpadded number of a 7-byte UID with two zero bytes in front (dec-rev: at the end) is read
    as one of 5 bytes. A 4-byte number that begins with the cascade tag 88 is no whole UID: it is
    a claim by three bytes, except in bcc-dec, where it is refused.

    Raises:
        BadNumber: it is no number of that profile; the message says why and what to do.
        ValueError: there is no such profile.
    """
    kind, number = profile_named(profile).read(tidy(text))
    if not any(number):
        raise BadNumber("The number is zero, which no card has: look for an empty cell.")
    if profile == "bcc-dec" and kind == "claim:cl1":
        raise BadNumber(
            "SimpleMFRC522 kept three of the seven bytes of this card: enrol it by a tap."
        )
    return kind, number


def spell(profile: str, uid: bytes) -> str:
    """The number of the card with that UID. A decimal is padded where that tells its length.

    Raises:
        BadNumber: a card with so many bytes has no number of that profile.
        ValueError: there is no such profile, or no UID has so many bytes.
    """
    chosen, kind = profile_named(profile), kind_of(uid)
    if profile == "bcc-dec" and (len(uid) != 4 or uid[0] == _CASCADE_TAG):
        raise BadNumber("SimpleMFRC522 tells cards with four bytes apart, and no others.")
    if profile == "cl1" and kind != "iso14443a":
        raise BadNumber(f"A 125 kHz card has no cascade levels: {TRY_ANOTHER}.")
    return chosen.spell(uid)


def kind_of(uid: bytes) -> str:
    """The kind of a whole UID, by its length. Raises ValueError: no UID has so many bytes."""
    try:
        return _KIND[len(uid)]
    except KeyError:
        raise ValueError(f"a UID has 4, 5, 7 or 10 bytes, not {len(uid)}") from None


def claims(uid: bytes) -> frozenset[CardNumber]:
    """Everything that a number which lost bits may say of the card with that UID.

    Raises:
        ValueError: no UID has so many bytes.
    """
    kind = kind_of(uid)
    found = {
        _cut(number[-keeps:], is_reversed)
        for is_reversed, number in ((False, uid), (True, uid[::-1]))
        for keeps in _CLAIM
    }
    first = _first_level(uid)
    if kind == "iso14443a" and first[0] == _CASCADE_TAG:
        found.add(_first_level_only(first))
    return frozenset(found)


def infer(examples: Sequence[tuple[bytes, str]]) -> tuple[str, ...]:
    """The profiles that explain every example: a whole UID, and its number as somebody spells it.

    Those by which every number says the whole UID come alone, if there are any. ``cl1`` stands
    for ``hex`` where an example shows that the first level alone is read. More than one: a
    further card will tell. None: there is no example, or a number is of another card.

    Raises:
        ValueError: no UID has so many bytes.
    """
    known = [(text, {(kind_of(uid), uid)}, claims(uid)) for uid, text in examples]
    if not known:
        return ()
    exact = [p for p in PROFILES if all(_says(p, text) in whole for text, whole, _ in known)]
    if exact:
        return tuple(name for name in exact if name != "cl1")
    fits = [p for p in PROFILES if all(_says(p, text) in whole | cut for text, whole, cut in known)]
    return tuple(name for name in fits if name != "hex" or "cl1" not in fits)


def _says(profile: str, text: str) -> CardNumber | None:
    try:
        return read_number(profile, text)
    except BadNumber:
        return None


def profile_named(name: str) -> Profile:
    """The profile. Raises ValueError: there is none of that name; the message names them all."""
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(PROFILES)
        raise ValueError(f"There is no such card profile; there are {known}.") from None


def _first_level(uid: bytes) -> bytes:
    """What a card sends on its first cascade level (ISO 14443-3, 6.5.4)."""
    return uid if len(uid) == 4 else bytes([_CASCADE_TAG]) + uid[:3]


def _first_level_only(first: bytes) -> CardNumber:
    return "claim:cl1", first[1:]


def _cut(number: bytes, is_reversed: bool) -> CardNumber:
    return f"claim:{_CLAIM[len(number)]}{'-rev' if is_reversed else ''}", number
