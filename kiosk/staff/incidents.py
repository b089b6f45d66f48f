"""Incidents, and what follows them; with searches, corrections and marks, all of these acts. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why. What is said twice
is refused the second time: a retried request counts no incident again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.cabinet.usable import usable_cubby
from kiosk.drafting import Draft, Outcome
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.incidents import (
    DecideConsequence,
    InformParents,
    NoteIncident,
    WithdrawIncident,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import (
    act,
    is_allowed,
    is_past,
    is_pupil,
    is_user,
    minute_of,
    needing,
    refuse,
)
from kiosk.staff.corrections import CORRECTION_ACTS
from kiosk.staff.searches import SEARCH_ACTS
from kiosk.state.incidents import (
    INCIDENT_WORDS,
    NOT_HANDED_IN,
    CorrectionKind,
    Incident,
    labelled,
)


def _note_incident(draft: Draft, command: NoteIncident) -> None:
    if not is_pupil(draft, command.person) or not is_past(draft, command.at, command.parents_at):
        return
    if command.parents_at is not None and not is_user(draft, command.parents_by):
        return
    known = _same_incident(draft, command)
    if known is not None:
        refuse(draft, Reason.ALREADY_SO, known.id)
        return
    data = {"kind": command.kind.value, "at": command.at.isoformat()}
    is_excused = command.kind in NOT_HANDED_IN and _takes_nothing(draft)
    words = labelled({"Where": command.where, "Note": command.note})
    noted = act(
        draft,
        EventType.INCIDENT_NOTED,
        command.actor,
        private=(INCIDENT_WORDS, words),
        person=command.person,
        data={**data, "excused": True} if is_excused else data,
    )
    if command.parents_at is not None:
        _informed(draft, command.actor, noted.seq, command.parents_at, command.parents_by)
        draft.outcome = Outcome(True, seq=noted.seq)


def _same_incident(draft: Draft, command: NoteIncident) -> Incident | None:
    """The same pupil, kind and minute: the same incident, told again."""
    minute = minute_of(command.at)
    return next(
        (
            known
            for known in draft.state.casebook.incidents_of(command.person)
            if known.kind is command.kind and minute_of(known.at) == minute
        ),
        None,
    )


def _takes_nothing(draft: Draft) -> bool:
    """Whether nobody can hand in now: the kiosk is full or out of order."""
    alerts = draft.state.alerts
    is_broken = any((alert, None) in alerts for alert in (Alert.READER_LOST, Alert.RECORD_FAILING))
    return is_broken or usable_cubby(draft.rules, draft.state) is None


def _incident(draft: Draft, actor: str, number: int) -> Incident | None:
    """The incident of that number, for whoever may; if None, the draft says why."""
    if not is_allowed(draft, actor, Permission.INCIDENTS):
        return None
    known = draft.state.casebook.incidents.get(number)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
    return known


def _inform_parents(draft: Draft, command: InformParents) -> None:
    known = _incident(draft, command.actor, command.incident)
    if known is None or not is_past(draft, command.at) or not is_user(draft, command.by):
        return
    if known.parents_at is not None:
        refuse(draft, Reason.ALREADY_SO)
        return
    _informed(draft, command.actor, known.id, command.at, command.by)


def _informed(draft: Draft, actor: str, incident: int, at: datetime, by: str) -> None:
    known = draft.state.casebook.incidents[incident]
    act(
        draft,
        EventType.PARENTS_INFORMED,
        actor,
        person=known.person,
        cause=incident,
        data={"at": at.isoformat(), "by": by or actor},
    )


def _decide(draft: Draft, command: DecideConsequence) -> None:
    """Decided anew is decided otherwise."""
    known = _incident(draft, command.actor, command.incident)
    if known is None:
        return
    stages = draft.rules.consequences
    if any(key and stages.named(key) is None for key in (command.stage, command.proposed)):
        refuse(draft, Reason.NOT_KNOWN)
    elif known.decided == command.stage:
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(
            draft,
            EventType.CONSEQUENCE_DECIDED,
            command.actor,
            private=(INCIDENT_WORDS, labelled({"Note": command.note})),
            person=known.person,
            cause=known.id,
            data={"stage": command.stage, "proposed": command.proposed},
        )


def _withdraw(draft: Draft, command: WithdrawIncident) -> None:
    known = _incident(draft, command.actor, command.incident)
    if known is None:
        return
    if not command.note.strip():
        refuse(draft, Reason.INCOMPLETE)
        return
    act(
        draft,
        EventType.CORRECTION_MADE,
        command.actor,
        private=(INCIDENT_WORDS, labelled({"Note": command.note})),
        person=known.person,
        cause=known.id,
        data={"what": CorrectionKind.WITHDRAWN.value},
    )


INCIDENT_ACTS: Mapping[type, Callable[[Draft, Any], None]] = {
    NoteIncident: needing(Permission.INCIDENTS, _note_incident),
    InformParents: _inform_parents,
    DecideConsequence: _decide,
    WithdrawIncident: _withdraw,
    **SEARCH_ACTS,
    **CORRECTION_ACTS,
}
