"""What a hold keeps from those who may not lift it, and who is told of its end."""

import pytest
from arranging_fixtures import deposit_of, furnished
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock

from kiosk.acts import Note
from kiosk.drafting import Rules
from kiosk.events import EventType, Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import HandOver, PlaceHold, TakeIn
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.cubbies import ByKey, EnterKeyUse, LookInside
from kiosk.messages.incidents import CorrectUse, Dispute, Move, SettleDispute
from kiosk.model import Person
from kiosk.policy.roles import ROLES, Permission
from kiosk.staff.reconciliation import missing, to_reconcile
from kiosk.state import Place
from kiosk.state.arrangements import HoldKind
from kiosk.station import decide

T = EventType
BELOW = sorted(
    role for role, may in ROLES.items() if Permission.OPEN in may and Permission.LIFT not in may
)
ENDING = (Reason.GIVEN, Reason.EMPTY, Reason.NEVER_PUT_IN)
KINDS = [HoldKind.OFFICE, HoldKind.SAFEGUARDING, HoldKind.INVESTIGATION, HoldKind.POLICE]


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


def hold(kiosk: SmallKiosk, kind: HoldKind = HoldKind.SAFEGUARDING) -> int:
    """Ana's device, held by the duty lead; its number."""
    kiosk.hand_in(ANAS_CARD)
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), kind))
    return deposit_of(kiosk)


def refusal(kiosk: SmallKiosk, command: Command) -> Reason | None:
    """Why that was refused; nothing was changed by it."""
    before = kiosk.standing.state
    kiosk.take(command)
    assert kiosk.outcome is not None
    if not kiosk.outcome.granted:
        kept = kiosk.standing.state
        assert (kept.deposits, kept.holds) == (before.deposits, before.holds)
    return kiosk.outcome.reason


@pytest.mark.parametrize("what", ENDING)
@pytest.mark.parametrize("role", BELOW)
def test_nobody_below_the_leads_says_that_what_is_held_is_gone(
    kiosk: SmallKiosk, role: str, what: Reason
) -> None:
    device = hold(kiosk)
    expected = Reason.NOT_THEIR_FORM if role == "day_duty" else Reason.HELD
    assert refusal(kiosk, StateCustody(role, device, what)) is expected

    kiosk.clock.to(15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD


def test_every_kind_of_hold_is_refused_in_the_same_way(rules: Rules) -> None:
    told = []
    for kind in KINDS:
        kiosk = furnished(SmallKiosk(rules, FakeClock()))
        device = hold(kiosk, kind)
        events = [kiosk.take(StateCustody("teacher", device, what)) for what in ENDING]
        told.append((events, kiosk.outcome, kiosk.standing.state))
    assert all(each == told[0] for each in told)


def test_what_was_given_for_a_need_stays_held_until_a_lead_says_so(kiosk: SmallKiosk) -> None:
    device = hold(kiosk)
    kiosk.take(Override("teacher", 1, ANA.id, Reason.MEDICAL))
    kiosk.open(1)
    kiosk.close(1)
    assert refusal(kiosk, StateCustody("teacher", device, Reason.GIVEN)) is Reason.HELD
    assert refusal(kiosk, StateCustody("teacher", device, Reason.INSIDE)) is None
    assert refusal(kiosk, StateCustody("headteacher", device, Reason.GIVEN)) is None


def test_what_is_held_is_moved_by_nobody_below_the_leads(kiosk: SmallKiosk) -> None:
    device = hold(kiosk)
    bens = kiosk.hand_in(BENS_CARD)
    other = deposit_of(kiosk, BEN)
    for role in ("reception", "pastoral"):
        assert refusal(kiosk, Move(role, device, 5)) is Reason.HELD
        assert refusal(kiosk, Move(role, device, bens, swaps=True)) is Reason.HELD
        assert refusal(kiosk, Move(role, other, 1, swaps=True)) is Reason.HELD
        assert refusal(kiosk, TakeIn(role, ANA.id)) is Reason.HELD
    assert refusal(kiosk, Move("dsl", device, 5)) is None
    assert refusal(kiosk, TakeIn("headteacher", ANA.id)) is None
    kept = kiosk.standing.state.deposit_of(ANA.id)
    assert kept is not None
    assert kept.place is Place.OFFICE


def test_what_is_held_becomes_nobody_elses_below_the_leads(kiosk: SmallKiosk) -> None:
    device = hold(kiosk)
    taken = CorrectUse("reception", device, ANA.id, BEN.id)
    assert refusal(kiosk, taken) is Reason.HELD
    kiosk.take(Dispute("reception", device, BEN.id))
    assert refusal(kiosk, SettleDispute("reception", device, BEN.id)) is Reason.HELD
    assert refusal(kiosk, SettleDispute("reception", device, ANA.id)) is None
    assert [one.kind for one in kiosk.standing.state.holds.values()] == [HoldKind.OFFICE]


# the walk, and the mechanical key


def place_of(kiosk: SmallKiosk, person: Person = ANA) -> tuple[int | None, Reason | None]:
    kept = kiosk.standing.state.deposit_of(person.id)
    assert kept is not None
    return kept.cubby, kept.doubt


def told(kiosk: SmallKiosk, command: Command) -> list[str]:
    """What the duty lead reads of that; it is carried out, and the hold stays."""
    step = decide(kiosk.rules, kiosk.standing, command, kiosk.clock.now())
    kiosk.take(command)
    assert kiosk.outcome is not None
    assert kiosk.outcome.granted
    return [row.text for row in step.rows if isinstance(row, Note) and row.kind == "message"]


def look(cubby: int, *people: Person, unowned: bool = False) -> LookInside:
    return LookInside("teacher", cubby, frozenset(person.id for person in people), unowned)


def test_what_is_held_and_was_not_seen_keeps_its_cubby_and_the_walk_goes_on(
    kiosk: SmallKiosk,
) -> None:
    device = hold(kiosk)
    kiosk.power_cut({1: True})
    (words,) = told(kiosk, look(1))

    assert "that it is not in its cubby. The hold stays." in words
    assert place_of(kiosk) == (1, Reason.EMPTY)
    assert to_reconcile(kiosk.standing.state) == []
    assert [one.id for one in missing(kiosk.standing.state)] == [device]
    assert kiosk.hand_in(BENS_CARD) != 1
    assert told(kiosk, look(1, ANA)) == []
    assert place_of(kiosk) == (1, None)


def test_what_is_held_is_not_bens_because_somebody_says_so(kiosk: SmallKiosk) -> None:
    hold(kiosk)
    (words,) = told(kiosk, look(1, BEN))

    assert "it is not in its cubby" in words
    assert place_of(kiosk) == (1, Reason.EMPTY)
    assert kiosk.standing.state.deposit_of(BEN.id) is None
    assert len(kiosk.standing.state.holds) == 1


def test_bens_own_that_was_seen_where_something_is_held_is_to_be_looked_for(
    kiosk: SmallKiosk,
) -> None:
    hold(kiosk)
    bens = kiosk.hand_in(BENS_CARD)
    told(kiosk, look(1, BEN))
    assert place_of(kiosk, BEN) == (bens, Reason.FOUND_ELSEWHERE)
    assert [one.cubby for one in to_reconcile(kiosk.standing.state)] == [bens]
    told(kiosk, look(bens, BEN))
    assert to_reconcile(kiosk.standing.state) == []


def test_what_is_held_and_was_seen_elsewhere_is_kept_there_in_nobodys_name(
    kiosk: SmallKiosk,
) -> None:
    hold(kiosk)
    (words,) = told(kiosk, look(5, ANA))

    assert "it is in cubby 5. The hold stays." in words
    assert place_of(kiosk) == (1, Reason.FOUND_ELSEWHERE)
    (found,) = kiosk.standing.state.deposits_in(5)
    assert found.doubt is Reason.OWNER_UNKNOWN
    told(kiosk, look(1))
    assert to_reconcile(kiosk.standing.state) == []


def test_something_unnamed_in_a_held_cubby_is_no_second_device(kiosk: SmallKiosk) -> None:
    hold(kiosk)
    told(kiosk, look(1, unowned=True))
    assert len(kiosk.standing.state.deposits) == 1
    assert len(kiosk.standing.state.holds) == 1


@pytest.mark.parametrize("what", [Reason.GIVEN, Reason.EMPTY])
def test_what_was_given_by_key_though_it_was_held_is_held_still(
    kiosk: SmallKiosk, what: Reason
) -> None:
    hold(kiosk)
    by = ("teacher", "reception")
    (words,) = told(kiosk, EnterKeyUse("teacher", by, (ByKey(1, what),)))

    assert ("it was given" in words) == (what is Reason.GIVEN)
    assert place_of(kiosk) == (1, Reason.EMPTY)
    assert len(kiosk.standing.state.holds) == 1


def test_a_lead_who_walks_moves_what_is_held(kiosk: SmallKiosk) -> None:
    hold(kiosk)
    kiosk.take(LookInside("dsl", 5, frozenset({ANA.id})))
    assert place_of(kiosk) == (5, None)


# the head in an emergency


def endings(device: int) -> list[Command]:
    by = ("teacher", "headteacher")
    return [
        HandOver("headteacher", device, "seen"),
        StateCustody("headteacher", device, Reason.GIVEN),
        StateCustody("headteacher", device, Reason.NEVER_PUT_IN),
        EnterKeyUse("headteacher", by, (ByKey(1, Reason.GIVEN),)),
    ]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_when_the_head_ends_a_hold_with_the_custody_the_duty_lead_is_told_at_once(
    kiosk: SmallKiosk, kind: HoldKind, which: int
) -> None:
    device = hold(kiosk, kind)
    (number,) = kiosk.standing.state.holds
    (words,) = told(kiosk, endings(device)[which])

    assert words.startswith(f"Another lead has lifted hold {number}")
    assert words.endswith(": its device is no longer in our keeping.")
    assert kiosk.standing.state.holds == {}


def test_the_duty_lead_is_not_told_of_what_they_did(kiosk: SmallKiosk) -> None:
    device = hold(kiosk)
    assert told(kiosk, StateCustody("dsl", device, Reason.GIVEN)) == []


def test_nor_of_a_confiscation_that_the_head_ends(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("pastoral", deposit_of(kiosk), HoldKind.CONFISCATED))
    assert told(kiosk, StateCustody("headteacher", deposit_of(kiosk), Reason.GIVEN)) == []
