"""What happens to the record itself, as events: the disk fails, history moves on, a backup is made
or put back. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.drafting import Draft, Outcome
from kiosk.events import SYSTEM, Alert, EventType, Reason, user_actor
from kiosk.forgetting import put_back
from kiosk.messages.record import (
    BackupMade,
    Repaired,
    Restored,
    Rotated,
    Scrubbed,
    StoreFailed,
    StoreRecovered,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import is_allowed, needing

MOST_NAMED = 3  # files; an alert is one line


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


def repaired(draft: Draft, message: Repaired) -> None:
    """The record was damaged, and is whole again but for what was lost. Every cubby of which
    nothing was heard since is no longer certain: a device in it is in doubt, an empty one may not
    be empty."""
    draft.add(EventType.RECORD_REPAIRED, data=message.facts)
    draft.raise_alert(Alert.RECORD_DAMAGED)
    _doubt_all_but(draft, message.certain, Reason.RECORD_DAMAGED)


def scrubbed(draft: Draft, message: Scrubbed) -> None:
    """Somebody, or the kiosk by itself, has looked the record through. What is found anew is news
    to those who have seen the alert before."""
    if message.actor != SYSTEM and not is_allowed(draft, message.actor, Permission.SEE_RECORD):
        return
    detail = _findings_words(message)
    raised = draft.state.alerts.get((Alert.RECORD_UNSOUND, None))
    if raised is not None and raised.detail != detail:
        draft.clear_alert(Alert.RECORD_UNSOUND)
    if message.findings:
        draft.raise_alert(Alert.RECORD_UNSOUND, detail=detail)
    draft.outcome = Outcome(True)


def _findings_words(message: Scrubbed) -> str:
    """Which files; of a change that leaves every file whole, in how many places."""
    if not message.findings:
        return ""
    if not message.files:
        return "1 place" if message.findings == 1 else f"{message.findings} places"
    more = len(message.files) - MOST_NAMED
    named = ", ".join(message.files[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


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
    put_back(draft, message.legal)
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


RECORD_EVENTS: Mapping[type, Callable[[Draft, Any], None]] = {
    StoreFailed: store_failed,
    StoreRecovered: store_recovered,
    Rotated: rotated,
    Repaired: repaired,
    Restored: restored,
    Scrubbed: scrubbed,
    BackupMade: needing(Permission.USERS, backup_made),
}
