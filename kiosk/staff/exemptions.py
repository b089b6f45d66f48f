"""Exemptions: granted, agreed in writing, approved, ended. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kiosk.acts import Note
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.arrangements import (
    ApproveExemption,
    EndExemption,
    GrantExemption,
    SignExemption,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, is_allowed, is_same_staff, may, needing, private_id, refuse
from kiosk.state.arrangements import Exemption, ExemptionKind
from kiosk.state.incidents import SIGNED_WORDS


def _grant(draft: Draft, command: GrantExemption) -> None:
    """Anybody on duty may grant today's; a lasting one asks for whoever approves them."""
    approves = may(draft, command.actor, Permission.APPROVE)
    if not approves and not is_allowed(draft, command.actor, Permission.EXEMPT_TODAY):
        return
    if command.exemption.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    given = command.exemption
    if (wrong := _signed_wrongly(draft, given.signed_on, command.signed_by)) is not None:
        refuse(draft, wrong)
        return
    act(
        draft,
        EventType.EXEMPTION_GRANTED,
        command.actor,
        command.note_row(),
        (SIGNED_WORDS, command.signed_by.strip()),
        person=given.person,
        data={**exempted(given), "approved": approves},
    )


def _signed_wrongly(draft: Draft, on: date | None, by: str) -> Reason | None:
    """Why an agreement in writing makes no sense: it has a day that is not to come, and a name."""
    if (on is None) != (not by.strip()):
        return Reason.INCOMPLETE
    return (
        Reason.STILL_TO_COME
        if on is not None and on > draft.rules.timetable.local(draft.now.at).date()
        else None
    )


def _sign(draft: Draft, command: SignExemption) -> None:
    """It was agreed in writing, as it is or anew. By whom stands in the arrangement's own row, and
    goes with it."""
    if not may(draft, command.actor, Permission.APPROVE) and not is_allowed(
        draft, command.actor, Permission.EXEMPT_TODAY
    ):
        return
    known = draft.state.exemptions.get(command.exemption)
    wrong = _signed_wrongly(draft, command.on, command.by)
    if known is None or wrong is not None:
        refuse(draft, wrong or Reason.NOT_KNOWN)
        return
    act(
        draft,
        EventType.EXEMPTION_SIGNED,
        command.actor,
        person=known.person,
        cause=known.id,
        data={"signed": command.on.isoformat()},
    )
    draft.keep_row(Note(private_id(known.id), command.by.strip(), SIGNED_WORDS, known.person))


def exempted(given: Exemption) -> dict[str, Any]:
    """An exemption, as its event says it."""
    said: dict[str, Any] = {
        "kind": given.kind.value,
        "effect": given.effect.value,
        "begins": given.begins.isoformat(),
    }
    days = (("ends", given.ends), ("review", given.review), ("signed", given.signed_on))
    for name, day in days:
        if day is not None:
            said[name] = day.isoformat()
    if given.windows:
        said["windows"] = [[a.isoformat(), b.isoformat()] for a, b in given.windows]
    if given.devices:
        said["devices"] = [kind.value for kind in given.devices]
    return said


def _approve(draft: Draft, command: ApproveExemption) -> None:
    """Nobody approves their own request."""
    known = draft.state.exemptions.get(command.exemption)
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
    elif known.is_approved:
        refuse(draft, Reason.ALREADY_SO)
    elif is_same_staff(draft, known.granted_by, command.actor):
        refuse(draft, Reason.SECOND_PERSON)
    else:
        act(
            draft,
            EventType.EXEMPTION_APPROVED,
            command.actor,
            person=known.person,
            cause=known.id,
        )


def _end_exemption(draft: Draft, command: EndExemption) -> None:
    """A medical one or an adjustment ends only when whoever approves them ends it."""
    known = draft.state.exemptions.get(command.exemption)
    lasting = known is not None and known.kind is not ExemptionKind.OTHER and known.is_approved
    wanted = Permission.APPROVE if lasting else Permission.EXEMPT_TODAY
    if not is_allowed(draft, command.actor, wanted):
        return
    if known is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    act(draft, EventType.EXEMPTION_ENDED, command.actor, person=known.person, cause=known.id)


EXEMPTING: Mapping[type, Callable[[Draft, Any], None]] = {
    GrantExemption: _grant,
    ApproveExemption: needing(Permission.APPROVE, _approve),
    EndExemption: _end_exemption,
    SignExemption: _sign,
}
