"""How signs are shown to somebody. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.signs import AdaptSigns
from kiosk.policy.languages import is_language
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, needing, refuse


def _adapt(draft: Draft, command: AdaptSigns) -> None:
    """What it is stands in the person's row, and goes with it: that somebody needs calm or time is
    nothing for the events."""
    roster = draft.standing.roster
    known = roster.people.get(command.person)
    if known is None or (command.language and not is_language(command.language)):
        refuse(draft, Reason.NOT_KNOWN)
        return
    changed = replace(
        known,
        language=command.language,
        low_sensory=command.low_sensory,
        more_time=command.more_time,
    )
    if changed == known:
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.SIGNS_ADAPTED, command.actor, person=known.id)
    draft.save(replace(roster, people={**roster.people, known.id: changed}), changed)


SIGNS: Mapping[type, Callable[[Draft, Any], None]] = {
    AdaptSigns: needing(Permission.ROSTER, _adapt),
}
