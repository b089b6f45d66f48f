"""A list of people taken in on the pages: what is shown first, refused, confirmed and done."""

from dataclasses import replace

import pytest
from import_fixtures import (
    IMPORT,
    LIST,
    MOVED,
    NEW,
    SAME,
    WHOLE,
    cells,
    facts,
    go_on,
    looked,
    on_roster,
    send,
    take_in,
)
from roster_fixtures import HEAD, csv_file, xlsx
from webui_fixtures import ANA, BEN, PEOPLE, Site, hand_in, key_of, site, uid_of

from kiosk.errors import NotMade, RecordFault
from kiosk.events import EventType
from kiosk.orders.apart import TOO_LARGE
from webui.imports import A_PAGE, GONE, SHOWN
from webui.pending import VALID_S

WITH_CARD = (*HEAD, "Card No")


@pytest.fixture
def desk() -> Site:
    here = site()
    here.sign_in("reception")
    return here


def test_a_list_shows_what_it_would_change_and_changes_nothing(desk: Site) -> None:
    before = desk.service.standing().roster
    _, page = looked(desk)
    assert facts(page) == {
        "New": "1",
        "Changed": "1",
        "Leavers": "0",
        "Cards": "0",
        "As before": "2",
    }
    assert "Zoe Nowak" in page
    assert "Form 7 Beech → 8 Oak" in page
    assert desk.service.standing().roster is before


def test_what_was_confirmed_is_taken_in_by_who_confirmed_it_and_gone_from_memory(
    desk: Site,
) -> None:
    where, page = looked(desk)
    check = go_on(desk, where, page)
    assert "Check before you go on" in check.text
    assert facts(check.text)["New"] == "1"
    done = go_on(desk, where, check.text, confirmed="yes")
    assert done.location == "/people"
    assert "1 new, 1 changed, 0 left, 0 cards" in desk.get("/people").text
    event = desk.service.record[-1]
    assert (event.type, event.actor) == (EventType.ROSTER_IMPORTED, "user:u-reception")
    assert (on_roster(desk)["2001"].name, on_roster(desk)["1001"].form) == ("Zoe Nowak", "8 Oak")
    assert GONE in desk.get(where).text


def test_a_workbook_is_read_too_and_so_are_its_cards(desk: Site) -> None:
    _, page = looked(desk, xlsx((*NEW, "110,48424"), head=WITH_CARD), profile="w26")
    assert facts(page)["Cards"] == "1"
    assert "Short, so bound at its first tap" in page
    assert "48424" not in page


def test_every_fault_is_told_by_row_and_column_and_nothing_goes_on(desk: Site) -> None:
    where, page = looked(desk, csv_file(NEW, ("", "No", "Number", ""), ("7", "", "Nobody", "")))
    assert ">2 faulty rows<" in page
    for row, column in (("3", "admission"), ("4", "forename")):
        cell = f"{row}</span></td>"
        assert column in page.split(cell)[1].split("</tr>")[0]
    refused = go_on(desk, where, page, confirmed="yes")
    assert (refused.status_code, 'href="#skip_faulty"' in refused.text) == (400, True)
    assert "2001" not in on_roster(desk)


def test_on_request_all_but_the_faulty_rows_are_taken_in(desk: Site) -> None:
    where, page = looked(desk, csv_file(NEW, ("7", "", "Nobody", "")))
    check = go_on(desk, where, page, skip_faulty="yes").text
    assert facts(check)["Left out"] == "1 faulty row"
    take_in(desk, where, page, skip_faulty="yes")
    assert {"2001", "7"} & on_roster(desk).keys() == {"2001"}


def test_of_a_list_with_nothing_sound_in_it_nothing_can_be_taken_in(desk: Site) -> None:
    where, page = looked(desk, csv_file(("7", "", "Nobody", "")))
    assert "Nothing of it can be imported" in page
    assert go_on(desk, where, page, skip_faulty="yes", confirmed="yes").status_code == 400


def test_a_card_of_somebody_else_is_a_fault_of_its_row(desk: Site) -> None:
    roster = desk.service.standing().roster
    card = next(iter(roster.credentials.values()))
    cards = {**roster.credentials, key_of(b"\x94\x6e\xbd\x28"): replace(card, person="p-ben")}
    desk.service.keep(replace(roster, credentials=cards))
    _, page = looked(desk, csv_file((*NEW, "946EBD28"), head=WITH_CARD))
    assert "Card belongs to Ben Okafor (1002) already" in page


def test_what_is_no_list_is_refused_on_the_form(desk: Site) -> None:
    for data, words in (
        (b"%PDF-1.7", "a PDF"),
        (b"", "the file is empty"),
        (b"a\nb", "must name the columns"),
    ):
        answer = send(desk, data)
        assert (answer.status_code, words in answer.text.replace("The file", "the file")) == (
            400,
            True,
        )


def test_no_file_and_no_such_spelling_are_told_where_to_mend(desk: Site) -> None:
    for answer, field in ((send(desk, name=""), "file"), (send(desk, profile="x"), "profile")):
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (400, True)


def test_a_file_that_takes_too_long_to_read_is_refused_in_words(
    desk: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_upload(uploaded: object) -> bytes:
        raise NotMade(TOO_LARGE)

    monkeypatch.setattr(desk.service, "read_upload", read_upload)
    answer = send(desk)
    assert (answer.status_code, "limits of time and memory" in answer.text) == (400, True)


# the stops


def test_that_many_leave_is_said_and_has_to_be_confirmed(desk: Site) -> None:
    hand_in(desk.service, BEN)
    where, page = looked(desk, WHOLE, full="yes")
    assert facts(page)["Leavers"] == "3"
    assert "3 of 4 pupils would leave" in page
    assert "A device of theirs is here" in page
    refused = go_on(desk, where, page)
    assert (refused.status_code, 'href="#many_leavers"' in refused.text) == (400, True)
    check = go_on(desk, where, page, many_leavers="yes").text
    assert facts(check)["Confirmed"] == "Yes, so many have left"
    take_in(desk, where, page, many_leavers="yes")
    assert on_roster(desk)["1002"].leaver


def test_a_confirmation_that_is_left_out_of_the_last_form_is_asked_for_again(desk: Site) -> None:
    where, page = looked(desk, WHOLE, full="yes")
    check = go_on(desk, where, page, many_leavers="yes").text
    assert go_on(desk, where, check, confirmed="yes").status_code == 400
    assert not on_roster(desk)["1002"].leaver


def test_numbers_that_differ_by_zeros_have_to_be_confirmed(desk: Site) -> None:
    where, page = looked(desk, csv_file(("01001", "Ana", "Silva", "")))
    assert 'id="lost_zeros"' in page
    assert go_on(desk, where, page).status_code == 400


def test_a_whole_roll_with_a_row_of_nobody_knows_whom_cannot_tell_who_left(desk: Site) -> None:
    where, page = looked(desk, csv_file(NEW, ("", "No", "Number", "")), full="yes")
    assert "who left cannot be told from such a file" in page
    assert go_on(desk, where, page, skip_faulty="yes", confirmed="yes").status_code == 400


# what happens meanwhile


def test_a_roster_that_changed_meanwhile_is_said_and_nothing_is_done(desk: Site) -> None:
    where, page = looked(desk)
    check = go_on(desk, where, page).text
    roster = desk.service.standing().roster
    moved = {**roster.people, "p-ana": replace(ANA, form="9 Elm")}
    desk.service.keep(replace(roster, people=moved))
    for confirmed in ({}, {"confirmed": "yes"}):
        refused = go_on(desk, where, check, **confirmed)
        assert (refused.status_code, "has changed meanwhile" in refused.text) == (409, True)
    assert "Form 9 Elm → 8 Oak" in refused.text
    assert "2001" not in on_roster(desk)


def test_what_changed_besides_does_not_keep_a_list_from_being_taken_in(desk: Site) -> None:
    where, page = looked(desk)
    hand_in(desk.service, BEN)
    assert take_in(desk, where, page).location == "/people"


def test_a_confirmation_that_is_sent_twice_acts_once(desk: Site) -> None:
    where, page = looked(desk)
    check = go_on(desk, where, page).text
    answers = [go_on(desk, where, check, confirmed="yes") for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 409]  # it is there no more
    assert [e.type for e in desk.service.record].count(EventType.ROSTER_IMPORTED) == 1


def test_what_did_not_happen_may_be_sent_again(desk: Site) -> None:
    where, page = looked(desk)
    check = go_on(desk, where, page).text
    desk.service.fault = RecordFault("full")
    assert go_on(desk, where, check, confirmed="yes").status_code == 503
    desk.service.fault = None
    assert go_on(desk, where, check, confirmed="yes").location == "/people"


def test_a_list_is_forgotten_when_it_is_thrown_away_replaced_or_old(desk: Site) -> None:
    first, _ = looked(desk)
    second, page = looked(desk)
    assert desk.get(first).status_code == 409
    go_on(desk, second, page, discard="yes")
    assert desk.get(second).status_code == 409
    third, _ = looked(desk)
    desk.time.now += VALID_S + 1
    desk.sign_in("reception")
    assert desk.get(third).status_code == 409


def test_a_list_is_its_senders_alone(desk: Site) -> None:
    where, _ = looked(desk)
    pending = desk.app.extensions["office"].pending
    assert len(pending) == 1
    desk.post("/sign-out", page="/people")
    assert len(pending) == 0
    desk.sign_in("headteacher")
    answer = desk.get(where)
    assert (answer.status_code, "Nowak" in answer.text) == (409, False)


# many


def test_of_many_the_first_are_shown_and_all_are_a_page_away(desk: Site) -> None:
    many = [(str(5000 + n), "Given", f"Family{n:03}", "7A") for n in range(A_PAGE + 50)]
    where, page = looked(desk, csv_file(*many))
    assert (f"{SHOWN} of {len(many)}" in page, f"Family{SHOWN:03}" in page) == (True, False)
    second = desk.get(f"{where}?show=added&from={A_PAGE}").text
    assert f"{A_PAGE + 1} to {len(many)} of {len(many)}" in second
    assert f"Family{A_PAGE:03}" in second
    for odd in ("-5", "x", "99999", "9" * 30):
        assert desk.get(f"{where}?show=added&from={odd}").status_code == 200


# names


def test_whoever_may_not_see_names_sees_those_they_sent_and_nothing_on_record() -> None:
    here = site()
    hand_in(here.service, BEN)
    here.sign_in("admin")
    assert "/people/import" in here.get("/").text
    where, page = looked(here, csv_file(NEW, MOVED), full="yes")
    assert (facts(page)["New"], facts(page)["Leavers"]) == ("1", "3")
    assert "Zoe Nowak" in page
    for words in ("Okafor", "1002", "7 Beech →", "A device of theirs"):
        assert words not in page
    done = take_in(here, where, page, many_leavers="yes")
    assert done.location == IMPORT
    assert "3 left" in here.get(IMPORT).text


def test_what_a_list_says_is_text_and_nothing_else(desk: Site) -> None:
    nasty = "<script>alert(1)</script>"
    _, page = looked(desk, csv_file(("2001", nasty, nasty, nasty)), name=f"{nasty}.csv")
    assert "<script>alert" not in page


def test_nothing_of_a_list_comes_to_the_record_but_counts_nor_to_the_log(
    desk: Site, caplog: pytest.LogCaptureFixture
) -> None:
    where, page = looked(desk, LIST)
    take_in(desk, where, page)
    assert ("Nowak" in caplog.text, "Nowak" in repr(desk.service.record)) == (False, False)


def test_a_kiosk_without_a_desk_says_where_to_import() -> None:
    here = site()
    object.__setattr__(here.app.extensions["office"], "desk", None)
    here.sign_in("reception")
    for path in (IMPORT, "/people/undo-import"):
        answer = here.get(path)
        assert (answer.status_code, "kiosk roster import" in answer.text) == (503, True)


def test_the_same_list_again_changes_nothing(desk: Site) -> None:
    where, page = looked(desk, csv_file(*SAME))
    assert "Nothing would change" in page
    assert go_on(desk, where, page, confirmed="yes").status_code == 400


def test_everybody_is_still_known_by_their_card_afterwards(desk: Site) -> None:
    where, page = looked(desk, csv_file(MOVED, cells(BEN)))
    take_in(desk, where, page)
    cards = desk.service.standing().roster.credentials
    assert {cards[key_of(uid_of(person))].person for person in PEOPLE} == {p.id for p in PEOPLE}
