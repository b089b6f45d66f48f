"""Makes what is wanted, in the form it is wanted in."""

import json

from kiosk.days_in_words import written_time
from kiosk.lists import Table
from kiosk.lists.sheet import as_csv
from kiosk.orders.sources import Sources
from kiosk.orders.tables import list_of, report_of
from kiosk.orders.wanted import (
    ExplanationWanted,
    Format,
    ListWanted,
    PaperWanted,
    RehearsalWanted,
    ReportWanted,
    Wanted,
)
from kiosk.paper.head import Head
from kiosk.reports.charting import charts_of


def made(wanted: Wanted, format: Format, sources: Sources) -> bytes:
    """The table as JSON, the CSV in UTF-8, or the PDF. The same order of the same sources is the
    same bytes.

    Raises:
        BadInput: it cannot be made, and says why.
    """
    if isinstance(wanted, PaperWanted):
        return _printed_words(wanted, sources)
    if isinstance(wanted, RehearsalWanted):
        from kiosk.orders.rehearsing import rehearsed  # not before it is used: it loads pydantic

        return rehearsed(wanted, sources)
    if isinstance(wanted, ExplanationWanted):
        from kiosk.orders.explaining import explained  # the same

        return explained(wanted, sources)
    table = table_of(wanted, sources)
    if format is Format.PDF:
        return _printed_table(wanted, table, sources)
    text = as_csv(table) if format is Format.CSV else json.dumps(table.to_json())
    return text.encode()


def table_of(wanted: ListWanted | ReportWanted, sources: Sources) -> Table:
    """The table alone. Raises BadInput."""
    if isinstance(wanted, ListWanted):
        return list_of(wanted, sources)
    return report_of(wanted, sources)


def _printed_table(wanted: ListWanted | ReportWanted, table: Table, sources: Sources) -> bytes:
    from kiosk.paper.tables import table_pdf  # not before it is used: it loads fpdf2

    is_report = isinstance(wanted, ReportWanted)
    seq, seal = sources.anchor
    head = Head(
        sources.school,
        table.title,
        made=written_time(sources.rules.timetable.local(sources.now.at)),
        at=sources.now.at,
        when=table.when if is_report else f"As of {table.when}",
        notices=table.notices,
        anchor=f"{seq}:{seal}" if is_report and seal else "",
        is_simulated=sources.is_simulated,
    )
    return table_pdf(table, charts_of(table) if is_report else (), head)


def _printed_words(wanted: PaperWanted, sources: Sources) -> bytes:
    from kiosk.paper.words import words_pdf  # loads fpdf2 too

    local = sources.rules.timetable.local(sources.now.at)
    head = Head(sources.school, wanted.title, made=written_time(local), at=sources.now.at)
    return words_pdf(wanted.blocks, head, wanted.size)
