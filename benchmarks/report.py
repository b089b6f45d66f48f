"""What was measured, in words and as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.figure import Figure, Report, Timing

_FIGURE, _NAME, _CELL = 88, 52, 19  # characters
_ENOUGH = 100  # inserts that have a 99th percentile
HEAD = f"{'figure':{_FIGURE}} {'measured':>9} {'budget':>8}"


def figure_line(figure: Figure) -> str:
    """One figure beside its budget."""
    verdict = "" if figure.is_met else "  under" if figure.is_least else "  over"
    budget = "" if figure.budget is None else f"{figure.budget:.2f}"
    return f"{figure.what:{_FIGURE}} {figure.value:9.2f} {budget:>8}{verdict}".rstrip()


def timing_lines(timings: Sequence[Timing]) -> Iterator[str]:
    """A table of times and one of bytes: a row for each storage, a column for each size."""
    times = {(t.storage, t.rows): f"{t.median_us:,.0f} / {t.p99_us:,.0f}" for t in timings}
    sizes = {(t.storage, t.rows): f"{t.written:,.0f}" for t in timings}
    yield from _table("one insert, median / p99 in us, rows stored already:", times)
    yield from _table("bytes handed to the kernel for it:", sizes)
    yield ""
    yield from _not_measured(timings)
    few = [f"{t.storage}, {t.rows:,} rows ({t.turns})" for t in timings if t.turns < _ENOUGH]
    if few:
        yield f"The second time is the slowest of fewer than {_ENOUGH} inserts: {'; '.join(few)}."


def _table(title: str, cells: dict[tuple[str, int], str]) -> Iterator[str]:
    columns = _sizes(cells)
    yield ""
    yield f"{title:{_NAME}}" + "".join(f"{rows:>{_CELL},}" for rows in columns)
    for storage in dict.fromkeys(storage for storage, _ in cells):
        values = (cells.get((storage, rows), "not measured") for rows in columns)
        yield f"{storage:{_NAME}}" + "".join(f"{value:>{_CELL}}" for value in values)


def _not_measured(timings: Sequence[Timing]) -> Iterator[str]:
    """Why not: what an insert would take if it went on growing with the rows."""
    last = {t.storage: t for t in sorted(timings, key=lambda t: t.rows)}
    most = max((t.rows for t in timings), default=0)
    for timing in last.values():
        if timing.rows < most:
            guess = timing.median_us * most / timing.rows / 1e6
            yield (
                f"{timing.storage}: not measured at {most:,} rows, as it goes over all of them: "
                f"about {guess:.1f} s an insert, by extrapolation, and as much again to prepare."
            )


def _sizes(cells: Iterable[tuple[str, int]]) -> list[int]:
    return sorted({rows for _, rows in cells})


def dump(report: Report) -> str:
    """A report as JSON; ``load`` reads it."""
    parts = {
        "figures": [figure._asdict() for figure in report.figures],
        "timings": [timing._asdict() for timing in report.timings],
    }
    return json.dumps(parts, indent=1) + "\n"


def load(text: str) -> Report:
    """The report that ``dump`` wrote. Raises KeyError or TypeError if it is something else."""
    parts = json.loads(text)
    return Report(
        [Figure(**figure) for figure in parts["figures"]],
        [Timing(**timing) for timing in parts["timings"]],
    )
