"""Ten usual tasks of each role in a real browser, every page on the way at three widths.

Three roles walk at one width each, which takes long enough; in a thorough run all seven, at all
three widths, in both schemes, and past axe. What each role does besides: test_webui_browser_tasks.
"""

from itertools import product
from typing import NamedTuple

import pytest
import scale
from browser_fixtures import SIZES
from playwright.sync_api import Browser
from test_webui_acts import furnished
from walk_fixtures import Walk, walking
from webui_fixtures import BEN, CAT, Site, hand_in

from kiosk.messages.sensed import PartLost

BENS, NASTYS, SCHOOL, FIFTH = "/people/p-ben", "/people/p-nasty", "/school", "/cubbies/5"


class Task(NamedTuple):
    """From page ``start`` an act is chosen by its title, filled in and sent; then staff read
    ``says``. Without an act the page alone is looked at; ``is_here``: its form is on the page."""

    start: str
    says: str
    act: str = ""
    ticks: tuple[str, ...] = ()
    fills: tuple[tuple[str, str], ...] = ()
    is_here: bool = False

    def do(self, walk: Walk) -> None:
        """All of it."""
        walk.to(self.start)
        if self.act and not self.is_here:
            walk.press(self.act)
        for label in self.ticks:
            walk.page.get_by_label(label, exact=True).check()
        for label, text in self.fills:
            walk.page.get_by_label(label, exact=True).fill(text)
        if self.act:
            walk.press(self.act)
        walk.sees(self.says)


PASS = Task(BENS, "The pass is given.", "Give a pass", (), (("To", "2026-11-23T12:30"),))
HOME = Task(BENS, "Their next tap collects.", "Going home now")
NONE = Task(NASTYS, "They are not expected today.", "Has none today")
LISTS = Task("/lists", "Lists")
HOLD = Task(BENS, "Held", "Hold it back", ("Held by the office",))
CONCERN = Task(BENS, "The duty lead is told.", "A concern about what is on a device")
OPEN = Task("/cubbies/3", "The door is open", "Open cubby 3", ("Medical need",), is_here=True)
NOTE = Task(
    SCHOOL, "The duty lead is told.", "Leave a note for the duty lead", (), (("Note", "Ring me"),)
)
AGREED = Task(
    BENS,
    "It is noted.",
    "Home-school agreement",
    (),
    (("Signed on (optional)", "2026-11-20"), ("By whom (optional)", "His mother")),
)
SIGNS = Task(
    BENS,
    "Their signs are adapted.",
    "Language, calm and time of their signs",
    ("English", "Calm"),
)
OUT = Task(FIFTH, "It is out of service.", "Take it out of service", ("Broken",))
BACK = Task(FIFTH, "It is in service again.", "Put it back in service")
FIRE = Task(SCHOOL, "No door opens until the all-clear.", "Fire alarm")
CLEAR = Task(SCHOOL, "Doors open by the rules again.", "All clear")
WITH_OFFICE = Task(NASTYS, "The device is with the office.", "The office has their device")
BROKEN = Task(
    BENS,
    "The report is on record.",
    "Report a lost or damaged device",
    ("Damaged",),
    (("In a few words", "The glass"),),
)
INCIDENT = Task(BENS, "The incident is noted.", "Note an incident", ("Used the device",))
LEAD_FIRST = Task(BENS, "It is noted.", "Duty lead first", ("Call the duty lead first",))
ARRANGE = Task(
    BENS,
    "The arrangement is made.",
    "Make an arrangement",
    ("Medical need", "May take it out at any time"),
)
SAFE = Task(BENS, "Safeguarding", "Hold it back", ("Safeguarding",))
CUBBIES = Task(BENS, "Their cubbies are noted.", "Which cubby they get", ("Cubby 1",))
FIND = Task("/people?q=ben", "Ben Okafor")
RECORD = Task("/record", "Events, newest first")
MISSING = Task("/lists/not-seen", "Not seen yet")
LEFT = Task("/lists/uncollected", "Uncollected")
CABINET = Task("/", "Cubbies")
HEALTH = Task("/health", "Watchdog and guard")
ACCOUNT = Task("/account", "Your password now")

USUAL = {
    "reception": (FIND, PASS, HOME, NONE, SIGNS, AGREED, OPEN, OUT, HOLD, LEFT),
    "teacher": (CABINET, FIND, MISSING, LISTS, ARRANGE, CONCERN, OPEN, NOTE, RECORD, FIRE),
    "pastoral": (FIND, INCIDENT, CONCERN, PASS, NONE, WITH_OFFICE, BROKEN, OPEN, HOLD, NOTE),
    "headteacher": (
        *(INCIDENT, ARRANGE, LEAD_FIRST, CUBBIES, HOME, FIRE, CLEAR, HOLD),
        Task("/rules", "Change the rules"),
        Task("/reports/compliance", "Compliance"),
    ),
    "dsl": (
        *(Task("/lead", "words for the lead"), FIND, CONCERN, LEAD_FIRST, PASS, BROKEN, SAFE),
        *(Task("/lists/held", "Held"), RECORD, NOTE),
    ),
    "technician": (
        *(CABINET, HEALTH, OUT, BACK, RECORD, ACCOUNT),
        Task("/cubbies/2", "Cubby 2"),
        Task("/reports/faults", "Faults"),
        Task("/reports/occupancy", "Occupancy"),
        Task("/record?group=openings", "Record"),
    ),
    "admin": (
        *(CABINET, ACCOUNT, Task("/users", "Add a user"), Task("/users/new", "Once more")),
        *(Task("/people/import", "Import a list of people"), Task("/people/cards", "cards")),
        *(Task("/rules/change", "See what it would do"), Task("/backups", "Backups")),
        *(Task("/programs", "Programs"), Task("/first-steps", "First steps")),
    ),
}
ALL = list(product(USUAL, SIZES, ("light", "dark")))
SOME = [
    ("reception", "desktop", "light"),
    ("teacher", "tablet", "dark"),
    ("technician", "phone", "light"),
]


@pytest.fixture
def here() -> Site:
    site = furnished()
    hand_in(site.service, BEN)
    hand_in(site.service, CAT)
    site.service.take(PartLost("lights", "", "GPIO 5: it is no output"))
    return site


@pytest.mark.parametrize(("role", "size", "scheme"), ALL if scale.IS_THOROUGH else SOME)
def test_a_role_does_ten_usual_tasks_and_no_page_is_wider_than_any_screen(
    browser: Browser, here: Site, role: str, size: str, scheme: str
) -> None:
    assert len(USUAL[role]) == 10
    with walking(browser, here, role, size, scheme, asks_axe=scale.IS_THOROUGH) as walk:
        for task in USUAL[role]:
            task.do(walk)
