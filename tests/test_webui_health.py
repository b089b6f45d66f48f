"""The kiosk's health, for whoever watches it."""

from dataclasses import replace

from webui_fixtures import ANA, hand_in, site

HEALTHY = {
    "ready": True,
    "simulated": False,
    "reader": "ok",
    "locks": "ok",
    "lights": "ok",
    "power": "ok",
    "store": "ok",
    "clock": "trusted",
    "history": "ok",
    "looked_through": "",
    "version": "0.1.0",
}


def test_a_kiosk_that_is_ready_says_so_without_a_login():
    answer = site().get("/healthz")
    assert (answer.status_code, answer.json) == (200, HEALTHY)


def test_a_kiosk_that_is_not_ready_says_503():
    page = site()
    page.service.state_of_parts = replace(page.service.state_of_parts, ready=False, reader="dead")
    answer = page.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {**HEALTHY, "ready": False, "reader": "dead"})


def test_why_the_record_fails_is_told_to_nobody_outside():
    page = site()
    fault = "/var/lib/kiosk/journal: [Errno 28] No space left on device"
    page.service.state_of_parts = replace(page.service.state_of_parts, store=fault)
    assert page.get("/healthz").json == {**HEALTHY, "store": "failing"}


def test_what_is_seen_of_a_lost_part_is_for_the_technician_alone():
    page = site()
    details = {"locks main": "the serial port /dev/ttyUSB0 is not there"}
    page.service.state_of_parts = replace(page.service.state_of_parts, details=details)
    assert page.get("/healthz").json == HEALTHY


def test_nothing_personal_is_in_it():
    page = site()
    before = page.get("/healthz").data
    hand_in(page.service, ANA)
    assert page.get("/healthz").data == before
