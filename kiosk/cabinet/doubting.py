"""What is no longer certain: a device's place, or what is in a cubby that keeps nothing. Pure."""

from kiosk.drafting import Draft
from kiosk.events import SYSTEM, EventType, Purpose, Reason
from kiosk.state import Place, Transaction

STAFFS = frozenset({Purpose.OVERRIDE, Purpose.BOX})  # openings that are no owner's own


def doubt(draft: Draft, cubby: int, reason: Reason, transaction: Transaction | None) -> None:
    """Custody is no longer certain: of all that is in that cubby; where an owner has it open, of
    the owner's own device, which was being put in or out. What is out is with its owner."""
    kept = draft.state.deposits_in(cubby)
    if transaction is not None and transaction.purpose not in STAFFS:
        kept = tuple(deposit for deposit in kept if deposit.person == transaction.person)
        if not kept and transaction.person is not None:
            number = transaction.deposit or transaction.cause
            _doubted(draft, cubby, reason, transaction.cause, transaction.person, number)
    else:
        kept = tuple(deposit for deposit in kept if deposit.place is not Place.OUT)
    for deposit in kept:
        if deposit.doubt in (None, Reason.REOPENED):  # the first tells what may be done about it
            cause = transaction.cause if transaction else None
            _doubted(draft, cubby, reason, cause, deposit.person, deposit.id)


def _doubted(
    draft: Draft, cubby: int, reason: Reason, cause: int | None, person: str, deposit: int
) -> None:
    draft.add(
        EventType.CUSTODY_UNKNOWN,
        person=person,
        cubby=cubby,
        cause=cause,
        deposit=deposit,
        reason=reason,
    )


def lose_track(
    draft: Draft, cubby: int, reason: Reason, cause: int | None = None, actor: str = SYSTEM
) -> None:
    """Of a cubby that keeps nothing on record, nobody can say any more that it is empty."""
    inside = any(d.place is not Place.OUT for d in draft.state.deposits_in(cubby))
    if not inside and cubby not in draft.state.cabinet.unknown:
        draft.add(EventType.CUBBY_UNKNOWN, actor, cubby=cubby, cause=cause, reason=reason)
