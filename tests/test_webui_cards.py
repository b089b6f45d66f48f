"""A card that is lost, found, or for some days, on its owner's page."""

import re

from test_webui_acts import do
from webui_fixtures import ANA, Site, site

from kiosk.model import CardStatus


def mark_of(here: Site, act: str) -> str:
    """What stands for the first card that the act's form offers."""
    page = here.get(f"/acts/{act}/{ANA.id}").text
    found = re.search(r'name="card"[^>]*value="([0-9a-f]{16})"', page)
    assert found
    return found[1]


def theirs(here: Site) -> CardStatus:
    cards = here.service.standing().roster.credentials.values()
    [card] = [card for card in cards if card.person == ANA.id]
    return card.status


def test_a_lost_card_is_stopped_and_a_found_one_works_again():
    here = site()
    here.sign_in()
    do(here, "lost-card", ANA.id, card=mark_of(here, "lost-card"))
    assert theirs(here) is CardStatus.LOST
    page = here.get(f"/people/{ANA.id}").text
    assert "A card: lost" in page
    assert "/acts/lost-card/" not in page  # there is none left to lose
    assert ANA.name in here.get("/lists/lost-cards").text

    do(here, "found-card", ANA.id, card=mark_of(here, "found-card"))
    assert theirs(here) is CardStatus.ACTIVE
    assert "A card: works" in here.get(f"/people/{ANA.id}").text


def test_a_lost_card_can_be_blocked_for_good():
    here = site()
    here.sign_in()
    do(here, "lost-card", ANA.id, card=mark_of(here, "lost-card"))
    do(here, "block-card", ANA.id, card=mark_of(here, "block-card"))
    assert theirs(here) is CardStatus.BLOCKED


def test_when_a_card_works_is_said_and_stands_on_the_page():
    here = site()
    here.sign_in()
    days = {"begins": "2026-11-24", "ends": "2026-11-27"}
    do(here, "card-days", ANA.id, card=mark_of(here, "card-days"), **days)
    page = here.get(f"/people/{ANA.id}").text
    assert "works, from 24 November 2026, 00:00, until 28 November 2026, 00:00" in page


def test_days_that_make_no_sense_point_at_what_to_mend():
    here = site()
    here.sign_in()
    days = {"begins": "2026-11-27", "ends": "2026-11-24"}
    sent = do(here, "card-days", ANA.id, card=mark_of(here, "card-days"), **days)
    assert sent.status_code == 400
    assert 'href="#ends"' in sent.text
