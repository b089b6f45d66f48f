"""The school's rules on the pages: read, tried on the past, changed whole or not at all."""

import io
import re
from html import unescape

import pytest
from office_fixtures import PUPILS, a_busy_day
from webui_fixtures import ANA, BEN, ORIGIN, Site, field_of, hand_in, site, site_of

from kiosk.errors import NotMade
from kiosk.events import CONSOLE, EventType
from kiosk.messages.arrangements import ChangeRules
from kiosk.orders.apart import BUSY, TOO_MUCH
from kiosk.policy.roles import Roles

FILE = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "09:00"
release = "12:30"
closed = "16:30"
"""
BENS = '[[overrides]]\nperson = "1002"\ndays = ["mon"]\nrelease = "11:00"\n'


@pytest.fixture
def head() -> Site:
    here = site()
    here.sign_in("headteacher")
    return here


def send(here: Site, text: str, **more: object):
    data = {"csrf_token": here.token("/rules/change"), "text": text, **more}
    return here.client.post("/rules/change", data=data, headers=ORIGIN)


def say_yes(here: Site, page: str | None = None):
    page = here.get("/rules/check").text if page is None else page
    data = {name: field_of(page, name) for name in ("csrf_token", "sha256")}
    return here.client.post("/rules/check", data=data, headers=ORIGIN)


def plain(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", page)).split())


def versions(here: Site) -> list[int]:
    changes = [event for event in here.service.record if event.type is EventType.RULES_CHANGED]
    return [event.data["version"] for event in changes]


def by_console(here: Site, text: str) -> None:
    here.service.take(ChangeRules(CONSOLE, text, "sha", Roles()))


def test_what_is_in_force_is_told_in_words_with_its_version_and_who_brought_it(head: Site) -> None:
    by_console(head, FILE + BENS)
    told = plain(head.get("/rules").text)
    assert "Version 1 is in force, since 23 November 2026, 08:40:00, by the command line." in told
    assert "Monday to Friday: arrival 08:00, locked 09:00, release 12:30, closed 16:30" in told
    assert "Ben Okafor, 7 Beech, Mondays: release 11:00" in told


def test_without_a_file_there_is_one_to_begin_with_that_says_what_holds(head: Site) -> None:
    assert "No school file was imported yet" in head.get("/rules").text
    answer = head.get("/rules/file")
    assert 'filename="school.toml"' in answer.headers["Content-Disposition"]
    assert send(head, answer.text).status_code == 303
    assert "Nothing that these pages say" in head.get("/rules/check").text


def test_the_file_that_is_downloaded_is_the_one_in_force_byte_for_byte(head: Site) -> None:
    by_console(head, FILE + "# Caf\u00e9\n")
    answer = head.get("/rules/file")
    assert answer.data == (FILE + "# Caf\u00e9\n").encode()
    assert 'filename="school-1.toml"' in answer.headers["Content-Disposition"]


def test_whoever_may_see_no_names_reads_none_in_the_words() -> None:
    here = site()
    here.sign_in("admin")
    by_console(here, FILE + BENS)
    told = plain(here.get("/rules").text)
    assert "One person, Mondays: release 11:00" in told
    assert "Okafor" not in told


def test_a_good_file_is_shown_before_it_holds_and_then_holds(head: Site) -> None:
    assert send(head, FILE).location == "/rules/check"
    told = plain(head.get("/rules/check").text)
    assert "No longer: Monday to Friday: arrival 08:00, locked 09:00, release 15:10" in told
    assert "New: Monday to Friday: arrival 08:00, locked 09:00, release 12:30" in told
    assert versions(head) == []
    assert say_yes(head).location == "/rules"
    assert "Version 1 of the rules holds from now on." in head.get("/rules").text
    assert head.service.file is not None
    assert head.service.file.text == FILE
    assert head.service.record[-1].actor == "user:u-headteacher"


def test_a_browsers_line_ends_and_those_of_windows_are_not_in_the_file(head: Site) -> None:
    send(head, FILE.replace("\n", "\r\n"))
    say_yes(head)
    assert head.service.file is not None
    assert head.service.file.text == FILE


def test_a_file_that_is_uploaded_takes_the_place_of_what_is_written(head: Site) -> None:
    upload = (io.BytesIO(b"\xef\xbb\xbf" + FILE.encode()), "school.toml")
    assert send(head, "nonsense", file=upload).status_code == 303
    say_yes(head)
    assert head.service.file is not None
    assert head.service.file.text == FILE


def test_a_file_that_is_no_text_is_refused_in_words(head: Site) -> None:
    answer = send(head, "# mine", file=(io.BytesIO(b"\xff\xfe\x00"), "school.toml"))
    assert (answer.status_code, "no text in UTF-8" in answer.text) == (400, True)
    assert "# mine" in answer.text


def test_every_fault_is_listed_with_its_line_and_what_was_written_is_kept(head: Site) -> None:
    answer = send(head, FILE.replace("12:30", "07:00") + '[[terms]]\nname = "A"\ncolour = 1\n')
    told = plain(answer.text)
    assert answer.status_code == 400
    assert "Line 2: week 1: arrival, locked, release and closed must follow" in told
    assert "Line 8: terms 1, first: is missing" in told
    assert "Line 10: terms 1, colour: there is no such key" in told
    assert "colour = 1" in answer.text
    assert head.get("/rules/check").location == "/rules/change"


def test_roles_that_somebody_has_and_people_there_are_not_are_faults_too(head: Site) -> None:
    lost = send(head, FILE + '[roles.admin]\nwithout = ["users"]\n')
    assert "roles: none has users; somebody must be able to" in plain(lost.text)
    nobody = send(head, FILE + BENS.replace("1002", "9"))
    assert 'nobody has the admission number "9"' in plain(nobody.text)


def test_the_rules_in_force_are_no_change(head: Site) -> None:
    by_console(head, FILE)
    assert "These are the rules already" in send(head, FILE).text


def test_taps_that_would_have_been_answered_differently_are_counted_by_form_and_reason() -> None:
    here = site_of(a_busy_day())
    here.sign_in("headteacher")
    here.service.pass_time(60)
    hand_in(here.service, PUPILS[10])
    send(here, FILE.replace("12:30", "10:00"))
    told = plain(here.get("/rules/check").text)
    assert "taps would have been answered differently" in told
    assert "7B refused: before the release time granted: to collect 1" in told


def test_whoever_sees_no_record_is_told_nothing_of_a_few_taps() -> None:
    here = site_of(a_busy_day())
    here.sign_in("admin")
    here.service.pass_time(60)
    hand_in(here.service, PUPILS[10])
    send(here, FILE.replace("12:30", "10:00"))
    told = plain(here.get("/rules/check").text)
    assert "no more is shown: there are fewer than five alike" in told
    assert "7B" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [(BUSY, "Try again in a moment"), (TOO_MUCH, "kiosk rehearse --with FILE has no limit")],
)
def test_what_cannot_be_tried_can_be_taken_all_the_same(
    head: Site, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    def make(*_: object) -> bytes:
        raise NotMade(words)

    monkeypatch.setattr(head.service, "make", make)
    send(head, FILE)
    told = plain(head.get("/rules/check").text)
    assert "It could not be tried." in told
    assert said in told
    assert say_yes(head).status_code == 303


def test_rules_that_were_changed_meanwhile_are_not_overwritten(head: Site) -> None:
    send(head, FILE)
    page = head.get("/rules/check").text
    by_console(head, FILE.replace("12:30", "13:00"))
    answer = say_yes(head, page)
    assert (answer.status_code, versions(head)) == (409, [1])
    assert "The rules were changed meanwhile" in answer.text
    assert 'name="sha256"' not in head.get("/rules/check").text


def test_only_the_file_that_was_shown_is_taken(head: Site) -> None:
    send(head, FILE)
    page = head.get("/rules/check").text
    send(head, FILE.replace("12:30", "13:00"))  # in another tab
    assert (say_yes(head, page).status_code, versions(head)) == (409, [])


def test_a_form_that_is_sent_twice_acts_once(head: Site) -> None:
    send(head, FILE)
    page = head.get("/rules/check").text
    assert [say_yes(head, page).status_code for _ in range(2)] == [303, 303]
    assert versions(head) == [1]


def test_people_who_are_gone_since_are_a_fault_and_nothing_is_done(head: Site) -> None:
    send(head, FILE + BENS)
    page = head.get("/rules/check").text
    roster = head.service.standing().roster
    without = {id: one for id, one in roster.people.items() if id != BEN.id}
    head.service.keep(type(roster)(without, roster.credentials, roster.users, roster.tokens))
    assert (head.get("/rules/check").status_code, say_yes(head, page).status_code) == (409, 409)
    assert versions(head) == []


def test_what_was_kept_can_be_changed_further(head: Site) -> None:
    send(head, FILE + "# mine\n")
    assert "# mine" in head.get("/rules/change?again=yes").text
    assert "# mine" not in head.get("/rules/change").text


def test_its_form_may_be_larger_than_others_and_not_endless(head: Site) -> None:
    assert send(head, FILE + "#" + "x" * 100_000).status_code == 303
    assert send(head, FILE + "#" + "x" * 140_000).status_code == 413
    assert head.post("/cubbies/1/open", note="x" * 70_000).status_code == 413


def test_somebody_else_sees_nothing_of_a_file_that_is_not_taken_yet(head: Site) -> None:
    hand_in(head.service, ANA)
    send(head, FILE)
    other = site_of(head.service)
    other.sign_in("admin")
    assert other.get("/rules/check").location == "/rules/change"
