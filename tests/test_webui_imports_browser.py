"""A list sent, looked at, taken in and taken back, and a backup looked into, in a real browser."""

from collections.abc import Iterator

import pytest
from browser_fixtures import look_at_all_widths, served
from import_fixtures import LIST, MOVED, NEW
from playwright.sync_api import Browser, Page, expect
from roster_fixtures import HEAD, csv_file
from webui_fixtures import BEN, PASSWORD, Site, hand_in, site

CARDS = (*HEAD, "Card No")
FAULTY = csv_file((*NEW, "946EBD28"), (*MOVED, ""), ("7", "", "Nobody", "8A", "zz"), head=CARDS)


@pytest.fixture
def here() -> Site:
    here = site(secure=True)
    hand_in(here.service, BEN)
    return here


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def url(here: Site) -> Iterator[str]:
    with served(here.app) as address:
        yield address


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def choose(page: Page, label: str, data: bytes, name: str = "pupils.csv") -> None:
    kind = "application/octet-stream"
    page.get_by_label(label, exact=True).set_input_files(
        {"name": name, "mimeType": kind, "buffer": data}
    )


def test_every_page_of_an_import_fits_and_can_be_read_by_all(url: str, page: Page) -> None:
    sign_in(page, url, "reception")
    page.goto(f"{url}/people/import")
    wrong = look_at_all_widths(page, "form")
    choose(page, "File", FAULTY)
    page.get_by_label("It is the whole roll").check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    wrong += look_at_all_widths(page, "preview")
    page.get_by_label("Yes, so many have left").check()
    page.get_by_label("Leave out the faulty rows").check()
    page.get_by_role("button", name="Go on").click()
    wrong += look_at_all_widths(page, "check")
    page.get_by_role("button", name="Import it").click()
    page.goto(f"{url}/people/undo-import")
    assert wrong + look_at_all_widths(page, "undo") == []


def test_the_page_of_backups_fits_and_can_be_read_by_all(url: str, page: Page) -> None:
    sign_in(page, url, "admin")
    page.goto(f"{url}/backups")
    choose(page, "Backup", b"a backup", "kiosk.backup")
    page.get_by_role("button", name="Say what is in it").click()
    assert look_at_all_widths(page, "backup") == []


def test_without_javascript_a_list_is_taken_in_and_taken_back(url: str, page: Page) -> None:
    page.route("**/*.js", lambda route: route.abort())
    sign_in(page, url, "reception")
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Import a list").click()
    choose(page, "File", LIST)
    for button in ("Show what would change", "Go on", "Import it"):
        page.get_by_role("button", name=button).click()
    expect(page.get_by_text("The list is imported: 1 new, 1 changed")).to_be_visible()
    page.get_by_role("link", name="Take the last import back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The import is taken back: 1 person is gone")).to_be_visible()
