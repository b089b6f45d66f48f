"""What decides a tap, and what it comes to. Pure values; the table is ``kiosk.policy.tap``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kiosk.events import Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.state import Collection, Deposit, Transaction
from kiosk.timetable import Phase


@dataclass(frozen=True, slots=True)
class Graces:
    """How long a cubby opens again: after a deposit, and after a collection."""

    reopen: timedelta = timedelta(minutes=2)
    left_inside: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TapRules:
    """What a school may choose of the tap table. ``neighbours_wait``: a door beside one that is
    open does not open, until that is shut. ``late_to_office``: what was not collected in its
    owner's last release of the day is for the office to give back."""

    neighbours_wait: bool = True
    late_to_office: bool = False


class Arranged(NamedTuple):
    """What staff have arranged for somebody, as far as it says something now.

    ``is_medical``, ``may_take_out``: such access covers now; ``due``: when what is taken out is
    expected back; ``is_for_good``: it is not, by a pass without return. ``is_early``: they may
    collect before the others. ``held``: the device may not be released; ``need_met``: how a medical
    need is met meanwhile was recorded.
    """

    is_medical: bool = False
    may_take_out: bool = False
    due: datetime | None = None
    is_for_good: bool = False
    is_early: bool = False
    is_going_home: bool = False
    is_exempt: bool = False
    held: bool = False
    need_met: bool = False


class Facts(NamedTuple):
    """All that a tap's outcome depends on. ``local`` is ``now`` on the school's wall.

    ``deposit``: what is stored for them; ``out``: what they have with them and will bring back.
    ``free``: the cubby a deposit would get. ``is_in_use``: the cubby of ``deposit`` or ``out``
    stands open, or staff are opening it; ``stands_open``: so it has for longer than anybody is
    waited for, or their own opening has: it was left so, or its switch is stuck.
    ``last_cubby_is_free``: nobody was given the cubby of ``collection`` since, and its door is
    shut. ``is_early_card``: the card is for a time that is to come. ``is_adult``: staff or a
    visitor, whose device is their own affair. ``crowded``: the cubbies beside a door that somebody
    has open, or that is being opened. ``is_late``: their last release of the day is over, and from
    then on the school's office gives back. ``is_random``, ``is_disputed``: the card's number is
    another at each tap; somebody else is said to use it.

    A named tuple, as it is made anew at each tap, which takes a third of a dataclass's time. Given
    in their order the facts take half the time again of facts by name.
    """

    now: Moment
    local: datetime
    phase: Phase
    release: datetime | None = None
    card: CardStatus | None = CardStatus.ACTIVE
    is_expired: bool = False
    is_early_card: bool = False
    leaver: bool = False
    is_adult: bool = False
    deposit: Deposit | None = None
    out: Deposit | None = None
    transaction: Transaction | None = None
    collection: Collection | None = None
    has_session_left: bool = False
    is_late: bool = False
    is_in_use: bool = False
    stands_open: bool = False
    last_cubby_is_free: bool = True
    free: int | None = None
    crowded: frozenset[int] = frozenset()
    is_faulty: bool = False
    disk_failing: bool = False
    graces: Graces = Graces()
    arranged: Arranged = Arranged()
    is_random: bool = False
    is_disputed: bool = False

    @property
    def clock_trusted(self) -> bool:
        """Whether the wall clock may be believed."""
        return self.now.trusted

    def but(self, **changed: Any) -> "Facts":
        """The same with other facts, those that were arranged among them."""
        arranged = {name: changed.pop(name) for name in Arranged._fields if name in changed}
        return self._replace(arranged=self.arranged._replace(**arranged), **changed)


class Decision(NamedTuple):
    """Granted or not, and why; what is to be opened for what; when to come again, or ``due``:
    when to be back with it. Granted without a cubby: it is noted, and no door opens."""

    granted: bool
    reason: Reason
    cubby: int | None = None
    purpose: Purpose | None = None
    come_at: datetime | None = None
    due: datetime | None = None
    row: str = ""

    def by(self, row: str) -> "Decision":
        """The same, with the row that decided it. Each tap takes this way, and ``_replace`` is
        slower."""
        return Decision(
            self.granted, self.reason, self.cubby, self.purpose, self.come_at, self.due, row
        )
