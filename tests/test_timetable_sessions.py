"""What runs beside the school day: sessions, exams, and what staff release at once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from conftest import LONDON, SCHOOL_DAY

from kiosk.timetable import (
    BadTimetable,
    Calendar,
    Exam,
    Participants,
    Phase,
    ReleasedNow,
    Session,
    Timetable,
    Whose,
)

MON = date(2026, 3, 2)
ANA, BEN = Whose("ana", "9", "9A"), Whose("ben", "8", "8A")
WEEK = dict.fromkeys(range(5), SCHOOL_DAY)


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return wall(day, hour, minute).replace(tzinfo=LONDON).astimezone(UTC)


DISCO = Session(
    "disco",
    wall(2, 18),
    wall(2, 18, 30),
    wall(2, 23, 45),
    wall(3, 0, 30),
    Participants(years=frozenset({"9"})),
)
CAMP = Session(  # from Monday's lessons to Wednesday's
    "camp",
    wall(2, 9, 30),
    wall(2, 10),
    wall(4, 13),
    wall(4, 14),
    Participants(people=frozenset({"ana"})),
)


def table(*sessions: Session, exams: tuple[Exam, ...] = (), **calendar: Any) -> Timetable:
    return Timetable(LONDON, WEEK, Calendar(**calendar), sessions=sessions, exams=exams)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (at(2, 17, 59), Phase.CLOSED),
        (at(2, 18), Phase.ARRIVAL),
        (at(2, 18, 30), Phase.LOCKED),
        (at(2, 23, 45), Phase.RELEASE),
        (at(3, 0, 29), Phase.RELEASE),
        (at(3, 0, 30), Phase.CLOSED),
        (at(3, 8, 20), Phase.ARRIVAL),
    ],
)
def test_participants_follow_a_session_past_midnight(moment: datetime, phase: Phase) -> None:
    assert table(DISCO).phase(moment, ANA) is phase


def test_a_release_that_runs_past_midnight_began_the_day_before() -> None:
    assert table(DISCO).release_of(date(2026, 3, 3), ANA) == at(3, 15, 10)
    assert table(DISCO).next_release(at(2, 23, 50), ANA) == at(3, 15, 10)


def test_everyone_else_lives_as_usual_while_a_session_runs() -> None:
    for whose in (None, BEN):
        assert table(DISCO).phase(at(2, 19), whose) is Phase.CLOSED
        assert table(CAMP).phase(at(3, 15, 10), whose) is Phase.RELEASE


@pytest.mark.parametrize(
    ("participants", "takes_part"),
    [
        (Participants(years=frozenset({"9"})), True),
        (Participants(forms=frozenset({"9A"})), True),
        (Participants(people=frozenset({"ana"})), True),
        (Participants(everyone=True), True),
        (Participants(frozenset({"8"}), frozenset({"8A"}), frozenset({"ben"})), False),
    ],
)
def test_participants_are_years_forms_people_or_everyone(
    participants: Participants, takes_part: bool
) -> None:
    party = Session("party", wall(2, 18), wall(2, 18), wall(2, 19), wall(2, 20), participants)

    assert (table(party).phase(at(2, 18), ANA) is Phase.LOCKED) is takes_part


def test_during_a_residential_nothing_is_released_at_the_end_of_a_school_day() -> None:
    timetable = table(CAMP)

    assert timetable.phase(at(2, 9, 29), ANA) is Phase.LOCKED
    assert timetable.phase(at(2, 9, 30), ANA) is Phase.ARRIVAL
    assert timetable.phase(at(3, 15, 10), ANA) is Phase.LOCKED
    assert timetable.next_release(at(2, 12), ANA) == at(4, 13)
    assert timetable.release_of(date(2026, 3, 3), ANA) is None
    assert timetable.phase(at(4, 14), ANA) is Phase.LOCKED  # back in class
    assert timetable.next_release(at(4, 13), ANA) == at(4, 15, 10)


def test_of_two_sessions_at_once_the_one_begun_later_is_followed() -> None:
    timetable = table(CAMP, DISCO)

    assert timetable.phase(at(2, 18), ANA) is Phase.ARRIVAL
    assert timetable.phase(at(2, 23, 45), ANA) is Phase.RELEASE
    assert timetable.phase(at(3, 0, 30), ANA) is Phase.LOCKED
    assert timetable.sessions_running(at(2, 18)) == (CAMP, DISCO)
    assert timetable.sessions_running(at(3, 0, 30)) == (CAMP,)


def test_a_session_in_the_holidays_is_found() -> None:
    saturday = Session(
        "fair", wall(7, 9), wall(7, 9), wall(7, 12), wall(7, 13), Participants(everyone=True)
    )

    assert table(saturday).next_release(at(6, 17)) == at(7, 12)
    assert Timetable(LONDON, {}, sessions=(saturday,)).next_change(at(1, 9)) == at(7, 9)


def test_before_the_policy_a_session_gives_back_at_any_time_too() -> None:
    timetable = table(DISCO, policy_from=date(2026, 3, 3))

    assert timetable.phase(at(2, 18), ANA) is Phase.RELEASE
    assert timetable.phase(at(3, 0, 10), ANA) is Phase.RELEASE


@pytest.mark.parametrize(
    ("moment", "whose", "left"),
    [
        (at(2, 7), BEN, True),
        (at(2, 12), BEN, True),  # came back from the dentist
        (at(2, 15, 10), BEN, False),
        (at(2, 15, 10), ANA, True),  # the disco is still to come
        (at(2, 20), ANA, True),
        (at(2, 23, 45), ANA, False),
        (at(3, 0, 15), ANA, True),  # it is Tuesday, and a school day
        (at(7, 12), ANA, False),
    ],
)
def test_somebody_who_collected_may_have_to_hand_in_again_today(
    moment: datetime, whose: Whose, left: bool
) -> None:
    assert table(DISCO).has_session_left(moment, whose) is left


MATHS = Exam("maths", wall(2, 9), wall(2, 10, 30), frozenset({"ana", "ben"}), frozenset({"ana"}))
FRENCH = Exam("french", wall(2, 13), wall(2, 14), frozenset({"ana"}))


def test_a_candidate_who_is_finished_collects_after_the_end() -> None:
    timetable = table(exams=(MATHS,))

    assert timetable.exam_release(at(2, 8), "ana") == at(2, 10, 30)
    assert timetable.phase(at(2, 10, 29), ANA) is Phase.LOCKED
    assert timetable.phase(at(2, 10, 30), ANA) is Phase.RELEASE
    assert timetable.next_release(at(2, 8), ANA) == at(2, 10, 30)
    assert not timetable.has_session_left(at(2, 10, 30), ANA)


def test_a_candidate_who_stays_waits_for_the_others() -> None:
    timetable = table(exams=(MATHS,))

    assert timetable.exam_release(at(2, 8), "ben") is None
    assert timetable.phase(at(2, 10, 30), BEN) is Phase.LOCKED
    assert timetable.exam_release(at(3, 8), "ana") is None


@pytest.mark.parametrize("finished", [frozenset[str](), frozenset({"ana"})])
def test_the_last_exam_of_a_day_decides(finished: frozenset[str]) -> None:
    last = Exam("french", FRENCH.start, FRENCH.end, FRENCH.candidates, finished)
    timetable = table(exams=(last, MATHS))

    assert timetable.phase(at(2, 11), ANA) is Phase.LOCKED
    assert timetable.exam_release(at(2, 8), "ana") == (at(2, 14) if finished else None)
    assert timetable.exams_on(MON) == (MATHS, last)
    assert timetable.exams_on(date(2026, 3, 3)) == ()


def test_an_exam_past_the_end_of_the_day_releases_nobody_later() -> None:
    late = Exam("art", wall(2, 9), wall(2, 16), frozenset({"ana"}), frozenset({"ana"}))

    assert table(exams=(late,)).release_of(MON, ANA) == at(2, 15, 10)


def test_an_exam_without_school_is_remarked_on() -> None:
    saturday = Exam("art", wall(7, 9), wall(7, 10), frozenset({"ana"}))

    (remark,) = table(exams=(saturday, MATHS)).remarks()
    assert remark == "exam art: there is no school on 2026-03-07, so the kiosk may be closed"


SNOW = ReleasedNow(at(2, 11))


def test_release_now_lasts_until_the_day_closes() -> None:
    timetable, released = table(), (SNOW,)

    assert timetable.phase(at(2, 10, 59), None, released) is Phase.LOCKED
    assert timetable.phase(at(2, 11), None, released) is Phase.RELEASE
    assert timetable.phase(at(2, 16, 29), None, released) is Phase.RELEASE
    assert timetable.phase(at(2, 16, 30), None, released) is Phase.CLOSED
    assert timetable.next_release(at(2, 11), None, released) == at(3, 15, 10)
    assert timetable.next_change(at(2, 11), None, released) == at(2, 16, 30)
    assert not timetable.has_session_left(at(2, 11), None, released)


def test_release_now_may_be_for_some_forms() -> None:
    released = (ReleasedNow(at(2, 11), frozenset({"9A"})),)

    assert table().phase(at(2, 11), ANA, released) is Phase.RELEASE
    assert table().phase(at(2, 11), BEN, released) is Phase.LOCKED
    assert table().phase(at(2, 11), None, released) is Phase.LOCKED


def test_yesterdays_release_now_is_over() -> None:
    assert table().phase(at(3, 11), None, (SNOW,)) is Phase.LOCKED


def test_release_now_during_the_day_says_nothing_about_the_evening() -> None:
    assert table(DISCO).phase(at(2, 19), ANA, (SNOW,)) is Phase.LOCKED
    assert table(DISCO).has_session_left(at(2, 12), ANA, (SNOW,))


def test_release_now_while_the_kiosk_is_closed_opens_it_until_the_next_change() -> None:
    early, late = ReleasedNow(at(2, 7)), ReleasedNow(at(2, 17))

    assert table().phase(at(2, 8), None, (early,)) is Phase.RELEASE
    assert table().phase(at(2, 8, 20), None, (early,)) is Phase.ARRIVAL
    assert table().phase(at(2, 23, 59), None, (late,)) is Phase.RELEASE
    assert table().phase(at(3, 0), None, (late,)) is Phase.CLOSED
    assert table().next_change(at(2, 17), None, (late,)) == at(3, 0)


def test_release_now_on_the_last_day_ends_at_midnight() -> None:
    timetable = Timetable(LONDON, {}, sessions=(DISCO,))
    late = ReleasedNow(at(4, 17))

    assert timetable.next_change(at(4, 18), ANA, (late,)) == at(5, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"participants": Participants()}, "nobody takes part"),
        ({"participants": Participants(years=frozenset({""}))}, "has no name"),
        ({"locked": wall(2, 17)}, "must follow one another"),
        ({"release": wall(2, 18, 30)}, "must follow one another"),
        ({"closed": wall(2, 23, 45)}, "must follow one another"),
        ({"closed": wall(2, 23) + timedelta(days=31)}, "longer than 31 days"),
        ({"arrival": at(2, 18)}, "without a zone"),
    ],
)
def test_a_session_that_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    fields = {name: getattr(DISCO, name) for name in DISCO.__slots__} | changes

    with pytest.raises(BadTimetable, match=f"session disco: .*{words}"):
        table(Session(**fields))


@pytest.mark.parametrize(
    ("exam", "words"),
    [
        (Exam("maths", wall(2, 9), wall(2, 9), frozenset({"ana"})), "must end after it starts"),
        (Exam("maths", wall(2, 9), wall(3, 10), frozenset({"ana"})), "on the same date"),
        (Exam("maths", at(2, 9), wall(2, 10), frozenset({"ana"})), "without a zone"),
        (Exam("maths", wall(2, 9), wall(2, 10), frozenset({""})), "has no name"),
        (
            Exam("maths", wall(2, 9), wall(2, 10), frozenset({"ana"}), frozenset({"ben"})),
            "only its candidates",
        ),
    ],
)
def test_an_exam_that_cannot_be_is_refused(exam: Exam, words: str) -> None:
    with pytest.raises(BadTimetable, match=f"exam maths: .*{words}"):
        table(exams=(exam,))


def test_an_exam_that_ends_before_the_kiosk_opens_releases_from_its_opening() -> None:
    dawn = Exam("oral", wall(2, 7), wall(2, 8), frozenset({"ana"}), frozenset({"ana"}))
    timetable = table(exams=(dawn,))

    assert timetable.phase(at(2, 8, 10), ANA) is Phase.CLOSED
    assert timetable.phase(at(2, 8, 20), ANA) is Phase.RELEASE
    assert SCHOOL_DAY.arrival == time(8, 20)


# when somebody was last to arrive


@pytest.mark.parametrize(
    ("hour", "minute", "found"),
    [
        (8, 0, None),
        (8, 20, ((8, 20), (8, 20))),
        (8, 30, ((8, 20), (8, 30))),
        (8, 50, ((8, 20), (8, 50))),
        (12, 0, ((8, 20), (8, 50))),
        (18, 10, ((18, 0), (18, 10))),
        (20, 0, ((18, 0), (18, 30))),
    ],
)
def test_the_last_arrival_of_the_day_is_told_up_to_that_moment(
    hour: int, minute: int, found: tuple[tuple[int, int], tuple[int, int]] | None
) -> None:
    timetable = Timetable(LONDON, WEEK, sessions=(DISCO,))
    told = timetable.arrival_before(at(2, hour, minute), ANA)
    assert told == (found and (at(2, *found[0]), at(2, *found[1])))


def test_who_has_no_evening_was_last_to_arrive_in_the_morning() -> None:
    timetable = Timetable(LONDON, WEEK, sessions=(DISCO,))
    assert timetable.arrival_before(at(2, 20), BEN) == (at(2, 8, 20), at(2, 8, 50))
    assert timetable.arrival_before(at(2, 20)) == (at(2, 8, 20), at(2, 8, 50))
    assert timetable.arrival_before(at(1, 12), BEN) is None  # a Sunday


def test_in_summer_an_arrival_is_told_by_the_wall() -> None:
    morning = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)  # nine on the wall
    told = Timetable(LONDON, WEEK).arrival_before(morning, BEN)
    assert told == (
        datetime(2026, 7, 6, 7, 20, tzinfo=UTC),
        datetime(2026, 7, 6, 7, 50, tzinfo=UTC),
    )
    after_midnight = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)  # half past twelve on Tuesday
    assert Timetable(LONDON, WEEK).arrival_before(after_midnight, BEN) is None
