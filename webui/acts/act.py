"""One act of staff, as a value; and what it is done to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk.drafting import Rules, Standing
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.model import Person
from kiosk.policy.roles import Permission, Rights
from kiosk.state import Deposit
from webui.acts.fields import Field, Values


class About(StrEnum):
    """What an act is done to, as its address has it."""

    PERSON = "person"
    DEVICE = "device"
    CUBBY = "cubby"
    PEOPLE = "people"
    SCHOOL = "school"
    ARRANGEMENT = "arrangement"
    HOLD = "hold"
    INCIDENT = "incident"
    SEARCH = "search"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is done to: ``key`` as its address has it, ``title`` in words, ``back`` the page
    that it was come from. ``thing``: the arrangement, hold, incident, search or cubby's number;
    ``box``: the form whose box it is."""

    about: About
    key: str
    title: str
    back: str
    person: Person | None = None
    deposit: Deposit | None = None
    thing: Any = None
    box: str | None = None

    @property
    def form(self) -> str | None:
        """The form that it is about; None where it is about none."""
        if self.person is not None:
            return self.person.form
        return self.box

    @property
    def person_id(self) -> str:
        """Whom it is about. LookupError: nobody."""
        if self.person is None:
            raise LookupError("this act is about somebody")
        return self.person.id

    @property
    def deposit_id(self) -> int:
        """Which device it is about. LookupError: none."""
        if self.deposit is None:
            raise LookupError("this act is about a device in our keeping")
        return self.deposit.id


@dataclass(frozen=True, slots=True)
class Scene:
    """What an act's form is made from: the kiosk as it stands, ``local`` on the school's wall, the
    subject, and what the reader may do."""

    rules: Rules
    standing: Standing
    local: datetime
    subject: Subject
    may: frozenset[Permission]


class Wrong(ValueError):
    """What was filled in does not go together; ``field`` is the name of the one to mend."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def any_of(*permissions: Permission) -> frozenset[Permission]:
    """Any of these is enough."""
    return frozenset(permissions)


def always(scene: Scene) -> bool:
    """Whether an act is offered, or something asked for: in every case."""
    return True


@dataclass(frozen=True, slots=True)
class StaffAct:
    """An act: ``name`` in its address, ``title`` on buttons and pages, and the sentence that says
    that it is ``done``.

    ``make`` gives the command from the actor's id, the scene and what was filled in; it raises
    ``Wrong``. ``warning``: what staff read and confirm first, where more than one door opens or
    nothing can be taken back. ``is_offered``: whether it means anything now. ``permissions``: any
    of these is enough. ``refused``: what a reason why not means here, where the usual words say
    something else. Then comes the page that it ``leads_to``; that of whoever it puts on record, of
    whose id ``newcomer`` tells; or the one before.
    """

    name: str
    title: str
    about: About
    permissions: frozenset[Permission]
    make: Callable[[str, Scene, Values], Command]
    done: str
    fields: tuple[Field, ...] = ()
    hint: str = ""
    warning: str = ""
    is_offered: Callable[[Scene], bool] = always
    leads_to: str = ""
    newcomer: Callable[[Any], str] | None = None
    refused: Mapping[Reason, str] = field(default_factory=dict)

    def asked_in(self, scene: Scene) -> list[Field]:
        """What its form asks for of this subject."""
        return [field for field in self.fields if field.is_asked(scene)]

    def is_for(self, rights: Rights, form: str | None) -> bool:
        """Whether somebody with these rights may do it to what is of that form; None: of any."""
        return any(rights.may(permission, form) for permission in self.permissions)
