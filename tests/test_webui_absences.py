"""A list of who is not expected, taken in on the pages."""

from datetime import date

import pytest
from import_fixtures import ABSENCES, facts, go_on, looked, send
from roster_fixtures import raw
from webui_fixtures import Site, shown, site

from kiosk.events import EventType
from kiosk.timetable import Span

LIST = raw("Admission No,From,To,Reason", "1001,24/11/2026,25/11/2026,flu", "1002,24/11/2026,,")
STRANGER = raw("Admission No,Date", "1001,24/11/2026", "9999,24/11/2026", "1002,soon")


@pytest.fixture
def desk() -> Site:
    here = site()
    here.sign_in("reception")
    return here


def absent(desk: Site) -> dict[str, tuple[Span, ...]]:
    return dict(desk.service.standing().state.casebook.absences)


def test_a_list_shows_who_is_away_when_and_no_reason(desk: Site) -> None:
    _, page = looked(desk, LIST, ABSENCES)
    assert (facts(page)["People"], facts(page)["Absences"]) == ("2", "2")
    assert "Ana Silva" in page
    assert "24 November 2026 to 25 November 2026" in page
    assert "flu" not in shown(page)
    assert absent(desk) == {}


def test_what_was_looked_at_is_taken_in(desk: Site) -> None:
    where, page = looked(desk, LIST, ABSENCES)
    assert go_on(desk, where, page).location == "/people"
    assert "absences of 2 people" in desk.get("/people").text
    first, last = date(2026, 11, 24), date(2026, 11, 25)
    assert absent(desk) == {"p-ana": (Span(first, last),), "p-ben": (Span(first, first),)}
    event = desk.service.record[-1]
    assert (event.type, event.actor) == (EventType.ABSENCES_NOTED, "user:u-reception")


def test_faults_and_strangers_are_told_by_row_and_left_out_on_request(desk: Site) -> None:
    where, page = looked(desk, STRANGER, ABSENCES)
    assert ">2 faulty rows<" in page
    assert "Nobody on the roster has admission number" in page
    refused = go_on(desk, where, page)
    assert (refused.status_code, absent(desk)) == (400, {})
    go_on(desk, where, page, skip_faulty="yes")
    assert absent(desk).keys() == {"p-ana"}


def test_it_says_whose_list_it_replaces(desk: Site) -> None:
    where, page = looked(desk, LIST, ABSENCES)
    go_on(desk, where, page)
    assert "2 people are on the one of now" in desk.get(ABSENCES).text
    again, page = looked(desk, LIST, ABSENCES)
    refused = go_on(desk, again, page)
    assert (refused.status_code, "so already" in refused.text) == (409, True)


def test_a_roster_that_changed_meanwhile_is_said_and_nothing_is_done(desk: Site) -> None:
    where, page = looked(desk, LIST, ABSENCES)
    roster = desk.service.standing().roster
    people = {id: person for id, person in roster.people.items() if id != "p-ben"}
    desk.service.keep(type(roster)(people, roster.credentials, roster.users, roster.tokens))
    refused = go_on(desk, where, page)
    assert (refused.status_code, "changed meanwhile" in refused.text) == (409, True)
    assert absent(desk) == {}


def test_what_is_no_list_is_refused_on_the_form(desk: Site) -> None:
    assert send(desk, b"%PDF", ABSENCES).status_code == 400
    assert send(desk, LIST, ABSENCES, name="").status_code == 400


def test_a_roster_is_no_list_of_absences_and_the_other_way_round(desk: Site) -> None:
    where, _ = looked(desk, LIST, ABSENCES)
    assert desk.get(where.replace(ABSENCES, "/people/import")).status_code == 409


def test_whoever_may_not_see_names_sees_the_numbers_they_sent() -> None:
    here = site()
    here.sign_in("admin")
    _, page = looked(here, LIST, ABSENCES)
    assert ("1001" in page, "Silva" in page, "7 Beech" in page) == (True, False, False)


def test_a_list_is_thrown_away_when_it_is_not_wanted(desk: Site) -> None:
    where, page = looked(desk, LIST, ABSENCES)
    go_on(desk, where, page, discard="yes")
    assert desk.get(where).status_code == 409
