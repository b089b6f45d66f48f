"""How long what happened is kept: series of events, segments of history, their ages. Pure.

The school's rules name the ages: taps 90 days, what visitors do and is done for them 30 days, acts
of staff the school year plus one. The marks by which a later change is found are kept for good.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.events import EventType
from kiosk.timetable.years import SEPTEMBER, end_of_years


class Series(StrEnum):
    """A retention class. Its segments are dropped whole, apart from those of the others. A new one
    comes last: the ids of their rows count them."""

    TAPS = "taps"
    ACTS = "acts"
    MARKS = "marks"
    VISITORS = "visitors"


_MARKS = frozenset(
    {
        EventType.ROTATED,
        EventType.SEGMENT_DROPPED,
        EventType.PERSON_ERASED,
        EventType.BACKUP_MADE,
        EventType.STORE_FAILED,
        EventType.STORE_RECOVERED,
        EventType.RECORD_REPAIRED,
        EventType.RECORD_RESTORED,
    }
)
_ACTS = frozenset(
    {
        EventType.OVERRIDDEN,
        EventType.RULES_CHANGED,
        EventType.ROUND_BEGUN,
        EventType.ROUND_PAUSED,
        EventType.ROUND_RESUMED,
        EventType.ROUND_ENDED,
        EventType.CUSTODY_STATED,
        EventType.EXEMPTION_GRANTED,
        EventType.EXEMPTION_APPROVED,
        EventType.EXEMPTION_SIGNED,
        EventType.EXEMPTION_ENDED,
        EventType.HOLD_PLACED,
        EventType.HOLD_LIFTED,
        EventType.ARRANGEMENT_CARRIED,
        EventType.PASS_GIVEN,
        EventType.PASS_ENDED,
        EventType.GOING_HOME,
        EventType.RELEASED_NOW,
        EventType.TAKEN_IN,
        EventType.TAKEN_ALONG,
        EventType.COUNTED_BACK,
        EventType.HANDED_OVER,
        EventType.INCIDENT_NOTED,
        EventType.PARENTS_INFORMED,
        EventType.CONSEQUENCE_DECIDED,
        EventType.SEARCH_NOTED,
        EventType.SEARCH_CONFIRMED,
        EventType.NOTED,
        EventType.NOTE_READ,
        EventType.NOTE_CLOSED,
        EventType.LEAD_TRANSFERRED,
        EventType.MOVED,
        EventType.CORRECTION_MADE,
        EventType.CUBBY_TAKEN_OUT,
        EventType.CUBBY_PUT_BACK,
        EventType.CUBBY_ASSIGNED,
        EventType.CUBBY_UNASSIGNED,
        EventType.CUBBIES_WISHED,
        EventType.BOX_RETURNED,
        EventType.LOOKED_INSIDE,
        EventType.RECONCILED,
        EventType.KEY_USED,
        EventType.FIRE_BEGUN,
        EventType.ALL_CLEAR,
        EventType.CLOCK_CONFIRMED,
        EventType.ROSTER_IMPORTED,
        EventType.ROSTER_UNDONE,
        EventType.PERSON_EXPORTED,
        EventType.CARD_ENROLLED,
        EventType.CARD_BLOCKED,
        EventType.CARD_LOST,
        EventType.CARD_FOUND,
        EventType.SIGNS_ADAPTED,
        EventType.PERSON_NOTED,
        EventType.VISITOR_CAME,
        EventType.VISITOR_LEFT,
        EventType.USER_ADDED,
        EventType.PASSWORD_CHANGED,
        EventType.ROLES_REQUESTED,
        EventType.ROLES_CONFIRMED,
        EventType.ROLES_DECLINED,
        EventType.TOKEN_MADE,
        EventType.TOKEN_REVOKED,
        EventType.SIGNED_IN,
        EventType.SIGN_IN_REFUSED,
    }
)


def series_of(type: EventType) -> Series:
    """The series of an event. A type is never moved to another: its events stand there already."""
    if type in _MARKS:
        return Series.MARKS
    return Series.ACTS if type in _ACTS else Series.TAPS


def series_in(type: EventType, person: str | None, visitors: Collection[str]) -> Series:
    """The series that an event goes into: a visitor's (ids in ``visitors``) into their own."""
    series = series_of(type)
    return Series.VISITORS if person in visitors and series is not Series.MARKS else series


def series_with(types: Collection[EventType]) -> frozenset[Series]:
    """The series that can hold events of any of these types; of none, all."""
    found = {series_of(type) for type in types}
    is_visitors = bool(found - {Series.MARKS})
    return frozenset(found | ({Series.VISITORS} if is_visitors else set())) or frozenset(Series)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of history: the events of one series between two numbers, both in it.

    ``oldest`` and ``newest`` are the least and the greatest of their times, UTC in ISO 8601.
    ``is_dropped``: it is past its age; its file is removed, or about to be.
    """

    series: Series
    first: int
    last: int
    count: int
    size: int
    sha256: str
    oldest: str
    newest: str
    is_dropped: bool = False

    @property
    def file_name(self) -> str:
        """Its name in the folder of the history: by number, as a date may be wrong, and by its
        content, so that no other record's segment ever takes its place."""
        return f"{self.series.value}-{self.first:012d}-{self.sha256[:8]}.segment"

    @property
    def key(self) -> str:
        """Its row's id."""
        return str(self.first * 10 + list(Series).index(self.series))

    def dropped(self) -> "SegmentRow":
        """The same, past its age."""
        return replace(self, is_dropped=True)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the events of each series are kept: until they are of that age, or else until so
    many school years have ended after the one they happened in; for good where a series is in
    neither."""

    ages: Mapping[Series, timedelta] = field(
        default_factory=lambda: {
            Series.TAPS: timedelta(days=90),
            Series.VISITORS: timedelta(days=30),
        }
    )
    years: Mapping[Series, int] = field(default_factory=lambda: {Series.ACTS: 1})

    def is_past(self, series: Series, newest: datetime, at: datetime, month: int) -> bool:
        """Whether what happened at ``newest``, or before, is past its time at ``at``. Days are
        those of that moment's zone; ``month``: with which a school year begins."""
        age, years = self.ages.get(series), self.years.get(series)
        if age is not None:
            return newest < at - age
        if years is None:
            return False
        return at.date() >= end_of_years(newest.astimezone(at.tzinfo).date(), years, month)


def expired(
    segments: Iterable[SegmentRow], retention: Retention, at: datetime, month: int = SEPTEMBER
) -> list[SegmentRow]:
    """The segments all of whose events are past their time at a moment that is trusted, as the
    clock on the school's wall reads it."""
    return [
        row
        for row in segments
        if not row.is_dropped
        and retention.is_past(row.series, datetime.fromisoformat(row.newest), at, month)
    ]
