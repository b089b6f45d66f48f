"""How many devices a person has handed in, and of which kinds. Pure.

A tap says none of it: it stands for whatever is put in. Source: the school's rules, "Devices": a
pupil with two devices uses one cubby.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.devices import NoteDevices
from kiosk.policy.devices import devices_data, kinds_of
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, form_of, is_allowed, refuse

MOST_DEVICES = 9  # of one person: more is a slip of the finger


def _note_devices(draft: Draft, command: NoteDevices) -> None:
    deposit = draft.state.deposits.get(command.deposit)
    form = form_of(draft, deposit.person if deposit else None)
    if not is_allowed(draft, command.actor, Permission.OPEN, form):
        return
    kinds = kinds_of(command.kinds)
    if deposit is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif not max(1, len(kinds)) <= command.count <= MOST_DEVICES:
        refuse(draft, Reason.INCOMPLETE)
    elif (deposit.count, deposit.kinds) == (command.count, kinds):
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(
            draft,
            EventType.DEVICES_NOTED,
            command.actor,
            person=deposit.person,
            cubby=deposit.cubby,
            deposit=deposit.id,
            data=devices_data(command.count, kinds),
        )


DEVICE_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {NoteDevices: _note_devices}
