"""Charts whose bars stand: along a time. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.charts.chart import Chart
from kiosk.charts.drawing import (
    GAP,
    Bar,
    Drawing,
    Line,
    Words,
    legend,
    legend_height,
    pieces,
    steps,
    width_of,
)

MOST_VALUES = 24  # bars that have their number above them; more would run into one another


def draw_upright(chart: Chart, width: float, height: float, size: float) -> Drawing:
    """The chart in a box of that size, with letters of ``size``."""
    sheet = _Sheet(chart, width, height, size)
    bars = tuple(sheet.bars())
    swatches, names = legend(chart, sheet.left, width, size)
    words = (*sheet.scale(), *sheet.labels(), *sheet.values(bars), *names)
    return Drawing(width, height, size, bars, tuple(sheet.lines()), words, tuple(swatches))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A chart being laid out: numbers to the left, labels below, the legend on top."""

    chart: Chart
    width: float
    height: float
    size: float

    @property
    def left(self) -> float:
        """Where the bars begin."""
        longest = max((f"{step:g}" for step in self._steps), key=len)
        return self.size * 1.2 + width_of(longest, self.size)

    @property
    def _steps(self) -> Sequence[float]:
        return steps(self.chart.highest)

    @property
    def _top(self) -> float:
        return legend_height(self.chart, self.left, self.width, self.size) + self.size

    @property
    def _base(self) -> float:
        return self.height - self.size * 1.8

    @property
    def _room(self) -> float:
        """How much of the width each label has."""
        return (self.width - self.left) / max(len(self.chart.labels), 1)

    def _y(self, value: float) -> float:
        return self._base - (self._base - self._top) * value / self._steps[-1]

    def lines(self) -> Iterator[Line]:
        """Across, at each step."""
        for step in self._steps:
            yield Line(self.left, self._y(step), self.width, self._y(step), is_base=step == 0)

    def scale(self) -> Iterator[Words]:
        """The steps' values."""
        for step in self._steps:
            x, y = self.left - self.size * 0.5, self._y(step) + self.size * 0.35
            yield Words(x, y, f"{step:g}", "end")

    def labels(self) -> Iterator[Words]:
        """As many labels as fit, evenly chosen."""
        longest = max(self.chart.labels, key=len, default="")
        every = max(1, math.ceil(width_of(longest + "  ", self.size) / self._room))
        for index in range(0, len(self.chart.labels), every):
            label = self.chart.labels[index]
            half = width_of(label, self.size) / 2
            x = self.left + self._room * (index + 0.5)
            y = self._base + self.size * 1.4
            yield Words(min(max(x, half), self.width - half), y, label)

    def bars(self) -> Iterator[Bar]:
        """One for each value above 0."""
        beside = 1 if self.chart.is_stacked else max(len(self.chart.series), 1)
        across = self._room * (1 - GAP) / beside
        for label, tone, value, below in pieces(self.chart):
            x = self.left + self._room * (label + GAP / 2) + across * (tone % beside)
            top, foot = self._y(below + value), self._y(below)
            yield Bar(x, top, across, foot - top, tone, value)

    def values(self, bars: Sequence[Bar]) -> Iterator[Words]:
        """The number above each bar, where there is room for it."""
        if self.chart.is_stacked or len(bars) > MOST_VALUES:
            return
        for bar in bars:
            if width_of(f"{bar.value:g}", self.size) <= bar.width * 1.25:
                x, y = bar.x + bar.width / 2, bar.y - self.size * 0.3
                yield Words(x, y, f"{bar.value:g}")
