"""Other rules for a school that has some: whether they can be its rules; and a file to begin with.
Pure."""

from collections.abc import Iterator, Mapping

from kiosk.drafting import Rules, Standing
from kiosk.errors import ConfigError
from kiosk.school.school import Checked, check_school
from kiosk.school.sections import WEEKDAYS
from kiosk.staff.boxes import boxes_in_the_way
from kiosk.staff.roles import role_faults
from kiosk.timetable import Day
from kiosk.toml_lines import with_its_line


def check_change(text: str, where: str, rules: Rules, standing: Standing) -> Checked:
    """A school file, checked for a school with these people and cubbies, under the rules so far.

    Raises:
        ConfigError: it cannot be used; every fault is listed.
    """
    roster, state = standing.roster, standing.state
    checked = check_school(text, where, roster)
    faults = [fault.words for fault in role_faults(roster, rules.roles, checked.roles)]
    boxes = boxes_in_the_way(state, rules.cubbies, rules.class_boxes, checked.boxes)
    if words := [*faults, *(with_its_line(fault.words, text) for fault in boxes)]:
        raise ConfigError(where, words)
    return checked


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
