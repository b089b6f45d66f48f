"""What a chart says: a number, or none, for each label and series. Pure values."""

from dataclasses import dataclass
from typing import NamedTuple

MOST_SERIES = 3  # as many as can be told apart without colour


class Series(NamedTuple):
    """One row of bars. A value of None is not known, or not to be shown, and has no bar."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from 0 up. ``label``: what ``labels`` are; ``unit``: what is counted.

    ``is_stacked``: the series of a label stand upon one another; else beside. ``is_across``: the
    bars lie, one below another, as labels that are words are too long to stand below bars.

    Raises:
        ValueError: a series has not as many values as there are labels, or a value is below 0, or
            there are more series than can be told apart.
    """

    title: str
    label: str
    labels: tuple[str, ...]
    unit: str
    series: tuple[Series, ...]
    is_stacked: bool = False
    is_across: bool = False

    def __post_init__(self) -> None:
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"{self.title}: more than {MOST_SERIES} series")
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"{self.title}: {series.name} has not a value for each label")
            if any(value is not None and value < 0 for value in series.values):
                raise ValueError(f"{self.title}: {series.name} has a value below 0")

    @property
    def highest(self) -> float:
        """The height of the highest bar or stack."""
        columns = zip(*(series.values for series in self.series), strict=True)
        heights = [[value or 0.0 for value in column] for column in columns]
        combine = sum if self.is_stacked else max
        return max((combine(column) for column in heights), default=0.0)

    @property
    def in_words(self) -> str:
        """What it shows, in a sentence, for whoever does not see it."""
        names = ", ".join(series.name for series in self.series)
        if not self.labels:
            return f"{self.title}: nothing to show."
        span = f"{self.labels[0]} to {self.labels[-1]}" if len(self.labels) > 1 else self.labels[0]
        return f"{self.title}. {self.unit}, {span}: {names}. At most {self.highest:g}."
