"""On which dates there is school: terms, half-terms, closed days, weeks A and B, the policy."""

from datetime import date, datetime, time, timedelta

import pytest
from conftest import LONDON, SCHOOL_DAY

from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Day,
    Fortnight,
    Phase,
    Span,
    Term,
    Timetable,
)

WEEK = dict.fromkeys(range(5), SCHOOL_DAY)
AUTUMN = Term(
    "Autumn",
    date(2026, 9, 1),
    date(2026, 12, 18),
    Span(date(2026, 10, 26), date(2026, 10, 30)),
    frozenset({date(2026, 9, 1)}),
)
SPRING = Term("Spring", date(2027, 1, 4), date(2027, 3, 25))
YEAR = Timetable(
    LONDON,
    WEEK,
    Calendar((SPRING, AUTUMN), {date(2026, 11, 5): "Polling day"}, date(2026, 9, 7)),
)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (date(2026, 8, 31), "Holiday"),
        (date(2026, 9, 1), "INSET day"),
        (date(2026, 10, 26), "Half-term"),
        (date(2026, 10, 30), "Half-term"),
        (date(2026, 11, 5), "Polling day"),
        (date(2026, 12, 21), "Holiday"),
        (date(2027, 3, 26), "Holiday"),
    ],
)
def test_there_is_no_school_for_a_reason(on: date, reason: str) -> None:
    assert not YEAR.is_school_day(on)
    assert YEAR.reason(on) == reason
    assert YEAR.phase(at(on, 10)) is Phase.CLOSED
    assert YEAR.release_of(on) is None


@pytest.mark.parametrize(
    "on", [date(2026, 9, 2), date(2026, 10, 23), date(2026, 12, 18), date(2027, 1, 4)]
)
def test_there_is_school_from_the_first_day_of_a_term_to_its_last(on: date) -> None:
    assert YEAR.is_school_day(on)
    assert YEAR.reason(on) == ""


def test_a_date_knows_its_term() -> None:
    assert YEAR.term(date(2026, 10, 27)) is AUTUMN
    assert YEAR.term(date(2027, 3, 25)) is SPRING
    assert YEAR.term(date(2026, 12, 25)) is None
    assert YEAR.ends == date(2027, 3, 25)


def test_the_next_release_and_change_are_found_beyond_holidays() -> None:
    evening = at(date(2026, 12, 18), 17)

    assert YEAR.next_release(evening) == at(date(2027, 1, 4), 15, 10)
    assert YEAR.next_change(evening) == at(date(2027, 1, 4), 8, 20)


def test_after_the_last_term_nothing_is_known() -> None:
    evening = at(date(2027, 3, 25), 17)

    assert YEAR.next_release(evening) is None
    assert YEAR.next_change(evening) is None


def test_without_terms_there_is_school_all_year_but_on_closed_days() -> None:
    christmas = {date(2026, 12, day): "Holiday" for day in range(19, 32)}
    timetable = Timetable(LONDON, WEEK, Calendar(closed=christmas))

    assert timetable.is_school_day(date(2026, 8, 12))
    assert timetable.ends is None
    assert timetable.next_release(at(date(2026, 12, 18), 17)) == at(date(2027, 1, 1), 15, 10)


def test_before_the_policy_what_was_brought_is_given_back_at_any_time() -> None:
    friday, monday = date(2026, 9, 4), date(2026, 9, 7)

    assert not YEAR.applies(friday)
    assert YEAR.applies(monday)
    assert YEAR.phase(at(friday, 8, 19)) is Phase.CLOSED
    assert YEAR.phase(at(friday, 8, 20)) is Phase.RELEASE
    assert YEAR.phase(at(friday, 16, 30)) is Phase.CLOSED
    assert YEAR.phase(at(monday, 8, 20)) is Phase.ARRIVAL
    assert YEAR.has_session_left(at(friday, 12))
    assert not YEAR.has_session_left(at(friday, 17))


SHORT = Day(time(9), time(9, 30), time(12), time(13))


def fortnightly(*mondays: date, skips: bool = False, terms: bool = True) -> Timetable:
    fortnight = Fortnight({0: SHORT}, mondays, skips)
    return Timetable(LONDON, WEEK, Calendar((AUTUMN, SPRING) if terms else (), fortnight=fortnight))


def letters(timetable: Timetable, first: date, weeks: int) -> str:
    return "".join(timetable.week_letter(first + timedelta(weeks=n)) for n in range(weeks))


def test_weeks_take_turns_from_a_monday_on_and_backwards() -> None:
    timetable = fortnightly(date(2026, 9, 14))

    assert letters(timetable, date(2026, 8, 31), 6) == "ABABAB"
    assert timetable.day(date(2026, 9, 14)) == SCHOOL_DAY
    assert timetable.day(date(2026, 9, 21)) == SHORT
    assert timetable.day(date(2026, 9, 22)) is None
    assert timetable.week_letter(date(2026, 9, 20)) == "A"  # the Sunday of that week


def test_holidays_count_or_not_as_the_school_says() -> None:
    october = date(2026, 10, 12)

    assert letters(fortnightly(date(2026, 8, 31)), october, 5) == "ABABA"
    # Half-term is the third of these weeks: the one after it goes on where school left off.
    assert letters(fortnightly(date(2026, 8, 31), skips=True), october, 5) == "ABAAB"


def test_the_count_may_begin_anew_with_each_term() -> None:
    december, january = date(2026, 12, 14), date(2027, 1, 11)

    assert letters(fortnightly(date(2026, 8, 31)), december, 6) == "BABABA"
    assert letters(fortnightly(january, date(2026, 8, 31)), december, 6) == "BABAAB"


def test_a_week_that_a_bank_holiday_or_staff_day_shortens_still_counts() -> None:
    timetable = fortnightly(date(2026, 8, 31), skips=True)

    assert letters(timetable, date(2026, 8, 31), 2) == "AB"


def test_without_two_week_timetables_weeks_have_no_letter() -> None:
    assert YEAR.week_letter(date(2026, 9, 14)) == ""


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (Calendar((Term("One", date(2026, 9, 1), date(2026, 8, 1)),)), "2026-08-01 is before"),
        (Calendar((Term("One", date(2026, 9, 1), date(2062, 9, 1)),)), "more than a year"),
        (
            Calendar((AUTUMN, Term("Two", date(2026, 12, 18), date(2027, 1, 1)))),
            "Autumn .* and Two .* overlap",
        ),
        (
            Calendar((Term("One", *(date(2026, 9, 1),) * 2, Span(*(date(2026, 9, 2),) * 2)),)),
            "half-term, 2026-09-02 to 2026-09-02, is not within",
        ),
        (
            Calendar((Term("One", AUTUMN.first, AUTUMN.last, Span(AUTUMN.last, AUTUMN.first)),)),
            "half-term ends on 2026-09-01, before 2026-12-18",
        ),
        (
            Calendar(
                (Term("One", AUTUMN.first, AUTUMN.last, None, frozenset({date(2025, 9, 1)})),)
            ),
            "INSET day 2025-09-01 is outside it",
        ),
        (Calendar(fortnight=Fortnight({}, (date(2026, 9, 1),))), "2026-09-01 is no Monday"),
        (Calendar(fortnight=Fortnight({}, ())), "no Monday is given"),
        (
            Calendar(fortnight=Fortnight({}, (date(2026, 8, 31),), skips_holidays=True)),
            "without terms",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(calendar: Calendar, words: str) -> None:
    with pytest.raises(BadTimetable, match=words):
        Timetable(LONDON, WEEK, calendar)


def test_every_fault_of_a_calendar_is_told() -> None:
    terms = (Term("One", date(2026, 9, 1), date(2026, 8, 1)), AUTUMN, AUTUMN)

    with pytest.raises(BadTimetable) as caught:
        Timetable(LONDON, WEEK, Calendar(terms, fortnight=Fortnight({}, ())))

    assert len(caught.value.faults) == 3
