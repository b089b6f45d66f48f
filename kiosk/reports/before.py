"""How things stood when a span of events began, told from the events and how things stand now.

Pure. An event that moves a device says where it was, unless it is the one by which it came into our
keeping. So the first event of each device in the span tells what was before, and a device of which
the span says nothing was where it is now. What escapes:

- an opening that was under way when the span began, and was then cut off by a restart;
- a device that was out then, if staff were the first to have it again: it counts as in;
- one that was missing then: it counts as in the office, unless it was the office that found it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from kiosk.custody import apply, fold
from kiosk.custody.arrangements import ARRANGING
from kiosk.custody.deposits import carrying
from kiosk.events import Event, EventType, Purpose, Reason, person_actor
from kiosk.reports.past import Past
from kiosk.state import Deposit, Place, State
from kiosk.state.arrangements import Exemption
from kiosk.state.incidents import CorrectionKind, nobody

# What has no bearing on where devices are, nor on who has to hand one in.
_PASSING = frozenset(
    {
        EventType.KIOSK_STARTED,
        EventType.KIOSK_STOPPED,
        EventType.TAPPED,
        EventType.OVERRIDDEN,
        EventType.PULSE_FAILED,
        EventType.PULSE_UNKNOWN,
        EventType.DOOR_OPENED,
        EventType.DOOR_CLOSED,
        EventType.ROUND_BEGUN,
        EventType.ROUND_PAUSED,
        EventType.ROUND_RESUMED,
        EventType.ROUND_ENDED,
        EventType.ALERT_RAISED,
        EventType.ALERT_ACKNOWLEDGED,
        EventType.ALERT_CLEARED,
        EventType.ROSTER_IMPORTED,
        EventType.ROSTER_UNDONE,
        EventType.CARD_ENROLLED,
        EventType.CARD_BLOCKED,
        EventType.USER_ADDED,
        EventType.PASSWORD_CHANGED,
        EventType.TOKEN_MADE,
        EventType.TOKEN_REVOKED,
        EventType.SIGNED_IN,
        EventType.SIGN_IN_REFUSED,
        EventType.SEGMENT_DROPPED,
        EventType.PERSON_ERASED,
    }
)
FOLDED = frozenset(EventType) - _PASSING
MOST_PURPOSES = 1000  # an opening is over long before so many others have begun


def state_before(
    events: Iterable[Event], after: State, granted: Callable[[int], Event | None]
) -> State:
    """Deposits and exemptions before the first of ``events`` (of the types ``FOLDED``), which led
    to ``after``. ``granted``: the event that made an exemption, by its number; None if it is not
    kept, and the exemption is then left out.

    Absences are those that are known now.
    """
    devices, exemptions = _Devices(), _Exemptions(after, granted)
    for event in events:
        devices.take(event)
        exemptions.take(event)
    state = fold(_restated(deposit) for deposit in devices.before(after))
    return state._replace(
        exemptions=exemptions.before(),
        casebook=after.casebook,
        cabinet=after.cabinet._replace(beside=state.cabinet.beside),
    )


def state_at(past: Past, at: datetime) -> State:
    """The same at a moment of ``past.days``: with what happened in them until then."""
    state = state_before(past.events(FOLDED), past.standing.state, past.granted)
    for event in past.events(FOLDED):
        if event.now.at > at:
            break
        state = followed(state, event)
    return state


def followed(state: State, event: Event) -> State:
    """The state after one event of the types ``FOLDED``, as far as reports ask about it: pulses
    are only read to know what a door was opened for."""
    return state if event.type is EventType.PULSE_STARTED else apply(state, event)


class _Devices:
    """What the first event of each device tells of it."""

    def __init__(self) -> None:
        self._first = 0
        self._begun: set[int] = set()
        self._before: dict[int, Deposit] = {}
        self._unnamed: set[int] = set()
        self._purposes: dict[int, Purpose] = {}

    def take(self, event: Event) -> None:
        """Go on by one event."""
        self._first = self._first or event.seq
        if event.type is EventType.PULSE_STARTED:
            self._pulsed(event)
        elif event.type is EventType.DEVICES_NOTED:
            return  # it says nothing of where they are
        elif event.deposit is not None and self._is_new(event.deposit):
            self._meet(event, event.deposit)
        elif event.deposit in self._unnamed and event.person is not None:
            self._name(event.deposit, event.person)
        other = event.data.get("other")
        if event.type is EventType.MOVED and other is not None and self._is_new(other):
            self._before[other] = Deposit(other, nobody(other), event.cubby, event.now)
            self._unnamed.add(other)  # its owner stands in what comes later

    def before(self, after: State) -> list[Deposit]:
        """All that was kept before the first of them."""
        for id in self._unnamed & after.deposits.keys():
            self._name(id, after.deposits[id].person)
        unmoved = [
            deposit for id, deposit in after.deposits.items() if self._is_new(id) or not self._first
        ]
        return [*self._before.values(), *unmoved]

    def _name(self, id: int, person: str) -> None:
        self._before[id] = replace(self._before[id], person=person)
        self._unnamed = self._unnamed - {id}

    def _is_new(self, id: int) -> bool:
        """Whether nothing was heard of it yet, and it did not begin with these events."""
        return id < self._first and id not in self._begun and id not in self._before

    def _meet(self, event: Event, id: int) -> None:
        if _begins(event):
            self._begun.add(id)
            return
        is_moved = event.type in (EventType.MOVED, EventType.LOOKED_INSIDE)
        cubby = event.data.get("from") if is_moved else event.cubby
        owner = event.person or nobody(id)
        self._before[id] = Deposit(id, owner, cubby, event.now, place=self._place(event, cubby))

    def _place(self, event: Event, cubby: int | None) -> Place:
        if event.type is EventType.CARRIED_FORWARD:
            return Place(event.data.get("place", Place.CUBBY))
        if cubby is None:
            return Place.CUBBY if event.type is EventType.TAKEN_IN else Place.OFFICE
        purpose = self._purposes.get(event.cause or 0)
        is_own = event.actor == person_actor(event.person or "")
        is_noted = event.type is EventType.COLLECTED and (  # by no door
            event.reason is Reason.OUT_AT_RELEASE or (is_own and purpose is None)
        )
        return Place.OUT if is_noted or purpose is Purpose.BRING_BACK else Place.CUBBY

    def _pulsed(self, event: Event) -> None:
        if event.cause is not None:
            self._purposes[event.cause] = Purpose(event.data["purpose"])
        if len(self._purposes) > MOST_PURPOSES:
            del self._purposes[next(iter(self._purposes))]


class _Exemptions:
    """Which exemptions there were."""

    def __init__(self, after: State, granted: Callable[[int], Event | None]) -> None:
        self._granted = granted
        self._made: set[int] = set()
        self._before = dict(after.exemptions)

    def take(self, event: Event) -> None:
        """Go on by one event. Of one that was ended, it is taken that it had been approved."""
        id = event.cause or 0
        if event.type is EventType.EXEMPTION_GRANTED:
            self._made.add(event.seq)
        elif event.type is EventType.EXEMPTION_APPROVED and id in self._before:
            self._before[id] = replace(self._before[id], is_approved=False)
        elif event.type is EventType.EXEMPTION_SIGNED and id in self._before:
            self._before[id] = replace(self._before[id], signed_on=None)
        elif event.type is EventType.EXEMPTION_ENDED and id not in self._made:
            self._before |= _as_granted(self._granted(id))

    def before(self) -> dict[int, Exemption]:
        """Those made before the first of them."""
        return {id: one for id, one in self._before.items() if id not in self._made}


def _begins(event: Event) -> bool:
    """Whether a device comes into our keeping by it: it is named by what began that. One that
    somebody else took with its owner's card is on record anew."""
    is_again = event.data.get("what") == CorrectionKind.TAKEN
    return is_again or event.deposit in (event.cause, event.seq)


def _as_granted(event: Event | None) -> dict[int, Exemption]:
    if event is None or event.type is not EventType.EXEMPTION_GRANTED:
        return {}
    made = ARRANGING[event.type](State(), event).exemptions
    return {id: replace(exemption, is_approved=True) for id, exemption in made.items()}


def _restated(deposit: Deposit) -> Event:
    """What would put it on record as it was."""
    return Event(EventType.CARRIED_FORWARD, 0, deposit.since, **carrying(deposit))
