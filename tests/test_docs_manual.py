"""The manual: every page has its picture in it, every act its name, and each picture is there."""

import re
import struct
from html import unescape
from pathlib import Path

import pytest
from test_docs import DOCS, LINK
from webui_fixtures import FakeService

from kiosk.policy.roles import ROLES
from webui import create_app
from webui.acts import ACTS
from webui.users import ROLE_WORDS

MANUAL = (DOCS / "manual.md").read_text(encoding="utf-8")
SCREENS = DOCS / "screens"
PAGES = SCREENS / "pages"
NAMED = [Path(target) for mark, _, target in LINK.findall(MANUAL) if mark]
# What no member of staff looks at: parts of pages, files, what programs read, the pupils' screen.
NO_PAGES = {
    "/cabinet/grid",
    "/round/progress",
    "/record.csv",
    "/rules/file",
    "/healthz",
    "/screen",
    "/screen/now",
    "/simulator/screen",
    "/simulator/doors",
    "/simulator/faults",
}
MOST_BYTES = 4_000_000
MOST_BYTES_EACH = 120_000


def pages() -> list[str]:
    """The address of every page of staff that needs nothing else in it."""
    app = create_app(
        FakeService(), secure_cookies=True, trusted_hosts=["localhost"], hands=object()
    )
    found = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    return sorted(path for path in found if path not in NO_PAGES and not path.startswith("/api/"))


def picture_of(path: str) -> str:
    """How the picture of a page is called."""
    return f"{path.strip('/').replace('/', '-') or 'cabinet'}.png"


@pytest.mark.parametrize("path", pages())
def test_every_page_has_its_picture_in_the_manual(path: str) -> None:
    assert Path("screens/pages") / picture_of(path) in NAMED


def test_every_picture_that_is_named_is_there_and_every_one_that_is_there_is_named() -> None:
    assert {path for path in NAMED if not (DOCS / path).is_file()} == set()
    assert {file.name for file in PAGES.iterdir()} == {
        path.name for path in NAMED if path.parent.name == "pages"
    }


def test_the_pictures_are_small_and_of_one_width() -> None:
    files = [*SCREENS.glob("*.png"), *PAGES.glob("*.png")]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert [file.name for file in files if file.stat().st_size > MOST_BYTES_EACH] == []
    assert {struct.unpack(">I", file.read_bytes()[16:20])[0] for file in PAGES.iterdir()} == {900}


def test_every_act_of_staff_is_told() -> None:
    told = " ".join(MANUAL.split()).replace("'", "’")
    assert [act.title for act in ACTS.values() if f"**{act.title}**" not in told] == []


def test_every_role_has_its_chapter() -> None:
    chapters = {unescape(line) for line in re.findall(r"^## (.+)$", MANUAL, re.MULTILINE)}
    by_role = {"dsl": "Safeguarding lead", "admin": "Administrator"}
    roles = ROLES.keys() - {"day_duty"}  # they sign in nowhere
    assert {by_role.get(role, role.capitalize()) for role in roles} <= chapters
    assert ROLE_WORDS.keys() >= roles
