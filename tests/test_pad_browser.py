"""The PIN pad in a real browser: by touch and by keys, on every screen, in every language."""

from collections.abc import Iterator
from threading import Thread

import pytest
from browser_fixtures import axe_violations
from pad_fixtures import ERIN, PIN, WRONG, asking, tap
from playwright.sync_api import Browser, Page, expect
from test_screen_browser import FOLDER, SIZES, Wall, photograph
from webui_fixtures import ANA, FakeService

from kiosk.acts import Addressee, Show, Sign
from kiosk.events import EventType
from kiosk.policy.languages import LANGUAGES
from webui import screen
from webui.server import WebServer

TOUCHED = 44  # pixels that a target has at least (WCAG 2.2, 2.5.5)


@pytest.fixture
def wall(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    """Its signs need not keep still."""
    monkeypatch.setattr(screen, "STEADY_S", 0)
    service = asking()
    server = WebServer(service, host="127.0.0.1", port=0)
    thread = Thread(target=server.serve)
    thread.start()
    scale = 0.5 if FOLDER else 1
    with browser.new_context(has_touch=True, device_scale_factor=scale) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        shown = Wall(service, server.address, page, server._server.wsgi_app)
        shown.watch(context)
        yield shown
    service.bell.end()
    server.stop()
    thread.join()


def with_pad(wall: Wall, size: str = "pi", scheme: str = "light") -> Page:
    wall.open(size, scheme)
    tap(wall.service, ERIN)
    wall.shows(Sign.ENTER_PIN.value)
    expect(wall.page.locator(".pad")).to_be_visible()
    return wall.page


def opens_anas(service: FakeService) -> bool:
    tap(service, ANA)
    return any(event.type is EventType.OVERRIDDEN for event in service.record)


def test_a_pin_is_typed_by_touch(wall: Wall) -> None:
    page = with_pad(wall)
    for digit in "48219":
        page.get_by_role("button", name=digit, exact=True).tap()
    expect(page.locator(".pad-typed")).to_have_text("•••••")
    page.get_by_role("button", name="Delete").tap()
    page.get_by_role("button", name="Enter").tap()
    wall.shows(Sign.NEXT_CARD.value)
    expect(page.locator(".pad")).to_have_count(0)
    assert opens_anas(wall.service)


def test_a_pin_is_typed_by_keys_and_a_wrong_one_once_more(wall: Wall) -> None:
    page = with_pad(wall)
    page.keyboard.type(WRONG)
    page.keyboard.press("Enter")
    wall.shows(Sign.WRONG_PIN.value)
    expect(page.locator(".pad-typed")).to_have_text("")
    page.keyboard.type(PIN + "7")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    wall.shows(Sign.NEXT_CARD.value)
    assert opens_anas(wall.service)


def test_whoever_goes_from_key_to_key_types_it_too(wall: Wall) -> None:
    page = with_pad(wall)
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Enter").focus()
    page.keyboard.press("Enter")
    wall.shows(Sign.NEXT_CARD.value)


def test_what_was_typed_stays_while_the_kiosk_tells_the_same_again(wall: Wall) -> None:
    page = with_pad(wall)
    page.keyboard.type("48")
    with page.expect_response(lambda answer: answer.status == 200):
        wall.service.bell.ring()
    expect(page.locator(".pad-typed")).to_have_text("••")


def test_what_was_typed_is_gone_with_the_pad(wall: Wall) -> None:
    page = with_pad(wall)
    page.keyboard.type("48")
    tap(wall.service, ANA)
    wall.shows(Sign.NOT_YET.value)
    tap(wall.service, ERIN)
    expect(page.locator(".pad-typed")).to_have_text("")


def test_without_a_pad_keys_do_nothing(wall: Wall) -> None:
    wall.open("pi")
    wall.page.keyboard.type(PIN)
    wall.page.keyboard.press("Enter")
    assert not [url for url in wall.asked if url.endswith("/pin")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.timeout(180)
def test_its_keys_are_large_and_axe_finds_no_fault(wall: Wall, size: str) -> None:
    for scheme in ("light", "dark"):
        page = with_pad(wall, size, scheme)
        for key in page.locator(".pad button").all():
            box = key.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= TOUCHED
        assert axe_violations(page) == []
        tap(wall.service, ANA)
    assert wall.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_it_fits_beside_the_words_of_every_language(wall: Wall, size: str) -> None:
    page = with_pad(wall, size)
    for language in LANGUAGES:
        for sign in (Sign.ENTER_PIN, Sign.WRONG_PIN):
            wall.service.show(Show(sign, to=Addressee(language)))
            words = page.locator(f'#sign [lang="{language}"][data-sign="{sign.value}"]')
            expect(words).to_be_visible()
            assert page.evaluate(OVERLAPS) == []


# What of the sign is cut off, or lies on its pad.
OVERLAPS = """() => {
    const face = document.querySelector("#sign .pupil-face").getBoundingClientRect();
    const pad = document.querySelector("#sign .pad").getBoundingClientRect();
    const parts = [...document.querySelectorAll("#sign .pupil-words span, #sign .pad button")];
    return parts.filter((part) => {
        const box = part.getBoundingClientRect();
        const isOut = box.left < face.left - 1 || box.right > face.right + 1
            || box.top < face.top - 1 || box.bottom > face.bottom + 1;
        const isOn = !part.closest(".pad") && box.left < pad.right - 1 && box.right > pad.left + 1
            && box.top < pad.bottom - 1 && box.bottom > pad.top + 1;
        return isOut || isOn || part.scrollWidth > Math.ceil(box.width) + 1;
    }).map((part) => part.textContent);
}"""


# its portrait, on demand


@pytest.mark.skipif(not FOLDER, reason="pictures are taken by `make screens` alone")
def test_the_pad_is_photographed(wall: Wall) -> None:
    page = with_pad(wall)
    page.keyboard.type("48")
    photograph(page, "enter-pin")
    page.keyboard.press("Enter")
    wall.shows(Sign.WRONG_PIN.value)
    photograph(page, "wrong-pin")
