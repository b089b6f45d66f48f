"""Acts about the whole school or cabinet: release now, rounds of openings, fire, the key, notes."""

from functools import partial

from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import (
    EndRound,
    OpenAll,
    PauseRound,
    ReleaseNow,
    ReleaseRound,
    ResumeRound,
)
from kiosk.messages.cubbies import ByKey, EnterKeyUse, GiveAllClear, RaiseFire
from kiosk.messages.incidents import LeaveNote
from kiosk.policy.roles import Permission
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import NOTE, cubbies, forms, noted, on_staff, tick
from webui.acts.fields import Field, Kind, Options, Values

P = Permission
NO_DOOR_TO_OPEN = (
    "there is no shut door to open. What is held is left out, and so is a door that is open already"
)
NOTHING_TO_COLLECT = (
    "none of them could collect anything by card now from behind a shut door: it may be too early, "
    "held, or collected already"
)


def _groups(scene: Scene) -> Options:
    people = [p for p in scene.standing.roster.people.values() if not p.leaver]
    years = sorted({p.year for p in people if p.year} - {p.form for p in people})
    return [*forms(scene), *((year, f"Year {year}") for year in years)]


def _is_calm(scene: Scene) -> bool:
    return scene.standing.state.cabinet.fire is None


def _is_fire(scene: Scene) -> bool:
    return not _is_calm(scene)


def _is_free(scene: Scene) -> bool:
    return scene.standing.state.round is None


def _runs(scene: Scene) -> bool:
    under_way = scene.standing.state.round
    return under_way is not None and not under_way.is_paused


def _waits(scene: Scene) -> bool:
    under_way = scene.standing.state.round
    return under_way is not None and under_way.is_paused


def _is_under_way(scene: Scene) -> bool:
    return not _is_free(scene)


def _release(actor: str, scene: Scene, said: Values) -> Command:
    return ReleaseNow(actor, frozenset(said["forms"]), **noted(said))


def _release_round(actor: str, scene: Scene, said: Values) -> Command:
    return ReleaseRound(actor, said["groups"], **noted(said))


def _open_all(actor: str, scene: Scene, said: Values) -> Command:
    return OpenAll(actor, Reason.EMPTYING, said["with_empty"], **noted(said))


def _key(actor: str, scene: Scene, said: Values) -> Command:
    if said["first"] == said["second"]:
        raise Wrong("second", "The key is used by two: name both.")
    told = []
    for name, what in (("given", Reason.GIVEN), ("inside", Reason.INSIDE), ("empty", Reason.EMPTY)):
        told += [ByKey(int(number), what) for number in said[name]]
    if len({one.cubby for one in told}) < len(told):
        raise Wrong("given", "A cubby is named more than once.")
    return EnterKeyUse(actor, (said["first"], said["second"]), tuple(told), **noted(said))


_act = partial(StaffAct, about=About.SCHOOL)
SCHOOL_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="release-now",
        title="Release now",
        permissions=any_of(P.RELEASE_NOW),
        hint="Snow, an early closing: from now on each pupil’s card collects, today.",
        fields=(
            Field(
                "forms",
                "Only these forms",
                Kind.SOME,
                "None chosen: the whole school.",
                options=forms,
            ),
            NOTE,
        ),
        make=_release,
        done="Pupils can collect now.",
        warning="It holds for the rest of the day, and cannot be taken back.",
    ),
    _act(
        name="release-forms",
        title="Give devices back by form",
        permissions=any_of(P.RELEASE_NOW),
        hint=(
            "One door after another, in the order of the register; only what its owner could "
            "collect by card now."
        ),
        fields=(
            Field("groups", "Forms or years", Kind.SOME, is_required=True, options=_groups),
            NOTE,
        ),
        make=_release_round,
        refused={Reason.NOTHING_HERE: NOTHING_TO_COLLECT},
        done="The doors open one after another.",
        warning="Many doors open, one after another. Stand at the cabinet.",
        is_offered=_is_free,
        leads_to="round",
    ),
    _act(
        name="open-all",
        title="Open every cubby",
        permissions=any_of(P.RELEASE_NOW),
        hint="To empty the cabinet. What is held is left out.",
        fields=(tick("with_empty", "Also those that keep nothing"), NOTE),
        make=_open_all,
        refused={Reason.NOTHING_HERE: NO_DOOR_TO_OPEN},
        done="The doors open one after another.",
        warning="Every cubby is uncertain afterwards, until somebody has looked into each.",
        is_offered=_is_free,
        leads_to="round",
    ),
    _act(
        name="pause",
        title="Pause",
        permissions=any_of(P.OPEN),
        make=lambda actor, scene, said: PauseRound(actor),
        done="No further door opens.",
        is_offered=_runs,
        leads_to="round",
    ),
    _act(
        name="resume",
        title="Go on",
        permissions=any_of(P.RELEASE_NOW),
        make=lambda actor, scene, said: ResumeRound(actor),
        done="It goes on.",
        is_offered=_waits,
        leads_to="round",
    ),
    _act(
        name="end-round",
        title="End it here",
        permissions=any_of(P.OPEN),
        make=lambda actor, scene, said: EndRound(actor),
        done="It is over; what it did not reach stays shut.",
        is_offered=_is_under_way,
        leads_to="round",
    ),
    _act(
        name="fire",
        title="Fire alarm",
        permissions=any_of(P.FIRE),
        hint="No door opens, and every tap is told to leave. It is no roll call.",
        make=lambda actor, scene, said: RaiseFire(actor),
        done="No door opens until the all-clear.",
        is_offered=_is_calm,
    ),
    _act(
        name="all-clear",
        title="All clear",
        permissions=any_of(P.ALL_CLEAR),
        make=lambda actor, scene, said: GiveAllClear(actor),
        done="Doors open by the rules again.",
        warning="Only when the building has been cleared for everybody.",
        is_offered=_is_fire,
    ),
    _act(
        name="key-used",
        title="The mechanical key was used",
        permissions=any_of(P.OPEN),
        hint="Entered afterwards. All cubbies that you say nothing of are uncertain then.",
        fields=(
            Field("first", "Who used it", Kind.CHOICE, is_required=True, options=on_staff),
            Field("second", "Who was with them", Kind.CHOICE, is_required=True, options=on_staff),
            Field("given", "Given to their owners", Kind.SOME, options=cubbies),
            Field("inside", "Still inside", Kind.SOME, options=cubbies),
            Field("empty", "Empty", Kind.SOME, options=cubbies),
            NOTE,
        ),
        make=_key,
        done="It is on record.",
        warning="Every other cubby is uncertain afterwards, until somebody has looked into it.",
        leads_to="reconcile",
    ),
    _act(
        name="tell-lead",
        title="Leave a note for the duty lead",
        permissions=any_of(P.TELL_LEAD),
        hint="Only they read it. Of what is on a device describe nothing.",
        fields=(Field("note", "Note", Kind.WORDS, is_required=True),),
        make=lambda actor, scene, said: LeaveNote(actor, said["note"]),
        done="The duty lead is told.",
    ),
)
