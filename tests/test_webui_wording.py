"""Words for people and moments."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webui_fixtures import ANA, MONDAY, school

from kiosk.events import Moment
from kiosk.service import Health
from webui.wording import (
    RECORD_FAILS,
    People,
    local_day,
    printable,
    short_stamp,
    since_words,
    stamp,
    troubles,
)

RULES, ROSTER = school()
KNOWING, NOT_KNOWING = People(ROSTER, True), People(ROSTER, False)


@pytest.mark.parametrize(
    ("actor", "known", "hidden"),
    [
        ("kiosk", "the kiosk", "the kiosk"),
        ("person:p-ana", "Ana Silva", "name hidden"),
        ("person:p-gone", "somebody no longer known", "name hidden"),
        ("user:u-teacher", "teacher", "a member of staff"),
        ("user:u-gone", "a user no longer known", "a member of staff"),
        ("user:", "somebody unknown", "somebody unknown"),
    ],
)
def test_an_actor_is_named_to_those_who_may_know(actor, known, hidden):
    assert (KNOWING.actor(actor), NOT_KNOWING.actor(actor)) == (known, hidden)


def test_nobody_has_no_name():
    assert (KNOWING.person(None), NOT_KNOWING.person(None)) == ("", "")


def test_a_form_is_as_private_as_a_name():
    assert (KNOWING.form(ANA.id), NOT_KNOWING.form(ANA.id)) == ("7 Beech", "")


def test_today_needs_no_date():
    assert since_words(RULES, MONDAY, MONDAY + timedelta(hours=3)) == "08:40"
    assert since_words(RULES, MONDAY, MONDAY + timedelta(days=1)) == "23 November 2026, 08:40"


def test_an_event_under_a_doubted_clock_says_so():
    moment = Moment(MONDAY, 1.0)
    assert stamp(RULES, moment) == "23 November 2026, 08:40:00"
    assert short_stamp(RULES, moment) == "23 Nov 2026, 08:40:00"
    assert stamp(RULES, replace(moment, trusted=False)).endswith("(clock not trusted)")


def test_days_are_those_of_the_schools_zone():
    assert local_day(RULES, MONDAY.replace(month=7, day=5, hour=23, minute=30)) == (
        "Monday 6 July 2026"
    )


FINE = Health(True, False, "ok", "ok", "ok", "ok", "ok", "trusted", "0.1.0")


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (FINE, ()),
        (replace(FINE, store="failing"), (RECORD_FAILS,)),
        (replace(FINE, ready=False, store="failing"), (RECORD_FAILS,)),
        (replace(FINE, ready=False, locks="does not answer"), ("Locks: does not answer.",)),
        (replace(FINE, reader="does not answer"), ()),  # there is an alert for it
    ],
)
def test_what_keeps_the_kiosk_from_working_is_told_in_sentences(health, told):
    assert troubles(health) == told


def test_a_kiosk_that_is_not_ready_always_says_so():
    assert len(troubles(replace(FINE, ready=False))) == 1


@given(st.text())
def test_what_is_shown_is_one_line_of_printable_words(text):
    shown = printable(text)
    assert shown.isprintable()
    assert shown == shown.strip()
