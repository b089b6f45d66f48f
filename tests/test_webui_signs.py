"""A sign as it is drawn: its words, its picture, its number, and the cubby's place."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from conftest import make_rules

from kiosk.acts import Addressee, Show, Sign
from kiosk.model import Cubby
from kiosk.policy.addressing import ScreenRules
from kiosk.policy.languages import LANGUAGES
from kiosk.policy.signs import FACES
from webui.pictures import build, pictures
from webui.signs import CELL, SHAPES, Cell, draw, lost_view, sentences, sign_view

RULES = make_rules(12, 4)
WELSH = replace(RULES, screen=ScreenRules(language="cy"))
NUMBERED = [sign for sign in Sign if "{cubby}" in FACES[sign].words]


def ids() -> set[str]:
    drawn = ElementTree.fromstring(str(pictures()))
    return {symbol.attrib["id"] for symbol in drawn if symbol.tag.endswith("symbol")}


@pytest.mark.parametrize("sign", Sign)
def test_every_sign_has_a_picture_of_ours_and_its_colour_a_shape(sign: Sign) -> None:
    view = sign_view(RULES, Show(sign, 3, "15:10"))
    assert f"picture-{view.picture}" in ids()
    assert not view.shape or f"shape-{view.shape}" in ids()


def test_no_two_colours_that_mean_something_share_a_shape() -> None:
    shapes = [shape for shape in SHAPES.values() if shape]
    assert len(shapes) == len(set(shapes)) == 4
    assert {face.colour for face in FACES.values()} == SHAPES.keys()


def test_a_picture_brings_no_colour_script_or_link_of_its_own() -> None:
    text = str(pictures())
    assert not re.findall(r"#[0-9a-f]{3}|<script|href|style=|url\(|<image|on\w+=", text)


@pytest.mark.parametrize("sign", NUMBERED)
def test_a_sign_about_a_door_shows_its_number_and_its_place(sign: Sign) -> None:
    view = sign_view(RULES, Show(sign, 7))
    assert (view.figure, view.is_time) == ("7", False)
    assert view.drawing is not None
    assert view.drawing.lit == Cell(8 + 2 * 24, 8 + 1 * 24)


@pytest.mark.parametrize("sign", set(Sign) - set(NUMBERED))
def test_no_other_sign_shows_where_anything_is(sign: Sign) -> None:
    view = sign_view(RULES, Show(sign, 7))
    assert (view.figure, view.drawing) == ("", None)


def test_a_time_takes_the_place_of_the_number() -> None:
    view = sign_view(RULES, Show(Sign.NOT_YET, time="15:10"))
    assert (view.figure, view.is_time, view.parts) == ("15:10", True, ("Not yet.", "15:10"))


def test_a_door_and_its_number_stay_on_one_line() -> None:
    assert sign_view(RULES, Show(Sign.TAKE, 7)).parts[-1] == "Door\N{NO-BREAK SPACE}7"


def test_words_are_broken_between_sentences_first() -> None:
    assert sentences("Full. Ask the office") == ("Full.", "Ask the office")
    assert sentences("One card, please") == ("One card, please",)


def test_a_pupils_language_is_theirs_and_any_other_sign_is_in_the_schools() -> None:
    theirs = sign_view(WELSH, Show(Sign.CLOSED, to=Addressee("ar")))
    assert (theirs.language, theirs.direction, theirs.parts) == ("ar", "rtl", ("مغلق",))
    schools = sign_view(WELSH, Show(Sign.CLOSED))
    assert (schools.language, schools.direction, schools.parts) == ("cy", "ltr", ("Ar gau",))


def test_an_english_reader_at_a_welsh_school_reads_english() -> None:
    assert sign_view(WELSH, Show(Sign.CLOSED, to=Addressee("en"))).parts == ("Closed",)


@pytest.mark.parametrize("code", LANGUAGES)
def test_long_words_are_set_smaller(code: str) -> None:
    for sign in Sign:
        view = sign_view(RULES, Show(sign, 7, "15:10", to=Addressee(code)))
        assert view.is_long == any(len(part) > 19 for part in view.parts)


def test_a_name_is_shown_without_what_a_screen_would_take_for_a_command() -> None:
    name = "Ana\u202e\nB"
    assert sign_view(RULES, Show(Sign.TAKE, 7, to=Addressee(name=name))).whose == "Ana B"


def test_a_lost_kiosk_sends_to_the_office_in_no_states_colour() -> None:
    view = lost_view(WELSH)
    assert (view.parts, view.colour, view.shape) == (("Gofynnwch i'r swyddfa",), "off", "")
    assert view.name not in list(Sign)


# the cabinet


def test_the_cabinet_is_drawn_as_it_stands() -> None:
    drawing = draw(RULES.cubbies.values(), 1)
    assert drawing is not None
    assert (drawing.width, drawing.height) == (4 * 24 + 12, 3 * 24 + 12)
    assert len(set(drawing.cells)) == 12
    assert all(
        cell.x + CELL < drawing.width and cell.y + CELL < drawing.height for cell in drawing.cells
    )


def test_of_several_cabinets_the_one_with_the_cubby_is_drawn() -> None:
    cubbies = [Cubby(1, cabinet="left"), Cubby(2, cabinet="right"), Cubby(3, 1, cabinet="right")]
    drawing = draw(cubbies, 3)
    assert drawing is not None
    assert len(drawing.cells) == 2


def test_a_cubby_that_is_not_there_is_not_drawn() -> None:
    assert draw(RULES.cubbies.values(), 99) is None
    assert draw(RULES.cubbies.values(), None) is None
    assert sign_view(RULES, Show(Sign.SHUT_DOOR, 99)).figure == "99"


def test_the_ring_is_seen_among_a_thousand_cubbies() -> None:
    drawing = draw(make_rules(1000, 50).cubbies.values(), 777)
    assert drawing is not None
    assert drawing.ring[2] >= drawing.width * 0.09


def test_a_make_of_the_screen_has_a_name() -> None:
    assert re.fullmatch("[0-9a-f]{16}", build())
