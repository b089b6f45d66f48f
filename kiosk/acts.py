"""What the station asks for once its events are on disk: coils, words, rows."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.model import Credential, Person, Token, User
from kiosk.retention import SegmentRow
from kiosk.roster.undo import Imported


@dataclass(frozen=True, slots=True)
class Pulse:
    """Energise one cubby's lock, once. ``cause`` names the transaction."""

    cubby: int
    cause: int


class Sign(StrEnum):
    """What the pupil is shown. Pictures, words and colours for each: ``kiosk.policy.words``."""

    READY = "ready"
    PUT_IN = "put_in"
    DONE = "done"
    TAKE = "take"
    NOTED = "noted"
    WAIT = "wait"
    NOT_YET = "not_yet"
    ASK_OFFICE = "ask_office"
    ONE_CARD = "one_card"
    FULL = "full"
    SHUT_DOOR = "shut_door"
    NOTHING_HERE = "nothing_here"
    ALREADY_IN = "already_in"
    CLOSED = "closed"
    BROKEN = "broken"
    NEXT_CARD = "next_card"
    CONFIRM_TIME = "confirm_time"
    ENTER_PIN = "enter_pin"
    WRONG_PIN = "wrong_pin"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Addressee:
    """For whom a sign is, as far as that changes how it is shown; nobody in particular by default.

    ``language``: of its words, as ``kiosk.policy.languages`` has it; "" is the school's.
    ``is_low_sensory``: dim, silent, still, and slower. ``name``: what the screen shows of theirs;
    "" for nothing.
    """

    language: str = ""
    is_low_sensory: bool = False
    name: str = ""


ANYBODY = Addressee()


@dataclass(frozen=True, slots=True)
class Show:
    """Show a sign, with the number of a door or a time (HH:MM) where it has one.

    ``is_reminder``: nobody asked just now; it hides no sign that is for somebody else. READY with
    a cubby takes down a sign about that cubby, and no other.
    """

    sign: Sign
    cubby: int | None = None
    time: str = ""
    is_reminder: bool = False
    to: Addressee = ANYBODY


@dataclass(frozen=True, slots=True)
class Note:
    """The words that staff gave with an act; apart from the events, so that they can be erased.

    ``kind``: of a private one, what its event leaves out: the true kind of a hold. Only the roles
    that may know are shown a note with a kind. ``person``: who it is about, by which it is found
    when they are forgotten, and which the event of a private one may not say.
    """

    id: str
    text: str
    kind: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """The school's rules as they were written, in one version, counted from 1."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The row of that ``kind`` and id is to be removed."""

    kind: type[Person] | type[Credential] | type[User] | type[Token] | type[Note] | type[Imported]
    id: str


Act = Pulse | Show
Row = Person | Credential | User | Token | Note | SegmentRow | Forget | SchoolFile | Imported
