"""What has to be done before pupils use the kiosk: each step is ticked once it is done."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from webui_fixtures import PASSWORD_HASH, FakeService, Site, site_of

from kiosk.acts import SchoolFile
from kiosk.errors import KioskError
from kiosk.model import Roster, User
from kiosk.school.school import rules_by
from webui.first_steps import COLUMNS_KEY, CUBBIES_KEY, EXAMPLE_NAME, NAME_KEY, ZONE_KEY, steps

ADMIN = User("u-admin", "admin", PASSWORD_HASH, ("admin",))
EXAMPLE = (Path(__file__).parent.parent / "config.example.toml").read_text(encoding="utf-8")
TERM = """
[[terms]]
name = "Autumn"
first = 2026-09-01
last = {last}
[[week]]
days = ["mon"]
arrival = "08:00"
locked = "09:00"
release = "15:00"
closed = "16:00"
"""


@pytest.fixture
def new() -> Site:
    """A kiosk whose first administrator has just signed in."""
    service = FakeService()
    service.school = EXAMPLE_NAME
    service.keep(Roster(users={ADMIN.id: ADMIN}))
    here = site_of(service)
    here.sign_in("admin")
    return here


def done(here: Site) -> set[str]:
    with here.app.test_request_context("/first-steps"):
        return {step.title for step in steps() if step.is_done}


def test_of_a_new_kiosk_only_what_hangs_on_it_may_be_done(new: Site) -> None:
    assert done(new) == {"Reader and locks work"}
    text = new.get("/first-steps").text
    assert "1 of 6 are done" in text
    assert "kiosk roster import FILE" in text


def test_each_step_is_ticked_once_it_is_done(new: Site) -> None:
    service = new.service
    ticked = []

    def note() -> None:
        ticked.append(done(new) - {title for each in ticked for title in each})

    note()
    service.school = "Oak Lane School"
    note()
    whole = FakeService().standing().roster
    service.keep(replace(whole, users={ADMIN.id: ADMIN}))
    note()
    service.keep(whole)
    note()
    service.file = SchoolFile(1, TERM.format(last="2026-12-18"))
    service.rules = rules_by(service.rules, service.file, whole)
    note()
    assert ticked[1:] == [
        {"This is your school and your cabinet"},
        {"The pupils are known", "They have cards"},
        {"Those who look after it can sign in"},
        {"Term dates and the week are yours"},
    ]


def test_terms_that_are_over_are_to_be_done_anew(new: Site) -> None:
    service = new.service
    service.file = SchoolFile(1, TERM.format(last="2026-10-01"))
    service.rules = rules_by(service.rules, service.file, Roster())
    assert "Term dates and the week are yours" not in done(new)


def test_a_reader_that_does_not_answer_is_to_be_done(new: Site) -> None:
    parts = replace(new.service.state_of_parts, reader="does not answer")
    new.service.state_of_parts = parts
    assert done(new) == set()
    assert "does not answer" in new.get("/first-steps").text


@pytest.mark.parametrize("place", [NAME_KEY, ZONE_KEY, CUBBIES_KEY, COLUMNS_KEY])
def test_the_keys_that_it_names_are_the_configs(new: Site, place: tuple[str, str]) -> None:
    section, key = place
    assert key in tomllib.loads(EXAMPLE)[section]
    text = new.get("/first-steps").text
    assert f"<code>{key} = …</code> below <code>[{section}]</code>" in text


def test_it_names_the_config_in_use(new: Site) -> None:
    assert tomllib.loads(EXAMPLE)["school"]["name"] == EXAMPLE_NAME
    assert "So /etc/kiosk/config.toml says." in new.get("/first-steps").text


def test_what_the_doctor_finds_comes_when_asked(new: Site) -> None:
    new.workshop.findings = [
        {"name": "keys", "verdict": "ok", "words": "both are there", "hint": ""},
        {"name": "disk", "verdict": "fault", "words": "it is full", "hint": "make room"},
    ]
    assert "it is full" not in new.get("/first-steps").text
    text = new.post("/first-steps/examine", page="/first-steps").text
    assert ("make room" in text, "both are there" in text) == (True, False)
    new.workshop.findings = []
    text = new.post("/first-steps/examine", page="/first-steps").text
    assert "kiosk doctor finds nothing wrong" in text


def test_an_examination_that_fails_is_told_in_words(new: Site) -> None:
    new.workshop.fault = KioskError("the machine is being examined already")
    answer = new.post("/first-steps/examine", page="/first-steps")
    assert (answer.status_code, "examined already" in answer.text) == (503, True)


def test_the_way_there_stands_above_every_page_while_nobody_is_on_the_roster(new: Site) -> None:
    link = 'href="/first-steps"'
    assert link in new.get("/account").text
    new.service.keep(FakeService().standing().roster)
    assert (link in new.get("/account").text, link in new.get("/users").text) == (False, True)


def test_a_page_that_brings_people_in_is_led_to_where_there_is_one() -> None:
    service = FakeService()
    here = site_of(service)
    here.app.add_url_rule("/people/import", "importing", lambda: "")
    here.sign_in("admin")
    assert 'href="/people/import"' in here.get("/first-steps").text
