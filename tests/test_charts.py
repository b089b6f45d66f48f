"""Charts: what they say, and shapes that stay within their box."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.charts import Chart, Drawing, Series, draw
from kiosk.charts.drawing import steps

COUNTS = st.one_of(st.none(), st.integers(0, 3000))
WIDTH, SIZE = 640.0, 13.0


@st.composite
def charts(draw_from: st.DrawFn) -> Chart:
    labels = tuple(draw_from(st.lists(st.text("abc 0123", max_size=40), max_size=70)))
    count = draw_from(st.integers(1, 3))
    values = st.tuples(*[COUNTS] * len(labels))
    series = tuple(Series(f"series {n}", draw_from(values)) for n in range(count))
    flags = draw_from(st.tuples(st.booleans(), st.booleans()))
    return Chart("Title", "Label", labels, "Devices", series, *flags)


def chart(*values: float | None, **more: bool) -> Chart:
    labels = tuple(f"{n}" for n in range(len(values)))
    return Chart("Taken", "Day", labels, "Cubbies", (Series("most", values),), **more)


@given(charts())
def test_no_bar_leaves_the_box_or_overlaps_the_scale(given_chart: Chart) -> None:
    drawing = draw(given_chart, WIDTH, SIZE)
    for bar in drawing.bars:
        assert min(bar.width, bar.height) > 0
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 1e-6
        assert bar.y >= 0
        assert bar.y + bar.height <= drawing.height + 1e-6


@given(charts())
def test_there_is_a_bar_for_every_value_above_nought_and_for_no_other(given_chart: Chart) -> None:
    values = [value for series in given_chart.series for value in series.values if value]
    bars = draw(given_chart, WIDTH, SIZE).bars
    assert sorted(bar.value for bar in bars) == sorted(values)


@given(charts())
def test_bars_of_one_tone_are_as_long_as_their_values(given_chart: Chart) -> None:
    bars = draw(given_chart, WIDTH, SIZE).bars
    lengths = [bar.width if given_chart.is_across else bar.height for bar in bars]
    ratios = [length / bar.value for length, bar in zip(lengths, bars, strict=True)]
    assert not ratios or max(ratios) == pytest.approx(min(ratios))


@given(st.integers(0, 10**6))
def test_the_scale_begins_at_nought_is_even_and_reaches_the_highest(highest: int) -> None:
    found = steps(highest)
    assert found[0] == 0
    assert found[-1] >= highest
    assert len(found) <= 6
    assert len({round(b - a, 6) for a, b in pairwise(found)}) == 1


def test_there_are_no_halves_of_a_device_on_the_scale() -> None:
    assert steps(2) == (0, 1, 2)
    assert steps(0) == (0, 1)


def words(drawing: Drawing) -> list[str]:
    return [said.text for said in drawing.words]


def test_few_bars_have_their_number_above_them_and_many_have_none() -> None:
    assert words(draw(chart(3, None, 7), WIDTH, SIZE)).count("7") == 1
    many = draw(chart(*range(60)), WIDTH, SIZE)
    assert "37" not in [said.text for said in many.words if said.y < many.height - 2 * SIZE]


def test_as_many_labels_stand_below_as_fit() -> None:
    labels = tuple(f"2026-03-{n:02}" for n in range(1, 31))
    long = Chart("T", "Day", labels, "", (Series("s", tuple(range(30))),))
    shown = [said for said in words(draw(long, WIDTH, SIZE)) if said.startswith("2026")]
    assert shown[0] == "2026-03-01"
    assert 3 <= len(shown) <= 8


def test_lying_bars_have_every_label_and_long_ones_are_cut_short() -> None:
    labels = ("refused", "x" * 90)
    lying = Chart("T", "Type", labels, "", (Series("s", (1, 2)),), is_across=True)
    assert words(draw(lying, WIDTH, SIZE))[-4] == "refused"
    assert any(said.endswith("x…") for said in words(draw(lying, WIDTH, SIZE)))


def test_one_series_needs_no_legend_and_several_have_one() -> None:
    assert draw(chart(1), WIDTH, SIZE).swatches == ()
    two = Chart("T", "L", ("a",), "", (Series("in", (1,)), Series("out", (2,))))
    assert [swatch.tone for swatch in draw(two, WIDTH, SIZE).swatches] == [0, 1]
    assert {"in", "out"} <= set(words(draw(two, WIDTH, SIZE)))


def test_a_chart_is_told_in_a_sentence() -> None:
    assert chart(3, 7).in_words == "Taken. Cubbies, 0 to 1: most. At most 7."
    assert chart().in_words == "Taken: nothing to show."


@pytest.mark.parametrize(
    "series",
    [
        (Series("short", ()),),
        (Series("below", (-1,)),),
        tuple(Series(f"{n}", (1,)) for n in range(4)),
    ],
    ids=["too few values", "below nought", "too many series"],
)
def test_a_chart_that_cannot_be_read_is_not_made(series: tuple[Series, ...]) -> None:
    with pytest.raises(ValueError, match="T: "):
        Chart("T", "L", ("a",), "", series)


def test_a_legend_that_is_wider_than_its_chart_takes_more_lines() -> None:
    series = tuple(Series(f"a rather long name {n}", (1,)) for n in range(3))
    chart = Chart("Title", "Form", ("7A",), "Devices", series, is_stacked=True, is_across=True)

    wide, narrow = (draw(chart, width, 13) for width in (1200, 330))

    assert len({swatch.y for swatch in wide.swatches}) == 1
    assert len({swatch.y for swatch in narrow.swatches}) == 3
    assert narrow.height > wide.height
