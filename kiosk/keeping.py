"""What happens to the record itself, as events: the disk fails, history moves on, people are
forgotten. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.acts import Forget, Note
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, EventType, Reason, user_actor
from kiosk.messages.commands import ErasePerson
from kiosk.messages.record import (
    BackupMade,
    Dropped,
    Repaired,
    Restored,
    Rotated,
    StoreFailed,
    StoreRecovered,
)
from kiosk.model import Credential, Person
from kiosk.policy.roles import Permission
from kiosk.retention import Series
from kiosk.staff.acting import at_console, needing
from kiosk.state import Place


def store_failed(draft: Draft, message: StoreFailed) -> None:
    """No deposit is taken from now on; what may be released still is."""
    draft.add(EventType.STORE_FAILED, data={"why": message.why})
    draft.raise_alert(Alert.RECORD_FAILING)


def store_recovered(draft: Draft, message: StoreRecovered) -> None:
    """All that was kept elsewhere is on record again."""
    draft.add(EventType.STORE_RECOVERED, data=message.facts)
    draft.clear_alert(Alert.RECORD_FAILING)


def rotated(draft: Draft, message: Rotated) -> None:
    """Events have become history."""
    draft.add(EventType.ROTATED, data=message.facts)


def dropped(draft: Draft, message: Dropped) -> None:
    """A segment is past its age. What began in it and is not over is said once more first, so
    that what is left of the record still tells where every device is."""
    row = message.segment
    if row.series is Series.TAPS:
        for deposit in list(draft.state.deposits.values()):
            if deposit.id <= row.last:  # also what was carried out of an earlier one
                _carry(draft, deposit.id)
    data = {"series": row.series.value, "first": row.first, "last": row.last, "count": row.count}
    draft.add(EventType.SEGMENT_DROPPED, data=data)
    draft.keep_row(row.dropped())
    for note in message.notes:
        draft.keep_row(Forget(Note, note))


def _carry(draft: Draft, number: int) -> None:
    deposit = draft.state.deposits[number]
    since = deposit.since
    draft.add(
        EventType.CARRIED_FORWARD,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        reason=deposit.doubt,
        data={
            "since": since.at.isoformat(),
            "mono": since.mono,
            "boot": since.boot,
            "trusted": since.trusted,
            "presumed": deposit.presumed,
            **({"place": deposit.place.value} if deposit.place is not Place.CUBBY else {}),
            **({"by": deposit.keeper} if deposit.keeper else {}),
            **({"due": deposit.due.isoformat()} if deposit.due else {}),
        },
    )


def repaired(draft: Draft, message: Repaired) -> None:
    """The record was damaged, and is whole again but for what was lost. Every cubby of which
    nothing was heard since is no longer certain: a device in it is in doubt, an empty one may not
    be empty."""
    draft.add(EventType.RECORD_REPAIRED, data=message.facts)
    draft.raise_alert(Alert.RECORD_DAMAGED)
    _doubt_all_but(draft, message.certain, Reason.RECORD_DAMAGED)


def erase_person(draft: Draft, command: ErasePerson) -> None:
    """Forget a person: their row, cards and notes. Their events stay, of somebody unknown."""
    roster = draft.standing.roster
    if command.person not in roster.people:
        draft.outcome = Outcome(False, Reason.NOT_KNOWN)
        return
    is_kept = draft.state.deposit_of(command.person) is not None
    if is_kept or draft.state.transaction_of(command.person) is not None:
        draft.outcome = Outcome(False, Reason.STILL_KEPT)
        return
    cards = [c for c in roster.credentials.values() if c.person == command.person]
    event = draft.add(EventType.PERSON_ERASED, user_actor(command.actor), person=command.person)
    draft.forget_person(command.person)
    draft.keep_row(Forget(Person, command.person))
    for card in cards:
        draft.keep_row(Forget(Credential, card.key))
    for note in command.notes:
        draft.keep_row(Forget(Note, note))
    if (imported := draft.standing.imported) is not None:
        draft.keep_import(imported.without(command.person))
    draft.outcome = Outcome(True, seq=event.seq)


def backup_made(draft: Draft, command: BackupMade) -> None:
    """A copy left with this anchor; a record that lost its end later is told by it."""
    event = draft.add(
        EventType.BACKUP_MADE,
        user_actor(command.actor),
        data={"anchor": command.seq, "anchor_seal": command.seal, "sha256": command.sha256},
    )
    draft.outcome = Outcome(True, seq=event.seq)


def restored(draft: Draft, message: Restored) -> None:
    """The record was put back from a copy: what happened after that copy is not in it. Every
    device may have moved since."""
    draft.add(EventType.RECORD_RESTORED, user_actor(message.actor), data=message.facts)
    _doubt_all_but(draft, frozenset(), Reason.RECORD_RESTORED)


def _doubt_all_but(draft: Draft, certain: frozenset[int], reason: Reason) -> None:
    for cubby in sorted(draft.rules.cubbies.keys() - certain):
        kept = draft.state.deposits_in(cubby)
        if not kept:
            draft.raise_alert(Alert.LOOK_INSIDE, cubby)
        for deposit in kept:
            if deposit.doubt is None:
                draft.add(
                    EventType.CUSTODY_UNKNOWN,
                    person=deposit.person,
                    cubby=cubby,
                    deposit=deposit.id,
                    reason=reason,
                )


KEEPING: Mapping[type, Callable[[Draft, Any], None]] = {
    StoreFailed: store_failed,
    StoreRecovered: store_recovered,
    Rotated: rotated,
    Dropped: dropped,
    Repaired: repaired,
    Restored: restored,
    ErasePerson: needing(Permission.ERASE, erase_person),
    BackupMade: at_console(backup_made),
}
