"""Who is not expected, by a list: what it says, and taking it in; whoever asks.

The command line's verbs and the pages both come here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from kiosk.errors import BadInput
from kiosk.messages.incidents import NoteAbsences
from kiosk.model import Person, Roster
from kiosk.roster.absences import unknown
from kiosk.roster.faults import Fault, refusal
from kiosk.roster.reading import row_number
from kiosk.service import Service, carry_out
from kiosk.timetable import Span

Json = dict[str, Any]
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Absentees:
    """What a list says: who is away when, and the ``strangers`` on it, who are not on the
    roster."""

    spans: Mapping[Person, tuple[Span, ...]]
    strangers: tuple[Fault, ...]
    skipped: int

    @property
    def fingerprint(self) -> str:
        """What tells this list, as it fits the roster, from any other."""
        spans = {p.id: [str(span) for span in spans] for p, spans in self.spans.items()}
        text = json.dumps([spans, [str(fault) for fault in self.strangers]], sort_keys=True)
        return sha256(text.encode()).hexdigest()[:32]


def read_absentees(rows: Rows, roster: Roster) -> Absentees:
    """What these rows say of people on the roster: ``admission``, ``first`` and ``last``, dates as
    2026-03-02; ``row`` says where in a file they stood. Pure.

    Raises:
        BadInput: a row cannot be used.
    """
    people = {person.admission: person for person in roster.people.values()}
    strangers: list[tuple[int, str]] = []
    spans: dict[str, tuple[Span, ...]] = {}
    for n, row in enumerate(rows, start=1):
        number, admission = row_number(row, n), cell_of(row, "admission")
        if admission in people:
            spans[admission] = (*spans.get(admission, ()), _span(number, row))
        else:
            strangers.append((number, admission))
    return Absentees(
        {people[admission]: theirs for admission, theirs in spans.items()},
        tuple(unknown(number, admission) for number, admission in strangers),
        len({admission for _, admission in strangers}),
    )


def take_absences(
    service: Service, actor: str, rows: Rows, *, skip_unknown: bool = False, expects: str = ""
) -> Json:
    """Take a list of absences in place of any before it. ``skip_unknown``: without those who are
    not on the roster; ``expects``: only if it is the one with that fingerprint.

    Raises:
        BadInput: it was not done, and why.
    """
    read = read_absentees(rows, service.standing().roster)
    if read.strangers and not skip_unknown:
        raise refusal(read.strangers)
    if expects and expects != read.fingerprint:
        raise BadInput("nothing was taken in: the roster has changed meanwhile; look again")
    spans = {person.id: spans for person, spans in read.spans.items()}
    seq = carry_out(service, NoteAbsences(actor, spans)).seq
    return {"seq": seq, "people": len(spans), "skipped": read.skipped}


def cell_of(row: Mapping[str, str], column: str) -> str:
    """What stands in a row. Raises BadInput: it has no such column."""
    if column not in row:
        raise BadInput(f"a row of absences names no {column}")
    return row[column]


def _span(number: int, row: Mapping[str, str]) -> Span:
    first, last = cell_of(row, "first"), cell_of(row, "last")
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise BadInput(f"row {number}: dates are written as 2026-03-02") from None
    if span.last < span.first:
        raise BadInput(f"row {number}: the absence {span} ends before it begins")
    return span
