"""Incidents, and what was decided about them: how many by term, form and type. Pure; no names.

A content concern is no incident, and a hold is none; neither is in it. The numbers are small, and
may point at somebody: it is for whoever may see incidents.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from kiosk.lists.table import NO_FORM, Cell, Column, Table, by_form
from kiosk.reports.past import Past
from kiosk.state.incidents import INCIDENTS, Incident, IncidentKind

COLUMNS = (
    Column("term", "Term"),
    Column("form", "Form"),
    Column("sort", "Sort"),
    Column("type", "Type"),
    Column("times", "Times"),
)
INCIDENT, CONSEQUENCE = "incident", "consequence"
NO_TERM, NO_STAGE = "outside terms", "none"
NOTICES = ("Small numbers may point at somebody: not for publishing.",)


class _About(NamedTuple):
    """What is counted together, in the order in which it is shown. ``begins``: the term's first
    date; ``rank``: of the type among its sort."""

    begins: date
    term: str
    form: str
    sort: str
    rank: int
    type: str


def misuse(past: Past) -> Table:
    """Incidents of ``past.days``, by when they happened, and the consequences decided for them.
    Those that were withdrawn, or when the kiosk could take nothing, do not count."""
    book = past.standing.state.casebook
    found = [i for i in book.incidents.values() if i.at in past.days and _is_told(past, i)]
    counted = [incident for incident in found if not incident.is_excused]
    counts = Counter(about for incident in counted for about in _counted(past, incident))
    rows = tuple(_row(about, counts[about]) for about in sorted(counts, key=_order))
    summary: tuple[tuple[str, Cell], ...] = (
        ("incidents", len(counted)),
        ("decided", sum(incident.decided is not None for incident in counted)),
        ("wait for a decision", sum(incident.decided is None for incident in counted)),
        ("parents informed", sum(incident.parents_at is not None for incident in counted)),
        ("not counted, as the kiosk could take nothing", len(found) - len(counted)),
    )
    title = "Incidents and consequences"
    return Table("incidents", title, str(past.days), COLUMNS, rows, summary, NOTICES)


def _is_told(past: Past, incident: Incident) -> bool:
    return past.tells_of(_form(past, incident))


def _form(past: Past, incident: Incident) -> str:
    person = past.standing.roster.people.get(incident.person)
    return person.form if person else ""


def _counted(past: Past, incident: Incident) -> Iterator[_About]:
    """The incident, and what was decided about it."""
    on = past.local(incident.at).date()
    term = past.rules.timetable.term(on)
    begins = term.first if term else date.min
    name = NO_TERM if term is None else _with_year(term.name, begins)
    form = _form(past, incident)
    rank = list(IncidentKind).index(incident.kind)
    yield _About(begins, name, form, INCIDENT, rank, INCIDENTS[incident.kind])
    if incident.decided is not None:
        rank, words = _stage(past, incident.decided)
        yield _About(begins, name, form, CONSEQUENCE, rank, words)


def _with_year(name: str, begins: date) -> str:
    """A term's name, which may be the same each year."""
    return name if any(c.isdigit() for c in name) else f"{name} {begins.year}"


def _stage(past: Past, key: str) -> tuple[int, str]:
    """How much comes before a stage, and its words; one that the school has no more, by its key."""
    stages = past.rules.consequences.stages
    known = past.rules.consequences.named(key)
    if known is None:
        return len(stages) + bool(key), key or NO_STAGE
    return stages.index(known), known.words


def _order(about: _About) -> tuple[date, object, bool, int, str]:
    return about.begins, by_form(about.form), about.sort == CONSEQUENCE, about.rank, about.type


def _row(about: _About, times: int) -> tuple[Cell, ...]:
    return about.term, about.form or NO_FORM, about.sort, about.type, times
