"""The charts of reports: made from their tables, so that they show nothing more."""

from datetime import date, timedelta

import pytest

from kiosk.charts import Chart
from kiosk.lists.table import Cell, Column, Table
from kiosk.reports import REPORTS
from kiosk.reports.charting import CHARTS, charts_of
from kiosk.reports.compliance import COLUMNS as COMPLIANCE
from kiosk.reports.occupancy import COLUMNS as OCCUPANCY
from kiosk.reports.registering import COLUMNS as REGISTER
from kiosk.reports.throughput import COLUMNS as THROUGHPUT


def charts(name: str, columns: tuple[Column, ...], *rows: tuple[Cell, ...]) -> tuple[Chart, ...]:
    return charts_of(Table(name, "", "", columns, rows))


def test_every_report_has_a_chart_and_an_empty_one_has_none() -> None:
    assert set(CHARTS) == set(REPORTS)
    assert charts("occupancy", OCCUPANCY) == ()


def test_the_register_is_shown_by_form_in_three_kinds() -> None:
    rows = [("7B", "A", "in"), ("10A", "B", "out"), ("7B", "C", "not seen"), ("", "D", "in")]
    [chart] = charts("register", REGISTER, *rows)
    assert chart.labels == ("7B", "10A", "no form")
    assert {series.name: series.values for series in chart.series} == {
        "in": (1, 0, 1),
        "out, collected or not expected": (0, 1, 0),
        "not seen": (1, 0, 0),
    }


def test_one_day_of_occupancy_is_shown_by_the_quarter_and_several_by_the_day() -> None:
    monday = [("2026-03-02", "08:15", 1, 2), ("2026-03-02", "08:30", 3, 4)]
    [chart] = charts("occupancy", OCCUPANCY, *monday)
    assert (chart.labels, chart.series[0].values) == (("08:15", "08:30"), (2, 4))
    [chart] = charts("occupancy", OCCUPANCY, *monday, ("2026-03-03", "08:15", 7, 9))
    assert (chart.labels, chart.series[0].values) == (("2 March 2026", "3 March 2026"), (4, 9))


def test_more_days_than_fit_are_shown_by_the_month() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(59)]
    rows = [(f"{day}", "08:15", 0, day.day) for day in days]
    [chart] = charts("occupancy", OCCUPANCY, *rows)
    assert (chart.labels, chart.series[0].values) == (("January 2026", "February 2026"), (31, 28))


def test_throughput_has_every_minute_between_the_first_and_the_last() -> None:
    rows = [
        ("2026-03-02", "08:20", "arrival", 3, 0),
        ("2026-03-02", "08:23", "arrival", 1, 0),
        ("2026-03-02", "15:10", "release", 0, 5),
    ]
    arrival, release = charts("throughput", THROUGHPUT, *rows)
    assert arrival.labels == ("08:20", "08:21", "08:22", "08:23")
    assert arrival.series[0].values == (3, 0, 0, 1)
    assert release.labels == ("15:10",)


def test_of_several_days_a_minute_is_the_mean() -> None:
    rows = [("2026-03-02", "08:20", "", 3, 0), ("2026-03-03", "08:20", "", 4, 0)]
    [chart] = charts("throughput", THROUGHPUT, *rows)
    assert (chart.title, chart.series[0].values) == (
        "Handed in, a minute, the mean of 2 days",
        (3.5,),
    )


def test_a_straggler_at_noon_does_not_squeeze_the_morning() -> None:
    rows = [("2026-03-02", f"08:{n}", "", 9, 0) for n in range(20, 30)]
    [chart] = charts("throughput", THROUGHPUT, *rows, ("2026-03-02", "12:31", "", 1, 0))
    assert chart.labels[-1] == "08:29"


@pytest.mark.parametrize("shown", ["<5", "all but <5", "20 to 24", "not shown"])
def test_a_total_that_is_shown_as_a_range_has_no_bar(shown: str) -> None:
    rows = [
        ("2026-03-02", "7A", 30, 29),
        ("2026-03-02", "all forms", 60, 55),
        ("2026-03-03", "all forms", 61, shown),
    ]
    [chart] = charts("compliance", COMPLIANCE, *rows)
    assert chart.labels == ("2 March 2026",)
    assert [series.values for series in chart.series] == [(60,), (55,)]
    assert charts("compliance", COMPLIANCE, rows[0], rows[2]) == ()
