"""How far the school's rule was kept, without any names: handed in, of those expected. Pure.

Read "kept" as "a device was in our keeping at some time of the day"; one that stayed overnight
counts on the next day too. Expected are the pupils on the roster as it is now, less those who
have no device, need not hand in, were absent or marked so, or had no school on that day.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from kiosk.custody.arrangements import ARRANGING
from kiosk.lists.seen import excused_on, is_expected, is_here, is_pupil
from kiosk.lists.table import ALL_FORMS, NO_FORM, Cell, Column, Table, by_form
from kiosk.reports.before import FOLDED, followed, state_before
from kiosk.reports.past import Past
from kiosk.reports.suppression import LEAST, Counts, Figure, add, suppressed

COLUMNS = (
    Column("day", "Day"),
    Column("form", "Form"),
    Column("expected", "Expected"),
    Column("handed_in", "Handed in"),
)
NOTICES = (
    f"No count under {LEAST} is shown, nor one from which it would follow.",
    f"All forms: those of {LEAST} expected or more.",
)


def compliance(past: Past) -> Table:
    """By day and form, of the days that are over: from two tables of a day that is still going on
    it could be told who came between them."""
    rows: list[tuple[Cell, ...]] = []
    totals: list[Figure] = []
    for day, counts in counted(past):
        figures, total = suppressed(counts)
        rows += [_row(day, form or NO_FORM, figures[form]) for form in sorted(counts, key=by_form)]
        if total is not None:
            rows.append(_row(day, ALL_FORMS, total))
            totals.append(total)
    every = add(totals)
    summary: tuple[tuple[str, Cell], ...] = (("school days", len({row[0] for row in rows})),)
    if every is not None:
        summary += (("expected", every.expected), ("handed in", every.shown))
    return Table("compliance", "Compliance", str(past.days), COLUMNS, tuple(rows), summary, NOTICES)


def _row(day: date, form: str, figure: Figure) -> tuple[Cell, ...]:
    return (day.isoformat(), form, figure.expected_shown, figure.shown)


def counted(past: Past) -> Iterator[tuple[date, dict[str, Counts]]]:
    """Each day that is over and on which somebody was expected, with the true counts: not to be
    shown to anybody as they are."""
    for day, here, excused in _kept(past):
        expected = [
            person
            for person in past.standing.roster.people.values()
            if is_pupil(person)
            and person.id not in excused
            and is_expected(past.rules, person, day)
        ]
        forms = Counter(person.form for person in expected)
        handed_in = Counter(person.form for person in expected if person.id in here)
        if forms:
            yield day, {form: Counts(forms[form], handed_in[form]) for form in forms}


def _kept(past: Past) -> Iterator[tuple[date, set[str], set[str]]]:
    """Each date that is over: whose device was in our keeping, and who needed not hand in."""
    state = state_before(past.events(FOLDED), past.standing.state, past.granted)
    events = iter(past.events(FOLDED))
    event = next(events, None)
    for day in past.days.dates():
        if day >= past.today:
            return
        here = {deposit.person for deposit in state.deposits.values() if is_here(deposit)}
        excused = excused_on(state, day)
        while event is not None and past.local(event.now.at).date() <= day:
            state = followed(state, event)
            deposit = state.deposits.get(event.deposit or 0)
            if deposit is not None and is_here(deposit):
                here.add(deposit.person)
            if event.type in ARRANGING:
                excused |= excused_on(state, day)
            event = next(events, None)
        yield day, here, excused | state.casebook.away_on(day)
