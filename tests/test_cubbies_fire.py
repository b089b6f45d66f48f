"""Fire: no door opens for anybody, every tap is told to leave, and it is over by a word alone."""

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, types
from cubbies_fixtures import (
    BOX,
    CALS_CARD,
    CARDS,
    HEAD,
    HUGOS_USER,
    OFFICE,
    TECHNICIAN,
    TESS_CARD,
    SchoolKiosk,
)

from kiosk.acts import Show, Sign
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.arrangements import OpenAll, PauseRound, ResumeRound
from kiosk.messages.commands import ConfirmClock, Override
from kiosk.messages.cubbies import GiveAllClear, RaiseFire
from kiosk.messages.sensed import PulseRejected
from kiosk.policy.signs import pupil_words
from kiosk.screen import at_rest
from kiosk.store.checkpoint import from_rows, to_rows
from kiosk.timetable import Phase

T = EventType


@pytest.fixture
def kiosk() -> SchoolKiosk:
    return SchoolKiosk()


def test_the_screen_says_so_at_once_and_nothing_else_until_the_all_clear(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    assert kiosk.shown == []
    kiosk.take(RaiseFire(OFFICE))
    assert kiosk.shown == [Show(Sign.LEAVE)]
    kiosk.close(1)
    assert set(kiosk.shown) == {Show(Sign.LEAVE)}
    kiosk.take(GiveAllClear(OFFICE))
    assert kiosk.tap(BENS_CARD).reason is Reason.DEPOSIT
    assert kiosk.shown == [Show(Sign.PUT_IN, 2)]


def refusal(kiosk: SchoolKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return None if kiosk.outcome.granted else kiosk.outcome.reason


def test_every_tap_is_told_to_leave_and_no_door_opens(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.in_fire()
    for card in (*CARDS, "unknown"):
        tap = kiosk.tap(card)
        assert (tap.granted, tap.reason, tap.cubby) == (False, Reason.FIRE, None)
        assert (kiosk.pulses, kiosk.shown) == ([], [Show(Sign.LEAVE)])
    assert pupil_words(Show(Sign.LEAVE)) == "Leave now"


def test_two_cards_at_once_are_told_the_same_and_nobody_is_named(kiosk: SchoolKiosk) -> None:
    kiosk.in_fire()
    tap = kiosk.tap(ANAS_CARD, BENS_CARD)
    assert (tap.reason, tap.person) == (Reason.FIRE, None)
    assert kiosk.tap(ANAS_CARD).person == ANA.id


def test_neither_a_need_nor_staff_nor_a_round_opens_a_door(kiosk: SchoolKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    kiosk.in_fire()
    kiosk.take(Override(HEAD, cubby, ANA.id, Reason.MEDICAL))
    assert (refusal(kiosk), kiosk.pulses) == (Reason.FIRE, [])
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING))
    assert (refusal(kiosk), kiosk.pulses) == (Reason.FIRE, [])
    kiosk.take(ResumeRound(OFFICE))
    assert refusal(kiosk) is Reason.FIRE


def test_a_round_stops_and_goes_on_after_the_all_clear_by_a_word(kiosk: SchoolKiosk) -> None:
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING, with_empty=True))
    assert types(kiosk.take(RaiseFire(OFFICE))) == [T.FIRE_BEGUN, T.ROUND_PAUSED, T.ALERT_RAISED]
    kiosk.open(1)
    kiosk.tick(60)
    assert kiosk.pulses == []
    kiosk.take(GiveAllClear(OFFICE))
    kiosk.tick(1)
    assert kiosk.pulses == []
    kiosk.take(ResumeRound(OFFICE))
    assert kiosk.pulses == [2]


def test_a_round_that_is_paused_already_is_not_paused_again(kiosk: SchoolKiosk) -> None:
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING, with_empty=True))
    kiosk.take(PauseRound(OFFICE))
    assert types(kiosk.take(RaiseFire(OFFICE))) == [T.FIRE_BEGUN, T.ALERT_RAISED]


def test_a_door_that_was_pulsed_just_before_is_not_pulsed_again(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.in_fire()
    (failed,) = kiosk.tick(5.1)
    assert (failed.type, failed.reason, kiosk.pulses) == (T.PULSE_FAILED, Reason.FIRE, [])
    assert (Alert.NOT_OPENED, 1) not in kiosk.state.alerts


def test_a_lock_that_fails_just_then_gives_no_other_cubby(kiosk: SchoolKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD)
    kiosk.in_fire()
    kiosk.take(PulseRejected(1, tap.seq))
    assert (kiosk.pulses, kiosk.state.transactions) == ([], {})


def test_nobody_is_asked_to_shut_a_door(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.in_fire()
    kiosk.tick(60)
    assert kiosk.shown == []


def test_a_door_that_is_shut_on_the_way_out_is_on_record(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.in_fire()
    assert types(kiosk.close(1)) == [T.DOOR_CLOSED, T.DEPOSITED]


def test_after_the_all_clear_the_rules_decide_as_before(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.in_fire()
    kiosk.take(GiveAllClear(OFFICE))

    assert (Alert.FIRE, None) not in kiosk.state.alerts
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_it_outlasts_a_restart_and_needs_no_clock(kiosk: SchoolKiosk) -> None:
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.in_fire()
    kiosk.power_cut()
    assert from_rows(to_rows(kiosk.state).values()).cabinet.fire == kiosk.state.cabinet.fire

    assert kiosk.tap(BENS_CARD).reason is Reason.FIRE
    kiosk.take(ConfirmClock(OFFICE))
    assert kiosk.tap(BENS_CARD).reason is Reason.FIRE


def test_the_screen_says_so_while_nobody_taps() -> None:
    assert at_rest(Phase.ARRIVAL, {Alert.FIRE, Alert.READER_LOST}) == Show(Sign.LEAVE)


@pytest.mark.parametrize("actor", [OFFICE, HEAD, HUGOS_USER, TECHNICIAN, "console"])
def test_anybody_on_duty_raises_it_and_the_office_ends_it(kiosk: SchoolKiosk, actor: str) -> None:
    kiosk.take(RaiseFire(actor))
    assert kiosk.granted()
    kiosk.take(RaiseFire(actor))
    assert refusal(kiosk) is Reason.ALREADY_SO

    kiosk.take(GiveAllClear(actor))
    assert kiosk.granted() is (actor in (OFFICE, HEAD, "console"))


def test_without_a_fire_there_is_nothing_to_clear(kiosk: SchoolKiosk) -> None:
    kiosk.take(GiveAllClear(OFFICE))
    assert refusal(kiosk) is Reason.ALREADY_SO


def test_a_stranger_raises_no_fire(kiosk: SchoolKiosk) -> None:
    assert kiosk.take(RaiseFire("nobody")) == []


def test_a_box_stays_shut_too(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.in_fire()
    kiosk.tap(TESS_CARD)
    assert (BOX in kiosk.pulses, BEN.id in kiosk.state.of_person) == (False, False)
