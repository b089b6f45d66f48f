"""Rules about cubbies: whose they are, who shares them, and which one a deposit gets. Pure.

A cubby is anybody's, somebody's own, or a class's box. What several people's devices may be in, one
deposit each, is a class's box, and an own one that brothers and sisters share. A pupil with two
devices has one deposit: they lie together.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from kiosk.drafting import Rules
from kiosk.events import Moment, Reason
from kiosk.model import Person, PersonKind
from kiosk.policy.assign import ANY, free_cubby
from kiosk.policy.facts import Decision
from kiosk.state import Deposit, Place, State
from kiosk.state.arrangements import Exemption, ExemptionEffect

# Rows of the tap table that this module completes: "cubby shared", and the two that give a cubby.
SHARED_ROW = "5"
GIVING_ROWS = ("10", "11")


def cubby_for(
    rules: Rules,
    state: State,
    faulty: Collection[int],
    person: Person | None = None,
    now: Moment | None = None,
) -> int | None:
    """The cubby that a deposit would get now: their own, if it may be used, else a free one.

    ``faulty``: those that no deposit is given, whatever the reason.
    """
    own = _own(rules, state, faulty, person, now)
    if own is not None:
        return own
    cabinet = state.cabinet
    return free_cubby(
        rules.cubbies,
        taken=state.in_cubby.keys() | state.transactions.keys(),
        faulty=faulty,
        open_doors=state.open_doors | state.transactions.keys(),
        last_used=state.last_used,
        kept_back={*cabinet.owned.values(), *cabinet.boxes.values()},
        wishes=person.wishes if person else ANY,
        special=rules.special,
        emptied=cabinet.emptied,
        today=_midnight(rules, now.at) if now is not None and cabinet.emptied else None,
    )


def _own(
    rules: Rules,
    state: State,
    faulty: Collection[int],
    person: Person | None,
    now: Moment | None,
) -> int | None:
    """Their own cubby, where it may be used: nobody else's device is in it, and none that is
    held, which must not be reached by somebody else's tap."""
    own = state.cabinet.owned.get(person.id) if person else None
    if own is None or own not in rules.cubbies or own in faulty or is_in_use(state, own):
        return None
    kept = state.deposits_in(own)
    if kept and not {d.person for d in kept} <= state.cabinet.owners_of(own):
        return None
    return None if now is not None and holds_something(state, own, now) else own


def may_lie_together(state: State, cubby: int, people: Collection[str]) -> bool:
    """Whether the devices of all these may be in that cubby: no card is to open it on somebody
    else's. A box opens for staff alone; an own cubby is for those who share it."""
    if len(people) < 2 or state.cabinet.form_of(cubby) is not None:
        return True
    return state.cabinet.owners_of(cubby).issuperset(people)


def is_in_use(state: State, cubby: int | None) -> bool:
    """Whether its door stands open, or is being opened."""
    return cubby in state.open_doors or cubby in state.transactions


def beside_open_doors(rules: Rules, state: State, now: Moment) -> frozenset[int]:
    """The cubbies that wait for a door beside them: one that somebody has open, or that is being
    opened. A door that is left open, or whose switch says so, keeps nobody for longer than until
    staff are told; one that was forced or found open keeps nobody, as nobody was let in there."""
    if not state.transactions or not rules.taps.neighbours_wait:
        return frozenset()
    limit = timedelta(seconds=rules.deadlines.left_open_s)
    doors = state.transactions.values()
    used = (door.cubby for door in doors if now.since(door.opened or door.pulsed) < limit)
    return frozenset(n for cubby in used for n in rules.neighbours.get(cubby, ()))


def holds_something(state: State, cubby: int, now: Moment) -> bool:
    """Whether a device in that cubby may not be released now."""
    return any(state.holds_in_force(deposit.id, now) for deposit in state.deposits_in(cubby))


def _midnight(rules: Rules, at: datetime) -> datetime:
    """When the day began on the school's wall, UTC."""
    local = rules.timetable.local(at)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def class_box(state: State, person: Person | None, on: date) -> int | None:
    """The box that somebody's device goes into; None where they use a cubby, or need not hand in.

    Whoever may reach their device during the day is given a cubby: no box opens for a pupil.
    """
    if person is None or person.kind is not PersonKind.PUPIL:
        return None
    box = state.cabinet.boxes.get(person.form)
    if box is None or box in state.cabinet.service or person.id in state.cabinet.owned:
        return None
    return None if any(_sets_apart(e, on) for e in state.exemptions_of(person.id)) else box


def _sets_apart(exemption: Exemption, on: date) -> bool:
    return exemption.effect is not ExemptionEffect.EARLY and exemption.is_in_force(on)


def box_of_staff(state: State, person: Person) -> int | None:
    """The box that a member of staff looks after: that of their own class."""
    is_staff = person.kind is PersonKind.STAFF and not person.leaver
    return state.cabinet.boxes.get(person.form) if is_staff else None


def is_boxed(state: State, deposit: Deposit | None) -> bool:
    """Whether it lies in a class's box."""
    if deposit is None or deposit.place is not Place.CUBBY or not state.cabinet.boxes:
        return False
    return deposit.cubby in state.cabinet.boxes.values()


def shares_box(
    state: State, person: Person | None, kept: Deposit | None, on: date, *, is_medical: bool
) -> bool:
    """Whether a tap is only noted, as the cubby is shared. A medical need opens even a box."""
    if not state.cabinet.boxes:
        return False
    if kept is None:
        return class_box(state, person, on) is not None
    return is_boxed(state, kept) and not is_medical


def refine(state: State, person: Person | None, decision: Decision, on: date) -> Decision:
    """The table's decision, with what only the cubby tells: that it is noted because there is a
    box, or that their own is in a brother's or sister's use."""
    if person is None:
        return decision
    if decision.row == SHARED_ROW:
        is_shared = shares_box(state, person, state.deposit_of(person.id), on, is_medical=False)
        return decision._replace(reason=Reason.HANDED_IN) if is_shared else decision
    own = state.cabinet.owned.get(person.id)
    if own is not None and decision.row in GIVING_ROWS and is_in_use(state, own):
        return Decision(False, Reason.DOOR_OPEN, own, row=decision.row)
    return decision
