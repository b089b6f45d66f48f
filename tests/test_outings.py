"""What its owner has with them for a while, and what goes home before the others: passes, used up
by coming back; the kept cubby; going home; release now; the day's end."""

from datetime import timedelta

import pytest
from arranging_fixtures import at, deposit_of, exempt, furnished, give_pass
from cabinet import ANA, ANAS_CARD, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules

from kiosk.acts import Show, Sign
from kiosk.custody import fold
from kiosk.drafting import Rules
from kiosk.events import Alert, Event, EventType, Reason
from kiosk.messages.arrangements import GivePass, GrantExemption, LetGoHome, ReleaseNow
from kiosk.messages.commands import Override, StateCustody
from kiosk.state import Deposit, Place

T = EventType


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


# passes


def test_a_dentist_at_lunch_and_back(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(10)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET

    kiosk.clock.to(11, 30)
    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason, tap.cubby) == (True, Reason.OUT, cubby)
    (_, out) = kiosk.open(cubby)
    assert (out.type, out.data["due"]) == (T.TAKEN_OUT, at(kiosk, 13).isoformat())
    kiosk.close(cubby)
    assert kiosk.tap(BENS_CARD).cubby != cubby  # it is kept for her

    kiosk.clock.to(12, 30)
    assert kiosk.tap(ANAS_CARD).reason is Reason.BACK
    kiosk.open(cubby)
    assert types(kiosk.close(cubby)) == [T.DOOR_CLOSED, T.DEPOSITED]
    assert kiosk.standing.state.deposits[deposit_of(kiosk)].due is None


def test_what_is_out_and_due_is_an_alert_until_it_is_back(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.clock.to(13, 1)
    assert (Alert.OVERDUE, ANA.id) in {(a.data.get("alert"), a.person) for a in kiosk.tick()}

    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.tick()
    assert (Alert.OVERDUE, ANA.id) not in kiosk.standing.state.alerts


def test_from_release_on_what_is_out_need_not_come_back(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.clock.to(15, 20)

    assert kiosk.tap(ANAS_CARD).reason is Reason.OUT_AT_RELEASE
    assert (kiosk.pulses, kiosk.shown) == ([], [Show(Sign.NOTED)])
    assert kiosk.standing.state.deposit_of(ANA.id) is None
    assert kiosk.standing.state.passes == {}
    assert cubby not in kiosk.standing.state.in_cubby


def test_a_power_cut_while_it_is_brought_back_keeps_the_cubby_for_its_owner(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.power_cut({cubby: False})

    deposit = kiosk.standing.state.deposit_in(cubby)
    assert deposit is not None
    assert (deposit.person, deposit.doubt) == (ANA.id, Reason.INTERRUPTED)


# going home, release now


def test_going_home_now_lets_the_next_tap_collect(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(11)
    kiosk.take(LetGoHome("reception", ANA.id))

    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    kiosk.open(cubby)
    assert kiosk.standing.state.going_home == {}


def test_snow_releases_everybody_at_once_and_for_that_day(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.take(ReleaseNow("reception"))
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    kiosk.clock.to(9, days=1)

    assert kiosk.tap(BENS_CARD).reason is Reason.DEPOSIT
    kiosk.open(kiosk.pulses[0])
    kiosk.close(kiosk.events[-1].cubby or 0)
    kiosk.clock.to(10)
    assert kiosk.tap(BENS_CARD).reason is Reason.NOT_YET


def test_a_release_by_form_is_for_that_form(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.clock.to(11)
    kiosk.take(ReleaseNow("reception", frozenset({ANA.form})))

    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    assert kiosk.tap(BENS_CARD).reason is Reason.NOT_YET


def test_who_goes_home_with_a_device_that_is_out_has_nothing_to_bring_back(
    kiosk: SmallKiosk,
) -> None:
    out_on_a_pass(kiosk)
    kiosk.take(LetGoHome("reception", ANA.id))

    assert kiosk.tap(ANAS_CARD).reason is Reason.OUT_AT_RELEASE
    assert (kiosk.pulses, kept(kiosk)) == ([], None)


def test_going_home_is_for_that_day_alone(kiosk: SmallKiosk) -> None:
    kiosk.take(LetGoHome("reception", ANA.id))  # she has nothing here, and goes
    kiosk.clock.to(8, 30, days=1)
    kiosk.hand_in()
    kiosk.clock.to(10)

    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.take(LetGoHome("reception", ANA.id))
    assert kiosk.outcome
    assert kiosk.outcome.granted
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


# one-off


def out_on_a_pass(kiosk: SmallKiosk) -> int:
    """Ana is at the dentist's from half past eleven, due back at one."""
    cubby = kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    use_door(kiosk)
    return cubby


def use_door(kiosk: SmallKiosk) -> Event:
    """A tap, and the door that it opens."""
    tap = kiosk.tap(ANAS_CARD)
    if tap.cubby is None:
        raise LookupError(tap.reason)
    kiosk.open(tap.cubby)
    kiosk.close(tap.cubby)
    return tap


def kept(kiosk: SmallKiosk) -> Deposit | None:
    return kiosk.standing.state.deposit_of(ANA.id)


def test_a_pass_is_used_up_by_coming_back(kiosk: SmallKiosk) -> None:
    out_on_a_pass(kiosk)
    kiosk.clock.to(12)
    assert use_door(kiosk).reason is Reason.BACK
    assert kiosk.standing.state.passes == {}
    kiosk.clock.to(12, 30)

    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    assert fold(kiosk.events) == kiosk.standing.state


def test_a_pass_that_was_not_used_is_over_at_its_end(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    give_pass(kiosk)
    kiosk.clock.to(13)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_a_pass_for_the_afternoon_outlasts_an_outing_at_lunch(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(GrantExemption("headteacher", exempt("adjustment", "always")))
    kiosk.take(GivePass("reception", ANA.id, at(kiosk, 14), at(kiosk, 15)))
    kiosk.clock.to(12)
    assert use_door(kiosk).reason is Reason.OUT
    kiosk.clock.to(12, 30)
    assert use_door(kiosk).reason is Reason.BACK

    assert ANA.id in kiosk.standing.state.passes


def test_a_pass_for_another_day_outlasts_todays_release(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    tomorrow = timedelta(days=1)
    begins, ends = at(kiosk, 11) + tomorrow, at(kiosk, 13) + tomorrow
    kiosk.take(GivePass("reception", ANA.id, begins, ends))
    kiosk.clock.to(15, 20)
    assert use_door(kiosk).reason is Reason.COLLECT

    assert ANA.id in kiosk.standing.state.passes


def test_a_longer_pass_given_meanwhile_moves_the_time_that_it_is_due(kiosk: SmallKiosk) -> None:
    out_on_a_pass(kiosk)
    kiosk.take(GivePass("reception", ANA.id, at(kiosk, 11), at(kiosk, 14, 30)))
    kiosk.clock.to(13, 30)
    kiosk.tick()
    assert (Alert.OVERDUE, ANA.id) not in kiosk.standing.state.alerts

    assert use_door(kiosk).reason is Reason.BACK
    assert kiosk.standing.state.passes == {}


def test_what_is_not_expected_back_is_collected_and_keeps_no_cubby(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    give_pass(kiosk, back=False)
    kiosk.clock.to(11, 30)

    assert use_door(kiosk).reason is Reason.COLLECT
    assert (kept(kiosk), kiosk.standing.state.passes) == (None, {})


# back again


def test_just_brought_back_it_opens_once_more_for_what_was_forgotten(kiosk: SmallKiosk) -> None:
    out_on_a_pass(kiosk)
    kiosk.clock.to(12)
    use_door(kiosk)
    kiosk.clock.advance(100)
    assert use_door(kiosk).reason is Reason.REOPEN

    kiosk.clock.advance(30)  # opening it again begins no new two minutes
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    assert fold(kiosk.events) == kiosk.standing.state


def test_what_was_brought_back_today_is_not_in_since_an_earlier_day(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(9, days=1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.ALREADY_IN
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    use_door(kiosk)
    kiosk.clock.to(12)
    use_door(kiosk)
    kiosk.clock.to(14)

    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


# from release on


@pytest.mark.parametrize("kind", ["medical", "adjustment"])
def test_from_release_on_an_arrangement_collects_and_frees_the_cubby(
    kiosk: SmallKiosk, kind: str
) -> None:
    cubby = kiosk.hand_in()
    kiosk.take(GrantExemption("headteacher", exempt(kind, "always")))
    kiosk.clock.to(15, 20)

    assert use_door(kiosk).reason is Reason.COLLECT
    assert cubby not in kiosk.standing.state.in_cubby


def test_no_cubby_is_kept_over_night_for_what_was_not_brought_back(kiosk: SmallKiosk) -> None:
    cubby = out_on_a_pass(kiosk)
    kiosk.clock.to(16, 20)
    kiosk.tick()
    assert kept(kiosk)
    kiosk.clock.to(16, 30)
    (collected, over) = kiosk.tick()

    assert (collected.type, collected.person, collected.cubby) == (T.COLLECTED, ANA.id, cubby)
    assert collected.reason is Reason.OUT_AT_RELEASE
    assert (over.type, over.data["alert"]) == (T.ALERT_CLEARED, Alert.OVERDUE)
    assert kept(kiosk) is None
    assert fold(kiosk.events) == kiosk.standing.state


def test_what_is_due_on_a_later_day_keeps_its_cubby_until_then(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    ends = at(kiosk, 15) + timedelta(days=2)
    kiosk.take(GivePass("reception", ANA.id, kiosk.clock.at, ends))
    kiosk.clock.to(11)
    use_door(kiosk)
    kiosk.clock.to(20)
    assert kiosk.tick() == []

    kiosk.clock.to(11, days=1)
    assert use_door(kiosk).reason is Reason.BACK


def test_by_a_clock_that_is_not_trusted_no_day_is_over(kiosk: SmallKiosk) -> None:
    out_on_a_pass(kiosk)
    kiosk.clock.to(20)
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.tick()
    assert kept(kiosk)


# the kept cubby in staff's hands


@pytest.mark.parametrize("has_sensor", [True, False])
@pytest.mark.parametrize("is_cut", [True, False])
def test_staff_who_open_the_kept_cubby_do_not_bring_the_device_back(
    clock: FakeClock, has_sensor: bool, is_cut: bool
) -> None:
    kiosk = furnished(SmallKiosk(make_rules(has_sensor=has_sensor), clock))
    cubby = kiosk.hand_in() if has_sensor else presumed(kiosk, kiosk.tap(ANAS_CARD))
    give_pass(kiosk)
    kiosk.clock.to(11, 30)
    tap = kiosk.tap(ANAS_CARD)
    presumed(kiosk, tap) if not has_sensor else (kiosk.open(cubby), kiosk.close(cubby))

    kiosk.take(Override("reception", cubby, ANA.id, Reason.CUBBY_CHECK))
    if is_cut:
        kiosk.power_cut()
    elif has_sensor:
        kiosk.open(cubby)
        kiosk.close(cubby)
    kiosk.tick(11)

    out = kept(kiosk)
    assert out is not None
    assert (out.place, out.doubt, out.cubby) == (Place.OUT, None, cubby)


def presumed(kiosk: SmallKiosk, tap: Event) -> int:
    """Where no sensor tells, time does."""
    kiosk.tick(11)
    return tap.cubby or 0


def test_what_staff_put_into_the_kept_cubby_is_in_once_they_say_so(kiosk: SmallKiosk) -> None:
    cubby = out_on_a_pass(kiosk)
    number = deposit_of(kiosk)
    kiosk.take(Override("reception", cubby, ANA.id, Reason.FORGOTTEN_CARD))
    kiosk.open(cubby)
    kiosk.close(cubby)

    kiosk.take(StateCustody("reception", number, Reason.EMPTY))
    assert kiosk.outcome
    assert kiosk.outcome.reason is Reason.ALREADY_SO
    kiosk.take(StateCustody("reception", number, Reason.INSIDE))
    back = kept(kiosk)
    assert back is not None
    assert (back.place, back.cubby, back.due) == (Place.CUBBY, cubby, None)
    assert fold(kiosk.events) == kiosk.standing.state
