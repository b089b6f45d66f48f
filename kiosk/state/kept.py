"""Rows that no age ends and that stay when a person is forgotten: what the leads have to deal with
first. Pure values.

**A legal hold** stops everything about a person from being forgotten, and nobody but the leads may
notice. So placing one has the event of a note for the duty lead, and lifting it that of closing the
note (``kiosk.state.incidents`` says why). What is to be forgotten meanwhile is, to everybody: its
rows go, and their contents stand in ``WITHHELD`` rows, which go when the hold is lifted.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kiosk.acts import Forget, Note
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import LEAD_NOTES, LEGAL_HOLD, WITHHELD
from kiosk.state.mappings import without

# What the safeguarding lead transfers to where such things are kept, and says so.
UNTIL_TRANSFERRED = frozenset({HoldKind.SAFEGUARDING.value, HoldKind.POLICE.value})
KEPT_APART = LEAD_NOTES | UNTIL_TRANSFERRED | {LEGAL_HOLD, WITHHELD}
# Which of them decisions ask for. Notes for the lead are not among them: what tells them apart has
# no part in any decision.
_ASKED_FOR = UNTIL_TRANSFERRED | {LEGAL_HOLD, WITHHELD}


class Apart(NamedTuple):
    """What is known of such a row without its words: its kind, and whom it is about."""

    kind: str
    person: str


Rows = Mapping[str, Apart]


def apart_of(notes: Iterable[Note]) -> Rows:
    """The rows that decisions ask for, by id."""
    return {note.id: Apart(note.kind, note.person) for note in notes if note.kind in _ASKED_FOR}


def apart_after(rows: Rows, row: object) -> Rows:
    """The same, once a row has changed."""
    if isinstance(row, Note) and row.kind in _ASKED_FOR:
        return {**rows, row.id: Apart(row.kind, row.person)}
    if isinstance(row, Forget) and row.kind is Note and row.id in rows:
        return without(rows, row.id)
    return rows


def under_legal_hold(rows: Rows) -> frozenset[str]:
    """The ids of those of whom nothing may be forgotten now."""
    return frozenset(row.person for row in rows.values() if row.kind == LEGAL_HOLD)


def withheld_of(rows: Rows, person: str) -> list[str]:
    """The ids of the rows in which stands what is forgotten of somebody but for a legal hold."""
    return [id for id, row in rows.items() if row == (WITHHELD, person)]
