"""A visitor who was on no list: given a card on one page, and seen off on their own."""

import pytest
from test_webui_acts import do
from webui_fixtures import ORIGIN, Site, field_of, key_of, site

from kiosk.messages.sensed import Card, Presented
from kiosk.model import Person, PersonKind
from webui.tapped import FRESH

TYPED = {"forename": "Vera", "surname": "Guest", "note": "the head", "card": "just-now"}
NUMBER = b"\x04\xaa\xbb\xcc\xdd\xee\x01"


@pytest.fixture
def here() -> Site:
    here = site()
    here.sign_in()
    return here


def tap(here: Site, number: bytes = NUMBER, times: int = 2) -> str:
    key = key_of(number)
    for _ in range(times):
        here.service.pass_time(4)
        here.service.take(Presented((Card(key),)))
    return key


def visitors(here: Site) -> list[Person]:
    people = here.service.standing().roster.people.values()
    return [person for person in people if person.kind is PersonKind.VISITOR]


def welcome(here: Site, **typed: str):
    return do(here, "visitor", "all", **{**TYPED, "until": "2026-11-23", **typed})


def until(here: Site) -> set[str]:
    (vera,) = visitors(here)
    cards = here.service.standing().roster.credentials.values()
    return {str(card.valid_until) for card in cards if card.person == vera.id}


def test_the_card_that_was_tapped_just_now_is_theirs_until_the_end_of_the_day(here: Site) -> None:
    assert 'type="date" value="2026-11-23"' in here.get("/acts/visitor/all").text
    tap(here)

    sent = welcome(here)

    assert until(here) == {"2026-11-24 00:00:00+00:00"}
    (vera,) = visitors(here)
    assert vera.name == "Vera Guest"
    assert (sent.status_code, sent.location) == (303, f"/people/{vera.id}")
    page = here.get(sent.location).text
    assert "The card is the visitor’s." in page
    assert "the head" in page
    assert "Visitor came" in page


def test_one_of_several_cards_can_be_chosen_and_a_later_day(here: Site) -> None:
    tap(here)
    tap(here, NUMBER[:-1] + b"\x02")
    page = here.get("/acts/visitor/all").text
    first = page.split('value="just-now"')[1].split('value="')[2].split('"')[0]

    welcome(here, card=first, until="2026-11-25")

    assert until(here) == {"2026-11-26 00:00:00+00:00"}
    (vera,) = visitors(here)
    assert here.service.standing().roster.credentials[key_of(NUMBER)].person == vera.id


@pytest.mark.parametrize("case", ["tapped once", "long ago", "past", "long name", "no name"])
def test_what_is_missing_is_said_and_nothing_is_done(here: Site, case: str) -> None:
    tap(here, times=1 if case == "tapped once" else 2)
    if case == "long ago":
        here.service.pass_time(FRESH.total_seconds() + 1)
    typed = {"past": {"until": "2026-11-22"}, "long name": {"surname": "x" * 61}}
    named = {"no name": {"forename": " "}}

    sent = welcome(here, **typed.get(case, {}), **named.get(case, {}))

    assert sent.status_code == 400
    assert "There is a problem" in sent.text
    assert "Guest" in sent.text or case == "long name"  # what was typed stands there still
    assert visitors(here) == []


def test_a_form_that_is_sent_twice_makes_one_visitor(here: Site) -> None:
    tap(here)
    text = here.get("/acts/visitor/all").text
    fields = {name: field_of(text, name) for name in ("csrf_token", "request")}
    for _ in range(2):
        here.client.post("/acts/visitor/all", data={**TYPED, **fields}, headers=ORIGIN)
        tap(here, NUMBER[:-1] + b"\x02")
    assert len(visitors(here)) == 1


def test_a_visitor_who_leaves_gives_the_card_to_the_next(here: Site) -> None:
    tap(here)
    welcome(here)
    (vera,) = visitors(here)
    assert "/acts/visitor-left/" in here.get(f"/people/{vera.id}").text

    do(here, "visitor-left", vera.id)

    page = here.get(f"/people/{vera.id}").text
    assert "has left" in page
    assert "/acts/visitor-left/" not in page
    tap(here)
    assert welcome(here, forename="Max").status_code == 303
    assert {one.forename for one in visitors(here)} == {"Vera", "Max"}


def test_people_leads_to_it_for_those_who_may(here: Site) -> None:
    assert "/acts/visitor/all" in here.get("/people").text
    here = site()
    here.sign_in("teacher")
    assert "/acts/visitor/all" not in here.get("/people").text
    assert here.get("/acts/visitor/all").status_code == 403
