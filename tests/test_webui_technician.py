"""The health page: how each part is, what the doctor finds when it is asked, and nobody in it."""

import json
from dataclasses import replace

import pytest
from webui_fixtures import ANA, PEOPLE, Site, hand_in, site

from kiosk.errors import KioskError
from kiosk.wellbeing import NOT_READ, UNSOUND

LOOKED = "2026-11-23T07:40:00+00:00"

FAULT = {"name": "disk", "verdict": "fault", "words": "it is full", "hint": "make room"}
FINE = {"name": "keys", "verdict": "ok", "words": "both are there", "hint": ""}


@pytest.fixture
def page() -> Site:
    page = site()
    hand_in(page.service, ANA)
    page.sign_in("technician")
    return page


def test_each_part_is_told_as_the_kiosk_knows_it(page: Site) -> None:
    text = page.get("/health").text
    for words in ("Card reader", "Locks", "Doors main", "12 of 12 have a sensor", "Clock"):
        assert words in text
    assert "events on record" in text


def test_a_part_that_is_not_well_says_what_to_do(page: Site) -> None:
    page.hands.fault("reader", "unplugged")
    text = page.get("/health").text
    assert "<strong>fault</strong>: does not answer" in text
    assert "check its cable" in text


def test_what_is_seen_of_a_lost_part_now_stands_beside_it(page: Site) -> None:
    page.service.state_of_parts = replace(
        page.service.state_of_parts,
        lights="do not do as told",
        locks="does not answer",
        details={"lights": "GPIO 5: it is no output", "locks main": "nobody answers"},
    )
    text = page.get("/health").text
    assert "do not do as told: GPIO 5: it is no output" in text
    assert "does not answer: nobody answers" in text


@pytest.mark.parametrize(
    ("power", "words"),
    [
        ("ok", "works"),
        ("not told", "this computer does not tell"),
        ("too weak", "too weak: below 4.63 V"),
    ],
)
def test_the_computers_supply_has_a_row(page: Site, power: str, words: str) -> None:
    parts, details = page.service.state_of_parts, {"power": "below 4.63 V"}
    page.service.state_of_parts = replace(parts, power=power, details=details)
    rows = page.get("/health").text.split("<tr")
    (row,) = (row for row in rows if "Computer’s supply" in row)
    assert words in row
    assert ("stronger supply" in row) is (power == "too weak")


@pytest.mark.parametrize(
    ("history", "looked", "words", "hint"),
    [
        ("ok", "", "not looked through since the start yet", ""),
        ("ok", LOOKED, "as it was written; looked through on 23 November 2026, 07:40", ""),
        (NOT_READ, LOOKED, "looked through on 23 November 2026, 07:40", "journalctl"),
        (NOT_READ, "", "not looked through since the start", "journalctl"),
        (UNSOUND, LOOKED, "not as it was written", "kiosk repair --from"),
    ],
)
def test_how_history_is_is_told_and_what_helps(
    page: Site, history: str, looked: str, words: str, hint: str
) -> None:
    parts = replace(page.service.state_of_parts, history=history, looked_through=looked)
    page.service.state_of_parts = parts
    (row,) = (row for row in page.get("/health").text.split("<tr") if "History" in row)
    assert (f"</strong>: {words}" in row, hint in row) == (True, True)
    assert ("<strong>ok</strong>" in row) == (history == "ok")


def test_what_the_reader_counted_is_told(page: Site) -> None:
    counts = {"cards": 312, "dropped: wrong parity": 9, "copies": 0}
    page.service.state_of_parts = replace(page.service.state_of_parts, reader_counts=counts)
    assert "cards 312, dropped: wrong parity 9" in page.get("/health").text


def test_of_several_banks_the_one_that_is_lost_is_named(page: Site) -> None:
    cubbies = dict(page.service.rules.cubbies)
    cubbies[12] = replace(cubbies[12], bank="side")
    page.service.rules = replace(page.service.rules, cubbies=cubbies)
    parts = replace(page.service.state_of_parts, locks="side does not answer")
    page.service.state_of_parts = parts
    rows = page.get("/health").text.split("<tr")
    of = {bank: next(row for row in rows if f"Locks {bank}" in row) for bank in ("main", "side")}
    assert ("works" in of["main"], "does not answer" in of["side"]) == (True, True)


def test_the_doctors_findings_come_when_asked_the_worst_first(page: Site) -> None:
    page.workshop.findings = [FINE, FAULT]
    assert "it is full" not in page.get("/health").text
    text = page.post("/health/examine", page="/health").text
    assert text.index("it is full") < text.index("make room") < text.index("both are there")


def test_an_examination_that_fails_is_told_in_words(page: Site) -> None:
    page.workshop.fault = KioskError("the machine is being examined already")
    for path in ("/health/examine", "/health/bundle"):
        answer = page.post(path, page="/health")
        assert (answer.status_code, "examined already" in answer.text) == (503, True)


def test_a_kiosk_without_a_workshop_says_where_to_ask(page: Site) -> None:
    object.__setattr__(page.app.extensions["office"], "workshop", None)
    assert "kiosk doctor" in page.get("/health").text
    assert page.post("/health/examine").status_code == 503


def test_the_bundle_is_a_file_with_nobody_in_it(page: Site) -> None:
    page.workshop.findings = [{**FAULT, "words": "Ana Silva, 1001"}]
    page.workshop.log = [f"{p.name} {p.admission} {p.id}" for p in PEOPLE]
    answer = page.post("/health/bundle", page="/health")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kiosk-support.json"'
    assert json.loads(answer.data)["counts"]["stored"] == 1
    for person in PEOPLE:
        assert not {person.surname, person.admission, person.id} & set(answer.text.split())
    assert "Silva" not in answer.text


def test_what_a_finding_says_is_text_and_nothing_else(page: Site) -> None:
    page.workshop.findings = [{**FAULT, "words": "<script>alert(1)</script>"}]
    assert "<script>alert" not in page.post("/health/examine", page="/health").text


def test_the_desk_sees_the_parts_and_finds_the_page() -> None:
    page = site()
    page.sign_in("reception")
    assert "/health" in page.get("/school").text
    assert page.get("/health").status_code == 200


def test_the_doors_of_a_lost_bank_are_not_said_to_be_well(page: Site) -> None:
    page.service.state_of_parts = replace(page.service.state_of_parts, locks="does not answer")
    row = next(row for row in page.get("/health").text.split("<tr") if "Doors main" in row)
    assert "<strong>fault</strong>" in row
    assert "not certain, while their locks do not answer; open when last seen: none" in row


@pytest.mark.parametrize("role", ["reception", "headteacher", "technician"])
def test_whoever_is_told_of_alerts_has_health_in_the_menu(role: str) -> None:
    page = site()
    page.sign_in(role)
    assert '<a href="/health">Health</a>' in page.get("/").text
