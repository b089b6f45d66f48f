"""Somebody who goes from page to page in a real browser, and looks at each."""

from dataclasses import dataclass, field

from browser_fixtures import GRAVE, axe_violations
from playwright.sync_api import Page
from webui_fixtures import Site

from kiosk.events import EventType


@dataclass
class Walk:
    """Somebody signed in before a kiosk on the loopback, and what went wrong on their way."""

    site: Site
    url: str
    page: Page
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
        self._ask_axe(where)
        root = "document.documentElement"
        if self.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            self.wrong.append(f"{where}: wider than the screen")

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
