"""One cubby's page, and opening it by hand."""

import re
from dataclasses import replace

import pytest
from webui_fixtures import ANA, BEN, ORIGIN, field_of, hand_in, site, uid_of

from kiosk.errors import NotRunning, RecordFault
from kiosk.events import EventType, Reason
from kiosk.messages.commands import Override
from kiosk.policy.reasons import Choice


@pytest.fixture
def desk():
    signed_in = site()
    hand_in(signed_in.service, ANA)
    signed_in.sign_in()
    return signed_in


def openings(desk):
    return [e for e in desk.service.record if e.type is EventType.OVERRIDDEN]


def test_the_page_tells_what_is_in_it(desk):
    text = desk.get("/cubbies/1").text
    for part in (
        "<h1>Cubby 1</h1>",
        ">Ana Silva</a>, 7 Beech",
        "08:40",
        "Handed in",
        "Open this cubby",
    ):
        assert part in text


def test_an_override_is_recorded_with_its_reason_and_note_and_opens_that_cubby(desk):
    answer = desk.override(1, "leaving_early", note="Dentist at ten")
    event = openings(desk)[0]
    assert (answer.status_code, answer.location) == (303, f"/openings/{event.seq}")
    told = (event.actor, event.person, event.cubby, event.granted, event.reason)
    assert told == ("user:u-reception", "p-ana", 1, True, Reason.LEAVING_EARLY)
    assert desk.service.note(event.note) == "Dentist at ten"
    assert desk.service.pulses == [1, 1]


def test_an_empty_cubby_can_be_opened_too(desk):
    assert desk.override(7, "cubby_check").status_code == 303
    assert (openings(desk)[0].person, desk.service.pulses[-1]) == (None, 7)


def test_a_form_sent_twice_acts_once(desk):
    form = desk.get("/cubbies/1").text
    data = {name: field_of(form, name) for name in ("csrf_token", "person", "request")}
    data["reason"] = "medical"
    answers = [desk.client.post("/cubbies/1/open", data=data, headers=ORIGIN) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/openings/{openings(desk)[0].seq}"] * 2
    assert (len(openings(desk)), desk.service.pulses) == (1, [1, 1])


def test_each_form_shown_is_another_request(desk):
    tokens = {field_of(desk.get("/cubbies/1").text, "request") for _ in range(3)}
    assert (len(tokens), {len(token) for token in tokens}) == (3, {22})


def test_a_page_out_of_date_opens_nobody_elses_cubby(desk):
    answer = desk.override(1, person="p-ben")
    assert answer.status_code == 409
    assert "Cubby 1 was not opened: it holds another person&#39;s device." in answer.text
    assert (openings(desk)[0].granted, desk.service.pulses) == (False, [1])


def test_after_a_refusal_the_form_is_a_new_request(desk):
    answer = desk.override(1, person="p-ben")
    assert field_of(answer.text, "person") == "p-ana"
    assert field_of(answer.text, "request") != openings(desk)[0].data["request"]


def test_a_cubby_in_use_is_not_opened(desk):
    desk.hands.tap(uid_of(BEN))
    answer = desk.override(2, person="")
    assert (answer.status_code, "its door is being used" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "collect"}, "Choose a reason."),
        ({"reason": "other"}, "Say in the note what the reason is."),
        ({"reason": "other", "note": " \t "}, "Say in the note what the reason is."),
        ({"reason": "medical", "note": "x" * 501}, "Keep the note under 500 characters."),
    ],
)
def test_a_form_not_filled_in_opens_nothing_and_says_what_is_missing(desk, fields, said):
    answer = desk.override(1, **fields)
    assert (answer.status_code, said in answer.text, openings(desk)) == (400, True, [])
    assert "There is a problem" in answer.text
    assert "<title>Error: Cubby 1" in answer.text


def test_what_was_typed_stays_when_something_is_missing(desk):
    answer = desk.override(1, "", note="Dentist & <b>mum</b>")
    assert "Dentist &amp; &lt;b&gt;mum&lt;/b&gt;</textarea>" in answer.text


@pytest.mark.parametrize("request_token", ["", "short", "x" * 65, "a b c d e f g h i j"])
def test_a_form_without_a_request_of_ours_opens_nothing(desk, request_token):
    assert desk.override(1, request=request_token).status_code == 400
    assert openings(desk) == []


@pytest.mark.parametrize(
    "number", ["0", "13", "9" * 20, "9" * 5000, "one"], ids=["0", "13", "huge", "long", "word"]
)
def test_there_is_no_page_for_a_cubby_that_is_not_there(desk, number):
    assert desk.get(f"/cubbies/{number}").status_code == 404


def test_when_the_record_cannot_be_written_nothing_is_said_to_have_happened(desk):
    desk.service.fault = RecordFault("disk full")
    answer = desk.override(1)
    assert answer.status_code == 503
    assert "nothing was done: no door was opened" in answer.text
    assert desk.service.pulses == [1]


def test_when_the_kiosk_does_not_answer_nobody_is_told_that_nothing_happened(desk):
    desk.service.fault = NotRunning("no answer within 10 s")
    answer = desk.override(1)
    assert (answer.status_code, "Whether it was done is not known" in answer.text) == (503, True)


def test_a_doubt_can_be_settled_on_the_cubbys_page(desk):
    desk.hands.open(1)
    desk.hands.close(1)
    text = desk.get("/cubbies/1").text
    assert "Not certain because" in text
    assert "Still inside" in text


def test_who_may_not_open_finds_no_form(desk):
    desk.post("/sign-out")
    desk.sign_in("technician")
    text = desk.get("/cubbies/1").text
    assert ("Open this cubby" in text, "Last events" in text) == (False, True)


def test_a_note_is_kept_as_one_line_without_commands_to_a_screen(desk):
    desk.override(1, note="Dentist\r\n\x1b[2J at \u202eten")
    assert desk.service.note(openings(desk)[0].note) == "Dentist [2J at ten"


@pytest.fixture
def own_reasons(desk):
    reasons = (Choice(Reason.OTHER, "Photo day"), Choice(Reason.MEDICAL), Choice(Reason.OTHER))
    desk.service.rules = replace(desk.service.rules, reasons=reasons)
    return desk


def test_the_schools_own_reasons_are_offered_in_its_order(own_reasons):
    text = own_reasons.get("/cubbies/1").text
    offered = re.findall(r'name="reason" id="([\w-]+)" value="([^"]+)"', text)
    assert offered == [
        ("reason-own-0", "Photo day"),
        ("reason-medical", "medical"),
        ("reason-other", "other"),
    ]


def test_a_reason_of_the_schools_is_another_reason_on_record_with_its_words(own_reasons):
    answer = own_reasons.override(1, "Photo day")
    event = openings(own_reasons)[0]
    assert (event.granted, event.reason, event.data["own"]) == (True, Reason.OTHER, "Photo day")
    assert "Photo day" in own_reasons.get(answer.location).text
    assert "Photo day" in own_reasons.get("/record").text


@pytest.mark.parametrize("reason", ["leaving_early", "Photo", "own:Photo day", ""])
def test_what_the_school_does_not_open_for_opens_nothing(own_reasons, reason):
    assert own_reasons.override(1, reason).status_code == 400
    assert openings(own_reasons) == []


def test_the_core_does_not_take_a_page_at_its_word(own_reasons):
    for forged in ({"reason": Reason.CUBBY_CHECK}, {"reason": Reason.MEDICAL, "own": "Photo day"}):
        outcome = own_reasons.service.submit(Override("u-reception", 1, ANA.id, **forged))
        assert (outcome.granted, outcome.reason) == (False, Reason.NO_SUCH_REASON)
