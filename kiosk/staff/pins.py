"""Who has a PIN for the kiosk. Pure.

What it is worth there is in ``kiosk.taps.at_kiosk``. Source: the school's rules, "Override": PIN
too where there is a screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.pins import SetPin
from kiosk.model import PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, needing, refuse
from kiosk.state.mappings import without


def _set_pin(draft: Draft, command: SetPin) -> None:
    """The digest stands in the person's row, and goes with it; the event says nothing of it."""
    roster, memory = draft.standing.roster, draft.standing.memory
    known = roster.people.get(command.person)
    if known is None or known.kind is not PersonKind.STAFF:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if not command.pin_hash and not known.pin_hash:
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.PIN_SET, command.actor, person=known.id)
    changed = replace(known, pin_hash=command.pin_hash, pin_wrong=0)
    draft.save(replace(roster, people={**roster.people, known.id: changed}), changed)
    left = without(memory.wrong_pins, known.id)
    draft.remember(memory._replace(wrong_pins=left))


PIN_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    SetPin: needing(Permission.ROSTER, _set_pin),
}
