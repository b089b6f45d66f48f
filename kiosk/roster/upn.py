"""The check letter of a Unique Pupil Number. Pure.

Source: the Government Data Standards Catalogue, Unique Pupil Number 2.0: a letter, then twelve
digits, or eleven and a letter in a temporary one. The letter is what is left of the sum of all that
follows it, each weighed by its place, divided by 23; the letters I, O and S are not used.
"""

import re

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SHAPE = re.compile(f"[{_LETTERS}][0-9]{{11}}[0-9{_LETTERS}]")


def upn_fault(upn: str) -> str:
    """What is wrong with it, to be read after "upn"; "" for nothing. It is not quoted."""
    if not _SHAPE.fullmatch(upn):
        return "is none: it has a letter, then 12 digits, or 11 and a letter; never I, O or S"
    if check_letter(upn) != upn[0]:
        return "does not fit its own check letter: something in it was mistyped"
    return ""


def check_letter(upn: str) -> str:
    """The letter that a UPN of the right shape begins with, if nothing in it is mistyped."""
    values = (int(c) if c.isdigit() else _LETTERS.index(c) for c in upn[1:])
    return _LETTERS[sum(place * value for place, value in enumerate(values, start=2)) % 23]
