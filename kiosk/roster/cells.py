"""What may stand in a cell, and what a spreadsheet or an export has done to it. Pure."""

import re
import unicodedata

from kiosk.roster.table import Cell, Odd

LONGEST = 60  # characters

# As spreadsheets write, in the day-and-month form of their own: capital first, as 7-Sep or Sep-26.
_MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)"
_DATE = re.compile(
    rf"\d{{1,2}}[-/. ]{_MONTH}(?:[-/. ]\d{{2,4}})?|{_MONTH}[-/. ]\d{{2,4}}"
    r"|(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}.*)?"
)
_SHORTENED = re.compile(r"\d[.,]?\d*E[+-]?\d+", re.IGNORECASE)
_FRACTION = re.compile(r"\d+[.,]0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|#+)")
_AS_TEXT = re.compile(r"=\"([0-9A-Za-z]*)\"")
# UTF-8 that was read as Windows-1252: the first byte of two, and one that follows it.
_MISREAD = re.compile("[\u00c2-\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u2018-\u203a]")

_DATED = {"admission", "form", "year"}
_NUMBERS = {"admission", "card", "upn"}
_NAMES = {
    *("forename", "preferred_forename", "legal_forename"),
    *("surname", "preferred_surname", "legal_surname"),
}
_MAKE_TEXT = "make the column text in the spreadsheet, and type it again"


def tidy(field: str, text: str) -> str:
    """The text without outer spaces, its letters composed, every kind of space a plain one.

    A number is let out of the apostrophe or the ="..." by which it was kept from a spreadsheet.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)
    text = text.strip(" \t\r\n\ufeff")
    if field in _NUMBERS:
        quoted = _AS_TEXT.fullmatch(text)
        return quoted[1] if quoted else text.removeprefix("'")
    return text


def damage(field: str, cell: Cell) -> str:
    """What is wrong with a cell of that column, in words; "" for nothing."""
    name = field.replace("_", " ")
    if isinstance(cell, Odd) and cell.flaw:
        return f"{name} {cell.flaw}"
    text = tidy(field, cell.text if isinstance(cell, Odd) else cell)
    if not text:
        return ""
    fault = _anywhere(text) or (_in_a_name(text) if field in _NAMES else "")
    if fault:
        return f"{name} {fault}"
    if field in _DATED and _DATE.fullmatch(text):
        return (
            f"{name} {text} is a date, which a spreadsheet makes of such as 5/6 or 7-9: "
            f"{_MAKE_TEXT}"
        )
    return _number_damage(text) if field == "admission" else ""


def _anywhere(text: str) -> str:
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not text.isprintable():
        return "holds a control character"
    if text[0] in "=+@-":
        return f'begins with "{text[0]}", as a formula does'
    if _ERROR.fullmatch(text):
        return f"is {text}, a spreadsheet's error"
    if "\ufffd" in text or _MISREAD.search(text):
        return "lost letters, as the file was saved in another encoding: export it as UTF-8"
    return ""


def _in_a_name(text: str) -> str:
    if not any(c.isalpha() for c in text):
        return f"{text} has no letter: are the columns shifted?"
    return ""


def _number_damage(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        return f"admission number {text} was shortened by a spreadsheet: {_MAKE_TEXT}"
    if _FRACTION.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return f"admission number {text} was written as an amount by a spreadsheet: {_MAKE_TEXT}"
    return ""
