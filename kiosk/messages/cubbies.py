"""What staff do with the cubbies themselves, as commands: in and out of service, whose they are,
class boxes, looking inside, the mechanical key, fire. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from dataclasses import dataclass

from kiosk.events import Reason
from kiosk.messages.arrangements import Noted
from kiosk.model import Wishes


@dataclass(frozen=True, slots=True)
class TakeOutOfService(Noted):
    """No deposit is given that cubby from now on. ``reason``: one of ``SERVICE_REASONS``."""

    cubby: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class PutBackInService:
    """It is given deposits again."""

    actor: str
    cubby: int


@dataclass(frozen=True, slots=True)
class AssignCubby:
    """A cubby becomes somebody's own. ``with_others``: it is a brother's or sister's already, and
    the family shares it."""

    actor: str
    cubby: int
    person: str
    with_others: bool = False


@dataclass(frozen=True, slots=True)
class AssignBox:
    """A cubby becomes the box of a form."""

    actor: str
    cubby: int
    form: str


@dataclass(frozen=True, slots=True)
class UnassignCubby:
    """A cubby is no longer that person's own, or with no ``person`` no longer a form's box."""

    actor: str
    cubby: int
    person: str = ""


@dataclass(frozen=True, slots=True)
class WishCubbies:
    """Which cubbies somebody is to get where they may choose."""

    actor: str
    person: str
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class ReturnBox(Noted):
    """What was in a class's box has been given back, but for the devices of ``kept``, which are in
    it still."""

    cubby: int
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportNotEmpty:
    """A cubby that keeps nothing on record has something in it."""

    actor: str
    cubby: int


@dataclass(frozen=True, slots=True)
class LookInside:
    """Staff have looked into a cubby, and this is all that is in it: the devices of ``people``, and
    with ``has_unowned`` one of which nobody knows whose it is."""

    actor: str
    cubby: int
    people: frozenset[str] = frozenset()
    has_unowned: bool = False


@dataclass(frozen=True, slots=True)
class ByKey:
    """What became of one cubby that was opened with the mechanical key: its devices were GIVEN to
    their owners, are INSIDE still, or it was EMPTY."""

    cubby: int
    what: Reason


@dataclass(frozen=True, slots=True)
class EnterKeyUse(Noted):
    """The mechanical key was used, which opens every cubby. ``by``: the two staff, each a user's
    or a staff member's id. Of the cubbies that are not ``told`` nobody can say anything."""

    by: tuple[str, str]
    told: tuple[ByKey, ...] = ()


@dataclass(frozen=True, slots=True)
class RaiseFire:
    """No door opens, and every tap is told to leave, until the all-clear."""

    actor: str


@dataclass(frozen=True, slots=True)
class GiveAllClear:
    """The fire alarm is over."""

    actor: str


CubbyCommand = (
    TakeOutOfService
    | PutBackInService
    | AssignCubby
    | AssignBox
    | UnassignCubby
    | WishCubbies
    | ReturnBox
    | ReportNotEmpty
    | LookInside
    | EnterKeyUse
    | RaiseFire
    | GiveAllClear
)
