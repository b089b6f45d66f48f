"""Lists for the office: who stands on which, in what order, and what is told of them."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from cabinet import ANA, BEN
from lists_fixtures import CID, DEE, EVE, FAY, PUPILS, TOM, Hidden, School

from kiosk.events import Alert, Reason
from kiosk.lists import LISTS, NO_ROLL_CALL, UNTRUSTED, list_table, printed
from kiosk.messages.arrangements import GivePass, ReleaseNow
from kiosk.messages.record import Repaired
from kiosk.state import Raised
from kiosk.state.arrangements import ExemptionEffect, ExemptionKind, HoldKind


@pytest.fixture
def school() -> School:
    return School()


def cells(school: School, name: str, person: str) -> dict[str, Any]:
    """What a list tells of somebody, by the columns' keys."""
    rows = school.table(name).to_json()["rows"]
    return next(row for row in rows if person in row["name"])


# what is left


def test_nothing_is_uncollected_while_its_owner_may_still_collect(school: School) -> None:
    school.give_in(ANA)
    for hour, minute in ((12, 0), (15, 10), (16, 29)):
        school.clock.to(hour, minute)
        assert school.names("uncollected") == []
    school.clock.to(16, 30)
    assert school.names("uncollected") == ["Ana"]


def test_what_is_from_an_earlier_day_is_uncollected_at_any_time(school: School) -> None:
    school.give_in(ANA)
    for hour in (0, 7, 12, 20):
        school.clock.to(hour, days=1)
        assert school.names("uncollected") == ["Ana"]
    assert cells(school, "uncollected", "Ana")["since"] == "2026-03-02 08:30"


def test_before_todays_release_what_came_today_is_not_uncollected(school: School) -> None:
    school.clock.to(7, 0)
    school.give_in(TOM)  # staff may at any time

    assert school.names("uncollected") == []
    school.clock.to(17, 0)
    assert school.names("uncollected") == ["Tom"]


def test_what_is_out_is_not_uncollected(school: School) -> None:
    school.give_in(ANA)
    school.send_out(ANA)
    school.clock.to(8, 30, days=1)

    assert school.names("uncollected") == []


def test_an_early_release_still_leaves_time_until_closing(school: School) -> None:
    school.give_in(ANA)
    school.clock.to(12, 0)
    school.take(ReleaseNow("lead"))
    school.clock.to(16, 0)

    assert school.names("uncollected") == []


def test_where_a_device_is_and_whether_that_is_certain_is_told(school: School) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.take_in(BEN)
    school.look_inside(CID, Reason.EMPTY)
    school.clock.to(17, 0)

    places = {row["name"]: row["place"] for row in school.table("uncollected").to_json()["rows"]}
    assert places == {"Ana Silva": "cubby 1", "Ben Lister": "the office", "Cid Moore": "not known"}
    assert cells(school, "uncollected", "Cid")["note"] == "not certain"


def test_leavers_are_listed_only_with_a_device(school: School) -> None:
    school.give_in(ANA)
    school.change(replace(ANA, leaver=True), replace(BEN, leaver=True))

    assert school.names("leavers") == ["Ana"]


# out, overdue, expected back


def test_what_is_out_is_listed_with_when_it_is_due_and_later_as_overdue(school: School) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.send_out(ANA, minutes=30)
    due = cells(school, "out", "Ana")["due"]
    assert due == "2026-03-02 09:03"
    assert school.names("overdue") == []

    school.clock.to(9, 4)
    assert school.names("overdue") == ["Ana"]
    assert cells(school, "out", "Ana") | {} == {
        "form": "7A", "name": "Ana Silva", "due": due, "note": "overdue",
    }  # fmt: skip


def test_what_has_no_time_to_be_back_is_out_and_never_overdue(school: School) -> None:
    school.exempt(ANA, ExemptionEffect.ALWAYS, kind=ExemptionKind.MEDICAL)
    school.give_in(ANA)
    school.clock.advance(200)
    school.give_in(ANA)
    school.clock.to(15, 0)

    assert school.names("out") == ["Ana"]
    assert school.names("overdue") == school.names("expected-back") == []


def test_expected_back_are_those_out_and_those_on_a_pass_without_their_device(
    school: School,
) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.send_out(ANA, minutes=30)
    now = school.clock.at
    for person, back in ((BEN, True), (CID, True), (DEE, False)):
        school.take(
            GivePass("lead", person.id, now, now.replace(hour=11, minute=0, second=0), back)
        )

    notes = {row["name"]: row["note"] for row in school.table("expected-back").to_json()["rows"]}
    assert notes == {
        "Ana Silva": "", "Ben Lister": "the device is here", "Cid Moore": "no device here",
    }  # fmt: skip
    school.clock.to(11, 0)
    assert school.names("expected-back") == ["Ana"]


# holds


@pytest.mark.parametrize("kind", list(HoldKind))
def test_a_held_device_reads_the_same_whatever_the_kind(school: School, kind: HoldKind) -> None:
    school.give_in(ANA)
    school.hold(ANA, kind)

    assert school.table("held").rows == (
        ("7A", "Ana Silva", "cubby 1", "2026-03-02 08:30", "Held: call the duty lead"),
    )


def test_two_holds_on_a_device_are_one_line_and_one_that_is_over_none(school: School) -> None:
    school.give_in(ANA)
    school.give_in(BEN)
    school.hold(ANA)
    school.hold(ANA, HoldKind.POLICE)
    school.hold(BEN, ends=school.clock.at.replace(hour=10, minute=0, second=0))
    assert school.names("held") == ["Ana", "Ben"]
    school.clock.to(10, 0)
    assert school.names("held") == ["Ana"]


# the holder list


def test_the_holder_list_names_whoever_holds_a_cubby_in_the_cubbies_order(school: School) -> None:
    for person in (FAY, BEN, ANA):
        school.give_in(person)
    school.send_out(BEN)
    school.hold(ANA)
    school.take(Repaired({}, frozenset({1, 2, 3, 5, 6})))

    assert school.table("holders").rows == (
        (1, "Fay Noon", "", ""),
        (2, "Ben Lister", "7B", "out: empty until it is back"),
        (3, "staff only", "", ""),
        (4, "nobody known", "", "may not be empty"),
    )


def test_a_cubby_with_a_device_is_one_line_even_if_there_may_be_more_in_it(
    school: School,
) -> None:
    school.give_in(ANA)
    raised = Raised(Alert.LOOK_INSIDE, 1, school.clock.now(), 1)
    state = school.standing.state._replace(alerts={(Alert.LOOK_INSIDE, 1): raised})
    school.standing = school.standing._replace(state=state)

    assert [row[0] for row in school.table("holders").rows] == [1]


def test_whose_a_held_cubby_is_does_not_follow_from_the_counts(school: School) -> None:
    for person in (ANA, CID):
        school.give_in(person)
    school.hold(ANA)
    listing = school.listing("holders")

    assert dict(listing.counts) == {"staff only": 1, "7A": 1, "all forms": 2}
    assert ANA.id not in repr(listing.entries)


def test_the_holder_list_in_print_says_what_it_is_not_and_what_becomes_of_it(
    school: School,
) -> None:
    school.give_in(ANA)
    text = printed(school.table("holders"))

    assert text.startswith("Holders of cubbies, 2 March 2026, 08:30\n")
    assert "No roll call" in text
    assert "shred it on the next day" in text
    assert "1      Ana Silva  7A\n" in text
    assert max(map(len, text.splitlines())) <= 80


# reviews and exams


def test_reviews_name_whose_is_due_by_when_and_not_the_need(school: School) -> None:
    due = date(2026, 3, 2)
    number = school.exempt(
        ANA, ExemptionEffect.WINDOWS, kind=ExemptionKind.MEDICAL, review=due,
        windows=((time(12), time(13)),),
    )  # fmt: skip
    school.exempt(BEN, review=date(2026, 3, 3))
    school.exempt(CID)

    assert school.table("reviews").rows == (("7A", "Ana Silva", "2026-03-02", number),)
    school.clock.to(9, 0, days=1)
    assert school.names("reviews") == ["Ana", "Ben"]


def test_a_candidate_is_in_arranged_or_to_be_asked(school: School) -> None:
    school.change(replace(FAY, no_device=True))
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.hold(ANA)
    school.send_out(BEN)
    school.look_inside(CID, None)
    school.exempt(DEE, ExemptionEffect.ALWAYS, kind=ExemptionKind.MEDICAL)
    school.exempt(EVE, ExemptionEffect.EARLY, windows=((time(12), time(13)),))
    candidates = {person.id for person in PUPILS} | {"nobody"}

    table = school.table("exams", candidates=candidates).to_json()
    assert {row["name"].split()[0]: row["note"] for row in table["rows"]} == {
        "Ana": "in", "Ben": "ask", "Cid": "ask", "Dee": "arranged", "Eve": "ask", "Fay": "in",
    }  # fmt: skip


# all of them


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_list_says_that_it_is_no_roll_call_and_when_its_times_may_be_wrong(
    school: School, name: str
) -> None:
    assert NO_ROLL_CALL in school.listing(name).notices
    assert UNTRUSTED not in school.listing(name).notices
    school.clock.reboot()
    school.clock.trusted = False
    assert UNTRUSTED in school.listing(name).notices


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_of_one_form_is_that_part_of_it_and_its_counts_add_up(
    school: School, name: str
) -> None:
    furnish(school)
    candidates = {person.id for person in PUPILS}
    whole = school.listing(name, candidates=candidates)
    part = school.listing(name, "7a", candidates=candidates)

    assert part.entries == tuple(e for e in whole.entries if e.form == "7A")
    for listing in (whole, part):
        counts = dict(listing.counts)
        assert counts.pop("all forms") == sum(counts.values()) == len(listing.entries)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_reader_who_may_see_no_names_sees_none(school: School, name: str) -> None:
    furnish(school)
    listing = school.listing(name, candidates={person.id for person in PUPILS})
    shown = repr(list_table(listing, Hidden()).rows)

    assert listing.entries
    assert not [p for p in PUPILS if p.forename in shown or p.surname in shown or p.id in shown]


def furnish(school: School) -> None:
    """Somebody for every list."""
    for person in (ANA, CID, DEE, EVE):
        school.give_in(person)
    school.send_out(CID, minutes=10)
    school.hold(EVE)
    school.exempt(ANA, review=date(2026, 3, 2))
    school.give_in(BEN)
    school.carry(BEN)
    school.change(replace(DEE, leaver=True))
    school.clock.to(17, 0)
