"""Cubbies: in service and out, somebody's own, shared by a family, or a class's box."""

from dataclasses import asdict, replace
from datetime import date, datetime

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from conftest import FakeClock
from cubbies_fixtures import (
    BOX,
    CAL,
    CALS_CARD,
    DEE,
    DEES_CARD,
    FAMILYS,
    HEAD,
    OFFICE,
    TECHNICIAN,
    TESS_CARD,
    SchoolKiosk,
)

from kiosk.acts import Show, Sign
from kiosk.events import EventType, Reason
from kiosk.messages.arrangements import (
    GrantExemption,
    LetGoHome,
    PlaceHold,
    TakeIn,
)
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    PutBackInService,
    ReportNotEmpty,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
    WishCubbies,
)
from kiosk.messages.forgetting import ErasePerson
from kiosk.messages.record import Repaired
from kiosk.model import Person, Wishes
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.timetable import Participants, Session
from kiosk.view import CubbyState, cubby_views

T = EventType


@pytest.fixture
def kiosk() -> SchoolKiosk:
    return SchoolKiosk()


def refusal(kiosk: SchoolKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return None if kiosk.outcome.granted else kiosk.outcome.reason


def hold(kiosk: SchoolKiosk, person: Person, *, need_met: bool = False) -> None:
    deposit = kiosk.state.of_person[person.id]
    kiosk.take(PlaceHold(HEAD, deposit, HoldKind.SAFEGUARDING, is_need_met=need_met))
    assert kiosk.granted()


def arrange(kiosk: SchoolKiosk, person: Person, effect: str) -> None:
    given = Exemption(
        0, person.id, ExemptionKind.MEDICAL, ExemptionEffect(effect), date(2026, 3, 2)
    )
    kiosk.take(GrantExemption(HEAD, given))
    assert kiosk.granted()


# in service, and out


def test_a_cubby_out_of_service_is_given_to_nobody_until_it_is_back(kiosk: SchoolKiosk) -> None:
    (event,) = kiosk.take(TakeOutOfService(OFFICE, 1, Reason.DEFECT, note="hinge", note_id="n1"))
    assert (event.reason, event.note) == (Reason.DEFECT, "n1")
    assert kiosk.hand_in(ANAS_CARD) == 2
    assert cubby_views(kiosk.rules, kiosk.standing)[0].state is CubbyState.OUT_OF_SERVICE

    kiosk.take(PutBackInService(OFFICE, 1))
    assert kiosk.hand_in(BENS_CARD) == 1


def test_what_is_inside_still_opens_for_its_owner_and_for_staff(kiosk: SchoolKiosk) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    kiosk.take(TakeOutOfService(OFFICE, cubby, Reason.CLEANING))

    kiosk.take(Override(OFFICE, cubby, ANA.id, Reason.WELFARE_CHECK))
    assert kiosk.pulses == [cubby]
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.clock.to(15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (TakeOutOfService(OFFICE, 99, Reason.DEFECT), Reason.NO_SUCH_CUBBY),
        (TakeOutOfService(OFFICE, 1, Reason.FIRE), Reason.NOT_KNOWN),
        (TakeOutOfService("nobody", 1, Reason.DEFECT), Reason.NOT_ALLOWED),
        (PutBackInService(OFFICE, 1), Reason.ALREADY_SO),
        (PutBackInService("hugo-1", 1), Reason.NOT_ALLOWED),
        (AssignCubby(OFFICE, 99, ANA.id), Reason.NO_SUCH_CUBBY),
        (AssignCubby(OFFICE, 1, "nobody"), Reason.NOT_KNOWN),
        (AssignCubby(TECHNICIAN, 1, ANA.id), Reason.NOT_ALLOWED),
        (AssignBox(OFFICE, 1, "9Z"), Reason.NOT_KNOWN),
        (AssignBox(OFFICE, 99, "1R"), Reason.NO_SUCH_CUBBY),
        (UnassignCubby(OFFICE, 1), Reason.ALREADY_SO),
        (UnassignCubby(OFFICE, 1, ANA.id), Reason.ALREADY_SO),
        (WishCubbies(OFFICE, "nobody", Wishes()), Reason.NOT_KNOWN),
        (WishCubbies(OFFICE, ANA.id, Wishes()), Reason.ALREADY_SO),
        (WishCubbies(OFFICE, ANA.id, Wishes((99,))), Reason.NO_SUCH_CUBBY),
        (WishCubbies(TECHNICIAN, ANA.id, Wishes((1,))), Reason.NOT_ALLOWED),
        (ReturnBox(OFFICE, 1), Reason.NO_SUCH_CUBBY),
        (ReturnBox(TECHNICIAN, 1), Reason.NOT_ALLOWED),
    ],
)
def test_what_cannot_be_done_changes_nothing_and_says_why(
    kiosk: SchoolKiosk, command: object, reason: Reason
) -> None:
    assert kiosk.take(command) == []  # type: ignore[arg-type]
    assert refusal(kiosk) is reason


def test_a_technician_looks_after_service_and_not_after_owners(kiosk: SchoolKiosk) -> None:
    kiosk.take(TakeOutOfService(TECHNICIAN, 1, Reason.DEFECT))
    assert kiosk.granted()
    kiosk.take(TakeOutOfService(TECHNICIAN, 1, Reason.DEFECT))
    assert refusal(kiosk) is Reason.ALREADY_SO


def test_it_is_given_to_nobody_while_something_else_is_wrong_too(kiosk: SchoolKiosk) -> None:
    kiosk.take(TakeOutOfService(OFFICE, 1, Reason.DEFECT))
    kiosk.open(2)  # by force
    kiosk.close(2)
    assert kiosk.tap(ANAS_CARD).cubby == 3


@pytest.mark.parametrize("how", ["by card", "by staff"])
def test_one_collected_from_today_comes_after_one_that_only_staff_had_open(
    kiosk: SchoolKiosk, how: str
) -> None:
    for cubby in (3, 4, 5, 6):
        kiosk.take(TakeOutOfService(OFFICE, cubby, Reason.CLEANING))
    kiosk.hand_in(ANAS_CARD)
    if how == "by card":
        kiosk.take(LetGoHome(OFFICE, ANA.id))
        kiosk.tap(ANAS_CARD)
        kiosk.open(1)
        kiosk.close(1)
    else:
        kiosk.take(StateCustody(OFFICE, kiosk.state.of_person[ANA.id], Reason.GIVEN))
    kiosk.take(Override(OFFICE, 2, None, Reason.CUBBY_CHECK))
    kiosk.open(2)
    kiosk.close(2)

    assert kiosk.tap(BENS_CARD).cubby == 2


def test_an_unknown_cubby_is_shown_as_one(kiosk: SchoolKiosk) -> None:
    kiosk.take(ReportNotEmpty(OFFICE, 1))
    assert cubby_views(kiosk.rules, kiosk.standing)[0].state is CubbyState.UNKNOWN


# somebody's own


def test_a_persons_own_cubby_is_theirs_each_day_and_nobody_elses(kiosk: SchoolKiosk) -> None:
    kiosk.take(AssignCubby(OFFICE, 4, ANA.id))
    assert kiosk.hand_in(ANAS_CARD) == 4
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(4)
    kiosk.close(4)
    kiosk.clock.to(8, 30, days=1)

    assert kiosk.hand_in(BENS_CARD) == 1
    assert kiosk.hand_in(ANAS_CARD) == 4


@pytest.mark.parametrize(
    "befalls", [TakeOutOfService(OFFICE, 1, Reason.DEFECT), ReportNotEmpty(OFFICE, 1)]
)
def test_whose_own_cannot_be_used_gets_another(
    kiosk: SchoolKiosk, befalls: TakeOutOfService | ReportNotEmpty
) -> None:
    kiosk.take(AssignCubby(OFFICE, 1, ANA.id))
    kiosk.take(befalls)
    assert kiosk.hand_in(ANAS_CARD) == 2


def test_one_in_which_somebody_elses_device_is_becomes_theirs_once_that_is_gone(
    kiosk: SchoolKiosk,
) -> None:
    assert kiosk.hand_in(BENS_CARD) == 1
    kiosk.take(AssignCubby(OFFICE, 1, ANA.id))
    assert kiosk.hand_in(ANAS_CARD) == 2


def test_a_second_owner_is_taken_only_where_the_family_shares_it(kiosk: SchoolKiosk) -> None:
    kiosk.take(AssignCubby(OFFICE, 1, ANA.id))
    kiosk.take(AssignCubby(OFFICE, 1, BEN.id))
    assert refusal(kiosk) is Reason.CUBBY_RESERVED
    kiosk.take(AssignCubby(OFFICE, 1, ANA.id))
    assert refusal(kiosk) is Reason.ALREADY_SO

    kiosk.take(AssignCubby(OFFICE, 1, BEN.id, with_others=True))
    assert kiosk.state.cabinet.owners_of(1) == {ANA.id, BEN.id}


def test_whoever_is_forgotten_owns_no_cubby(kiosk: SchoolKiosk) -> None:
    kiosk.take(AssignCubby(OFFICE, 1, ANA.id))
    kiosk.take(ErasePerson("console", ANA.id))
    assert kiosk.state.cabinet.owned == {}


def test_wishes_stand_in_the_persons_row_and_in_no_event(kiosk: SchoolKiosk) -> None:
    (event,) = kiosk.take(WishCubbies(OFFICE, ANA.id, Wishes((5, 2), accessible=True)))
    assert (event.person, event.data) == (ANA.id, {})
    assert kiosk.standing.roster.people[ANA.id].wishes.preferred == (5, 2)

    assert kiosk.hand_in(ANAS_CARD) == 5
    assert kiosk.hand_in(BENS_CARD) == 1


def test_a_deposit_whose_door_did_not_open_goes_to_the_next_preferred_one(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.take(WishCubbies(OFFICE, ANA.id, Wishes((5, 3))))
    kiosk.tap(ANAS_CARD)
    kiosk.tick(5.1)
    kiosk.tick(5.1)
    assert kiosk.pulses == [3]


# a brother and a sister


def test_a_brother_and_a_sister_keep_two_devices_in_one_cubby(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    assert kiosk.hand_in(ANAS_CARD) == kiosk.hand_in(BENS_CARD) == FAMILYS
    assert [d.person for d in kiosk.state.deposits_in(FAMILYS)] == [ANA.id, BEN.id]

    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(FAMILYS)
    kiosk.close(FAMILYS)
    (left,) = kiosk.state.deposits_in(FAMILYS)
    assert (left.person, left.doubt) == (BEN.id, None)
    assert kiosk.state.deposit_in(FAMILYS) == left
    assert kiosk.tap(BENS_CARD).reason is Reason.COLLECT


def test_one_waits_while_the_other_has_the_door_open(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.tap(ANAS_CARD)
    kiosk.open(FAMILYS)

    tap = kiosk.tap(BENS_CARD)
    assert (tap.granted, tap.reason, tap.cubby) == (False, Reason.DOOR_OPEN, FAMILYS)
    assert kiosk.shown == [Show(Sign.SHUT_DOOR, FAMILYS)]
    kiosk.close(FAMILYS)
    assert kiosk.tap(BENS_CARD).cubby == FAMILYS


def test_a_held_device_keeps_its_cubby_shut_for_the_other_owner_too(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    hold(kiosk, BEN)
    kiosk.clock.to(15, 20)

    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason) == (False, Reason.HELD)
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    kiosk.take(Override(OFFICE, FAMILYS, ANA.id, Reason.OTHER))
    assert refusal(kiosk) is Reason.HELD
    kiosk.take(TakeIn(HEAD, BEN.id))
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_where_a_held_device_is_a_second_one_is_not_put(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(BENS_CARD)
    hold(kiosk, BEN)
    assert kiosk.hand_in(ANAS_CARD) != FAMILYS


def test_a_medical_need_is_met_although_the_other_device_is_held(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    hold(kiosk, BEN, need_met=True)
    kiosk.take(Override(OFFICE, FAMILYS, ANA.id, Reason.MEDICAL))
    assert kiosk.granted()
    kiosk.open(FAMILYS)
    kiosk.close(FAMILYS)

    arrange(kiosk, ANA, "always")
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_staff_who_open_it_doubt_both_devices_and_may_name_either_owner(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(Override(OFFICE, FAMILYS, None, Reason.OTHER))
    assert refusal(kiosk) is Reason.NOT_THAT_PERSON
    (_, pulse) = kiosk.take(Override(OFFICE, FAMILYS, BEN.id, Reason.OTHER))
    assert pulse.person == BEN.id

    kiosk.open(FAMILYS)
    doubts = [d.doubt for d in kiosk.state.deposits_in(FAMILYS)]
    assert doubts == [Reason.OPENED_BY_STAFF] * 2


def test_a_cut_while_one_hands_in_doubts_that_device_alone(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(BENS_CARD)
    kiosk.tap(ANAS_CARD)
    kiosk.open(FAMILYS)
    kiosk.power_cut({FAMILYS: False})

    doubts = {d.person: d.doubt for d in kiosk.state.deposits_in(FAMILYS)}
    assert doubts == {BEN.id: None, ANA.id: Reason.INTERRUPTED}


def test_a_damaged_record_doubts_both_devices(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(Repaired({}, frozenset()))
    doubts = [d.doubt for d in kiosk.state.deposits_in(FAMILYS)]
    assert doubts == [Reason.RECORD_DAMAGED] * 2


def test_what_is_shared_stays_so_while_it_keeps_something(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(BENS_CARD)
    kiosk.take(UnassignCubby(OFFICE, FAMILYS, ANA.id))
    assert refusal(kiosk) is Reason.STILL_KEPT
    kiosk.take(AssignCubby(OFFICE, 5, ANA.id))
    assert refusal(kiosk) is Reason.STILL_KEPT

    kiosk.take(StateCustody(OFFICE, kiosk.state.of_person[BEN.id], Reason.GIVEN))
    kiosk.take(AssignCubby(OFFICE, 5, ANA.id))
    assert kiosk.granted()


# a class's box


def test_a_pupils_tap_only_says_that_it_is_in_the_box(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    tap, deposited = kiosk.events[-2:]

    assert (tap.granted, tap.reason, tap.cubby) == (True, Reason.HANDED_IN, None)
    assert (deposited.type, deposited.cubby, deposited.person) == (T.DEPOSITED, BOX, CAL.id)
    assert (kiosk.pulses, kiosk.shown) == ([], [Show(Sign.NOTED)])
    assert kiosk.state.deposit_of(CAL.id) is not None


def test_a_second_tap_says_the_same_and_no_door_opens_for_a_pupil_at_any_time(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    for hour, minute in ((8, 40), (12, 0), (15, 20), (20, 0)):
        kiosk.clock.to(hour, minute)
        assert kiosk.tap(CALS_CARD).reason is Reason.HANDED_IN
        assert kiosk.pulses == []
    kiosk.take(LetGoHome(OFFICE, CAL.id))
    assert kiosk.tap(CALS_CARD).reason is Reason.HANDED_IN
    assert len(kiosk.state.deposits) == 1


def test_other_classes_and_staff_use_cubbies_and_never_the_box(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    given = {kiosk.hand_in(ANAS_CARD), kiosk.hand_in(BENS_CARD), kiosk.hand_in("a7a7")}
    assert BOX not in given


def test_on_arrival_the_classs_staff_open_the_box_and_nothing_is_in_doubt(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    tap = kiosk.tap(TESS_CARD)

    assert (tap.reason, tap.cubby, kiosk.pulses) == (Reason.CLASS_BOX, BOX, [BOX])
    kiosk.open(BOX)
    assert kiosk.tap(DEES_CARD).reason is Reason.HANDED_IN  # with its door open
    assert kiosk.tap(CALS_CARD).reason is Reason.HANDED_IN
    kiosk.close(BOX)
    assert [d.doubt for d in kiosk.state.deposits_in(BOX)] == [None, None]
    kiosk.clock.to(12)
    assert kiosk.tap(TESS_CARD).reason is not Reason.CLASS_BOX


def test_at_release_all_is_in_doubt_until_staff_say_what_they_gave_back(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(DEES_CARD)
    kiosk.clock.to(15, 20)
    kiosk.tap(TESS_CARD)
    kiosk.open(BOX)
    kiosk.close(BOX)
    assert {d.doubt for d in kiosk.state.deposits_in(BOX)} == {Reason.OPENED_BY_STAFF}

    returned, *stated = kiosk.take(ReturnBox(OFFICE, BOX, frozenset({DEE.id})))
    assert (returned.type, returned.data) == (T.BOX_RETURNED, {"given": 1, "kept": 1})
    assert {(e.person, e.reason, e.cause) for e in stated} == {
        (CAL.id, Reason.GIVEN, returned.seq),
        (DEE.id, Reason.INSIDE, returned.seq),
    }
    (left,) = kiosk.state.deposits_in(BOX)
    assert (left.person, left.doubt) == (DEE.id, None)


def test_what_nobody_doubted_is_not_said_to_be_inside_still(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(DEES_CARD)
    _, given = kiosk.take(ReturnBox(OFFICE, BOX, frozenset({DEE.id})))
    assert (given.person, given.reason) == (CAL.id, Reason.GIVEN)


def test_who_comes_again_in_the_evening_hands_in_once_more(kiosk: SchoolKiosk) -> None:
    evening = [datetime(2026, 3, 2, hour) for hour in (18, 19, 20, 21)]
    disco = Session("disco", *evening, Participants(forms=frozenset({"1R"})))
    timetable = replace(kiosk.rules.timetable, sessions=(disco,))
    kiosk.rules = replace(kiosk.rules, timetable=timetable)
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.take(ReturnBox(OFFICE, BOX))
    kiosk.clock.to(15, 30)

    kiosk.tap(CALS_CARD)
    assert kiosk.state.deposit_of(CAL.id) is not None


def test_who_has_theirs_back_is_not_noted_as_handing_in_once_more(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.take(ReturnBox(OFFICE, BOX))

    for hour in (15, 17):
        kiosk.clock.to(hour, 30)
        kiosk.tap(CALS_CARD)
        assert (kiosk.pulses, kiosk.state.deposits) == ([], {})
    kiosk.clock.to(8, 30, days=1)
    kiosk.tap(CALS_CARD)
    assert len(kiosk.state.deposits) == 1


def test_a_held_device_leaves_the_box_before_it_opens(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(DEES_CARD)
    hold(kiosk, DEE)
    tap = kiosk.tap(TESS_CARD)
    assert (tap.granted, tap.reason, tap.cubby, kiosk.pulses) == (False, Reason.HELD, None, [])
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    kiosk.take(ReturnBox(OFFICE, BOX))
    assert refusal(kiosk) is Reason.HELD

    kiosk.take(TakeIn(HEAD, DEE.id))
    kiosk.clock.advance(60)
    assert kiosk.tap(TESS_CARD).reason is Reason.CLASS_BOX
    assert [d.person for d in kiosk.state.deposits_in(BOX)] == [CAL.id]


def test_only_those_in_the_box_can_be_missing_from_what_was_given_back(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_box()
    kiosk.take(ReturnBox(OFFICE, BOX))
    assert refusal(kiosk) is Reason.NOTHING_HERE
    kiosk.tap(CALS_CARD)
    kiosk.take(ReturnBox(OFFICE, BOX, frozenset({ANA.id})))
    assert refusal(kiosk) is Reason.NOT_THAT_PERSON


@pytest.mark.parametrize("effect", ["always", "windows"])
def test_whoever_may_reach_their_device_by_day_is_given_a_cubby(
    kiosk: SchoolKiosk, effect: str
) -> None:
    kiosk.with_box()
    arrange(kiosk, CAL, effect)
    assert kiosk.hand_in(CALS_CARD) != BOX


def test_whoever_keeps_their_device_is_not_noted_as_handing_in(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    arrange(kiosk, CAL, "keep")
    assert kiosk.tap(CALS_CARD).reason is Reason.EXEMPT
    assert kiosk.state.deposits == {}


def test_an_own_cubby_goes_before_the_box(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.take(AssignCubby(OFFICE, 2, CAL.id))
    assert kiosk.hand_in(CALS_CARD) == 2


def test_a_medical_need_opens_even_a_box_and_it_goes_back_there(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(DEES_CARD)
    kiosk.tap(CALS_CARD)
    arrange(kiosk, CAL, "always")
    kiosk.clock.to(11)

    assert kiosk.tap(CALS_CARD).reason is Reason.MEDICAL_ACCESS
    kiosk.open(BOX)
    kiosk.close(BOX)
    assert kiosk.tap(CALS_CARD).reason is Reason.BACK
    kiosk.open(BOX)
    kiosk.close(BOX)
    assert {d.person for d in kiosk.state.deposits_in(BOX)} == {CAL.id, DEE.id}


def test_a_box_out_of_service_takes_nothing_more_and_gives_back_what_is_in_it(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.take(TakeOutOfService(OFFICE, BOX, Reason.DEFECT))

    assert kiosk.hand_in(DEES_CARD) != BOX
    assert kiosk.tap(CALS_CARD).reason is Reason.HANDED_IN
    kiosk.clock.to(15, 20)
    kiosk.tap(TESS_CARD)
    assert kiosk.pulses == [BOX]


def test_a_box_is_neither_somebodys_own_nor_two_classes(kiosk: SchoolKiosk) -> None:
    kiosk.with_box().with_family()
    for command in (
        AssignCubby(OFFICE, BOX, ANA.id),
        AssignBox(OFFICE, FAMILYS, "7A"),
        AssignBox(OFFICE, BOX, "7A"),
        AssignBox(OFFICE, 2, "1R"),
    ):
        kiosk.take(command)
        assert refusal(kiosk) is Reason.CUBBY_RESERVED
    kiosk.take(AssignBox(OFFICE, BOX, "1R"))
    assert refusal(kiosk) is Reason.ALREADY_SO


def test_no_cubby_becomes_a_box_over_somebodys_device_nor_ends_as_one(
    kiosk: SchoolKiosk,
) -> None:
    cubby = kiosk.hand_in(ANAS_CARD)
    kiosk.take(AssignBox(OFFICE, cubby, "1R"))
    assert refusal(kiosk) is Reason.CUBBY_TAKEN
    awaited = kiosk.tap(BENS_CARD).cubby or 0
    kiosk.take(AssignBox(OFFICE, awaited, "1R"))
    assert refusal(kiosk) is Reason.CUBBY_TAKEN

    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.take(UnassignCubby(OFFICE, BOX))
    assert refusal(kiosk) is Reason.STILL_KEPT
    kiosk.take(ReturnBox(OFFICE, BOX))
    kiosk.take(UnassignCubby(OFFICE, BOX))
    assert kiosk.state.cabinet.boxes == {}


def test_staff_can_open_a_box_with_a_reason_and_all_in_it_is_in_doubt(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(DEES_CARD)
    kiosk.take(Override(OFFICE, BOX, DEE.id, Reason.CUBBY_CHECK))
    kiosk.open(BOX)
    assert {d.doubt for d in kiosk.state.deposits_in(BOX)} == {Reason.OPENED_BY_STAFF}


@pytest.mark.parametrize("hour", [8, 12])
def test_without_a_trusted_clock_the_box_opens_all_the_same_but_in_doubt(
    kiosk: SchoolKiosk, hour: int
) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.clock.to(hour, 40)
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.tap(TESS_CARD)
    assert kiosk.pulses == [BOX]
    kiosk.open(BOX)
    assert [d.doubt for d in kiosk.state.deposits_in(BOX)] == [Reason.OPENED_BY_STAFF]


def test_a_box_without_a_sensor_is_filled_and_emptied_too(clock: FakeClock) -> None:
    kiosk = SchoolKiosk(clock, has_sensor=False).with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(TESS_CARD)
    kiosk.tick(11)
    assert (kiosk.state.transactions, kiosk.state.deposits_in(BOX)[0].doubt) == ({}, None)
    kiosk.clock.to(15, 20)
    kiosk.tap(TESS_CARD)
    kiosk.tick(11)
    assert kiosk.state.deposits_in(BOX)[0].doubt is Reason.OPENED_BY_STAFF


def test_a_cut_while_the_box_is_filled_leaves_it_as_it_was(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(CALS_CARD)
    kiosk.tap(TESS_CARD)
    kiosk.open(BOX)
    kiosk.power_cut({BOX: False})
    assert kiosk.state.cabinet.unknown == {}
    assert kiosk.state.deposits_in(BOX)[0].doubt is None


def test_a_cut_while_an_empty_box_is_open_makes_nothing_unknown(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.tap(TESS_CARD)
    kiosk.open(BOX)
    kiosk.power_cut({BOX: False})
    assert kiosk.state.cabinet.unknown == {}


def test_a_persons_wishes_survive_being_written_down() -> None:
    wishing = replace(ANA, wishes=Wishes((3, 1), accessible=True))
    assert Person.from_row(asdict(wishing)) == wishing
    assert Person.from_row({k: v for k, v in asdict(ANA).items() if k != "wishes"}) == ANA
