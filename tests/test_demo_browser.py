"""The demo in a real browser: a visitor signs in, taps a card, and the office sees it."""

import os
import re
import select
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import prefork
import pytest
from browser_fixtures import axe_violations
from kiosk_process import wait_until
from playwright.sync_api import BrowserContext, Page, Route, expect
from prefork import Begun

from hardware.simulated.world import World

LIMIT_S = 30
SECOND_MS = 1000
SLOW_MS = 10_000


@dataclass(slots=True)
class Demo:
    process: Begun
    address: str
    password: str
    folder: Path


@pytest.fixture
def demo(short_path: Path) -> Iterator[Demo]:
    process = prefork.begin(["demo"], {**os.environ, "TMPDIR": str(short_path)})
    assert process.stdout is not None
    try:
        assert select.select([process.stdout], [], [], LIMIT_S)[0], "the demo said nothing"
        told = "".join(process.stdout.readline() for _ in range(4))
        found = re.search(r"(http://[\d.:]+).*password +(\S+)", told, re.DOTALL)
        assert found, told
        yield Demo(process, found[1], found[2], short_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LIMIT_S) == 0
        assert list(short_path.iterdir()) == []
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=LIMIT_S)
        process.stdout.close()


@pytest.fixture
def office(demo: Demo, context: BrowserContext) -> Page:
    """Signed in. Whatever is asked of another address than the kiosk's fails the test."""

    def local_only(route: Route) -> None:
        assert route.request.url.startswith(demo.address), route.request.url
        route.continue_()

    context.route("**/*", local_only)
    page = context.new_page()
    page.goto(f"{demo.address}/simulator")
    page.get_by_label("User name").fill("office")
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Simulator")).to_be_visible(timeout=SLOW_MS)
    return page


def axe_faults(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    violations = axe_violations(page)
    return [
        f"{page.url}: {found['id']}: {found['nodes'][0]['html']}"
        for found in violations
        if found["impact"] in ("serious", "critical")
    ]


def tap_until(page: Page, pupil: str, words: str) -> None:
    """Tap as a pupil does who waits for five seconds: within three it would be the same tap, and
    on a busy machine one that comes too soon opens the door again that was just shut."""
    for _ in range(4):
        page.get_by_role("button", name=f"Tap: {pupil}").click()
        with suppress(AssertionError):
            expect(page.locator("#screen")).to_contain_text(words, timeout=5 * SECOND_MS)
            return
    said = page.locator("#screen").inner_text()
    raise AssertionError(f"the screen never said {words!r}, but {said!r}")


def hand_in(demo: Demo, page: Page, pupil: str) -> None:
    """On the simulator's page: tap a card, and push the door shut that sprang open."""
    tap_until(page, pupil, "Put phone in")
    shut = page.get_by_role("button", name=re.compile("Push shut")).first
    expect(shut).to_be_visible(timeout=SLOW_MS)
    (file,) = demo.folder.glob("*/data/simulated-world")
    world = World.open(file)
    wait_until(lambda: not world.lines_on(), "the pulse ends; until then a door does not latch")
    shut.click()
    expect(page.locator("#screen")).to_contain_text("Done", timeout=SLOW_MS)


@pytest.mark.timeout(120)
def test_a_tap_opens_a_cubby_and_the_grid_shows_it_within_a_second(
    demo: Demo, office: Page, context: BrowserContext
) -> None:
    grid = context.new_page()
    grid.goto(f"{demo.address}/")
    cell = grid.locator("#cubby-1")
    expect(cell).to_contain_text("Free")

    office.get_by_role("button", name="Tap: Amara Okafor").click()
    expect(office.locator("#screen")).to_contain_text("Door 1", timeout=SLOW_MS)

    expect(cell).to_contain_text("Open", timeout=SECOND_MS)
    expect(cell).to_contain_text("Amara Okafor")


@pytest.mark.timeout(120)
def test_staff_open_a_cubby_with_a_reason_and_say_what_was_true(demo: Demo, office: Page) -> None:
    hand_in(demo, office, "Amara Okafor")
    office.goto(f"{demo.address}/cubbies/1")
    office.get_by_label("Medical need").check()
    office.get_by_label("Note").fill("with the nurse")
    office.get_by_role("button", name="Open cubby 1").click()

    stage = office.locator("#stage")
    expect(stage).to_contain_text(re.compile("open", re.IGNORECASE), timeout=SLOW_MS)
    expect(office.get_by_text("with the nurse").first).to_be_visible()
    assert axe_faults(office) == []
    office.get_by_role("button", name="Given to its owner").click()
    office.goto(f"{demo.address}/record")

    rows = office.get_by_role("row")
    expect(rows.filter(has_text="Stated by staff").first).to_contain_text("given")
    expect(rows.filter(has_text="Opening by staff").first).to_contain_text("medical")


@pytest.mark.timeout(120)
def test_a_school_day_goes_by(demo: Demo, office: Page) -> None:
    hand_in(demo, office, "Ben Lister")
    skip_to(office, "Locked")
    tap_until(office, "Ben Lister", "Not yet. 15:10")
    skip_to(office, "Release")
    tap_until(office, "Ben Lister", "Take your phone")


def skip_to(page: Page, phase: str) -> None:
    """On to the next phase; what is clicked before it has come is not sent."""
    page.get_by_role("button", name="Skip to the next phase").click()
    expect(page.locator("#facts")).to_contain_text(phase, timeout=SLOW_MS)


# One of each kind of device, and what the kiosk then says of it.
BREAKABLE = [
    ("reader", "unplugged", "Card reader", "does not answer"),
    ("bank left", "silent", "Locks", "left does not answer"),
    ("bank right", "unplugged", "Locks", "right does not answer"),
    ("bank right", "silent", "Locks", "right does not answer"),
    ("lights", "broken", "Lights", "do not do as told"),
]


@pytest.mark.timeout(120)
def test_every_device_is_broken_told_of_and_mended(demo: Demo, office: Page) -> None:
    for part, name, which, how in BREAKABLE:
        office.get_by_label("Break a device").select_option(f"{name} {part}")
        office.locator("form:has(#fault-device) button").click()
        told = office.locator("#facts > div").filter(has_text=which)
        expect(told).to_contain_text(how, timeout=SLOW_MS)
        if name == "unplugged":
            assert axe_faults(office) == []

        office.get_by_role("button", name=f"Mend {part}").click()
        expect(told).to_contain_text("ok", timeout=SLOW_MS)
        expect(office.locator("#broken")).to_contain_text("Nothing", timeout=SLOW_MS)


@pytest.mark.timeout(120)
def test_axe_finds_no_serious_fault_on_any_page(demo: Demo, office: Page) -> None:
    hand_in(demo, office, "Chloe Nowak")
    faults = axe_faults(office)
    for path in ("/", "/simulator", "/record", "/cubbies/1", "/cubbies/2", "/nowhere"):
        office.goto(f"{demo.address}{path}")
        for width in (1280, 390):
            office.set_viewport_size({"width": width, "height": 900})
            assert office.evaluate("document.documentElement.scrollWidth") <= width, path
        faults += axe_faults(office)  # at every width: tests/test_webui_browser.py
    office.get_by_role("button", name="Sign out").click()
    faults += axe_faults(office)

    assert faults == []
