"""Cubbies that became unknown, and the walk that makes each known again."""

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, types
from conftest import FakeClock
from cubbies_fixtures import (
    BOX,
    CAL,
    CALS_CARD,
    DEES_CARD,
    FAMILYS,
    HEAD,
    HUGO,
    HUGOS_USER,
    OFFICE,
    TECHNICIAN,
    TESS,
    SchoolKiosk,
)

from kiosk.custody import fold
from kiosk.events import Alert, Event, EventType, Reason
from kiosk.messages.arrangements import EndRound, GivePass, OpenAll, TakeIn
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.cubbies import AssignCubby, ByKey, EnterKeyUse, LookInside, ReportNotEmpty
from kiosk.messages.record import Repaired, Restored
from kiosk.model import Person
from kiosk.staff.reconciliation import missing, to_reconcile
from kiosk.state import Place

T = EventType


@pytest.fixture
def kiosk() -> SchoolKiosk:
    return SchoolKiosk()


def refusal(kiosk: SchoolKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return None if kiosk.outcome.granted else kiosk.outcome.reason


def unknown(kiosk: SchoolKiosk) -> dict[int, Reason]:
    return {one.cubby: one.why for one in to_reconcile(kiosk.state)}


def say(kiosk: SchoolKiosk, cubby: int, *people: Person, unowned: bool = False) -> list[Event]:
    ids = frozenset(person.id for person in people)
    return kiosk.take(LookInside(OFFICE, cubby, ids, unowned))


def place_of(kiosk: SchoolKiosk, person: Person) -> tuple[int | None, Reason | None]:
    deposit = kiosk.state.deposit_of(person.id)
    assert deposit is not None
    return deposit.cubby, deposit.doubt


# how they become unknown


def test_what_is_certain_needs_no_look(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    assert to_reconcile(kiosk.state) == []


def test_a_cut_while_something_is_put_in(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.power_cut({1: False})
    (one,) = to_reconcile(kiosk.state)
    assert (one.cubby, one.why, one.people) == (1, Reason.INTERRUPTED, (ANA.id,))


def test_a_cut_while_a_cubby_is_open_that_keeps_nothing_on_record(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.LEFT_INSIDE
    kiosk.open(1)
    kiosk.power_cut({1: False})

    assert unknown(kiosk) == {1: Reason.INTERRUPTED}
    assert kiosk.tap(BENS_CARD).cubby == 2


def test_all_that_was_opened_one_after_another_the_empty_ones_too(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING, with_empty=True))
    for cubby in (1, 2, 3):
        kiosk.open(cubby)
        kiosk.close(cubby)
    kiosk.take(EndRound(OFFICE))

    assert unknown(kiosk) == dict.fromkeys((1, 2, 3), Reason.OPENED_BY_STAFF)


def test_without_sensors_each_is_unknown_with_its_pulse(clock: FakeClock) -> None:
    kiosk = SchoolKiosk(clock, has_sensor=False)
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING, with_empty=True))
    assert unknown(kiosk) == {1: Reason.OPENED_BY_STAFF}


def test_one_that_somebody_found_not_empty_is_given_to_nobody(kiosk: SchoolKiosk) -> None:
    (event,) = kiosk.take(ReportNotEmpty(OFFICE, 1))
    assert (event.type, event.reason, event.actor) == (
        T.CUBBY_UNKNOWN,
        Reason.NOT_EMPTY,
        f"user:{OFFICE}",
    )
    assert kiosk.tap(ANAS_CARD).cubby == 2
    kiosk.take(ReportNotEmpty(OFFICE, 1))
    assert refusal(kiosk) is Reason.ALREADY_SO
    kiosk.take(ReportNotEmpty(OFFICE, 2))
    assert refusal(kiosk) is Reason.CUBBY_BUSY


def test_a_record_that_was_damaged_or_put_back(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.take(Repaired({}, frozenset({2, 3, 4, 5})))
    assert unknown(kiosk) == dict.fromkeys((1, 6), Reason.RECORD_DAMAGED)

    another = SchoolKiosk()
    another.take(Restored(OFFICE, {}))
    assert set(unknown(another).values()) == {Reason.RECORD_RESTORED}
    say(another, 3)
    assert 3 not in unknown(another)
    assert another.tap(ANAS_CARD).cubby == 3


def test_an_owner_who_has_it_open_again_is_not_disturbed(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    assert to_reconcile(kiosk.state) == []
    say(kiosk, 1)
    assert refusal(kiosk) is Reason.CUBBY_BUSY


def test_what_is_out_is_with_its_owner_whatever_its_cubby_went_through(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(11)
    kiosk.take(GivePass(OFFICE, ANA.id, kiosk.clock.at, kiosk.clock.at.replace(hour=14)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.take(Override(OFFICE, 1, ANA.id, Reason.CUBBY_CHECK))
    kiosk.open(1)
    kiosk.close(1)

    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    assert (deposit.place, deposit.doubt) == (Place.OUT, None)
    say(kiosk, 1)
    assert kiosk.state.deposit_of(ANA.id) == deposit


# the walk


def shaken() -> SchoolKiosk:
    """Ana's and Ben's phones are in 1 and 2; all six were opened, and nobody saw to them."""
    kiosk = SchoolKiosk()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(OpenAll(OFFICE, Reason.EMPTYING, with_empty=True))
    for cubby in range(1, 7):
        kiosk.open(cubby)
        kiosk.close(cubby)
    assert list(unknown(kiosk)) == [1, 2, 3, 4, 5, 6]
    return kiosk


def test_the_walk_makes_one_after_another_known_and_ends_by_itself() -> None:
    kiosk = shaken()
    for cubby, people in ((1, [ANA]), (2, [BEN]), (3, []), (4, []), (5, [])):
        assert T.RECONCILED not in types(say(kiosk, cubby, *people))
    assert list(unknown(kiosk)) == [6]

    looked, end = say(kiosk, 6)
    assert (looked.reason, end.type, end.actor) == (
        Reason.EMPTY,
        T.RECONCILED,
        f"user:{OFFICE}",
    )
    assert (place_of(kiosk, ANA), place_of(kiosk, BEN)) == ((1, None), (2, None))
    kiosk.clock.to(15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_it_goes_on_after_a_cut_in_whoevers_hands_and_asks_no_clock() -> None:
    kiosk = shaken()
    say(kiosk, 1, ANA)
    kiosk.clock.trusted = False
    kiosk.power_cut()

    assert list(unknown(kiosk)) == [2, 3, 4, 5, 6]
    for cubby in (3, 4, 5, 6):
        kiosk.take(LookInside(HUGOS_USER, cubby))
    kiosk.take(LookInside(HEAD, 2, frozenset({BEN.id})))
    assert (to_reconcile(kiosk.state), kiosk.events[-1].type) == ([], T.RECONCILED)


def test_a_cubby_is_opened_looked_into_and_told_of_with_its_door_open() -> None:
    kiosk = shaken()
    kiosk.take(Override(OFFICE, 3, None, Reason.CUBBY_CHECK))
    kiosk.open(3)
    say(kiosk, 3)
    kiosk.close(3)
    assert 3 not in unknown(kiosk)


def test_whose_device_is_gone_is_missing_and_their_cubby_is_free() -> None:
    kiosk = shaken()
    looked, stated = say(kiosk, 1)
    assert (stated.type, stated.person, stated.reason) == (
        T.CUSTODY_STATED,
        ANA.id,
        Reason.EMPTY,
    )
    assert stated.cause == looked.seq
    assert [deposit.person for deposit in missing(kiosk.state)] == [ANA.id]
    assert place_of(kiosk, ANA) == (None, Reason.EMPTY)
    assert 1 not in unknown(kiosk)


def test_a_missing_device_turns_up_in_another_cubby() -> None:
    kiosk = shaken()
    say(kiosk, 1)
    before = kiosk.state.deposit_of(ANA.id)
    say(kiosk, 5, ANA)

    after = kiosk.state.deposit_of(ANA.id)
    assert before is not None
    assert after is not None
    assert (after.cubby, after.doubt, after.id, after.since) == (5, None, before.id, before.since)
    assert missing(kiosk.state) == []


def test_two_that_were_swapped_are_where_they_were_seen() -> None:
    kiosk = shaken()
    say(kiosk, 1, BEN)
    assert (place_of(kiosk, BEN), place_of(kiosk, ANA)) == ((1, None), (None, Reason.EMPTY))
    assert unknown(kiosk)[2] is Reason.FOUND_ELSEWHERE
    say(kiosk, 2, ANA)
    assert (place_of(kiosk, BEN), place_of(kiosk, ANA)) == ((1, None), (2, None))


def test_a_device_found_certain_in_one_place_leaves_the_other_to_be_looked_at(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    looked, lost = say(kiosk, 4, ANA)
    assert (lost.type, lost.cubby, lost.reason, lost.cause) == (
        T.CUBBY_UNKNOWN,
        1,
        Reason.FOUND_ELSEWHERE,
        looked.seq,
    )


def test_a_device_that_was_on_no_record_is_from_now_on(kiosk: SchoolKiosk) -> None:
    kiosk.take(ReportNotEmpty(OFFICE, 4))
    looked, _ = say(kiosk, 4, CAL)
    deposit = kiosk.state.deposit_of(CAL.id)
    assert deposit is not None
    assert (deposit.id, deposit.cubby) == (looked.seq, 4)
    assert kiosk.tap(CALS_CARD).reason is Reason.REOPEN  # it is theirs, like any


def test_a_device_that_nobody_knows_is_kept_until_it_is_somebodys(kiosk: SchoolKiosk) -> None:
    kiosk.take(ReportNotEmpty(OFFICE, 1))
    say(kiosk, 1, unowned=True)
    (deposit,) = kiosk.state.deposits_in(1)
    assert (deposit.doubt, to_reconcile(kiosk.state)) == (Reason.OWNER_UNKNOWN, [])
    assert kiosk.tap(ANAS_CARD).cubby == 2

    say(kiosk, 1, unowned=True)
    assert [d.id for d in kiosk.state.deposits_in(1)] == [deposit.id]
    stated = say(kiosk, 1)[-1]
    assert (stated.reason, stated.person, stated.deposit) == (Reason.EMPTY, None, deposit.id)
    assert kiosk.state.deposits_in(1) == ()


def test_two_peoples_devices_stay_only_where_they_may_share(kiosk: SchoolKiosk) -> None:
    say(kiosk, 4, ANA, BEN)
    assert refusal(kiosk) is Reason.CUBBY_RESERVED
    say(kiosk, 4, ANA, unowned=True)
    assert refusal(kiosk) is Reason.CUBBY_RESERVED

    kiosk.with_family().with_box()
    say(kiosk, FAMILYS, ANA, CAL)
    assert refusal(kiosk) is Reason.CUBBY_RESERVED
    say(kiosk, FAMILYS, ANA, unowned=True)
    assert refusal(kiosk) is Reason.CUBBY_RESERVED
    say(kiosk, FAMILYS, ANA, BEN)
    assert len(kiosk.state.deposits_in(FAMILYS)) == 2
    say(kiosk, BOX, CAL, unowned=True)
    assert len(kiosk.state.deposits_in(BOX)) == 2


def test_none_is_found_in_the_cubby_that_is_kept_for_one_who_is_out(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(11)
    kiosk.take(GivePass(OFFICE, ANA.id, kiosk.clock.at, kiosk.clock.at.replace(hour=14)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    say(kiosk, 1, BEN)
    assert refusal(kiosk) is Reason.CUBBY_RESERVED


def test_one_who_is_out_by_the_record_is_found_inside_and_their_cubby_was_empty(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(11)
    kiosk.take(GivePass(OFFICE, ANA.id, kiosk.clock.at, kiosk.clock.at.replace(hour=14)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    say(kiosk, 4, ANA)
    assert (place_of(kiosk, ANA), unknown(kiosk)) == ((4, None), {})


def test_what_the_office_had_is_in_its_cubby_again(kiosk: SchoolKiosk) -> None:
    kiosk.take(TakeIn(OFFICE, ANA.id))
    say(kiosk, 3, ANA)
    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    assert (deposit.place, deposit.cubby) == (Place.CUBBY, 3)


def test_nobody_is_found_while_they_are_at_a_door(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    say(kiosk, 4, ANA)
    assert refusal(kiosk) is Reason.CUBBY_BUSY


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (LookInside(OFFICE, 99), Reason.NO_SUCH_CUBBY),
        (LookInside(OFFICE, 1, frozenset({"nobody"})), Reason.NOT_KNOWN),
        (LookInside(TECHNICIAN, 1), Reason.NOT_ALLOWED),
        (ReportNotEmpty(TECHNICIAN, 1), Reason.NOT_ALLOWED),
        (ReportNotEmpty(OFFICE, 99), Reason.NO_SUCH_CUBBY),
        (EnterKeyUse(TECHNICIAN, (OFFICE, HEAD)), Reason.NOT_ALLOWED),
        (EnterKeyUse(OFFICE, (OFFICE, OFFICE)), Reason.SECOND_PERSON),
        (EnterKeyUse(OFFICE, (OFFICE, ANA.id)), Reason.NOT_KNOWN),
        (EnterKeyUse(OFFICE, (HUGO.id, HUGOS_USER)), Reason.SECOND_PERSON),
        (EnterKeyUse(OFFICE, (OFFICE, HEAD), (ByKey(9, Reason.GIVEN),)), Reason.NO_SUCH_CUBBY),
        (EnterKeyUse(OFFICE, (OFFICE, HEAD), (ByKey(1, Reason.FIRE),)), Reason.NOT_KNOWN),
        (
            EnterKeyUse(OFFICE, (OFFICE, HEAD), (ByKey(1, Reason.GIVEN), ByKey(1, Reason.EMPTY))),
            Reason.NOT_KNOWN,
        ),
    ],
)
def test_what_cannot_be_said_changes_nothing_and_says_why(
    kiosk: SchoolKiosk, command: object, reason: Reason
) -> None:
    assert kiosk.take(command) == []  # type: ignore[arg-type]
    assert refusal(kiosk) is reason


# the mechanical key


def test_the_key_is_entered_as_one_act_and_the_rest_becomes_unknown(kiosk: SchoolKiosk) -> None:
    kiosk.with_box()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.tap(CALS_CARD)
    kiosk.tap(DEES_CARD)
    told = (ByKey(1, Reason.GIVEN), ByKey(3, Reason.EMPTY))
    entered = EnterKeyUse(OFFICE, (HUGOS_USER, TESS.id), told, note="flood", note_id="n1")
    events = kiosk.take(entered)

    key = events[0]
    assert (key.type, key.note) == (T.KEY_USED, "n1")
    assert key.data == {"by": [f"person:{HUGO.id}", f"person:{TESS.id}"], "cubbies": [1, 3]}
    assert kiosk.state.deposit_of(ANA.id) is None
    assert unknown(kiosk) == dict.fromkeys((2, 4, 5, 6), Reason.KEY_USED)
    assert [d.doubt for d in kiosk.state.deposits_in(BOX)] == [Reason.KEY_USED] * 2
    assert kiosk.tap(BENS_CARD).reason is Reason.UNDER_ENQUIRY


def test_what_the_key_left_inside_is_certain_and_what_was_not_there_is_missing(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    told = (
        ByKey(1, Reason.INSIDE),
        ByKey(2, Reason.EMPTY),
        ByKey(3, Reason.INSIDE),
        *(ByKey(n, Reason.EMPTY) for n in (4, 5, 6)),
    )
    kiosk.take(EnterKeyUse(OFFICE, (OFFICE, HEAD), told))

    assert place_of(kiosk, ANA) == (1, None)
    assert [deposit.person for deposit in missing(kiosk.state)] == [BEN.id]
    assert unknown(kiosk) == {3: Reason.NOT_EMPTY}


def test_the_key_does_not_doubt_what_is_out(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(11)
    kiosk.take(GivePass(OFFICE, ANA.id, kiosk.clock.at, kiosk.clock.at.replace(hour=14)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.take(EnterKeyUse(OFFICE, (OFFICE, HEAD)))
    assert place_of(kiosk, ANA) == (1, None)
    assert 1 in unknown(kiosk)


def test_the_key_is_not_entered_while_pupils_are_at_the_doors(kiosk: SchoolKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.take(EnterKeyUse(OFFICE, (OFFICE, HEAD)))
    assert refusal(kiosk) is Reason.CUBBY_BUSY


def test_an_own_cubby_is_used_again_once_it_is_known(kiosk: SchoolKiosk) -> None:
    kiosk.take(AssignCubby(OFFICE, 2, ANA.id))
    kiosk.take(EnterKeyUse(OFFICE, (OFFICE, HEAD)))
    assert kiosk.tap(ANAS_CARD).reason is Reason.FULL
    say(kiosk, 2)
    assert kiosk.tap(ANAS_CARD).cubby == 2


def test_whatever_was_unknown_and_said_follows_from_the_events() -> None:
    kiosk = shaken()
    say(kiosk, 1, BEN)
    say(kiosk, 3, unowned=True)
    kiosk.take(StateCustody(OFFICE, kiosk.state.of_person[ANA.id], Reason.GIVEN))
    kiosk.take(EnterKeyUse(OFFICE, (OFFICE, HEAD), (ByKey(4, Reason.EMPTY),)))
    assert fold(kiosk.events) == kiosk.state
    assert (Alert.LOOK_INSIDE, 4) not in kiosk.state.alerts
