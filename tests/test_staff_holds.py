"""What a hold keeps from those who may not lift it, and who is told of its end."""

import pytest
from arranging_fixtures import deposit_of, furnished
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock

from kiosk.drafting import Rules
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import PlaceHold, TakeIn
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.incidents import CorrectUse, Dispute, Move, SettleDispute
from kiosk.policy.roles import ROLES, Permission
from kiosk.state import Place
from kiosk.state.arrangements import HoldKind

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
