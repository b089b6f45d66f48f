"""What holds whatever happens: lives by lot of two pupils, with holds, passes, staff acts, restarts
and clocks that nobody trusts, watched message by message."""

from dataclasses import replace
from typing import Any

import scale
from cabinet import SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given, settings
from kiosk_days import BELOW, HEAD, STAFFS_STEPS_BY_LOT, STEPS_BY_LOT, Days

from kiosk.acts import Act, Pulse
from kiosk.events import Event, EventType, Reason
from kiosk.messages import Message
from kiosk.messages.arrangements import PlaceHold
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.sensed import Presented
from kiosk.policy.disclosure import as_seen
from kiosk.policy.roles import ROLES
from kiosk.state import Place, State
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind
from kiosk.station import decide

T = EventType
Steps = list[tuple[str, int]]


class Watched(SmallKiosk):
    """Looks at what each message brings about, and at the state after it."""

    def take(self, message: Message) -> list[Event]:
        if isinstance(message, Override):  # each with a name of its own, as pages give it
            message = replace(message, request=f"request {len(self.events)}")
        before = self.standing.state
        events = super().take(message)
        self.every_pulse_is_on_record_before_it(events)
        for event in events:
            if event.type is T.PULSE_STARTED:
                self.opens_for_its_owner_or_a_named_act(before, event)
        each_device_is_in_one_place(self.standing.state)
        self.it_acts_once(message, events)
        self.nobody_below_the_leads_ends_what_they_hold(before, message)
        self.staff_can_give_everything_back()
        return events

    def cause_of(self, event: Event) -> Event:
        return next(each for each in self.events if each.seq == event.cause)

    def every_pulse_is_on_record_before_it(self, events: list[Event]) -> None:
        begun = [event for event in events if event.type is T.PULSE_STARTED]
        assert sorted(self.pulses) == sorted(event.cubby or 0 for event in begun)
        for event in begun:
            assert self.cause_of(event).type in (T.TAPPED, T.OVERRIDDEN, T.ROUND_BEGUN)
            assert event.actor.startswith(("person:", "user:"))

    def opens_for_its_owner_or_a_named_act(self, before: State, event: Event) -> None:
        cubby, cause = event.cubby or 0, self.cause_of(event)
        kept = [d for d in before.deposits_in(cubby) if d.place is not Place.OUT]
        if not kept:
            return
        if cause.type is T.TAPPED:
            is_box = cause.reason is Reason.CLASS_BOX and cubby in before.cabinet.boxes.values()
            theirs = {d.person for d in kept} | before.cabinet.owners_of(cubby)
            assert cause.granted
            assert is_box or cause.person in theirs
        else:
            assert cause.actor.startswith("user:")
            assert cause.reason is not None

    def it_acts_once(self, message: Message, events: list[Event]) -> None:
        """A card that was held up leaves one event; whatever is sent twice leaves no second."""
        if isinstance(message, Presented):
            assert [event.type for event in events].count(T.TAPPED) == 1
        if isinstance(message, Presented | Override):
            again = decide(self.rules, self.standing, message, self.clock.now())
            assert (again.events, again.acts) == ((), ())

    def nobody_below_the_leads_ends_what_they_hold(self, before: State, message: Message) -> None:
        """No act or statement of theirs ends, moves or reassigns it. What its owner has out comes
        back; and out of a class's box the office takes it first, held as it is."""
        if getattr(message, "actor", HEAD) not in BELOW:
            return
        state, boxes = self.standing.state, before.cabinet.boxes.values()
        leads = [h for h in before.holds.values() if h.placed_by == f"user:{HEAD}"]
        for hold in leads:
            if hold.kind is not HoldKind.OFFICE:  # such a one others may lift as well
                continue
            assert state.holds[hold.id] == hold
            kept, now = before.deposits[hold.deposit], state.deposits[hold.deposit]
            assert now.person == kept.person
            is_free = kept.place is Place.OUT or kept.cubby in boxes
            assert is_free or (now.cubby, now.place) == (kept.cubby, kept.place)

    def staff_can_give_everything_back(self) -> None:
        for deposit in self.standing.state.deposits:
            given = StateCustody(HEAD, deposit, Reason.GIVEN)
            step = decide(self.rules, self.standing, given, self.clock.now())
            if HEAD in self.standing.roster.users:
                assert step.outcome is not None
                assert step.outcome.granted


def each_device_is_in_one_place(state: State) -> None:
    places = [*state.in_cubby.items()]
    places += [(cubby, id) for cubby, ids in state.cabinet.beside.items() for id in ids]
    assert sorted(places) == sorted(
        (deposit.cubby, deposit.id) for deposit in state.deposits.values() if deposit.cubby
    )
    assert {person: state.deposits[id].person for person, id in state.of_person.items()} == {
        person: person for person in state.of_person
    }
    assert sorted(state.of_person.values()) == sorted(state.deposits)
    assert not any(
        deposit.cubby for deposit in state.deposits.values() if deposit.place in IN_NO_CUBBY
    )


IN_NO_CUBBY = (Place.OFFICE, Place.CARRIED)


class WatchedDays(Days):
    """The same days, watched."""

    kiosk: Any

    def __init__(self, kind: type[SmallKiosk] = Watched) -> None:
        self.clock = FakeClock()
        self.kiosk = kind(make_rules(2, 2), self.clock)
        self.add_staff()


@given(STEPS_BY_LOT)
@settings(max_examples=scale.of(1000))
def test_whatever_happens_doors_devices_and_events_keep_their_word(steps: Steps) -> None:
    days = WatchedDays()
    for name, pick in steps:
        days.step(name, pick)


@given(STAFFS_STEPS_BY_LOT)
@settings(max_examples=scale.of(1000))
def test_nobody_below_the_leads_ends_moves_or_reassigns_what_they_hold(steps: Steps) -> None:
    days = WatchedDays()
    safeguarding = list(HoldKind).index(HoldKind.SAFEGUARDING)
    for name, pick in [("hand in", 0), ("hand in", 1), ("hold", safeguarding), *steps]:
        days.step(name, pick)


class Noting(SmallKiosk):
    """Keeps every act too."""

    def take(self, message: Message) -> list[Event]:
        events = super().take(message)
        self.done: list[Act] = [*getattr(self, "done", []), *self.acts]
        return events


class AllOffice(Noting):
    """The same, where each private hold is one of the office; the police's needs nobody's consent,
    so that in its place has it."""

    def take(self, message: Message) -> list[Event]:
        if isinstance(message, PlaceHold) and message.kind in PRIVATE_HOLDS:
            agreed = message.kind is HoldKind.POLICE
            message = replace(message, kind=HoldKind.OFFICE, has_consent=agreed)
        return super().take(message)


@given(STEPS_BY_LOT)
@settings(max_examples=scale.of(300))
def test_whatever_happens_a_private_hold_is_an_office_hold_to_everybody_else(steps: Steps) -> None:
    private, office = WatchedDays(Noting), WatchedDays(AllOffice)
    for name, pick in [("hand in", 0), ("hold", 1), *steps]:
        for days in (private, office):
            days.step(name, pick)
    for role in ("reception", "teacher", "pastoral", "technician"):
        assert seen(private, role) == seen(office, role)
    assert private.kiosk.done == office.kiosk.done
    assert any(isinstance(act, Pulse) for act in private.kiosk.done)


def seen(days: WatchedDays, role: str) -> list[Event | None]:
    return [as_seen(event, ROLES[role]) for event in days.kiosk.events]
