"""The charts of a report, made from its table and from nothing else: what the table does not show,
no chart can. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kiosk.charts import Chart, Series
from kiosk.days_in_words import written_cell
from kiosk.lists.seen import Seen
from kiosk.lists.table import ALL_FORMS, NO_FORM, Table, by_form
from kiosk.reports.misuse import CONSEQUENCE, INCIDENT

Row = Mapping[str, Any]
MOST_DAYS = 45  # so many days stand side by side; of more, months do


def charts_of(table: Table) -> tuple[Chart, ...]:
    """The charts that go with a report's table; none with an empty one."""
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return CHARTS[table.name](rows) if rows and table.name in CHARTS else ()


def _register(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """Kept here; known not to be; not seen."""
    forms = sorted({row["form"] for row in rows}, key=by_form)
    counts = Counter((row["form"], _standing(row["device"])) for row in rows)
    series = tuple(
        Series(name, tuple(counts[form, name] for form in forms))
        for name in ("in", "out, collected or not expected", "not seen")
    )
    labels = tuple(form or NO_FORM for form in forms)
    title = "Devices by form"
    chart = Chart(title, "Form", labels, "Devices", series, is_stacked=True, is_across=True)
    return (chart,)


def _standing(device: str) -> str:
    if device in (Seen.IN, Seen.UNSURE):
        return "in"
    return "not seen" if device == Seen.NOT_SEEN else "out, collected or not expected"


def _occupancy(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """One day by the quarter of an hour; several by their most."""
    days = _in_order(row["day"] for row in rows)
    if len(days) == 1:
        labels, most = tuple(row["time"] for row in rows), tuple(row["most"] for row in rows)
        title = "Cubbies taken, at most in each quarter of an hour"
        return (Chart(title, "Until", labels, "Cubbies", (Series("most taken", most),)),)
    highest = {day: max(row["most"] for row in rows if row["day"] == day) for day in days}
    labels, values = _by_day(highest, max)
    title = "Cubbies taken, at most"
    return (Chart(title, "Day", labels, "Cubbies", (Series("most taken", values),)),)


def _throughput(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """Minutes of the morning and of the afternoon; of several days, a day's mean."""
    days = len(_in_order(row["day"] for row in rows))
    title = "a minute" if days == 1 else f"a minute, the mean of {days} days"
    found = [
        (f"Handed in, {title}", "deposits", "handed in"),
        (f"Collected, {title}", "collections", "collected"),
    ]
    charts = [_by_minute(rows, days, *each) for each in found]
    return tuple(chart for chart in charts if chart is not None)


def _by_minute(rows: Sequence[Row], days: int, title: str, key: str, name: str) -> Chart | None:
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["minute"]] += row[key]
    minutes = _without_stragglers({minute: totals[minute] for minute in sorted(+totals)})
    if not minutes:
        return None
    values = tuple(round(totals[minute] / days, 2) for minute in minutes)
    return Chart(title, "Minute", minutes, "Devices", (Series(name, values),))


def _without_stragglers(totals: Mapping[str, int]) -> tuple[str, ...]:
    """Every minute, the empty ones too, between which nineteen in twenty came: a few in the middle
    of the day would make all the others too narrow to be seen."""
    ordered = [minute for minute, count in totals.items() for _ in range(count)]
    if not ordered:
        return ()
    cut = len(ordered) // 40
    first, last = _number(ordered[cut]), _number(ordered[-1 - cut])
    return tuple(f"{n // 60:02}:{n % 60:02}" for n in range(first, last + 1))


def _number(minute: str) -> int:
    return int(minute[:2]) * 60 + int(minute[3:])


def _compliance(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """The totals of days that are shown exactly."""
    exact = {
        row["day"]: (row["expected"], row["handed_in"])
        for row in rows
        if row["form"] == ALL_FORMS and isinstance(row["handed_in"], int)
    }
    if not exact:
        return ()
    labels, handed_in = _by_day({day: pair[1] for day, pair in exact.items()}, sum)
    _, expected = _by_day({day: pair[0] for day, pair in exact.items()}, sum)
    series = (Series("expected", expected), Series("handed in", handed_in))
    return (Chart("Handed in, of those expected", "Day", labels, "Devices", series),)


def _incidents(rows: Sequence[Row]) -> tuple[Chart, ...]:
    """By type, and by form."""
    counted = [row for row in rows if row["sort"] == INCIDENT]
    decided = [row for row in rows if row["sort"] == CONSEQUENCE]
    charts = [
        _sums("Incidents by type", "Type", counted, "type"),
        _sums("Incidents by form", "Form", counted, "form"),
        _sums("Incidents by term", "Term", counted, "term"),
        _sums("Consequences", "Consequence", decided, "type"),
    ]
    return tuple(chart for chart in charts if chart.labels)


def _sums(title: str, label: str, rows: Sequence[Row], key: str) -> Chart:
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row[key]] += row["times"]
    series = Series("times", tuple(totals.values()))
    return Chart(title, label, tuple(totals), "Times", (series,), is_across=True)


def _exemptions(rows: Sequence[Row]) -> tuple[Chart, ...]:
    counted = [{**row, "times": 1} for row in rows]
    return (_sums("What was done", "What", counted, "what"),)


def _faults(rows: Sequence[Row]) -> tuple[Chart, ...]:
    return (_sums("Faults, how often", "Fault", rows, "fault"),)


CHARTS: Mapping[str, Callable[[Sequence[Row]], tuple[Chart, ...]]] = {
    "register": _register,
    "occupancy": _occupancy,
    "throughput": _throughput,
    "compliance": _compliance,
    "incidents": _incidents,
    "exemptions": _exemptions,
    "faults": _faults,
}


def _in_order(days: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(days))


def _by_day(
    values: Mapping[str, int], combine: Callable[[list[int]], int]
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """A value for each day; of more days than fit, one for each month, combined."""
    if len(values) <= MOST_DAYS:
        return tuple(map(written_cell, values)), tuple(values.values())
    months: dict[str, list[int]] = {}
    for day, value in values.items():
        months.setdefault(day[:7], []).append(value)
    return tuple(map(written_cell, months)), tuple(combine(each) for each in months.values())
