"""The pages in a real browser, over a small kiosk served on the loopback."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from browser_fixtures import LOOKS, SIZES, look, served, shared_out
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from webui_fixtures import (
    ANA,
    BEN,
    CAT,
    NASTY,
    PASSWORD,
    PEOPLE,
    FakeHands,
    FakeService,
    hand_in,
    uid_of,
)

from kiosk.events import EventType
from webui import create_app
from webui.simulator import SimCard


@dataclass
class Stand:
    """A kiosk on the loopback, a signed-in browser before it, and what that browser asked for."""

    service: FakeService
    hands: FakeHands
    url: str
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def show(self, path: str) -> None:
        self.page.goto(self.url + path)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._note_request)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        self.asked.append(request.url)


@pytest.fixture
def service() -> FakeService:
    """A cabinet in which every state is to be seen."""
    kiosk = FakeService()
    hand_in(kiosk, ANA)
    hand_in(kiosk, NASTY)
    hands = FakeHands(kiosk)
    hands.open(2)
    hands.close(2)
    hands.open(9)
    hands.tap(uid_of(CAT))
    kiosk.pass_time(31)
    return kiosk


@pytest.fixture
def address(service: FakeService) -> Iterator[str]:
    app = create_app(
        service,
        secure_cookies=True,
        trusted_hosts=["127.0.0.1"],
        hands=FakeHands(service),
        skip_time=lambda: service.pass_time(1800),
        cards=lambda: [SimCard(person.name, uid_of(person)) for person in PEOPLE],
    )
    with served(app) as url:
        yield url


@pytest.fixture
def stand(browser: Browser, service: FakeService, address: str) -> Iterator[Stand]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        shown = Stand(service, FakeHands(service), address, page)
        shown.watch(context)
        shown.show("/")
        page.get_by_label("User name").fill("reception")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Cubbies").wait_for()
        yield shown


def opening(stand: Stand) -> str:
    """The path of an opening in doubt."""
    seq = next(e.seq for e in stand.service.record if e.type is EventType.TAPPED)
    return f"/openings/{seq}"


def test_a_tap_shows_in_the_grid_within_a_second_without_a_reload(stand):
    stand.page.evaluate("window.isTheSamePage = true")
    stand.hands.tap(uid_of(BEN))
    cubby = stand.service.pulses[-1]
    cell = stand.page.locator(f"#cubby-{cubby}.state-open", has_text="Ben Okafor")
    cell.wait_for(timeout=1000)
    assert stand.page.evaluate("window.isTheSamePage")


def test_the_focus_stays_where_it_is_when_the_grid_is_renewed(stand):
    stand.page.locator("#cubby-12").focus()
    stand.hands.tap(uid_of(BEN))
    stand.page.locator(".cell", has_text="Ben Okafor").wait_for()
    assert stand.page.evaluate("document.activeElement.id") == "cubby-12"


def test_an_unchanged_grid_is_answered_with_304_and_left_alone(stand):
    stand.page.evaluate("document.querySelector('#cubby-12').dataset.mark = 'kept'")
    answers = []
    for _ in range(3):
        with stand.page.expect_response("**/cabinet/grid") as answer:
            pass
        answers.append(answer.value.status)
    assert answers == [304, 304, 304]
    assert stand.page.locator("#cubby-12").get_attribute("data-mark") == "kept"


def test_no_request_leaves_the_loopback_and_the_policy_is_never_broken(stand):
    for path in ("/", "/cubbies/1", opening(stand), "/record", "/simulator"):
        stand.show(path)
        stand.page.locator("h1").wait_for()
    assert {url for url in stand.asked if not url.startswith(stand.url)} == set()
    assert stand.complaints == []


def test_a_cubby_can_be_opened_with_the_keyboard_alone(stand):
    page = stand.page
    stand.show("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    reach(page, "cubby-1")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Cubby 1", exact=True).wait_for()
    reach(page, "reason-medical")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Inhaler")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The door is open").wait_for()
    assert stand.service.pulses[-1] == 1


def reach(page: Page, id: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == id:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {id}")


def test_an_opening_is_followed_live_and_settled_by_a_button(stand):
    page = stand.page
    stand.show("/cubbies/1")
    page.get_by_label("Leaving early").check()
    page.get_by_role("button", name="Open cubby 1").click()
    page.get_by_text("The door is open").wait_for()
    stand.hands.close(1)
    page.get_by_text("The door was opened, and is shut again").wait_for()
    page.get_by_role("button", name="Given to its owner").click()
    page.get_by_text("Staff said").wait_for()
    assert stand.service.standing().state.deposit_in(1) is None


def test_what_is_missing_in_a_form_is_focused_and_told(stand):
    stand.show("/cubbies/1")
    stand.page.get_by_role("button", name="Open cubby 1").click()
    stand.page.get_by_role("link", name="Choose a reason.").wait_for()
    assert stand.page.evaluate("document.activeElement.className") == "error-summary"


def test_an_alert_is_acknowledged_from_the_live_part(stand):
    stand.page.get_by_role("button", name="Seen: Cubby 9").click()
    stand.page.get_by_text("seen by reception").wait_for()


def test_a_tap_in_the_simulator_shows_on_the_pupils_screen_without_a_jump(stand):
    stand.show("/simulator")
    stand.page.evaluate("window.isTheSamePage = true")
    stand.page.get_by_role("button", name="Tap: Ben Okafor").click()
    stand.page.locator(".pupil-words", has_text="Put phone in.").wait_for()
    cubby = stand.service.pulses[-1]
    stand.page.get_by_role("button", name=f"Push shut cubby {cubby}", exact=True).click()
    stand.page.locator(".pupil-words", has_text=f"Done. Door {cubby} locked").wait_for()
    assert stand.page.evaluate("window.isTheSamePage")


def test_a_kiosk_that_does_not_answer_is_told_of(stand):
    stand.page.clock.install()
    stand.show("/")
    stand.page.context.set_offline(True)
    stand.page.clock.run_for(8000)
    stand.page.get_by_text("This may be out of date.").wait_for()


def test_a_page_left_alone_forgets_whom_it_showed(stand):
    stand.service.keep(type(stand.service.standing().roster)())
    stand.page.get_by_role("heading", name="Sign in").wait_for()


def test_without_scripts_a_cubby_can_be_opened(browser, service, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/cubbies/1")
        page.get_by_label("User name").fill("reception")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Medical need").check()
        page.get_by_role("button", name="Open cubby 1").click()
        expect(page.get_by_text("The door is open")).to_be_visible()
        expect(page.get_by_role("link", name="Reload it")).to_be_visible()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_is_clean_for_axe_and_fits_its_width(stand, scheme, size):
    page = stand.page
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    page.emulate_media(color_scheme=scheme)
    faults = []
    paths = (
        "/",
        "/cubbies/1",
        "/cubbies/2",
        "/cubbies/9",
        "/deposits/1",
        opening(stand),
        "/record",
        f"/people/{ANA.id}/why",
        "/acts/visitor/all",
        "/simulator",
    )
    for path in shared_out((*paths, "/nope"), size, scheme):
        stand.show(path)
        faults += look(page, path)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert faults + look(page, "/sign-in") == []


def test_the_marks_on_the_page_follow_the_scheme_of_the_device(stand):
    stand.page.emulate_media(color_scheme="dark")

    # Not wait_for_function: the pages' own policy forbids evaluating a string again and again.
    expect(stand.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


# All but links within a sentence.
PARTS = (
    "button, select, textarea, .form-control, .cell, main .facts a, main .events a, "
    "main .alert-words a, main .count a, main .way-on, main .back a, nav a"
)
BOXES = """(parts) => [...document.querySelectorAll(parts)]
    .map((part) => [part.textContent.trim(), part.getBoundingClientRect()])
    .filter(([, box]) => box.width < 48 || box.height < 48)
    .map(([words]) => words)"""


def test_every_target_is_large_enough_for_a_finger(stand):
    small = []
    for path in ("/", "/cubbies/1", "/cubbies/2", "/people/p-ana", "/school", "/simulator"):
        stand.show(path)
        small += stand.page.evaluate(BOXES, PARTS)
    assert small == []
