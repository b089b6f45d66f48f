"""Lists, reports and papers in a real browser: at three widths, light and dark, and as printed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from browser_fixtures import LOOKS, SIZES, look, served, shared_out
from office_fixtures import a_busy_day
from playwright.sync_api import Browser, BrowserContext, Page
from webui_fixtures import PASSWORD

from webui import create_app

DAYS = "?from=2026-11-23&to=2026-11-24"
# One of each kind of page, and what is longest or has most beside it.
PATHS = (
    "/lists",
    "/lists/not-seen",
    "/lists/uncollected",
    "/lists/holders",
    "/reports",
    "/reports/register",
    f"/reports/throughput{DAYS}",
    f"/reports/incidents{DAYS}",
    "/papers",
    "/papers/agreement",
)


@dataclass
class Desk:
    """A signed-in browser, what it asked for, and what it complained of."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def show(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = create_app(a_busy_day(), secure_cookies=True, trusted_hosts=["127.0.0.1"])
    with served(app) as url:
        yield url


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Desk]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        shown = Desk(page, address)
        shown.watch(context)
        shown.show("/lists")
        page.get_by_label("User name").fill("headteacher")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Lists").wait_for()
        yield shown


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_is_clean_for_axe_fits_its_width_and_asks_for_nothing_outside(
    desk, scheme, size
):
    desk.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    desk.page.emulate_media(color_scheme=scheme)
    paths = shared_out(PATHS, size, scheme)
    faults = [fault for path in paths for fault in look(desk.show(path), path)]
    assert faults == []
    assert desk.complaints == []
    assert [url for url in desk.asked if not url.startswith(desk.url)] == []


PARTS = "main a, main button, main select, main input:not([type=hidden])"
SMALL = """(parts) => [...document.querySelectorAll(parts)]
    .map((part) => [part.textContent.trim() || part.id, part.getBoundingClientRect()])
    .filter(([, box]) => box.height < 48)
    .map(([words]) => words)"""


def test_every_target_is_large_enough_for_a_finger(desk):
    small = {path: desk.show(path).evaluate(SMALL, PARTS) for path in PATHS}
    assert {path: found for path, found in small.items() if found} == {}


def test_who_was_not_seen_is_shown_once_the_button_is_pressed(desk):
    page = desk.show("/lists")
    page.get_by_role("link", name="Not seen yet").click()
    assert page.get_by_text("Gus Pupil06").count() == 0
    page.get_by_label("Form").select_option("7A")
    page.get_by_role("button", name="Show the names").click()
    page.get_by_text("Gus Pupil06").wait_for()
    assert page.get_by_text("Pupil29").count() == 0


def test_days_are_chosen_with_one_press_or_by_their_dates(desk):
    page = desk.show("/reports/throughput")
    page.get_by_role("link", name="This week").click()
    page.get_by_text("23 November 2026 to 24 November 2026.").wait_for()
    page.get_by_label("to", exact=True).fill("2026-11-23")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("23 November 2026.", exact=True).wait_for()


def test_a_chart_is_an_image_with_words_and_follows_the_scheme(desk):
    page = desk.show(f"/reports/occupancy{DAYS}")
    chart = page.get_by_role("img", name="Cubbies taken, at most. Cubbies, 23 November 2026")
    assert chart.is_visible()
    fill = "getComputedStyle(document.querySelector('.tone-0')).fill"
    light = page.evaluate(fill)
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert page.evaluate(fill) != light
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(
        "[...document.querySelectorAll('.chart svg')].map(s => s.clientWidth)"
    ) == [
        0,
        page.evaluate("document.querySelector('.chart-frame').clientWidth") - 24,
    ]


def test_a_printed_list_has_its_table_and_notices_and_nothing_to_press(desk):
    page = desk.show("/lists/holders")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("table.events thead").is_visible()
    assert page.get_by_text("For the mechanical key. Keep").is_visible()
    assert page.get_by_text("by the kiosk’s clock when this page was made").is_visible()
    shown = [part for part in ("nav", "form", ".btn", ".masthead") for it in
             page.locator(part).all() if it.is_visible()]  # fmt: skip
    assert shown == []
    ink = page.evaluate("getComputedStyle(document.querySelector('.events td')).color")
    assert ink == "rgb(0, 0, 0)"
