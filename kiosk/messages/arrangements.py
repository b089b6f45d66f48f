"""What staff arrange, as commands: passes, going home, release now, exemptions, holds,
rounds of openings. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.acts import Note
from kiosk.events import Reason
from kiosk.policy.roles import Roles
from kiosk.state.arrangements import Exemption, HoldKind, SeenTo


@dataclass(frozen=True, slots=True)
class Noted:
    """An act that words may come with: ``note_id`` names the note to be kept."""

    actor: str
    note: str = field(default="", kw_only=True)
    note_id: str = field(default="", kw_only=True)

    def note_row(self) -> Note | None:
        """The note, if there are words."""
        return Note(self.note_id, self.note) if self.note else None


@dataclass(frozen=True, slots=True)
class GivePass(Noted):
    """Somebody may take their device out once, between two moments."""

    person: str
    begins: datetime
    ends: datetime
    is_back_expected: bool = True


@dataclass(frozen=True, slots=True)
class EndPass:
    """A pass is taken back."""

    actor: str
    person: str


@dataclass(frozen=True, slots=True)
class LetGoHome:
    """Somebody goes home now: their next tap collects. No cause is given."""

    actor: str
    person: str


@dataclass(frozen=True, slots=True)
class ReleaseNow(Noted):
    """Collecting begins at once: for all, or for some forms."""

    forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """The school's rules are those of this file from now on; it was checked. ``sha256``: of it.
    ``roles``: those it makes, as they concern people whom the checking did not know yet.
    ``replaces``: the version that it was held against, 0 for none; None: whichever there is.
    ``boxes``: each form's box, by the file."""

    actor: str
    text: str
    sha256: str
    roles: Roles
    replaces: int | None = None
    boxes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantExemption(Noted):
    """A lasting arrangement, or today's. Its id and whether it is approved are not the asker's.
    ``signed_by``: with whom it was agreed in writing, on the day that it says."""

    exemption: Exemption
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class SignExemption:
    """An arrangement was agreed in writing, ``on`` that day, ``by`` whom."""

    actor: str
    exemption: int
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class ApproveExemption:
    """Whoever may confirms an arrangement, named by the seq that granted it."""

    actor: str
    exemption: int


@dataclass(frozen=True, slots=True)
class EndExemption:
    """An arrangement is over."""

    actor: str
    exemption: int


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """A device in custody may not be released. ``note``: why, for those who may know.
    ``is_need_met``: how the owner's medical need is met meanwhile stands in it. ``has_consent``: an
    adult has agreed in writing that theirs is held. ``seen_to``: what was done of what has to be
    thought of before a pupil goes home without it."""

    actor: str
    deposit: int
    kind: HoldKind
    ends: datetime | None = None
    is_need_met: bool = False
    note: str = ""
    has_consent: bool = False
    seen_to: frozenset[SeenTo] = frozenset()


@dataclass(frozen=True, slots=True)
class LiftHold:
    """A hold is over, named by the seq that placed it."""

    actor: str
    hold: int


@dataclass(frozen=True, slots=True)
class TakeIn(Noted):
    """The office has somebody's device in its own hands."""

    person: str


@dataclass(frozen=True, slots=True)
class TakeAlong(Noted):
    """A member of staff (``by``: a user's id, or theirs on the roster) carries the devices of these
    people, who go somewhere with them."""

    people: frozenset[str]
    by: str


@dataclass(frozen=True, slots=True)
class CountBack(Noted):
    """They are back, and so are the devices of these people, of those that they had with them."""

    people: frozenset[str]
    by: str


@dataclass(frozen=True, slots=True)
class HandOver(Noted):
    """A device goes to somebody who is not its owner; who, says the note. ``identity``: which kind
    of proof was seen. ``is_lead_called``: the duty lead was, for a pupil of whom that is asked."""

    deposit: int
    identity: str
    is_lead_called: bool = False


@dataclass(frozen=True, slots=True)
class OpenAll(Noted):
    """Staff have every cubby opened that keeps something, one after another; ``with_empty``: all
    there are."""

    reason: Reason
    with_empty: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseRound(Noted):
    """Staff have the devices of some forms or years given back in order, one door after another:
    what each owner could collect by their own card now. ``groups``: forms or years, in order."""

    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PauseRound:
    """No further cubby of the round is opened until it is resumed or ended."""

    actor: str


@dataclass(frozen=True, slots=True)
class ResumeRound:
    """The round goes on."""

    actor: str


@dataclass(frozen=True, slots=True)
class EndRound:
    """The round is over; what it did not reach stays shut."""

    actor: str


ArrangementCommand = (
    OpenAll
    | ReleaseRound
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
    | SignExemption
    | EndExemption
    | PlaceHold
    | LiftHold
    | TakeIn
    | TakeAlong
    | CountBack
    | HandOver
)
