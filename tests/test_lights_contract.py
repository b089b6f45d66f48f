"""What all lights promise, whatever they hang on."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lights_fixtures import BACKENDS, COLOURS, CUBBY_PINS, Bench

from hardware.errors import HardwareError
from hardware.ports import Colour, Lights
from hardware.simulated.lights import Shining

Build = Callable[[], Bench]
ASKED = st.one_of(
    st.tuples(st.just("lamp"), st.sampled_from(COLOURS), st.sampled_from([0.0, 0.1, 0.25, 1.0])),
    st.tuples(st.just("cubbies"), st.frozensets(st.integers(0, 5))),
    st.tuples(st.just("tone"), st.sampled_from([None, 20.0, 440.0, 10_000.0])),
)


@pytest.fixture(params=BACKENDS)
def build(request: pytest.FixtureRequest) -> Build:
    return BACKENDS[request.param]


@pytest.fixture
def bench(build: Build) -> Iterator[Bench]:
    bench = build()
    with closing(bench.lights):
        yield bench


def ask(lights: Lights, asked: tuple[object, ...]) -> None:
    match asked:
        case ("lamp", Colour() as colour, float() as brightness):
            lights.lamp(colour, brightness)
        case ("cubbies", frozenset() as lit):
            lights.cubby_lamps(lit)
        case ("tone", None | float() as hz):
            lights.tone(hz)


def expected(lights: Lights, asked: list[tuple[object, ...]]) -> Shining:
    """What was asked for last of each, as far as it is fitted."""
    last = {each[0]: each for each in asked}
    _, colour, brightness = last.get("lamp", ("", Colour.OFF, 0.0))
    _, lit = last.get("cubbies", ("", frozenset()))
    _, hz = last.get("tone", ("", None))
    is_dark = colour is Colour.OFF or brightness == 0 or not lights.has_lamp
    return Shining(
        Colour.OFF if is_dark else colour,
        0.0 if is_dark else brightness,
        lit & lights.lit_cubbies,
        hz if lights.has_buzzer else None,
    )


def test_nothing_shines_or_sounds_at_first(bench: Bench) -> None:
    assert bench.shining() == Shining()


def test_all_of_it_is_fitted_or_nothing_is(bench: Bench) -> None:
    lights = bench.lights
    found = (lights.has_lamp, lights.has_buzzer, lights.lit_cubbies)
    assert found in [(True, True, CUBBY_PINS.keys()), (False, False, frozenset())]


@pytest.mark.parametrize("backend", BACKENDS)
@given(asked=st.lists(ASKED, max_size=8))
def test_what_was_asked_last_is_seen_and_heard(
    backend: str, asked: list[tuple[object, ...]]
) -> None:
    bench = BACKENDS[backend]()
    with closing(bench.lights):
        for each in asked:
            ask(bench.lights, each)
        assert bench.shining() == expected(bench.lights, asked)


@pytest.mark.parametrize("brightness", [-0.01, 1.01, float("nan")])
def test_a_brightness_out_of_range_changes_nothing(bench: Bench, brightness: float) -> None:
    with pytest.raises(ValueError, match="must be 0 to 1"):
        bench.lights.lamp(Colour.RED, brightness)
    assert bench.shining() == Shining()


@pytest.mark.parametrize("hz", [0.0, 19.9, 10_001.0, float("nan")])
def test_a_tone_out_of_range_changes_nothing(bench: Bench, hz: float) -> None:
    with pytest.raises(ValueError, match="must be 20 to 10000"):
        bench.lights.tone(hz)
    assert bench.shining() == Shining()


def test_closed_lights_are_dark_and_stay_so(bench: Bench) -> None:
    ask_everything(bench.lights)
    bench.lights.close()
    assert bench.shining() == Shining()
    ask_everything(bench.lights)
    bench.lights.close()
    assert bench.shining() == Shining()


def ask_everything(lights: Lights) -> None:
    lights.lamp(Colour.WHITE, 0.5)
    lights.cubby_lamps({1, 2})
    lights.tone(440)


EACH: tuple[Callable[[Lights], None], ...] = (
    lambda lights: lights.lamp(Colour.WHITE, 0.5),
    lambda lights: lights.cubby_lamps({1, 2}),
    lambda lights: lights.tone(440),
)


@pytest.mark.parametrize("each", EACH, ids=["lamp", "cubbies", "tone"])
@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "none"])
def test_what_is_broken_says_so_and_works_again_when_mended(
    backend: str, each: Callable[[Lights], None]
) -> None:
    bench = BACKENDS[backend]()
    with closing(bench.lights):
        bench.break_all(True)
        with pytest.raises(HardwareError):
            each(bench.lights)
        bench.break_all(False)
        each(bench.lights)
        assert bench.shining() != Shining()


def test_lights_that_can_be_told_something_are_well_and_stay_as_they_are(bench: Bench) -> None:
    ask_everything(bench.lights)
    before = bench.shining()
    bench.lights.check()
    assert bench.shining() == before


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "none"])
def test_lights_that_cannot_be_told_anything_are_found_out_without_a_word_to_them(
    backend: str,
) -> None:
    bench = BACKENDS[backend]()
    with closing(bench.lights):
        bench.break_all(True)
        with pytest.raises(HardwareError):
            bench.lights.check()
        bench.break_all(False)
        bench.lights.check()


def test_closed_lights_are_looked_at_no_more(bench: Bench) -> None:
    bench.lights.close()
    bench.break_all(True)
    bench.lights.check()


def test_broken_lights_can_be_closed(bench: Bench) -> None:
    bench.break_all(True)
    bench.lights.close()
    bench.break_all(False)
