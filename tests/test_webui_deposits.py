"""One device's page, and what staff say of it."""

import pytest
from webui_fixtures import ANA, BEN, hand_in, site, uid_of

from kiosk.events import EventType, Reason

EMPTY, INSIDE, GIVEN = "The cubby is empty", "Still inside", "Given to its owner"
NEVER = "It was never put in"
KEY = "It was opened with the key"


@pytest.fixture
def desk():
    signed_in = site()
    hand_in(signed_in.service, ANA)
    signed_in.sign_in()
    return signed_in


def kept(desk):
    return desk.service.standing().state.deposit_of(ANA.id)


def say(desk, what, page="/cubbies/1"):
    return desk.post(f"/deposits/{kept(desk).id}/state", page=page, what=what)


def offered(text):
    return [words for words in (GIVEN, INSIDE, EMPTY, NEVER) if words in text]


def test_a_cubby_in_doubt_asks_openly(desk):
    desk.hands.open(1)
    text = desk.get("/cubbies/1").text
    assert (offered(text), KEY in text) == ([GIVEN, INSIDE, EMPTY, NEVER], False)


def test_a_cubby_that_is_certain_can_be_corrected_behind_a_line(desk):
    text = desk.get("/cubbies/1").text
    form = text[text.index("<details") : text.index("</details>")]
    assert (offered(form), KEY in form) == ([GIVEN, INSIDE, EMPTY, NEVER], True)


def test_a_cubby_without_a_device_has_nothing_to_correct(desk):
    assert "What is true of the device?" not in desk.get("/cubbies/2").text


@pytest.mark.parametrize(
    ("what", "place"), [("given", None), ("empty", ("cubby", None)), ("never_put_in", None)]
)
def test_what_was_certain_is_corrected_by_what_staff_say(desk, what, place):
    assert say(desk, what).status_code == 303
    event = desk.service.record[-1]
    assert (event.type, event.reason) == (EventType.CUSTODY_STATED, Reason(what))
    assert (kept(desk) and ("cubby", kept(desk).cubby)) == place


def test_still_inside_changes_nothing_where_it_is_so_already(desk):
    answer = say(desk, "inside")
    assert (answer.status_code, "Nothing was changed: it is so already." in answer.text) == (
        409,
        True,
    )


def test_a_statement_leads_back_to_the_cubby_or_to_the_device_that_left_it(desk):
    desk.hands.open(1)
    assert say(desk, "inside").location == "/cubbies/1"
    deposit = kept(desk).id
    assert say(desk, "empty").location == f"/deposits/{deposit}"
    assert say(desk, "given", f"/deposits/{deposit}").location == "/"


@pytest.mark.parametrize("what", ["", "medical", "given "])
def test_only_four_statements_can_be_made(desk, what):
    assert desk.post("/deposits/1/state", what=what).status_code == 400


def test_a_statement_about_no_device_changes_nothing(desk):
    before = len(desk.service.record)
    answer = desk.post("/deposits/999/state", what="given")
    assert (answer.status_code, len(desk.service.record)) == (409, before)


def test_a_lost_device_has_a_page_that_tells_what_is_known(desk):
    say(desk, "empty")
    text = desk.get(f"/deposits/{kept(desk).id}").text
    known = (
        "A device nobody can find",
        ">Ana Silva</a>, 7 Beech",
        "08:40",
        "Cubby 1",
        "Stated by staff",
    )
    assert [part for part in known if part not in text] == []
    assert offered(text) == [GIVEN, NEVER]


def test_what_turns_out_never_to_have_been_put_in_leaves_the_page_and_the_record_says_why(desk):
    say(desk, "empty")
    assert say(desk, "never_put_in", f"/deposits/{kept(desk).id}").location == "/"
    assert "never put in" in desk.get("/record").text
    assert desk.service.standing().state.collections == {}


def test_its_events_are_its_own(desk):
    hand_in(desk.service, BEN)
    desk.service.pass_time(7 * 3600)
    desk.hands.tap(uid_of(BEN))
    text = desk.get(f"/deposits/{kept(desk).id}").text
    assert ("Handed in" in text, "Collected" in text, "Okafor" in text) == (True, False, False)


def test_a_device_in_a_cubby_has_a_page_too(desk):
    text = desk.get(f"/deposits/{kept(desk).id}").text
    assert ("Device in cubby 1" in text, offered(text)) == (True, [GIVEN, INSIDE, EMPTY, NEVER])


@pytest.mark.parametrize("deposit", ["0", "2", "999", "x", "9" * 5000])
def test_there_is_no_page_for_a_device_that_is_not_kept(desk, deposit):
    assert desk.get(f"/deposits/{deposit}").status_code == 404


def test_a_technician_sees_neither_names_nor_buttons(desk):
    say(desk, "empty")
    path = f"/deposits/{kept(desk).id}"
    desk.post("/sign-out")
    desk.sign_in("technician")
    text = desk.get(path).text
    assert [words for words in ("Silva", "7 Beech", GIVEN) if words in text] == []


def test_who_may_not_see_the_record_sees_no_events(desk):
    path = f"/deposits/{kept(desk).id}"
    desk.post("/sign-out")
    desk.sign_in("admin")
    answer = desk.get(path)
    assert (answer.status_code, "What happened to it" in answer.text) == (200, False)
