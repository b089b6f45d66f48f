"""Whatever is broken, doubtful or held: staff who may can always give a device back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import scale
from conftest import make_rules
from facts_fixtures import DOUBTS

from kiosk.acts import Pulse
from kiosk.drafting import Standing
from kiosk.events import Alert, EventType, Moment, Purpose, Reason
from kiosk.messages.commands import Override, StateCustody
from kiosk.model import Person, Roster, User
from kiosk.policy.roles import ROLES, Permission
from kiosk.state import Deposit, Place, Raised, State, Transaction
from kiosk.state.arrangements import Hold, HoldKind
from kiosk.station import decide

RULES = make_rules()
ROSTER = Roster(
    {"p": Person("p", "1001", "Ana", "Silva")},
    users={role: User(role, role, "", (role,)) for role in ROLES},
)
HOURS = [datetime(2026, 3, 2, *hour, tzinfo=UTC) for hour in ((8, 30), (12,), (15, 20), (20,))]
LEADS = [role for role in ROLES if Permission.LIFT in ROLES[role]]
ON_DUTY = [role for role in ROLES if Permission.OPEN in ROLES[role]]
CUBBY = 3


def nows() -> Iterator[Moment]:
    for at, trusted in product(HOURS, (True, False)):
        yield Moment(at, 100_000, "boot", trusted)


def holds(*, need_met: bool) -> list[dict[int, Hold]]:
    shown = sorted({kind.shown for kind in HoldKind})
    return [{}, *({9: Hold(9, 1, kind, "user:x", None, need_met)} for kind in shown)]


def places() -> Iterator[Deposit]:
    since = Moment(HOURS[0] - timedelta(minutes=5), 86_000, "boot")
    for doubt in DOUBTS:
        yield Deposit(1, "p", CUBBY, since, doubt)
    yield Deposit(1, "p", CUBBY, since, place=Place.OUT)
    yield Deposit(1, "p", None, since, place=Place.OFFICE)
    yield Deposit(1, "p", None, since, Reason.EMPTY)


def states(now: Moment, deposit: Deposit, held: dict[int, Hold]) -> Iterator[State]:
    """With every part lost or not, and the door shut, standing open, or left open by somebody. An
    opening under way is not among them: it is over within seconds."""
    long_ago = replace(now, mono=now.mono - 31)
    left = Transaction(5, CUBBY, Purpose.COLLECT, "person:p", "p", 1, 1, long_ago, long_ago)
    lost = [(Alert.READER_LOST, None), (Alert.LOCKS_LOST, "main"), (Alert.RECORD_FAILING, None)]
    for broken, door in product(product((True, False), repeat=3), ("shut", "open", "left open")):
        yield State(
            seq=20,
            deposits={1: deposit},
            of_person={"p": 1},
            in_cubby={deposit.cubby: 1} if deposit.cubby else {},
            transactions={CUBBY: left} if door == "left open" else {},
            open_doors=frozenset() if door == "shut" else frozenset({CUBBY}),
            alerts={
                about: Raised(about[0], None, now, 2, bank=about[1])
                for about, is_lost in zip(lost, broken, strict=True)
                if is_lost
            },
            holds=held,
        )


def test_a_lead_opens_the_cubby_of_any_device_whatever_else_is_so() -> None:
    for at, deposit, held in product(nows(), places(), holds(need_met=True)):
        if deposit.cubby is None:
            continue
        for state in states(at, deposit, held):
            step = decide(
                RULES, Standing(state, ROSTER), Override(LEADS[0], CUBBY, "p", Reason.OTHER), at
            )

            assert step.outcome
            assert step.outcome.granted, (state, at)
            assert [act.cubby for act in step.acts if isinstance(act, Pulse)] == [CUBBY]
            (named,) = [e for e in step.events if e.type is EventType.OVERRIDDEN]
            assert (named.actor, named.reason) == (f"user:{LEADS[0]}", Reason.OTHER)


def test_whoever_is_on_duty_opens_it_for_a_medical_need_unless_it_is_seen_to() -> None:
    for turn, (at, deposit, held) in enumerate(product(nows(), places(), holds(need_met=False))):
        if deposit.cubby is None:
            continue
        for role, state in in_turn(turn, states(at, deposit, held)):
            step = decide(
                RULES, Standing(state, ROSTER), Override(role, CUBBY, "p", Reason.MEDICAL), at
            )

            assert step.outcome
            assert step.outcome.granted, (role, state, at)


def in_turn(turn: int, states: Iterator[State]) -> Iterator[tuple[str, State]]:
    """Each state with each role on duty; in part, with one, and by the next turn with the next."""
    for number, state in enumerate(states, start=turn):
        one = ON_DUTY[number % len(ON_DUTY)]
        yield from ((role, state) for role in (ON_DUTY if scale.IS_THOROUGH else [one]))


def test_each_role_on_duty_meets_each_state_in_turn() -> None:
    at, deposit = next(nows()), next(places())
    turns = range(len(ON_DUTY))
    met = [pair for turn in turns for pair in in_turn(turn, states(at, deposit, {}))]
    assert all(pair in met for pair in product(ON_DUTY, states(at, deposit, {})))


def test_where_no_door_can_help_staff_say_that_it_was_given_and_it_is() -> None:
    for at, deposit, held in product(nows(), places(), holds(need_met=True)):
        for state in states(at, deposit, held):
            step = decide(
                RULES, Standing(state, ROSTER), StateCustody(LEADS[0], 1, Reason.GIVEN), at
            )

            assert step.outcome
            assert step.outcome.granted
            assert step.standing.state.deposit_of("p") is None
            assert step.standing.state.holds == {}
