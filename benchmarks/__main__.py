"""Prints every figure beside its budget. A further part is one more module with ``measure``."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.figure import FULL, QUICK, Effort, Report
from benchmarks.report import HEAD, dump, figure_line, timing_lines

PARTS = ("inserts", "journal", "tap", "screen", "watchers", "reader", "days", "record")


def main(arguments: Sequence[str] | None = None, quick: Effort = QUICK) -> None:
    """Measure and print, part by part; then write what was asked for."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.plot and "inserts" not in (asked.only or PARTS):
        parser.error("--plot draws the inserts: add --only inserts")
    report = _measure(asked.only or PARTS, quick if asked.quick else FULL)
    for line in timing_lines(report.timings) if report.timings else ():
        print(line)
    if asked.json:
        asked.json.write_text(dump(report), encoding="utf-8")
    if asked.plot:
        from benchmarks import plot  # needs pygal, which measuring does not

        asked.plot.write_text(plot.draw(report.timings), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="a look whether all of it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the inserts, as SVG")
    return parser


def _measure(names: Sequence[str], effort: Effort) -> Report:
    print(HEAD)
    reports = []
    for name in names:
        reports.append(import_module(f"benchmarks.{name}").measure(effort))
        for figure in reports[-1].figures:
            print(figure_line(figure), flush=True)
    return Report(
        [figure for report in reports for figure in report.figures],
        [timing for report in reports for timing in report.timings],
    )


if __name__ == "__main__":
    main()
