"""What is measured, how often, and how a ratio to a floor is taken."""

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

Work = Callable[[], object]
Run = dict[str, list[float]]  # by name, what each of its turns took, in seconds


class Effort(NamedTuple):
    """How much is measured: ``runs`` of ``rounds``, ``pace_s`` seconds of rest before each turn.

    ``sizes``: the rows already stored, in rising order, at which the storages are compared.
    """

    runs: int
    rounds: int
    pace_s: float
    sizes: tuple[int, ...]


FULL = Effort(5, 40, 0.02, (1_000, 10_000, 100_000, 1_000_000))
QUICK = Effort(1, 10, 0.02, (100, 1_000, 10_000))


class Figure(NamedTuple):
    """``value`` and ``budget`` are in the same unit, named in ``what``.

    ``budget`` is the most that ``value`` may be; with ``is_least`` it is the least. None: it has
    no budget of its own.
    """

    what: str
    value: float
    budget: float | None
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the value keeps to the budget."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.is_least else self.value <= self.budget


class Timing(NamedTuple):
    """What one durable insert took a storage, with ``rows`` stored already.

    Times in microseconds, ``written`` in bytes an insert. ``p99_us`` of fewer than 100 ``turns``
    is the slowest of them.
    """

    storage: str
    rows: int
    median_us: float
    p99_us: float
    written: float
    turns: int


class Report(NamedTuple):
    """What a part has measured."""

    figures: Sequence[Figure]
    timings: Sequence[Timing] = ()


def seconds(work: Work) -> float:
    """How long one call takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def ratio(work: Work, floor: Work, effort: Effort = FULL) -> float:
    """How many times the floor's median the work's median takes: the median of the runs."""
    return median_ratio(interleaved({"work": work, "floor": floor}, effort), "work", "floor")


def percentile(taken: Sequence[float], part: int) -> float:
    """What ``part`` per cent of them, of some hundred, keep below."""
    return sorted(taken)[len(taken) * part // 100]


def median_ratio(runs: Sequence[Run], work: str, floor: str) -> float:
    """The median, over the runs, of one work's median by another's."""
    return median(median(run[work]) / median(run[floor]) for run in runs)


def nothing() -> None:
    """What is to be done before a turn, mostly."""


def interleaved(
    works: Mapping[str, Work], effort: Effort, before: Callable[[], object] = nothing
) -> list[Run]:
    """Time several works, run by run; ``before`` each turn and its rest something that is not.

    They take turns, so that a slow moment of the machine meets all, and rest before each turn,
    so that the disk is as idle as it is between two taps. Whoever begins a round ends the next
    one, so that none has always the same one before it.
    """
    return [_run(works, effort, before) for _ in range(effort.runs)]


def _run(works: Mapping[str, Work], effort: Effort, before: Callable[[], object]) -> Run:
    taken: Run = {name: [] for name in works}
    order = list(works)
    for _ in range(effort.rounds):
        for name in order:
            before()
            time.sleep(effort.pace_s)
            taken[name].append(seconds(works[name]))
        order.append(order.pop(0))
    return taken
