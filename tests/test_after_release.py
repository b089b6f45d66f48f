"""After their last release of the day: they collect while the kiosk is open, or ask the office."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from arranging_fixtures import at as moment
from cabinet import ANA, ANAS_CARD, BENS_CARD, SmallKiosk
from conftest import LONDON, SCHOOL_DAY, FakeClock, make_rules

from kiosk.acts import Show, Sign
from kiosk.errors import ConfigError
from kiosk.events import Reason
from kiosk.explaining.explaining import explain
from kiosk.explaining.rehearsal import rehearse
from kiosk.messages.arrangements import GivePass, LetGoHome, ReleaseNow
from kiosk.policy.facts import TapRules
from kiosk.policy.roles import ROLES
from kiosk.school.school import check_school, rules_of
from kiosk.timetable import (
    Calendar,
    EarlyClosing,
    Exam,
    Level,
    Override,
    Participants,
    ReleasedNow,
    Session,
    Target,
    Times,
    Timetable,
    When,
    Whose,
)

MON = date(2026, 3, 2)
A = Whose(ANA.id, "", ANA.form)
B = Whose("b2", "", "7B")
FORM = Target(Level.FORM, ANA.form)
PLACEMENT = Override(FORM, When(days=frozenset({0})), Times(release=time(12), closed=time(13)))
WEEK = dict.fromkeys(range(5), SCHOOL_DAY)
WHO = Participants(people=frozenset({ANA.id}))


def table(*overrides: Override, **more: object) -> Timetable:
    return Timetable(LONDON, WEEK, overrides=overrides or (PLACEMENT,), **more)  # type: ignore[arg-type]


def wall(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute)


def on(hour: int, minute: int = 0) -> datetime:
    return wall(hour, minute).replace(tzinfo=LONDON)


def test_a_release_ends_with_their_own_closing_while_the_school_is_open_to_others() -> None:
    found = [table().is_release_over(on(hour), A) for hour in (11, 12, 13, 14, 15)]
    assert found == [False, False, True, True, True]
    assert not table().is_release_over(on(12, 59), A)
    assert not table().is_release_over(on(14), B)  # their own is still to come
    assert not table().is_release_over(on(15, 30), B)


def test_who_has_no_closing_of_their_own_is_released_until_the_schools() -> None:
    early = table(Override(FORM, When(days=frozenset({0})), Times(release=time(12))))
    assert not early.is_release_over(on(16), A)
    assert not table(Override(FORM, When.on(MON), None)).is_release_over(on(16), A)


def test_an_early_closing_ends_both_at_once() -> None:
    snow = table(PLACEMENT, early=(EarlyClosing(MON, time(11), time(12)),))
    assert not snow.is_release_over(on(11, 30), A)


def test_an_exam_that_ends_after_their_own_day_is_followed_by_a_release() -> None:
    exam = Exam("maths", wall(11), wall(14), frozenset({ANA.id}), frozenset({ANA.id}))
    assert not table(exams=(exam,)).is_release_over(on(14, 30), A)
    short = replace(exam, end=wall(12, 30))
    assert table(exams=(short,)).is_release_over(on(13, 30), A)
    until_their_closing = replace(exam, end=wall(13))
    assert not table(exams=(until_their_closing,)).is_release_over(on(13, 30), A)


def test_it_is_not_the_last_while_a_session_of_theirs_runs_or_is_still_to_come() -> None:
    disco = Session("disco", wall(18), wall(18, 10), wall(20), wall(21), WHO)
    timetable = table(sessions=(disco,))
    assert not timetable.is_release_over(on(14), A)
    assert not timetable.is_release_over(on(20, 30), A)
    others = replace(disco, participants=Participants(people=frozenset({"b2"})))
    assert table(sessions=(others,)).is_release_over(on(14), A)


def test_once_staff_released_them_that_day_it_is_never_over() -> None:
    for form, over in ((ANA.form, False), ("7B", True)):
        given = (ReleasedNow(on(13, 30), frozenset({form})),)
        assert table().is_release_over(on(14), A, given) is over
    assert table().is_release_over(on(13, 15), A, (ReleasedNow(on(13, 30)),))
    assert not table().is_release_over(on(13, 30), A, (ReleasedNow(on(13, 30)),))


def test_of_the_school_as_such_it_is_over_once_the_kiosk_has_closed() -> None:
    assert not table().is_release_over(on(16))
    assert table().is_release_over(on(17))
    of_no_form = (ReleasedNow(on(16), frozenset({""})),)
    assert not table().is_release_over(on(17), None, of_no_form)


def test_in_summer_their_closing_and_the_date_are_those_of_the_wall() -> None:
    monday = datetime(2026, 7, 6, tzinfo=LONDON)
    assert not table().is_release_over(monday.replace(hour=12, minute=59), A)
    assert table().is_release_over(monday.replace(hour=13), A)
    assert not table().is_release_over(monday + timedelta(days=1, minutes=30), A)  # Tuesday


def test_before_the_policy_holds_nothing_is_over() -> None:
    timetable = table(calendar=Calendar(policy_from=date(2026, 3, 3)))
    assert not timetable.is_release_over(on(14), A)


# at the kiosk


@pytest.fixture
def kiosk(clock: FakeClock) -> SmallKiosk:
    """Ana's form is released at noon, until one; the school is open until the afternoon. She comes
    at two."""
    rules = replace(make_rules(), timetable=table(), taps=TapRules(late_to_office=True))
    kiosk = SmallKiosk(rules, clock)
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    clock.to(14)
    return kiosk


def test_by_default_they_collect(kiosk: SmallKiosk) -> None:
    kiosk.rules = replace(kiosk.rules, taps=TapRules())
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_where_the_school_says_office_they_are_sent_there_as_for_any_other_reason(
    kiosk: SmallKiosk,
) -> None:
    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason, tap.cubby) == (False, Reason.AFTER_RELEASE, None)
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    assert kiosk.tap(BENS_CARD).reason is Reason.NOT_YET


def test_the_closed_kiosk_says_closed_all_the_same(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(18)
    assert kiosk.tap(ANAS_CARD).reason is Reason.KIOSK_CLOSED


def test_in_their_own_release_they_collect(clock: FakeClock) -> None:
    rules = replace(make_rules(), timetable=table(), taps=TapRules(late_to_office=True))
    kiosk = SmallKiosk(rules, clock)
    kiosk.hand_in()
    clock.to(12, 30)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_staff_open_it_and_what_they_arrange_opens_it_too(kiosk: SmallKiosk) -> None:
    kiosk.override(1, ANA.id)
    assert kiosk.pulses == [1]
    kiosk.open(1)
    kiosk.close(1)

    kiosk.take(GivePass("office", ANA.id, moment(kiosk, 13), moment(kiosk, 15)))
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


@pytest.mark.parametrize("command", [LetGoHome("office", ANA.id), ReleaseNow("office")])
def test_whoever_is_let_go_by_staff_collects(kiosk: SmallKiosk, command: LetGoHome) -> None:
    kiosk.take(command)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_to_hand_in_is_never_too_late(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(14, days=7)
    late = SmallKiosk(kiosk.rules, kiosk.clock)
    assert late.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_the_explanation_says_so_and_the_rehearsal_how_often(kiosk: SmallKiosk) -> None:
    told = explain(
        kiosk.rules, kiosk.standing, ANA.id, kiosk.clock.now(), may_see=ROLES["reception"]
    )
    assert (told.row, told.reason) == ("16a", Reason.AFTER_RELEASE)
    assert "their last release of today is over" in told.facts
    assert told.next == "they can collect at 15:10 on Tuesday 3 March 2026"

    kiosk.tap(ANAS_CARD)
    before = replace(kiosk.rules, taps=TapRules())
    found = rehearse(before, kiosk.rules, kiosk.standing.roster, kiosk.events)
    assert [d.kind.after for d in found.differences] == [(False, Reason.AFTER_RELEASE)]


def test_the_school_file_says_it() -> None:
    week = '[[week]]\ndays = ["mon"]\narrival = "08:00"\nlocked = "08:30"\n'
    week += 'release = "15:00"\nclosed = "16:00"\n[taps]\nafter_last_release = '
    assert rules_of(make_rules(), check_school(week + '"office"', "it")).taps.late_to_office
    with pytest.raises(ConfigError, match=r"Line 8: taps\.after_last_release"):
        check_school(week + '"desk"', "it")
