"""Somebody who goes from page to page in a real browser, and looks at each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from browser_fixtures import GRAVE, SIZES, axe_violations, served
from outgoing_fixtures import Desk, outgoing
from playwright.sync_api import Browser, Page
from webui_fixtures import PASSWORD, Site, key_of

from kiosk.events import EventType
from kiosk.rostering import RosterDesk
from webui import create_app


@dataclass
class Walk:
    """Somebody signed in before a kiosk on the loopback, and what went wrong on their way.

    ``size``: of the screen, a key of ``SIZES``; each page is measured at the other sizes too.
    ``asks_axe``: whether each is looked at for barriers."""

    site: Site
    url: str
    page: Page
    size: str = "desktop"
    asks_axe: bool = True
    wrong: list[str] = field(default_factory=list)
    looked: set[tuple[str, str]] = field(default_factory=set)

    def to(self, path: str) -> None:
        """Show a page, and look at it."""
        self.page.goto(self.url + path)
        self.look()

    def press(self, words: str) -> None:
        """Follow a link or press a button, and look at where that leads."""
        link = self.page.get_by_role("link", name=words, exact=True)
        button = self.page.get_by_role("button", name=words, exact=True)
        link.or_(button).first.click()
        self.page.wait_for_load_state()
        self.look()

    def sees(self, words: str) -> None:
        """Wait until some words are on the page."""
        self.page.get_by_text(words).first.wait_for()

    def look(self) -> None:
        """Note what axe finds grave, and what has to be moved sideways; once a page."""
        where = self.page.url.removeprefix(self.url)
        if (where, self.page.title()) in self.looked:
            return
        self.looked.add((where, self.page.title()))
        if self.asks_axe:
            self._ask_axe(where)
        for size in (*(other for other in SIZES if other != self.size), self.size):
            self._measure(where, size)

    def _measure(self, where: str, size: str) -> None:
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})
        root = "document.documentElement"
        if self.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            self.wrong.append(f"{where}: wider than a {size}'s screen")

    def look_in_the_other_light(self) -> None:
        """The same page once more, light for dark and dark for light."""
        is_dark = self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        self.page.emulate_media(
            color_scheme="light" if is_dark else "dark", reduced_motion="reduce"
        )
        self._ask_axe(f"{self.page.url} in the other light")
        self.page.emulate_media(
            color_scheme="dark" if is_dark else "light", reduced_motion="reduce"
        )

    def _ask_axe(self, where: str) -> None:
        found = axe_violations(self.page)
        grave = [one["id"] for one in found if one["impact"] in GRAVE]
        self.wrong += [f"{where}: {one}" for one in grave]

    def choose(self, label: str, data: bytes, name: str) -> None:
        """Choose a file."""
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        self.page.get_by_label(label, exact=True).set_input_files(file)

    @property
    def types(self) -> list[EventType]:
        """The types of all events."""
        return [event.type for event in self.site.service.record]


@contextmanager
def pages_of(site: Site) -> Iterator[str]:
    """The pages of that kiosk on the loopback; their address."""
    app = create_app(
        site.service,
        secure_cookies=True,
        trusted_hosts=["127.0.0.1"],
        workshop=site.workshop,
        backups_of_record=site.backups,
        desk=RosterDesk(site.service, lambda number: key_of(number[1])),
        outgoing=outgoing(Desk()),
    )
    with served(app) as url:
        yield url


@contextmanager
def walking(
    browser: Browser, site: Site, role: str, size: str, scheme: str, *, asks_axe: bool = True
) -> Iterator[Walk]:
    """Somebody of that role, signed in. At the end nothing may have gone wrong, nor may anything
    have been asked for from elsewhere."""
    width, height = SIZES[size]
    asked: list[str] = []
    with (
        pages_of(site) as url,
        browser.new_context(viewport={"width": width, "height": height}) as context,
    ):
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        walk = Walk(site, url, page, size, asks_axe)
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: walk.wrong.append(f"{page.url}: {said.text}"))
        page.goto(url)
        page.get_by_label("User name").fill(role)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        yield walk
    if wrong := [*walk.wrong, *(f"asked for {one}" for one in asked if not one.startswith(url))]:
        pytest.fail("\n".join(wrong))
