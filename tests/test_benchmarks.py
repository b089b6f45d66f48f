"""The benchmarks run and say what they are asked for. How long anything takes is not tested."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
import scale

# They are no part of the package that is installed.
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import inserts
from benchmarks.__main__ import PARTS, main
from benchmarks.figure import Effort, Figure, Report, Timing, interleaved
from benchmarks.report import dump, figure_line, load, timing_lines

TINY = Effort(runs=1, rounds=2, pace_s=0, sizes=(5, 20))
TIMINGS = [
    *(Timing(name, rows, 300.0, 450.0, 316.0, 200) for name in inserts.NAMES for rows in (10, 100)),
    Timing(inserts.JOURNAL, 1_000, 310.0, 2_450.4, 317.0, 200),
]


@pytest.fixture(scope="module")
def small() -> Report:
    return inserts.measure(TINY)


def test_every_storage_is_measured_at_every_size(small: Report) -> None:
    measured = {(timing.storage, timing.rows) for timing in small.timings}
    assert measured == {(name, rows) for name in inserts.NAMES for rows in TINY.sizes}


def test_an_insert_writes_a_line_and_tinydb_its_whole_file(small: Report) -> None:
    written = {timing.storage: timing.written for timing in small.timings if timing.rows == 20}
    assert written[inserts.JOURNAL] == written[inserts.FLOOR] < 512
    assert written[inserts.JSON] > 20 * 250


def test_the_table_has_a_row_for_each_storage() -> None:
    lines = list(timing_lines(TIMINGS))
    for name in inserts.NAMES:
        assert [line.startswith(name) and "300 / 450" in line for line in lines].count(True) == 1


def test_the_table_says_what_was_not_measured_and_why() -> None:
    text = "\n".join(timing_lines(TIMINGS))
    assert text.count("not measured at 1,000 rows") == len(inserts.NAMES) - 1


def test_a_report_comes_back_from_its_json() -> None:
    report = Report([Figure("a factor, at least", 3.5, 4.0, is_least=True)], TIMINGS)
    assert load(dump(report)) == report


@pytest.mark.parametrize(
    ("figure", "end"),
    [
        (Figure("time", 1.0, 1.0), "1.00"),
        (Figure("time", 1.1, 1.0), "over"),
        (Figure("gain", 1.1, 1.0, is_least=True), "1.00"),
        (Figure("gain", 0.9, 1.0, is_least=True), "under"),
        (Figure("to compare", 9.5, None), "9.50"),
    ],
)
def test_a_figure_that_breaks_its_budget_is_marked(figure: Figure, end: str) -> None:
    assert figure_line(figure).endswith(end)


def test_works_take_turns_and_none_is_always_the_first() -> None:
    turns: list[str] = []
    works = {name: lambda name=name: turns.append(name) for name in "abc"}
    interleaved(works, TINY._replace(rounds=3))
    assert "".join(turns) == "abcbcacab"


# The one that starts many processes is tried in a thorough run alone.
@pytest.mark.parametrize("part", [p for p in PARTS if p != "record" or scale.IS_THOROUGH])
def test_a_part_prints_its_figures_and_writes_them(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # where the files that it measures are
    asked = ["--quick", "--only", part, "--json", "figures.json"]
    with ThreadPoolExecutor(1) as thread:  # this one may have a browser, and has one at most
        thread.submit(main, asked, quick=TINY).result()
    figures = load(Path("figures.json").read_text(encoding="utf-8")).figures
    printed = capsys.readouterr().out
    assert figures
    assert all(figure.what in printed for figure in figures)


def test_drawing_leaves_the_import_of_other_modules_alone() -> None:
    pytest.importorskip("benchmarks.plot", reason="needs pygal")
    assert all(hasattr(finder, "find_spec") for finder in sys.meta_path)


def test_the_plot_needs_nothing_from_elsewhere_and_tells_what_it_shows() -> None:
    plot = pytest.importorskip("benchmarks.plot", reason="needs pygal")
    text = plot.draw(TIMINGS)
    svg = ElementTree.fromstring(text)
    title, told = svg[0].text, svg[1].text
    assert text.count("http") == 1  # the namespace
    assert "script" not in text
    assert svg.get("aria-labelledby") == "title desc"
    assert title
    assert all(f"{name}: 300 µs at 10" in (told or "") for name in inserts.NAMES)
