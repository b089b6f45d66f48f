"""Acts about a cubby: in and out of service, whose it is, what is in it, a class's box."""

from functools import partial

from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    LookInside,
    PutBackInService,
    ReportNotEmpty,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
)
from kiosk.policy.roles import Permission
from kiosk.policy.words import SERVICE_REASONS
from kiosk.staff.reconciliation import to_reconcile
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import NOTE, forms, noted, tick
from webui.acts.fields import Field, Kind, Options, Values
from webui.wording import reason_words

P = Permission


def _cubby(scene: Scene) -> int:
    return int(scene.subject.key)


def _is_in_service(scene: Scene) -> bool:
    return _cubby(scene) not in scene.standing.state.cabinet.service


def _is_out(scene: Scene) -> bool:
    return not _is_in_service(scene)


def _is_box(scene: Scene) -> bool:
    return scene.standing.state.cabinet.form_of(_cubby(scene)) is not None


def _is_assigned(scene: Scene) -> bool:
    cabinet = scene.standing.state.cabinet
    return _is_box(scene) or bool(cabinet.owners_of(_cubby(scene)))


def _is_no_box(scene: Scene) -> bool:
    return not _is_box(scene)


def _keeps_nothing(scene: Scene) -> bool:
    state, cubby = scene.standing.state, _cubby(scene)
    return cubby not in state.in_cubby and cubby not in state.cabinet.unknown


def _is_uncertain(scene: Scene) -> bool:
    return any(one.cubby == _cubby(scene) for one in to_reconcile(scene.standing.state))


def _service_reasons(scene: Scene) -> Options:
    return [(reason.value, reason_words(reason).capitalize()) for reason in SERVICE_REASONS]


def _inside(scene: Scene) -> Options:
    """Whose devices may be in it, by the record."""
    people = scene.standing.roster.people
    kept = scene.standing.state.deposits_in(_cubby(scene))
    sees = P.SEE_NAMES in scene.may
    named = [(d.person, people[d.person].name) for d in kept if d.person in people]
    return named if sees else [(id, "the device on record") for id, _ in named]


def _take_out(actor: str, scene: Scene, said: Values) -> Command:
    return TakeOutOfService(actor, _cubby(scene), Reason(said["reason"]), **noted(said))


def _assign(actor: str, scene: Scene, said: Values) -> Command:
    people = scene.standing.roster.people.values()
    person = next((p.id for p in people if p.admission == said["admission"]), None)
    if person is None:
        raise Wrong("admission", f"Nobody on the roster has admission number {said['admission']}.")
    return AssignCubby(actor, _cubby(scene), person, said["with_others"])


def _unassign(actor: str, scene: Scene, said: Values) -> Command:
    owners = scene.standing.state.cabinet.owners_of(_cubby(scene))
    return UnassignCubby(actor, _cubby(scene), next(iter(sorted(owners)), ""))


def _look(actor: str, scene: Scene, said: Values) -> Command:
    if said["is_empty"] and (said["people"] or said["unowned"]):
        raise Wrong("is_empty", "It is empty, or something is in it: not both.")
    if not (said["is_empty"] or said["people"] or said["unowned"]):
        raise Wrong("is_empty", "Say what you saw: whose device is there, or that it is empty.")
    return LookInside(actor, _cubby(scene), frozenset(said["people"]), said["unowned"])


def _return(actor: str, scene: Scene, said: Values) -> Command:
    return ReturnBox(actor, _cubby(scene), frozenset(said["kept"]), **noted(said))


_act = partial(StaffAct, about=About.CUBBY)
CUBBY_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="look",
        title="Say what is inside",
        permissions=any_of(P.OPEN),
        hint="Open it and look first. Then this cubby is certain again.",
        fields=(
            Field("people", "The device is there of", Kind.SOME, options=_inside),
            tick("unowned", "Another device is there, and nobody knows whose"),
            tick("is_empty", "It is empty"),
        ),
        make=_look,
        done="The cubby is certain again.",
        is_offered=_is_uncertain,
        leads_to="reconcile",
    ),
    _act(
        name="not-empty",
        title="Something is in it",
        permissions=any_of(P.OPEN),
        hint=(
            "Nothing is on record here, and something was found. No deposit is put into it "
            "until somebody has looked."
        ),
        make=lambda actor, scene, said: ReportNotEmpty(actor, _cubby(scene)),
        done="It is not certain now, and gets no deposit.",
        is_offered=_keeps_nothing,
    ),
    _act(
        name="returned",
        title="The box was given back",
        permissions=any_of(P.BOX),
        fields=(
            Field("kept", "All but the devices of", Kind.SOME, options=_inside),
            NOTE,
        ),
        make=_return,
        done="The box is given back.",
        is_offered=_is_box,
    ),
    _act(
        name="out-of-service",
        title="Take it out of service",
        permissions=any_of(P.SERVICE),
        hint="No deposit is put into it. What is inside can still be collected.",
        fields=(
            Field("reason", "Why", Kind.CHOICE, is_required=True, options=_service_reasons),
            NOTE,
        ),
        make=_take_out,
        done="It is out of service.",
        is_offered=_is_in_service,
    ),
    _act(
        name="in-service",
        title="Put it back in service",
        permissions=any_of(P.SERVICE),
        make=lambda actor, scene, said: PutBackInService(actor, _cubby(scene)),
        done="It is in service again.",
        is_offered=_is_out,
    ),
    _act(
        name="own",
        title="Make it somebody’s own",
        permissions=any_of(P.CUBBIES),
        fields=(
            Field("admission", "Their admission number", is_required=True),
            tick("with_others", "A brother or sister has it too"),
        ),
        make=_assign,
        done="It is theirs.",
        is_offered=_is_no_box,
    ),
    _act(
        name="box",
        title="Make it a class’s box",
        permissions=any_of(P.CUBBIES),
        fields=(Field("form", "Form", Kind.CHOICE, is_required=True, options=forms),),
        make=lambda actor, scene, said: AssignBox(actor, _cubby(scene), said["form"]),
        done="It is that form’s box.",
        is_offered=_is_no_box,
    ),
    _act(
        name="anybodys",
        title="For anybody again",
        permissions=any_of(P.CUBBIES),
        make=_unassign,
        done="It is for anybody again.",
        is_offered=_is_assigned,
    ),
)
