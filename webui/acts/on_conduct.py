"""Acts about what a pupil did: incidents, concerns, searches, and what befell their device."""

from datetime import datetime
from functools import partial

from kiosk.messages import Command
from kiosk.messages.incidents import NoteIncident, NoteSearch, Refer, ReportDevice
from kiosk.policy.roles import Permission
from kiosk.policy.words import DONT_LOOK
from kiosk.state.incidents import INCIDENTS, CorrectionKind, IncidentKind, SearchDone
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import choice, is_pupil, moment_now, on_staff
from webui.acts.fields import Field, Kind, Options, Values

DONE = {SearchDone.EXAMINED: "Examined", SearchDone.ERASED: "Something was erased"}
REPORTED = {CorrectionKind.LOST: "Lost", CorrectionKind.DAMAGED: "Damaged"}


def _incident(actor: str, scene: Scene, said: Values) -> Command:
    at = _past(scene, "at", said["at"])
    parents = _past(scene, "parents", said["parents"]) if said["parents"] else None
    kind, person = IncidentKind(said["kind"]), scene.subject.person_id
    return NoteIncident(actor, person, kind, at, said["where"], said["note"], parents)


def _past(scene: Scene, field: str, at: datetime) -> datetime:
    if at > scene.local:
        raise Wrong(field, "That time is still to come.")
    return at


def _search(actor: str, scene: Scene, said: Values) -> Command:
    if said["done"] and not (said["authority"] and said["reason"]):
        raise Wrong("authority", "Say with whose authority it was done, and why.")
    if said["searcher"] == said["witness"]:
        raise Wrong("witness", "The witness is somebody else than who searched.")
    return NoteSearch(
        actor,
        scene.subject.person_id,
        _past(scene, "at", said["at"]),
        said["where"],
        said["searcher"],
        said["witness"],
        said["grounds"],
        said["found"],
        SearchDone(said["done"]) if said["done"] else None,
        said["authority"] if said["done"] else "",
        said["reason"],
    )


def _users(scene: Scene) -> Options:
    users = scene.standing.roster.users.values()
    return [(user.id, user.name) for user in sorted(users, key=lambda user: user.name.casefold())]


def _report(actor: str, scene: Scene, said: Values) -> Command:
    what, person = CorrectionKind(said["what"]), scene.subject.person_id
    return ReportDevice(actor, person, what, said["note"])


_act = partial(StaffAct, about=About.PERSON)
P = Permission
CONDUCT_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="incident",
        title="Note an incident",
        permissions=any_of(P.INCIDENTS),
        hint="Forgetting, or a kiosk that was full or broken, is none.",
        fields=(
            choice("kind", "What happened", INCIDENTS),
            Field("at", "When", Kind.MOMENT, is_required=True, default=moment_now),
            Field("where", "Where"),
            Field("note", "In a few words", Kind.WORDS, "What you saw, without judgement."),
            Field("parents", "Parents were told", Kind.MOMENT, "Empty: not yet."),
        ),
        make=_incident,
        done="The incident is noted.",
        is_offered=is_pupil,
    ),
    _act(
        name="concern",
        title="A concern about what is on a device",
        permissions=any_of(P.TELL_LEAD),
        hint=f"{DONT_LOOK} Nothing is described here: the duty lead is told whom it is about.",
        make=lambda actor, scene, said: Refer(actor, scene.subject.person_id),
        done="The duty lead is told.",
        is_offered=is_pupil,
    ),
    _act(
        name="search",
        title="Note a search",
        permissions=any_of(P.SEARCH),
        hint="The duty lead is told of it by itself.",
        fields=(
            Field("at", "When", Kind.MOMENT, is_required=True, default=moment_now),
            Field("where", "Where", is_required=True),
            Field("searcher", "Who searched", Kind.CHOICE, is_required=True, options=on_staff),
            Field(
                "witness",
                "Who was there as witness",
                Kind.CHOICE,
                is_required=True,
                options=on_staff,
            ),
            Field("grounds", "On what grounds", Kind.WORDS, is_required=True),
            Field("found", "What was found", Kind.WORDS, is_required=True),
            choice("done", "Done with what is on the device", DONE, is_required=False),
            Field("authority", "With whose authority", Kind.CHOICE, options=_users),
            Field("reason", "Why", Kind.WORDS),
        ),
        make=_search,
        done="The search is noted.",
        is_offered=is_pupil,
    ),
    _act(
        name="device-report",
        title="Report a lost or damaged device",
        permissions=any_of(P.CORRECT),
        fields=(
            choice("what", "What happened to it", REPORTED),
            Field("note", "In a few words", Kind.WORDS, is_required=True),
        ),
        make=_report,
        done="The report is on record.",
    ),
)
