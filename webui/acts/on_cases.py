"""Acts about what is on record already: arrangements, holds, incidents, searches, notes."""

from dataclasses import replace
from functools import partial

from kiosk.messages import Command
from kiosk.messages.arrangements import (
    ApproveExemption,
    EndExemption,
    LiftHold,
    SignExemption,
)
from kiosk.messages.incidents import (
    CloseNote,
    ConfirmSearch,
    DecideConsequence,
    InformParents,
    ReadNote,
    WithdrawIncident,
)
from kiosk.policy.roles import Permission
from kiosk.staff.holds import HOLD_PERMISSIONS
from kiosk.state.arrangements import HoldKind
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import SIGNED, moment_now
from webui.acts.fields import Field, Kind, Options, Values

P = Permission
NOTHING = "-"  # decided, and it is none of the stages


def _number(scene: Scene) -> int:
    return int(scene.subject.key)


def _is_unapproved(scene: Scene) -> bool:
    return not scene.subject.thing.is_approved


def _informed(actor: str, scene: Scene, said: Values) -> Command:
    if said["at"] > scene.local:
        raise Wrong("at", "That time is still to come.")
    return InformParents(actor, _number(scene), said["at"])


def _parents_unaware(scene: Scene) -> bool:
    return scene.subject.thing.parents_at is None


def _stages(scene: Scene) -> Options:
    staging = scene.rules.consequences.of(scene.subject.thing.kind)
    stages = staging.stages if staging else ()
    return [*((stage.key, stage.words) for stage in stages), (NOTHING, "None of these")]


def _decide(actor: str, scene: Scene, said: Values) -> Command:
    stage = "" if said["stage"] == NOTHING else said["stage"]
    return DecideConsequence(actor, _number(scene), stage, note=said["note"])


def _may_lift(scene: Scene) -> bool:
    """By the kind that is shown: an office hold may be a private one."""
    kind: HoldKind = scene.subject.thing.kind
    wanted = P.LIFT if kind is HoldKind.OFFICE else HOLD_PERMISSIONS[kind]
    return wanted in scene.may


def _is_unconfirmed(scene: Scene) -> bool:
    return bool(scene.subject.thing.is_open)


def _is_unread(scene: Scene) -> bool:
    return _number(scene) in scene.standing.state.casebook.unread


_arrangement = partial(StaffAct, about=About.ARRANGEMENT)
_incident = partial(StaffAct, about=About.INCIDENT)
_note = partial(StaffAct, about=About.NOTE)
CASE_ACTS: tuple[StaffAct, ...] = (
    _arrangement(
        name="approve",
        title="Approve",
        permissions=any_of(P.APPROVE),
        make=lambda actor, scene, said: ApproveExemption(actor, _number(scene)),
        done="The arrangement is approved.",
        is_offered=_is_unapproved,
    ),
    _arrangement(
        name="signed",
        title="Agreed in writing",
        permissions=any_of(P.APPROVE, P.EXEMPT_TODAY),
        fields=tuple(replace(field, is_required=True) for field in SIGNED),
        make=lambda actor, scene, said: SignExemption(
            actor, _number(scene), said["signed_on"], said["signed_by"]
        ),
        done="It is noted.",
    ),
    _arrangement(
        name="end-arrangement",
        title="End it",
        permissions=any_of(P.APPROVE, P.EXEMPT_TODAY),
        make=lambda actor, scene, said: EndExemption(actor, _number(scene)),
        done="The arrangement is over.",
        warning="From their next tap on they are treated like everybody else.",
    ),
    StaffAct(
        name="lift",
        title="Lift it",
        about=About.HOLD,
        permissions=any_of(P.LIFT, P.CONFISCATE, P.HOLD_OFFICE),
        make=lambda actor, scene, said: LiftHold(actor, _number(scene)),
        done="The hold is lifted.",
        is_offered=_may_lift,
        warning="Its owner can collect it by the school’s times again.",
    ),
    _incident(
        name="parents",
        title="Parents were told",
        permissions=any_of(P.INCIDENTS),
        fields=(Field("at", "When", Kind.MOMENT, is_required=True, default=moment_now),),
        make=_informed,
        done="That the parents were told is noted.",
        is_offered=_parents_unaware,
    ),
    _incident(
        name="decide",
        title="Decide what follows",
        permissions=any_of(P.INCIDENTS),
        hint="The school’s stages propose; you decide.",
        fields=(
            Field("stage", "What follows", Kind.CHOICE, is_required=True, options=_stages),
            Field("note", "Note", Kind.WORDS),
        ),
        make=_decide,
        done="What follows is decided.",
    ),
    _incident(
        name="withdraw",
        title="It was none",
        permissions=any_of(P.INCIDENTS),
        fields=(Field("note", "Why", Kind.WORDS, is_required=True),),
        make=lambda actor, scene, said: WithdrawIncident(actor, _number(scene), said["note"]),
        done="The incident is withdrawn.",
        warning="It counts no more, and is not shown again.",
    ),
    StaffAct(
        name="confirm-search",
        title="It had my authority",
        about=About.SEARCH,
        permissions=any_of(P.AUTHORISE),
        make=lambda actor, scene, said: ConfirmSearch(actor, _number(scene)),
        done="The search is confirmed.",
        is_offered=_is_unconfirmed,
    ),
    _note(
        name="read",
        title="Seen",
        permissions=any_of(P.LEAD_NOTES),
        make=lambda actor, scene, said: ReadNote(actor, _number(scene)),
        done="It is marked as seen.",
        is_offered=_is_unread,
    ),
    _note(
        name="close-note",
        title="Dealt with",
        permissions=any_of(P.LEAD_NOTES),
        make=lambda actor, scene, said: CloseNote(actor, _number(scene)),
        done="It is dealt with.",
        warning="Its words are gone then: keep them first where you keep such things.",
    ),
)
