"""Days that differ: for whom, when, how, and which of several rules wins. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from kiosk.errors import KioskError
from kiosk.timetable.days import Times

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class BadTimetable(KioskError, ValueError):
    """A timetable cannot be made. ``faults`` has every reason, in words."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Whose(NamedTuple):
    """Whose time is asked for: a person's id, their year and form; "" where it is not known."""

    person: str = ""
    year: str = ""
    form: str = ""


class Level(IntEnum):
    """How specific a rule's target is. The most specific wins."""

    SCHOOL = 0
    YEAR = 1
    FORM = 2
    PERSON = 3


class Target(NamedTuple):
    """Whom a rule is for: a level, and the year, form or person id of that name."""

    level: Level = Level.SCHOOL
    name: str = ""

    def __str__(self) -> str:
        if self.level is Level.SCHOOL:
            return "the school"
        return f"{self.level.name.lower()} {self.name}"


class Rank(IntEnum):
    """How specific a rule's dates are. Within one target the most specific wins."""

    DAYS = 0
    RANGE = 1
    DAYS_IN_RANGE = 2
    DATE = 3


@dataclass(frozen=True, slots=True)
class When:
    """For which dates a rule is: from ``first`` to ``last``, both included, and of those only the
    weekdays ``days`` (Monday 0). None is no bound, no days are all days.
    """

    first: date | None = None
    last: date | None = None
    days: frozenset[int] = frozenset()

    @classmethod
    def on(cls, date: date) -> "When":
        """That date alone."""
        return cls(date, date)

    @property
    def rank(self) -> Rank:
        """How specific it is."""
        if self.first is None and self.last is None:
            return Rank.DAYS
        if self.first == self.last:
            return Rank.DATE
        return Rank.DAYS_IN_RANGE if self.days else Rank.RANGE

    @property
    def bounds(self) -> tuple[date, date]:
        """The first and last date that it may have."""
        return self.first or date.min, self.last or date.max

    def covers(self, on: date) -> bool:
        """Whether it is for that date."""
        first, last = self.bounds
        return first <= on <= last and (not self.days or on.weekday() in self.days)

    def shared(self, other: "When") -> date | None:
        """The first date that both are for."""
        first = max(self.bounds[0], other.bounds[0])
        days = (min(self.bounds[1], other.bounds[1]) - first).days + 1
        week = (first + timedelta(days=n) for n in range(min(days, 7)))
        return next((on for on in week if self.covers(on) and other.covers(on)), None)

    def __str__(self) -> str:
        days = ", ".join(_WEEKDAYS[day] for day in sorted(self.days))
        if self.rank is Rank.DATE:
            return str(self.first)
        bounds = [f"from {self.first}"] if self.first else []
        bounds += [f"to {self.last}"] if self.last else []
        return " ".join([*([days] if days else []), *bounds])


@dataclass(frozen=True, slots=True)
class Override:
    """A rule: ``target`` has other ``times`` then; None: they are not expected that day."""

    target: Target
    when: When
    times: Times | None
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.target}, {self.when}" + (f" ({self.reason})" if self.reason else "")

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        faults = []
        if self.when == When():
            faults.append(f"{self}: is for no date, range or weekday")
        if self.when.bounds[1] < self.when.bounds[0]:
            faults.append(f"{self}: ends before it begins")
        if (self.target.level is Level.SCHOOL) is bool(self.target.name):
            faults.append(f"{self}: it is not said for whom")
        if self.times is not None and not self.times.given():
            faults.append(f"{self}: changes nothing")
        if self.times is not None and self.times.closed and not self.times.release:
            faults.append(f"{self}: closed needs release beside it")
        if self.times is not None and not self.times.is_ordered():
            faults.append(f"{self}: arrival, locked, release and closed must follow one another")
        return faults


@dataclass(frozen=True, slots=True)
class EarlyClosing:
    """A date on which school ends early, in local time, and with it whatever would end later.

    So it wins over more specific rules, such as a form's longer Wednesdays, except where one is
    for that very date and says when to release.
    """

    on: date
    release: time
    closed: time
    reason: str = ""

    def __str__(self) -> str:
        return f"early closing, {self.on}" + (f" ({self.reason})" if self.reason else "")

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        if self.release < self.closed:
            return []
        return [f"{self}: release and closed must follow one another"]


class _Rules(NamedTuple):
    """The rules for one target."""

    dated: dict[date, Override]
    ranged: list[Override]
    weekly: dict[int, Override]


class RuleBook:
    """Rules that do not clash, found by target and date."""

    __slots__ = ("_by_target",)

    def __init__(self, overrides: Iterable[Override]) -> None:
        self._by_target: dict[Target, _Rules] = defaultdict(lambda: _Rules({}, [], {}))
        for rule in sorted(overrides, key=lambda rule: rule.when.rank):
            dated, ranged, weekly = self._by_target[rule.target]
            if rule.when.rank is Rank.DATE and rule.when.first:
                dated[rule.when.first] = rule
            elif rule.when.rank is Rank.DAYS:
                weekly |= dict.fromkeys(rule.when.days, rule)
            else:
                ranged.append(rule)

    def rules(self, target: Target, on: date) -> Iterator[Override]:
        """The rules for that target and date, the most specific last."""
        found = self._by_target.get(target)
        if found is None:
            return
        if weekly := found.weekly.get(on.weekday()):
            yield weekly
        yield from (rule for rule in found.ranged if rule.when.covers(on))
        if dated := found.dated.get(on):
            yield dated


def clashes(overrides: Iterable[Override], early: Iterable[EarlyClosing]) -> list[str]:
    """Every two rules of which neither is more specific, though both are for one date."""
    by_kind = sorted(overrides, key=_kind)
    pairs = [pair for _, group in groupby(by_kind, key=_kind) for pair in _overlaps([*group])]
    faults = [f"{a} and {b} clash: both are for {a.when.shared(b.when)}" for a, b in pairs]
    ends: dict[date, object] = {
        rule.when.first: rule
        for rule in by_kind
        if rule.when.rank is Rank.DATE and rule.when.first and rule.target == Target()
    }
    for closing in early:
        if other := ends.get(closing.on):
            faults.append(f"{other} and {closing} clash: both are for {closing.on}")
        ends[closing.on] = closing
    return faults


def _kind(rule: Override) -> tuple[Target, Rank]:
    return rule.target, rule.when.rank


def _overlaps(rules: list[Override]) -> Iterator[tuple[Override, Override]]:
    rules.sort(key=lambda rule: rule.when.bounds)
    firsts = [rule.when.bounds[0] for rule in rules]
    for place, rule in enumerate(rules):
        beyond = bisect_right(firsts, rule.when.bounds[1])
        yield from (
            (rule, other)
            for other in rules[place + 1 : beyond]
            if rule.when.shared(other.when) is not None
        )
