"""The page about the pupils' screen says what the code does."""

import re
import tomllib
from pathlib import Path

import pytest
from test_docs import DOCS, snippets, table

from kiosk.acts import Sign
from kiosk.cli import cli
from kiosk.policy.addressing import Names
from kiosk.policy.languages import LANGUAGES
from kiosk.school.screen import ScreenSection
from kiosk.screen_tokens import CHARACTERS
from webui.screen import WAIT_S
from webui.seats import ALL, EACH

PAGE = (DOCS / "screen.md").read_text(encoding="utf-8")
DECISION = (DOCS / "adr" / "0011-the-pupils-screen.md").read_text(encoding="utf-8")


def test_the_example_of_the_section_is_what_holds_without_it() -> None:
    (example,) = snippets(PAGE, "toml")
    assert ScreenSection.model_validate(tomllib.loads(example)["screen"]) == ScreenSection()
    assert all(f'"{names}"' in example for names in Names)
    assert (
        f"# The language of signs that are for nobody in particular: {', '.join(LANGUAGES)}."
        in (example)
    )


def test_every_language_is_listed_with_whether_somebody_checked_it() -> None:
    rows = table(PAGE, "## Languages")
    assert [row["code"].strip("`") for row in rows] == list(LANGUAGES)
    assert {row["checked by a native speaker"] for row in rows} == {"yes", "no"}


@pytest.mark.parametrize("sign", Sign)
def test_every_sign_has_its_portrait(sign: Sign) -> None:
    assert (DOCS / "screens" / f"{sign.value.replace('_', '-')}.png").exists()


def test_no_portrait_is_left_of_what_is_no_more() -> None:
    names = {sign.value.replace("_", "-") for sign in Sign}
    known = {*names, "lost", "put-in-arabic", "put-in-low-sensory", "not-yet-dark"}
    assert {picture.stem for picture in Path(DOCS / "screens").glob("*.png")} == known


def test_the_verbs_that_it_names_are_there() -> None:
    for line in re.findall(r"^kiosk (.+?)(?:   |$)", PAGE, re.MULTILINE):
        command = cli
        for word in line.split():
            command = getattr(command, "commands", {}).get(word, command)
        assert not getattr(command, "commands", None), line


def test_the_decisions_figures_are_those_of_the_code() -> None:
    assert f"after {'two' if WAIT_S == 2 else WAIT_S} seconds with 304" in DECISION
    assert {12: "At most twelve"}[ALL] in DECISION
    assert {2: "two for one screen"}[EACH] in DECISION
    assert f"a token of {CHARACTERS * 5} bits" in DECISION
