"""Bar charts as plain shapes, drawn alike on a page (SVG) and on paper (PDF). Pure.

No library draws them: docs/adr/0012-reports-made-apart.md.
"""

from kiosk.charts.across import draw_across
from kiosk.charts.chart import Chart, Series
from kiosk.charts.drawing import Bar, Drawing, Line, Swatch, Words
from kiosk.charts.upright import draw_upright

LOWEST = 17  # how high a narrow one is at least, of the letters' size

__all__ = ["Bar", "Chart", "Drawing", "Line", "Series", "Swatch", "Words", "draw"]


def draw(chart: Chart, width: float, size: float) -> Drawing:
    """The chart, that wide, with letters of ``size``; as high as it needs to be. Only the shapes:
    its title stands above it, and a table beside it."""
    if chart.is_across:
        return draw_across(chart, width, size)
    return draw_upright(chart, width, max(width * 0.4, size * LOWEST), size)
