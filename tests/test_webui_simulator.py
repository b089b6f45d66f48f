"""Hands on a simulated cabinet."""

import re
from dataclasses import replace

import pytest
from webui_fixtures import ANA, BEN, ORIGIN, key_of, shown, site, uid_of

from hardware.ports import Colour, Shining
from kiosk.acts import Show, Sign
from kiosk.events import CONSOLE
from kiosk.made_up_cards import made_up_uid
from kiosk.messages.commands import EnrolCard
from kiosk.model import Credential
from webui.simulator import UNKNOWN_CARD


@pytest.fixture
def desk():
    signed_in = site(simulated=True)
    signed_in.sign_in()
    return signed_in


def act(desk, what, **fields):
    """Press a button as htmx does."""
    data = {"csrf_token": desk.token("/simulator"), **fields}
    return desk.client.post(
        f"/simulator/{what}", data=data, headers={**ORIGIN, "HX-Request": "true"}
    )


def test_a_real_kiosk_has_no_simulator():
    desk = site()
    desk.sign_in()
    statuses = [
        desk.get(f"/simulator{part}").status_code for part in ("", "/screen", "/doors", "/faults")
    ]
    acts = ("tap", "door", "fault", "skip")
    posted = [desk.post(f"/simulator/{part}").status_code for part in acts]
    assert (set(statuses), set(posted)) == ({404}, {404})
    assert "Simulator" not in desk.get("/").text


def test_a_tap_holds_that_pupils_card_to_the_reader(desk):
    answer = act(desk, "tap", card="1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert desk.hands.done == [("tap", uid_of(BEN))]


def test_without_scripts_a_button_leads_back_to_the_page(desk):
    answer = desk.post("/simulator/tap", page="/simulator", card="0")
    assert (answer.status_code, answer.location) == (303, "/simulator")


def test_two_cards_are_held_to_it_together(desk):
    act(desk, "tap", card="two")
    assert desk.hands.done == [("tap", uid_of(ANA)), ("tap", uid_of(BEN))]


def test_a_card_that_nobody_owns_is_refused(desk):
    act(desk, "tap", card="unknown")
    assert desk.hands.done == [("tap", UNKNOWN_CARD)]
    assert "Ask the office" in desk.get("/simulator").text


def test_any_card_is_tapped_by_its_number_and_what_is_none_is_told(desk):
    answer = desk.post("/simulator/tap", page="/simulator", number="04:A1 B2C3D4E5F6")
    assert (answer.status_code, desk.hands.done) == (
        303,
        [("tap", bytes.fromhex("04A1B2C3D4E5F6"))],
    )
    wrong = desk.post("/simulator/tap", page="/simulator", number="123")
    assert (wrong.status_code, "is no card number" in wrong.text) == (400, True)


def test_where_nobody_has_a_made_up_card_it_is_said_how_they_get_one(desk):
    assert "kiosk sim cards" not in desk.get("/simulator").text
    desk.app.extensions["office"] = replace(desk.app.extensions["office"], cards=lambda: ())
    assert "kiosk sim cards" in desk.get("/simulator").text


def test_a_kiosk_without_a_demo_offers_the_made_up_cards_of_its_roster(desk):
    desk.app.extensions["office"] = replace(desk.app.extensions["office"], cards=None)
    assert "Tap: Ben Okafor" not in desk.get("/simulator").text
    uid = made_up_uid(BEN.admission)
    desk.service.take(EnrolCard(CONSOLE, Credential(key_of(uid), BEN.id)))
    assert "Tap: Ben Okafor, 7 Beech" in desk.get("/simulator").text
    act(desk, "tap", card="0")
    assert desk.hands.done == [("tap", uid)]


def test_a_phone_shows_another_number_each_time(desk):
    for _ in range(5):
        act(desk, "tap", card="phone")
    numbers = [uid for _, uid in desk.hands.done]
    assert ({(len(uid), uid[0]) for uid in numbers}, len(set(numbers)) > 1) == ({(4, 8)}, True)


@pytest.mark.parametrize(
    "card",
    ["", "4", "-1", "x", "\u0661", "9" * 5000],
    ids=["none", "one more", "negative", "word", "arabic", "long"],
)
def test_a_card_that_is_not_there_is_not_tapped(desk, card):
    assert (act(desk, "tap", card=card).status_code, desk.hands.done) == (400, [])


@pytest.mark.parametrize(
    ("what", "done"),
    [
        ("open", ("open", 5)),
        ("close", ("close", 5)),
        ("ajar", ("ajar", 5)),
    ],
)
def test_a_door_can_be_pulled_pushed_and_left_ajar(desk, what, done):
    assert act(desk, "door", cubby="5", act=what).status_code == 204
    assert desk.hands.done == [done]


def test_a_door_of_the_grid_has_its_own_handle(desk):
    assert 'value="open 7"' in desk.get("/simulator/doors").text
    act(desk, "door", door="open 7")
    assert desk.hands.done == [("open", 7)]
    assert 'value="close 7"' in desk.get("/simulator/doors").text


@pytest.mark.parametrize(
    ("cubby", "what"), [("99", "open"), ("", "open"), ("1", "burn"), ("1", "")]
)
def test_a_door_that_is_not_there_is_not_moved(desk, cubby, what):
    assert (act(desk, "door", cubby=cubby, act=what).status_code, desk.hands.done) == (400, [])


def test_a_device_is_broken_and_mended_by_its_list(desk):
    act(desk, "fault", fault="unplugged reader")
    assert "does not answer" in desk.get("/simulator/screen").text
    assert "The card reader does not answer: check its cable" in desk.get("/").text
    assert "Reader: its cable is out" in desk.get("/simulator/faults").text

    act(desk, "fault", mend="unplugged reader")
    assert "does not answer" not in desk.get("/simulator/screen").text
    assert "Nothing." in desk.get("/simulator/faults").text


def test_a_cubby_is_broken_by_its_number_and_mended_from_the_list(desk):
    act(desk, "fault", part="cubby 5", name="jammed")
    assert 'value="jammed cubby 5"' in desk.get("/simulator").text
    act(desk, "fault", mend="jammed cubby 5")
    assert desk.hands.done == [
        ("fault", "cubby 5", "jammed", True),
        ("fault", "cubby 5", "jammed", False),
    ]


@pytest.mark.parametrize(
    "fields",
    [{}, {"fault": "burnt reader"}, {"part": "cubby 99", "name": "jammed"}, {"mend": "x"}],
)
def test_what_cannot_break_so_is_left_alone(desk, fields):
    assert (act(desk, "fault", **fields).status_code, desk.hands.done) == (400, [])


def test_what_the_lights_do_is_shown(desk):
    assert "Lamp" not in shown(desk.get("/simulator/screen").text)
    desk.hands.shines = Shining(Colour.GREEN, 1.0, frozenset({7}), 660.0)
    screen, doors = desk.get("/simulator/screen").text, desk.get("/simulator/doors").text
    assert ("lamp-green" in screen, "; a tone" in screen, doors.count("lamp lit")) == (
        True,
        True,
        1,
    )


def test_time_can_be_skipped(desk):
    act(desk, "skip")
    assert "Locked" in desk.get("/simulator/screen").text


def test_the_pupil_sees_a_big_number_and_the_words(desk):
    act(desk, "tap", card="0")
    text = desk.get("/simulator/screen").text
    assert re.search('<p class="pupil-number"[^>]*>1</p>', text)
    assert "<span>Put phone in.</span> <span>Door\N{NO-BREAK SPACE}1</span>" in text
    assert "pupil-blue" in text


def test_a_sign_to_wait_is_three_still_dots(desk):
    desk.service.shown = Show(Sign.WAIT)
    text = desk.get("/simulator/screen").text
    assert ('href="#picture-dots"' in text, "Wait" in text) == (True, True)
    assert 'id="picture-dots"' in desk.get("/simulator").text


def test_every_page_says_that_nothing_is_real(desk):
    for path in ("/", "/record", "/cubbies/1", "/simulator", "/nope"):
        assert "Simulated: no real doors." in desk.get(path).text


def test_a_real_kiosk_does_not_say_so():
    desk = site()
    desk.sign_in()
    assert "Simulated" not in desk.get("/").text


def test_no_page_shows_a_cards_number(desk):
    act(desk, "tap", card="unknown")
    for path in ("/simulator", "/", "/record"):
        text = desk.get(path).text.upper()
        assert UNKNOWN_CARD.hex().upper() not in text
        assert uid_of(ANA).hex().upper() not in text
