"""Whatever happens in whatever order: custody stays one truth, and opens for its owner alone."""

from collections.abc import Callable
from itertools import pairwise

import scale
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.custody import fold
from kiosk.events import Event, EventType, Purpose, Reason
from kiosk.messages.commands import STATEMENTS, ConfirmClock, Override, StateCustody
from kiosk.messages.sensed import (
    Card,
    Closed,
    Opened,
    PartBack,
    PartLost,
    Presented,
    PulseRejected,
    Tick,
)
from kiosk.state import (
    State,
)

CUBBIES = st.integers(1, 3)
CARDS = st.sampled_from([ANAS_CARD, BENS_CARD, "unknown"])
STATED = st.sampled_from(STATEMENTS)

Happening = Callable[[SmallKiosk], object]


def presented(keys: list[str]) -> Happening:
    return lambda kiosk: kiosk.take(Presented(tuple(Card(key) for key in keys)))


def overridden(cubby: int) -> Happening:
    def happen(kiosk: SmallKiosk) -> object:
        deposit = kiosk.standing.state.deposit_in(cubby)
        person = deposit.person if deposit else None
        return kiosk.take(Override("u1", cubby, person, Reason.OTHER))

    return happen


def stated(number: int, what: Reason) -> Happening:
    def happen(kiosk: SmallKiosk) -> object:
        deposits = sorted(kiosk.standing.state.deposits) or [0]
        return kiosk.take(StateCustody("u1", deposits[number % len(deposits)], what))

    return happen


def passed(seconds: float) -> Happening:
    return lambda kiosk: kiosk.clock.advance(seconds)


def took(message: object) -> Happening:
    return lambda kiosk: kiosk.take(message)  # type: ignore[arg-type]


HAPPENINGS = st.one_of(
    st.lists(CARDS, min_size=1, max_size=2, unique=True).map(presented),
    CUBBIES.map(Opened).map(took),
    CUBBIES.map(Closed).map(took),
    CUBBIES.map(lambda n: PulseRejected(n, 1)).map(took),
    CUBBIES.map(overridden),
    st.builds(stated, st.integers(0, 5), STATED),
    st.sampled_from([0.5, 4.0, 6.0, 40.0, 400.0, 7 * 3600.0, 20 * 3600.0]).map(passed),
    st.sampled_from([Tick(), PartLost("reader"), PartBack("reader"), ConfirmClock("u1")]).map(took),
    st.dictionaries(CUBBIES, st.booleans()).map(lambda doors: lambda k: k.power_cut(doors)),
    st.booleans().map(lambda trusted: lambda k: setattr(k.clock, "trusted", trusted)),
)


def lived(happenings: list[Happening]) -> SmallKiosk:
    kiosk = SmallKiosk(make_rules(3), FakeClock())
    for happen in happenings:
        happen(kiosk)
        check_state(kiosk.standing.state)
    return kiosk


def check_state(state: State) -> None:
    """Each device is in one place, and each index says what the deposits say."""
    deposits = state.deposits.values()
    assert state.of_person == {d.person: d.id for d in deposits}
    assert state.in_cubby == {d.cubby: d.id for d in deposits if d.cubby is not None}
    assert all(t.cubby == cubby for cubby, t in state.transactions.items())
    people = [t.person for t in state.transactions.values() if t.purpose is not Purpose.OVERRIDE]
    assert len(people) == len(set(people))


LIVES = st.lists(HAPPENINGS, max_size=40)


@settings(max_examples=scale.of(150, 2), deadline=None)
@given(LIVES)
def test_the_state_is_what_the_events_say(happenings: list[Happening]) -> None:
    kiosk = lived(happenings)

    assert fold(kiosk.events) == kiosk.standing.state
    assert [Event.from_record(event.to_record("k")) for event in kiosk.events] == kiosk.events


@settings(max_examples=scale.of(150, 2), deadline=None)
@given(LIVES)
def test_staff_can_always_give_a_device_back(happenings: list[Happening]) -> None:
    kiosk = lived(happenings)

    for deposit in list(kiosk.standing.state.deposits):
        kiosk.take(StateCustody("u1", deposit, Reason.GIVEN))
    kiosk.tick(60)
    for cubby in (1, 2, 3):
        kiosk.take(Closed(cubby))
        deposit = kiosk.standing.state.deposit_in(cubby)
        (event, *_) = kiosk.take(
            Override("u1", cubby, deposit.person if deposit else None, Reason.OTHER)
        )
        assert event.granted or event.reason is Reason.CUBBY_BUSY

    assert kiosk.standing.state.deposits.keys() <= set(kiosk.standing.state.in_cubby.values())


@settings(max_examples=scale.of(150, 2), deadline=None)
@given(LIVES)
def test_the_numbers_of_events_have_no_gap(happenings: list[Happening]) -> None:
    events = lived(happenings).events

    assert [event.seq for event in events] == list(range(1, len(events) + 1))


@settings(max_examples=scale.of(200, 2), deadline=None)
@given(LIVES)
def test_a_pulse_opens_a_cubby_for_its_owner_or_for_a_named_staff_act(
    happenings: list[Happening],
) -> None:
    events = lived(happenings).events
    causes = {event.seq: event for event in events}

    for pulse in (e for e in events if e.type is EventType.PULSE_STARTED):
        cause = causes[pulse.cause or 0]
        assert cause.granted
        before = fold(events[: pulse.seq - 1])
        kept = before.deposit_in(pulse.cubby or 0)
        if cause.type is EventType.OVERRIDDEN:
            assert cause.actor.startswith("user:")
            assert cause.reason is not None
        else:
            assert cause.type is EventType.TAPPED
            assert pulse.person in (ANA.id, BEN.id)
            assert kept is None or kept.person == pulse.person


@settings(max_examples=scale.of(150, 2), deadline=None)
@given(LIVES)
def test_every_pulse_has_one_outcome_or_is_still_under_way(happenings: list[Happening]) -> None:
    kiosk = lived(happenings)
    outcomes = (
        EventType.DOOR_OPENED,
        EventType.PULSE_FAILED,
        EventType.PULSE_UNKNOWN,
        EventType.PULSE_STARTED,
    )
    for cubby in (1, 2, 3):
        story = [e for e in kiosk.events if e.cubby == cubby and e.type in outcomes]
        story = [e for e in story if e.cause is not None]
        open_ended = [
            (a, b)
            for a, b in pairwise(story)
            if a.type is EventType.PULSE_STARTED and a.cause != b.cause
        ]
        assert open_ended == []


@settings(max_examples=scale.of(100, 2), deadline=None)
@given(LIVES)
def test_the_same_messages_make_the_same_events(happenings: list[Happening]) -> None:
    assert lived(happenings).events == lived(happenings).events
