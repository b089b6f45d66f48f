"""The pages at 200 and 400 % zoom: nothing has to be moved sideways, and nothing is cut off.

A desk's window of 1280 pixels, zoomed, is a window of 640 or 320 (WCAG 2.2, 1.4.4 and 1.4.10). What
takes two dimensions by its nature, a table of figures, may be moved within its own frame.
"""

from collections.abc import Iterator

import pytest
from browser_fixtures import served
from office_fixtures import PUPILS, a_busy_day
from playwright.sync_api import Browser, Page
from webui_fixtures import PASSWORD, FakeHands

from webui import create_app

ZOOMS = {200: (640, 450), 400: (320, 256)}
DAYS = "?from=2026-11-23&to=2026-11-24"
OF_THE_HEAD = (
    "/",
    "/cubbies/1",
    "/people",
    f"/acts/pass/{PUPILS[1].id}",
    "/school",
    "/reconcile",
    "/lists",
    "/lists/uncollected",
    "/reports",
    f"/reports/throughput{DAYS}",
    "/papers/agreement",
    "/record",
    "/rules",
    "/rules/change",
    "/health",
    "/account",
)
OF_THE_ADMINISTRATOR = (
    "/users",
    "/users/new",
    "/programs",
    "/backups",
    "/first-steps",
    "/simulator",
)
ROOT = "document.documentElement"
LOST = """() => [...document.querySelectorAll("header *, main *, footer *")]
  .filter(one => !one.closest(".visually-hidden, .figures-frame, svg, thead, option"))
  .filter(one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height) return false;
    const isBeside = box.right > innerWidth + 1 || box.left < -1;
    const isField = ["INPUT", "SELECT", "TEXTAREA"].includes(one.tagName);
    const isCut = style.overflowX != "visible" && one.scrollWidth > one.clientWidth + 1;
    return isBeside || (isCut && !isField);
  })
  .map(one => `${one.tagName.toLowerCase()} ${one.className} ${one.textContent.slice(0, 30)}`)
  .slice(0, 3)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    service = a_busy_day()
    hands = FakeHands(service)
    with served(
        create_app(service, secure_cookies=True, trusted_hosts=["127.0.0.1"], hands=hands)
    ) as url:
        yield url


def sign_in(page: Page, url: str, role: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("User name").fill(role)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Cubbies").wait_for()


def lost_on(page: Page, url: str, path: str) -> list[str]:
    """What of the page cannot be seen without moving it sideways, at which zoom."""
    found = []
    answer = page.goto(url + path)
    assert answer is not None
    assert answer.ok, path
    for zoom, (width, height) in ZOOMS.items():
        page.set_viewport_size({"width": width, "height": height})
        is_wide = page.evaluate(f"{ROOT}.scrollWidth > {ROOT}.clientWidth")
        lost = [*page.evaluate(LOST), *(["all of it"] if is_wide else [])]
        found += [f"{path} at {zoom} %: {one}" for one in lost]
    return found


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("role", "paths"), [("headteacher", OF_THE_HEAD), ("admin", OF_THE_ADMINISTRATOR)]
)
def test_zoomed_in_nothing_is_cut_or_beside_the_screen(
    browser: Browser, address: str, role: str, paths: tuple[str, ...]
) -> None:
    with browser.new_context(device_scale_factor=2) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        sign_in(page, address, role)
        assert [fault for path in paths for fault in lost_on(page, address, path)] == []
