"""What a decision is made from, and what it is made into: standing in, draft, step out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from kiosk.acts import Act, Forget, Pulse, Row, SchoolFile, Show, Sign
from kiosk.custody import apply
from kiosk.events import SYSTEM, Alert, Event, EventType, Moment, Reason
from kiosk.messages.sensed import Card
from kiosk.model import Cubby, Roster
from kiosk.policy.addressing import ScreenRules, addressee
from kiosk.policy.assign import needed_by_some, neighbours
from kiosk.policy.facts import Graces, TapRules
from kiosk.policy.reasons import SHIPPED, Choice
from kiosk.policy.roles import Roles
from kiosk.policy.signs import Texts
from kiosk.roster.undo import ROW_ID, Imported
from kiosk.state import (
    State,
    Subject,
    kept,
    subject_of,
)
from kiosk.state.incidents import Consequences
from kiosk.state.mappings import without
from kiosk.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Times that run on the monotonic clock, in seconds.

    ``repeat_s``: a second tap within it is the same tap. ``open_s``: a door must open within it
    of its pulse. ``remind_s``, ``left_open_s``: an open door is reminded of, then alerted.
    ``presume_s``: without a sensor, an opening counts as done after it. ``unknown_s``: how long an
    unknown card is remembered, to enrol from; in memory alone, by its digest.
    """

    repeat_s: float = 3.0
    open_s: float = 5.0
    remind_s: float = 15.0
    left_open_s: float = 30.0
    presume_s: float = 10.0
    unknown_s: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What the school and its cabinet are, for one version of the settings.

    ``at_once``: how many locks may be energised at once. ``reasons``: why staff may open a cubby.
    ``texts``: the school's own words for pupils. ``class_boxes``: the cubby that is each form's
    box, as far as the school file says; which boxes there are, the state says. ``special``: the
    cubbies that somebody needs; ``neighbours``: those beside each: found once, as each tap asks for
    them.
    """

    timetable: Timetable
    cubbies: Mapping[int, Cubby]
    graces: Graces = field(default=Graces())
    deadlines: Deadlines = field(default=Deadlines())
    nearly_full: float = 0.9
    at_once: int = 1
    consequences: Consequences = field(default=Consequences())
    roles: Roles = field(default=Roles())
    reasons: tuple[Choice, ...] = field(default=SHIPPED)
    texts: Texts = field(default_factory=dict)
    screen: ScreenRules = field(default=ScreenRules())
    taps: TapRules = field(default=TapRules())
    class_boxes: Mapping[str, int] = field(default_factory=dict)
    special: frozenset[int] = field(init=False, repr=False, compare=False)
    neighbours: Mapping[int, frozenset[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "special", needed_by_some(self.cubbies))
        object.__setattr__(self, "neighbours", neighbours(self.cubbies))


class Versions(NamedTuple):
    """What the rules were: those of the machine alone (version 0), and each version of the
    school's, by its number."""

    machine: Rules
    schools: Mapping[int, SchoolFile] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class UnknownTap:
    """A card that nobody owns, as it was tapped. Never written down."""

    card: Card
    at: Moment


class Armed(NamedTuple):
    """A staff card that waits for a second card since ``mono``. ``may_open``: a pupil's, too.
    ``needs_pin``: for its PIN first; ``box``: which then opens their class's box."""

    person: str
    mono: float
    may_open: bool
    needs_pin: bool = False
    box: int | None = None


class Memory(NamedTuple):
    """What need not outlive the process: recent cards (key to mono), unknown ones, when (mono) the
    lock of each transaction's cubby was really energised, a staff card at the kiosk, how many wrong
    PINs were typed (by person), and when (mono) somebody last looked who was not seen."""

    recent: Mapping[str, float] = MappingProxyType({})
    unknown: tuple[UnknownTap, ...] = ()
    pulsed: Mapping[int, float] = MappingProxyType({})
    armed: Armed | None = None
    wrong_pins: Mapping[str, int] = MappingProxyType({})
    looked: float = float("-inf")


class Standing(NamedTuple):
    """All the station knows: the fold, the people, what it remembers for minutes, for a day what
    the last import of a roster replaced, and which rows stand ``apart``, for the leads alone."""

    state: State = State()
    roster: Roster = Roster()
    memory: Memory = Memory()
    imported: Imported | None = None
    apart: kept.Rows = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command's sender is told. ``seq``: the event that carries it, to follow it by."""

    granted: bool
    reason: Reason | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One message's result: events and rows to be made durable, then acts to be done."""

    standing: Standing
    events: tuple[Event, ...] = ()
    rows: tuple[Row, ...] = ()
    acts: tuple[Act, ...] = ()
    outcome: Outcome | None = None


class Draft:
    """Events as they are decided, each folded in at once, so that the next sees it."""

    def __init__(self, rules: Rules, standing: Standing, now: Moment) -> None:
        self.rules = rules
        self.standing = standing
        self.now = now
        self.outcome: Outcome | None = None
        self._events: list[Event] = []
        self._rows: list[Row] = []
        self._acts: list[Act] = []

    @property
    def state(self) -> State:
        """The fold, these events included."""
        return self.standing.state

    def add(self, type: EventType, actor: str = SYSTEM, **fields: Any) -> Event:
        """Record one fact."""
        event = Event(type, self.state.seq + 1, self.now, actor, **fields)
        self._events.append(event)
        self.standing = self.standing._replace(state=apply(self.state, event))
        return event

    def remember(self, memory: Memory) -> None:
        """Change what is not written down."""
        self.standing = self.standing._replace(memory=memory)

    def save(self, roster: Roster, *rows: Row) -> None:
        """Change the tables, with the roster that they make."""
        self._rows.extend(rows)
        self.standing = self.standing._replace(roster=roster)

    def show(self, show: Show, person: str | None = None) -> None:
        """Show a sign; during a fire there is but one. ``person``: the id of whom it is for."""
        if self.state.cabinet.fire is not None:
            show = Show(Sign.LEAVE)
        known = self.standing.roster.people.get(person or "")
        to = addressee(known, show.sign, self.rules.screen)
        self._acts.append(show if to == show.to else replace(show, to=to))

    def has_shown(self) -> bool:
        """Whether a sign was shown already."""
        return any(isinstance(act, Show) for act in self._acts)

    def pulse(self, cubby: int, cause: int) -> None:
        """Energise a lock, once the events are durable."""
        self._acts.append(Pulse(cubby, cause))

    def keep_row(self, row: Row) -> None:
        """Change a row that the roster does not show."""
        self._rows.append(row)
        self.standing = self.standing._replace(apart=kept.apart_after(self.standing.apart, row))

    def keep_import(self, imported: Imported | None) -> None:
        """Keep what the last import replaced; None: forget it."""
        if imported is not None or self.standing.imported is not None:
            self._rows.append(imported or Forget(Imported, ROW_ID))
        self.standing = self.standing._replace(imported=imported)

    def has_events(self) -> bool:
        """Whether anything was recorded."""
        return bool(self._events)

    def forget_person(self, person: str) -> None:
        """Take a person off the roster, with their cards and the user that they sign in as; their
        rows are the caller's to remove."""
        roster = self.standing.roster
        people = without(roster.people, person)
        cards = {key: c for key, c in roster.credentials.items() if c.person != person}
        users = {id: user for id, user in roster.users.items() if user.person != person}
        self.standing = self.standing._replace(
            roster=replace(roster, people=people, credentials=cards, users=users)
        )

    def passed(self, since: Moment) -> float:
        """Seconds since a moment of this boot."""
        return self.now.since(since) / timedelta(seconds=1)

    def raise_alert(self, alert: Alert, cubby: int | None = None, **about: str) -> None:
        """Raise an alert that is not up already. ``about``: ``bank`` or ``person``; ``detail``."""
        if (alert, _subject(cubby, about)) not in self.state.alerts:
            self._alert(EventType.ALERT_RAISED, alert, cubby, about)

    def clear_alert(self, alert: Alert, cubby: int | None = None, **about: str) -> None:
        """Clear an alert that is up."""
        if (alert, _subject(cubby, about)) in self.state.alerts:
            self._alert(EventType.ALERT_CLEARED, alert, cubby, about)

    def _alert(
        self, type: EventType, alert: Alert, cubby: int | None, about: Mapping[str, str]
    ) -> None:
        data = {key: value for key, value in about.items() if value and key != "person"}
        person = about.get("person") or None
        self.add(type, cubby=cubby, person=person, data={"alert": alert.value, **data})

    def step(self) -> Step:
        """What came of it."""
        return Step(
            self.standing,
            tuple(self._events),
            tuple(self._rows),
            tuple(self._acts),
            self.outcome,
        )


def _subject(cubby: int | None, about: Mapping[str, str]) -> Subject:
    return subject_of(cubby, about.get("bank"), about.get("person"))
