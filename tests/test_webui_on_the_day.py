"""Staff for one day, devices counted back from a trip, and a card that somebody else used."""

from datetime import date

import pytest
from test_webui_acts import do, last
from webui_fixtures import ANA, BEN, Site, hand_in, site

from kiosk.events import EventType
from kiosk.messages.arrangements import TakeAlong
from kiosk.state import Place
from kiosk.state.incidents import nobody

TODAY = "2026-11-23"


@pytest.fixture
def here() -> Site:
    here = site()
    here.sign_in()
    return here


# devices that staff carry


def carry(here: Site, person: str, by: str = "u-teacher") -> None:
    here.service.take(TakeAlong("u-reception", frozenset({person}), by))


def place(here: Site, person: str) -> Place | None:
    kept = here.service.standing().state.deposit_of(person)
    return kept.place if kept else None


def test_what_is_back_is_with_the_office_and_the_rest_is_carried_still(here: Site) -> None:
    for person in (ANA, BEN):
        hand_in(here.service, person)
    assert "/acts/count-back/all" not in here.get("/school").text
    for person in (ANA, BEN):
        carry(here, person.id)
    assert "/acts/count-back/all" in here.get("/school").text
    assert f"{ANA.name}, with teacher" in here.get("/acts/count-back/all").text

    sent = do(here, "count-back", "all", by="u-teacher", people=[ANA.id])

    assert sent.status_code == 303
    assert (place(here, ANA.id), place(here, BEN.id)) == (Place.OFFICE, Place.CARRIED)


def test_a_device_that_another_carries_is_not_counted_back(here: Site) -> None:
    for person, by in ((ANA, "u-teacher"), (BEN, "u-pastoral")):
        hand_in(here.service, person)
        carry(here, person.id, by)

    sent = do(here, "count-back", "all", by="u-teacher", people=[ANA.id, BEN.id])

    assert (sent.status_code, 'href="#people-1"' in sent.text) == (400, True)
    assert place(here, ANA.id) is Place.CARRIED


# staff for one day


def test_somebody_looks_after_one_form_for_a_day(here: Site) -> None:
    assert "/acts/day-staff/all" in here.get("/people").text
    named = {"forename": "Di", "surname": "Day", "form": ANA.form}

    sent = do(here, "day-staff", "all", on="2026-11-24", **named)

    users = here.service.standing().roster.users.values()
    (user,) = (user for user in users if user.name == "Di Day")
    assert (user.roles, user.forms) == (("day_duty",), (ANA.form,))
    assert (user.valid_from, user.valid_to) == (date(2026, 11, 24), date(2026, 11, 24))
    assert here.service.standing().roster.people[user.person].admission == "day-1"
    assert (sent.status_code, sent.location) == (303, f"/people/{user.person}")
    assert "Give them a card." in here.get(sent.location).text


@pytest.mark.parametrize(
    "typed", [{"on": "2026-11-22"}, {"form": "9Z"}, {"surname": "x" * 61}, {"forename": ""}]
)
def test_what_makes_no_sense_adds_nobody(here: Site, typed: dict[str, str]) -> None:
    named = {"forename": "Di", "surname": "Day", "form": ANA.form, "on": TODAY}
    before = here.service.standing().roster
    assert do(here, "day-staff", "all", **{**named, **typed}).status_code == 400
    assert here.service.standing().roster == before


# a card that somebody else used


def tap_of(here: Site) -> str:
    found = (e for e in here.service.record if e.type is EventType.TAPPED and e.person == ANA.id)
    return str(next(found).seq)


def test_what_was_put_in_with_a_card_is_then_the_other_ones(here: Site) -> None:
    cubby = hand_in(here.service, ANA)
    assert "to hand in" in here.get(f"/acts/correct-use/{ANA.id}").text

    sent = do(here, "correct-use", ANA.id, tap=tap_of(here), admission=BEN.admission)

    assert sent.status_code == 303
    state = here.service.standing().state
    kept = state.deposit_of(BEN.id)
    assert kept is not None
    assert (kept.cubby, state.deposit_of(ANA.id)) == (cubby, None)


def test_while_nobody_knows_whose_it_was_it_waits_for_its_owner(here: Site) -> None:
    hand_in(here.service, ANA)
    tap = tap_of(here)
    do(here, "correct-use", ANA.id, tap=tap)
    assert here.service.standing().state.deposit_of(nobody(int(tap))) is not None
    assert last(here).type is EventType.CORRECTION_MADE


def test_an_unknown_number_and_a_tap_of_nobodys_are_refused(here: Site) -> None:
    hand_in(here.service, ANA)
    unknown = do(here, "correct-use", ANA.id, tap=tap_of(here), admission="99999")
    assert (unknown.status_code, 'href="#admission"' in unknown.text) == (400, True)
    assert do(here, "correct-use", ANA.id, tap="1").status_code == 400


def test_who_has_not_tapped_is_not_offered_it(here: Site) -> None:
    assert "/acts/correct-use/" not in here.get(f"/people/{BEN.id}").text
