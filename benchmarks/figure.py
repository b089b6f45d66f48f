"""One measured figure, and how a ratio to a floor is taken."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

RUNS = 5
ROUNDS = 40
PACE_S = 0.02

Work = Callable[[], object]


class Figure(NamedTuple):
    """``value`` and ``budget`` are in the same unit, named in ``what``; more is worse."""

    what: str
    value: float
    budget: float


def seconds(work: Work) -> float:
    """How long one call takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def ratio(work: Work, floor: Work) -> float:
    """How many times the floor's median the work's median takes: the median of RUNS runs.

    The two take turns, so that a slow moment of the machine meets both, and rest PACE_S seconds
    before each turn, so that the disk is as idle as it is between two taps.
    """
    return median(_run(work, floor) for _ in range(RUNS))


def _run(work: Work, floor: Work) -> float:
    rounds = [(_paced(work), _paced(floor)) for _ in range(ROUNDS)]
    return median(taken for taken, _ in rounds) / median(least for _, least in rounds)


def _paced(work: Work) -> float:
    time.sleep(PACE_S)
    return seconds(work)
