"""Doors beside each other: who waits for whom, for how long at most, and whom nothing delays."""

from dataclasses import replace

import pytest
from arranging_fixtures import deposit_of, exempt
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.acts import Show, Sign
from kiosk.drafting import Rules
from kiosk.events import CONSOLE, Reason
from kiosk.explaining.explaining import explain
from kiosk.explaining.rehearsal import rehearse
from kiosk.messages.arrangements import GrantExemption, PlaceHold, ReleaseRound
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.messages.cubbies import AssignCubby
from kiosk.messages.sensed import Opened
from kiosk.model import User
from kiosk.policy.facts import TapRules
from kiosk.policy.roles import ROLES
from kiosk.state.arrangements import HoldKind

HEAD = "head"
TIMES = st.lists(st.integers(1, 12), min_size=1, max_size=8)


def in_release(rules: Rules, clock: FakeClock) -> SmallKiosk:
    """Ana's is in cubby 1, Ben's in 2 beside it, and both may collect."""
    kiosk = SmallKiosk(rules, clock)
    kiosk.take(SaveUser(CONSOLE, User(HEAD, "head", "", ("headteacher", "dsl"))))
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    clock.to(15, 20)
    return kiosk


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return in_release(rules, clock)


def hold_bens(kiosk: SmallKiosk, kind: HoldKind = HoldKind.SAFEGUARDING) -> None:
    kiosk.take(PlaceHold(HEAD, deposit_of(kiosk, BEN), kind))


def test_beside_an_open_door_they_are_told_to_wait_and_tap_again_when_it_is_shut(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)

    tap = kiosk.tap(BENS_CARD)

    assert (tap.granted, tap.reason, tap.cubby) == (False, Reason.NEIGHBOUR_OPEN, None)
    assert (kiosk.shown, kiosk.pulses) == ([Show(Sign.WAIT)], [])
    kiosk.close(1)
    assert kiosk.tap(BENS_CARD).cubby == 2
    assert kiosk.pulses == [2]


def test_a_door_that_is_being_opened_is_waited_for_too(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    assert kiosk.tap(BENS_CARD).reason is Reason.NEIGHBOUR_OPEN
    kiosk.tick(5.1)
    kiosk.tick(5.1)  # it did not open
    assert kiosk.tap(BENS_CARD).granted


def test_across_a_corner_nobody_waits(rules: Rules, clock: FakeClock) -> None:
    moved = {**rules.cubbies, 2: replace(rules.cubbies[2], row=1)}
    kiosk = in_release(replace(rules, cubbies=moved), clock)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    assert kiosk.tap(BENS_CARD).granted


def test_a_hand_in_finds_a_cubby_apart_and_waits_for_its_own_or_the_last(
    rules: Rules, clock: FakeClock
) -> None:
    kiosk = SmallKiosk(rules, clock)
    kiosk.tap(ANAS_CARD)
    assert kiosk.tap(BENS_CARD).cubby == 3  # 2 is beside the first

    small = SmallKiosk(make_rules(2, 2), FakeClock())
    small.tap(ANAS_CARD)
    small.open(1)
    assert small.tap(BENS_CARD).reason is Reason.NEIGHBOUR_OPEN
    small.close(1)
    assert small.tap(BENS_CARD).cubby == 2

    fixed = SmallKiosk(make_rules(), FakeClock())
    fixed.take(AssignCubby("office", 2, BEN.id))
    fixed.tap(ANAS_CARD)
    assert fixed.tap(BENS_CARD).reason is Reason.NEIGHBOUR_OPEN


def test_a_door_that_is_left_open_keeps_nobody_longer_than_until_staff_are_told(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.tick(25)
    assert kiosk.tap(BENS_CARD).reason is Reason.NEIGHBOUR_OPEN
    kiosk.tick(1)
    assert kiosk.tap(BENS_CARD).granted  # thirty seconds after it opened


def test_whoever_needs_longer_at_their_door_keeps_nobody_longer(
    rules: Rules, clock: FakeClock
) -> None:
    kiosk = in_release(rules, clock)
    kiosk.take(ImportRoster(CONSOLE, (replace(ANA, more_time=True),), 0, 1))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.tick(30)
    assert kiosk.tap(BENS_CARD).granted


def test_a_door_that_was_forced_or_found_open_keeps_nobody(kiosk: SmallKiosk) -> None:
    kiosk.take(Opened(1))
    assert kiosk.tap(BENS_CARD).granted


def test_a_medical_need_waits_for_no_neighbour(kiosk: SmallKiosk) -> None:
    kiosk.take(GrantExemption(HEAD, replace(exempt("medical", "always"), person=BEN.id)))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    tap = kiosk.tap(BENS_CARD)
    assert (tap.granted, tap.data["row"], kiosk.pulses) == (True, "2", [2])


def test_an_opening_that_is_under_way_goes_on_beside_an_open_door(kiosk: SmallKiosk) -> None:
    kiosk.tap(BENS_CARD)
    kiosk.override(1, ANA.id)
    kiosk.open(1)
    assert kiosk.tap(BENS_CARD).reason is Reason.AGAIN
    assert kiosk.pulses == [2]


def test_staff_open_what_they_have_to_beside_an_open_door(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.override(2, BEN.id)
    assert kiosk.pulses == [2]


def test_a_round_opens_doors_beside_each_other_in_its_own_order(kiosk: SmallKiosk) -> None:
    kiosk.take(ReleaseRound(CONSOLE, ("7A", "7B")))
    assert kiosk.pulses == [1]
    kiosk.open(1)
    assert kiosk.pulses == [2]


@pytest.mark.parametrize("kind", [HoldKind.OFFICE, HoldKind.SAFEGUARDING, HoldKind.POLICE])
def test_whoever_is_held_waits_as_anybody_would_and_is_sent_to_the_office_when_theirs_would_open(
    rules: Rules, kind: HoldKind
) -> None:
    held, free = in_release(rules, FakeClock()), in_release(rules, FakeClock())
    hold_bens(held, kind)
    taps, shown = [], []
    for kiosk in (held, free):
        kiosk.tap(ANAS_CARD)
        kiosk.open(1)
        tap = kiosk.tap(BENS_CARD)
        taps.append((tap.reason, tap.cubby, tap.data))
        shown.append(kiosk.shown)
    assert taps[0] == taps[1]
    assert shown[0] == shown[1] == [Show(Sign.WAIT)]

    held.close(1)
    assert held.tap(BENS_CARD).reason is Reason.HELD


def test_a_school_may_let_all_doors_open(rules: Rules, clock: FakeClock) -> None:
    kiosk = in_release(replace(rules, taps=TapRules(neighbours_wait=False)), clock)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    assert kiosk.tap(BENS_CARD).granted


def test_the_office_is_told_why_and_when_it_opens(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    now = kiosk.clock.now()

    told = explain(kiosk.rules, kiosk.standing, BEN.id, now, may_see=ROLES["reception"])

    assert (told.granted, told.reason, told.row) == (False, Reason.NEIGHBOUR_OPEN, "17")
    assert told.pupil == "Wait"
    assert "a door beside theirs is open, or is being opened" in told.facts
    assert told.next == "they can collect once the door beside it is shut"


def test_a_rehearsal_says_for_how_many_it_would_have_been_otherwise(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.tap(BENS_CARD)
    roster, other = kiosk.standing.roster, replace(kiosk.rules, taps=TapRules(False))

    found = rehearse(kiosk.rules, other, roster, kiosk.events)

    (difference,) = found.differences
    assert (found.unlike, difference.count) == (0, 1)
    assert difference.kind.before == (False, Reason.NEIGHBOUR_OPEN)
    assert difference.kind.after == (True, Reason.COLLECT)


@given(TIMES)
def test_whatever_stands_open_nobody_waits_for_ever(seconds: list[int]) -> None:
    """Ana's door opens and is never shut; Ben taps until his opens."""
    kiosk = in_release(make_rules(), FakeClock())
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    waited = 0.0
    for wait in [*seconds, *[12] * 6]:
        if kiosk.tap(BENS_CARD).granted:
            break
        kiosk.tick(wait)
        waited += wait + 4
    assert kiosk.pulses == [2]
    assert waited <= 30 + 12 + 4
