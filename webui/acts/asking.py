"""What the forms of several acts ask for alike."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from kiosk.model import LONGEST_PART, PersonKind
from kiosk.policy.devices import DEVICES
from webui.acts.act import Scene, Wrong, always
from webui.acts.fields import Field, Kind, Options, Values

NOTE = Field("note", "Note", Kind.WORDS, "Whoever sees names reads it. No medical details.")
SIGNED = (
    Field("signed_on", "Agreed in writing on", Kind.DAY),
    Field("signed_by", "With whom", hint="Whoever signed it."),
)


def check_signed(said: Values) -> None:
    """An agreement in writing has a day and a name, or neither. Raises Wrong."""
    if said["signed_on"] and not said["signed_by"]:
        raise Wrong("signed_by", "Say who signed it.")
    if said["signed_by"] and not said["signed_on"]:
        raise Wrong("signed_on", "Say on which day it was signed.")


def check_name(said: Values) -> None:
    """Of somebody who is on no list. Raises Wrong."""
    for name in ("forename", "surname"):
        if len(said[name]) > LONGEST_PART:
            raise Wrong(name, f"Keep it to {LONGEST_PART} letters.")


def day_to_come(scene: Scene, said: Values, name: str) -> date:
    """The day that a field says, today where it is empty. Raises Wrong for one that is past."""
    today = scene.local.date()
    day: date = said[name] or today
    if day < today:
        raise Wrong(name, "That day is past.")
    return day


def kinds_field(name: str, label: str, hint: str = "") -> Field:
    """Some kinds of devices, of all there are."""
    options = [(kind.value, words.capitalize()) for kind, words in DEVICES.items()]
    return Field(name, label, Kind.SOME, hint, options=lambda scene: options)


def noted(said: Values) -> dict[str, Any]:
    """The note of an act, as its command takes it."""
    return {"note": said["note"], "note_id": secrets.token_hex(8) if said["note"] else ""}


def choice(name: str, label: str, words: Mapping[Any, str], *, is_required: bool = True) -> Field:
    """One of a closed list, each with its words."""
    options = [(value.value, said) for value, said in words.items()]
    return Field(name, label, Kind.CHOICE, is_required=is_required, options=lambda scene: options)


def tick(
    name: str, label: str, hint: str = "", is_asked: Callable[[Scene], bool] = always
) -> Field:
    """Something that is so, or is not."""
    return Field(name, label, Kind.YES, hint, is_asked=is_asked)


def moment_now(scene: Scene) -> str:
    """Now, as a form has it."""
    return f"{scene.local:%Y-%m-%dT%H:%M}"


def local_moment(at: datetime) -> str:
    """A moment on the school's wall, as a form has it."""
    return f"{at:%Y-%m-%dT%H:%M}"


def is_pupil(scene: Scene) -> bool:
    """Whether it is about a pupil."""
    person = scene.subject.person
    return person is not None and person.kind is PersonKind.PUPIL


def is_adult(scene: Scene) -> bool:
    """Whether it is about staff or a visitor."""
    person = scene.subject.person
    return person is not None and person.kind is not PersonKind.PUPIL


def on_staff(scene: Scene) -> Options:
    """Users, and staff on the roster who are none of them."""
    roster = scene.standing.roster
    linked = {user.person for user in roster.users.values()}
    users = [(user.id, user.name) for user in roster.users.values()]
    staff = [
        (person.id, person.name)
        for person in roster.people.values()
        if person.kind is PersonKind.STAFF and person.id not in linked and not person.leaver
    ]
    return sorted(users + staff, key=lambda one: one[1].casefold())


def forms(scene: Scene) -> Options:
    """The forms on the roster."""
    known = {p.form for p in scene.standing.roster.people.values() if p.form and not p.leaver}
    return [(form, form) for form in sorted(known)]


def cubbies(scene: Scene) -> Options:
    """The cubbies by number."""
    return [(str(number), f"Cubby {number}") for number in sorted(scene.rules.cubbies)]
