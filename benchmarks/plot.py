"""The plot of the inserts: one SVG that needs no script, font or address of anybody."""

import math
import sys
from collections.abc import Sequence
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from benchmarks.figure import Timing
from benchmarks.inserts import CACHING, FLOOR, JOURNAL, JSON, NAMES, SQLITE

# pygal adds a finder of a kind that Python no longer knows, for maps alone: every later import of
# anything would warn about it, so it is taken out again.
sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, pygal.PluginImportFixer)]

_TITLE = "One insert of one event, as the record grows"
_NAMESPACE = "http://www.w3.org/2000/svg"
_SVG = f"{{{_NAMESPACE}}}"

# By name: the colour on a white plate, on a dark one, and the dashes of what is no storage or is
# not durable. Hues after Okabe and Ito, whom colour-blind readers can follow.
_LINES = {
    JOURNAL: ("#00795a", "#2fc99b", "none"),
    SQLITE: ("#1f6fb4", "#62aef0", "none"),
    FLOOR: ("#6e7781", "#9aa4af", "2 5"),
    JSON: ("#c04f00", "#ff8f45", "none"),
    CACHING: ("#8c6a00", "#e0b53c", "9 6"),
}

_TOLD = (JOURNAL, JSON, CACHING)  # whose last point has its value beside it

# The plot brings its own plate, so that it can be read on a page of any colour.
_CSS = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f }
.title { font-size: 14px; text-anchor: middle }
.plot_title { font-size: 18px; font-weight: 600 }
.axis.x text { text-anchor: middle }
.axis.y text { text-anchor: end }
.axis path { fill: none; stroke: #d0d7de }
.background { fill: none }
.plate { fill: #ffffff; stroke: #d0d7de }
.nofill { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round }
.dot { stroke: #ffffff; stroke-width: 1.5 }
.text-overlay text { font-weight: 600; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.axis path { stroke: #30363d }
.plate { fill: #161b22; stroke: #30363d }
.dot { stroke: #161b22 }
}
"""


def draw(timings: Sequence[Timing]) -> str:
    """The SVG of the medians by size, both axes logarithmic. ``timings``: one at the least."""
    chart = _empty_chart(timings)
    for name in NAMES:
        points = [timing for timing in timings if timing.storage == name]
        chart.add(name, [_point(timing, timing is points[-1]) for timing in points])
    return _made_plain(ElementTree.fromstring(chart.render()), timings)


def _empty_chart(timings: Sequence[Timing]) -> pygal.XY:
    sizes = sorted({timing.rows for timing in timings})
    ticks = _ticks([timing.median_us / 1e6 for timing in timings])
    chart = pygal.XY(
        width=860,
        height=540,
        explicit_size=True,
        style=Style(title_font_size=18, label_font_size=13, legend_font_size=13),
        js=[],
        logarithmic=True,
        range=(ticks[0] / 1.6, ticks[-1] * 1.1),  # so that the outermost labels have room
        title=_TITLE,
        x_title="events stored already",
        y_title="median time",
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=12,
        truncate_legend=-1,
        dots_size=5,
        print_labels=True,
        margin=28,
        margin_right=72,
        margin_bottom=56,
    )
    chart.x_labels = [{"value": rows, "label": f"{rows:,}"} for rows in sizes]
    chart.y_labels = [{"value": at, "label": _duration(at)} for at in ticks]
    return chart


def _point(timing: Timing, is_last: bool) -> dict[str, object]:
    value = (timing.rows, timing.median_us / 1e6)
    is_told = is_last and timing.storage in _TOLD
    return {"value": value, "label": _duration(value[1]) if is_told else ""}


def _ticks(values: Sequence[float]) -> list[float]:
    """The powers of ten from below the least value to above the greatest."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _duration(seconds: float) -> str:
    if seconds < 0.999e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 0.999 else f"{seconds:.3g} s"


def _made_plain(root: ElementTree.Element, timings: Sequence[Timing]) -> str:
    """Without what answers a pointer; with a plate, and with words for who does not see it."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _answers_a_pointer(child):
                parent.remove(child)
    for label in root.iterfind(f".//{_SVG}text[@class='label']"):
        label.attrib |= {"dx": "-4", "dy": "-16"}  # from below its point to the right of it
    plate = root.find(f".//{_SVG}rect")
    if plate is not None:
        plate.attrib |= {"class": "plate", "rx": "10"}
    root.attrib |= {"id": "record-insert", "role": "img", "aria-labelledby": "title desc"}
    for place, (tag, text) in enumerate((("title", _TITLE), ("desc", _told(timings)))):
        root.insert(place, _element(tag, text, id=tag))
    root.insert(2, _element("style", _CSS + _line_css()))
    ElementTree.register_namespace("", _NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _answers_a_pointer(element: ElementTree.Element) -> bool:
    tag = element.tag.removeprefix(_SVG)
    return tag in ("title", "desc", "defs") or element.get("class", "").endswith("tooltip-overlay")


def _element(tag: str, text: str, **attributes: str) -> ElementTree.Element:
    element = ElementTree.Element(f"{_SVG}{tag}", attributes)
    element.text = text
    return element


def _line_css() -> str:
    light, dark = [], []
    for n, name in enumerate(NAMES):
        on_white, on_dark, dashes = _LINES[name]
        light.append(f".color-{n} {{ fill: {on_white}; stroke: {on_white} }}")
        light.append(f".serie-{n} .nofill {{ fill: none; stroke-dasharray: {dashes} }}")
        dark.append(f".color-{n} {{ fill: {on_dark}; stroke: {on_dark} }}")
    return "\n".join([*light, "@media (prefers-color-scheme: dark) {", *dark, "}", ""])


def _told(timings: Sequence[Timing]) -> str:
    """The plot in words."""
    sentences = []
    for name in NAMES:
        points = (t for t in timings if t.storage == name)
        parts = (f"{_duration(t.median_us / 1e6)} at {t.rows:,}" for t in points)
        sentences.append(f"{name}: {', '.join(parts)}.")
    return f"Median time of one insert, by the events stored already. {' '.join(sentences)}"
