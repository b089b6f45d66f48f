"""An A4 sheet with the school's name above, the time and the page's number below."""

from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from kiosk.charts import Drawing
from kiosk.days_in_words import written_cell
from kiosk.lists.table import clean
from kiosk.paper.head import Head

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
MARGIN = 16.0  # mm
FOOT = 18.0
INK, QUIET, PALE = (0, 0, 0), (85, 85, 85), (190, 190, 190)
# By how dark they are, as most printers have no colour; the last is hollow.
TONES = ((40, 70, 110), (165, 185, 205), (255, 255, 255))
_NEXT: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}
SIMULATED = "Simulated: no real doors."
KEEP = "Keep it: `kiosk verify --anchor` finds out a record that was cut short later."


class Sheet(FPDF):
    """A document being written, from top to bottom. Lengths in mm, letters in points."""

    def __init__(self, head: Head, title_size: float = 17) -> None:
        super().__init__(format="A4")
        self.head = head
        self._title_size = title_size
        self.set_creation_date(head.at)
        self.set_title(f"{clean(head.title)}, {clean(head.school)}")
        self.set_lang("en-GB")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT + 4)
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.plain(9)
        self.add_page()
        self._begin()

    # letters

    def plain(self, size: float) -> None:
        """Go on in plain letters."""
        self.set_font(FAMILY, "", size)

    def bold(self, size: float) -> None:
        """Go on in bold ones."""
        self.set_font(FAMILY, "B", size)

    def say(self, text: str, height: float) -> None:
        """A paragraph, over the whole width."""
        self.multi_cell(0, height, clean(text), align="L", **_NEXT)

    def need(self, height: float) -> bool:
        """Begin a new page if there is not so much room left; whether it did."""
        if self.get_y() + height <= self.page_break_trigger:
            return False
        self.add_page()
        return True

    # what is on every page

    def header(self) -> None:
        """On all pages but the first, what it is."""
        if self.page_no() == 1:
            return
        self.plain(8)
        self.set_text_color(*QUIET)
        self.say(
            f"{self.head.school}: {self.head.title}, {written_cell(self.head.when)}".rstrip(", "), 5
        )
        self.set_text_color(*INK)
        self.ln(2)

    def footer(self) -> None:
        """When it was made, and which page of how many; what must not be parted from it."""
        self.set_y(-FOOT)
        self.plain(7)
        self.set_text_color(*QUIET)
        self.set_draw_color(*PALE)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(1)
        self.cell(150, 4, f"Made {self.head.made} by the kiosk’s clock")
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}", align="R", **_NEXT)
        if notices := self._notices():
            self.cell(0, 4, clean(" ".join(notices)), **_NEXT)
        if self.head.anchor:
            self.cell(0, 4, f"Anchor {self.head.anchor}. {KEEP}")
        self.set_text_color(*INK)

    def _notices(self) -> tuple[str, ...]:
        return (*((SIMULATED,) if self.head.is_simulated else ()), *self.head.notices)

    def _begin(self) -> None:
        """The head of the first page."""
        self.plain(10)
        self.say(self.head.school, 5)
        self.bold(self._title_size)
        self.say(self.head.title, self._title_size * 0.53)
        self.plain(10)
        if self.head.when:
            self.say(written_cell(self.head.when), 6)
        if notices := self._notices():
            self._box(notices)
        self.ln(3)

    def _box(self, lines: tuple[str, ...]) -> None:
        self.ln(1)
        self.bold(9.5)
        top = self.get_y()
        self.set_draw_color(*INK)
        with self.local_context():
            for line in lines:
                self.set_x(MARGIN + 3)
                self.say(line, 5.5)
        self.rect(MARGIN, top - 1, self.epw, self.get_y() - top + 2)
        self.ln(1)

    # charts

    def draw(self, title: str, drawing: Drawing) -> None:
        """A chart, over the whole width, on one page if it fits on any."""
        scale = self.epw / drawing.width
        self.need(drawing.height * scale + 8)
        self.bold(10)
        self.say(title, 6)
        self.plain(drawing.size * scale * 72 / 25.4)
        left, top = self.l_margin, self.get_y()
        self.set_line_width(0.2)
        self._lines(drawing, left, top, scale)
        self._bars(drawing, left, top, scale)
        for words in drawing.words:
            width = self.get_string_width(clean(words.text))
            shift = {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
            self.text(left + words.x * scale - shift, top + words.y * scale, clean(words.text))
        self.set_y(top + drawing.height * scale + 4)

    def _lines(self, drawing: Drawing, left: float, top: float, scale: float) -> None:
        for line in drawing.lines:
            self.set_draw_color(*(INK if line.is_base else PALE))
            x1, x2 = left + line.x1 * scale, left + line.x2 * scale
            self.line(x1, top + line.y1 * scale, x2, top + line.y2 * scale)

    def _bars(self, drawing: Drawing, left: float, top: float, scale: float) -> None:
        self.set_draw_color(*INK)
        boxes = [(b.x, b.y, b.width, b.height, b.tone) for b in drawing.bars]
        boxes += [(s.x, s.y, s.size, s.size, s.tone) for s in drawing.swatches]
        for x, y, width, height, tone in boxes:
            self.set_fill_color(*TONES[tone])
            box = (left + x * scale, top + y * scale, width * scale, height * scale)
            self.rect(*box, style="DF")
