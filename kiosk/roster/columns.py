"""Which column is which: what school systems call them, and where the headings stand. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk.errors import BadInput
from kiosk.roster.faults import printable
from kiosk.roster.table import Cell, Line, Table, column_letter, is_blank, text_of_cell
from kiosk.roster.text import HEAD_LINES

Headings = Mapping[str, tuple[str, ...]]
Needed = Mapping[str, tuple[str, ...]]

# Compared without case, spaces and points. Where several are there, the first of these counts.
ADMISSION = (
    *("admissionnumber", "admissionno", "admissionsnumber", "admissionsno", "admno", "adno"),
    *("admnumber", "admission", "pupiladmissionnumber", "studentadmissionnumber", "misid"),
    *("identifier", "staffcode", "staffid", "sourcedid"),
)
HEADINGS: Headings = {
    "admission": ADMISSION,
    "preferred_forename": (
        *("preferredforename", "preferredfirstname", "preferredgivenname", "preferredname"),
        *("chosenforename", "chosenfirstname", "chosenname", "knownas"),
    ),
    "forename": ("forename", "firstname", "givenname"),
    "legal_forename": ("legalforename", "legalfirstname", "legalgivenname"),
    "preferred_surname": (
        *("preferredsurname", "preferredlastname", "preferredfamilyname"),
        *("chosensurname", "chosenlastname", "chosenfamilyname"),
    ),
    "surname": ("surname", "lastname", "familyname"),
    "legal_surname": ("legalsurname", "legallastname", "legalfamilyname"),
    "form": (
        *("form", "reg", "reggroup", "regform", "registrationgroup", "registrationform"),
        *("registrationcode", "registrationname", "tutorgroup", "formgroup", "class"),
        *("classname", "homeroom"),
    ),
    "year": (
        *("year", "yeargroup", "ncyear", "nationalcurriculumyear", "yearcode", "yearname"),
        "grades",
    ),
    "upn": ("upn", "uniquepupilnumber"),
    "card": (
        *("card", "cardno", "cardnumber", "cardid", "carduid", "rfid", "rfidnumber", "rfidcard"),
        *("rfidtag", "fob", "fobnumber"),
    ),
    "kind": ("kind", "persontype", "usertype", "role"),
    "leaver": ("leaver",),
    "status": ("status", "enrolmentstatus", "rollstatus"),
    "on_roll": ("onroll", "enableduser"),
    "leaving": ("leavingdate", "dateofleaving", "dateleft"),
    "no_device": ("nodevice", "nophone"),
}
_FORENAMES = ("preferred_forename", "forename", "legal_forename")
_SURNAMES = ("preferred_surname", "surname", "legal_surname")
NEEDED: Needed = {"admission": ("admission",), "forename": _FORENAMES, "surname": _SURNAMES}
_CALLED = {
    "admission": "admission number",
    "forename": "forename",
    "surname": "surname",
    "date": "date",
}
_WHOLE_NAMES = {"name", "fullname", "pupilname", "studentname", "displayname", "pupil", "student"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of headings. ``last``: its place among the table's lines, the lower if there are
    two. ``columns``: where each of ours stands, from 0. ``width``: its cells, blank ones too."""

    last: int
    columns: Mapping[str, int]
    width: int
    cells: tuple[str, ...] = ()


def plain(heading: str) -> str:
    """A heading without case, spaces, points or other signs."""
    return "".join(c for c in heading.casefold() if c.isalnum())


def find_heading(table: Table, headings: Headings, needed: Needed) -> Heading | None:
    """The row of headings among the first lines, or the two of them, as where a heading above is
    parted below; None if no row has all that is needed.

    Raises:
        BadInput: a heading stands there twice.
    """
    head = table.lines[:HEAD_LINES]
    for last, line in enumerate(head):
        if found := _read(line, line.cells, last, headings, needed):
            return found
    for last, (upper, lower) in enumerate(pairwise(head), start=1):
        if found := _read(lower, _one_over_the_other(upper, lower), last, headings, needed):
            return found
    return None


def missing(table: Table, headings: Headings, needed: Needed) -> BadInput:
    """What to say of a table without headings: the row that comes nearest, and what it lacks."""
    if not table.lines:
        return BadInput("the file is empty; its first line must name the columns")
    head = table.lines[:HEAD_LINES]
    best = max(head, key=lambda line: len(_found(line.cells, headings)))
    found = _found(best.cells, headings)
    lacking = [name for name, any_of in needed.items() if not found.keys() & set(any_of)]
    cells = [text_of_cell(cell).strip() for cell in best.cells]
    called = [_CALLED[name] for name in lacking]
    headings_then = " and ".join(f'"{name.capitalize()}"' for name in called)
    words = (
        f"the first line must name the columns. Row {best.number} has: "
        f"{printable(', '.join(cell for cell in cells if cell))}. No column is for the "
        f"{' or the '.join(called)}: give it the heading {headings_then}, or export it too"
    )
    if merged := [merge.range for merge in table.merges if merge.first <= head[-1].number]:
        words += (
            f". Cells are merged there ({printable(', '.join(merged[:10]))}): choose Unmerge cells "
            "in the spreadsheet, and give each column its own heading"
        )
    if _WHOLE_NAMES & {plain(cell) for cell in cells} and {"forename", "surname"} & {*lacking}:
        words += ". A whole name in one column cannot be taken apart: export the parts"
    return BadInput(words)


def _one_over_the_other(upper: Line, lower: Line) -> list[Cell]:
    count = max(len(upper.cells), len(lower.cells))
    above, below = ([*line.cells, *[""] * (count - len(line.cells))] for line in (upper, lower))
    return [b if not is_blank(b) else a for a, b in zip(above, below, strict=True)]


def _read(
    line: Line, cells: Sequence[Cell], last: int, headings: Headings, needed: Needed
) -> Heading | None:
    found = _found(cells, headings)
    if not all(found.keys() & set(any_of) for any_of in needed.values()):
        return None
    for places in found.values():
        if len(places) > 1:
            where = " and ".join(column_letter(place) for place in places)
            name = printable(text_of_cell(cells[places[0]]).strip())
            raise BadInput(
                f'row {line.number}: the heading "{name}" stands there twice, in columns {where}: '
                "take one out"
            )
    columns = {field: places[0] for field, places in found.items()}
    return Heading(last, columns, len(cells), tuple(plain(text_of_cell(cell)) for cell in cells))


def _found(cells: Sequence[Cell], headings: Headings) -> dict[str, list[int]]:
    """Where each of ours stands, by the first of its names that is there."""
    names = [plain(text_of_cell(cell)) for cell in cells]
    places: dict[str, list[int]] = {}
    for field, spellings in headings.items():
        spelling = next((each for each in spellings if each in names), None)
        if spelling is not None:
            places[field] = [n for n, name in enumerate(names) if name == spelling]
    return places
