"""Days of a school, played in seconds: the whole kiosk on simulated hardware, and what the office
asks of it at its usual times."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.bootstrap import open_keys
from kiosk.config import Config
from kiosk.demo.cast import (
    AFTERNOON,
    CLOSING,
    NOON,
    REGISTER,
    Cue,
    Part,
    Today,
    between,
    cues_of,
    deal,
    teacher_cues,
)
from kiosk.demo.playing import Player, staff_of
from kiosk.demo.school import DemoSchool, demo_config, furnish, school_days
from kiosk.errors import BadInput
from kiosk.keys import new_keys
from kiosk.lists.seen import whose
from kiosk.model import PersonKind
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import chain_of
from kiosk.store.verify import verify as verify_record
from kiosk.timetable import Day
from kiosk.turned import TurnedKiosk, turned_kiosk

Json = dict[str, Any]
EARLY = time(6)  # before anybody comes


@dataclass(frozen=True, slots=True)
class Question:
    """What the office asks at some time of the day: lists, and figures."""

    when: str
    lists: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


AFTER_ARRIVAL = Question("after arrival", ("not-seen",), ("register",))
AT_NOON = Question("in the middle of the day", ("expected-back", "held"))
IN_THE_AFTERNOON = Question("in the afternoon", ("overdue",), ("register",))
AFTER_CLOSING = Question(
    "after closing", ("uncollected", "held"), ("register", "occupancy", "throughput")
)
OF_THE_WEEK = ("compliance", "faults", "exemptions")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the kiosk answered, at a time on the wall: tables as they are sent."""

    at: datetime
    when: str
    tables: tuple[Json, ...]


@dataclass(slots=True)
class PlayedDay:
    """One day, in its order: what is told of it, a line each, and what the office was told."""

    number: int
    on: date
    steps: list[str | Answer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Week:
    """What is to be played: ``days`` school days from ``first`` on; None: the school's first.
    ``seed`` draws who plays what and when; None: the parts go down the roster."""

    school: DemoSchool
    days: int
    seed: int | None = None
    first: date | None = None
    today: date = date.min

    def dates(self) -> list[date]:
        """The dates, and the school day after them, if there is one.

        Raises:
            BadInput: there are not so many.
        """
        timetable = self.school.timetable
        first = self.first or (None if timetable.calendar.terms else self.today)
        found = list(islice(school_days(timetable, first), self.days + 1))
        if len(found) < self.days:
            since = f" from {self.first} on" if self.first else ""
            raise BadInput(f"the school has only {len(found)} school days{since}: play fewer")
        return found

    def parts(self) -> Mapping[str, Part]:
        """Who plays what, by id."""
        lot = None if self.seed is None else Random(f"parts {self.seed}")
        school = self.school
        here = [person for person in school.pupils if not person.leaver]
        return deal(here, school.boxed, lot)


@dataclass(slots=True)
class Played:
    """The end of it. ``tables``: the figures of all days. ``events``: how many are on record;
    ``findings``: what is wrong with them, which is nothing."""

    tables: tuple[Json, ...]
    events: int
    findings: tuple[str, ...]


def play(week: Week) -> Iterator[PlayedDay | Played]:
    """Play the days, one after another, and then say what they came to.

    Raises:
        BadInput: there are not so many school days.
    """
    dates, school = week.dates(), week.school
    with TemporaryDirectory(prefix="kiosk-demo-") as folder:
        config = demo_config(Path(folder), school.cubbies, name=school.name)
        new_keys(config.kiosk.key_dir)
        start = datetime.combine(dates[0], EARLY, school.timetable.zone).astimezone(UTC)
        with turned_kiosk(config, start) as kiosk:
            furnish(kiosk.opened, school, staff_of(school))
            kiosk.start()
            played = _Played(week, kiosk)
            for number, on in enumerate(dates[: week.days], start=1):
                after = dates[number] if number < len(dates) else on + timedelta(days=1)
                yield played.day(number, on, after)
            tables = played.figures(dates[0], dates[week.days - 1])
            kiosk.stop()
        yield _ended(config, tables)


class _Played:
    """The days under way."""

    def __init__(self, week: Week, kiosk: TurnedKiosk) -> None:
        self._week = week
        self._school = week.school
        self._kiosk = kiosk
        self._parts = week.parts()
        self._player = Player(kiosk, week.school, self._parts)

    def day(self, number: int, on: date, after: date) -> PlayedDay:
        """Play one."""
        played = PlayedDay(number, on)
        self._player.begin(number)
        day = self._school.timetable.day(on)
        if day is None:
            return played
        for step in _in_order(self._cues(number, on, after, day), _questions(on, day)):
            told = self._player.play(step) if isinstance(step, Cue) else self._ask(*step)
            played.steps += [told] if told else []
        return played

    def figures(self, first: date, last: date) -> tuple[Json, ...]:
        """What the office is told of all the days, on the morning after them."""
        self._kiosk.until(self._utc(datetime.combine(last + timedelta(days=1), EARLY)))
        span = {"since": str(first), "until": str(last)}
        return tuple(self._kiosk.verbs.call("report", {"name": n, **span}) for n in OF_THE_WEEK)

    def _cues(self, number: int, on: date, after: date, day: Day) -> Iterator[Cue]:
        for person in self._school.people:
            own = self._school.timetable.day(on, whose(person))
            if own is None:
                continue
            lot = Random(f"{self._week.seed} {on} {person.admission}")
            today = Today(person.id, number, on, after, own, day, lot)
            if person.id in self._parts:
                yield from cues_of(self._parts[person.id], today)
            elif person.kind is PersonKind.STAFF and person.form in self._school.boxes:
                yield from teacher_cues(person.id, today)

    def _ask(self, at: datetime, question: Question) -> Answer:
        self._kiosk.until(self._utc(at))
        asked = [("list", name) for name in question.lists]
        asked += [("report", name) for name in question.reports]
        tables = tuple(self._kiosk.verbs.call(verb, {"name": name}) for verb, name in asked)
        return Answer(self._kiosk.local, question.when, tables)

    def _utc(self, at: datetime) -> datetime:
        return at.replace(tzinfo=self._school.timetable.zone).astimezone(UTC)


Asked = tuple[datetime, Question]


def _questions(on: date, day: Day) -> list[Asked]:
    return [
        (between(on, day, REGISTER), AFTER_ARRIVAL),
        (between(on, day, NOON), AT_NOON),
        (between(on, day, AFTERNOON), IN_THE_AFTERNOON),
        (datetime.combine(on, day.closed) + CLOSING, AFTER_CLOSING),
    ]


def _in_order(cues: Iterator[Cue], questions: Sequence[Asked]) -> list[Cue | Asked]:
    """By their times; of those at one time, questions come last."""
    steps: list[tuple[datetime, Cue | Asked]] = [(cue.at, cue) for cue in cues]
    steps += [(asked[0], asked) for asked in questions]
    return [step for _, step in sorted(steps, key=lambda step: step[0])]


def _ended(config: Config, tables: tuple[Json, ...]) -> Played:
    """What the record says of itself."""
    chain = chain_of(open_keys(config), config.kiosk.id)
    with take_snapshot(config.kiosk.data) as snapshot:
        result = verify_record(snapshot, chain)
    return Played(tables, result.events, tuple(str(finding) for finding in result.findings))
