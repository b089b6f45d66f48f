"""The school file's sections about time: what is taken, and how every fault is told."""

import tomllib
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from conftest import LONDON

from kiosk.errors import ConfigError
from kiosk.school.calendar import bank_holidays, timetable_of
from kiosk.school.sections import SchoolCalendar, make_school_calendar
from kiosk.timetable import Day, Phase, Timetable, Whose

EXAMPLE = """
[calendar]
# The zone of all times below.
zone = "Europe/London"
# Whose bank holidays are kept: "england", "wales", "scotland", "northern-ireland"; "" for none.
nation = "england"
# From when on devices must be handed in. Before, what is brought is given back at any time.
policy_from = 2026-07-01
# Mondays on which a week A begins, where there are two; from each the count begins anew.
week_a_from = [2026-08-31]
# Whether weeks of holidays and half-terms are counted too.
count_holidays = false

[[terms]]
name = "Autumn"
first = 2026-09-01
last = 2026-12-18
half_term = [2026-10-26, 2026-10-30]
inset = [2026-09-01]

[[terms]]
name = "Spring"
first = 2027-01-04
last = 2027-03-25

[[week]]
days = ["mon", "tue", "wed", "thu"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"

[[week]]
days = ["fri"]
week = "A"
arrival = "08:20"
locked = "08:50"
release = "14:30"
closed = "16:00"

[[week]]
days = ["fri"]
week = "B"
arrival = "08:20"
locked = "08:50"
release = "13:00"
closed = "14:00"

# The school ends early; everybody, but whom an override for that date keeps.
[[closures]]
date = 2026-12-18
release = "12:00"
closed = "13:00"
reason = "End of term"

# No school all day.
[[closures]]
date = 2026-11-05
reason = "Polling day"

# Other times, for a year, a form, a person (admission number) or, with none of them, the school;
# on a date, from and to dates, on days of the week, or both of these. What is not said stays.
[[overrides]]
year = 11
from = 2027-03-01
to = 2027-03-12
closed = true
reason = "Study leave"

[[overrides]]
form = "9A"
days = ["wed"]
release = "16:00"
closed = "16:45"
reason = "Rehearsals"

[[overrides]]
person = "1001"
from = 2026-09-07
days = ["mon", "tue"]
arrival = "10:00"
locked = "10:15"
release = "12:30"
reason = "Reduced timetable"

[[overrides]]
year = "11"
date = 2026-11-14
arrival = "09:00"
locked = "09:30"
release = "12:30"
closed = "13:00"
reason = "Revision on a Saturday"

# Outside the day. They may pass midnight, or days. Without `locked` there is no time to arrive.
[[sessions]]
name = "Winter disco"
arrival = 2026-12-11T18:00:00
locked = 2026-12-11T18:30:00
release = 2026-12-11T21:00:00
closed = 2026-12-11T21:30:00
years = [7, 8]
forms = ["9A"]
people = ["1002"]
everyone = false

[[exams]]
name = "Maths mock"
date = 2026-11-16
start = "09:00"
end = "10:30"
candidates = ["1001", "1002"]
# Or true, for all of them.
finishes_for_the_day = ["1002"]

[[boxes]]
form = "4A"
cubby = 4
"""

ANA, BEN = Whose("id-1001", "9", "9A"), Whose("id-1002", "11", "11C")


def example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE)


def person_id(admission: str) -> str | None:
    return f"id-{admission}" if admission in ("1001", "1002") else None


def table(raw: dict[str, Any] | None = None) -> Timetable:
    return timetable_of(make_school_calendar(raw or example(), "a file"), person_id)


def shape_faults(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        make_school_calendar(raw, "a file")
    assert caught.value.where == "a file"
    return caught.value.faults


def faults(raw: dict[str, Any], **known: Any) -> list[str]:
    sections = make_school_calendar(raw, "a file")
    with pytest.raises(ConfigError) as caught:
        timetable_of(sections, person_id, **known)
    return caught.value.faults


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), tzinfo=LONDON)


def test_the_example_names_every_key() -> None:
    raw = example()

    assert raw.keys() == SchoolCalendar.model_fields.keys()
    for name, field in SchoolCalendar.model_fields.items():
        section: Any = field.annotation if name == "calendar" else field.annotation.__args__[0]
        keys = {field.alias or key for key, field in section.model_fields.items()}
        entries = [raw[name]] if name == "calendar" else raw[name]
        assert set().union(*entries) == keys, name


@pytest.mark.parametrize(
    ("on", "whose", "release"),
    [
        (date(2026, 9, 2), None, time(15, 10)),
        (date(2026, 9, 1), None, None),  # INSET
        (date(2026, 10, 28), None, None),  # half-term
        (date(2026, 11, 5), None, None),  # Polling day
        (date(2026, 9, 4), None, time(14, 30)),  # a Friday of week A
        (date(2026, 9, 11), None, time(13)),  # and of week B
        (date(2026, 11, 6), None, time(14, 30)),  # half-term was not counted
        (date(2026, 12, 18), None, time(12)),
        (date(2026, 9, 9), ANA, time(16)),
        (date(2026, 9, 7), ANA, time(12, 30)),
        (date(2026, 9, 1), ANA, None),
        (date(2026, 11, 14), BEN, time(12, 30)),
        (date(2026, 11, 14), ANA, None),
        (date(2026, 11, 16), BEN, time(10, 30)),  # after the exam
        (date(2027, 3, 3), BEN, time(15, 10)),  # on study leave, if he comes
    ],
)
def test_the_example_is_the_timetable_it_describes(
    on: date, whose: Whose | None, release: time | None
) -> None:
    assert table().release_of(on, whose) == (
        datetime.combine(on, release, tzinfo=LONDON) if release else None
    )


def test_the_examples_disco_is_for_those_it_names() -> None:
    on = date(2026, 12, 11)

    assert table().phase(at(on, 20), Whose("id-3", "8", "8B")) is Phase.LOCKED
    assert table().phase(at(on, 20), ANA) is Phase.LOCKED
    assert table().phase(at(on, 21), BEN) is Phase.RELEASE
    assert table().phase(at(on, 20), Whose("id-3", "9", "9B")) is Phase.CLOSED


def test_the_examples_study_leave_and_policy() -> None:
    assert table().day(date(2027, 3, 3), BEN) is None
    assert table().reason(date(2027, 3, 3), BEN) == "Study leave"
    assert not table().applies(date(2026, 6, 30))
    assert table().remarks() == []


def test_a_week_alone_is_enough() -> None:
    timetable = table({"week": example()["week"][:1]})

    assert timetable.day(date(2026, 8, 3)) == Day(
        time(8, 20), time(8, 50), time(15, 10), time(16, 30)
    )
    assert timetable.zone == LONDON


def test_bank_holidays_are_those_of_the_nation() -> None:
    andrew, easter = date(2026, 11, 30), date(2026, 4, 6)

    assert andrew in bank_holidays("scotland", [2026])
    assert easter not in bank_holidays("scotland", [2026])
    assert easter in bank_holidays("england", [2026])
    assert date(2026, 3, 17) in bank_holidays("northern-ireland", [2026])
    assert bank_holidays("wales", [2026]) == bank_holidays("england", [2026])


def test_bank_holidays_close_the_school_with_or_without_terms() -> None:
    raw = example()
    raw["terms"][1]["last"] = date(2027, 5, 28)
    assert table(raw).reason(date(2027, 5, 3)) == "May Day"

    without = {"calendar": {"nation": "wales"}, "week": raw["week"][:1]}
    assert table(without).reason(date(2030, 1, 1)) == "New Year's Day"
    assert not table(without).is_school_day(date(2030, 1, 1))


def test_a_school_may_open_on_a_bank_holiday() -> None:
    raw = {"calendar": {"nation": "england"}, "week": example()["week"][:1]}
    times = {key: raw["week"][0][key] for key in ("arrival", "locked", "release", "closed")}
    raw["overrides"] = [{"date": date(2026, 5, 4), **times}]

    assert table(raw).is_school_day(date(2026, 5, 4))


def test_dates_and_times_may_be_text_as_an_export_has_them() -> None:
    sections = make_school_calendar(example(), "a file")
    again = sections.model_dump(mode="json", by_alias=True, exclude_unset=True)

    assert make_school_calendar(again, "a file") == sections


def test_all_faults_of_shape_are_told_at_once() -> None:
    raw = example()
    raw["calendar"]["colour"] = "red"
    raw["terms"][0]["half_term"] = [date(2026, 10, 26)]
    raw["week"][0]["arrival"] = "25 past 8"
    raw["week"][1]["days"] = ["friday"]
    del raw["terms"][1]["first"]
    raw["overrides"][0]["closed"] = False
    raw["sessions"][0]["release"] = datetime(2026, 12, 11, 21, tzinfo=UTC)
    raw["closures"][0]["date"] = datetime(2026, 12, 18, 12)

    assert shape_faults(raw) == [
        "calendar.colour: there is no such key",
        "terms 1, half_term: write the first and the last date, as [2026-10-26, 2026-10-30]",
        "terms 2, first: is missing",
        'week 1, arrival: write a time as "08:20"',
        "week 2, days 1: Input should be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
        "closures 1, date: write a date as 2026-09-01",
        'overrides 1, closed: write a time as "08:20"',
        "sessions 1, release: write date and time as 2026-12-11T18:00:00, by the clock on the wall",
    ]


@pytest.mark.parametrize(
    ("section", "changes", "words"),
    [
        ("calendar", {"nation": "cornwall"}, "calendar.nation: Input should be"),
        ("calendar", {"zone": "Europe/Londno"}, "no time zone is called"),
        ("calendar", {"zone": "../etc"}, "no time zone is called"),
        ("calendar", {"policy_from": 20260701}, "write a date"),
        ("calendar", {"policy_from": "1.7.2026"}, "write a date"),
        ("calendar", {"policy_from": date(1, 1, 1)}, "write a date"),
        ("calendar", {"policy_from": "2026-02-30"}, "write a date"),
        ("week", {"arrival": "08:50"}, "must follow one another"),
        ("week", {"arrival": "8:20"}, "write a time"),
        ("week", {"arrival": 820}, "write a time"),
        ("week", {"arrival": "24:00"}, "write a time"),
        ("closures", {"release": "12:00"}, "say both release and closed"),
        ("closures", {"reason": ""}, "reason"),
        ("overrides", {"form": "9A"}, "say one of year, form and person"),
        ("overrides", {"date": date(2027, 3, 1)}, "say either date, or"),
        ("overrides", {"arrival": "10:00"}, "say either times, or closed = true"),
        ("exams", {"candidates": []}, "candidates"),
        ("exams", {"finishes_for_the_day": "1001"}, "write true, false, or admission numbers"),
        ("exams", {"finishes_for_the_day": [""]}, "write true, false, or admission numbers"),
    ],
)
def test_a_fault_of_shape_says_what_is_wrong(
    section: str, changes: dict[str, Any], words: str
) -> None:
    raw = example()
    entry = raw[section] if section == "calendar" else raw[section][0]
    if section == "closures" and "release" in changes:
        del entry["closed"]
    entry.update(changes)

    (fault,) = shape_faults(raw)
    assert words in fault


def test_without_a_week_there_is_no_timetable() -> None:
    assert shape_faults({}) == ["week: is missing"]
    assert shape_faults({"week": []}) == [
        "week: Tuple should have at least 1 item after validation, not 0"
    ]


def test_all_contradictions_are_told_at_once_by_admission_number() -> None:
    raw = example()
    raw["terms"][1]["first"] = date(2026, 12, 1)
    raw["week"].append(raw["week"][1] | {"week": ""})
    raw["overrides"] += [raw["overrides"][2] | {"days": ["tue"], "reason": "Dentist"}]
    raw["overrides"] += [{"person": "4711", "days": ["mon"], "release": "12:00"}]
    raw["closures"] += [raw["closures"][1]]
    raw["sessions"][0]["people"] = [1002, 4712]
    raw["exams"][0]["finishes_for_the_day"] = ["4713"]

    assert faults(raw) == [
        "week A: stands there more than once: fri",
        "week B: stands there more than once: fri",
        'overrides 6, person: nobody has the admission number "4711"',
        'sessions 1, people: nobody has the admission number "4712"',
        'exams 1, candidates: nobody has the admission number "4713"',
        "terms Autumn (2026-09-01 to 2026-12-18) and Spring (2026-12-01 to 2027-03-25) overlap",
        "the school, 2026-11-05 (Polling day) and the school, 2026-11-05 (Polling day) clash: "
        "both are for 2026-11-05",
        "person 1001, Mon, Tue from 2026-09-07 (Reduced timetable) and person 1001, Tue from "
        "2026-09-07 (Dentist) clash: both are for 2026-09-08",
        "exam Maths mock: only its candidates can be finished for the day",
    ]


def test_years_and_forms_that_there_are_not_are_told_where_they_are_known() -> None:
    assert faults(example(), years={"7", "11"}, forms={"9B"}) == [
        'sessions 1, years: nobody is in year "8"',
        'overrides 2, form: nobody is in form "9A"',
        'sessions 1, forms: nobody is in form "9A"',
        'boxes 1, form: nobody is in form "4A"',
    ]


def test_weeks_a_and_b_need_a_monday_and_a_monday_needs_weeks() -> None:
    raw = example()
    raw["calendar"]["week_a_from"] = []
    assert faults(raw) == ["two-week timetable: no Monday is given on which a week A begins"]

    raw = example()
    raw["week"] = raw["week"][:1]
    assert faults(raw) == ["calendar.week_a_from: but no [[week]] is for week A or B alone"]


def test_a_session_without_time_to_arrive_and_for_everyone() -> None:
    raw = example()
    del raw["sessions"][0]["locked"]
    raw["sessions"][0] |= {"years": [], "forms": [], "people": [], "everyone": True}

    assert table(raw).phase(at(date(2026, 12, 11), 18)) is Phase.LOCKED


def test_an_exam_may_finish_the_day_of_all_its_candidates_or_of_none() -> None:
    raw = example()
    noon = at(date(2026, 11, 16), 12)
    raw["exams"][0]["finishes_for_the_day"] = True
    assert table(raw).exam_release(noon, "id-1001") == at(date(2026, 11, 16), 10, 30)

    raw["exams"][0]["finishes_for_the_day"] = False
    assert table(raw).exam_release(noon, "id-1002") is None
