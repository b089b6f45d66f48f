"""One row of a roster: what it says of a person, and what is wrong with it. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.model import PersonKind
from kiosk.roster.cells import damage, tidy
from kiosk.roster.dates import day_of
from kiosk.roster.faults import Fault
from kiosk.roster.table import Cell, Odd, is_blank, text_of_cell
from kiosk.roster.upn import upn_fault

CardNumber = tuple[str, bytes]
# What a card's number says as the list spells it: its kind, and the bytes. Raises ValueError, in
# words that quote no number.
ReadCard = Callable[[str], CardNumber]

# What a list may speak of, of a person.
FIELDS = frozenset(
    {
        *("admission", "forename", "surname", "form", "year", "kind", "leaver", "no_device"),
        *("upn", "legal_name", "card"),
    }
)
_YEAR = re.compile(r"(?:year|yr|y|nc)?\s*0*(\d{1,2})", re.IGNORECASE)
_YES, _NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0", "")
_ON_ROLL = (
    *("", "active", "current", "enrolled", "on roll", "onroll", "guest", "main", "dual"),
    *("c", "m", "s", "g", "current - single registration", "single registration", "subsidiary"),
)
_LEFT = (
    *("leaver", "left", "inactive", "former", "off roll", "offroll", "tobedeleted", "deleted"),
    *("archived", "withdrawn"),
)
_KINDS = {
    **dict.fromkeys(("", "pupil", "student", "learner"), PersonKind.PUPIL),
    **dict.fromkeys(("staff", "teacher", "employee", "ta"), PersonKind.STAFF),
    **dict.fromkeys(("visitor", "guest"), PersonKind.VISITOR),
}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as a list has them. ``number``: what their card's number says; ``card``: how it
    is spelled. ``row``: where in the list."""

    admission: str
    forename: str
    surname: str
    form: str = ""
    year: str = ""
    kind: PersonKind = PersonKind.PUPIL
    leaver: bool = False
    no_device: bool = False
    upn: str = ""
    legal_name: str = ""
    card: str = ""
    number: CardNumber | None = field(default=None, compare=False)
    row: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """As staff read it."""
        return f"{self.forename} {self.surname}"

    def to_record(self) -> dict[str, str]:
        """The row as plain text, as ``roster_rows`` takes it."""
        record = {
            name: getattr(self, name)
            for name in ("admission", "forename", "surname", "form", "year", "upn", "legal_name")
        }
        flags = {"leaver": self.leaver, "no_device": self.no_device}
        return {
            **record,
            **{name: "yes" if is_so else "no" for name, is_so in flags.items()},
            "kind": self.kind.value,
            "card": self.card,
            "row": str(self.row),
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """How a list is to be read. ``today``: a leaving date before it is past. ``read_card``: None
    to leave cards alone. ``keep_legal``: whether legal names are kept beside those in use."""

    today: date
    read_card: ReadCard | None = None
    keep_legal: bool = False


Raw = Mapping[str, Cell]


def fields_of(columns: Iterable[str], terms: Terms) -> frozenset[str]:
    """What of a person a list with these columns says; of the rest it says nothing."""
    given = {*columns}
    said = {"admission", "forename", "surname"}
    said |= given & {"form", "year", "kind", "upn", "no_device", "legal_name"}
    if given & {"leaver", "status", "on_roll", "leaving"}:
        said.add("leaver")
    if "card" in given and terms.read_card is not None:
        said.add("card")
    two_names = any({f"preferred_{name}", name} <= given for name in ("forename", "surname"))
    if terms.keep_legal and (two_names or given & {"legal_forename", "legal_surname"}):
        said.add("legal_name")
    return frozenset(said)


def read_row(number: int, raw: Raw, terms: Terms) -> tuple[RosterRow | None, list[Fault]]:
    """The person in one row, or what is wrong with it."""
    reader = _RowReader(number, raw, terms)
    row = reader.row()
    return (None if reader.faults else row), reader.faults


class _RowReader:
    def __init__(self, number: int, raw: Raw, terms: Terms) -> None:
        self._number = number
        self._raw = raw
        self._terms = terms
        self.faults: list[Fault] = []

    def row(self) -> RosterRow:
        admission, upn = self._text("admission"), self._text("upn").replace(" ", "").upper()
        forename, surname, legal = self._names()
        for name, text in (("admission", admission), ("forename", forename), ("surname", surname)):
            if not text and not any(fault.column.endswith(name) for fault in self.faults):
                self._fault(name, f"{name} is empty")
        if upn and (fault := upn_fault(upn)):
            self._fault("upn", f"upn {fault}")
        card, number = self._card()
        return RosterRow(
            admission=admission,
            forename=forename,
            surname=surname,
            form=self._text("form"),
            year=_year(self._text("year")),
            kind=self._kind(),
            leaver=self._is_leaver(),
            no_device=self._is("no_device"),
            upn=upn,
            legal_name=legal,
            card=card,
            number=number,
            row=self._number,
        )

    def _fault(self, column: str, words: str) -> None:
        self.faults.append(Fault(self._number, words, column))

    def _text(self, field: str) -> str:
        cell = self._raw.get(field, "")
        if fault := damage(field, cell):
            self._fault(field, fault)
            return ""
        return tidy(field, text_of_cell(cell))

    def _names(self) -> tuple[str, str, str]:
        """The name in use, forename and surname, and the legal one where it is another and kept."""
        chosen, given, legal = [], [], []
        for part in ("forename", "surname"):
            used, plain, law = (
                self._text(name) for name in (f"preferred_{part}", part, f"legal_{part}")
            )
            chosen.append(used)
            given.append(plain)
            legal.append(law)
        forename, surname = (u or p or x for u, p, x in zip(chosen, given, legal, strict=True))
        if "legal_name" in self._raw:
            return forename, surname, self._text("legal_name")
        whole = " ".join(x or p or u for u, p, x in zip(chosen, given, legal, strict=True))
        is_kept = self._terms.keep_legal and whole.strip() != f"{forename} {surname}".strip()
        return forename, surname, whole if is_kept else ""

    def _word(self, field: str) -> str:
        """A word of a closed list; what is yes or no to a spreadsheet is that here."""
        cell = self._raw.get(field, "")
        if isinstance(cell, Odd) and not cell.text:
            self._fault(field, f"{field.replace('_', ' ')} {cell.flaw}")
        return tidy(field, text_of_cell(cell)).casefold()

    def _is(self, field: str) -> bool:
        word = self._word(field)
        if word not in _YES + _NO:
            name = field.replace("_", " ")
            self._fault(field, f"{name} is neither yes nor no")
        return word in _YES

    def _kind(self) -> PersonKind:
        word = self._word("kind")
        if word not in _KINDS:
            self._fault("kind", "kind is none of pupil, staff, visitor")
        return _KINDS.get(word, PersonKind.PUPIL)

    def _is_leaver(self) -> bool:
        status = self._word("status")
        if status not in _ON_ROLL + _LEFT:
            self._fault("status", "status is neither active nor leaver")
        is_off = "on_roll" in self._raw and not is_blank(self._raw["on_roll"])
        return (
            self._is("leaver")
            or status in _LEFT
            or (is_off and not self._is("on_roll"))
            or self._has_left()
        )

    def _has_left(self) -> bool:
        cell = self._raw.get("leaving", "")
        if is_blank(cell):
            return False
        day = day_of(cell)
        if day is None:
            self._fault("leaving", "leaving date is no date, as 21/07/2026 or 2026-07-21")
        return day is not None and day < self._terms.today

    def _card(self) -> tuple[str, CardNumber | None]:
        text = self._text("card") if self._terms.read_card else ""
        if not text or self._terms.read_card is None:
            return "", None
        try:
            return text, self._terms.read_card(text)
        except ValueError as wrong:
            words = str(wrong).rstrip(".")
            self._fault("card", f"card: {words[:1].lower()}{words[1:]}")
            return "", None


def _year(text: str) -> str:
    """A year group as its number, where it is one."""
    found = _YEAR.fullmatch(text)
    return str(int(found[1])) if found else text
