"""A table on paper: as wide as its content, its headings again on every page."""

from collections.abc import Sequence

from fpdf.enums import MethodReturnValue

from kiosk.charts import Chart, draw
from kiosk.lists.table import Table, as_words, clean
from kiosk.paper.head import Head
from kiosk.paper.sheet import INK, PALE, Sheet

MOST_ROWS = 2000  # forty pages; whoever wants more takes the CSV
LINE = 5.0  # mm
PAD = 1.5
CHART_WIDTH, CHART_SIZE = 640.0, 12.0


def table_pdf(table: Table, charts: Sequence[Chart], head: Head) -> bytes:
    """A list or a report with its charts, as a PDF file."""
    sheet = Sheet(head)
    for chart in charts:
        sheet.draw(chart.title, draw(chart, CHART_WIDTH, CHART_SIZE))
    headings = [column.heading for column in table.columns]
    rows = [[as_words(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
    if rows:
        _Lines(sheet, headings, rows).write()
    else:
        sheet.plain(10)
        sheet.say("Nothing to show.", 6)
    left_out = len(table.rows) - len(rows)
    if left_out:
        sheet.bold(9)
        sheet.say(f"And {left_out} more, which are too many to print: take the CSV.", 6)
    _summary(sheet, table)
    return bytes(sheet.output())


def _summary(sheet: Sheet, table: Table) -> None:
    """What it adds up to."""
    if not table.summary:
        return
    told = [(clean(what), "none" if n is None else as_words(n)) for what, n in table.summary]
    sheet.ln(4)
    sheet.need(3 * LINE)
    sheet.plain(9)
    for what, words in told:
        sheet.say(f"{what}: {words}", LINE)


class _Lines:
    """The rows being written."""

    def __init__(self, sheet: Sheet, headings: list[str], rows: list[list[str]]) -> None:
        self._sheet = sheet
        self._headings = headings
        self._rows = rows
        self._widths = self._fitted()

    def write(self) -> None:
        """All of them."""
        self._heading()
        for row in self._rows:
            cells = [self._wrapped(text, w) for text, w in zip(row, self._widths, strict=True)]
            if self._sheet.need(self._height(cells)):
                self._heading()
            self._row(cells)

    def _heading(self) -> None:
        self._sheet.bold(9)
        cells = [
            self._wrapped(text, w) for text, w in zip(self._headings, self._widths, strict=True)
        ]
        self._row(cells, is_strong=True)
        self._sheet.plain(9)

    def _row(self, cells: list[list[str]], *, is_strong: bool = False) -> None:
        sheet, x, y = self._sheet, self._sheet.l_margin, self._sheet.get_y()
        for lines, width in zip(cells, self._widths, strict=True):
            for number, line in enumerate(lines):
                sheet.set_xy(x, y + PAD / 2 + number * LINE)
                sheet.cell(width, LINE, line)
            x += width
        bottom = y + self._height(cells)
        sheet.set_draw_color(*(INK if is_strong else PALE))
        sheet.line(sheet.l_margin, bottom, x, bottom)
        sheet.set_xy(sheet.l_margin, bottom)

    def _height(self, cells: list[list[str]]) -> float:
        return max(len(lines) for lines in cells) * LINE + PAD

    def _wrapped(self, text: str, width: float) -> list[str]:
        if self._sheet.get_string_width(text) <= width - 2 * self._sheet.c_margin:
            return [text]
        found = self._sheet.multi_cell(
            width, LINE, text, dry_run=True, output=MethodReturnValue.LINES
        )
        return found if isinstance(found, list) else [text]

    def _fitted(self) -> list[float]:
        """The columns' widths: what the widest cell needs; where that is too much, the widest give
        way."""
        sheet = self._sheet
        sheet.bold(9)
        spare = 2 * sheet.c_margin + 4
        widths = [sheet.get_string_width(heading) + spare for heading in self._headings]
        sheet.plain(9)
        for row in self._rows:
            for index, text in enumerate(row):
                widths[index] = max(widths[index], sheet.get_string_width(text) + spare)
        return shared(widths, sheet.epw)


def shared(widths: Sequence[float], room: float) -> list[float]:
    """Widths that fit into the room: none is more than it needs, and those that need less than an
    equal share have all of it."""
    given = dict.fromkeys(range(len(widths)), 0.0)
    left, waiting = room, sorted(given, key=lambda index: widths[index])
    while waiting:
        index = waiting.pop(0)
        given[index] = min(widths[index], left / (len(waiting) + 1))
        left -= given[index]
    return [given[index] for index in range(len(widths))]
