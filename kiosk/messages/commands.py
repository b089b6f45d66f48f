"""What staff ask of the kiosk itself: openings, who is who, what was seen. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from dataclasses import dataclass, field

from kiosk.events import Reason
from kiosk.model import Credential, Person, Roster, Token, User


@dataclass(frozen=True, slots=True)
class Override:
    """Staff open one cubby. ``person``: whose device the asker believes is in it, or None.

    ``own``: a reason of the school's in its words, of OTHER. ``request`` makes a retried request
    act once. ``note_id`` names the note to be kept.
    """

    actor: str
    cubby: int
    person: str | None
    reason: Reason
    note: str = ""
    note_id: str = ""
    request: str = ""
    own: str = ""


STATEMENTS = (Reason.GIVEN, Reason.INSIDE, Reason.EMPTY, Reason.NEVER_PUT_IN)


@dataclass(frozen=True, slots=True)
class StateCustody:
    """Staff say what is true of a deposit: given, still inside, the cubby empty, or nothing ever
    put in: its door was shut without it.

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
    leavers now; ``credentials``: their cards, which are nobody else's. ``seen``: the roster that
    they were compared with; None: they were compared with none."""

    actor: str
    people: tuple[Person, ...]
    added: int
    changed: int
    left: int = 0
    credentials: tuple[Credential, ...] = ()
    seen: Roster | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UndoImport:
    """The last import is to be taken back: the one of event ``seq``, under version ``rules`` of the
    school's rules, as it was looked at. ``recorded``: the ids of people of whom there is something
    on record since."""

    actor: str
    seq: int
    rules: int
    recorded: frozenset[str] = frozenset()


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
class ReportCardLost:
    """A card that works was lost: it stops working at once, until it is found."""

    actor: str
    key: str


@dataclass(frozen=True, slots=True)
class FindCard:
    """A lost card was found, and works again."""

    actor: str
    key: str


@dataclass(frozen=True, slots=True)
class SaveUser:
    """A user is added, or given another password or other roles."""

    actor: str
    user: User


@dataclass(frozen=True, slots=True)
class ChangeOwnPassword:
    """Somebody who signs in has another password; that they know the old one was checked.
    ``renews``: the hash of the same password, as an older version made it; where that is not
    theirs any more, somebody has changed it meanwhile, and nothing is done."""

    actor: str
    password_hash: str
    renews: str = ""


@dataclass(frozen=True, slots=True)
class MakeToken:
    """Another program may read what the token's scopes say. Its secret is nobody's to keep."""

    actor: str
    token: Token


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """That token, named by its id, is good for nothing from now on."""

    actor: str
    token: str


@dataclass(frozen=True, slots=True)
class RecordSignIn:
    """Somebody signed in, or tried to. ``actor`` is a user's id, or "" for an unknown name."""

    actor: str
    granted: bool
    source: str


KioskCommand = (
    Override
    | StateCustody
    | AcknowledgeAlert
    | ConfirmClock
    | ImportRoster
    | UndoImport
    | EnrolCard
    | BlockCard
    | ReportCardLost
    | FindCard
    | SaveUser
    | ChangeOwnPassword
    | MakeToken
    | RevokeToken
    | RecordSignIn
)
