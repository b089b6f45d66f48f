"""The pupils' screen in a real browser: every sign at every size, and what it does without help.

With KIOSK_SCREENS=folder (`make screens`) each sign is photographed into that folder.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import pytest
import scale
from browser_fixtures import axe_violations
from flask import Flask, render_template
from playwright.sync_api import Browser, BrowserContext, Page, expect
from screen_fixtures import allow, revoke
from webui_fixtures import BEN, FakeHands, FakeService, uid_of

from kiosk.acts import Addressee, Show, Sign
from kiosk.policy.addressing import ScreenRules
from kiosk.policy.languages import LANGUAGES
from kiosk.policy.signals import STEADY_S
from kiosk.policy.signs import pupil_words
from webui import screen
from webui.server import WebServer
from webui.signs import sign_view

SIZES = {"pi": (1024, 600), "tablet": (1280, 800), "phone": (390, 844)}
ONE_OF_EACH_COLOUR = (
    Sign.READY,
    Sign.PUT_IN,
    Sign.TAKE,
    Sign.SHUT_DOOR,
    Sign.NOT_YET,
    Sign.BROKEN,
    Sign.CLOSED,
)
FOR_STAFF = {Sign.NEXT_CARD, Sign.CONFIRM_TIME, Sign.ENTER_PIN, Sign.WRONG_PIN}
INCHES_7 = 154.2  # millimetres that the Pi's seven-inch display is wide, with its 1024 pixels
CAPITALS = 0.729  # of the height of the letters in DejaVu Sans
FOLDER = os.environ.get("KIOSK_SCREENS", "")


@dataclass
class Wall:
    """A kiosk on the loopback, and the screen above its cabinet."""

    service: FakeService
    url: str
    page: Page
    app: Flask
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, size: str = "pi", scheme: str = "light", path: str = "/screen") -> None:
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})
        color_scheme = "dark" if scheme == "dark" else "light"
        self.page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        self.page.goto(self.url + path)

    def open_with_the_clock_stopped(self) -> None:
        """From then on the page's time passes only where a test says so."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1000)
        self.open("pi")

    def show(self, sign: Sign, **of: object) -> None:
        """Show a sign, and wait until the page has it."""
        self.service.show(replace(example(sign), **of))  # type: ignore[arg-type]
        self.shows(sign.value)

    def drawn(self, show: Show) -> str:
        """What would be sent for a sign."""
        with self.app.test_request_context():
            return render_template("sign.html", sign=sign_view(self.service.rules, show))

    def misfits(self, shows: Sequence[Show]) -> dict[str, list[str]]:
        """What does not fit of each of these signs, by its words; nothing for those that do."""
        found = self.page.evaluate(MISFITS, [self.drawn(show) for show in shows])
        return {
            pupil_words(s, language=s.to.language): f
            for s, f in zip(shows, found, strict=True)
            if f
        }

    def shows(self, name: str) -> None:
        expect(self.page.locator("#sign > .pupil-screen")).to_have_attribute("data-sign", name)


def example(sign: Sign) -> Show:
    has_door = sign in (Sign.PUT_IN, Sign.DONE, Sign.TAKE, Sign.SHUT_DOOR)
    return Show(
        sign, 15 if has_door else None, "15:10" if sign in (Sign.NOT_YET, Sign.CONFIRM_TIME) else ""
    )


@pytest.fixture
def wall(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    """Its signs need not keep still, so that a test can look at many of them."""
    monkeypatch.setattr(screen, "STEADY_S", 0)
    service = FakeService(cubbies=24, columns=6)
    server = WebServer(service, host="127.0.0.1", port=0)
    thread = Thread(target=server.serve)
    thread.start()
    with browser.new_context(device_scale_factor=0.5 if FOLDER else 1) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        shown = Wall(service, server.address, page, server._server.wsgi_app)
        shown.watch(context)
        yield shown
    service.bell.end()
    server.stop()
    thread.join()


# how it looks


# All pairs in a thorough run; each of either at least once in any.
LOOKS = [("pi", "dark"), ("tablet", "light"), ("phone", "dark")]
if scale.IS_THOROUGH:
    LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.timeout(180)
def test_axe_finds_no_fault_in_any_colour(wall: Wall, size: str, scheme: str) -> None:
    wall.open(size, scheme)
    faults = []
    for sign in ONE_OF_EACH_COLOUR:
        for is_calm in {False, scheme == "dark"}:  # what is calm is so in either scheme
            wall.show(sign, to=Addressee(name="Amara", is_low_sensory=is_calm))
            found = axe_violations(wall.page)
            faults += [f"{sign}: {one['id']}: {one['nodes'][0]['html']}" for one in found]
    assert faults == []


# What of each screen does not fit into its place: nothing is cut off, or on another's place.
MISFITS = """(bodies) => {
    const place = document.getElementById("sign");
    return bodies.map((body) => {
        place.innerHTML = body;
        const face = place.querySelector(".pupil-face").getBoundingClientRect();
        const parts = [...place.querySelectorAll(".pupil-face > *, .pupil-words span")];
        const bad = parts.filter((part) => {
            const box = part.getBoundingClientRect();
            return box.left < face.left - 1 || box.right > face.right + 1
                || box.top < face.top - 1 || box.bottom > face.bottom + 1
                || part.scrollWidth > Math.ceil(box.width) + 1;
        }).map((part) => part.className.baseVal ?? part.className);
        const [number, words] = [".pupil-number", ".pupil-words"].map(
            (name) => place.querySelector(name).getBoundingClientRect());
        if (number.height && number.bottom > words.top + number.height / 4) bad.push("number");
        return bad;
    });
}"""


@pytest.mark.parametrize("size", SIZES)
def test_every_sign_fits_in_every_language(wall: Wall, size: str) -> None:
    wall.open(size)
    every = [
        replace(example(sign), to=Addressee(language, name="Maximilian"))
        for language in LANGUAGES
        for sign in Sign
    ]
    assert wall.misfits(every) == {}


@pytest.mark.parametrize("size", SIZES)
def test_a_number_of_up_to_three_digits_fits(wall: Wall, size: str) -> None:
    wall.service.rules = FakeService(cubbies=999, columns=50).rules
    wall.open(size)
    every = [
        Show(sign, cubby, to=Addressee(language))
        for language in LANGUAGES
        for sign in (Sign.TAKE, Sign.SHUT_DOOR)
        for cubby in (9, 88, 999)
    ]
    assert wall.misfits(every) == {}


def test_a_misfit_would_be_found(wall: Wall) -> None:
    wall.open("pi")
    assert wall.misfits([Show(Sign.NOT_YET, time="15:10 15:10 15:10 15:10")])


SIZES_OF = """(body) => {
    document.getElementById("sign").innerHTML = body;
    return [".pupil-words", ".pupil-number"].map((name) => parseFloat(
        getComputedStyle(document.querySelector(`#sign ${name}`)).fontSize));
}"""


def test_words_and_numbers_are_read_from_two_metres(wall: Wall) -> None:
    """ISO 9241-303 asks for letters of 16 minutes of arc: 9.3 mm from two metres."""
    wall.open("pi")
    for sign in set(Sign) - FOR_STAFF:  # who are nearer
        sizes = wall.page.evaluate(SIZES_OF, wall.drawn(example(sign)))
        words, number = (size * CAPITALS * INCHES_7 / 1024 for size in sizes)
        assert words >= 9.3, sign
        assert number >= 20, sign


def test_the_number_is_in_the_same_place_in_every_sign(wall: Wall) -> None:
    wall.open("pi")
    places = set()
    for sign in (Sign.PUT_IN, Sign.TAKE, Sign.DONE, Sign.SHUT_DOOR):
        wall.show(sign)
        box = wall.page.locator("#sign .pupil-number").bounding_box()
        assert box
        places.add(tuple(round(box[side]) for side in ("x", "y", "width", "height")))
    assert len(places) == 1


def test_a_tablet_in_the_dark_does_not_glare(wall: Wall) -> None:
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 33, 46)")):
        wall.open("tablet", scheme)
        wall.show(Sign.READY)
        expect(wall.page.locator("#sign > .pupil-screen")).to_have_css("background-color", ground)


def test_arabic_runs_from_right_to_left_and_the_number_stays_where_it_is(wall: Wall) -> None:
    wall.open("pi")
    wall.show(Sign.TAKE, to=Addressee("ar"))
    words = wall.page.locator("#sign .pupil-words")
    assert words.evaluate("it => getComputedStyle(it).direction") == "rtl"
    boxes = [part.bounding_box() for part in words.locator("span").all()]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] > boxes[1]["x"]


# How many milliseconds each movement of a new sign lasts.
MOVES = """(body) => {
    document.getElementById("sign").innerHTML = body;
    return document.getAnimations().map((it) => it.effect.getComputedTiming().endTime);
}"""


@pytest.mark.parametrize(("motion", "is_calm"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_want_it_still(wall: Wall, motion: str, is_calm: bool) -> None:
    wall.open("pi")
    wall.page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    for sign in Sign:
        body = wall.drawn(replace(example(sign), to=Addressee(is_low_sensory=is_calm)))
        assert wall.page.evaluate(MOVES, body) == []


def test_for_others_a_new_sign_comes_softly_and_then_keeps_still(wall: Wall) -> None:
    wall.open("pi")
    wall.page.emulate_media(reduced_motion="no-preference")
    for sign in Sign:
        assert wall.page.evaluate(MOVES, wall.drawn(example(sign))) == [150]


# what it does


def test_a_tap_shows_without_anybodys_help(wall: Wall) -> None:
    wall.open("pi")
    wall.shows("ready")
    wall.page.evaluate("window.isTheSamePage = true")
    FakeHands(wall.service).tap(uid_of(BEN))
    wall.shows("put_in")
    assert wall.page.evaluate("window.isTheSamePage")


def test_a_pupils_language_is_for_their_own_sign_alone(wall: Wall) -> None:
    wall.service.rules = replace(wall.service.rules, screen=ScreenRules(language="cy"))
    wall.open("pi")
    words = wall.page.locator("#sign .pupil-words")
    expect(words).to_have_text("Tapiwch eich cerdyn")
    wall.show(Sign.NOTED, to=Addressee("uk"))
    expect(words).to_have_text("Готово")
    wall.show(Sign.READY)
    expect(words).to_have_text("Tapiwch eich cerdyn")


CHANGES = """() => {
    window.changes = 0;
    new MutationObserver((found) => {
        window.changes += found.some((one) => one.addedNodes.length) ? 1 : 0;
    }).observe(document.getElementById("sign"), { childList: true });
}"""


def test_hurried_taps_do_not_make_the_screen_flash(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = wall.page
    monkeypatch.setattr(screen, "STEADY_S", STEADY_S)
    wall.open_with_the_clock_stopped()
    page.clock.run_for(1000)
    page.evaluate(CHANGES)
    wall.show(Sign.PUT_IN)
    for sign in (Sign.ASK_OFFICE, Sign.TAKE, Sign.NOT_YET):
        with page.expect_response("**/screen/now") as answer:
            wall.service.show(example(sign))
        assert answer.value.finished() is None
    wall.shows("put_in")
    assert page.evaluate("window.changes") == 1
    page.clock.run_for(400)
    wall.shows("not_yet")
    assert page.evaluate("window.changes") == 2


def test_a_screen_that_lost_the_kiosk_says_so_and_comes_back_by_itself(wall: Wall) -> None:
    page = wall.page
    wall.open_with_the_clock_stopped()
    wall.show(Sign.PUT_IN)
    page.context.set_offline(True)
    page.clock.run_for(3000)
    wall.shows("put_in")
    page.clock.run_for(4000)
    wall.shows("lost")
    expect(page.locator("#sign .pupil-words")).to_have_text("Ask the office")
    photograph(page, "lost")

    page.context.set_offline(False)
    page.clock.run_for(1000)
    wall.shows("put_in")


def test_a_kiosk_that_hangs_is_lost_too(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "WAIT_S", 3600)
    wall.open_with_the_clock_stopped()
    wall.shows("ready")
    wall.page.clock.run_for(6000)
    wall.shows("lost")


def test_a_kiosk_that_has_become_another_is_loaded_anew(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall.open("pi")
    wall.page.evaluate("window.isTheSamePage = true")
    monkeypatch.setattr(screen, "build", lambda: "another")
    with wall.page.expect_navigation():
        wall.service.bell.ring()
    assert wall.page.evaluate("window.isTheSamePage") is None


def test_a_token_is_nowhere_once_its_address_was_opened(wall: Wall) -> None:
    token = allow(wall.service)
    wall.page.context.set_extra_http_headers({"X-Forwarded-For": "192.168.1.50"})
    wall.open(path=f"/screen#{token}")
    wall.shows("ready")
    told = wall.page.evaluate(
        """() => [location.href, document.referrer, document.cookie,
            ...performance.getEntries().map((it) => it.name)].join(" ")"""
    )
    assert token not in told
    assert [url for url in wall.asked if token in url] == []


def test_a_revoked_screen_goes_dark_and_asks_no_more(wall: Wall) -> None:
    token = allow(wall.service)
    wall.page.context.set_extra_http_headers({"X-Forwarded-For": "192.168.1.50"})
    wall.open(path=f"/screen#{token}")
    wall.show(Sign.TAKE)
    revoke(wall.service)
    wall.service.bell.ring()
    wall.shows("over")
    assert wall.page.locator("#sign").inner_text().strip() == ""
    asked = len(wall.asked)
    wall.service.bell.ring()
    wall.page.evaluate("new Promise(requestAnimationFrame)")
    assert len(wall.asked) == asked


def test_whoever_may_not_look_is_told_whom_to_ask(wall: Wall) -> None:
    wall.page.context.set_extra_http_headers({"X-Forwarded-For": "192.168.1.50"})
    wall.open()
    expect(wall.page.get_by_role("heading")).to_have_text("Ask the office")
    assert axe_violations(wall.page) == []


def test_no_request_leaves_the_kiosk_and_its_policy_is_never_broken(wall: Wall) -> None:
    wall.open("pi")
    for sign in Sign:
        wall.show(sign)
    assert {url for url in wall.asked if not url.startswith(wall.url)} == set()
    assert wall.complaints == []


def test_without_scripts_the_sign_is_there_and_renews_itself(browser: Browser, wall: Wall) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{wall.url}/screen")
        expect(page.locator("#sign .pupil-words")).to_have_text("Tap your card")
        wall.service.show(Show(Sign.CLOSED))
        expect(page.locator("#sign .pupil-words")).to_have_text("Closed", timeout=20_000)


# its portrait, on demand


def photograph(page: Page, name: str) -> None:
    """Keep what the page shows, if pictures are wanted."""
    if FOLDER:
        page.screenshot(path=Path(FOLDER) / f"{name}.png")


@pytest.mark.skipif(not FOLDER, reason="pictures are taken by `make screens` alone")
def test_every_sign_is_photographed(wall: Wall) -> None:
    wall.open("pi")
    for sign in set(Sign) - {Sign.ENTER_PIN, Sign.WRONG_PIN}:  # with their pad: test_pad_browser
        wall.show(sign)
        photograph(wall.page, sign.value.replace("_", "-"))
    wall.show(Sign.PUT_IN, to=Addressee("ar"))
    photograph(wall.page, "put-in-arabic")
    wall.show(Sign.PUT_IN, to=Addressee(is_low_sensory=True))
    photograph(wall.page, "put-in-low-sensory")
    wall.open("pi", "dark")
    wall.show(Sign.NOT_YET)
    photograph(wall.page, "not-yet-dark")
