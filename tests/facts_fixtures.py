"""Every circumstance that a tap can meet, by classes; and a walk through all of them.

Nobody can try the billions of combinations one by one. But whoever looks at a case asks for one
fact after another and then decides: all that agree in what was asked for are one case to them. So
the walk hands out cases of which nothing is settled, settles a fact when it is asked for, and
comes back for its other values. What was never asked for is counted: nothing is left out.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

from conftest import LONDON

from kiosk.events import Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.facts import Arranged, Decision, Facts, Graces
from kiosk.policy.tap import decide_tap
from kiosk.state import Collection, Deposit, Place, Transaction
from kiosk.timetable import Phase

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LOCAL = NOON.astimezone(LONDON)
RELEASE = datetime(2026, 3, 2, 15, 10, tzinfo=LONDON)
DUE = datetime(2026, 3, 2, 13, 0, tzinfo=LONDON)
OWN, LAST, FREE = 3, 5, 7  # the cubby that keeps theirs, the one they took it from, a free one

JUST_NOW, BEFORE_A_RESTART = "just now", "just now, but before a restart"
TODAY, EARLIER_DAY = "earlier today", "on an earlier day"
AHEAD = "at a time to come: the clock was wrong"
AGO = {
    JUST_NOW: timedelta(seconds=60),
    BEFORE_A_RESTART: timedelta(seconds=60),
    TODAY: timedelta(hours=3),
    EARLIER_DAY: timedelta(days=1),
    AHEAD: timedelta(days=-1),
}
NOTHING, IN_CUBBY, IN_OFFICE, UNKNOWN, OUT = "nothing", "cubby", "office", "unknown", "out"
DOUBTS = (
    None,
    Reason.INTERRUPTED,
    Reason.INTERRUPTED_OUT,
    Reason.REOPENED,
    Reason.OPENED_BY_STAFF,
    Reason.FORCED,
    Reason.NOT_SHUT,
    Reason.RECORD_DAMAGED,
    Reason.RECORD_RESTORED,
)


class Kept(NamedTuple):
    """Where a device is, since when, and why its place is in doubt."""

    where: str = NOTHING
    since: str = TODAY
    doubt: Reason | None = None


class Opening(NamedTuple):
    """Their own card's opening: how often it was pulsed, and whether the door has opened."""

    purpose: Purpose
    attempt: int
    is_open: bool


class Taken(NamedTuple):
    """When they last took a device out, and whether that cubby is as they left it."""

    since: str
    is_untouched: bool


KEPT = (
    Kept(),
    *(Kept(IN_CUBBY, since, doubt) for since, doubt in product(AGO, DOUBTS)),
    *(Kept(IN_OFFICE, since) for since in AGO),
    *(Kept(UNKNOWN, since, Reason.EMPTY) for since in AGO),
    *(Kept(OUT, since) for since in AGO),
)
# A deposit has two pulses at a cubby and, if that is at fault, two at another.
_OPENINGS = tuple(
    Opening(purpose, attempt, is_open)
    for purpose, attempt, is_open in product(Purpose, (1, 2, 3, 4), (False, True))
    if purpose not in (Purpose.OVERRIDE, Purpose.BOX)  # staff's, and told by ``in_use``
    if attempt <= 2 or purpose is Purpose.DEPOSIT
)
_EITHER = (False, True)

# What each fact can be. Left out is only what ``tap_facts`` cannot say: a cubby in use that keeps
# nothing of theirs, and a free cubby for somebody who has a device here already.
FACTS: Mapping[str, Callable[["Case"], Sequence[Any]]] = {
    "card": lambda case: (
        *("unknown", "random", "disputed", "blocked", "lost", "bound"),
        *("expired", "too early", "active"),
    ),
    "leaver": lambda case: _EITHER,
    "adult": lambda case: _EITHER,
    "trusted": lambda case: _EITHER,
    "phase": lambda case: tuple(Phase),
    "kept": lambda case: KEPT,
    "opening": lambda case: (None, *_OPENINGS),
    "in_use": lambda case: _EITHER if case.kept.where in (IN_CUBBY, OUT) else (False,),
    "stands_open": lambda case: _EITHER,
    "held": lambda case: ("no", "held", "held, need met"),
    "medical": lambda case: _EITHER,
    "leave": lambda case: ("none", "with a time", "without", "for good"),
    "early": lambda case: _EITHER,
    "going_home": lambda case: _EITHER,
    "exempt": lambda case: _EITHER,
    "taken": lambda case: (None, *(Taken(*one) for one in product(AGO, _EITHER))),
    "session_left": lambda case: _EITHER,
    "has_free": lambda case: _EITHER if case.kept.where == NOTHING else (False,),
    "faulty": lambda case: _EITHER,
    "disk_failing": lambda case: _EITHER,
    "release_known": lambda case: _EITHER,
    "late": lambda case: _EITHER,
    "crowded": lambda case: (frozenset(), frozenset({OWN, LAST, FREE})),
}
STORED = (IN_CUBBY, IN_OFFICE, UNKNOWN)


class Case:
    """Circumstances of which only what was asked for is settled, and what was settled before.

    ``order``: what was asked for so far, in that order, and what else each could be.
    """

    def __init__(self, given: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
        self._given = given
        self.order: dict[str, Sequence[Any]] = {}
        self.settled: dict[str, Any] = dict(before or {})
        self.__dict__.update(self.settled)

    def __getattr__(self, fact: str) -> Any:
        if fact not in FACTS:
            raise AttributeError(fact)
        options = FACTS[fact](self)
        self.settled[fact] = self._given.get(fact, options[0])
        self.order[fact] = options
        object.__setattr__(self, fact, self.settled[fact])  # from now on, it is just there
        return self.settled[fact]

    def weight(self) -> int:
        """How many combinations it stands for."""
        # Nothing but what is kept narrows what else is possible.
        kinds = [self.settled["kept"]] if "kept" in self.settled else KEPT
        left = frozenset(FACTS.keys() - self.settled.keys() - {"kept"})
        return sum(_combinations(kept, left) for kept in kinds)


@cache
def _combinations(kept: Kept, left: frozenset[str]) -> int:
    case = Case({"kept": kept})
    return prod(len(FACTS[fact](case)) for fact in left)


class But:
    """A case in which one fact is another. What it asks for is asked of the case."""

    def __init__(self, case: Case, **changed: Any) -> None:
        self._case = case
        self.__dict__.update(changed)

    def __getattr__(self, fact: str) -> Any:
        return getattr(self._case, fact)


def every_case(
    look: Callable[[Case], object], before: Mapping[str, Any] | None = None
) -> Iterator[Case]:
    """Have all cases looked at, or all in which that was settled ``before``. Yields each that
    ``look`` can tell from the others."""
    pending: list[dict[str, Any]] = [{}]
    while pending:
        case = Case(pending.pop(), before)
        look(case)
        so_far: dict[str, Any] = {}
        for fact, options in case.order.items():
            if fact not in case._given:
                pending += ({**so_far, fact: other} for other in options[1:])
            so_far[fact] = case.settled[fact]
        yield case


@cache
def every_tap() -> tuple[tuple[Case, Decision], ...]:
    """Every case that a tap's decision can tell from the others, and what it comes to. Worked out
    once for all that look at it."""
    decisions: list[Decision] = []
    cases = tuple(every_case(lambda case: decisions.append(tap(case))))
    return tuple(zip(cases, decisions, strict=True))


def tap(case: Any) -> Decision:
    """What a tap comes to in such a case."""
    return decide_tap(FactsOf(case))  # type: ignore[arg-type]


def check_all(look: Callable[[Case, Decision], object]) -> None:
    """Have all cases looked at, with what a tap comes to in each."""
    for tapped, decision in every_tap():
        for _ in every_case(lambda case, so=decision: look(case, so), tapped.settled):  # type: ignore[misc]
            pass


@cache
def _moment(since: str) -> Moment:
    boot = "another" if since in (BEFORE_A_RESTART, AHEAD) else "boot"
    return Moment(NOON - AGO[since], 100_000 - AGO[since].total_seconds(), boot)


@cache
def _deposit(kept: Kept, *, out: bool) -> Deposit | None:
    where, since, doubt = kept
    if where == NOTHING or (where == OUT) is not out:
        return None
    cubby = OWN if where in (IN_CUBBY, OUT) else None
    place = {OUT: Place.OUT, IN_OFFICE: Place.OFFICE}.get(where, Place.CUBBY)
    return Deposit(1, "p", cubby, _moment(since), doubt, place=place)


@cache
def _transaction(opening: Opening | None) -> Transaction | None:
    if opening is None:
        return None
    purpose, attempt, is_open = opening
    cubby = {Purpose.DEPOSIT: FREE, Purpose.LEFT_INSIDE: LAST}.get(purpose, OWN)
    pulsed = Transaction(9, cubby, purpose, "person:p", "p", 1, attempt, _moment(JUST_NOW))
    return replace(pulsed, opened=_moment(JUST_NOW)) if is_open else pulsed


_STATUS = {
    **dict.fromkeys(("unknown", "random", "disputed")),
    **dict.fromkeys(("active", "expired", "too early"), CardStatus.ACTIVE),
    "blocked": CardStatus.BLOCKED,
    "lost": CardStatus.LOST,
    "bound": CardStatus.BOUND,
}
_NOW = {trusted: Moment(NOON, 100_000, "boot", trusted) for trusted in _EITHER}
_GRACES = Graces()
# Each field of ``Facts``, as a case tells it, but what is arranged.
FIELDS: Mapping[str, Callable[[Case], Any]] = {
    "now": lambda case: _NOW[case.trusted],
    "local": lambda case: LOCAL,
    "phase": lambda case: case.phase,
    "release": lambda case: RELEASE if case.release_known else None,
    "card": lambda case: _STATUS[case.card],
    "is_random": lambda case: case.card == "random",
    "is_disputed": lambda case: case.card == "disputed",
    "is_expired": lambda case: case.card == "expired",
    "leaver": lambda case: case.leaver,
    "is_adult": lambda case: case.adult,
    "deposit": lambda case: _deposit(case.kept, out=False),
    "transaction": lambda case: _transaction(case.opening),
    "collection": lambda case: Collection(LAST, _moment(case.taken.since)) if case.taken else None,
    "is_in_use": lambda case: case.in_use,
    "stands_open": lambda case: case.stands_open,
    "last_cubby_is_free": lambda case: bool(case.taken and case.taken.is_untouched),
    "free": lambda case: FREE if case.has_free else None,
    "out": lambda case: _deposit(case.kept, out=True),
    "has_session_left": lambda case: case.session_left,
    "is_faulty": lambda case: case.faulty,
    "disk_failing": lambda case: case.disk_failing,
    "graces": lambda case: _GRACES,
    "is_early_card": lambda case: case.card == "too early",
    "crowded": lambda case: case.crowded,
    "is_late": lambda case: case.late,
}
# Each of ``Arranged``.
ARRANGED: Mapping[str, Callable[[Case], Any]] = {
    "is_medical": lambda case: case.medical,
    "may_take_out": lambda case: case.leave != "none",
    "due": lambda case: DUE if case.leave == "with a time" else None,
    "is_for_good": lambda case: case.leave == "for good",
    "is_early": lambda case: case.early,
    "is_going_home": lambda case: case.going_home,
    "is_exempt": lambda case: case.exempt,
    "held": lambda case: case.held != "no",
    "need_met": lambda case: case.held == "held, need met",
}


class FactsOf:
    """A case as ``Facts``, each of them settled when it is asked for."""

    clock_trusted = property(lambda self: self._case.trusted)
    arranged = property(lambda self: self)  # whose facts it gives as well

    def __init__(self, case: Case) -> None:
        self._case = case

    def __getattr__(self, name: str) -> Any:
        value = (FIELDS.get(name) or ARRANGED[name])(self._case)
        object.__setattr__(self, name, value)
        return value


def whole_facts(case: Case, chance: random.Random) -> Facts:
    """A case as real ``Facts``; what was never asked for is drawn by lot."""
    drawn = Case(dict(case.settled))
    for fact, options in FACTS.items():
        if fact not in case.settled:
            drawn._given = {**drawn._given, fact: chance.choice(options(drawn))}
        getattr(drawn, fact)
    arranged = Arranged(**{name: field(drawn) for name, field in ARRANGED.items()})
    return Facts(**{name: field(drawn) for name, field in FIELDS.items()}, arranged=arranged)
