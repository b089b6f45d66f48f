"""Incidents, searches, notes for the duty lead, corrections, and who is not expected. Pure values.

**Content concerns.** A referral is for the safeguarding lead alone, and nothing of it may show to
anybody else. It cannot do without an event: rows that no event seals are a finding of `kiosk
verify`. So it has the event of something innocuous that everybody on duty may do, leaving a note
for the duty lead: ``noted``, by its actor, about nobody. Who it is about, and that it is a referral
at all, stands in a row of its own that only the lead is shown. The head is not shown the ordinary
notes either, or what is left over would be the referrals. It is no incident, so nothing counts it.

**Incidents** have their kind and time in the event; where it was and what was said are words, in a
row that can be erased. That somebody forgot, that the kiosk was full or out of order, is no kind of
incident, and what a pupil could not hand in does not count against them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from kiosk.events import EventType
from kiosk.policy.roles import Permission
from kiosk.state.arrangements import HoldKind
from kiosk.state.outages import Outage
from kiosk.timetable import Span, Timetable


class IncidentKind(StrEnum):
    """What a pupil did with a device. A closed list: nothing else is ever counted."""

    REFUSED = "refused"
    KEPT = "kept"
    USED = "used"
    HIDDEN = "hidden"
    EXAM = "exam"


# As staff read them.
INCIDENTS: Mapping[IncidentKind, str] = {
    IncidentKind.REFUSED: "Refused to hand in",
    IncidentKind.KEPT: "Kept the device on them",
    IncidentKind.USED: "Used the device",
    IncidentKind.HIDDEN: "Second or hidden device",
    IncidentKind.EXAM: "Device in an exam",
}

# What a pupil cannot help while the kiosk takes nothing.
NOT_HANDED_IN = frozenset({IncidentKind.REFUSED, IncidentKind.KEPT})


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a pupil did at ``at``. ``id``: its event's seq; ``by``: the actor who noted it.

    ``is_excused``: the kiosk took nothing when they were to hand in. ``parents_at``: when the
    parents were told, and ``parents_by`` (a user's id) by whom. ``decided``: the key of the stage
    that somebody decided on, "" for none of them, None while nobody has.
    """

    id: int
    person: str
    kind: IncidentKind
    at: datetime
    by: str
    is_excused: bool = False
    parents_at: datetime | None = None
    parents_by: str = ""
    decided: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What a school proposes from the ``count``-th incident on. ``key``: what events call it, as
    ``words`` may be changed."""

    key: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Staging:
    """What is proposed when, for some kinds of incidents that are counted together. ``days``: how
    far back they count; None is the term so far.

    ``kinds``: which they are. ``fallback_days`` is for times outside terms, or a school that
    has named none.

    Raises:
        ValueError: the stages have not their own keys and rising counts from 1.
    """

    stages: tuple[Stage, ...] = (
        Stage("talk", 1, "Talk about it with the pupil"),
        Stage("parents", 3, "Talk about it with the parents"),
    )
    days: int | None = None
    kinds: frozenset[IncidentKind] = frozenset(IncidentKind)
    fallback_days: int = 90

    def __post_init__(self) -> None:
        counts = [stage.count for stage in self.stages]
        keys = {stage.key for stage in self.stages}
        is_rising = all(a < b for a, b in zip([0, *counts], counts, strict=False))
        if not is_rising or len(keys) < len(counts) or "" in keys:
            raise ValueError("stages need keys of their own, and rising counts from 1")

    def since(self, timetable: Timetable, at: datetime) -> date:
        """The first date that counts at that moment."""
        today = timetable.local(at).date()
        if self.days is not None:
            return today - timedelta(days=self.days)
        term = timetable.term(today)
        return term.first if term else today - timedelta(days=self.fallback_days)

    def named(self, key: str) -> Stage | None:
        """The stage of that key."""
        return next((stage for stage in self.stages if stage.key == key), None)


class Consequences(NamedTuple):
    """All that a school proposes, each kind of incident counted in one of them at most; what is
    counted in none has no consequence that the kiosk knows of."""

    each: tuple[Staging, ...] = (Staging(),)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage there is."""
        return tuple(stage for staging in self.each for stage in staging.stages)

    def named(self, key: str) -> Stage | None:
        """The stage of that key."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def of(self, kind: IncidentKind) -> Staging | None:
        """What an incident of that kind is counted in."""
        return next((staging for staging in self.each if kind in staging.kinds), None)


class Proposal(NamedTuple):
    """What the school's stages propose to whoever decides, and the incidents that it counts."""

    stage: Stage | None
    counted: tuple[int, ...]


def propose(
    incidents: Iterable[Incident],
    staging: Staging,
    timetable: Timetable,
    at: datetime,
    excused: frozenset[date] = frozenset(),
) -> Proposal:
    """What is proposed for one pupil's incidents at a moment. A person decides.

    ``excused``: the dates on which the kiosk did not take what they brought (``not_taken``).
    """
    since = staging.since(timetable, at)

    def counts(incident: Incident) -> bool:
        on = timetable.local(incident.at).date()
        could = incident.kind not in NOT_HANDED_IN or not (incident.is_excused or on in excused)
        return incident.kind in staging.kinds and since <= on and incident.at <= at and could

    counted = tuple(sorted(each.id for each in incidents if counts(each)))
    reached = [stage for stage in staging.stages if stage.count <= len(counted)]
    return Proposal(reached[-1] if reached else None, counted)


class SearchDone(StrEnum):
    """What was done with what is on a device. Both need authority, and a good reason."""

    EXAMINED = "examined"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Search:
    """A search of a pupil at ``at``. ``searcher``, ``witness``: ids of users, or of staff.

    ``done`` needs ``authority``, a user's id; ``confirmed_by`` is the user who confirmed that, and
    is neither who searched nor who noted it.
    """

    id: int
    person: str
    at: datetime
    by: str
    searcher: str
    witness: str
    done: SearchDone | None = None
    authority: str = ""
    confirmed_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to confirm it."""
        return self.done is not None and not self.confirmed_by


class LeadNoteKind(StrEnum):
    """What a note for the duty lead is. In its private row alone; see the module."""

    MESSAGE = "message"
    REFERRAL = "referral"


# However old they are, the lead deals with them first: no age ends them.
LEAD_NOTES = frozenset(kind.value for kind in LeadNoteKind)
# Also rows of their own, with the events of a note for the lead: see ``kiosk.state.kept``.
LEGAL_HOLD, WITHHELD = "legal_hold", "withheld"


@dataclass(frozen=True, slots=True)
class LeadNote:
    """That a note was left for the duty lead, by whom and when; as everybody may know."""

    id: int
    by: str
    at: datetime


class CorrectionKind(StrEnum):
    """What a correction is about."""

    OWNER = "owner"
    TAKEN = "taken"
    TAP = "tap"
    DISPUTED = "disputed"
    LOST = "lost"
    DAMAGED = "damaged"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why somebody is not expected today. To every list they are alike."""

    NONE_TODAY = "none_today"
    LATE_BUS = "late_bus"


class Casebook(NamedTuple):
    """What the events say of all this. ``unread``: searches and notes (seq) that the lead has not
    seen. ``others_taps``: taps (seq) that were not the card's owner's, and whose they were, "" for
    nobody known. ``marked``: the date for which somebody was marked; ``absences``: as a list has
    them. ``outages``: when nobody could hand in."""

    incidents: Mapping[int, Incident] = MappingProxyType({})
    searches: Mapping[int, Search] = MappingProxyType({})
    lead_notes: Mapping[int, LeadNote] = MappingProxyType({})
    unread: frozenset[int] = frozenset()
    others_taps: Mapping[int, str] = MappingProxyType({})
    marked: Mapping[str, date] = MappingProxyType({})
    absences: Mapping[str, tuple[Span, ...]] = MappingProxyType({})
    outages: tuple[Outage, ...] = ()

    def incidents_of(self, person: str) -> list[Incident]:
        """Their incidents, oldest first."""
        return [each for each in self.incidents.values() if each.person == person]

    def away_on(self, on: date) -> frozenset[str]:
        """Those who are not expected on that date, by id: marked so, or absent. Which, it never
        says, so that all lists read them alike."""
        absent = {p for p, spans in self.absences.items() if any(on in span for span in spans)}
        return frozenset(absent | {p for p, day in self.marked.items() if day == on})


def nobody(deposit: int) -> str:
    """Who owns a device while nobody knows it: an id that is no person's, one for each."""
    return f"nobody:{deposit}"


# The events whose words, if any, stand in a private row under their own number.
WORDED = frozenset(
    {
        EventType.EXEMPTION_GRANTED,
        EventType.INCIDENT_NOTED,
        EventType.CONSEQUENCE_DECIDED,
        EventType.SEARCH_NOTED,
        EventType.NOTED,
        EventType.MOVED,
        EventType.CORRECTION_MADE,
    }
)
INCIDENT_WORDS, SEARCH_WORDS, CORRECTION_WORDS = "incident", "search", "correction"
SIGNED_WORDS = "signed"  # with whom an arrangement was agreed in writing
# Who may read a private row. An office hold may be a private one: its words are the leads' alone.
_OPEN_HOLDS = {
    HoldKind.CONFISCATED: Permission.CONFISCATE,
    HoldKind.PARENT_COLLECTION: Permission.CONFISCATE,
    HoldKind.DISPUTED: Permission.HOLD_OFFICE,
}
READERS: Mapping[str, Permission] = {
    INCIDENT_WORDS: Permission.INCIDENTS,
    SEARCH_WORDS: Permission.SEARCH,
    CORRECTION_WORDS: Permission.CORRECT,
    SIGNED_WORDS: Permission.APPROVE,
    **dict.fromkeys(LEAD_NOTES, Permission.LEAD_NOTES),
    **dict.fromkeys((LEGAL_HOLD, WITHHELD), Permission.LEGAL_HOLD),
    **{kind.value: _OPEN_HOLDS.get(kind, Permission.PRIVATE) for kind in HoldKind},
}


def may_read(kind: str, permissions: frozenset[Permission]) -> bool:
    """Whether somebody may read private rows of that kind."""
    return kind in READERS and READERS[kind] in permissions


def labelled(parts: Mapping[str, str]) -> str:
    """Words with a label, one a line; those that are empty left out."""
    return "\n".join(f"{label}: {words}" for label, words in parts.items() if words)
