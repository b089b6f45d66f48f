"""The last import taken back on the pages."""

from dataclasses import replace

import pytest
from import_fixtures import facts, go_on, looked, on_roster, take_in
from webui_fixtures import Site, site

from kiosk.events import EventType

UNDO = "/people/undo-import"


@pytest.fixture
def desk() -> Site:
    here = site()
    here.sign_in("reception")
    where, page = looked(here)
    take_in(here, where, page)
    return here


def test_it_says_what_it_would_change_then_does_that(desk: Site) -> None:
    page = desk.get(UNDO).text
    assert (facts(page)["Gone again"], facts(page)["As they were before"]) == ("1", "1")
    assert "Zoe Nowak" in page
    assert "Form 8 Oak → 7 Beech" in page
    assert go_on(desk, UNDO, page).location == "/people"
    assert ("2001" in on_roster(desk), on_roster(desk)["1001"].form) == (False, "7 Beech")
    event = desk.service.record[-1]
    assert (event.type, event.actor) == (EventType.ROSTER_UNDONE, "user:u-reception")


def test_the_people_page_offers_it_while_there_is_something_to_take_back(desk: Site) -> None:
    assert UNDO in desk.get("/people").text
    desk.service.pass_time(24 * 3600)
    desk.sign_in("reception")
    assert UNDO not in desk.get("/people").text
    assert "nothing to take back" in desk.get(UNDO).text


def test_what_changed_since_it_was_looked_at_is_said_and_nothing_is_done(desk: Site) -> None:
    page = desk.get(UNDO).text
    roster = desk.service.standing().roster
    ana = replace(roster.people["p-ana"], form="9 Elm")
    desk.service.keep(replace(roster, people={**roster.people, "p-ana": ana}))
    refused = go_on(desk, UNDO, page)
    assert (refused.status_code, "changed meanwhile" in refused.text) == (409, True)
    assert "2001" in on_roster(desk)


def test_what_was_not_looked_at_is_not_taken_back(desk: Site) -> None:
    assert desk.post(UNDO, page=UNDO).status_code == 409
    assert "2001" in on_roster(desk)


def test_a_second_time_there_is_nothing_to_take_back(desk: Site) -> None:
    page = desk.get(UNDO).text
    go_on(desk, UNDO, page)
    assert go_on(desk, UNDO, page).status_code == 409


def test_whoever_may_not_see_names_sees_how_many(desk: Site) -> None:
    desk.post("/sign-out", page="/people")
    desk.sign_in("admin")
    page = desk.get(UNDO).text
    assert facts(page)["Gone again"] == "1"
    assert not [name for name in ("Nowak", "Silva", "2001") if name in page]
