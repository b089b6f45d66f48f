"""How the timetable speaks: of rules, of closings, of days without school, and of what is wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from conftest import LONDON, SCHOOL_DAY

from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Day,
    EarlyClosing,
    Fortnight,
    Level,
    Override,
    Participants,
    Phase,
    ReleasedNow,
    Span,
    Target,
    Term,
    Times,
    Timetable,
    When,
    Whose,
    with_release_now,
)
from kiosk.timetable.days import changed
from kiosk.timetable.schedule import Schedule

MON, TUE = date(2026, 3, 2), date(2026, 3, 3)
WEEK = dict.fromkeys(range(5), SCHOOL_DAY)
TIMES = Times(release=time(12))
SATURDAY = (time(9), time(9, 30), time(11), time(12))
PERSON = Target(Level.PERSON, "ana")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Override(Target(), When.on(MON), TIMES), "the school, 2026-03-02"),
        (Override(Target(), When.on(MON), TIMES, "Works"), "the school, 2026-03-02 (Works)"),
        (Override(PERSON, When(days=frozenset({4, 0})), TIMES), "person ana, Mon, Fri"),
        (Override(PERSON, When(MON, TUE), TIMES), "person ana, from 2026-03-02 to 2026-03-03"),
        (Override(PERSON, When(MON), TIMES), "person ana, from 2026-03-02"),
        (Override(PERSON, When(last=TUE), TIMES), "person ana, to 2026-03-03"),
        (
            Override(PERSON, When(MON, days=frozenset({2})), TIMES),
            "person ana, Wed from 2026-03-02",
        ),
        (EarlyClosing(MON, time(12), time(13)), "early closing, 2026-03-02"),
        (EarlyClosing(MON, time(12), time(13), "Snow"), "early closing, 2026-03-02 (Snow)"),
    ],
)
def test_a_rule_is_named_by_whom_it_is_for_when_and_why(
    rule: Override | EarlyClosing, words: str
) -> None:
    assert str(rule) == words


def test_faults_stand_one_under_the_other() -> None:
    assert str(BadTimetable(["this", "that"])) == "this\nthat"


def test_why_there_is_no_school_is_told_and_nothing_where_there_is() -> None:
    half = Span(date(2026, 3, 16), date(2026, 3, 20))
    term = Term("Spring", MON, date(2026, 3, 27), half, frozenset({date(2026, 3, 4)}))
    closed = Override(Target(), When.on(TUE), None)
    table = Timetable(LONDON, WEEK, Calendar((term,), {date(2026, 3, 5): "Works"}), (closed,))
    told = [table.reason(date(2026, 3, day)) for day in (2, 3, 4, 5, 17, 30)]
    assert told == ["", "No school", "INSET day", "Works", "Half-term", "Holiday"]
    assert not table.is_school_day(TUE)


def test_a_release_that_moves_past_closing_takes_the_closing_along_if_by_a_minute() -> None:
    brief = Day(time(8), time(9), time(15), time(15, 1))
    assert changed(brief, Times(release=time(16))).closed == time(16, 1)


def test_the_next_change_is_that_persons_own() -> None:
    rule = Override(PERSON, When.on(MON), Times(release=time(12)))
    table = Timetable(LONDON, WEEK, overrides=(rule,))
    at = datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert table.next_change(at, Whose("ana")) == datetime(2026, 3, 2, 12, tzinfo=LONDON)
    assert table.next_change(at, Whose("ben")) == datetime(2026, 3, 2, 15, 10, tzinfo=LONDON)


def test_an_early_closing_that_ends_nothing_sooner_is_no_reason_for_anything() -> None:
    late = EarlyClosing(MON, time(15, 10), time(16, 30), "Works")
    assert Timetable(LONDON, WEEK, early=(late,)).reason(MON) == ""
    sooner = EarlyClosing(MON, time(12), time(13), "Works")
    assert Timetable(LONDON, WEEK, early=(sooner,)).reason(MON) == "Works"


def test_some_times_make_no_school_of_a_day_without() -> None:
    some = Override(Target(), When.on(date(2026, 3, 7)), Times(release=time(12)), "Match")
    table = Timetable(LONDON, WEEK, overrides=(some,))
    assert table.phase(datetime(2026, 3, 7, 13, tzinfo=UTC)) is Phase.CLOSED
    assert (table.is_school_day(date(2026, 3, 7)), table.reason(date(2026, 3, 7))) == (False, "")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Participants(), ["nobody takes part"]),
        (Participants(years=frozenset({""})), ["a participant has no name"]),
        (Participants(forms=frozenset({"7A", ""})), ["a participant has no name"]),
        (Participants(people=frozenset({""})), ["a participant has no name"]),
        (Participants(everyone=True), []),
        (Participants(people=frozenset({"ana"})), []),
    ],
)
def test_a_session_is_for_somebody_who_has_a_name(who: Participants, words: list[str]) -> None:
    assert who.faults() == words


# terms


def test_a_span_has_both_its_ends_and_no_more() -> None:
    span = Span(MON, TUE)
    assert [on in span for on in (date(2026, 3, 1), MON, TUE, date(2026, 3, 4))] == [
        *(False, True, True, False)
    ]
    assert list(span.dates()) == [MON, TUE]


@pytest.mark.parametrize(
    ("term", "faults"),
    [
        (Term("T", date(2026, 1, 1), date(2027, 1, 1)), []),
        (
            Term("T", date(2026, 1, 1), date(2027, 1, 2)),
            ["term T: 2026-01-01 to 2027-01-02 is more than a year"],
        ),
        (
            Term("T", MON, date(2026, 3, 27), Span(date(2026, 3, 23), date(2026, 3, 30))),
            [
                "term T: its half-term, 2026-03-23 to 2026-03-30, is not within "
                "2026-03-02 to 2026-03-27"
            ],
        ),
        (
            Term("T", MON, date(2026, 3, 27), Span(date(2026, 2, 27), date(2026, 3, 3))),
            [
                "term T: its half-term, 2026-02-27 to 2026-03-03, is not within "
                "2026-03-02 to 2026-03-27"
            ],
        ),
    ],
)
def test_a_term_is_no_longer_than_a_year_and_has_its_half_term_within(
    term: Term, faults: list[str]
) -> None:
    assert term.faults() == faults


def test_weeks_that_skip_holidays_need_terms() -> None:
    fortnight = Fortnight(WEEK, (MON,), skips_holidays=True)
    assert fortnight.faults(has_terms=True) == []
    assert fortnight.faults(has_terms=False) == [
        "two-week timetable: without terms nobody knows which weeks to skip"
    ]


def test_the_next_release_is_looked_for_in_the_terms_alone_and_on_days_made_school() -> None:
    """Over a weekend, a half-term and the holidays, up to the last day of the last term."""
    half = Span(date(2026, 3, 9), date(2026, 3, 13))
    terms = (
        Term("Spring", MON, date(2026, 3, 20), half),
        Term("Summer", date(2026, 4, 13), date(2026, 4, 14)),
    )
    saturday = Override(Target(), When.on(date(2026, 3, 7)), Times(*SATURDAY))
    table = Timetable(LONDON, WEEK, Calendar(terms, {}), (saturday,))

    found = []
    at: datetime | None = datetime(2026, 3, 5, 16, tzinfo=UTC)
    while at is not None and (at := table.next_release(at)) is not None:
        found.append((at.month, at.day))
    assert found == [(3, 6), (3, 7), *((3, day) for day in range(16, 21)), (4, 13), (4, 14)]


def test_a_day_that_only_week_b_has_is_found_too() -> None:
    fortnight = Fortnight({**WEEK, 5: SCHOOL_DAY}, (MON,))
    table = Timetable(LONDON, WEEK, Calendar(closed={}, fortnight=fortnight))
    friday_b = datetime(2026, 3, 13, 16, tzinfo=UTC)
    assert table.next_release(friday_b) == datetime(2026, 3, 14, 15, 10, tzinfo=LONDON)
    friday_a = friday_b - timedelta(days=7)
    assert table.next_release(friday_a) == datetime(2026, 3, 9, 15, 10, tzinfo=LONDON)


# what is released at once

MIDNIGHT, END = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
SCHEDULE = Schedule(
    (MIDNIGHT, *(datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (8, 9, 15, 16))),
    (Phase.CLOSED, Phase.ARRIVAL, Phase.LOCKED, Phase.RELEASE, Phase.CLOSED),
    END,
)


def hour(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_a_release_while_pupils_arrive_holds_on_through_lessons_until_closing() -> None:
    released = with_release_now(SCHEDULE, [ReleasedNow(hour(8))])
    assert [released.phase(hour(at)) for at in (8, 9, 14, 16)] == [Phase.RELEASE] * 3 + [
        Phase.CLOSED
    ]


def test_one_while_the_kiosk_is_closed_lasts_until_pupils_arrive() -> None:
    released = with_release_now(SCHEDULE, [ReleasedNow(hour(7))])
    assert [released.phase(hour(at)) for at in (7, 8)] == [Phase.RELEASE, Phase.ARRIVAL]


def test_one_at_midnight_is_of_the_day_that_begins() -> None:
    assert with_release_now(SCHEDULE, [ReleasedNow(MIDNIGHT)]).phase(MIDNIGHT) is Phase.RELEASE
    assert with_release_now(SCHEDULE, [ReleasedNow(END)]) is SCHEDULE


def test_who_is_in_no_form_is_released_with_those_in_none() -> None:
    of_none = [ReleasedNow(hour(11), frozenset({""}))]
    assert with_release_now(SCHEDULE, of_none).phase(hour(12)) is Phase.RELEASE
    assert with_release_now(SCHEDULE, of_none, "7A").phase(hour(12)) is Phase.LOCKED
    table = Timetable(LONDON, WEEK)
    assert table.phase(hour(12), None, tuple(of_none)) is Phase.RELEASE
    assert table.phase(hour(12), Whose("ana", "7", "7A"), tuple(of_none)) is Phase.LOCKED
