"""Charts whose bars lie, one below another: of things that have words for names. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.charts.chart import Chart
from kiosk.charts.drawing import (
    GAP,
    LETTER,
    Bar,
    Drawing,
    Line,
    Words,
    legend,
    legend_height,
    pieces,
    steps,
)

WIDEST = 0.42  # of the whole width, what the labels may take; longer ones are cut short
ROW = 2.2  # how high a bar and its gap are, of the letters' size


def draw_across(chart: Chart, width: float, size: float) -> Drawing:
    """The chart, that wide, with letters of ``size``."""
    sheet = _Sheet(chart, width, size)
    bars = tuple(sheet.bars())
    swatches, names = legend(chart, 0.0, width, size)
    words = (*sheet.scale(), *sheet.labels(), *sheet.values(bars), *names)
    lines = tuple(sheet.lines())
    return Drawing(width, sheet.height, size, bars, lines, words, tuple(swatches))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A chart being laid out: labels to the left, numbers below, the legend on top."""

    chart: Chart
    width: float
    size: float

    @property
    def _beside(self) -> int:
        return 1 if self.chart.is_stacked else max(len(self.chart.series), 1)

    @property
    def _row(self) -> float:
        return self.size * (ROW + 1.2 * (self._beside - 1))

    @property
    def _top(self) -> float:
        return legend_height(self.chart, 0.0, self.width, self.size)

    @property
    def _base(self) -> float:
        return self._top + self._row * len(self.chart.labels)

    @property
    def height(self) -> float:
        """All of it."""
        return self._base + self.size * 2

    @property
    def _left(self) -> float:
        longest = max(map(len, self.chart.labels), default=0) * LETTER * self.size
        return min(longest, self.width * WIDEST) + self.size

    @property
    def _steps(self) -> Sequence[float]:
        return steps(self.chart.highest)

    def _x(self, value: float) -> float:
        last = self.width - self.size * 2.5  # room for the number behind the longest bar
        return self._left + (last - self._left) * value / self._steps[-1]

    def lines(self) -> Iterator[Line]:
        """Down, at each step."""
        for step in self._steps:
            yield Line(self._x(step), self._top, self._x(step), self._base, is_base=step == 0)

    def scale(self) -> Iterator[Words]:
        """The steps' values."""
        for step in self._steps:
            yield Words(self._x(step), self._base + self.size * 1.5, f"{step:g}")

    def labels(self) -> Iterator[Words]:
        """Each of them, before its bars."""
        most = int(self.width * WIDEST / (LETTER * self.size))
        for index, label in enumerate(self.chart.labels):
            text = label if len(label) <= most else label[: most - 1] + "…"
            y = self._top + self._row * (index + 0.5) + self.size * 0.35
            yield Words(self._left - self.size * 0.6, y, text, "end")

    def bars(self) -> Iterator[Bar]:
        """One for each value above 0."""
        across = self._row * (1 - GAP) / self._beside
        for label, tone, value, below in pieces(self.chart):
            y = self._top + self._row * (label + GAP / 2) + across * (tone % self._beside)
            start, end = self._x(below), self._x(below + value)
            yield Bar(start, y, end - start, across, tone, value)

    def values(self, bars: Sequence[Bar]) -> Iterator[Words]:
        """The number behind each bar; of bars upon one another, the table has them."""
        if self.chart.is_stacked:
            return
        for bar in bars:
            y = bar.y + bar.height / 2 + self.size * 0.35
            yield Words(bar.x + bar.width + self.size * 0.4, y, f"{bar.value:g}", "start")
