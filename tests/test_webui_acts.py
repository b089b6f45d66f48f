"""Every act of staff on the pages: who may, what its form says, and that it acts once."""

import re
from datetime import timedelta
from functools import cache

import pytest
from webui_fixtures import (
    ANA,
    BEN,
    ORIGIN,
    ROLE_NAMES,
    FakeHands,
    Site,
    field_of,
    hand_in,
    shown,
    site,
)
from webui_fixtures import key_of as key_of_card

from kiosk.errors import RecordFault
from kiosk.events import EventType
from kiosk.messages.arrangements import GrantExemption, PlaceHold
from kiosk.messages.incidents import LeaveNote, NoteIncident, NoteSearch
from kiosk.policy.roles import ROLES, Permission, Roles
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import IncidentKind, SearchDone
from webui.acts import ACTS
from webui.acts.act import About

KEYS = {About.PERSON: ANA.id, About.CUBBY: "1", About.SCHOOL: "all", About.PEOPLE: "all"}
T = EventType


def furnished(here: Site | None = None) -> Site:
    """A kiosk in which there is something for every act to be done to."""
    here = here or site()
    service, now = here.service, here.service.now().at
    hand_in(service, ANA)
    exemption = Exemption(0, ANA.id, ExemptionKind.OTHER, ExemptionEffect.ALWAYS, now.date())
    service.take(GrantExemption("u-headteacher", exemption))
    deposit = service.standing().state.deposit_of(ANA.id)
    assert deposit is not None
    service.take(PlaceHold("u-reception", deposit.id, HoldKind.OFFICE))
    service.take(NoteIncident("u-pastoral", ANA.id, IncidentKind.USED, now))
    service.take(
        NoteSearch(
            "u-pastoral",
            ANA.id,
            now,
            "Room 1",
            "u-pastoral",
            "u-teacher",
            "seen",
            "nothing",
            SearchDone.EXAMINED,
            "u-dsl",
            "needed",
        )
    )
    service.take(LeaveNote("u-teacher", "words for the lead"))
    return here


def key_of(here: Site, about: About) -> str:
    """The address of what such acts are done to."""
    state = here.service.standing().state
    found = {
        About.DEVICE: state.deposits,
        About.ARRANGEMENT: state.exemptions,
        About.HOLD: state.holds,
        About.INCIDENT: state.casebook.incidents,
        About.SEARCH: state.casebook.searches,
        About.NOTE: state.casebook.lead_notes,
    }
    return KEYS.get(about) or str(next(iter(found[about])))


def do(here: Site, name: str, key: str, **fields: str | list[str]):
    """Fill in an act's form and send it."""
    path = f"/acts/{name}/{key}"
    page = here.get(path).text
    hidden = {each: field_of(page, each) for each in ("csrf_token", "request")}
    return here.client.post(path, data={**hidden, **fields}, headers=ORIGIN)


def last(here: Site):
    return here.service.record[-1]


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_reaches_just_the_acts_that_its_permissions_allow(role):
    here = furnished()
    here.sign_in(role)
    for act in ACTS.values():
        path = f"/acts/{act.name}/{key_of(here, act.about)}"
        expected = 200 if act.is_for(Roles().rights([role]), ANA.form) else 403
        assert here.get(path).status_code == expected, (act.name, role)
        if expected == 403:
            refused = here.post(path, page="/school", request="x" * 22)
            assert refused.status_code == 403, (act.name, role)


def test_every_act_says_in_words_what_it_is_and_that_it_was_done():
    for act in ACTS.values():
        assert act.title[0].isupper(), act.name
        assert act.done.endswith("."), act.name
        assert re.fullmatch(r"[a-z-]+", act.name)
        names = [field.name for field in act.fields]
        assert len(set(names)) == len(names), act.name


def test_no_act_and_no_subject_is_invented():
    here = furnished()
    here.sign_in("headteacher")
    for path in ("/acts/nonsense/all", "/acts/pass/nobody", "/acts/hold/99999", "/acts/look/99"):
        assert here.get(path).status_code == 404, path


def test_a_pass_is_given_and_said_and_stands_on_the_persons_page():
    here = furnished()
    here.sign_in()
    sent = do(here, "pass", ANA.id, begins="2026-11-23T12:00", ends="2026-11-23T13:00", back="yes")
    assert sent.status_code == 303
    assert last(here).type is T.PASS_GIVEN
    page = here.get(sent.location).text
    assert "The pass is given." in page
    assert "12:00 to 13:00, brings it back" in page
    assert "The pass is given." not in here.get(sent.location).text


def test_a_form_that_is_wrong_keeps_what_was_filled_in_and_points_at_it():
    here = furnished()
    here.sign_in()
    sent = do(here, "pass", ANA.id, begins="2026-11-23T13:00", ends="2026-11-23T12:00", note="trip")
    assert sent.status_code == 400
    assert 'href="#ends"' in sent.text
    assert "ends before it begins" in sent.text
    assert ">trip</textarea>" in sent.text


def test_what_is_missing_is_asked_for():
    here = furnished()
    here.sign_in("pastoral")
    sent = do(here, "incident", ANA.id, kind="", at="")
    assert sent.status_code == 400
    assert 'href="#kind-1"' in sent.text
    assert 'href="#at"' in sent.text


def test_a_form_sent_twice_acts_once():
    here = furnished()
    here.sign_in()
    path = "/acts/tell-lead/all"
    page = here.get(path).text
    data = {name: field_of(page, name) for name in ("csrf_token", "request")}
    before = len(here.service.record)
    for _ in range(3):
        sent = here.client.post(path, data={**data, "note": "once"}, headers=ORIGIN)
        assert sent.status_code == 303
    assert [e.type for e in here.service.record[before:]].count(T.NOTED) == 1


def test_a_form_can_be_sent_again_when_the_record_could_not_be_written():
    here = furnished()
    here.sign_in()
    path = "/acts/tell-lead/all"
    page = here.get(path).text
    data = {name: field_of(page, name) for name in ("csrf_token", "request")}
    here.service.fault = RecordFault("the disk fails")
    assert here.client.post(path, data={**data, "note": "x"}, headers=ORIGIN).status_code == 503
    here.service.fault = None
    assert here.client.post(path, data={**data, "note": "x"}, headers=ORIGIN).status_code == 303
    assert last(here).type is T.NOTED


def test_without_a_form_of_ours_nothing_is_done():
    here = furnished()
    here.sign_in()
    sent = here.post("/acts/tell-lead/all", page="/acts/tell-lead/all", note="x", request="short")
    assert sent.status_code == 400


def test_what_opens_many_doors_is_confirmed_first():
    here = furnished()
    here.sign_in()
    checked = do(here, "release-now", "all", forms=["7 Beech"], note="snow")
    assert checked.status_code == 200
    assert "Check before you go on" in checked.text
    assert "7 Beech" in checked.text
    assert last(here).type is not T.RELEASED_NOW
    data = {
        name: field_of(checked.text, name) for name in ("csrf_token", "request", "forms", "note")
    }
    changed = here.client.post(
        "/acts/release-now/all", data={**data, "change": "yes"}, headers=ORIGIN
    )
    assert 'value="7 Beech" checked' in changed.text
    sent = here.client.post(
        "/acts/release-now/all", data={**data, "confirmed": "yes"}, headers=ORIGIN
    )
    assert sent.status_code == 303
    assert last(here).type is T.RELEASED_NOW
    assert last(here).data == {"forms": ["7 Beech"]}


def test_a_refusal_says_why_and_changes_nothing():
    here = furnished()
    here.sign_in()
    assert do(here, "going-home", ANA.id).status_code == 303
    again = do(here, "going-home", ANA.id)
    assert again.status_code == 409
    assert "it is so already" in again.text


def test_reception_does_not_even_read_the_names_of_the_kinds_of_holds_it_may_not_place():
    here = furnished()
    here.sign_in("reception")
    page = here.get(f"/acts/hold/{key_of(here, About.DEVICE)}").text
    assert "Held by the office" in page
    for word in ("afeguarding", "Police", "nvestigation", "onfiscated until"):
        assert word not in page


def test_a_private_hold_is_placed_and_read_by_the_lead_and_is_an_office_hold_to_others():
    here = furnished()
    here.sign_in("dsl")
    device = key_of(here, About.DEVICE)
    do(here, "hold", device, kind="safeguarding", note="keep")
    assert "Safeguarding" in here.get(f"/people/{ANA.id}").text
    here.post("/sign-out", page="/school")
    here.sign_in("reception")
    for path in (f"/people/{ANA.id}", f"/deposits/{device}", "/people?q=ana", "/record"):
        assert "afeguarding" not in here.get(path).text, path


PAGES = (
    *("/", "/cabinet/grid", "/people", f"/people/{ANA.id}", "/school", "/cubbies/1"),
    *("/record", f"/record?person={ANA.id}", "/record.csv", "/openings/1", "/openings/1/stage"),
    *("/deposits/{deposit}", "/lists", "/lists/uncollected", "/reconcile", "/round", "/health"),
    *("/healthz", "/lead", "/simulator", "/screen"),
)
UNTOLD = (HoldKind.SAFEGUARDING, HoldKind.INVESTIGATION, HoldKind.POLICE)


@cache
def told(role: str, kind: HoldKind) -> dict[str, object]:
    """All that a role is answered while a device is held, by page; the acts too, whole."""
    here = site(simulated=True)
    hand_in(here.service, ANA)
    deposit = here.service.standing().state.deposit_of(ANA.id)
    assert deposit is not None
    here.service.take(PlaceHold("u-dsl", deposit.id, kind, note="words"))
    here.sign_in(role)
    about = {
        **KEYS,
        About.DEVICE: deposit.id,
        About.HOLD: next(iter(here.service.standing().state.holds)),
    }
    acts = [f"/acts/{act.name}/{about[act.about]}" for act in ACTS.values() if act.about in about]
    pages = [page.format(deposit=deposit.id) for page in PAGES]
    return {page: without_tokens(here.get(page)) for page in [*pages, *acts]}


@pytest.mark.parametrize("kind", UNTOLD)
@pytest.mark.parametrize("role", ["reception", "teacher", "pastoral", "technician", "admin"])
def test_pages_with_a_private_hold_are_byte_for_byte_those_with_an_office_hold(role, kind):
    untold, plain = told(role, kind), told(role, HoldKind.OFFICE)
    assert untold == plain
    answered = {page for page, (status, *_) in untold.items() if status == 200}
    assert {"/", "/cabinet/grid", "/school"} <= answered
    assert ("/record.csv" in answered) == (Permission.SEE_RECORD in ROLES[role])


def test_the_lead_is_told_which_hold_it_is():
    plain = told("dsl", HoldKind.OFFICE)
    for kind in UNTOLD:
        assert told("dsl", kind)[f"/people/{ANA.id}"] != plain[f"/people/{ANA.id}"]


def without_tokens(answer):
    """A page but for the random tokens in it."""
    other = ("Set-Cookie", "Content-Security-Policy", "Date")  # of each answer
    headers = [h for h in answer.headers if h[0] not in other]
    return answer.status_code, shown(answer.text), headers


def test_reception_is_told_whom_to_call_and_pastoral_may_lift_what_they_confiscated():
    here = site()
    hand_in(here.service, ANA)
    deposit = here.service.standing().state.deposit_of(ANA.id)
    assert deposit is not None
    later = here.service.now().at + timedelta(hours=5)
    here.service.take(PlaceHold("u-pastoral", deposit.id, HoldKind.CONFISCATED, later))
    here.sign_in("reception")
    assert "Held: call the duty lead" in here.get(f"/people/{ANA.id}").text
    here.post("/sign-out", page="/school")
    here.sign_in("pastoral")
    page = here.get(f"/people/{ANA.id}").text
    assert "Confiscated until today" in page
    assert "/acts/lift/" in page


def test_the_mechanical_key_is_entered_afterwards_with_what_became_of_which_cubby():
    here = furnished()
    here.sign_in()
    told = {"first": "u-reception", "second": "u-teacher", "given": ["1"]}
    sent = do(here, "key-used", "all", confirmed="yes", **told)
    assert sent.status_code == 303
    assert T.KEY_USED in [event.type for event in here.service.record]
    assert here.get(sent.location).status_code == 200
    alone = do(here, "key-used", "all", first="u-reception", second="u-reception")
    assert "name both" in alone.text


def test_the_walk_leads_from_cubby_to_cubby_until_every_one_is_certain():
    here = site()
    hand_in(here.service, ANA)
    here.sign_in()
    do(here, "not-empty", "5")
    page = here.get("/reconcile").text
    assert "Cubby 5" in page
    nothing = do(here, "look", "5")
    assert "Say what you saw" in nothing.text
    sent = do(here, "look", "5", is_empty="yes")
    assert sent.location == "/reconcile"
    assert "Every cubby is certain." in here.get("/reconcile").text


def test_a_round_is_followed_paused_and_ended_on_its_page():
    here = site()
    hand_in(here.service, ANA)
    hand_in(here.service, BEN)
    here.service.jammed |= {1, 2}
    here.sign_in()
    sent = do(here, "open-all", "all", confirmed="yes")
    assert sent.location == "/round"
    page = here.get("/round").text
    assert "0 of 2" in page or "1 of 2" in page
    do(here, "pause", "all")
    assert "paused" in here.get("/round/progress").text
    do(here, "resume", "all")
    do(here, "end-round", "all")
    assert "Nothing is being opened" in here.get("/round").text


def test_devices_are_given_back_by_form_from_the_pages():
    here = site()
    hand_in(here.service, ANA)
    here.service.pass_time(6.6 * 3600)
    here.sign_in()
    sent = do(here, "release-forms", "all", groups=["7 Beech"], confirmed="yes")
    assert sent.status_code == 303
    assert here.service.standing().state.deposit_of(ANA.id) is None


def test_the_lead_reads_what_waits_and_closes_it():
    here = furnished()
    here.sign_in("dsl")
    page = here.get("/lead").text
    assert "words for the lead" in page
    assert "Search of Ana Silva" in page
    note = key_of(here, About.NOTE)
    do(here, "close-note", note, confirmed="yes")
    assert "words for the lead" not in here.get("/lead").text


def test_a_search_needs_a_witness_and_authority_for_what_was_done():
    here = furnished()
    here.sign_in("pastoral")
    said = {"at": "2026-11-23T08:30", "where": "Hall", "grounds": "seen", "found": "nothing"}
    same = do(here, "search", ANA.id, searcher="u-pastoral", witness="u-pastoral", **said)
    assert "somebody else than who searched" in same.text
    bare = do(
        here, "search", ANA.id, searcher="u-pastoral", witness="u-teacher", done="examined", **said
    )
    assert "with whose authority" in bare.text
    assert (
        do(here, "search", ANA.id, searcher="u-pastoral", witness="u-teacher", **said).status_code
        == 303
    )


def test_a_fire_stops_all_doors_and_only_who_may_gives_the_all_clear():
    here = furnished()
    here.sign_in("teacher")
    do(here, "fire", "all")
    FakeHands(here.service).tap(b"\x04\xa1\xb2\xc3\xd4\x10\x02")
    assert here.service.pulses[1:] == []
    assert (
        "No door opens" in here.get("/school").text or "no door opens" in here.get("/school").text
    )
    assert here.get("/acts/all-clear/all").status_code == 403


NEW = bytes.fromhex("04FFEEDDCCBBAA")


def test_a_new_card_is_given_to_who_stands_there_once_it_was_tapped_twice():
    here = furnished()
    here.sign_in()
    hands = FakeHands(here.service)
    hands.tap(NEW)
    assert "nothing to choose from" in here.get(f"/acts/card/{BEN.id}").text
    here.service.pass_time(5)
    hands.tap(NEW)
    page = here.get(f"/acts/card/{BEN.id}").text
    assert NEW.hex() not in page.lower()
    mark = field_of(page.replace('id="card-1" ', ""), "card")
    sent = do(here, "card", BEN.id, card=mark, until="lasting")
    assert sent.status_code == 303
    cards = here.service.standing().roster.credentials
    assert cards[key_of_card(NEW)].person == BEN.id
    assert "A card: blocked" in here.get(f"/people/{BEN.id}").text


def test_a_temporary_card_works_until_midnight_beside_the_forgotten_one():
    here = furnished()
    here.sign_in()
    for _ in range(2):
        FakeHands(here.service).tap(NEW)
        here.service.pass_time(5)
    mark = field_of(here.get(f"/acts/card/{BEN.id}").text.replace('id="card-1" ', ""), "card")
    do(here, "card", BEN.id, card=mark, until="today")
    page = here.get(f"/people/{BEN.id}").text
    assert "A card: works<br>" in page
    assert "until 24 November 2026, 00:00" in page


def test_a_card_is_blocked_at_once():
    here = furnished()
    here.sign_in()
    mark = field_of(here.get(f"/acts/block-card/{BEN.id}").text.replace('id="card-1" ', ""), "card")
    assert do(here, "block-card", BEN.id, card=mark).status_code == 303
    assert "A card: blocked" in here.get(f"/people/{BEN.id}").text


def test_what_was_handed_over_has_no_page_and_leads_back_to_its_owner():
    here = furnished()
    here.sign_in("dsl")
    said = {"to": "J. Silva", "relation": "mother", "identity": "passport", "confirmed": "yes"}
    sent = do(here, "hand-over", key_of(here, About.DEVICE), **said)
    assert sent.location == f"/people/{ANA.id}"
    assert here.get(sent.location).status_code == 200


def test_signs_are_adapted_to_somebody_and_the_form_says_how_they_are():
    here = furnished()
    here.sign_in()
    sent = do(here, "signs", ANA.id, language="pl", low_sensory="yes")
    assert (sent.status_code, last(here).type) == (303, T.SIGNS_ADAPTED)
    person = here.service.standing().roster.people[ANA.id]
    assert (person.language, person.low_sensory) == ("pl", True)
    form = here.get(f"/acts/signs/{ANA.id}").text
    assert 'value="pl" checked' in form
    assert re.search(r'name="low_sensory"[^>]* checked', form)
    do(here, "signs", ANA.id, language="school")
    person = here.service.standing().roster.people[ANA.id]
    assert (person.language, person.low_sensory) == ("", False)
