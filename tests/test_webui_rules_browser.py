"""The first run and the school's rules in a real browser."""

from collections.abc import Iterator

import pytest
from browser_fixtures import look_at_all_widths, served
from office_fixtures import a_busy_day
from playwright.sync_api import Browser, Page
from webui_fixtures import PASSWORD, FakeService, FakeTime, FakeWorkshop

from kiosk.model import Roster
from kiosk.setup_codes import SetupCodes
from webui import create_app

CODES = SetupCodes(FakeTime())
WORDS = "four other random words"
TERM = '\n[[terms]]\nname = "Autumn"\nfirst = 2026-09-01\nlast = 2026-12-18\n'


@pytest.fixture
def fresh() -> Iterator[str]:
    """A kiosk that nobody has signed in to yet; its address."""
    service = FakeService()
    service.keep(Roster())
    app = create_app(
        service,
        secure_cookies=True,
        trusted_hosts=["127.0.0.1"],
        setup_codes=CODES,
        workshop=FakeWorkshop(),
    )
    with served(app) as url:
        yield url


@pytest.fixture
def busy() -> Iterator[str]:
    app = create_app(a_busy_day(), secure_cookies=True, trusted_hosts=["127.0.0.1"])
    with served(app) as url:
        yield url


def faults(page: Page) -> list[str]:
    """What is wrong with this page, at every width."""
    return look_at_all_widths(page, page.url)


def begin(page: Page, url: str) -> None:
    """The headteacher signs in to change the rules."""
    page.goto(f"{url}/rules/change")
    page.get_by_label("User name").fill("headteacher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_from_the_code_to_the_first_steps_every_page_is_clean_for_axe_and_fits(
    browser: Browser, fresh: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(fresh)
        found = faults(page)
        page.get_by_label("Set-up code").fill(CODES.new())
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("User name").fill("Ada")
        page.get_by_label("Password").fill(WORDS)
        page.get_by_label("Once more").fill(WORDS)
        page.get_by_role("button", name="Add, and sign in").click()
        page.get_by_role("heading", name="First steps").wait_for()
        page.get_by_role("link", name="The school’s rules").wait_for()
        assert found + faults(page) == []


def test_from_a_fault_to_rules_that_hold_every_page_is_clean_for_axe_and_fits(
    browser: Browser, busy: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        begin(page, busy)
        text = page.get_by_label("The school file")
        text.fill(text.input_value().replace("15:10", "08:10"))
        page.get_by_role("button", name="See what it would do").click()
        page.get_by_role("link", name="Line 15: week 1").wait_for()
        found = faults(page)
        text.fill(text.input_value().replace("08:10", "10:10") + TERM)
        page.get_by_role("button", name="See what it would do").click()
        page.get_by_text("taps would have been answered differently.").wait_for()
        found += faults(page)
        page.get_by_role("button", name="Use these rules").click()
        page.get_by_text("Version 1 of the rules holds from now on.").wait_for()
        assert found + faults(page) == []


def test_without_javascript_the_rules_are_changed_in_the_same_way(
    browser: Browser, busy: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        begin(page, busy)
        text = page.get_by_label("The school file").input_value()
        upload = {"name": "school.toml", "mimeType": "text/plain", "buffer": text.encode()}
        page.get_by_label("Or a file").set_input_files(upload)
        page.get_by_role("button", name="See what it would do").click()
        page.get_by_role("button", name="Use these rules").click()
        page.get_by_text("Version 1 is in force").wait_for()


def test_term_dates_from_a_calendar_and_the_year_are_clean_for_axe_and_fit(
    browser: Browser, busy: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        begin(page, busy)
        sheet = b"Name,First,Last\nSpring term,2027-01-04,2027-03-26\nVillage fair,2027-05-01,\n"
        given = {"name": "dates.csv", "mimeType": "text/csv", "buffer": sheet}
        page.get_by_label("The calendar").set_input_files(given)
        page.get_by_role("button", name="Show what would change").click()
        page.get_by_role("heading", name="Left out of the calendar").wait_for()
        found = faults(page)
        page.get_by_role("button", name="Use these rules").click()
        page.get_by_role("link", name="The school’s year").click()
        page.get_by_role("heading", name="Spring term").wait_for()
        assert found + faults(page) == []
