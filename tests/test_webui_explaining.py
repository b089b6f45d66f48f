"""Why somebody's card opens, or not, on a page: now, later, and at a past moment."""

from datetime import timedelta

import pytest
from webui_fixtures import ANA, FakeHands, Site, hand_in, site, uid_of

from kiosk.errors import NotMade
from kiosk.events import EventType
from kiosk.explaining.looking_back import NO_TAP
from kiosk.messages.arrangements import GrantExemption
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind

PAGE = f"/people/{ANA.id}/why"


@pytest.fixture
def here() -> Site:
    here = site()
    here.sign_in()
    return here


def refused(here: Site) -> str:
    """Ana hands in, and taps again too early; the address of that tap's explanation."""
    hand_in(here.service, ANA)
    here.service.pass_time(3600)
    FakeHands(here.service).tap(uid_of(ANA))
    tap = here.service.record[-1]
    assert (tap.type, tap.granted) == (EventType.TAPPED, False)
    at = here.service.rules.timetable.local(tap.now.at)
    return f"{PAGE}?at={at:%Y-%m-%dT%H:%M:%S}"


def test_it_says_what_a_tap_would_come_to_now(here: Site) -> None:
    text = here.get(PAGE).text
    assert "Granted: to hand in." in text
    assert "no cubby keeps anything for them" in text
    assert PAGE in here.get(f"/people/{ANA.id}").text


def test_a_past_tap_is_told_by_the_state_of_then(here: Site) -> None:
    link = refused(here)
    assert link.replace("&", "&amp;") in here.get(PAGE).text
    here.service.pass_time(86_400)

    text = here.get(link).text

    assert "Refused: before the release time." in text
    assert "was refused: before the release time" in text
    assert "Next:" in text


def test_a_time_without_a_tap_says_so_and_a_later_time_is_foreseen(here: Site) -> None:
    refused(here)
    here.service.pass_time(600)
    later = here.service.rules.timetable.local(here.service.moment.at) - timedelta(minutes=5)
    assert NO_TAP in here.get(f"{PAGE}?at={later:%Y-%m-%dT%H:%M}").text
    text = here.get(f"{PAGE}?at=2026-11-23T20:00").text
    assert "Refused: the kiosk is closed." in text


@pytest.mark.parametrize("at", ["noon", "1999-01-01T12:00", "9999-12-31T23:59", "2026-11-01T12:00"])
def test_what_cannot_be_told_says_why(here: Site, at: str) -> None:
    refused(here)
    answer = here.get(f"{PAGE}?at={at}")
    assert (answer.status_code, "It cannot be told" in answer.text) == (400, True)


def test_a_need_is_for_those_alone_who_may_know_of_it(here: Site) -> None:
    hand_in(here.service, ANA)
    today = here.service.moment.at.date()
    need = Exemption(0, ANA.id, ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, today)
    here.service.take(GrantExemption("u-headteacher", need))

    assert "medical" not in here.get(PAGE).text.lower()
    lead = site()
    hand_in(lead.service, ANA)
    lead.service.take(GrantExemption("u-headteacher", need))
    lead.sign_in("headteacher")
    assert "medical access covers now" in lead.get(PAGE).text


def test_what_could_not_be_made_in_time_is_said(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = refused(here)

    def make(*order: object) -> bytes:
        raise NotMade("Other lists are being made")

    monkeypatch.setattr(here.service, "make", make)
    here.service.pass_time(60)
    answer = here.get(link)
    assert (answer.status_code, "Other lists are being made" in answer.text) == (503, True)


def test_of_nobody_there_is_no_page(here: Site) -> None:
    assert here.get("/people/nobody/why").status_code == 404
