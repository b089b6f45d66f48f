"""Counts that may be shown to anybody: none of them tells of fewer than five. Pure.

For each form there are two counts that could point at somebody: how many handed in, and how many
of those expected did not. Where either is under ``LEAST``, a range is shown in place of both:

- of fewer than five expected, nothing: "<5". They are in no total.
- of five to eight: how many, and nothing more, as one of the two counts must be under five.
- of nine or more: "<5" handed in, or "all but <5".

A total is shown exactly only while it says nothing more about any form's range; else a range too.

What this guarantees, to whoever has the whole of it, knows this module, and adds and subtracts as
they like: for each form of which a range is shown, every number in that range is still possible,
as some other numbers of handed in would have given the very same table. A range has at least five
numbers in it. It is a guarantee for one day and one set of people; days do not enter into one
another, so neither the days before nor another span of days take anything away from it.

What it cannot do: hide the difference between two days, or between two tables of one day, before
and after somebody joined a form, left it or was excused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

LEAST = 5  # the least count that is shown


@dataclass(frozen=True, slots=True)
class Figure:
    """How many handed in: from ``low`` to ``high``, of ``expected``; None: fewer than ``least``."""

    expected: int | None
    low: int
    high: int
    least: int = LEAST

    @property
    def is_exact(self) -> bool:
        """Whether the very number is shown."""
        return self.low == self.high

    @property
    def expected_shown(self) -> int | str:
        """How many were expected, as it is shown."""
        return f"<{self.least}" if self.expected is None else self.expected

    @property
    def shown(self) -> int | str:
        """How many handed in, as it is shown."""
        few = self.least - 1
        if self.is_exact:
            return self.low
        if self.expected is None or (self.low, self.high) == (0, few):
            return f"<{self.least}"
        if (self.low, self.high) == (self.expected - few, self.expected):
            return f"all but <{self.least}"
        if (self.low, self.high) == (0, self.expected):
            return "not shown"
        return f"{self.low} to {self.high}"


class Counts(NamedTuple):
    """What is really so: never shown."""

    expected: int
    handed_in: int


def suppressed(
    counts: Mapping[str, Counts], least: int = LEAST
) -> tuple[dict[str, Figure], Figure | None]:
    """What may be shown of each form, and of all forms of ``least`` expected or more together;
    None where there is no such form. ``0 <= handed_in <= expected``; ``least`` is 2 or more."""
    figures = {form: _figure(each, least) for form, each in counts.items()}
    summed = {form: each for form, each in counts.items() if each.expected >= least}
    if not summed:
        return figures, None
    return figures, _total(summed, figures, least)


def add(figures: list[Figure]) -> Figure | None:
    """The sum of what is shown: it tells nothing that its parts do not. None of nothing."""
    known = [figure for figure in figures if figure.expected is not None]
    if not known:
        return None
    return Figure(
        sum(figure.expected or 0 for figure in known),
        sum(figure.low for figure in known),
        sum(figure.high for figure in known),
        known[0].least,
    )


def _figure(counts: Counts, least: int) -> Figure:
    expected, handed_in = counts
    few = least - 1
    if expected < least:
        return Figure(None, 0, few, least)
    if expected < 2 * least - 1:
        return Figure(expected, 0, expected, least)
    if handed_in <= few:
        return Figure(expected, 0, few, least)
    if expected - handed_in <= few:
        return Figure(expected, expected - few, expected, least)
    return Figure(expected, handed_in, handed_in, least)


def _total(summed: Mapping[str, Counts], figures: Mapping[str, Figure], least: int) -> Figure:
    """Exact, if it is further from both ends of what the ranges allow than the widest of them is
    wide: then the others leave room for every number of each. At either end, all totals so near to
    it are shown as one range, for the same reason."""
    low = sum(figures[form].low for form in summed)
    high = sum(figures[form].high for form in summed)
    widest = max(figures[form].high - figures[form].low for form in summed)
    expected = sum(each.expected for each in summed.values())
    total = sum(each.handed_in for each in summed.values())
    if high - low <= 2 * widest and widest:
        return Figure(expected, low, high, least)
    if widest and total <= low + widest:
        return Figure(expected, low, low + widest, least)
    if widest and total >= high - widest:
        return Figure(expected, high - widest, high, least)
    return Figure(expected, total, total, least)
