"""Incidents, and what follows them; with searches, corrections and marks, all of these acts. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why. What is said twice
is refused the second time: a retried request counts no incident again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from kiosk.drafting import Draft, Outcome
from kiosk.events import EventType, Reason
from kiosk.messages.incidents import (
    DecideConsequence,
    InformParents,
    NoteIncident,
    WithdrawIncident,
)
from kiosk.model import Person
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
from kiosk.state.outages import TAKING_NOTHING, Outage, counting
from kiosk.taps.facts import whose_day


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
    is_excused = command.kind in NOT_HANDED_IN and _took_nothing(draft, command)
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


def _took_nothing(draft: Draft, command: NoteIncident) -> bool:
    """Whether the kiosk was full or out of order at the time that the incident is about, or when
    that pupil was to arrive before it; not whether it is so now, while it is noted."""
    known = draft.standing.roster.people.get(command.person)
    arrival = draft.rules.timetable.arrival_before(command.at, whose_day(known))
    times = [(command.at, command.at), *([arrival] if arrival else [])]
    has_place = _has_place(draft, known)
    outages = (one for one in _outages(draft) if not (one.is_full and has_place))
    return any(one.meets(*time) for one in outages for time in times)


def _has_place(draft: Draft, person: Person | None) -> bool:
    """Whether a full kiosk takes theirs all the same: their cubby is their own, or a box."""
    cabinet = draft.state.cabinet
    return person is not None and (person.id in cabinet.owned or person.form in cabinet.boxes)


def _outages(draft: Draft) -> Iterator[Outage]:
    """All that are remembered, and those that go on."""
    now = draft.now
    yield from counting(draft.state.casebook.outages)
    for raised in draft.state.alerts.values():
        if raised.alert in TAKING_NOTHING:
            is_known = raised.since.trusted or raised.since.boot == now.boot
            begins = now.at - now.since(raised.since) if is_known else now.at
            yield Outage(begins, now.at, TAKING_NOTHING[raised.alert])


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
