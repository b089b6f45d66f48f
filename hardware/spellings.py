"""The ways to write a card's bytes down: hexadecimal, decimal, or in two parts. Pure.

What they mean of a UID is said by ``hardware.profiles``. No error quotes a number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# How many decimals the greatest number of that many bytes has: UIDs of ISO 14443-A have 4, 7 or
# 10 bytes (ISO 14443-3, 6.5.4), those of EM4100 cards 5.
DECIMALS = {4: 10, 5: 13, 7: 17, 10: 25}
_PADDED = {digits: length for length, digits in DECIMALS.items()}
_LONGEST = 64
_ANY_SPACE = " \t\r\n\u00a0\u202f\ufeff"
_HEX = re.compile(r"(?:0X)?((?:[0-9A-F]{2}[-:. ]?)*[0-9A-F]{1,2})")
_DIGITS = re.compile(r"([0-9]+)(\.0+)?")
_PAIR = re.compile(r"([0-9]{1,3}) ?[,;:/-] ?([0-9]{1,5})|([0-9]{3})([0-9]{5})")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+|[0-9]+[.,][0-9]+E[0-9]+")
_EXACT_IN_A_CELL = 15  # significant digits that a spreadsheet keeps of a number
_AS_TEXT = "make the column text in the spreadsheet and export it again"
TRY_ANOTHER = "another card profile may fit, and two known cards tell which"


class BadNumber(ValueError):
    """The text is no card number of that profile, or the card has none. It quotes no number."""


@dataclass(frozen=True, slots=True)
class Notation:
    """``read`` turns a tidy text into bytes: as many as asked for, or as many as it says where
    that is None. ``write`` does the opposite. Both raise BadNumber."""

    read: Callable[[str, int | None], bytes]
    write: Callable[[bytes], str]


def tidy(text: str) -> str:
    """The text in capitals, without what a spreadsheet leaves around it.

    Raises:
        BadNumber: there is nothing, too much, or what a spreadsheet made of a long number.
    """
    bare = text.strip(_ANY_SPACE).removeprefix("'").strip(_ANY_SPACE).upper()
    if not bare:
        raise BadNumber("There is no number.")
    if len(bare) > _LONGEST:
        raise BadNumber("The number is too long for any card: are there two in one cell?")
    if _ROUNDED.fullmatch(bare):
        raise BadNumber(f"A spreadsheet has rounded the number: {_AS_TEXT}.")
    return bare


def bcc(four: bytes) -> int:
    """The check byte of four: all combined by exclusive or (ISO 14443-3, 6.5.3)."""
    check = 0
    for byte in four:
        check ^= byte
    return check


def _read_hex(text: str, length: int | None) -> bytes:
    found = _HEX.fullmatch(text)
    if found is None:
        raise BadNumber(f"The number has other signs than hexadecimal digits: {TRY_ANOTHER}.")
    digits = re.sub("[^0-9A-F]", "", found[1])
    if len(digits) % 2:
        raise BadNumber(
            f"The number has an odd count of hexadecimal digits; if zeros were lost, {_AS_TEXT}."
        )
    if len(digits) // 2 not in ([length] if length else DECIMALS):
        wanted = 2 * length if length else "8, 10, 14 or 20"
        raise BadNumber(
            f"The number has {len(digits)} hexadecimal digits, not {wanted}: {TRY_ANOTHER}."
        )
    return bytes.fromhex(digits)


def _write_hex(number: bytes) -> str:
    return number.hex().upper()


def _read_decimal(text: str, length: int | None) -> bytes:
    value, digits = _value(text)
    if length is None and text.startswith("0") and digits in _PADDED:
        return value.to_bytes(_PADDED[digits])
    for size in [length] if length else DECIMALS:
        if value < 1 << 8 * size:
            return value.to_bytes(size)
    bits = 8 * (length or max(DECIMALS))
    raise BadNumber(f"The number is greater than {bits} bits can say: {TRY_ANOTHER}.")


def _value(text: str) -> tuple[int, int]:
    """The value, and how many digits it is written with."""
    found = _DIGITS.fullmatch(text)
    if found is None:
        raise BadNumber(f"The number has other signs than digits: {TRY_ANOTHER}.")
    if found[2] and len(found[1].lstrip("0")) > _EXACT_IN_A_CELL:
        raise BadNumber(f"A spreadsheet has rounded the number: {_AS_TEXT}.")
    return int(found[1]), len(found[1])


def _write_decimal(number: bytes) -> str:
    return f"{int.from_bytes(number):0{DECIMALS.get(len(number), 1)}}"


def _read_parts(text: str, _: int | None) -> bytes:
    found = _PAIR.fullmatch(text)
    if found is None:
        raise BadNumber(
            f"The number is no facility code and card number with a comma between: {TRY_ANOTHER}."
        )
    facility, number = (int(part) for part in found.groups() if part is not None)
    if facility > 0xFF or number > 0xFFFF:
        raise BadNumber(
            f"A facility code goes up to 255 and a card number up to 65535: {TRY_ANOTHER}."
        )
    return bytes([facility, *number.to_bytes(2)])


def _write_parts(number: bytes) -> str:
    return f"{number[0]:03},{int.from_bytes(number[1:]):05}"


def _read_checked(text: str, _: int | None) -> bytes:
    *four, check = _read_decimal(text, 5)
    if bcc(bytes(four)) != check:
        raise BadNumber(
            f"The check byte does not fit, so SimpleMFRC522 did not make the number: {TRY_ANOTHER}."
        )
    return bytes(four)


def _write_checked(number: bytes) -> str:
    return str(int.from_bytes(bytes([*number, bcc(number)])))


# Bytes two digits each, parted by spaces, colons, hyphens, full stops or nothing.
HEX = Notation(_read_hex, _write_hex)
# One number, UID0 weighing most; padded where the width tells the length.
DECIMAL = Notation(_read_decimal, _write_decimal)
# The first byte and the other two, "110,48424"; eight digits without a comma are the same.
PARTS = Notation(_read_parts, _write_parts)
# Four bytes and their check byte as one number.
CHECKED = Notation(_read_checked, _write_checked)
