"""The page of programs and screens in a real browser: a token is made, and it is clean for axe."""

from browser_fixtures import look_at_all_widths, served
from outgoing_fixtures import Desk, outgoing
from playwright.sync_api import Browser
from webui_fixtures import PASSWORD, FakeService

from webui import create_app


def test_a_token_is_made_and_shown_and_the_page_is_clean_for_axe_at_every_width(
    browser: Browser,
) -> None:
    app = create_app(
        FakeService(),
        secure_cookies=True,
        trusted_hosts=["127.0.0.1"],
        outgoing=outgoing(Desk(wrong="no answer")),
    )
    with served(app) as url, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}/sign-in?next=/programs")
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("What it is called").fill("Hall")
        page.get_by_label("status").check()
        page.get_by_role("button", name="Make a token").click()
        assert page.locator(".secret").inner_text().startswith("kiosk_")
        assert page.evaluate("document.activeElement.className").endswith("made")
        assert look_at_all_widths(page, "programs") == []
