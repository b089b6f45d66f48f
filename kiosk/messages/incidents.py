"""Incidents, searches, notes for the duty lead, corrections, and who is not expected, as commands.
Pure values.

Each names its actor, a user's id, and may be refused. An incident, a search or a pupil is named
as elsewhere: by the seq of its event, or a person's id. Words are kept apart from the events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.state.incidents import CorrectionKind, IncidentKind, SearchDone, Why
from kiosk.timetable import Span


@dataclass(frozen=True, slots=True)
class NoteIncident:
    """A pupil did something at ``at``. ``parents_at``: when the parents were told, if they were,
    and ``parents_by`` by which user; "" for the actor."""

    actor: str
    person: str
    kind: IncidentKind
    at: datetime
    where: str = ""
    note: str = ""
    parents_at: datetime | None = None
    parents_by: str = ""


@dataclass(frozen=True, slots=True)
class InformParents:
    """The parents were told of an incident at ``at``, by a user; "" for the actor."""

    actor: str
    incident: int
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class DecideConsequence:
    """Somebody decides what follows an incident: a stage's key, or "" for none of them.
    ``proposed``: the key of the stage that they were shown."""

    actor: str
    incident: int
    stage: str
    proposed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawIncident:
    """It was none, or not that pupil's; the note says why."""

    actor: str
    incident: int
    note: str


@dataclass(frozen=True, slots=True)
class NoteSearch:
    """A search of a pupil at ``at``. ``searcher`` and ``witness``: users, or staff on the roster.

    ``done``: what was done with what is on the device; then ``authority``, a user, and ``reason``
    are said too.
    """

    actor: str
    person: str
    at: datetime
    where: str
    searcher: str
    witness: str
    grounds: str
    found: str
    done: SearchDone | None = None
    authority: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmSearch:
    """Whoever may says that what was done in a search had authority."""

    actor: str
    search: int


@dataclass(frozen=True, slots=True)
class LeaveNote:
    """Words for the duty lead, of any matter, if need be about somebody."""

    actor: str
    note: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Refer:
    """A concern about what is on a pupil's device, for the duty lead alone. What it is, is not
    described."""

    actor: str
    person: str


@dataclass(frozen=True, slots=True)
class ReadNote:
    """The lead has seen a note or a search."""

    actor: str
    note: int


@dataclass(frozen=True, slots=True)
class CloseNote:
    """A note is dealt with, transferred to where the lead keeps such things. It is forgotten."""

    actor: str
    note: int


@dataclass(frozen=True, slots=True)
class Move:
    """A device is in that cubby, and not where the record says; nobody is to blame.
    ``swaps``: what is on record there is where this one was."""

    actor: str
    deposit: int
    cubby: int
    swaps: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrectUse:
    """A tap was not the card's owner's. ``person``: who it was; "" while nobody knows.

    As whoever asks has it from the record: ``deposit``, which the tap began or ended, and
    ``collected``, the seq of the event by which it ended.
    """

    actor: str
    tap: int
    owner: str
    person: str = ""
    deposit: int | None = None
    collected: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A second person says that a device is theirs. ``is_need_met``: see ``PlaceHold``."""

    actor: str
    deposit: int
    claimant: str
    is_need_met: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettleDispute:
    """Its owner has proved it by unlocking the device; nobody else has looked at what is on it."""

    actor: str
    deposit: int
    owner: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """A person's device was lost or damaged (``CorrectionKind.LOST``, ``DAMAGED``)."""

    actor: str
    person: str
    what: CorrectionKind
    note: str


@dataclass(frozen=True, slots=True)
class MarkNotExpected:
    """Somebody hands nothing in today, or not yet."""

    actor: str
    person: str
    why: Why


@dataclass(frozen=True, slots=True)
class MarkExpected:
    """They are expected after all."""

    actor: str
    person: str


@dataclass(frozen=True, slots=True)
class NoteAbsences:
    """Who is not expected on which dates, by a list that replaces any before it. ``absences``: the
    spans of each person's id."""

    actor: str
    absences: Mapping[str, tuple[Span, ...]]


IncidentCommand = (
    NoteIncident
    | InformParents
    | DecideConsequence
    | WithdrawIncident
    | NoteSearch
    | ConfirmSearch
    | LeaveNote
    | Refer
    | ReadNote
    | CloseNote
    | Move
    | CorrectUse
    | Dispute
    | SettleDispute
    | ReportDevice
    | MarkNotExpected
    | MarkExpected
    | NoteAbsences
)
