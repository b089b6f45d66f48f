"""Rules about days that differ: for whom, when, and which of several wins."""

from datetime import date, datetime, time

import pytest
from conftest import LONDON, SCHOOL_DAY

from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Day,
    EarlyClosing,
    Level,
    Override,
    Phase,
    Target,
    Term,
    Times,
    Timetable,
    When,
    Whose,
)

MON, TUE, SAT = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 7)
ANA = Whose("ana", "9", "9A")
WEEK = dict.fromkeys(range(5), SCHOOL_DAY)
SCHOOL, YEAR = Target(), Target(Level.YEAR, "9")
FORM, PERSON = Target(Level.FORM, "9A"), Target(Level.PERSON, "ana")

# From the least specific on: whom a rule is for counts before which dates it is for.
WHENS = [
    When(days=frozenset({0})),
    When(date(2026, 2, 1), date(2026, 4, 1)),
    When(date(2026, 2, 1), date(2026, 4, 1), frozenset({0})),
    When.on(MON),
]
BY_RANK = [(target, when) for target in (SCHOOL, YEAR, FORM, PERSON) for when in WHENS]


def table(*rules: Override, early: tuple[EarlyClosing, ...] = ()) -> Timetable:
    return Timetable(LONDON, WEEK, overrides=rules, early=early)


def released_at(hour: int, target: Target = PERSON, when: When = WHENS[0]) -> Override:
    return Override(target, when, Times(release=time(hour)), f"at {hour}")


def at(hour: int, minute: int = 0, on: date = MON) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize("rank", range(len(BY_RANK)))
def test_the_most_specific_rule_wins(rank: int) -> None:
    rules = [released_at(9 + n // 4, *BY_RANK[n]) for n in range(rank + 1)]
    rules[-1] = released_at(14, *BY_RANK[rank])

    timetable = table(*reversed(rules))

    assert timetable.release_of(MON, ANA) == at(14)
    assert timetable.reason(MON, ANA) == "at 14"


def test_a_rule_for_some_is_nothing_to_the_others() -> None:
    timetable = table(released_at(12, YEAR), released_at(13, FORM), released_at(14))

    assert timetable.release_of(MON) == at(15, 10)
    assert timetable.release_of(MON, Whose("ben", "8", "8A")) == at(15, 10)
    assert timetable.release_of(MON, Whose("ben", "9", "9B")) == at(12)
    assert timetable.release_of(MON, Whose("ben", "9", "9A")) == at(13)
    assert timetable.release_of(MON, ANA) == at(14)
    assert timetable.release_of(TUE, ANA) == at(15, 10, TUE)


@pytest.mark.parametrize("target", [SCHOOL, YEAR, FORM, PERSON])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (When.on(MON), When.on(MON)),
        (When(days=frozenset({0, 1})), When(days=frozenset({0}))),
        (When(MON, date(2026, 3, 20)), When(None, MON)),
        (When(MON, SAT, frozenset({0})), When(date(2026, 2, 1), MON, frozenset({0, 3}))),
    ],
)
def test_two_rules_of_which_neither_is_more_specific_are_refused(
    target: Target, a: When, b: When
) -> None:
    with pytest.raises(BadTimetable) as caught:
        table(released_at(12, target, a), released_at(13, target, b))

    (fault,) = caught.value.faults
    assert "(at 12)" in fault
    assert "(at 13)" in fault
    assert "clash: both are for " in fault


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (When.on(MON), When.on(TUE)),
        (When(days=frozenset({0})), When(days=frozenset({1}))),
        (When(None, MON), When(TUE, None)),
        # Both ranges hold some days, but no Monday is in the one and no Tuesday in the other.
        (When(MON, SAT, frozenset({0})), When(TUE, date(2026, 3, 9), frozenset({0}))),
        (When(MON, SAT), When(MON, SAT, frozenset({0}))),
    ],
)
def test_rules_for_different_dates_or_of_different_rank_do_not_clash(a: When, b: When) -> None:
    table(released_at(12, PERSON, a), released_at(13, PERSON, b))


def test_rules_that_share_nothing_but_sundays_clash() -> None:
    sundays = When(days=frozenset({6}))

    with pytest.raises(BadTimetable, match="clash"):
        table(released_at(12, when=sundays), released_at(13, when=sundays))


def test_two_early_closings_of_one_date_clash() -> None:
    with pytest.raises(BadTimetable, match=r"early closing.* and early closing.* clash"):
        table(early=(EarlyClosing(MON, time(12), time(13)), EarlyClosing(MON, time(11), time(13))))


def test_every_clash_is_told_at_once() -> None:
    rules = [released_at(hour, when=When.on(day)) for hour in (9, 10) for day in (MON, TUE)]
    closing = EarlyClosing(MON, time(12), time(13), "snow")
    rules.append(released_at(11, SCHOOL, When.on(MON)))

    with pytest.raises(BadTimetable) as caught:
        table(*rules, early=(closing, closing))

    assert len(caught.value.faults) == 4
    assert "the school, 2026-03-02 (at 11) and early closing, 2026-03-02 (snow)" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Override(PERSON, When(), Times(time(9))), "no date, range or weekday"),
        (Override(PERSON, When(TUE, MON), Times(time(9))), "ends before it begins"),
        (Override(Target(Level.YEAR), When.on(MON), None), "not said for whom"),
        (Override(Target(name="9"), When.on(MON), None), "not said for whom"),
        (Override(PERSON, When.on(MON), Times()), "changes nothing"),
        (Override(PERSON, When.on(MON), Times(closed=time(12))), "closed needs release"),
        (Override(PERSON, When.on(MON), Times(time(9), time(9))), "must follow one another"),
    ],
)
def test_a_rule_that_says_nothing_clear_is_refused(rule: Override, words: str) -> None:
    with pytest.raises(BadTimetable, match=words):
        table(rule)


def test_an_early_closing_whose_times_are_turned_round_is_refused() -> None:
    with pytest.raises(BadTimetable, match="2026-03-02"):
        table(early=(EarlyClosing(MON, time(13), time(13)),))


def test_somebody_who_comes_later_may_hand_in_as_soon_as_the_kiosk_is_open() -> None:
    timetable = table(Override(PERSON, WHENS[0], Times(arrival=time(10), locked=time(10, 15))))

    assert timetable.day(MON, ANA) == Day(time(10), time(10, 15), time(15, 10), time(16, 30))
    assert timetable.phase(at(8, 19), ANA) is Phase.CLOSED
    assert timetable.phase(at(8, 20), ANA) is Phase.ARRIVAL
    assert timetable.phase(at(10, 15), ANA) is Phase.LOCKED


def test_somebody_who_leaves_earlier_may_collect_until_the_kiosk_closes() -> None:
    timetable = table(
        Override(PERSON, WHENS[0], Times(time(9), time(9, 30), time(12), time(12, 30)))
    )

    assert timetable.phase(at(12), ANA) is Phase.RELEASE
    assert timetable.phase(at(16, 29), ANA) is Phase.RELEASE
    assert timetable.phase(at(16, 30), ANA) is Phase.CLOSED
    assert timetable.phase(at(12)) is Phase.LOCKED


def test_a_day_of_their_own_is_open_to_them_beyond_the_schools() -> None:
    timetable = table(Override(YEAR, WHENS[0], Times(time(7), time(8), time(17), time(18))))

    assert timetable.phase(at(7), ANA) is Phase.ARRIVAL
    assert timetable.phase(at(16, 45), ANA) is Phase.LOCKED
    assert timetable.phase(at(17, 59), ANA) is Phase.RELEASE
    assert timetable.phase(at(7)) is Phase.CLOSED


def test_who_is_not_expected_and_comes_all_the_same_has_the_day_of_the_others() -> None:
    timetable = table(Override(PERSON, WHENS[0], None, "placement"), released_at(14, YEAR))

    assert timetable.day(MON, ANA) is None
    assert timetable.reason(MON, ANA) == "placement"
    assert timetable.phase(at(9), ANA) is Phase.LOCKED
    assert timetable.release_of(MON, ANA) == at(14)


def test_times_that_a_rule_leaves_out_give_way_no_further_than_they_must() -> None:
    timetable = table(
        Override(PERSON, When.on(MON), Times(arrival=time(10))),
        Override(PERSON, When.on(TUE), Times(release=time(8, 30))),
    )

    assert timetable.day(MON, ANA) == Day(time(10), time(10), time(15, 10), time(16, 30))
    assert timetable.day(TUE, ANA) == Day(time(8, 20), time(8, 30), time(8, 30), time(16, 30))


@pytest.mark.parametrize(("hour", "closed"), [(17, time(18, 20)), (23, time(23, 59))])
def test_a_later_release_always_leaves_time_to_collect(hour: int, closed: time) -> None:
    day = table(released_at(hour)).day(MON, ANA)

    assert day is not None
    assert day.closed == closed


def test_a_rule_for_a_date_makes_school_of_a_saturday_for_its_own() -> None:
    timetable = table(
        Override(YEAR, When.on(SAT), Times(time(9), time(9, 30), time(12), time(13)), "revision")
    )

    assert timetable.phase(at(10, on=SAT), ANA) is Phase.LOCKED
    assert timetable.release_of(SAT, ANA) == at(12, on=SAT)
    assert timetable.phase(at(10, on=SAT)) is Phase.CLOSED
    assert not timetable.is_school_day(SAT)


def test_other_rules_make_school_only_where_there_might_be_any() -> None:
    whole = Times(time(9), time(9, 30), time(12), time(13))
    term = Term("Spring", date(2026, 1, 5), date(2026, 3, 27))
    timetable = Timetable(
        LONDON,
        WEEK,
        Calendar((term,), {date(2026, 3, 14): "exhibition"}),
        (
            Override(YEAR, When(days=frozenset({5})), whole),
            Override(FORM, When(SAT, date(2026, 6, 1)), Times(release=time(11))),
            Override(PERSON, When(date(2026, 3, 20), date(2026, 6, 1)), whole),
        ),
    )

    assert timetable.release_of(SAT, ANA) == at(11, on=SAT)
    for closed in (date(2026, 3, 14), date(2026, 3, 22), date(2026, 4, 4)):
        assert timetable.day(closed, ANA) is None
        assert timetable.release_of(closed, ANA) is None


def test_a_day_on_which_the_school_is_shut_is_reopened_for_that_very_date_alone() -> None:
    whole = Times(time(9), time(9, 30), time(12), time(13))
    timetable = table(
        Override(SCHOOL, When.on(MON), None, "snow"),
        Override(YEAR, WHENS[0], whole),
        Override(FORM, WHENS[1], whole),
        Override(Target(Level.PERSON, "ben"), When.on(MON), whole),
    )

    assert timetable.day(MON, ANA) is None
    assert timetable.phase(at(10), ANA) is Phase.CLOSED
    assert timetable.reason(MON) == "snow"
    assert timetable.day(MON, Whose("ben")) is not None


def test_an_early_closing_ends_longer_days_too() -> None:
    closing = EarlyClosing(MON, time(12), time(13), "snow")
    timetable = table(released_at(16), early=(closing,))

    assert timetable.day(MON) == Day(time(8, 20), time(8, 50), time(12), time(13))
    assert timetable.release_of(MON, ANA) == at(12)
    assert timetable.phase(at(13), ANA) is Phase.CLOSED
    assert timetable.reason(MON, ANA) == "snow"


def test_an_early_closing_makes_nothing_later() -> None:
    timetable = table(released_at(11), early=(EarlyClosing(MON, time(12), time(17)),))

    assert timetable.day(MON, ANA) == Day(time(8, 20), time(8, 50), time(11), time(16, 30))


def test_a_rule_for_the_very_date_keeps_them_longer_than_an_early_closing() -> None:
    closing = EarlyClosing(MON, time(12), time(13))
    timetable = table(
        released_at(14, FORM, When.on(MON)),
        Override(YEAR, When.on(MON), Times(arrival=time(10))),
        early=(closing,),
    )

    assert timetable.release_of(MON, ANA) == at(14)
    assert timetable.release_of(MON, Whose("ben", "9", "9B")) == at(12)


def test_rules_that_probably_do_nothing_are_remarked_on() -> None:
    timetable = table(released_at(12, when=When.on(SAT)), released_at(12, when=When.on(MON)))

    (remark,) = timetable.remarks()
    assert remark.startswith("person ana, 2026-03-07 (at 12): there is no school that day")
