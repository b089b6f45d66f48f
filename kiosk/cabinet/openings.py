"""How an opening goes on: pulse, door open, door shut, and what each means for custody. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.acts import Show, Sign
from kiosk.cabinet.doubting import doubt, lose_track
from kiosk.cabinet.patience import patience
from kiosk.cabinet.usable import lost_banks, usable_cubby
from kiosk.drafting import Draft
from kiosk.events import Alert, EventType, Purpose, Reason
from kiosk.policy.conditions import PUTS_IN
from kiosk.state import PULSES_A_CUBBY, Transaction
from kiosk.state.mappings import without


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening to begin: whose, where, what for, and which event caused it."""

    cause: int
    cubby: int
    purpose: Purpose
    actor: str
    person: str | None = None
    deposit: int | None = None
    reason: Reason | None = None
    due: datetime | None = None


def begin(draft: Draft, opening: Opening, attempt: int = 1) -> None:
    """Record the intent, and ask for the pulse. During a fire no door opens."""
    if draft.state.cabinet.fire is not None:
        return
    draft.add(
        EventType.PULSE_STARTED,
        opening.actor,
        person=opening.person,
        cubby=opening.cubby,
        reason=opening.reason,
        cause=opening.cause,
        deposit=opening.deposit,
        data={
            "purpose": str(opening.purpose),
            "attempt": attempt,
            **({"due": opening.due.isoformat()} if opening.due else {}),
        },
    )
    memory = draft.standing.memory
    draft.remember(memory._replace(pulsed=without(memory.pulsed, opening.cubby)))
    draft.pulse(opening.cubby, opening.cause)
    sign = SIGNS_OF_PURPOSE.get(opening.purpose)
    if sign is not None:
        draft.show(Show(sign, opening.cubby), opening.person)


SIGNS_OF_PURPOSE = {
    Purpose.DEPOSIT: Sign.PUT_IN,
    Purpose.REOPEN: Sign.PUT_IN,
    Purpose.COLLECT: Sign.TAKE,
    Purpose.LEFT_INSIDE: Sign.TAKE,
    Purpose.TAKE_OUT: Sign.TAKE,
    Purpose.BRING_BACK: Sign.PUT_IN,
    Purpose.BOX: Sign.PUT_IN,
}


def opened(draft: Draft, cubby: int) -> None:
    """A door opened: by its transaction's pulse, or by force."""
    if cubby in draft.state.open_doors:
        return
    transaction = draft.state.transactions.get(cubby)
    if transaction is None:
        _forced(draft, cubby)
        return
    _door_event(draft, EventType.DOOR_OPENED, transaction)
    draft.clear_alert(Alert.NOT_OPENED, cubby)
    if transaction.purpose is Purpose.COLLECT:
        _collected(draft, transaction)
    elif transaction.purpose is Purpose.TAKE_OUT:
        _taken_out(draft, transaction)
    elif transaction.purpose is Purpose.REOPEN:
        doubt(draft, cubby, Reason.REOPENED, transaction)
    elif transaction.purpose is Purpose.OVERRIDE:
        doubt(draft, cubby, Reason.OPENED_BY_STAFF, transaction)
        under_way = draft.state.round
        if under_way is not None and under_way.cause == transaction.cause:
            lose_track(draft, cubby, Reason.OPENED_BY_STAFF, transaction.cause)


def closed(draft: Draft, cubby: int) -> None:
    """A door shut. A door never seen open changes nothing."""
    if cubby not in draft.state.open_doors:
        return
    transaction = draft.state.transactions.get(cubby)
    if transaction is None or transaction.opened is None:
        draft.add(EventType.DOOR_CLOSED, cubby=cubby)  # it stood open before the pulse
        if transaction is not None and cubby in draft.standing.memory.pulsed:
            presume(draft, transaction)  # whoever it was pulsed for has shut it
    else:
        _door_event(draft, EventType.DOOR_CLOSED, transaction)
        _settle(draft, transaction)
        if transaction.purpose is Purpose.OVERRIDE:
            draft.clear_alert(Alert.LOOK_INSIDE, cubby)
    draft.clear_alert(Alert.LEFT_OPEN, cubby)
    clear_forced(draft, cubby)
    if not draft.has_shown():
        draft.show(Show(Sign.READY, cubby))


def clear_forced(draft: Draft, cubby: int) -> None:
    """A forced door is over once it is shut and somebody has seen it: shutting it hides nothing."""
    raised = draft.state.alerts.get((Alert.FORCED, cubby))
    if raised and raised.acknowledged_by and cubby not in draft.state.open_doors:
        draft.clear_alert(Alert.FORCED, cubby)


def pulsed(draft: Draft, cubby: int) -> None:
    """A lock is energised now: the door's time runs from here, not from the intent."""
    memory = draft.standing.memory
    draft.remember(memory._replace(pulsed={**memory.pulsed, cubby: draft.now.mono}))


def rejected(draft: Draft, cubby: int, cause: int) -> None:
    """The lock bank could not pulse. A rejection that comes late ends no later transaction."""
    transaction = draft.state.transactions.get(cubby)
    if transaction is None or transaction.cause != cause or transaction.opened is not None:
        return
    _give_up(draft, transaction, Reason.LOCK_FAULT)


def is_never_shut(draft: Draft, transaction: Transaction) -> bool:
    """Whether its door has stood open so long that staff may go on without its sensor."""
    opened = transaction.opened
    if opened is None:
        return False
    return draft.passed(opened) >= draft.rules.deadlines.left_open_s * patience(draft, transaction)


def abandon(draft: Draft, transaction: Transaction) -> None:
    """End a transaction whose door was never seen shut."""
    _pulse_event(draft, EventType.PULSE_UNKNOWN, transaction, Reason.NOT_SHUT)
    if transaction.purpose in PUTS_IN:
        doubt(draft, transaction.cubby, Reason.NOT_SHUT, transaction)


def tick(draft: Draft) -> None:
    """Deadlines: not opened, presumed, left open."""
    for transaction in list(draft.state.transactions.values()):
        if transaction.opened is not None:
            _watch_open(draft, transaction)
        elif transaction.cubby in draft.standing.memory.pulsed:
            _watch_pulsed(draft, transaction)


def interrupted(draft: Draft, transactions: list[Transaction]) -> None:
    """At the start: what was under way when the process ended is unknown, and stays reserved."""
    for transaction in transactions:
        if transaction.opened is None:
            _pulse_event(draft, EventType.PULSE_UNKNOWN, transaction, Reason.INTERRUPTED)
        if transaction.purpose is Purpose.DEPOSIT or transaction.deposit is not None:
            going_in = transaction.purpose in PUTS_IN
            why = Reason.INTERRUPTED if going_in else Reason.INTERRUPTED_OUT
            doubt(draft, transaction.cubby, why, transaction)
        if transaction.purpose is not Purpose.BOX:
            lose_track(draft, transaction.cubby, Reason.INTERRUPTED, transaction.cause)


def found_doors(draft: Draft, doors: dict[int, bool]) -> None:
    """At the start: doors that stand otherwise than the record says."""
    for cubby, is_open in sorted(doors.items()):
        if is_open:
            if cubby not in draft.state.open_doors:
                draft.add(EventType.DOOR_OPENED, cubby=cubby, reason=Reason.FOUND)
                doubt(draft, cubby, Reason.FORCED, None)
            draft.raise_alert(Alert.LEFT_OPEN, cubby)
        elif cubby in draft.state.open_doors:
            draft.add(EventType.DOOR_CLOSED, cubby=cubby, reason=Reason.FOUND)
            draft.clear_alert(Alert.LEFT_OPEN, cubby)
            clear_forced(draft, cubby)


def _door_event(draft: Draft, type: EventType, transaction: Transaction) -> None:
    draft.add(
        type,
        person=transaction.person,
        cubby=transaction.cubby,
        cause=transaction.cause,
    )


def _pulse_event(draft: Draft, type: EventType, transaction: Transaction, reason: Reason) -> None:
    draft.add(
        type,
        person=transaction.person,
        cubby=transaction.cubby,
        cause=transaction.cause,
        reason=reason,
        data={"attempt": transaction.attempt},
    )


def _collected(draft: Draft, transaction: Transaction, *, presumed: bool = False) -> None:
    _custody_event(draft, EventType.COLLECTED, transaction, transaction.deposit, presumed)


def _taken_out(draft: Draft, transaction: Transaction, *, presumed: bool = False) -> None:
    """It is with its owner for a while; its cubby is kept."""
    data: dict[str, Any] = {"presumed": True} if presumed else {}
    if transaction.due is not None:
        data["due"] = transaction.due.isoformat()
    draft.add(
        EventType.TAKEN_OUT,
        transaction.actor,
        person=transaction.person,
        cubby=transaction.cubby,
        cause=transaction.cause,
        deposit=transaction.deposit,
        data=data,
    )


def _deposited(draft: Draft, transaction: Transaction, *, presumed: bool = False) -> None:
    deposit = transaction.deposit or transaction.cause  # a new one is named by what began it
    _custody_event(draft, EventType.DEPOSITED, transaction, deposit, presumed)
    # Without a sensor nobody knows that the door is shut, so it is not said.
    sign = Show(Sign.NOTED) if presumed else Show(Sign.DONE, transaction.cubby)
    draft.show(sign, transaction.person)


def _custody_event(
    draft: Draft,
    type: EventType,
    transaction: Transaction,
    deposit: int | None,
    presumed: bool,
) -> None:
    draft.add(
        type,
        transaction.actor,
        person=transaction.person,
        cubby=transaction.cubby,
        cause=transaction.cause,
        deposit=deposit,
        data={"presumed": True} if presumed else {},
    )


def _settle(draft: Draft, transaction: Transaction) -> None:
    """The door is shut again: what that means for custody."""
    if transaction.purpose in PUTS_IN:
        _deposited(draft, transaction)
    elif transaction.purpose in (Purpose.COLLECT, Purpose.LEFT_INSIDE, Purpose.TAKE_OUT):
        draft.show(Show(Sign.NOTED), transaction.person)


def _forced(draft: Draft, cubby: int) -> None:
    draft.add(EventType.DOOR_OPENED, cubby=cubby, reason=Reason.FORCED)
    draft.clear_alert(Alert.FORCED, cubby)  # forced again: it has to be seen again
    draft.raise_alert(Alert.FORCED, cubby)
    doubt(draft, cubby, Reason.FORCED, None)


def _watch_open(draft: Draft, transaction: Transaction) -> None:
    if transaction.opened is None:
        return
    passed = draft.passed(transaction.opened) / patience(draft, transaction)
    deadlines = draft.rules.deadlines
    if passed >= deadlines.left_open_s:
        draft.raise_alert(Alert.LEFT_OPEN, transaction.cubby)
    if passed >= deadlines.remind_s and draft.state.cabinet.fire is None:
        reminder = Show(Sign.SHUT_DOOR, transaction.cubby, is_reminder=True)
        draft.show(reminder, transaction.person)


def _watch_pulsed(draft: Draft, transaction: Transaction) -> None:
    cubby = transaction.cubby
    passed = draft.now.mono - draft.standing.memory.pulsed[cubby]
    deadlines = draft.rules.deadlines
    # A door that stood open before the pulse, by its switch, cannot be seen to open.
    if draft.rules.cubbies[cubby].has_sensor and cubby not in draft.state.open_doors:
        if passed >= deadlines.open_s:
            _not_opened(draft, transaction)
    elif passed >= deadlines.presume_s:
        presume(draft, transaction)


def presume(draft: Draft, transaction: Transaction) -> None:
    """No sensor will ever tell: the opening counts as done, and the pages say "unconfirmed"."""
    draft.clear_alert(Alert.NOT_OPENED, transaction.cubby)
    if transaction.purpose in PUTS_IN:
        _deposited(draft, transaction, presumed=True)
    elif transaction.purpose is Purpose.COLLECT:
        _collected(draft, transaction, presumed=True)
        draft.show(Show(Sign.NOTED), transaction.person)
    elif transaction.purpose is Purpose.TAKE_OUT:
        _taken_out(draft, transaction, presumed=True)
        draft.show(Show(Sign.NOTED), transaction.person)
    else:
        if transaction.purpose is Purpose.OVERRIDE:
            doubt(draft, transaction.cubby, Reason.OPENED_BY_STAFF, transaction)
            draft.clear_alert(Alert.LOOK_INSIDE, transaction.cubby)
        _pulse_event(draft, EventType.PULSE_UNKNOWN, transaction, Reason.UNSEEN)
        draft.show(Show(Sign.READY, transaction.cubby))


def _is_lost(draft: Draft, cubby: int) -> bool:
    """Whether the cubby's bank does not answer, so that nobody knows how its door stands."""
    return draft.rules.cubbies[cubby].bank in lost_banks(draft.state)


def _not_opened(draft: Draft, transaction: Transaction) -> None:
    if draft.state.cabinet.fire is not None:
        _pulse_event(draft, EventType.PULSE_FAILED, transaction, Reason.FIRE)
    elif transaction.may_retry() and not _is_lost(draft, transaction.cubby):
        begin(draft, _same(transaction), transaction.attempt + 1)
    else:
        _give_up(draft, transaction, Reason.NOT_OPENED)


def _give_up(draft: Draft, transaction: Transaction, reason: Reason) -> None:
    """A fault: one other cubby for a deposit, staff for the rest.

    Not a third: a dead supply, or a child that leans on doors, must not use up the cabinet.
    """
    _pulse_event(draft, EventType.PULSE_FAILED, transaction, reason)
    if not _is_lost(draft, transaction.cubby):  # that is told already, and is no fault of the door
        draft.raise_alert(Alert.NOT_OPENED, transaction.cubby)
    another = None
    if transaction.purpose is Purpose.DEPOSIT and transaction.attempt <= PULSES_A_CUBBY:
        owner = draft.standing.roster.people.get(transaction.person or "")
        another = usable_cubby(draft.rules, draft.state, owner, draft.now)
    if another is not None:
        begin(draft, _same(transaction, another), PULSES_A_CUBBY + 1)
    elif transaction.purpose is not Purpose.OVERRIDE:
        draft.show(Show(Sign.ASK_OFFICE), transaction.person)


def _same(transaction: Transaction, cubby: int | None = None) -> Opening:
    return Opening(
        cause=transaction.cause,
        cubby=cubby or transaction.cubby,
        purpose=transaction.purpose,
        actor=transaction.actor,
        person=transaction.person,
        deposit=transaction.deposit,
        due=transaction.due,
    )
