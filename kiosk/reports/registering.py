"""Today's register by form: what is known of each pupil's device. No attendance record. Pure."""

from collections import Counter

from kiosk.custody import believed
from kiosk.lists import NO_ROLL_CALL, UNTRUSTED
from kiosk.lists.seen import Scene, Seen, register
from kiosk.lists.table import ALL_FORMS, NO_FORM, Cell, Column, Table, by_form, stamp
from kiosk.model import Person
from kiosk.reports.past import Past

COLUMNS = (Column("form", "Form"), Column("name", "Name"), Column("device", "Device"))


def registering(past: Past) -> Table:
    """Every pupil by form, as of now, and how many of each form are what."""
    roster = past.standing.roster
    now = believed(past.standing.state, past.now)
    found = register(Scene(past.rules, past.standing, now))
    shown = (roster.people[id] for id in found)
    people = sorted((p for p in shown if past.tells_of(p.form)), key=_surname_first)
    rows = tuple(
        (past.names.form(p.id), past.names.person(p.id), found[p.id].value) for p in people
    )
    notices = ("No attendance record.", NO_ROLL_CALL, *(() if now.trusted else (UNTRUSTED,)))
    summary = _summary([(person.form, found[person.id]) for person in people])
    when = stamp(past.local, now.at) or ""
    return Table("register", "Register of devices", when, COLUMNS, rows, summary, notices)


def _summary(found: list[tuple[str, Seen]]) -> tuple[tuple[str, Cell], ...]:
    counts = Counter(found)
    forms = dict.fromkeys(form for form, _ in found)
    each = [(form or NO_FORM, {s: counts[form, s] for s in Seen}) for form in forms]
    everybody = Counter(seen for _, seen in found)
    return tuple((form, _words(seen)) for form, seen in [*each, (ALL_FORMS, dict(everybody))])


def _words(counts: dict[Seen, int]) -> str:
    return ", ".join(f"{counts[seen]} {seen.value}" for seen in Seen if counts.get(seen))


def _surname_first(person: Person) -> tuple[tuple[bool, list[tuple[int, str]]], str, str, str]:
    surname, forename = person.surname.casefold(), person.forename.casefold()
    return by_form(person.form), surname, forename, person.id
