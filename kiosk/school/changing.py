"""Other rules for a school that has some: whether they can be its rules, and where they cannot,
on which line of the file; and a file to begin with. Pure."""

import re
from collections.abc import Iterator, Mapping

from kiosk.drafting import Rules
from kiosk.errors import ConfigError
from kiosk.model import Roster
from kiosk.policy.roles import Roles
from kiosk.school.school import Checked, check_school
from kiosk.school.sections import WEEKDAYS
from kiosk.staff.roles import role_faults
from kiosk.timetable import Day

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_OF_TOML = re.compile(r"\(at line (\d+),")


def check_change(text: str, where: str, roster: Roster, roles: Roles) -> Checked:
    """A school file, checked for a school with these people, who have these roles so far.

    Raises:
        ConfigError: it cannot be used; every fault is listed.
    """
    checked = check_school(text, where, roster)
    if words := [fault.words for fault in role_faults(roster, roles, checked.roles)]:
        raise ConfigError(where, words)
    return checked


def with_its_line(fault: str, text: str) -> str:
    """A fault of a school file, with the line that it is on, where that can be told."""
    said = _OF_TOML.search(fault)
    line = int(said[1]) if said else _line_of(fault.partition(":")[0].split("."), text)
    return f"Line {line}: {fault}" if line else fault


def _line_of(path: list[str], text: str) -> int | None:
    """The line of the deepest part of the path that the text has, from 1; None for none of it."""
    best, found = 0, None
    for number, place in _places(text):
        depth = len(place)
        if depth > best and path[:depth] == place:
            best, found = depth, number
    return found


def _places(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every table and every key of it, as (line, path); tables of a list are counted from 0."""
    counts: dict[str, int] = {}
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[2]
            table = name.split(".")
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = [*table, str(counts[name])]
            yield number, table
        elif key := _KEY.match(line):
            yield number, [*table, key[1]]


def first_file(rules: Rules) -> str:
    """A school file that says what holds while none was imported: the zone and the week."""
    days = "\n".join(_week(rules.timetable.week))
    return f"""# The school's rules. What may stand here: docs/school-file.md.

[calendar]
zone = "{rules.timetable.zone.key}"
# The bank holidays of "england", "wales", "scotland" or "northern-ireland".
# nation = "england"

# Without terms, every day of the week below is a school day, all year.
# [[terms]]
# name = "Autumn"
# first = 2026-09-02
# last = 2026-12-18
# half_term = [2026-10-26, 2026-10-30]
{days}"""


def _week(week: Mapping[int, Day]) -> Iterator[str]:
    by_times: dict[Day, list[str]] = {}
    for number, day in sorted(week.items()):
        by_times.setdefault(day, []).append(f'"{WEEKDAYS[number]}"')
    for day, names in by_times.items():
        times = "\n".join(f'{phase.value} = "{at:%H:%M}"' for at, phase in day.changes())
        yield f"\n[[week]]\ndays = [{', '.join(names)}]\n{times}\n"
