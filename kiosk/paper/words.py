"""The school's papers as PDF."""

from collections.abc import Sequence

from kiosk.paper.blocks import Block, Mark
from kiosk.paper.head import Head
from kiosk.paper.sheet import INK, Sheet

POINT = 25.4 / 72  # mm


def words_pdf(blocks: Sequence[Block], head: Head, size: float) -> bytes:
    """A paper, in letters of ``size`` points. Its title is the head's."""
    sheet = Sheet(head, max(17, size * 1.5))
    for block in blocks:
        _write(sheet, block, size)
    return bytes(sheet.output())


def _write(sheet: Sheet, block: Block, size: float) -> None:
    line = size * POINT * 1.35
    sheet.plain(size)
    match block.mark:
        case Mark.TITLE:
            return
        case Mark.HEADING:
            sheet.ln(line * 0.4)
            sheet.need(line * 3)
            sheet.bold(size * 1.1)
            sheet.say(block.text, line * 1.1)
        case Mark.PARAGRAPH:
            sheet.say(block.text, line)
            sheet.ln(line * 0.4)
        case Mark.ITEM:
            _item(sheet, block.text, size, line)
        case Mark.LINE:
            _line(sheet, block.text, line)


def _item(sheet: Sheet, text: str, size: float, line: float) -> None:
    indent = size * POINT * 1.2
    sheet.need(line)
    sheet.cell(indent, line, "•")
    sheet.set_left_margin(sheet.l_margin + indent)
    sheet.say(text, line)
    sheet.set_left_margin(sheet.l_margin - indent)
    sheet.ln(line * 0.2)


def _line(sheet: Sheet, text: str, line: float) -> None:
    """To be written on by hand."""
    sheet.need(line * 2)
    sheet.ln(line * 0.6)
    sheet.cell(sheet.get_string_width(text) + 3, line, text)
    sheet.set_draw_color(*INK)
    sheet.line(sheet.get_x(), sheet.get_y() + line, sheet.w - sheet.r_margin, sheet.get_y() + line)
    sheet.ln(line)
