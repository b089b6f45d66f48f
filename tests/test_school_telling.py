"""The school's rules in words, and what other rules change."""

from pathlib import Path

import pytest
from conftest import make_rules

from kiosk.school.school import check_school, rules_of
from kiosk.school.telling import changes, rules_in_words

EXAMPLES = Path(__file__).parent.parent / "examples"
WEEK = """
[[week]]
days = ["mon", "tue", "wed"]
arrival = "08:00"
locked = "08:30"
release = "15:00"
closed = "16:00"
"""


def told(text: str) -> dict[str, tuple[str, ...]]:
    rules = rules_of(make_rules(), check_school(text, "it"))
    return {part.heading: part.lines for part in rules_in_words(rules, lambda id: f"<{id}>")}


def other_days(text: str) -> tuple[str, ...]:
    return told(WEEK + text)["Other days and other times"]


def test_days_alike_that_follow_one_another_are_one_line() -> None:
    assert told(WEEK)["The week"] == (
        "Monday to Wednesday: arrival 08:00, locked 08:30, release 15:00, closed 16:00",
        "Thursday to Sunday: no school",
    )


def test_two_weeks_are_told_apart_with_when_the_first_begins() -> None:
    of_b = WEEK.replace('"mon", "tue", "wed"', '"thu", "fri"')
    of_b = of_b.replace("[[week]]", '[[week]]\nweek = "B"')
    lines = told("[calendar]\nweek_a_from = [2026-09-07]\n" + WEEK + of_b)["The week"]
    assert lines[0].startswith("Week A, Monday to Wednesday: arrival 08:00")
    assert any(line.startswith("Week B, Monday to Friday: arrival") for line in lines)
    assert lines[-1] == "Week A begins on 7 September 2026"


def test_terms_have_their_holidays() -> None:
    text = WEEK + (
        '[[terms]]\nname = "Spring"\nfirst = 2026-04-01\nlast = 2026-05-29\n'
        "half_term = [2026-05-25, 2026-05-29]\ninset = [2026-04-02]\n"
        '[calendar]\nnation = "england"\npolicy_from = 2026-04-20\n'
    )
    lines = told(text)["Terms"]
    assert lines[0] == (
        "Spring: 1 April 2026 to 29 May 2026; half-term 25 May 2026 to 29 May 2026; "
        "INSET 2 April 2026"
    )
    assert "4 May 2026 (May Day)" in lines[1]
    assert lines[2] == "The rules hold from 20 April 2026 on"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '[[closures]]\ndate = 2026-12-18\nrelease = "12:00"\nclosed = "13:00"\nreason = "Snow"',
            "The whole school, 18 December 2026: release 12:00, closed 13:00 (Snow)",
        ),
        (
            '[[closures]]\ndate = 2026-12-18\nreason = "INSET"',
            "The whole school, 18 December 2026: no school (INSET)",
        ),
        (
            '[[overrides]]\nform = "7A"\ndays = ["mon", "tue", "wed"]\nrelease = "14:00"',
            "Form 7A, Mondays to Wednesdays: release 14:00",
        ),
        (
            '[[overrides]]\nyear = "9"\nfrom = 2026-09-01\nto = 2026-09-09\ndays = ["mon", "wed"]'
            "\nclosed = true",
            "Year 9, Mondays, Wednesdays from 1 September 2026 to 9 September 2026: not expected",
        ),
        (
            '[[overrides]]\nperson = "1001"\ndays = ["mon"]\nrelease = "11:00"',
            "<1001>, Mondays: release 11:00",
        ),
    ],
)
def test_other_days_are_told_in_a_line_each(text: str, line: str) -> None:
    assert other_days(text) == (line,)


def test_of_sessions_and_exams_only_how_many_people_is_told() -> None:
    parts = told(
        WEEK + '[[sessions]]\nname = "Disco"\narrival = 2026-12-11T18:00:00\n'
        "release = 2026-12-11T20:00:00\nclosed = 2026-12-11T20:30:00\n"
        'people = ["1", "2"]\nforms = ["7A"]\n'
        '[[exams]]\nname = "Maths"\ndate = 2026-12-14\nstart = "09:00"\nend = "10:00"\n'
        'candidates = ["1", "2", "3"]\nfinishes_for_the_day = ["1"]\n'
    )
    assert parts["Outside the day"] == (
        "Disco: locked 11 December 2026 18:00, release 11 December 2026 20:00, "
        "closed 11 December 2026 20:30; for form 7A, 2 people",
    )
    assert parts["Exams"] == (
        "Maths: 14 December 2026, 09:00 to 10:00, 3 people; 1 person finished for the day",
    )


def test_roles_are_told_by_what_differs_from_those_shipped() -> None:
    text = (
        WEEK + '[roles.teacher]\nalso = ["pass"]\nwithout = ["box"]\n'
        '[roles.tutor]\nmay = ["see_cabinet", "lists"]\nown_forms = ["lists"]\n'
    )
    assert told(text)["Roles that are not as shipped"] == (
        "teacher: also pass; not box",
        "tutor: see_cabinet; for their own forms: lists",
    )


def test_changes_are_what_goes_and_what_comes_and_nothing_else() -> None:
    one, other = (
        rules_in_words(rules_of(make_rules(), check_school(text, "it")), str)
        for text in (WEEK, WEEK.replace("15:00", "14:00") + '[texts]\nfull = "No room"\n')
    )
    assert changes(one, one) == []
    assert [change.heading for change in changes(one, other)] == [
        "The week",
        "Words of your own for pupils",
    ]
    (_, gone, new), _ = changes(one, other)
    assert [line.endswith("release 15:00, closed 16:00") for line in gone] == [True]
    assert [line.endswith("release 14:00, closed 16:00") for line in new] == [True]


def test_another_order_is_a_change_too() -> None:
    one, other = (
        rules_in_words(rules_of(make_rules(), check_school(WEEK + text, "it")), str)
        for text in (
            '[reasons]\nopen = ["medical", "cubby_check", "other"]',
            '[reasons]\nopen = ["cubby_check", "medical", "other"]',
        )
    )
    (change,) = changes(one, other)
    assert change.new == ("The same, in another order",)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_can_be_told(file: Path) -> None:
    parts = told(file.read_text(encoding="utf-8"))
    assert all(parts[heading] for heading in ("Terms", "The week", "Why staff open a cubby"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "A door beside one that is open waits until that is shut"),
        ("[taps]\nneighbours_wait = false", "Doors beside each other may be open at once"),
        ("", "After their own last release of the day pupils collect while the kiosk is open"),
        (
            '[taps]\nafter_last_release = "office"',
            "After their own last release of the day pupils ask the office",
        ),
    ],
)
def test_what_a_tap_does_is_told_as_the_school_chose_it(text: str, line: str) -> None:
    assert line in told(WEEK + text)["What a tap does"]
