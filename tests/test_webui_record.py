"""The record's page."""

import csv
import io
import json
import re

import pytest
from defusedcsv import csv as safe_csv
from hypothesis import given
from hypothesis import strategies as st
from webui_fixtures import ANA, BEN, CAT, MONDAY, hand_in, shown, site

from kiosk.errors import KioskError
from kiosk.event_csv import csv_lines
from kiosk.events import Alert, Event, EventType, Moment
from kiosk.messages.arrangements import LetGoHome
from kiosk.messages.commands import RecordSignIn
from kiosk.messages.incidents import NoteIncident
from kiosk.policy.roles import Permission
from kiosk.state.incidents import IncidentKind


@pytest.fixture
def desk():
    signed_in = site()
    hand_in(signed_in.service, ANA)
    signed_in.sign_in()
    return signed_in


def fill(desk, events):
    for n in range(events):
        desk.service.take(RecordSignIn("u-teacher", True, f"10.0.0.{n}"))


def sources(text):
    return [int(n) for n in re.findall(r"from 10\.0\.0\.(\d+)", text)]


def test_events_are_told_in_words_newest_first(desk):
    text = desk.get("/record").text.partition("<tbody")[2]
    newest_first = ("Signed in", "Handed in", "Pulse asked for", "Card tapped")
    order = [text.index(words) for words in newest_first]
    assert order == sorted(order)
    assert "23 Nov 2026, 08:40:00" in text


def test_fifty_stand_on_a_page_and_the_older_ones_on_the_next(desk):
    fill(desk, 120)
    seen, path = [], "/record"
    while path:
        text = desk.get(path).text
        assert text.count('<tr role="row">') <= 51
        seen += sources(text)
        older = re.search(r'href="(/record\?before=\d+)">Older', text)
        path = older[1] if older else ""
    assert seen == list(reversed(range(120)))


def test_a_record_that_fits_has_no_older_page(desk):
    assert ">Older<" not in desk.get("/record").text


def test_one_cubbys_events_can_be_shown_alone(desk):
    hand_in(desk.service, BEN)
    text = desk.get("/record?cubby=2").text
    assert ("Ben Okafor" in text, "Ana Silva" in text) == (True, False)
    assert "Events of cubby 2, newest first" in text


def test_a_filter_that_finds_nothing_says_so(desk):
    assert "There is nothing to show." in desk.get("/record?cubby=9").text


def test_the_form_without_a_choice_shows_all(desk):
    assert desk.get("/record?cubby=").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=0", "cubby=-1", "cubby=1.5", "before=" + "9" * 5000, "cubby=\u0665"],
    ids=["word", "zero", "negative", "fraction", "long", "arabic"],
)
def test_a_number_that_is_none_is_refused(desk, query):
    assert desk.get(f"/record?{query}").status_code == 400


def test_notes_are_shown_to_those_who_see_names(desk):
    desk.override(1, "other", note="Rang <home>")
    assert "Rang &lt;home&gt;" in desk.get("/record").text
    desk.post("/sign-out")
    desk.sign_in("technician")
    assert "Rang" not in shown(desk.get("/record").text)


def test_an_unknown_source_of_a_refused_sign_in_is_told(desk):
    desk.service.take(RecordSignIn("", False, "10.9.8.7"))
    text = desk.get("/record").text
    assert "Sign-in refused" in text
    assert "somebody unknown" in text
    assert "from 10.9.8.7" in text


def test_a_refused_tap_says_that_it_was_refused(desk):
    desk.hands.tap(b"\x04" * 7)
    text = desk.get("/record").text
    assert "Card tapped, refused" in text
    assert "the card is not known" in text


def test_the_record_is_searched_by_what_whom_and_when(desk):
    desk.service.take(LetGoHome("u-reception", BEN.id))
    for query, found in (
        ("group=arranged", True),
        ("group=taps", False),
        (f"person={BEN.id}", True),
        (f"person={CAT.id}", False),
        ("first=2026-11-23&last=2026-11-23", True),
        ("last=2026-11-22", False),
    ):
        assert ("Going home now</span>" in desk.get(f"/record?{query}").text) is found, query


@pytest.mark.parametrize("query", ["group=gossip", "person=nobody", "first=yesterday"])
def test_what_cannot_be_looked_for_is_refused(desk, query):
    assert desk.get(f"/record?{query}").status_code == 400


def test_who_may_not_see_names_looks_for_nobody():
    page = site()
    page.sign_in("technician")
    assert page.get(f"/record?person={ANA.id}").status_code == 403


def test_the_record_is_saved_as_csv_without_names_and_only_what_may_be_seen(desk):
    noted = NoteIncident("u-pastoral", ANA.id, IncidentKind.USED, desk.service.now().at)
    desk.service.take(noted)
    text = desk.get("/record.csv").text
    assert text.startswith("seq,at,trusted,type")
    assert ANA.id in text
    assert "Silva" not in text
    assert "incident" not in text


def test_no_cell_of_the_csv_is_a_formula():
    odd = Event(EventType.NOTED, 1, Moment(MONDAY, 1.0), "=cmd|'/c calc'!A1")
    _, line = csv_lines([odd], frozenset(Permission))
    assert "'=cmd" in line


cells = st.text(st.sampled_from('=+-@|%,"\n1ax'), max_size=6)


@given(cells, cells, cells)
def test_every_cell_of_the_csv_is_disarmed_as_the_library_would(
    actor: str, person: str, words: str
) -> None:
    event = Event(EventType.NOTED, 1, Moment(MONDAY, 1.0), actor, person, data={"words": words})
    out = io.StringIO()
    at = "2026-11-23T08:40:00.000+00:00"
    rest = ["", "", "", "", "", "", json.dumps({"words": words}, separators=(",", ":"))]
    safe_csv.writer(out, dialect=csv.excel).writerow([1, at, True, "noted", actor, person, *rest])

    _, line = csv_lines([event], frozenset(Permission))

    assert line == out.getvalue()


def test_whoever_sees_the_record_may_ask_whether_its_chain_holds() -> None:
    here = site()
    here.sign_in("teacher")
    assert "Look whether the chain holds" in here.get("/record").text
    assert "The chain holds: all 7 events" in here.post("/record/verify", page="/record").text
    assert not here.service.standing().state.alerts
    here.backups.findings = ["event 3: the seal is wrong"]
    here.backups.damaged = ["taps-1-3.segment"]
    told = here.post("/record/verify", page="/record").text
    assert ("not as it was written" in told, "1 found" in told) == (True, True)
    assert "the seal is wrong" not in told
    (raised,) = here.service.standing().state.alerts.values()
    assert (raised.alert, raised.detail) == (Alert.RECORD_UNSOUND, "taps-1-3.segment")
    here.backups.findings = []
    here.post("/record/verify", page="/record")
    assert not here.service.standing().state.alerts


def test_that_the_record_could_not_be_looked_through_is_said() -> None:
    here = site()
    here.sign_in("teacher")
    here.backups.fault = KioskError("no end within 600 s")
    told = here.post("/record/verify", page="/record")
    assert (told.status_code, "no end within 600 s" in told.text) == (503, True)
