"""The pictures of the manual: each page as its user sees it, photographed by `make screens`.

With KIOSK_SCREENS=folder they go into the folder ``pages`` in it; else nothing is run here.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from browser_fixtures import served
from manual_fixtures import HELD, PUPILS, a_day, before_the_first_day
from outgoing_fixtures import Desk, outgoing
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from roster_fixtures import csv_file
from webui_fixtures import PASSWORD, FakeService, Site, site_of

from kiosk.model import Roster

FOLDER = os.environ.get("KIOSK_SCREENS", "")
WIDTH, HEIGHT = 900, 700
# Pixels that are shown of a page; of others the usual ones.
LONGEST = {"cabinet": 1500, "first-steps": 1400, "setup-administrator": 1600}
USUAL_LENGTH = 1150
COLOURS = 64
WORDS = "four other random words"
NEW = ("1025", "Zara", "Quill", "7B", "946EBD28")
MOVED = ("1002", "Ben", "Lister", "7B", "")
HEAD = ("Adm No", "Forename", "Surname", "Form", "Card No")
FILE = csv_file(NEW, MOVED, head=HEAD)
TERM = '\n[[terms]]\nname = "Autumn"\nfirst = 2026-09-01\nlast = 2026-12-18\n'

pytestmark = pytest.mark.skipif(not FOLDER, reason="pictures are taken by `make screens` alone")


class Shot(NamedTuple):
    """A picture: its name, the path, and what is done there first."""

    name: str
    path: str
    first: Callable[[Page], None] | None = None


@contextmanager
def signed_in(browser: Browser, here: Site, role: str) -> Iterator[tuple[Page, str]]:
    """Somebody of that role before the pages."""
    with (
        served(here.app) as url,
        browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.emulate_media(reduced_motion="reduce")
        if role:
            page.goto(f"{url}/sign-in")
            page.get_by_label("User name").fill(role)
            page.get_by_label("Password").fill(PASSWORD)
            press(page, "Sign in")
            page.get_by_role("button", name="Sign out").wait_for()
        yield page, url


def photograph(page: Page, name: str) -> None:
    """The page as it stands, in few colours; a long one is cut."""
    page.evaluate("document.activeElement.blur()")
    for fresh in page.locator("[data-fresh]").all():
        expect(fresh).not_to_be_empty()
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    shown = taken.crop(
        (0, 0, taken.width, min(taken.height, LONGEST.get(name, USUAL_LENGTH)))
    ).convert("RGB")
    shown = shown.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    folder = Path(FOLDER) / "pages"
    folder.mkdir(exist_ok=True)
    shown.save(folder / f"{name}.png", optimize=True)


def press(page: Page, words: str) -> None:
    link = page.get_by_role("link", name=words, exact=True)
    link.or_(page.get_by_role("button", name=words, exact=True)).first.click()
    page.wait_for_load_state()


def send(label: str, data: bytes, name: str) -> Callable[[Page], None]:
    """What chooses a file, and has it looked at."""

    def choose(page: Page) -> None:
        given = {"name": name, "mimeType": "text/csv", "buffer": data}
        page.get_by_label(label, exact=True).set_input_files(given)
        press(page, "Show what would change")

    return choose


def ask_for_names(page: Page) -> None:
    press(page, "Show the names")


def fill_in_a_pass(page: Page) -> None:
    page.get_by_label("Note").fill("dentist at one")


def release(page: Page) -> None:
    press(page, "Go on")


def open_it(page: Page) -> None:
    page.get_by_label("Leaving early").check()
    press(page, "Open cubby 5")
    page.get_by_text("The door is open").wait_for()


def open_all(page: Page) -> None:
    press(page, "Go on")
    press(page, "Open every cubby")
    page.get_by_text("Opening now").wait_for()


def try_rules(page: Page) -> None:
    text = page.get_by_label("The school file")
    text.fill(text.input_value().replace("15:10", "14:45") + TERM)
    press(page, "See what it would do")


def make_a_token(page: Page) -> None:
    page.get_by_label("What it is called").fill("Hall tablet")


ROSTER = send("File", FILE, "pupils.csv")
SHOTS = {
    "reception": [
        Shot("cabinet", "/"),
        Shot("cubby", "/cubbies/9"),
        Shot("people", "/people"),
        Shot("person", f"/people/{HELD.id}"),
        Shot("act-pass", f"/acts/pass/{PUPILS[12].id}", fill_in_a_pass),
        Shot("opening", "/cubbies/5", open_it),
        Shot("people-absences", "/people/absences"),
        Shot("people-import", "/people/import"),
        Shot("people-import-preview", "/people/import", ROSTER),
        Shot("school", "/school"),
        Shot("act-release-now", "/acts/release-now/all", release),
        Shot("lists", "/lists"),
        Shot("list-not-seen", "/lists/not-seen", ask_for_names),
        Shot("list-holders", "/lists/holders"),
        Shot("reports", "/reports"),
        Shot("report-occupancy", "/reports/occupancy?from=2026-11-23&to=2026-11-24"),
        Shot("papers", "/papers"),
        Shot("act-visitor", "/acts/visitor/all"),
        Shot("person-why", f"/people/{HELD.id}/why"),
        Shot("paper-agreement", "/papers/agreement"),
        Shot("record", "/record"),
        Shot("account", "/account"),
    ],
    "headteacher": [
        Shot("roles", "/roles"),
        Shot("calendar", "/calendar"),
        Shot("rules", "/rules"),
        Shot("rules-change", "/rules/change"),
        Shot("rules-check", "/rules/change", try_rules),
        Shot("round", "/acts/open-all/all", open_all),
        Shot("reconcile", "/reconcile"),
    ],
    "pastoral": [Shot("act-incident", f"/acts/incident/{HELD.id}")],
    "dsl": [Shot("lead", "/lead")],
    "technician": [
        Shot("health", "/health"),
        Shot("act-out-of-service", "/acts/out-of-service/28"),
    ],
    "admin": [
        Shot("users", "/users"),
        Shot("users-new", "/users/new"),
        Shot("programs", "/programs", make_a_token),
        Shot("backups", "/backups"),
    ],
    "": [Shot("sign-in", "/sign-in")],
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", SHOTS)
def test_every_page_is_photographed(browser: Browser, role: str) -> None:
    here = site_of(a_day(), secure=True, outgoing=outgoing(Desk()))
    here.service.jammed.add(7)  # so that a round of openings is seen under way
    with signed_in(browser, here, role) as (page, url):
        for shot in SHOTS[role]:
            page.goto(url + shot.path)
            if shot.first:
                shot.first(page)
            photograph(page, shot.name)


def test_the_way_from_the_code_to_the_first_steps_is_photographed(browser: Browser) -> None:
    service = FakeService(cubbies=30, columns=6)
    service.keep(Roster())
    here = site_of(service, secure=True)
    with signed_in(browser, here, "") as (page, url):
        page.goto(f"{url}/setup")
        photograph(page, "setup")
        page.get_by_label("Set-up code").fill(here.codes.new())
        press(page, "Go on")
        photograph(page, "setup-administrator")
        page.get_by_label("User name").fill("Ada")
        page.get_by_label("Password").fill(WORDS)
        page.get_by_label("Once more").fill(WORDS)
        press(page, "Add, and sign in")
        page.get_by_role("heading", name="First steps").wait_for()
        photograph(page, "first-steps")


def test_the_first_card_is_photographed(browser: Browser) -> None:
    with signed_in(browser, site_of(before_the_first_day(), secure=True), "reception") as it:
        page, url = it
        page.goto(f"{url}/acts/card/{PUPILS[0].id}")
        photograph(page, "act-card")
        page.goto(f"{url}/people/cards?form=7B")
        photograph(page, "people-cards")


def test_the_simulator_and_a_list_taken_back_are_photographed(browser: Browser) -> None:
    here = site_of(a_day(), secure=True, simulated=True)
    with signed_in(browser, here, "reception") as (page, url):
        page.goto(f"{url}/simulator")
        photograph(page, "simulator")
        page.goto(f"{url}/people/import")
        ROSTER(page)
        press(page, "Go on")
        press(page, "Import it")
        page.goto(f"{url}/people/undo-import")
        photograph(page, "people-undo-import")
