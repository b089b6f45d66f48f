"""The signed agreement, and "duty lead first", on the pages."""

from datetime import date

import pytest
from webui_fixtures import ANA, ORIGIN, field_of, hand_in, site

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
    offered = desk.get(f"/deposits/{device}").text
    assert (f"/hand-over-lead-first/{device}" in offered, f"/hand-over/{device}" in offered) == (
        True,
        False,
    )

    answer = do(desk, "hand-over-lead-first", device, **GIVEN)
    assert "call the duty lead first" in answer.text
    assert kept(desk) == device
    do(desk, "hand-over-lead-first", device, **GIVEN, lead_called="yes")
    assert kept(desk) is None
