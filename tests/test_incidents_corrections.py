"""Corrections: where a device is, whose it is, whose tap it was; and who is not expected."""

from datetime import date, timedelta

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from incident_fixtures import MR_HALE, ROLE_NAMES, done, kept_for, refused, staffed_kiosk

from kiosk.custody import fold
from kiosk.events import Event, EventType, Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import GivePass, HandOver, PlaceHold, TakeIn
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.incidents import (
    CorrectUse,
    Dispute,
    MarkExpected,
    MarkNotExpected,
    Move,
    NoteAbsences,
    ReportDevice,
    SettleDispute,
)
from kiosk.policy.roles import ROLES
from kiosk.retention import Series, series_of
from kiosk.state import Place
from kiosk.state.arrangements import HoldKind
from kiosk.state.incidents import CorrectionKind, Why, nobody
from kiosk.timetable import Span

T = EventType
MONDAY = date(2026, 3, 2)


@pytest.fixture
def kiosk() -> SmallKiosk:
    return staffed_kiosk()


def release(kiosk: SmallKiosk) -> None:
    kiosk.clock.to(15, 20)


def collect(kiosk: SmallKiosk, card: str = ANAS_CARD) -> Event:
    """A whole collection; its `collected` event."""
    cubby = kiosk.tap(card).cubby
    assert cubby is not None
    *_, collected = kiosk.open(cubby)
    kiosk.close(cubby)
    assert collected.type is T.COLLECTED
    return collected


# moved


def test_a_device_in_the_wrong_cubby_is_moved_on_record_and_its_owner_collects_it_there(
    kiosk: SmallKiosk,
) -> None:
    was = kiosk.hand_in()
    deposit = kept_for(kiosk, ANA)
    done(kiosk, Move("reception", deposit.id, 5, note="the door next to it had sprung open"))
    moved = kiosk.events[-1]
    assert (moved.type, moved.cubby, moved.data) == (T.MOVED, 5, {"from": was})

    kept = kept_for(kiosk, ANA)
    assert (kept.id, kept.cubby, kept.since, kept.doubt) == (deposit.id, 5, deposit.since, None)
    assert was not in kiosk.standing.state.in_cubby
    release(kiosk)
    assert kiosk.tap(ANAS_CARD).cubby == 5


def test_two_devices_in_each_others_cubby_change_places_in_one_act(kiosk: SmallKiosk) -> None:
    anas, bens = kiosk.hand_in(ANAS_CARD), kiosk.hand_in(BENS_CARD)
    ana = kept_for(kiosk, ANA).id
    assert refused(kiosk, Move("reception", ana, bens)) is Reason.CUBBY_TAKEN
    done(kiosk, Move("reception", ana, bens, swaps=True))

    assert (kept_for(kiosk, ANA).cubby, kept_for(kiosk, BEN).cubby) == (bens, anas)
    assert kiosk.events[-1].data == {"from": anas, "other": kept_for(kiosk, BEN).id}
    assert fold(kiosk.events) == kiosk.standing.state


def test_what_was_in_doubt_or_in_the_office_is_certain_once_it_is_moved(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    deposit = kept_for(kiosk, ANA).id
    kiosk.take(StateCustody("reception", deposit, Reason.EMPTY))
    done(kiosk, Move("reception", deposit, cubby))
    assert (kept_for(kiosk, ANA).doubt, kept_for(kiosk, ANA).cubby) == (None, cubby)

    done(kiosk, TakeIn("reception", ANA.id))
    done(kiosk, Move("reception", deposit, 4))
    assert (kept_for(kiosk, ANA).place, kept_for(kiosk, ANA).cubby) == (Place.CUBBY, 4)


def test_what_was_out_is_in_again_where_staff_found_it(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(11)
    now = kiosk.clock.at
    done(kiosk, GivePass("reception", ANA.id, now, now + timedelta(hours=1)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)
    deposit = kept_for(kiosk, ANA)
    assert (deposit.place, deposit.due is None) == (Place.OUT, False)

    done(kiosk, Move("reception", deposit.id, cubby))
    assert (kept_for(kiosk, ANA).place, kept_for(kiosk, ANA).due) == (Place.CUBBY, None)


def test_a_swap_with_what_is_out_or_in_the_office_is_none(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    bens = kiosk.hand_in(BENS_CARD)
    done(kiosk, TakeIn("reception", ANA.id))
    swap = Move("reception", kept_for(kiosk, ANA).id, bens, swaps=True)
    assert refused(kiosk, swap) is Reason.CUBBY_TAKEN


def test_into_a_cubby_that_several_use_a_device_is_moved_beside_the_others(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    bens = kiosk.hand_in(BENS_CARD)
    boxes = {BEN.form: bens}
    state = kiosk.standing.state
    state = state._replace(cabinet=state.cabinet._replace(boxes=boxes))
    kiosk.standing = kiosk.standing._replace(state=state)
    done(kiosk, Move("reception", kept_for(kiosk, ANA).id, bens))

    assert "other" not in kiosk.events[-1].data
    assert {d.person for d in kiosk.standing.state.deposits_in(bens)} == {ANA.id, BEN.id}


def test_a_move_that_makes_no_sense_changes_nothing(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    deposit = kept_for(kiosk, ANA).id
    assert refused(kiosk, Move("reception", deposit, cubby)) is Reason.ALREADY_SO
    assert refused(kiosk, Move("reception", deposit, 99)) is Reason.NO_SUCH_CUBBY
    assert refused(kiosk, Move("reception", 12345, 4)) is Reason.NOT_KNOWN
    kiosk.take(Override("reception", 4, None, Reason.CUBBY_CHECK))
    assert refused(kiosk, Move("reception", deposit, 4)) is Reason.CUBBY_BUSY
    kiosk.take(Override("reception", cubby, ANA.id, Reason.CUBBY_CHECK))
    assert refused(kiosk, Move("reception", deposit, 5)) is Reason.CUBBY_BUSY


def test_a_hold_stays_on_a_device_that_is_moved(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    deposit = kept_for(kiosk, ANA).id
    done(kiosk, PlaceHold("dsl", deposit, HoldKind.SAFEGUARDING))
    done(kiosk, Move("headteacher", deposit, 5))
    release(kiosk)
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD


# card used by another


def test_what_another_put_in_with_somebodys_card_is_theirs(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    tap = kept_for(kiosk, ANA).id
    done(kiosk, CorrectUse("reception", tap, ANA.id, BEN.id))

    assert kiosk.standing.state.deposit_of(ANA.id) is None
    assert (kept_for(kiosk, BEN).id, kept_for(kiosk, BEN).cubby) == (tap, cubby)
    assert kiosk.standing.state.casebook.others_taps == {tap: BEN.id}
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT  # hers was never in
    release(kiosk)
    assert (kiosk.tap(BENS_CARD).cubby, kiosk.pulses) == (cubby, [cubby])


def test_while_nobody_knows_whose_it_is_no_card_opens_and_staff_can(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    tap = kept_for(kiosk, ANA).id
    done(kiosk, CorrectUse("reception", tap, ANA.id))
    kept = kiosk.standing.state.deposit_in(cubby)
    assert kept is not None
    assert (kept.person, kept.doubt) == (nobody(tap), Reason.OWNER_UNKNOWN)

    release(kiosk)
    for card in (ANAS_CARD, BENS_CARD):
        assert kiosk.tap(card).cubby != cubby
    kiosk.take(Override("reception", cubby, kept.person, Reason.CUBBY_CHECK))
    assert kiosk.pulses == [cubby]


@pytest.mark.parametrize("owner", [ANA, BEN])
def test_and_when_it_is_known_it_is_put_right_whoever_it_is(
    kiosk: SmallKiosk, owner: object
) -> None:
    kiosk.hand_in(ANAS_CARD)
    tap = kept_for(kiosk, ANA).id
    done(kiosk, CorrectUse("reception", tap, ANA.id))
    again = CorrectUse("reception", tap, ANA.id)
    assert refused(kiosk, again) is Reason.ALREADY_SO
    done(kiosk, CorrectUse("reception", tap, ANA.id, owner.id))  # type: ignore[attr-defined]

    kept = kept_for(kiosk, owner)  # type: ignore[arg-type]
    assert (kept.id, kept.doubt) == (tap, None)
    assert len(kiosk.standing.state.deposits) == 1


def test_nobody_gets_a_second_device_in_their_name(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    tap = kept_for(kiosk, ANA).id
    use = CorrectUse("reception", tap, ANA.id, BEN.id)
    assert refused(kiosk, use) is Reason.HAS_ANOTHER
    done(kiosk, CorrectUse("reception", tap, ANA.id))


def test_what_another_collected_with_somebodys_card_is_missing_and_was_never_theirs_to_have(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    release(kiosk)
    collected = collect(kiosk)
    tap = collected.cause or 0
    use = CorrectUse("reception", tap, ANA.id, BEN.id, deposit, collected.seq)
    done(kiosk, use)

    kept = kept_for(kiosk, ANA)
    assert (kept.id, kept.cubby, kept.doubt) == (deposit, None, Reason.TAKEN_BY_ANOTHER)
    assert ANA.id not in kiosk.standing.state.collections
    assert kiosk.tap(ANAS_CARD).reason is Reason.UNDER_ENQUIRY
    assert refused(kiosk, use) is Reason.ALREADY_SO
    kiosk.take(StateCustody("reception", deposit, Reason.GIVEN))
    assert kiosk.standing.state.deposits == {}


def test_an_old_collection_brings_nothing_back(kiosk: SmallKiosk) -> None:
    """She had it again since, so it is not missing."""
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    release(kiosk)
    old = collect(kiosk)
    kiosk.clock.to(8, 30, days=1)
    kiosk.hand_in(ANAS_CARD)
    release(kiosk)
    collect(kiosk)
    done(kiosk, CorrectUse("reception", old.cause or 0, ANA.id, BEN.id, deposit, old.seq))

    assert kiosk.events[-1].data["what"] == "tap"
    assert kiosk.standing.state.deposits == {}


def test_what_she_has_handed_in_since_is_not_put_out_of_its_place(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    release(kiosk)
    collected = collect(kiosk)
    kiosk.clock.to(8, 30, days=1)
    kiosk.hand_in(ANAS_CARD)
    kept = kept_for(kiosk, ANA)
    tap = collected.cause or 0
    done(kiosk, CorrectUse("reception", tap, ANA.id, BEN.id, deposit, collected.seq))

    assert kept_for(kiosk, ANA) == kept
    assert kiosk.events[-1].data["what"] == "tap"


def test_a_tap_that_moved_nothing_is_only_said_not_to_be_theirs(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(12)
    tap = kiosk.tap(ANAS_CARD)
    before = kiosk.standing.state.deposits
    done(kiosk, CorrectUse("reception", tap.seq, ANA.id, BEN.id))

    assert kiosk.standing.state.deposits == before
    assert kiosk.events[-1].data == {"what": "tap", "tap": tap.seq, "by": BEN.id}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"owner": "x"}, Reason.NOT_KNOWN),
        ({"person": "x"}, Reason.NOT_KNOWN),
        ({"tap": 0}, Reason.NOT_KNOWN),
        ({"tap": 10_000}, Reason.NOT_KNOWN),
        ({"person": ANA.id}, Reason.ALREADY_SO),
    ],
)
def test_a_correction_of_nothing_known_is_refused(
    kiosk: SmallKiosk, changes: dict[str, object], reason: Reason
) -> None:
    kiosk.hand_in(ANAS_CARD)
    given = {"actor": "reception", "tap": kept_for(kiosk, ANA).id, "owner": ANA.id, **changes}
    assert refused(kiosk, CorrectUse(**given)) is reason  # type: ignore[arg-type]


def test_while_its_door_is_used_nothing_changes_hands(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    tap = kept_for(kiosk, ANA).id
    kiosk.tap(BENS_CARD)
    for_ben = CorrectUse("reception", tap, ANA.id, BEN.id)
    assert refused(kiosk, for_ben) is Reason.CUBBY_BUSY  # he is just putting his own in
    kiosk.take(Override("reception", cubby, ANA.id, Reason.CUBBY_CHECK))
    assert refused(kiosk, CorrectUse("reception", tap, ANA.id)) is Reason.CUBBY_BUSY


# disputed


def test_neither_card_opens_for_a_disputed_device(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    number = done(kiosk, Dispute("reception", kept_for(kiosk, ANA).id, BEN.id))
    (hold,) = kiosk.standing.state.holds.values()
    assert (hold.id, hold.kind) == (number, HoldKind.DISPUTED)
    claim = kiosk.events[-1]
    assert (claim.person, claim.cause, claim.data) == (BEN.id, number, {"what": "disputed"})

    release(kiosk)
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD
    assert kiosk.tap(BENS_CARD).cubby != cubby


@pytest.mark.parametrize(("owner", "card"), [(ANA, ANAS_CARD), (BEN, BENS_CARD)])
def test_whoever_has_unlocked_it_has_it(kiosk: SmallKiosk, owner: object, card: str) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    done(kiosk, Dispute("reception", deposit, BEN.id))
    done(kiosk, SettleDispute("reception", deposit, owner.id))  # type: ignore[attr-defined]

    assert kiosk.standing.state.holds == {}
    assert kept_for(kiosk, owner).id == deposit  # type: ignore[arg-type]
    release(kiosk)
    assert (kiosk.tap(card).reason, kiosk.pulses) == (Reason.COLLECT, [cubby])


def test_settling_lifts_no_other_hold(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    private = done(kiosk, PlaceHold("dsl", deposit, HoldKind.POLICE))
    done(kiosk, Dispute("reception", deposit, BEN.id))
    done(kiosk, SettleDispute("headteacher", deposit, BEN.id))

    assert list(kiosk.standing.state.holds) == [private]
    release(kiosk)
    assert kiosk.tap(BENS_CARD).reason is Reason.HELD


def test_a_dispute_is_about_two_people_and_one_device(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    assert refused(kiosk, Dispute("reception", deposit, ANA.id)) is Reason.ALREADY_SO
    assert refused(kiosk, Dispute("reception", deposit, "x")) is Reason.NOT_KNOWN
    assert refused(kiosk, Dispute("reception", 9999, BEN.id)) is Reason.NOT_KNOWN
    assert refused(kiosk, SettleDispute("reception", deposit, ANA.id)) is Reason.NOT_KNOWN
    done(kiosk, Dispute("reception", deposit, BEN.id))
    assert refused(kiosk, Dispute("reception", deposit, BEN.id)) is Reason.ALREADY_SO
    assert refused(kiosk, SettleDispute("reception", deposit, "x")) is Reason.NOT_KNOWN
    kiosk.hand_in(BENS_CARD)
    settle = SettleDispute("reception", deposit, BEN.id)
    assert refused(kiosk, settle) is Reason.HAS_ANOTHER
    assert len(kiosk.standing.state.holds) == 1


def test_a_dispute_ends_with_the_custody(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    done(kiosk, Dispute("reception", deposit, BEN.id))
    done(kiosk, HandOver("headteacher", deposit, "passport"))
    assert kiosk.standing.state.holds == {}


# reports


@pytest.mark.parametrize("what", [CorrectionKind.LOST, CorrectionKind.DAMAGED])
def test_a_report_names_the_device_that_is_kept_and_moves_nothing(
    kiosk: SmallKiosk, what: CorrectionKind
) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    before = kiosk.standing.state.deposits
    done(kiosk, ReportDevice("reception", ANA.id, what, "its screen is cracked"))

    report = kiosk.events[-1]
    assert (report.person, report.cubby, report.deposit) == (ANA.id, cubby, report.deposit)
    assert report.data == {"what": what.value}
    assert kiosk.standing.state.deposits == before


def test_a_report_needs_words_and_a_person_and_is_of_loss_or_damage(kiosk: SmallKiosk) -> None:
    lost, owner = CorrectionKind.LOST, CorrectionKind.OWNER
    assert refused(kiosk, ReportDevice("reception", ANA.id, lost, "")) is Reason.INCOMPLETE
    assert refused(kiosk, ReportDevice("reception", "x", lost, "gone")) is Reason.NOT_KNOWN
    assert refused(kiosk, ReportDevice("reception", ANA.id, owner, "?")) is Reason.NOT_KNOWN


# who is not expected


@pytest.mark.parametrize("why", Why)
def test_a_mark_is_for_that_day_alone_and_reads_alike(kiosk: SmallKiosk, why: Why) -> None:
    done(kiosk, MarkNotExpected("reception", ANA.id, why))
    book = kiosk.standing.state.casebook

    assert book.away_on(MONDAY) == {ANA.id}
    assert book.away_on(MONDAY + timedelta(days=1)) == frozenset()
    again = MarkNotExpected("reception", ANA.id, Why.LATE_BUS)
    assert refused(kiosk, again) is Reason.ALREADY_SO


def test_both_marks_leave_the_same_state() -> None:
    states = []
    for why in Why:
        kiosk = staffed_kiosk()
        done(kiosk, MarkNotExpected("reception", ANA.id, why))
        states.append(kiosk.standing.state)
    assert states[0] == states[1]


def test_a_mark_is_taken_off_and_yesterdays_are_forgotten(kiosk: SmallKiosk) -> None:
    done(kiosk, MarkNotExpected("teacher", ANA.id, Why.LATE_BUS))
    done(kiosk, MarkExpected("teacher", ANA.id))
    assert refused(kiosk, MarkExpected("teacher", ANA.id)) is Reason.ALREADY_SO
    done(kiosk, MarkNotExpected("reception", ANA.id, Why.NONE_TODAY))
    kiosk.clock.to(9, days=1)
    assert refused(kiosk, MarkExpected("teacher", ANA.id)) is Reason.ALREADY_SO
    done(kiosk, MarkNotExpected("reception", BEN.id, Why.NONE_TODAY))
    assert kiosk.standing.state.casebook.marked == {BEN.id: MONDAY + timedelta(days=1)}


def test_late_in_the_evening_it_is_still_that_day_on_the_schools_wall(kiosk: SmallKiosk) -> None:
    kiosk.clock.at = kiosk.clock.at.replace(month=6, day=8, hour=23, minute=30)  # 00:30 on the 9th
    done(kiosk, MarkNotExpected("reception", ANA.id, Why.NONE_TODAY))
    assert kiosk.standing.state.casebook.away_on(date(2026, 6, 9)) == {ANA.id}


def test_whoever_hands_in_all_the_same_hands_in(kiosk: SmallKiosk) -> None:
    done(kiosk, MarkNotExpected("reception", ANA.id, Why.NONE_TODAY))
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_a_list_of_absences_replaces_the_one_before_and_keeps_nothing_past(
    kiosk: SmallKiosk,
) -> None:
    yesterday, tomorrow = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
    first = {ANA.id: (Span(MONDAY, tomorrow),), BEN.id: (Span(yesterday, yesterday),)}
    done(kiosk, NoteAbsences("reception", first))
    assert kiosk.standing.state.casebook.absences == {ANA.id: first[ANA.id]}
    assert refused(kiosk, NoteAbsences("reception", first)) is Reason.ALREADY_SO

    done(kiosk, NoteAbsences("reception", {BEN.id: (Span(MONDAY, MONDAY),)}))
    assert kiosk.standing.state.casebook.away_on(MONDAY) == {BEN.id}
    nobodys = NoteAbsences("reception", {"x": (Span(MONDAY, MONDAY),)})
    assert refused(kiosk, nobodys) is Reason.NOT_KNOWN


def test_absences_are_kept_no_longer_than_taps() -> None:
    marks = (T.NOT_EXPECTED, T.EXPECTED_AGAIN, T.ABSENCES_NOTED)
    assert {series_of(type) for type in marks} == {Series.TAPS}
    acts = (T.INCIDENT_NOTED, T.SEARCH_NOTED, T.NOTED, T.MOVED, T.CORRECTION_MADE)
    assert {series_of(type) for type in acts} == {Series.ACTS}


# who may


@pytest.mark.parametrize("actor", [*ROLE_NAMES, "console", "nobody"])
def test_corrections_are_the_desks_the_pastoral_staffs_and_the_leads(
    kiosk: SmallKiosk, actor: str
) -> None:
    kiosk.hand_in(ANAS_CARD)
    deposit = kept_for(kiosk, ANA).id
    commands: list[Command] = [
        Move(actor, deposit, 5),
        CorrectUse(actor, deposit, ANA.id, BEN.id),
        ReportDevice(actor, ANA.id, CorrectionKind.LOST, "gone"),
        MarkNotExpected(actor, ANA.id, Why.NONE_TODAY),
    ]
    may = actor in ("reception", "pastoral", "headteacher", "dsl", "console")
    for command in commands:
        if may:
            done(kiosk, command)
        else:
            assert refused(kiosk, command) is Reason.NOT_ALLOWED


def test_a_teacher_says_late_bus_and_not_none_today(kiosk: SmallKiosk) -> None:
    done(kiosk, MarkNotExpected("teacher", ANA.id, Why.LATE_BUS))
    none_today = MarkNotExpected("teacher", BEN.id, Why.NONE_TODAY)
    assert refused(kiosk, none_today) is Reason.NOT_ALLOWED
    late = MarkNotExpected("technician", BEN.id, Why.LATE_BUS)
    assert refused(kiosk, late) is Reason.NOT_ALLOWED
    assert "late_bus" not in ROLES["admin"]


def test_corrections_change_nothing_that_was_written(kiosk: SmallKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    before = list(kiosk.events)
    done(kiosk, Move("reception", kept_for(kiosk, ANA).id, 5))
    assert kiosk.events[: len(before)] == before
    assert types(kiosk.events[len(before) :]) == [T.MOVED]


def test_staff_and_visitors_are_moved_as_pupils_are(kiosk: SmallKiosk) -> None:
    done(kiosk, TakeIn("reception", MR_HALE.id))
    done(kiosk, Move("reception", kept_for(kiosk, MR_HALE).id, 2))
    assert kept_for(kiosk, MR_HALE).cubby == 2
