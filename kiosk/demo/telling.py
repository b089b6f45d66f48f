"""What the days of a demo print: for people, and for programs. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from kiosk.demo.cast import Part
from kiosk.demo.school import DemoSchool
from kiosk.demo.week import Answer, Played, PlayedDay, Week
from kiosk.lists import LISTS, Table, printed
from kiosk.lists.table import as_words, by_form
from kiosk.model import Person

Json = dict[str, Any]
SIMULATED = "Simulated: no real door moved, and none of this happened."
SOUND = "as it was written"


def prologue(week: Week) -> str:
    """Which school it is, and who plays what."""
    school, parts = week.school, week.parts()
    boxes = "".join(f"\n{form} hands in to a class box, cubby {n}." for form, n in _boxes(school))
    head = (
        f"{school.name}: {len(parts)} pupils, {school.cubbies} cubbies, {week.days} school days.\n"
        f"{SIMULATED}{boxes}\n\nThe cast; everybody else hands in and collects\n"
    )
    return head + "\n".join(_cast_lines(school, parts)) + "\n"


def day_words(played: PlayedDay) -> str:
    """A day: what happened out of the ordinary, and what the office was told, when it asked."""
    title = f"Day {played.number}, {played.on:%A} {played.on.day} {played.on:%B %Y}"
    steps = (_answer_words(s) if isinstance(s, Answer) else s for s in played.steps)
    return "\n".join([title, "=" * len(title), "", *steps, ""])


def epilogue(week: Week, played: Played) -> str:
    """The figures of all the days, and whether the record holds."""
    tables = "\n".join(printed(Table.from_json(table)) for table in played.tables)
    record = f"The record: {played.events} events, {'; '.join(played.findings) or f'each {SOUND}'}."
    return f"All {week.days} days\n\n{tables}\n{record}\n{SIMULATED}"


def week_json(week: Week, days: Sequence[PlayedDay], played: Played) -> Json:
    """All of it, for a program."""
    school, parts = week.school, week.parts()
    return {
        "simulated": True,
        "school": school.name,
        "seed": week.seed,
        "cubbies": school.cubbies,
        "boxes": school.boxes,
        "cast": [
            {
                "admission": person.admission,
                "name": person.name,
                "form": person.form,
                "part": parts[person.id].name,
                "words": parts[person.id].words,
            }
            for person in _ordered(school, parts)
        ],
        "days": [_day_json(day) for day in days],
        "figures": list(played.tables),
        "record": {"events": played.events, "findings": list(played.findings)},
    }


def _boxes(school: DemoSchool) -> list[tuple[str, int]]:
    return list(school.boxes.items())


def _ordered(school: DemoSchool, parts: Mapping[str, Part]) -> list[Person]:
    return [person for person in school.people if person.id in parts]


def _cast_lines(school: DemoSchool, parts: Mapping[str, Part]) -> Iterator[str]:
    usual = {"usual", "box"}
    people = sorted(_ordered(school, parts), key=lambda person: by_form(person.form))
    for form, members in groupby(people, key=lambda person: person.form):
        some = list(members)
        yield f"  {form or 'no form'}: {len(some)} pupils"
        for person in some:
            part = parts[person.id]
            if part.name not in usual:
                yield f"    {as_words(person.name)} {part.words}"


def _answer_words(answer: Answer) -> str:
    head = f"{answer.at:%H:%M}  The office asks, {answer.when}:"
    tables = [Table.from_json(table) for table in answer.tables]
    lines = [line for table in tables for line in _table_words(table).splitlines()]
    notices = dict.fromkeys(notice for table in tables for notice in table.notices)
    return "\n".join([head, *(f"    {line}" for line in (*lines, " ".join(notices)))])


def _table_words(table: Table) -> str:
    """A list line by line; of a report the figures alone, as a person asks for them."""
    if table.name in LISTS:
        rows = ["  ".join(as_words(cell) for cell in row if cell != "") for row in table.rows]
        return "\n".join([f"{table.title}: {len(rows) or 'none'}", *(f"  {row}" for row in rows)])
    figures = (f"  {as_words(what)}: {_figure(cell)}" for what, cell in table.summary)
    return "\n".join([table.title, *figures])


def _figure(cell: Any) -> str:
    return "none" if cell is None else as_words(cell)


def _day_json(day: PlayedDay) -> Json:
    return {
        "day": day.number,
        "date": day.on.isoformat(),
        "told": [step for step in day.steps if not isinstance(step, Answer)],
        "asked": [
            {**asdict(step), "at": f"{step.at:%H:%M}"}
            for step in day.steps
            if isinstance(step, Answer)
        ],
    }
