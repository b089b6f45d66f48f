"""Whether a school file and a roster fit each other, when one of them comes in. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kiosk.model import Person, Roster
from kiosk.school.calendar import named_in, unknown_in
from kiosk.school.school import Checked, person_finder, read_school
from kiosk.school.sections import SchoolCalendar
from kiosk.toml_lines import with_its_line

MOST_TOLD = 5


def remarks_on(checked: Checked, roster: Roster) -> list[str]:
    """What is no fault of a school file, but probably not what was meant, for these people."""
    return [*checked.timetable.remarks(), *_compared_with_nobody(checked.sections, roster)]


def misfits(text: str, roster: Roster, coming: Iterable[Person]) -> list[str]:
    """Whom, which years and which forms the school file names that there are not once these people
    have come or changed, in words."""
    people = {**roster.people, **{person.id: person for person in coming}}
    after, sections = replace(roster, people=people), read_school(text, "the school's rules")
    found = [
        with_its_line(fault, text)
        for fault in unknown_in(
            sections,
            person_finder(after),
            _labels(after, "year"),
            _labels(after, "form"),
        )
    ]
    more = [f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
    return [
        f"the school file in force does not fit these people: {words}"
        for words in [*found[:MOST_TOLD], *more]
    ]


def _compared_with_nobody(sections: SchoolCalendar, roster: Roster) -> Iterator[str]:
    for kind in ("year", "form"):
        names = sorted({name for _, name in named_in(sections, kind)})
        if names and _labels(roster, kind) is None:
            yield (
                f"{kind}s {', '.join(names)}: nobody on the roster has a {kind} yet, so the names "
                "are not compared. The roster's import will tell which of them fit nobody"
            )


def _labels(roster: Roster, kind: str) -> set[str] | None:
    """The years or forms that there are; None where nobody has one."""
    return {label for person in roster.people.values() if (label := getattr(person, kind))} or None
