"""An opening's page: how it goes, and what staff say afterwards."""

from dataclasses import replace

import pytest
from webui_fixtures import ANA, BEN, hand_in, site, uid_of

from kiosk.events import EventType, Reason


@pytest.fixture
def desk():
    signed_in = site()
    hand_in(signed_in.service, ANA)
    signed_in.sign_in()
    return signed_in


def opened(desk, **fields):
    """The path of an opening just asked for."""
    return desk.override(1, **fields).location


def told(desk, path):
    return desk.get(f"{path}/stage").text


def test_a_pulse_is_not_an_opening(desk):
    desk.service.jammed.add(1)
    text = told(desk, opened(desk))
    assert "The lock was pulsed. The door is not open yet." in text
    assert "data-ended" not in text


def test_an_open_door_is_told_and_then_a_shut_one(desk):
    path = opened(desk)
    assert "The door is open." in told(desk, path)
    desk.hands.close(1)
    assert "The door was opened, and is shut again." in told(desk, path)


def test_a_door_that_does_not_open_is_told_with_a_way_on(desk):
    desk.service.jammed.add(1)
    path = opened(desk)
    for _ in range(2):
        desk.service.pass_time(6)
    text = told(desk, path)
    assert "The door did not open: the door did not open." not in text
    assert "Try the mechanical key" in text
    assert "second attempt" in text


def test_after_a_failed_opening_staff_can_say_what_the_key_showed(desk):
    desk.service.jammed.add(1)
    path = opened(desk)
    assert "What is true" not in told(desk, path)
    desk.service.pass_time(6)
    desk.service.pass_time(6)
    assert "If the key opened the cubby" in told(desk, path)
    answer = desk.post("/deposits/1/state", page=path, what="given", opening=path.split("/")[-1])
    assert (answer.location, desk.service.standing().state.deposit_in(1)) == (path, None)
    assert "data-ended" in told(desk, path)
    assert "given to its owner" in told(desk, path)


def test_a_failed_opening_of_an_empty_cubby_asks_nothing(desk):
    desk.service.jammed.add(7)
    path = desk.override(7, "cubby_check").location
    desk.service.pass_time(6)
    desk.service.pass_time(6)
    assert ("What is true" in told(desk, path), "data-ended" in told(desk, path)) == (False, True)


def test_a_tap_while_the_door_opens_leads_to_that_opening(desk):
    desk.service.jammed.add(2)
    desk.hands.tap(uid_of(BEN))
    desk.service.pass_time(4)
    desk.hands.tap(uid_of(BEN))
    first, second = [e for e in desk.service.record if e.type is EventType.TAPPED][-2:]
    assert second.cause == first.seq
    assert desk.get(f"/openings/{second.seq}").location == f"/openings/{first.seq}"
    assert desk.get(f"/openings/{first.seq}").status_code == 200
    assert f"/openings/{second.seq}" not in desk.get("/record").text


def test_an_opening_with_many_taps_keeps_its_first(desk):
    path = opened(desk)
    cause = int(path.split("/")[-1])
    again = replace(desk.service.record[-1], type=EventType.TAPPED, cause=cause, granted=False)
    desk.service.record += [replace(again, seq=again.seq + n) for n in range(1, 80)]
    text = desk.get(path).text
    assert "The door is open." in text
    assert "Opening by staff" in text
    assert "Only the first and the last steps are shown" in text


def test_staff_are_asked_what_is_true(desk):
    text = told(desk, opened(desk))
    for words in ("Given to its owner", "Still inside", "The cubby is empty"):
        assert words in text


@pytest.mark.parametrize("what", ["given", "inside", "empty"])
def test_what_staff_say_settles_it(desk, what):
    path = opened(desk)
    desk.hands.close(1)
    deposit = next(iter(desk.service.standing().state.deposits))
    answer = desk.post(
        f"/deposits/{deposit}/state", page=path, what=what, opening=path.rpartition("/")[2]
    )
    assert (answer.status_code, answer.location) == (303, path)
    event = desk.service.record[-1]
    assert (event.type, event.reason) == (EventType.CUSTODY_STATED, Reason(what))
    assert "Staff said" in told(desk, path)
    assert ("What is true" in told(desk, path)) == (what == "empty")


def test_an_opening_by_a_pupil_has_its_page_too(desk):
    desk.service.pass_time(7 * 3600)
    desk.hands.tap(uid_of(ANA))
    seq = next(e.seq for e in reversed(desk.service.record) if e.type is EventType.TAPPED)
    assert "The door is open." in told(desk, f"/openings/{seq}")


def test_a_refused_opening_is_told_as_such(desk):
    desk.override(1, person="p-ben")
    seq = next(e.seq for e in desk.service.record if e.type is EventType.OVERRIDDEN)
    text = desk.get(f"/openings/{seq}").text
    assert "Not opened: it holds another person&#39;s device." in text


@pytest.mark.parametrize("seq", [0, 2, 999])
def test_what_is_no_opening_has_no_page(desk, seq):
    assert desk.get(f"/openings/{seq}").status_code == 404


def test_an_unchanged_opening_is_not_sent_again(desk):
    path = opened(desk)
    first = desk.get(f"{path}/stage")
    again = desk.get(f"{path}/stage", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_technician_reads_it_without_names_notes_or_buttons(desk):
    path = opened(desk, note="Ana forgot her card")
    desk.post("/sign-out")
    desk.sign_in("technician")
    text = desk.get(path).text
    assert [word for word in ("Silva", "forgot", "Still inside", "reception") if word in text] == []
