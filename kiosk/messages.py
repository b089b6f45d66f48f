"""What reaches the station: facts from the hardware, the passing of time, and staff commands.

Taps and doors go before commands. A command names its actor (a user's id) and may be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.cubby_orders import CubbyOrder, WishCubbies
from kiosk.events import Reason
from kiosk.incident_orders import IncidentCommand
from kiosk.model import Credential, Person, User
from kiosk.orders import (
    ApproveExemption,
    ChangeRules,
    EndExemption,
    EndPass,
    EndRound,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    OpenAll,
    PauseRound,
    PlaceHold,
    ReleaseNow,
    ResumeRound,
    TakeIn,
)
from kiosk.retention import SegmentRow


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a presentation: the keyed digest of its number, never the number.

    ``is_new``: it came into the field with this presentation; others were lying there.
    ``look``: its make, as the reader sees it (SAK and ATQA in hex; "" where it sees none).
    ``is_copy``: it answers as first-generation copies do. ``claims``: the digests of the numbers
    that lists would know it by that have lost some of its bits.
    """

    key: str
    kind: str = "iso14443a"
    is_random: bool = False
    is_new: bool = True
    look: str = ""
    is_copy: bool = False
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """Cards newly held to the reader, with all that lie in its field."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A door's sensor turned to open."""

    cubby: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A door's sensor turned to closed."""

    cubby: int


@dataclass(frozen=True, slots=True)
class Pulsed:
    """The lock bank has energised that lock now; its pulse may have waited for the budget."""

    cubby: int


@dataclass(frozen=True, slots=True)
class PulseRejected:
    """The lock bank could not pulse as commanded; no coil is on."""

    cubby: int
    cause: int


@dataclass(frozen=True, slots=True)
class PartLost:
    """The reader ("reader") or a bank of locks ("locks" and the bank's name) does not answer.

    ``detail``: what was seen instead, in words for a technician.
    """

    part: str
    bank: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PartBack:
    """It answers again."""

    part: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class CoilOn:
    """A lock's coil may be on though it was told to go off; or (``is_over``) it is off."""

    cubby: int
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class CardLeft:
    """A card has been lying on the reader for long, or (``is_gone``) it does so no more."""

    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The daemon begins, with the doors as it found them (cubby to open).

    ``is_failing``: the record cannot be written from the start.
    """

    version: str
    is_simulated: bool
    doors: Mapping[int, bool]
    is_failing: bool = False


@dataclass(frozen=True, slots=True)
class Stopping:
    """The daemon ends in order; everything is off."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Override:
    """Staff open one cubby. ``person``: whose device the asker believes is in it, or None.

    ``request`` makes a retried request act once. ``note_id`` names the note to be kept.
    """

    actor: str
    cubby: int
    person: str | None
    reason: Reason
    note: str = ""
    note_id: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class StateCustody:
    """Staff say what is true of a deposit: given, still inside, or the cubby empty.

    Also where nothing was in doubt: the mechanical key leaves no event.
    """

    actor: str
    deposit: int
    what: Reason


@dataclass(frozen=True, slots=True)
class AcknowledgeAlert:
    """Staff have seen an alert, named by the seq that raised it."""

    actor: str
    seq: int


@dataclass(frozen=True, slots=True)
class ConfirmClock:
    """Staff say that the kiosk's clock is right."""

    actor: str


@dataclass(frozen=True, slots=True)
class ImportRoster:
    """People to add or change, compared already; nobody is removed. ``left``: how many of them are
    leavers now; ``credentials``: their cards, which are nobody else's."""

    actor: str
    people: tuple[Person, ...]
    added: int
    changed: int
    left: int = 0
    credentials: tuple[Credential, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolCard:
    """A card becomes a person's. ``replaces``: their other cards stop working at once."""

    actor: str
    credential: Credential
    replaces: bool = True


@dataclass(frozen=True, slots=True)
class BlockCard:
    """A card stops working at once."""

    actor: str
    key: str


@dataclass(frozen=True, slots=True)
class SaveUser:
    """A user is added, or given another password or other roles."""

    actor: str
    user: User


@dataclass(frozen=True, slots=True)
class RecordSignIn:
    """Somebody signed in, or tried to. ``actor`` is a user's id, or "" for an unknown name."""

    actor: str
    granted: bool
    source: str


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The record cannot be written."""

    why: str


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """The record can be written again, and has all that was kept meanwhile."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rotated:
    """Events were moved into history; ``facts`` are what later shows a change to its files."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A segment of history is past its age, and the notes of its events with it."""

    segment: SegmentRow
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repaired:
    """The record was damaged. ``certain``: the cubbies that were heard of since."""

    facts: Mapping[str, Any]
    certain: frozenset[int]


@dataclass(frozen=True, slots=True)
class Restored:
    """The record was put back from a backup."""

    actor: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """A person is to be forgotten, with the notes of their events."""

    actor: str
    person: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup was written, of all up to the event ``seq``, sealed ``seal``."""

    actor: str
    seq: int
    seal: str
    sha256: str


Command = (
    Override
    | OpenAll
    | PauseRound
    | ResumeRound
    | EndRound
    | ChangeRules
    | GivePass
    | EndPass
    | LetGoHome
    | ReleaseNow
    | GrantExemption
    | ApproveExemption
    | EndExemption
    | PlaceHold
    | LiftHold
    | TakeIn
    | HandOver
    | IncidentCommand
    | CubbyOrder
    | StateCustody
    | AcknowledgeAlert
    | ConfirmClock
    | ImportRoster
    | EnrolCard
    | BlockCard
    | SaveUser
    | RecordSignIn
    | ErasePerson
    | BackupMade
)
# While the record cannot be written, staff can still give back every device; changes to who is
# who have to wait.
SUSPENDED = (
    ChangeRules,
    ImportRoster,
    EnrolCard,
    SaveUser,
    WishCubbies,
    ErasePerson,
    BackupMade,
    Restored,
)
Message = (
    Presented
    | Opened
    | Closed
    | Pulsed
    | PulseRejected
    | PartLost
    | PartBack
    | CardLeft
    | CoilOn
    | Started
    | Stopping
    | Tick
    | StoreFailed
    | StoreRecovered
    | Rotated
    | Dropped
    | Repaired
    | Restored
    | Command
)
