"""What staff arrange: passes, going home, release now, exemptions, holds, handing over. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from kiosk.acts import Note, SchoolFile
from kiosk.drafting import Draft
from kiosk.events import Event, EventType, Reason
from kiosk.messages.arrangements import (
    ApproveExemption,
    ChangeRules,
    EndExemption,
    EndPass,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    PlaceHold,
    ReleaseNow,
    SignExemption,
    TakeIn,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import (
    act,
    is_allowed,
    is_held_from,
    is_same_staff,
    may,
    needing,
    private_id,
    refuse,
)
from kiosk.staff.confiscations import end_going_home, end_with_release, ending_of
from kiosk.staff.holds import hold_words, needs_consent, tell_of_ending, tell_of_lifting
from kiosk.staff.roles import role_faults
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import Exemption, ExemptionKind, Hold, HoldKind
from kiosk.state.incidents import SIGNED_WORDS, labelled
from kiosk.taps.facts import is_going_home

HOLD_PERMISSIONS: Mapping[HoldKind, Permission] = {
    HoldKind.OFFICE: Permission.HOLD_OFFICE,
    HoldKind.CONFISCATED: Permission.CONFISCATE,
    HoldKind.PARENT_COLLECTION: Permission.CONFISCATE,
    HoldKind.DISPUTED: Permission.HOLD_OFFICE,
    HoldKind.INVESTIGATION: Permission.PRIVATE,
    HoldKind.SAFEGUARDING: Permission.PRIVATE,
    HoldKind.POLICE: Permission.PRIVATE,
}


def _give_pass(draft: Draft, command: GivePass) -> None:
    if command.person not in draft.standing.roster.people or command.ends <= command.begins:
        refuse(draft, Reason.NOT_KNOWN)
        return
    act(
        draft,
        EventType.PASS_GIVEN,
        command.actor,
        command.note_row(),
        person=command.person,
        data={
            "begins": command.begins.isoformat(),
            "ends": command.ends.isoformat(),
            "back": command.is_back_expected,
        },
    )


def _end_pass(draft: Draft, command: EndPass) -> None:
    if command.person not in draft.state.passes:
        refuse(draft, Reason.ALREADY_SO)
        return
    act(draft, EventType.PASS_ENDED, command.actor, person=command.person)


def _let_go_home(draft: Draft, command: LetGoHome) -> None:
    """The next tap collects, and they are not expected back. No cause is asked for or kept."""
    if command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
    elif is_going_home(draft.state, command.person, draft.now, _local(draft)):
        refuse(draft, Reason.ALREADY_SO)
    else:
        act(draft, EventType.GOING_HOME, command.actor, person=command.person)
        end_going_home(draft, command.person)


def _local(draft: Draft) -> datetime:
    return draft.rules.timetable.local(draft.now.at)


def _release_now(draft: Draft, command: ReleaseNow) -> None:
    """Snow, an early closing: collecting begins at once, for all or for some forms."""
    data = {"forms": sorted(command.forms)} if command.forms else {}
    act(draft, EventType.RELEASED_NOW, command.actor, command.note_row(), data=data)
    end_with_release(draft)


def _change_rules(draft: Draft, command: ChangeRules) -> None:
    """Another version of the school's rules. Each version is kept: decisions name theirs."""
    if command.replaces not in (None, draft.state.rules_version):
        refuse(draft, Reason.OUT_OF_DATE)
        return
    faults = role_faults(draft.standing.roster, draft.rules.roles, command.roles)
    if (fault := next(faults, None)) is not None:
        refuse(draft, fault.reason)
        return
    version = draft.state.rules_version + 1
    data = {"version": version, "sha256": command.sha256}
    act(draft, EventType.RULES_CHANGED, command.actor, data=data)
    draft.keep_row(SchoolFile(version, command.text))


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
        data={**_said(given), "approved": approves},
    )


def _signed_wrongly(draft: Draft, on: date | None, by: str) -> Reason | None:
    """Why an agreement in writing makes no sense: it has a day that is not to come, and a name."""
    if (on is None) != (not by.strip()):
        return Reason.INCOMPLETE
    return Reason.STILL_TO_COME if on is not None and on > _local(draft).date() else None


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


def _said(given: Exemption) -> dict[str, Any]:
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


def _place_hold(draft: Draft, command: PlaceHold) -> None:
    """The event says what anybody may know; the true kind is in a row of its own, always."""
    if not is_allowed(draft, command.actor, HOLD_PERMISSIONS[command.kind]):
        return
    deposit = draft.state.deposits.get(command.deposit)
    if deposit is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if needs_consent(draft, deposit.person, command):
        refuse(draft, Reason.NEEDS_CONSENT)
        return
    ends, after = ending_of(draft, command, deposit)
    hold = Hold(0, deposit.id, command.kind.shown, command.actor, ends, command.is_need_met, after)
    event = act(
        draft,
        EventType.HOLD_PLACED,
        command.actor,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
        data=_held(hold),
    )
    note = Note(private_id(event.seq), hold_words(command), command.kind.value, deposit.person)
    draft.keep_row(note)


def carry_arrangement(draft: Draft, number: int, said: Event) -> None:
    """Say an arrangement once more that is in force, as it is now: the event that said it, and led
    to its words, is about to be dropped."""
    exemption, hold = draft.state.exemptions.get(number), draft.state.holds.get(number)
    if exemption is not None:
        data = {**_said(exemption), "what": "exemption", "approved": exemption.is_approved}
        data |= {"by": exemption.granted_by} if exemption.granted_by else {}
    elif hold is not None:
        data = {**_held(hold), "what": "hold", "by": hold.placed_by}
    else:
        return
    draft.add(
        EventType.ARRANGEMENT_CARRIED,
        person=said.person,
        cubby=said.cubby,
        deposit=said.deposit,
        cause=number,
        note=said.note,
        data=data,
    )


def _held(hold: Hold) -> dict[str, Any]:
    held: dict[str, Any] = {"kind": hold.kind.value}
    if hold.is_need_met:
        held["need_met"] = True
    if hold.ends is not None:
        held["ends"] = hold.ends.isoformat()
    if hold.after is not None:
        held["after"] = hold.after.isoformat()
    return held


def _lift_hold(draft: Draft, command: LiftHold) -> None:
    """An office hold may be a private one. So nobody who may not see those lifts any of them: a
    refusal of one and not of another would tell them apart."""
    hold = draft.state.holds.get(command.hold)
    kind = hold.kind if hold else HoldKind.OFFICE
    wanted = Permission.LIFT if kind is HoldKind.OFFICE else HOLD_PERMISSIONS[kind]
    if not is_allowed(draft, command.actor, wanted):
        return
    if hold is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    deposit = draft.state.deposits.get(hold.deposit)
    act(
        draft,
        EventType.HOLD_LIFTED,
        command.actor,
        person=deposit.person if deposit else None,
        cubby=deposit.cubby if deposit else None,
        deposit=hold.deposit,
        cause=hold.id,
    )
    tell_of_lifting(draft, command.actor, hold, deposit.person if deposit else "")


def _take_in(draft: Draft, command: TakeIn) -> None:
    """A device in the office's hands: out of a cubby that staff have opened, or brought there."""
    if command.person not in draft.standing.roster.people:
        refuse(draft, Reason.NOT_KNOWN)
        return
    known = draft.state.deposit_of(command.person)
    if draft.state.transaction_of(command.person) is not None:
        refuse(draft, Reason.CUBBY_BUSY)
        return
    if known is not None and known.place is Place.OFFICE:
        refuse(draft, Reason.ALREADY_SO)
        return
    if known is not None and _stays_put(draft, command.actor, known):
        refuse(draft, Reason.HELD)
        return
    act(
        draft,
        EventType.TAKEN_IN,
        command.actor,
        command.note_row(),
        person=command.person,
        cubby=known.cubby if known else None,
        deposit=known.id if known else draft.state.seq + 1,
    )


def _stays_put(draft: Draft, actor: str, deposit: Deposit) -> bool:
    """Whether a hold keeps it in its cubby; out of a class's box what is held goes first."""
    is_in_own = (
        deposit.place is Place.CUBBY and draft.state.cabinet.form_of(deposit.cubby or 0) is None
    )
    return is_in_own and is_held_from(draft, actor, deposit)


def _hand_over(draft: Draft, command: HandOver) -> None:
    """To anybody but its owner; who that was, and how they proved it, stands in the note."""
    deposit = draft.state.deposits.get(command.deposit)
    if deposit is None:
        refuse(draft, Reason.NOT_KNOWN)
        return
    if is_held_from(draft, command.actor, deposit):
        refuse(draft, Reason.HELD)
        return
    owner = draft.standing.roster.people.get(deposit.person)
    if owner is not None and owner.lead_first and not command.is_lead_called:
        refuse(draft, Reason.LEAD_FIRST)
        return
    words = labelled({"Given": command.note, "Identity": command.identity})
    holds = draft.state.holds_in_force(deposit.id, draft.now)
    act(
        draft,
        EventType.HANDED_OVER,
        command.actor,
        Note(command.note_id, words) if command.note_id else None,
        person=deposit.person,
        cubby=deposit.cubby,
        deposit=deposit.id,
    )
    tell_of_ending(draft, command.actor, holds, deposit.person)


ARRANGING: Mapping[type, Callable[[Draft, Any], None]] = {
    GivePass: needing(Permission.PASS, _give_pass),
    EndPass: needing(Permission.PASS, _end_pass),
    LetGoHome: needing(Permission.GOING_HOME, _let_go_home),
    ReleaseNow: needing(Permission.RELEASE_NOW, _release_now),
    ChangeRules: needing(Permission.RULES, _change_rules),
    GrantExemption: _grant,
    ApproveExemption: needing(Permission.APPROVE, _approve),
    EndExemption: _end_exemption,
    SignExemption: _sign,
    PlaceHold: _place_hold,
    LiftHold: _lift_hold,
    TakeIn: needing(Permission.HOLD_OFFICE, _take_in),
    HandOver: needing(Permission.HAND_OVER, _hand_over),
}
