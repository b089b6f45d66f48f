"""Acts about a device in the school's keeping: holds, handing over, where it is and whose."""

from collections.abc import Mapping
from functools import partial

from kiosk.messages import Command
from kiosk.messages.arrangements import HandOver, PlaceHold, TakeAlong
from kiosk.messages.devices import NoteDevices
from kiosk.messages.incidents import Dispute, Move, SettleDispute
from kiosk.model import DeviceKind
from kiosk.policy.roles import Permission
from kiosk.staff.devices import MOST_DEVICES
from kiosk.staff.handing import Recipient, handed_words
from kiosk.staff.holds import HOLD_PERMISSIONS
from kiosk.state import Place
from kiosk.state.arrangements import SEEN_TO, HoldKind, SeenTo
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import (
    NOTE,
    cubbies,
    is_adult,
    is_pupil,
    kinds_field,
    noted,
    on_staff,
    tick,
)
from webui.acts.fields import Field, Kind, Options, Values

HOLDS: Mapping[HoldKind, str] = {
    HoldKind.OFFICE: "Held by the office",
    HoldKind.CONFISCATED: "Confiscated until today’s release",
    HoldKind.PARENT_COLLECTION: "Until a parent collects it",
    HoldKind.INVESTIGATION: "Investigation",
    HoldKind.SAFEGUARDING: "Safeguarding",
    HoldKind.POLICE: "Police",
}
WHO = Field(
    "admission", "Their admission number", is_required=True, hint="It stands on their page."
)


def _kinds(scene: Scene) -> Options:
    """The kinds that the reader may place: of others they do not even read the names."""
    return [
        (kind.value, words) for kind, words in HOLDS.items() if HOLD_PERMISSIONS[kind] in scene.may
    ]


def _place(actor: str, scene: Scene, said: Values) -> Command:
    kind, ends = HoldKind(said["kind"]), said["ends"]
    if ends is not None and ends <= scene.local:
        raise Wrong("ends", "That time is past.")
    deposit, agreed = scene.subject.deposit_id, bool(said.get("consent"))
    seen_to = frozenset(each for each in SeenTo if said.get(each.value))
    return PlaceHold(actor, deposit, kind, ends, said["need_met"], said["note"], agreed, seen_to)


def _hand_over(actor: str, scene: Scene, said: Values) -> Command:
    recipient = Recipient(*(said[name] for name in ("to", "relation", "force", "crime", "seal")))
    if fault := recipient.fault():
        raise Wrong(*fault)
    words = handed_words(recipient, said["note"])
    noted_words, is_called = noted({**said, "note": words}), bool(said.get("lead_called"))
    deposit = scene.subject.deposit_id
    return HandOver(actor, deposit, said["identity"], is_called, **noted_words)


def _asks_lead_first(scene: Scene) -> bool:
    person = scene.subject.person
    return person is not None and person.lead_first


def _take_along(actor: str, scene: Scene, said: Values) -> Command:
    return TakeAlong(actor, frozenset({scene.subject.person_id}), said["by"], **noted(said))


def _is_here(scene: Scene) -> bool:
    deposit = scene.subject.deposit
    return deposit is not None and deposit.place in (Place.CUBBY, Place.OFFICE)


def _move(actor: str, scene: Scene, said: Values) -> Command:
    cubby = int(said["cubby"])
    return Move(actor, scene.subject.deposit_id, cubby, said["swaps"], said["note"])


def person_numbered(scene: Scene, admission: str) -> str:
    """The id of whoever has that admission number. Raises Wrong."""
    people = scene.standing.roster.people.values()
    found = next((p.id for p in people if p.admission == admission), None)
    if found is None:
        raise Wrong("admission", f"Nobody on the roster has admission number {admission}.")
    return found


def _dispute(actor: str, scene: Scene, said: Values) -> Command:
    claimant = person_numbered(scene, said["admission"])
    return Dispute(actor, scene.subject.deposit_id, claimant, said["need_met"], said["note"])


def _settle(actor: str, scene: Scene, said: Values) -> Command:
    owner = person_numbered(scene, said["admission"])
    return SettleDispute(actor, scene.subject.deposit_id, owner, said["note"])


def _is_disputed(scene: Scene) -> bool:
    holds = scene.standing.state.holds_on(scene.subject.deposit_id)
    return any(hold.kind is HoldKind.DISPUTED for hold in holds)


def _is_undisputed(scene: Scene) -> bool:
    return not _is_disputed(scene)


def _counts(scene: Scene) -> Options:
    return [(str(number), str(number)) for number in range(1, MOST_DEVICES + 1)]


def _count(scene: Scene) -> str:
    deposit = scene.subject.deposit
    return str(deposit.count) if deposit and deposit.count else "1"


def _note_devices(actor: str, scene: Scene, said: Values) -> Command:
    kinds, count = frozenset(map(DeviceKind, said["kinds"])), int(said["count"])
    if len(kinds) > count:
        raise Wrong("count", "Those are more kinds than devices.")
    return NoteDevices(actor, scene.subject.deposit_id, count, kinds)


MET = tick(
    "need_met",
    "A medical need is met in another way meanwhile",
    "Otherwise a medical need still opens it. Say in the note how it is met.",
)
P = Permission
_act = partial(StaffAct, about=About.DEVICE)
DEVICE_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="devices",
        title="Say what it is",
        permissions=any_of(P.OPEN),
        hint="Somebody with two devices uses one cubby: say how many lie in it, and which.",
        fields=(
            Field(
                "count",
                "How many",
                Kind.CHOICE,
                is_required=True,
                options=_counts,
                default=_count,
            ),
            kinds_field("kinds", "Which"),
        ),
        make=_note_devices,
        done="It is noted.",
    ),
    _act(
        name="hold",
        title="Hold it back",
        permissions=any_of(P.HOLD_OFFICE, P.CONFISCATE, P.PRIVATE),
        hint=(
            "Its owner is told “Ask the office”, and nothing else. Tell them yourself, before "
            "the queue."
        ),
        fields=(
            Field("kind", "Why", Kind.CHOICE, is_required=True, options=_kinds),
            Field(
                "ends",
                "Until",
                Kind.MOMENT,
                "Empty: until somebody lifts it; confiscated: until today’s release, "
                "after it until the kiosk closes.",
            ),
            MET,
            Field("note", "Note", Kind.WORDS, "Only who may lift it reads this."),
            *(tick(each.value, words, is_asked=is_pupil) for each, words in SEEN_TO.items()),
            tick(
                "consent",
                "Its owner has agreed in writing",
                "An adult’s device is held for the police, or by the owner’s written consent.",
                is_asked=is_adult,
            ),
        ),
        make=_place,
        done="The device is held.",
    ),
    _act(
        name="hand-over",
        title="Hand it over to somebody else",
        permissions=any_of(P.HAND_OVER),
        fields=(
            tick(
                "lead_called",
                "I have called the duty lead",
                "The duty lead is to be called first.",
                is_asked=_asks_lead_first,
            ),
            Field("to", "To whom", is_required=True, hint="Their name."),
            Field(
                "relation",
                "Who they are to the pupil",
                is_required=True,
                hint="Of the police: the officer’s rank and number.",
            ),
            Field(
                "identity",
                "Which proof of identity you saw",
                is_required=True,
                hint="The kind only: no numbers, no copies.",
            ),
            Field("force", "Police force", hint="Only to the police."),
            Field("crime", "Crime number", hint="Only to the police."),
            Field("seal", "Number of the bag’s seal", hint="Only to the police."),
            NOTE,
        ),
        make=_hand_over,
        done="The device was handed over.",
        warning="It then is in our keeping no more, and no hold is on it.",
    ),
    _act(
        name="take-along",
        title="Staff take it along",
        permissions=any_of(P.PASS),
        hint=(
            "On a trip. It leaves its cubby, and whoever carries it is on the list of what staff "
            "carry, until the office takes it in again."
        ),
        fields=(
            Field("by", "Who carries it", Kind.CHOICE, is_required=True, options=on_staff),
            NOTE,
        ),
        make=_take_along,
        done="They carry it.",
        is_offered=_is_here,
    ),
    _act(
        name="move",
        title="It is in another cubby",
        permissions=any_of(P.CORRECT),
        hint="Corrects the record without blaming anybody. No door opens.",
        fields=(
            Field("cubby", "Where it is", Kind.CHOICE, is_required=True, options=cubbies),
            tick("swaps", "What is on record there is where this one was"),
            NOTE,
        ),
        make=_move,
        done="The record says where it is now.",
    ),
    _act(
        name="dispute",
        title="Somebody else says it is theirs",
        permissions=any_of(P.CORRECT),
        hint=(
            "Neither card opens it then. Its owner proves it by unlocking it; nobody looks at "
            "what is on it."
        ),
        fields=(WHO, MET, NOTE),
        make=_dispute,
        done="Neither card opens it now.",
        is_offered=_is_undisputed,
    ),
    _act(
        name="settle",
        title="Its owner has unlocked it",
        permissions=any_of(P.CORRECT),
        fields=(WHO, NOTE),
        make=_settle,
        done="It is theirs.",
        is_offered=_is_disputed,
    ),
)
