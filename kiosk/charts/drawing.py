"""The shapes that charts are made of, in a box counted from its top left corner. Pure values."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.charts.chart import Chart

LETTER = 0.58  # how wide a letter is, of its size: a little more than most are
LEGEND_LINE = 1.7  # from one line of a legend to the next, of the letters' size
GAP = 0.28  # of the room that a label has, what is left free between its bars and the next


class Bar(NamedTuple):
    """A bar. ``tone``: which series, from 0; ``value``: what it stands for."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    value: float


class Line(NamedTuple):
    """A line across the field; ``is_base``: the one that the bars stand on."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_base: bool = False


class Words(NamedTuple):
    """Words whose baseline is at ``y``; ``anchor``: which of them is at ``x``, as SVG has it."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


class Swatch(NamedTuple):
    """A square of a series' tone, in the legend."""

    x: float
    y: float
    size: float
    tone: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """``size``: of all letters, in the unit of the rest."""

    width: float
    height: float
    size: float
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    words: tuple[Words, ...]
    swatches: tuple[Swatch, ...]


def steps(highest: float) -> tuple[float, ...]:
    """The values at which lines are drawn: 0, round ones, and one that nothing is above."""
    if highest <= 0:
        return (0.0, 1.0)
    rough = highest / 4
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * m for m in (1, 2, 5, 10) if scale * m >= rough)
    step = max(step, 1.0)  # half a device is none
    count = math.ceil(highest / step - 1e-9)
    return tuple(step * n for n in range(count + 1))


def width_of(text: str, size: float) -> float:
    """About how wide words are in letters of that size."""
    return len(text) * LETTER * size


def legend_height(chart: Chart, left: float, width: float, size: float) -> float:
    """The room at the top for the legend; a single series needs none."""
    _, names = legend(chart, left, width, size)
    return names[-1].y + size if names else size * 0.4


def legend(
    chart: Chart, left: float, width: float, size: float
) -> tuple[list[Swatch], list[Words]]:
    """The series' names with their tones at the top, on as many lines as that width takes."""
    swatches: list[Swatch] = []
    names: list[Words] = []
    if len(chart.series) < 2:
        return swatches, names
    x, y = left, size * 0.5
    for tone, series in enumerate(chart.series):
        needed = size * 1.6 + width_of(series.name, size)
        if x > left and x + needed > width:
            x, y = left, y + size * LEGEND_LINE
        swatches.append(Swatch(x, y, size, tone))
        names.append(Words(x + size * 1.6, y + size * 0.9, series.name, "start"))
        x += needed + size * 1.8
    return swatches, names


class Piece(NamedTuple):
    """A value before it has a place: of which label and series, and what it stands upon."""

    label: int
    tone: int
    value: float
    below: float


def pieces(chart: Chart) -> Iterator[Piece]:
    """Every value above 0, label by label."""
    for label in range(len(chart.labels)):
        below = 0.0
        for tone, series in enumerate(chart.series):
            value = series.values[label] or 0.0
            if value:
                yield Piece(label, tone, value, below)
            below += value if chart.is_stacked else 0.0
