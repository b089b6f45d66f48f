"""What staff have arranged about a person or a device: passes, exemptions, holds. Pure values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kiosk.model import DeviceKind


class ExemptionKind(StrEnum):
    """Why. The first two never lapse by date: past their review they work, and staff are told."""

    MEDICAL = "medical"
    ADJUSTMENT = "adjustment"
    OTHER = "other"


class ExemptionEffect(StrEnum):
    """What it lets the person do: keep the device, take it out in windows or at any time, or
    collect it early."""

    KEEP = "keep"
    WINDOWS = "windows"
    ALWAYS = "always"
    EARLY = "early"


class HoldKind(StrEnum):
    """Why a device may not be released. The last three are private: to everybody outside their
    roles they are an office hold, in every output there is."""

    OFFICE = "office"
    CONFISCATED = "confiscated"
    PARENT_COLLECTION = "parent_collection"
    DISPUTED = "disputed"
    INVESTIGATION = "investigation"
    SAFEGUARDING = "safeguarding"
    POLICE = "police"

    @property
    def shown(self) -> "HoldKind":
        """What it is called in events and on pages that anybody may see."""
        return HoldKind.OFFICE if self in PRIVATE_HOLDS else self


class SeenTo(StrEnum):
    """What is thought of when somebody goes home without their device. Source: the school's rules,
    "Hold"."""

    PARENTS = "parents"
    JOURNEY = "journey"
    PRIVATELY = "privately"


SEEN_TO: Mapping[SeenTo, str] = {
    SeenTo.PARENTS: "The parents were told",
    SeenTo.JOURNEY: "The journey home is safe without it",
    SeenTo.PRIVATELY: "The pupil was told privately, before the queue",
}
ASKED_FOR = timedelta(days=7)  # how long an approval is asked for, when its day is over
PRIVATE_HOLDS = frozenset({HoldKind.INVESTIGATION, HoldKind.SAFEGUARDING, HoldKind.POLICE})


@dataclass(frozen=True, slots=True)
class Pass:
    """Permission to take the device out once, between two moments. ``id``: its event's seq."""

    id: int
    person: str
    begins: datetime
    ends: datetime
    is_back_expected: bool = True

    def covers(self, at: datetime) -> bool:
        """Whether it may be used at that moment."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Exemption:
    """A lasting arrangement. ``begins`` and ``ends`` are the first and the last day, ``review``
    the day by which somebody looks at it again. ``windows``: local times of day.

    ``devices``: the kinds that it is about; none named: any. ``signed_on``: when it was agreed in
    writing, or None; with whom stands in a row of its own. ``is_approved``: by whoever may. One
    that is not works on the day ``begins`` alone: anybody on duty may grant today's, and it is
    confirmed afterwards. ``granted_by``: the actor who asked for it; "" where the record is older.
    """

    id: int
    person: str
    kind: ExemptionKind
    effect: ExemptionEffect
    begins: date
    ends: date | None = None
    review: date | None = None
    windows: tuple[tuple[time, time], ...] = ()
    is_approved: bool = False
    devices: tuple[DeviceKind, ...] = ()
    signed_on: date | None = None
    granted_by: str = ""

    def excuses(self, on: date) -> bool:
        """Whether nothing has to be handed in on that day. What is about other kinds alone leaves
        the phone to be handed in."""
        is_phones = not self.devices or DeviceKind.PHONE in self.devices
        return self.effect is ExemptionEffect.KEEP and is_phones and self.is_in_force(on)

    def is_about(self, kinds: Collection[DeviceKind]) -> bool:
        """Whether it is about any of these kinds, as far as either says which."""
        return not self.devices or not kinds or any(kind in self.devices for kind in kinds)

    def is_in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        if not self.is_approved:
            return on == self.begins
        return self.begins <= on and not self.has_lapsed(on)

    def has_lapsed(self, on: date) -> bool:
        """Whether it was over by itself before that day: today's alone, never confirmed; or one
        that ends by date."""
        if not self.is_approved:
            return on > self.begins
        lapses = self.kind is ExemptionKind.OTHER
        return lapses and self.ends is not None and on > self.ends

    def covers(self, local: datetime) -> bool:
        """Whether the device may be taken out at that local time."""
        if not self.is_in_force(local.date()) or self.effect is ExemptionEffect.KEEP:
            return False
        if self.effect is ExemptionEffect.ALWAYS:
            return True
        at = local.time()
        return any(begins <= at < ends for begins, ends in self.windows)

    def awaits_approval(self, on: date) -> bool:
        """Whether somebody who may approve it has still to say so, or that it is over: on its day,
        and for a week after."""
        return not self.is_approved and self.begins <= on <= self.begins + ASKED_FOR

    def is_past(self, on: date) -> bool:
        """Whether its review is overdue, or its end."""
        due = self.review or self.ends
        return due is not None and on > due


@dataclass(frozen=True, slots=True)
class Hold:
    """A device that may not be released. ``kind`` is the one that is shown; the true one, where
    it is private, is in a table of its own under ``id``, the seq of the event that placed it.

    ``ends``: when it ends by itself, or None. ``is_need_met``: whether it was recorded how the
    owner's medical need is met meanwhile. ``after``: the moment after which the owner's first
    release ends it, if that comes sooner than was known then; None if no release does.
    """

    id: int
    deposit: int
    kind: HoldKind
    placed_by: str
    ends: datetime | None = None
    is_need_met: bool = False
    after: datetime | None = None

    def is_in_force(self, at: datetime, trusted: bool) -> bool:
        """Whether it holds. By a clock that is not trusted none has ended."""
        return self.ends is None or not trusted or at < self.ends


@dataclass(frozen=True, slots=True)
class Out:
    """A device that its owner has with them for a while. Its ``cubby`` is kept for it.

    ``due``: when it is expected back, or None.
    """

    deposit: int
    person: str
    cubby: int
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """Collecting was opened to all, or to some forms, before its time; for that day."""

    at: datetime
    forms: frozenset[str] = frozenset()

    def includes(self, form: str) -> bool:
        """Whether that form may collect."""
        return not self.forms or form in self.forms
