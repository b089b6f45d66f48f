"""Rounds: one cubby after another, each door awaited, never by itself."""

from collections.abc import Callable

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.custody import fold
from kiosk.drafting import Rules
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.arrangements import (
    EndRound,
    OpenAll,
    PauseRound,
    ResumeRound,
)
from kiosk.messages.sensed import PartLost, PulseRejected

T = EventType
EMPTY_IT = OpenAll("u1", Reason.EMPTYING)
ALL = OpenAll("u1", Reason.EMPTYING, with_empty=True)


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return SmallKiosk(rules, clock)


def test_only_what_keeps_something_is_opened_one_door_after_another(kiosk: SmallKiosk) -> None:
    first, second = kiosk.hand_in(ANAS_CARD), kiosk.hand_in(BENS_CARD)

    assert types(kiosk.take(EMPTY_IT)) == [T.ROUND_BEGUN, T.PULSE_STARTED]
    assert kiosk.pulses == [first]
    assert types(kiosk.tick(1)) == []
    assert types(kiosk.open(first)) == [T.DOOR_OPENED, T.CUSTODY_UNKNOWN, T.PULSE_STARTED]
    assert kiosk.pulses == [second]
    assert types(kiosk.open(second)) == [T.DOOR_OPENED, T.CUSTODY_UNKNOWN, T.ROUND_ENDED]
    assert kiosk.standing.state.round is None


def test_each_pulse_names_the_round_its_actor_and_its_reason(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    begun, pulse = kiosk.take(OpenAll("u1", Reason.CUBBY_CHECK, note="fire drill", note_id="n1"))

    assert (begun.actor, begun.reason, begun.note) == ("user:u1", Reason.CUBBY_CHECK, "n1")
    assert (pulse.cause, pulse.actor, pulse.reason) == (begun.seq, begun.actor, begun.reason)
    assert pulse.person == ANA.id


def test_whatever_was_opened_is_in_doubt_until_staff_say_what_is_true(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.take(EMPTY_IT)
    kiosk.open(cubby)

    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert deposit.doubt is Reason.OPENED_BY_STAFF


def test_two_locks_at_once_where_the_supply_carries_two(clock: FakeClock) -> None:
    rules = make_rules()
    kiosk = SmallKiosk(Rules(rules.timetable, rules.cubbies, at_once=2), clock)

    kiosk.take(ALL)
    assert kiosk.pulses == [1, 2]
    kiosk.open(2)
    assert kiosk.pulses == [3]


def test_a_door_that_does_not_open_is_tried_once_more_and_then_left(kiosk: SmallKiosk) -> None:
    kiosk.take(ALL)
    assert types(kiosk.tick(5)) == [T.PULSE_STARTED]
    assert kiosk.pulses == [1]
    assert types(kiosk.tick(5)) == [T.PULSE_FAILED, T.ALERT_RAISED, T.PULSE_STARTED]
    assert kiosk.pulses == [2]
    (end,) = kiosk.take(EndRound("u1"))
    assert end.data == {"left": [3, 4, 5, 6], "failed": [1]}


def test_a_door_that_stands_open_or_is_in_use_is_left_out_and_said_so(kiosk: SmallKiosk) -> None:
    kiosk.open(1)
    pupils = kiosk.tap(ANAS_CARD).cubby  # pulsed, and shut still
    kiosk.take(ALL)
    for cubby in sorted({2, 3, 4, 5, 6} - {pupils}):
        kiosk.open(cubby)

    end = kiosk.events[-1]
    assert (end.type, end.data.get("left")) == (T.ROUND_ENDED, [pupils])


def test_a_paused_round_opens_nothing_until_it_goes_on(kiosk: SmallKiosk) -> None:
    kiosk.take(ALL)
    kiosk.take(PauseRound("u1"))
    kiosk.open(1)
    kiosk.tick(60)
    assert kiosk.pulses == []

    assert types(kiosk.take(ResumeRound("u2"))) == [T.ROUND_RESUMED, T.PULSE_STARTED]
    assert kiosk.pulses == [2]


def test_a_round_that_is_ended_leaves_the_rest_shut(kiosk: SmallKiosk) -> None:
    kiosk.take(ALL)
    (end,) = kiosk.take(EndRound("u1"))

    assert end.data["left"] == [2, 3, 4, 5, 6]
    kiosk.open(1)
    kiosk.tick(60)
    assert kiosk.pulses == []


def test_after_a_power_cut_a_round_waits_for_somebody(kiosk: SmallKiosk) -> None:
    kiosk.take(ALL)
    kiosk.open(1)
    kiosk.power_cut({1: True})
    kiosk.tick(60)

    assert kiosk.pulses == []
    round = kiosk.standing.state.round
    assert round is not None
    assert (round.is_paused, round.left) == (True, (3, 4, 5, 6))
    kiosk.take(ResumeRound("u1"))
    assert kiosk.pulses == [3]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (PauseRound("u1"), Reason.NOT_KNOWN),
        (ResumeRound("u1"), Reason.NOT_KNOWN),
        (EndRound("u1"), Reason.NOT_KNOWN),
        (EMPTY_IT, Reason.NOTHING_HERE),
    ],
)
def test_without_a_round_or_a_device_there_is_nothing_to_do(
    kiosk: SmallKiosk, command: object, reason: Reason
) -> None:
    assert kiosk.take(command) == []  # type: ignore[arg-type]
    assert kiosk.outcome is not None
    assert (kiosk.outcome.granted, kiosk.outcome.reason) == (False, reason)


def test_there_is_one_round_at_a_time(kiosk: SmallKiosk) -> None:
    kiosk.take(ALL)
    assert kiosk.take(ALL) == []
    kiosk.take(PauseRound("u1"))
    assert kiosk.take(PauseRound("u1")) == []


def test_without_sensors_a_round_goes_on_with_each_pulse(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(3, has_sensor=False), clock)
    kiosk.take(ALL)
    assert kiosk.pulses == [1]
    kiosk.tick(1)
    assert kiosk.pulses == [2]


def test_a_bank_that_is_lost_fails_its_cubbies_without_blaming_their_doors(
    kiosk: SmallKiosk,
) -> None:
    kiosk.take(ALL)
    cause = kiosk.events[-1].cause or 0
    kiosk.take(PartLost("locks", "main", "no board"))
    kiosk.take(PulseRejected(1, cause))

    assert T.PULSE_FAILED in types(kiosk.events)
    assert (Alert.NOT_OPENED, 1) not in kiosk.standing.state.alerts


STEPS: list[Callable[[SmallKiosk, int], object]] = [
    lambda kiosk, n: kiosk.take(ALL),
    lambda kiosk, n: kiosk.take(PauseRound("u1")),
    lambda kiosk, n: kiosk.take(ResumeRound("u1")),
    lambda kiosk, n: kiosk.take(EndRound("u1")),
    lambda kiosk, n: kiosk.open(n),
    lambda kiosk, n: kiosk.close(n),
    lambda kiosk, n: kiosk.tick(n),
    lambda kiosk, n: kiosk.tap(ANAS_CARD),
    lambda kiosk, n: kiosk.power_cut(),
]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 6)), max_size=40))
def test_whatever_happens_a_round_never_has_more_doors_awaited_than_it_may(
    steps: list[tuple[Callable[[SmallKiosk, int], object], int]],
) -> None:
    kiosk = SmallKiosk(make_rules(), FakeClock())
    for act, number in steps:
        act(kiosk, number)
        state = kiosk.standing.state
        cause = state.round.cause if state.round else None
        awaited = [t for t in state.transactions.values() if t.cause == cause and not t.opened]
        assert len(awaited) <= 1
        assert fold(kiosk.events) == state
