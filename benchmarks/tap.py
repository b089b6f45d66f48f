"""From a presentation taken off the queue to the pulse commanded, the record durable."""

import itertools
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks.calendar import FORMS, full_timetable
from benchmarks.figure import (
    Effort,
    Figure,
    Report,
    interleaved,
    median_ratio,
    percentile,
    ratio,
    seconds,
)
from kiosk.acts import Pulse
from kiosk.bootstrap import make_rules
from kiosk.clock import SkippingClock, SystemClock
from kiosk.core import Core
from kiosk.demo.school import demo_config
from kiosk.drafting import Rules, Standing
from kiosk.events import CONSOLE
from kiosk.keys import Keys
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.sensed import Card, Presented
from kiosk.model import Credential, Person
from kiosk.policy.tap import decide_tap
from kiosk.store import FILE_NAME, Store
from kiosk.taps.facts import tap_facts

PEOPLE = 2000
ARRIVING = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def measure(effort: Effort) -> Report:
    """A pure decision in microseconds, and a whole tap as a ratio to its bytes on the disk."""
    # The same file system as the record of an ordinary run: not a memory disk.
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        core, store, cards = _furnished(Path(folder))
        decisions = _decisions(core, cards, effort)
        whole = _whole_tap(core, Path(folder), effort)
        store.close()
    return Report([*decisions, *whole])


def _furnished(folder: Path) -> tuple[Core, Store, "itertools.cycle[str]"]:
    rules = make_rules(demo_config(folder))
    store = Store(folder, kiosk="bench", keys=Keys(b"c" * 32, b"k" * 32))
    clock = SystemClock(synchronised=lambda: True)  # as it is in all but the first minute
    core = Core(store, rules, SkippingClock(clock, ARRIVING))
    people = tuple(map(_person, range(1, PEOPLE + 1)))
    core.take(ImportRoster(CONSOLE, people, len(people), 0))
    keys = [f"{n:032x}" for n in range(1, PEOPLE + 1)]
    for person, key in zip(people[:200], keys, strict=False):
        core.take(EnrolCard(CONSOLE, Credential(key, person.id)))
    return core, store, itertools.cycle(keys[:200])


def _person(number: int) -> Person:
    form = FORMS[number % len(FORMS)]
    return Person(f"{number:x}", str(number), "A", "B", form, year=form[:-1])


def _decisions(core: Core, cards: "itertools.cycle[str]", effort: Effort) -> list[Figure]:
    """By a school's whole calendar, and as a ratio to the same with nothing but a week."""
    full = replace(core.rules, timetable=full_timetable(core.standing.roster))
    one, many = _deciding(core, full, cards, 1), _deciding(core, full, cards, 100)
    took_us = median(seconds(one) for _ in range(2000)) * 1e6
    to_empty = ratio(many, _deciding(core, core.rules, cards, 100), effort)
    return [
        Figure("a decision, its facts gathered, 2,000 people, full calendar: us", took_us, 20),
        Figure("the same: ratio to an empty calendar", to_empty, 2),
    ]


def _deciding(
    core: Core, rules: Rules, cards: "itertools.cycle[str]", times: int
) -> Callable[[], None]:
    now = core.clock.now()
    credentials = core.standing.roster.credentials

    def taps() -> None:
        for _ in range(times):
            decide_tap(tap_facts(rules, core.standing, credentials[next(cards)], now))

    return taps


class Tapping:
    """Takes one pupil after another through a deposit's tap, to the pulse that it asks for."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._cards = itertools.cycle(list(core.standing.roster.credentials)[:200])
        self._empty = core.standing.state
        self.prepare()

    def prepare(self) -> None:
        """Nobody has handed in yet, so that each tap is the first of the day."""
        nobody = {"deposits": {}, "of_person": {}, "in_cubby": {}, "transactions": {}}
        state = self._empty._replace(
            seq=self._core.standing.state.seq, collections={}, open_doors=frozenset(), **nobody
        )
        self._core.standing = Standing(state, self._core.standing.roster)
        self._next = Presented((Card(next(self._cards)),))

    def tap(self) -> None:
        """The next of them."""
        acts, _ = self._core.take(self._next)
        if not any(isinstance(act, Pulse) for act in acts):
            raise LookupError("the tap opened nothing")


def _whole_tap(core: Core, folder: Path, effort: Effort) -> list[Figure]:
    journal = folder / FILE_NAME
    tapping = Tapping(core)
    before = journal.stat().st_size
    tapping.tap()
    line = b"x" * (journal.stat().st_size - before)
    floor = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append() -> None:
        os.write(floor, line)
        os.fdatasync(floor)

    works = {"tap": tapping.tap, "floor": append}
    runs = interleaved(works, effort, tapping.prepare)
    os.close(floor)
    taken = {name: [one for run in runs for one in run[name]] for name in works}
    slowest = percentile(taken["tap"], 99) / percentile(taken["floor"], 99)
    what = f"a tap until its pulse is commanded, {len(line)} bytes durable: ratio to the floor"
    return [
        Figure(what, median_ratio(runs, "tap", "floor"), 2.5),  # docs/adr/0016
        Figure("the same, the 99th percentiles of both", slowest, 3),
    ]
