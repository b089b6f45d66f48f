"""What other programs read: each part by its scope, names only where they may be told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from api_fixtures import EVERYTHING, Program, program
from webui_fixtures import ANA, BEN, MONDAY, PEOPLE, Site, hand_in, site

from kiosk.errors import RecordFault
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import GrantExemption, PlaceHold
from kiosk.messages.commands import Override, RevokeToken
from kiosk.messages.incidents import NoteIncident, NoteSearch
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import IncidentKind
from webui.api.pace import AT_ONCE, Pace

PATHS = {
    "/status": "status",
    "/cubbies": "cubbies",
    "/events": "events",
    "/lists": "lists",
    "/lists/not-seen": "lists",
}
PERSONAL = {
    word
    for person in PEOPLE
    for word in (person.id, person.admission, person.forename, person.surname, person.form)
}


def all_told(asks: Program) -> str:
    """All that a program can read."""
    lists = asks.told("/lists")["lists"]
    paths = ["/status", "/cubbies", "/events?limit=500", *(f"/lists/{name}" for name in lists)]
    return json.dumps([asks.told(path) for path in paths])


# who may ask


@pytest.mark.parametrize(("path", "scope"), PATHS.items())
def test_each_part_is_for_tokens_with_its_scope_and_no_others(path: str, scope: str) -> None:
    assert program(scope).ask(path).status_code == 200
    others = [other for other in EVERYTHING if other != scope]
    answer = program(*others).ask(path)
    assert (answer.status_code, answer.json["detail"]) == (
        403,
        f"This token lacks the scope {scope}.",
    )


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic a2lvc2s6a2lvc2s=", "Bearer é"])
def test_without_a_token_there_is_no_answer_even_for_who_is_signed_in(sent: str) -> None:
    page = site()
    page.sign_in("headteacher")
    answer = page.get("/api/v1/status", Authorization=sent)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="kiosk"'


def test_a_wrong_secret_and_an_unknown_token_are_answered_alike() -> None:
    asks = program("status")
    wrong = Program(asks.site, asks.text[:-1] + ("a" if asks.text[-1] != "a" else "b"))
    unknown = Program(asks.site, "kiosk_0123456789abcdef_" + "x" * 43)
    assert wrong.ask("/status").data == unknown.ask("/status").data


def test_a_token_that_was_taken_back_reads_nothing_from_then_on() -> None:
    asks = program("status")
    (id,) = asks.site.service.standing().roster.tokens
    asks.site.service.submit(RevokeToken("console", id))
    assert asks.ask("/status").status_code == 401


def test_uses_are_counted_and_nothing_is_written() -> None:
    asks = program("status")
    before = len(asks.site.service.record)
    asks.told("/status")
    asks.told("/status")
    (id,) = asks.site.service.standing().roster.tokens
    assert asks.site.service.token_uses.of(id) == (2, MONDAY.date())
    assert len(asks.site.service.record) == before


# how often


def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up() -> None:
    asks = program("status")
    other = program("status", on=asks.site, name="Other")
    for _ in range(AT_ONCE):
        asks.told("/status")
    answer = asks.ask("/status")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    other.told("/status")
    asks.site.time.now += 1
    asks.told("/status")


def test_a_pace_is_kept_for_good_and_a_rest_gives_no_more_than_the_first_turns() -> None:
    pace = Pace(at_once=2, per_s=1)
    assert [pace.wait("a", at) for at in (0, 0, 0, 0.5, 1)] == [0, 0, 1, 0.5, 0]
    assert [pace.wait("a", at) for at in (100, 100, 100)] == [0, 0, 1]


# what is told


def test_the_status_says_how_the_kiosk_is() -> None:
    asks = program("status")
    hand_in(asks.site.service, ANA)
    told = asks.told("/status")
    assert (told["school"], told["phase"], told["time"]) == (
        "Oak Lane School",
        "arrival",
        "2026-11-23T08:40:00Z",
    )
    assert told["counts"] == {
        "cubbies": 12, "free": 11, "stored": 1, "open": 0, "unknown": 0, "faults": 0,
    }  # fmt: skip
    assert told["seq"] == asks.site.service.standing().state.seq


def test_an_alert_is_told_in_words_until_it_is_over() -> None:
    asks = program("status")
    asks.site.hands.fault("reader", "unplugged")
    (alert,) = asks.told("/status")["alerts"]
    assert (alert["alert"], alert["acknowledged"]) == ("reader_lost", False)
    assert "check its cable" in alert["words"]
    asks.site.hands.fault("reader", "unplugged", on=False)
    assert asks.told("/status")["alerts"] == []


def test_why_the_record_fails_is_told_to_nobody_outside() -> None:
    asks = program("status")
    parts = replace(asks.site.service.state_of_parts, store="/var/lib/kiosk: full")
    asks.site.service.state_of_parts = parts
    assert asks.told("/status")["parts"]["store"] == "failing"


def test_a_cubby_is_told_with_its_owner_only_to_who_may_have_names() -> None:
    nameless = program("cubbies")
    named = program("cubbies", "names", on=nameless.site, name="MIS")
    cubby = hand_in(nameless.site.service, ANA)

    def of(asks: Program) -> Any:
        return next(c for c in asks.told("/cubbies")["cubbies"] if c["number"] == cubby)

    assert (of(nameless)["state"], of(nameless)["who"]) == ("in", None)
    assert of(named)["who"] == {"id": ANA.id, "name": "Ana Silva"}


def test_events_are_paged_without_a_gap_or_a_repeat() -> None:
    asks = program("events")
    hand_in(asks.site.service, ANA)
    hand_in(asks.site.service, BEN)
    seen: list[int] = []
    after, more = 0, True
    while more:
        told = asks.told(f"/events?after={after}&limit=3")
        seen += [event["seq"] for event in told["events"]]
        after, more = told["next"], told["more"]
    assert seen == [event.seq for event in asks.site.service.record]
    assert asks.told(f"/events?after={after}") == {"events": [], "next": after, "more": False}


def test_an_event_says_who_it_is_about_only_to_who_may_have_names() -> None:
    nameless = program("events")
    named = program("events", "names", on=nameless.site, name="MIS")
    hand_in(nameless.site.service, ANA)

    def tap(asks: Program) -> Any:
        return next(e for e in asks.told("/events")["events"] if e["type"] == "tapped")

    assert (tap(nameless)["about"], tap(nameless)["by"]) == (None, {"kind": "person", "who": None})
    assert tap(named)["about"] == {"id": ANA.id, "name": "Ana Silva"}
    assert tap(named)["by"]["who"]["name"] == "Ana Silva"


def test_a_list_has_rows_only_for_who_may_have_names() -> None:
    nameless = program("lists")
    named = program("lists", "names", on=nameless.site, name="MIS")
    hand_in(nameless.site.service, ANA)
    told = nameless.told("/lists/not-seen")
    assert (told["count"], told["rows"]) == (len(PEOPLE) - 1, [])
    rows = named.told("/lists/not-seen?form=7%20Beech")["rows"]
    assert [row["name"] for row in rows] == ["Ben Okafor"]


def test_a_form_may_not_be_asked_for_without_names() -> None:
    answer = program("lists").ask("/lists/not-seen?form=11M")
    assert (answer.status_code, "names" in answer.json["detail"]) == (403, True)


# what is never told


def eventful() -> Site:
    """A kiosk with a private hold, a need, an incident and a search on record."""
    page = site()
    service = page.service
    hand_in(service, ANA)
    deposit = service.standing().state.deposit_of(ANA.id)
    assert deposit
    need = Exemption(0, BEN.id, ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, MONDAY.date())
    commands: list[Command] = [
        PlaceHold("u-dsl", deposit.id, HoldKind.SAFEGUARDING, note="A dreadful thing"),
        GrantExemption("u-headteacher", need),
        NoteIncident("u-pastoral", BEN.id, IncidentKind.USED, MONDAY),
        NoteSearch("u-pastoral", BEN.id, MONDAY, "here", "u-pastoral", "u-dsl", "why", "what"),
        Override("u-reception", 3, None, Reason.MEDICAL, note="insulin", note_id="ab"),
    ]
    for command in commands:
        assert service.submit(command).granted, command
    return page


def test_without_names_nobody_is_in_anything_that_is_told() -> None:
    asks = program("status", "cubbies", "events", "lists", on=eventful())
    told = all_told(asks)
    found = {word for word in PERSONAL if f'"{word}' in told or f" {word}" in told}
    assert found == set()
    assert "p-ana" not in told


def test_no_program_learns_of_needs_incidents_searches_notes_or_true_kinds_of_holds() -> None:
    told = all_told(program(*EVERYTHING, on=eventful())).casefold()
    words = ("safeguarding", "dreadful", "medical", "insulin", "incident", "search", "always")
    assert [word for word in words if word in told] == []
    assert '"hold_placed"' in told


def test_a_private_hold_reads_exactly_like_one_of_the_office() -> None:
    def told(kind: HoldKind) -> str:
        asks = program(*EVERYTHING)
        hand_in(asks.site.service, ANA)
        deposit = asks.site.service.standing().state.deposit_of(ANA.id)
        assert deposit
        assert asks.site.service.submit(PlaceHold("u-dsl", deposit.id, kind)).granted
        return all_told(asks)

    assert told(HoldKind.POLICE) == told(HoldKind.SAFEGUARDING) == told(HoldKind.OFFICE)


# errors


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/events?after=x", 400),
        ("/events?after=-1", 400),
        ("/events?after=1e3", 400),
        ("/events?after=" + "9" * 40, 400),
        ("/events?limit=0", 400),
        ("/events?limit=501", 400),
        ("/events?limit=1&limit=2", 400),
        ("/events?before=3", 400),
        ("/status?x=1", 400),
        ("/lists/everybody", 404),
        ("/lists/out?name=held", 400),
        ("/nothing", 404),
    ],
)
def test_what_makes_no_sense_is_told_as_a_problem(path: str, status: int) -> None:
    answer = program(*EVERYTHING).ask(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json.keys() == {"type", "title", "status", "detail"}
    assert (answer.json["status"], answer.json["detail"] != "") == (status, True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_through_it(method: str) -> None:
    answer = program(*EVERYTHING).ask("/cubbies", method)
    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


def test_a_record_that_cannot_be_read_is_a_problem_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asks = program("events")

    def fail() -> None:
        raise RecordFault("/var/lib/kiosk/history: no such thing")

    monkeypatch.setattr(asks.site.service, "history", fail)
    answer = asks.ask("/events")
    assert (answer.status_code, answer.json["status"]) == (503, 503)
    assert "/var/lib" not in answer.text
