"""Cards given out in the order of the register: whose turn it is, and which card they get."""

from dataclasses import replace

import pytest
from manual_fixtures import FORMS, PUPILS, before_the_first_day
from webui_fixtures import ORIGIN, Site, field_of, key_of, site_of

from kiosk.messages.sensed import Card, Presented
from kiosk.model import CardStatus, Credential
from webui.enrolling import MOST, without_a_card
from webui.tapped import FRESH

IN_ORDER = sorted((p for p in PUPILS if p.form == "7A"), key=lambda p: p.surname)
FIRST, SECOND, THIRD = IN_ORDER[:3]


@pytest.fixture
def here() -> Site:
    """A kiosk before its first day; one new card has been tapped twice just now."""
    shown = site_of(before_the_first_day())
    shown.sign_in()
    return shown


def tap(here: Site, number: int, times: int = 2) -> str:
    """A card that nobody owns is tapped; what stands for it."""
    key = key_of(b"\x04\xaa\xbb\xcc\xdd\xee" + bytes([number]))
    for _ in range(times):
        here.service.pass_time(4)
        here.service.take(Presented((Card(key),)))
    return key


def give(here: Site, page: str = "/people/cards?form=7A"):
    """Press the button for whoever is shown on the page."""
    text = here.get(page).text
    fields = {name: field_of(text, name) for name in ("csrf_token", "person", "form", "after")}
    return here.client.post("/people/cards", data=fields, headers=ORIGIN)


def cards_of(here: Site, person: str) -> set[str]:
    cards = here.service.standing().roster.credentials.values()
    return {c.key for c in cards if c.person == person and c.status is CardStatus.ACTIVE}


def turn(here: Site, page: str = "/people/cards?form=7A") -> str:
    return field_of(here.get(page).text, "person")


def test_one_after_another_gets_the_card_that_was_tapped_last(here: Site) -> None:
    given = []
    for number, person in enumerate((FIRST, SECOND)):
        assert turn(here) == person.id
        given.append(tap(here, number))
        sent = give(here)
        assert sent.status_code == 303
        assert f"{person.name} has a card." in here.get(sent.location).text
    assert [cards_of(here, FIRST.id), cards_of(here, SECOND.id)] == [{given[0]}, {given[1]}]
    assert f"<strong>2 of {len(IN_ORDER)}</strong>" in here.get("/people/cards?form=7A").text


def test_whoever_is_not_here_is_passed_over_and_comes_last(here: Site) -> None:
    page = f"/people/cards?form=7A&after={FIRST.id}"
    assert f'after={FIRST.id}"' in here.get("/people/cards?form=7A").text
    assert turn(here, page) == SECOND.id
    tap(here, 1)
    assert turn(here, give(here, page).location) == THIRD.id
    assert FIRST.name in here.get(page).text.partition("<ol")[2]


@pytest.mark.parametrize("case", ["tapped once", "long ago"])
def test_without_a_card_in_hand_nothing_is_given_and_it_says_what_to_do(case: str) -> None:
    here = site_of(before_the_first_day())
    here.service.pass_time(FRESH.total_seconds() + 1)
    here.sign_in()
    if case == "tapped once":
        tap(here, 1, times=1)
    sent = give(here)
    assert sent.status_code == 409
    assert "Tap it, and tap it again." in sent.text
    assert cards_of(here, FIRST.id) == set()


def test_a_form_that_is_sent_twice_gives_one_card(here: Site) -> None:
    text = here.get("/people/cards?form=7A").text
    fields = {name: field_of(text, name) for name in ("csrf_token", "person", "form", "after")}
    for number in range(2):
        tap(here, number)
        here.client.post("/people/cards", data=fields, headers=ORIGIN)
    assert len(cards_of(here, FIRST.id)) == 1
    assert cards_of(here, SECOND.id) == set()


def test_a_card_of_somebody_else_is_never_given(here: Site) -> None:
    key = tap(here, 1)
    roster = here.service.standing().roster
    owned = {**roster.credentials, key: Credential(key, THIRD.id)}
    here.service.keep(replace(roster, credentials=owned))
    assert give(here).status_code == 409
    assert cards_of(here, FIRST.id) == set()


def test_leavers_staff_and_whoever_has_a_card_have_no_turn(here: Site) -> None:
    standing = here.service.standing()
    people = {**standing.roster.people, FIRST.id: replace(FIRST, leaver=True)}
    key = key_of(b"card")
    roster = replace(standing.roster, people=people, credentials={key: Credential(key, SECOND.id)})
    waiting = without_a_card(standing._replace(roster=roster), "7A")
    assert waiting == IN_ORDER[2:]


def test_who_may_not_see_names_is_shown_numbers(here: Site) -> None:
    here.post("/sign-out")
    here.sign_in("admin")
    text = here.get("/people/cards?form=7A").text
    assert f"<h2>{FIRST.admission}</h2>" in text
    assert FIRST.surname not in text


def test_every_form_can_be_chosen_and_one_that_is_none_is_the_first(here: Site) -> None:
    text = here.get("/people/cards?form=nowhere").text
    assert all(f">{form}</option>" in text for form in FORMS)
    assert turn(here, "/people/cards?form=nowhere") == FIRST.id
    assert len(IN_ORDER) <= MOST


def test_a_school_without_pupils_is_told_so() -> None:
    here = site_of(before_the_first_day())
    here.service.keep(replace(here.service.standing().roster, people={}))
    here.sign_in()
    assert "There are no pupils yet." in here.get("/people/cards").text
