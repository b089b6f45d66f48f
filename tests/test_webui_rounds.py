"""Rounds of openings, where there is no door to open: the form says so, in words that fit."""

from test_webui_acts import do
from webui_fixtures import ANA, FakeHands, Site, hand_in, site


def refusal(here: Site, name: str, **fields: str | list[str]) -> str:
    here.sign_in()
    sent = do(here, name, "all", confirmed="yes", **fields)
    assert sent.status_code == 409
    return sent.text


def test_where_all_doors_are_open_already_the_form_says_that_none_is_shut() -> None:
    here = site()
    cubby = hand_in(here.service, ANA)
    FakeHands(here.service).open(cubby)
    text = refusal(here, "open-all")
    assert "Nothing was done: there is no shut door to open." in text
    assert "kept for them" not in text


def test_where_nobody_could_collect_yet_the_form_says_why_no_door_opens() -> None:
    here = site()
    hand_in(here.service, ANA)
    assert "it may be too early" in refusal(here, "release-forms", groups=["7 Beech"])
