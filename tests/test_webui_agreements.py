"""The signed agreement, and "duty lead first", on the pages."""

from dataclasses import replace
from datetime import date

import pytest
from webui_fixtures import ANA, ORIGIN, field_of, hand_in, site

from kiosk.messages.commands import ImportRoster
from kiosk.model import PersonKind

SIGNED = {"on": "2026-03-01", "by": "Eva Silva"}
GIVEN = {"to": "Eva Silva", "relation": "mother", "identity": "passport"}


@pytest.fixture
def desk():
    signed_in = site()
    hand_in(signed_in.service, ANA)
    signed_in.sign_in("headteacher")
    return signed_in


def ana(desk):
    return desk.service.standing().roster.people[ANA.id]


def kept(desk):
    return desk.service.standing().state.of_person.get(ANA.id)


def do(desk, name, key, **fields):
    """Fill in an act's form and send it."""
    page = desk.get(f"/acts/{name}/{key}").text
    hidden = {each: field_of(page, each) for each in ("csrf_token", "request")}
    data = {**hidden, "confirmed": "yes", **fields}
    return desk.client.post(f"/acts/{name}/{key}", data=data, headers=ORIGIN)


def test_an_agreement_stands_on_the_pupils_page(desk):
    assert "not signed" in desk.get(f"/people/{ANA.id}").text
    done = do(desk, "agreement", ANA.id, **SIGNED)
    assert (done.status_code, ana(desk).agreed_on) == (303, date(2026, 3, 1))
    assert "signed on 2026-03-01 by Eva Silva" in desk.get(f"/people/{ANA.id}").text
    do(desk, "agreement", ANA.id, unsigned="yes")
    assert ana(desk).agreed_on is None


@pytest.mark.parametrize(
    ("lacking", "words"),
    [("on", "Say on which day it was signed."), ("by", "Say who signed it.")],
)
def test_half_an_agreement_is_none(desk, lacking, words):
    answer = do(desk, "agreement", ANA.id, **{**SIGNED, lacking: ""})
    assert (words in answer.text, ana(desk).agreed_on) == (True, None)


def test_whoever_hands_it_over_is_told_to_call_the_lead_and_says_that_they_did(desk):
    do(desk, "lead-first", ANA.id, lead_first="yes")
    assert "Call the duty lead first" in desk.get(f"/people/{ANA.id}").text
    device = kept(desk)
    assert "I have called the duty lead" in desk.get(f"/acts/hand-over/{device}").text

    answer = do(desk, "hand-over", device, **GIVEN)
    assert "call the duty lead first" in answer.text
    assert kept(desk) == device
    do(desk, "hand-over", device, **GIVEN, lead_called="yes")
    assert kept(desk) is None


def test_nobody_is_asked_about_the_lead_where_the_lead_did_not_ask(desk):
    device = kept(desk)
    assert "duty lead" not in desk.get(f"/acts/hand-over/{device}").text
    do(desk, "hand-over", device, **GIVEN)
    assert kept(desk) is None


def test_a_hold_asks_what_is_to_be_asked_of_its_owner(desk):
    """Of a pupil, what goes with going home without it; of an adult, whether they agreed."""
    form = desk.get(f"/acts/hold/{kept(desk)}").text
    assert ("The parents were told" in form, "agreed in writing" in form) == (True, False)

    service = desk.service
    people = dict(service.standing().roster.people)
    people[ANA.id] = replace(ana(desk), kind=PersonKind.STAFF)
    service.take(ImportRoster("console", tuple(people.values()), 0, len(people)))
    form = desk.get(f"/acts/hold/{kept(desk)}").text
    assert ("The parents were told" in form, "agreed in writing" in form) == (False, True)
    refused = do(desk, "hold", kept(desk), kind="office")
    assert "Nothing was done" in refused.text
    assert do(desk, "hold", kept(desk), kind="office", consent="yes").status_code == 303
