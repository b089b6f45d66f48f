"""The parts that pupils play in the days of a demo, and what each does when. Pure: the same lot
makes the same days.

A school week has five turns, day 1 to day 5, whatever weekday the first is; day 6 is turn 1 again.
What happens in the middle of a day is told in shares of the time between the school's lock and its
release, so that it fits any school; a pupil whose own day ends before ``LIFT``, as on a placement,
plays none of it then. So a person can count by hand who is where at any time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import NamedTuple

from kiosk.model import Person
from kiosk.timetable import Day

TURNS = 5

# Shares of the time from the school's lock to its release, in their order.
REGISTER = 1 / 72  # the office asks who was not seen: five minutes of six hours
LATE = 1 / 12
GIVEN = 1 / 8  # a pass is given, a phone taken away
HELD = 1 / 6
PASS_FROM = 5 / 12
OUT = 11 / 24
NOON = 1 / 2  # the office asks who is out
BACK = 13 / 24
PASS_TO = 7 / 12
HOME = 5 / 8
AFTERNOON = 2 / 3  # the office asks who is overdue
LIFT = 3 / 4

MINUTE = timedelta(minutes=1)
QUEUE = 15 * MINUTE  # how long it takes until everybody has left
SETTLED = 4 * MINUTE  # everybody is there so long before the lock, and has left before closing
CLOSING = 5 * MINUTE  # after it the office asks what is left


class Deed(StrEnum):
    """What somebody does: the pupil, or staff about the pupil."""

    TAP = "taps"
    LATE_BUS = "is on a late bus, says the teacher"
    NONE_TODAY = "brings none today, says the office"
    ABSENT = "is on the list of absences"
    PASS = "is given a pass"
    GOING_HOME = "may go home now"
    ARRANGE = "may keep it, as the head arranges"
    CONFISCATE = "has it taken away"
    HOLD = "must wait: a hold is placed"
    LIFT = "need not wait: the hold is lifted"
    JAM = "will find the door stuck"
    MEND = "is given it by the office, which mends the door"
    RETURN_BOX = "gives back what is in the class box"


class Cue(NamedTuple):
    """Something that is to happen. ``person``: who does it, or whom it is about. ``until``: the
    last moment or day of what is arranged. ``is_told``: it is out of the ordinary."""

    at: datetime
    deed: Deed
    person: str
    until: datetime | None = None
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Today:
    """A day as somebody lives it: their own times, and the school's. ``number`` counts from 1;
    ``after``: the next school day. Times are local, without a zone. ``lot`` draws minutes."""

    person: str
    number: int
    on: date
    after: date
    own: Day
    school: Day
    lot: Random

    @property
    def turn(self) -> int:
        """Which of the five days it is."""
        return (self.number - 1) % TURNS + 1

    def at(self, share: float) -> datetime:
        """A moment between the school's lock and its release, to the minute."""
        return between(self.on, self.school, share)

    def cue(self, at: datetime, deed: Deed, until: datetime | None = None) -> Cue:
        """Something out of the ordinary."""
        return Cue(at, deed, self.person, until)

    def arrives(self, *, is_told: bool = False) -> Cue:
        """They tap at some time before the lock."""
        first = self._clock(self.own.arrival) + MINUTE
        at = self._drawn(first, self._clock(self.own.locked) - SETTLED)
        return Cue(at, Deed.TAP, self.person, is_told=is_told)

    def leaves(self, *, is_told: bool = False) -> Cue:
        """They tap soon after their release."""
        first = self._clock(self.own.release) + MINUTE
        last = min(first + QUEUE, self._clock(self.own.closed) - SETTLED)
        return Cue(self._drawn(first, last), Deed.TAP, self.person, is_told=is_told)

    def released(self, minutes: int) -> datetime:
        """So many minutes after their release."""
        return self._clock(self.own.release) + minutes * MINUTE

    def _clock(self, at: time) -> datetime:
        return datetime.combine(self.on, at)

    def _drawn(self, first: datetime, last: datetime) -> datetime:
        seconds = max(0, int((last - first).total_seconds()))
        return first + timedelta(seconds=self.lot.randint(0, seconds))


Play = Callable[[Today], Sequence[Cue]]


def between(on: date, day: Day, share: float) -> datetime:
    """The moment at that share of the time from lock to release, local, to the minute."""
    locked, release = (datetime.combine(on, at) for at in (day.locked, day.release))
    return locked + int((release - locked) * share / MINUTE) * MINUTE


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody plays. ``words``: for whoever counts along. ``needs_day``: it cannot be played
    on a day that ends at noon. ``stays``: the turns on which they are not there when a class box is
    given back."""

    name: str
    words: str
    play: Play
    needs_day: bool = False
    stays: frozenset[int] = frozenset()


def _usual(today: Today) -> Sequence[Cue]:
    return today.arrives(), today.leaves()


def _late(today: Today) -> Sequence[Cue]:
    if today.turn not in (1, 3):
        return _usual(today)
    return today.cue(today.at(LATE), Deed.TAP), today.leaves()


def _late_bus(today: Today) -> Sequence[Cue]:
    if today.turn != 2:
        return _usual(today)
    said = today.cue(today.at(0), Deed.LATE_BUS)
    return said, today.cue(today.at(LATE), Deed.TAP), today.leaves()


def _forgets(today: Today) -> Sequence[Cue]:
    return () if today.turn in (2, 4) else _usual(today)


def _lunch(today: Today) -> Sequence[Cue]:
    if today.turn not in (1, 3):
        return _usual(today)
    given = today.cue(today.at(GIVEN), Deed.PASS, today.at(PASS_TO))
    out = today.cue(today.at(OUT), Deed.TAP)
    back = [today.cue(today.at(BACK), Deed.TAP)] if today.turn == 1 else []
    return today.arrives(), given, out, *back, today.leaves(is_told=not back)


def _early(today: Today) -> Sequence[Cue]:
    if today.turn != 2:
        return _usual(today)
    said = today.cue(today.at(PASS_TO), Deed.GOING_HOME)
    return today.arrives(), said, today.cue(today.at(HOME), Deed.TAP)


def _exempt(today: Today) -> Sequence[Cue]:
    if today.number != 1:
        return ()
    arrives = today.arrives(is_told=True)
    return today.cue(datetime.combine(today.on, today.own.arrival), Deed.ARRANGE), arrives


def _confiscated(today: Today) -> Sequence[Cue]:
    if today.turn != 2:
        return _usual(today)
    taken = today.cue(today.at(GIVEN), Deed.CONFISCATE)
    return today.arrives(), taken, today.leaves(is_told=True)


def _held(today: Today) -> Sequence[Cue]:
    match today.turn:
        case 3:
            placed = today.cue(today.at(HELD), Deed.HOLD)
            return today.arrives(), placed, today.leaves(is_told=True)
        case 4:
            lifted = today.cue(today.at(LIFT), Deed.LIFT)
            return today.arrives(is_told=True), lifted, today.leaves(is_told=True)
        case _:
            return _usual(today)


def _overnight(today: Today) -> Sequence[Cue]:
    is_in = today.turn == 2 or (today.turn == 1 and today.number > 1)
    arrives = today.arrives(is_told=is_in)
    return (arrives,) if today.turn in (1, 5) else (arrives, today.leaves(is_told=is_in))


def _absent(today: Today) -> Sequence[Cue]:
    if today.turn not in (3, 4):
        return _usual(today)
    if today.turn == 4:
        return ()
    return (today.cue(today.at(0), Deed.ABSENT, datetime.combine(today.after, time())),)


def _none_today(today: Today) -> Sequence[Cue]:
    if today.turn != 4:
        return _usual(today)
    return (today.cue(today.at(0), Deed.NONE_TODAY),)


def _sticks(today: Today) -> Sequence[Cue]:
    if today.turn != TURNS:
        return _usual(today)
    return (
        today.arrives(),
        today.cue(today.released(0), Deed.JAM),
        today.cue(today.released(2), Deed.TAP),
        today.cue(today.released(8), Deed.MEND),
    )


def _box(today: Today) -> Sequence[Cue]:
    return (today.arrives(),)


def _box_forgets(today: Today) -> Sequence[Cue]:
    return () if today.turn == 1 else _box(today)


USUAL = Part("usual", "hands in before the lock, collects after the release", _usual)
NO_DEVICE = Part("no device", "has none, by the roster", lambda today: ())
PARTS = (
    Part("late", "comes late on days 1 and 3, and nobody said so", _late),
    Part("late bus", "comes late on day 2, and the teacher said so", _late_bus),
    Part("forgets", "leaves it in the bag on days 2 and 4", _forgets),
    Part("pass", "has a pass on days 1 and 3; on day 3 the phone does not come back", _lunch, True),
    Part("early", "goes home early on day 2", _early, True),
    Part("keeps", "keeps the phone, as the head has arranged from day 1 on", _exempt),
    Part("confiscated", "has it taken away on day 2, until the release", _confiscated, True),
    Part("held", "is kept waiting by a hold from day 3 to the afternoon of day 4", _held, True),
    Part("overnight", "does not collect on days 1 and 5", _overnight),
    Part("absent", "is on the list of absences for days 3 and 4", _absent),
    Part("none today", "brings none on day 4, and the office knows", _none_today),
    Part("sticks", "finds the door stuck on day 5; the office opens it", _sticks),
)
BOX_USUAL = Part("box", "hands in to the class box, and is given it back", _box)
BOX_PARTS = (
    Part("box, forgets", "hands in to the class box, but not on day 1", _box_forgets),
    Part(
        "box, stays",
        "is away when the class box is given back on day 3",
        _box,
        stays=frozenset({3}),
    ),
)


def deal(
    pupils: Sequence[Person], boxed: Sequence[str], lot: Random | None = None
) -> Mapping[str, Part]:
    """Who plays what, by id: the parts go down the list of pupils, one each, in their order; the
    others play the usual. With a ``lot`` they are dealt in an order that it draws."""
    bring = [person for person in pupils if not person.no_device]
    if lot is not None:
        lot.shuffle(bring)
    parts = {person.id: NO_DEVICE for person in pupils}
    for form in boxed:
        parts |= _dealt([p for p in bring if p.form == form], BOX_PARTS, BOX_USUAL)
    return parts | _dealt([p for p in bring if p.form not in boxed], PARTS, USUAL)


def _dealt(people: Sequence[Person], parts: Sequence[Part], others: Part) -> dict[str, Part]:
    ids = [person.id for person in people]
    return dict.fromkeys(ids, others) | dict(zip(ids, parts, strict=False))


def cues_of(part: Part, today: Today) -> Sequence[Cue]:
    """What somebody with that part does today."""
    is_short = datetime.combine(today.on, today.own.release) <= today.at(LIFT)
    return _usual(today) if part.needs_day and is_short else part.play(today)


def teacher_cues(person: str, today: Today) -> Sequence[Cue]:
    """Whoever looks after a class box fills it at the end of the arrival, and empties it when the
    class leaves."""
    fills = datetime.combine(today.on, today.own.locked) - SETTLED / 2
    return (
        Cue(fills, Deed.TAP, person),
        Cue(today.released(1), Deed.TAP, person),
        Cue(today.released(2), Deed.RETURN_BOX, person),
    )
