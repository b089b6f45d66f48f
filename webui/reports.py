"""Reports: figures of some days with their charts, as a page, for a spreadsheet, or to print."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, render_template, request

from kiosk.charts import Chart, Drawing, draw
from kiosk.errors import BadInput
from kiosk.lists import Table
from kiosk.lists.table import Cell
from kiosk.orders.tables import span
from kiosk.orders.wanted import Format, ReportWanted
from kiosk.policy.roles import Permission
from kiosk.reports import OF_NOW, REPORTS, Report, reports_for
from kiosk.reports.charting import charts_of
from kiosk.reports.spans import NamedDays, named_days
from webui.access import needs, refuse, rights
from webui.downloads import file_of
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.office import office

pages = Blueprint("reports", __name__)

MOST_ROWS = 300  # on a page; whoever wants more takes the CSV
WIDE, NARROW, LETTERS = 640.0, 330.0, 13.0  # of a chart, in units of its own


@dataclass(frozen=True, slots=True)
class ShownChart:
    """A chart on a page, drawn for a desk and for a phone, with the table that stands beside it."""

    chart: Chart
    wide: Drawing
    narrow: Drawing
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that somebody asks for: of a name, or from and to; ISO, "" for the usual ones."""

    named: str
    since: str
    until: str


@pages.get("/reports")
@needs(Permission.SEE_CABINET)
def index() -> str:
    """Every report that the reader may see."""
    theirs = rights()
    return render_template(
        "reports.html",
        reports=reports_for(theirs),
        sees_lists=theirs.may_somewhere(Permission.LISTS),
    )


@pages.get("/reports/<name>")
@needs(Permission.SEE_CABINET)
def show(name: str) -> tuple[str, int]:
    """One report, with its charts."""
    report = _report(name)
    table, faults, asked = None, [], Asked("", "", "")
    try:
        asked = _asked()
        table = _table(_wanted(name, asked))
    except BadInput as fault:
        faults = [Fault("from", in_a_sentence(fault))]
    page = render_template(
        "report.html",
        name=name,
        report=report,
        table=table,
        charts=_charts(table) if table else (),
        most_rows=MOST_ROWS,
        faults=faults,
        takes_days=name not in OF_NOW,
        named=_named_days(),
        asked=asked,
        days=_days(report, asked),
        query=_query(asked),
    )
    return page, 400 if faults else 200


@pages.get("/reports/<name>/csv")
@needs(Permission.SEE_CABINET)
def csv(name: str) -> Response:
    """The same for a spreadsheet."""
    _report(name)
    return file_of(_wanted(name, _asked()), Format.CSV, name)


@pages.get("/reports/<name>/pdf")
@needs(Permission.SEE_CABINET)
def pdf(name: str) -> Response:
    """The same to print."""
    _report(name)
    return file_of(_wanted(name, _asked()), Format.PDF, name)


def _report(name: str) -> Report:
    """The report of that name, for whoever may see it."""
    if name not in REPORTS:
        abort(404)
    if name not in reports_for(rights()):
        refuse(REPORTS[name].needs)
    return REPORTS[name]


def _table(wanted: ReportWanted) -> Table:
    return Table.from_json(json.loads(office().service.make(wanted, Format.TABLE)))


def _wanted(name: str, asked: Asked) -> ReportWanted:
    forms = rights().forms_for(REPORTS[name].needs)
    if name in OF_NOW:
        return ReportWanted(name, forms=forms)
    return ReportWanted(name, asked.since, asked.until, forms)


def _asked() -> Asked:
    """What the address asks for. Raises BadInput."""
    key = request.args.get("span", "")
    if key:
        found = next((days for days in _named_days() if days.key == key), None)
        if found is None:
            raise BadInput(f'there are no days called "{key}"')
        return Asked(key, found.first.isoformat(), found.last.isoformat())
    since, until = (request.args.get(end, "").strip() for end in ("from", "to"))
    return Asked("", since, until)


def _query(asked: Asked) -> dict[str, str]:
    """The same as an address has it, for the links to other forms of it."""
    if asked.named:
        return {"span": asked.named}
    ends = {"from": asked.since, "to": asked.until}
    return {key: text for key, text in ends.items() if text}


def _days(report: Report, asked: Asked) -> tuple[date, date] | None:
    """The first and the last day, to be shown in the form; None where there are none."""
    try:
        return span(asked.since, asked.until, _today(), report.days)
    except BadInput:
        return None


def _named_days() -> tuple[NamedDays, ...]:
    return named_days(office().service.rules.timetable, _today())


def _today() -> date:
    service = office().service
    return service.rules.timetable.local(service.now().at).date()


def _charts(table: Table) -> list[ShownChart]:
    return [
        ShownChart(chart, draw(chart, WIDE, LETTERS), draw(chart, NARROW, LETTERS), _rows_of(chart))
        for chart in charts_of(table)
    ]


def _rows_of(chart: Chart) -> list[tuple[Cell, ...]]:
    """What the chart shows, as rows: a label, and a value of each series."""
    values = (series.values for series in chart.series)
    return [tuple(row) for row in zip(chart.labels, *values, strict=True)]
