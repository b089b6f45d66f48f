"""The page about telling others: its figures and words are those of the code."""

import re
import tomllib

from test_config import every_bank
from test_docs import DOCS, snippets, table

from kiosk.config import make_config
from kiosk.outgoing.apprised import LIMIT_S as MESSAGE_LIMIT_S
from kiosk.outgoing.apprised import MISSING, NOT_TAKEN
from kiosk.outgoing.courier import FIRST_DELAY_S, LONGEST_DELAY_S
from kiosk.outgoing.gathering import AT_ONCE
from kiosk.outgoing.making import EVENTS_S, MESSAGE_S
from kiosk.outgoing.posting import LIMIT_S
from kiosk.outgoing.sections import NEVER_SENT, OF_THE_MACHINE, TellSection
from kiosk.outgoing.signing import signed

PAGE = (DOCS / "telling.md").read_text(encoding="utf-8")
TOLD = re.sub(r"\s+", " ", PAGE)


def test_its_figures_are_those_of_the_code() -> None:
    assert (EVENTS_S, MESSAGE_S, LONGEST_DELAY_S) == (86400, 3600, 3600)
    assert f"up to {AT_ONCE} events" in TOLD
    assert (
        f"within {LIMIT_S:.0f} seconds) it is tried again after {FIRST_DELAY_S:.0f} seconds" in TOLD
    )
    assert f"ended after {MESSAGE_LIMIT_S:.0f} seconds" in TOLD
    assert TellSection().most_an_hour == 10


def test_the_alerts_that_are_sent_and_those_that_never_are_are_named() -> None:
    usual = ", ".join(f"`{alert}`" for alert in OF_THE_MACHINE)
    assert f"somebody for: {usual}." in TOLD
    assert all(f"`{alert}`" in TOLD for alert in NEVER_SENT)


def test_what_it_shows_of_the_config_is_taken() -> None:
    for text in [*snippets(PAGE, "toml"), PAGE.partition("```toml\n")[2].partition("```")[0]]:
        raw = every_bank() | tomllib.loads(text)
        assert make_config(raw, "the page").tell != TellSection()


def test_its_headers_are_those_that_are_sent() -> None:
    rows = table(PAGE, "## Programs: webhooks")
    assert [row["header"].strip("`") for row in rows] == list(signed(b"k", "i", 1, b""))


def test_the_faults_quote_words_that_the_kiosk_says() -> None:
    posting = (DOCS.parent / "kiosk" / "outgoing" / "posting.py").read_text(encoding="utf-8")
    for row in table(PAGE, "## When something does not arrive"):
        words = re.split(r" within| 401", row["it says"])[0]
        assert words in posting + MISSING + NOT_TAKEN, words
