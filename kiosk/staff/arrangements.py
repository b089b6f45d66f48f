"""What staff arrange: passes, going home, release now, taking in, handing over. Pure.

Each act has its actor, who must hold the permission for it; a refusal says why.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.acts import Note, SchoolFile
from kiosk.drafting import Draft
from kiosk.events import Event, EventType, Reason
from kiosk.messages.arrangements import (
    ChangeRules,
    EndPass,
    GivePass,
    HandOver,
    LetGoHome,
    ReleaseNow,
    TakeIn,
)
from kiosk.policy.roles import Permission
from kiosk.staff.acting import act, is_held_from, needing, refuse
from kiosk.staff.boxes import boxes_in_the_way, change_boxes
from kiosk.staff.confiscations import end_going_home, end_with_release
from kiosk.staff.exemptions import exempted
from kiosk.staff.holds import held, tell_of_ending
from kiosk.staff.roles import role_faults
from kiosk.state import Deposit, Place
from kiosk.state.incidents import labelled
from kiosk.taps.facts import is_going_home


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
    state, rules = draft.state, draft.rules
    faulty = boxes_in_the_way(state, rules.cubbies, rules.class_boxes, command.boxes)
    if (box := next(faulty, None)) is not None:
        refuse(draft, box.reason)
        return
    version = draft.state.rules_version + 1
    data = {"version": version, "sha256": command.sha256}
    changed = act(draft, EventType.RULES_CHANGED, command.actor, data=data)
    draft.keep_row(SchoolFile(version, command.text))
    change_boxes(draft, command.actor, changed.seq, command.boxes)


def carry_arrangement(draft: Draft, number: int, said: Event) -> None:
    """Say an arrangement once more that is in force, as it is now: the event that said it, and led
    to its words, is about to be dropped."""
    exemption, hold = draft.state.exemptions.get(number), draft.state.holds.get(number)
    if exemption is not None:
        data = {**exempted(exemption), "what": "exemption", "approved": exemption.is_approved}
        data |= {"by": exemption.granted_by} if exemption.granted_by else {}
    elif hold is not None:
        data = {**held(hold), "what": "hold", "by": hold.placed_by}
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
    TakeIn: needing(Permission.HOLD_OFFICE, _take_in),
    HandOver: needing(Permission.HAND_OVER, _hand_over),
}
