"""Words for people and moments. Names only for those who may read them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from kiosk.days_in_words import written_day, written_time
from kiosk.drafting import Rules
from kiosk.events import CONSOLE, SYSTEM, Moment, Reason
from kiosk.model import Roster
from kiosk.policy.words import REASONS
from kiosk.service import Health
from kiosk.timetable import Phase
from kiosk.view import CubbyState

STATES = {
    CubbyState.FREE: "Free",
    CubbyState.IN: "In",
    CubbyState.OPENING: "Opening",
    CubbyState.OPEN: "Open",
    CubbyState.UNKNOWN: "Not certain",
    CubbyState.FAULT: "Fault",
    CubbyState.OUT_OF_SERVICE: "Out of service",
}
PHASES = {
    Phase.CLOSED: "Closed",
    Phase.ARRIVAL: "Arrival",
    Phase.LOCKED: "Locked",
    Phase.RELEASE: "Release",
}


RECORD_FAILS = (
    "The record cannot be written: nothing can be handed in. What is in can still be given back, "
    "by card and from these pages. Tell the technician."
)


@dataclass(frozen=True, slots=True)
class People:
    """Who is meant by an id, as far as the reader may know."""

    roster: Roster
    sees_names: bool

    def person(self, id: str | None) -> str:
        """A pupil, member of staff or visitor; "" for nobody."""
        if id is None:
            return ""
        if not self.sees_names:
            return "name hidden"
        person = self.roster.people.get(id)
        return printable(person.name) if person else "somebody no longer known"

    def form(self, id: str | None) -> str:
        """Their form; "" where there is none, or names are hidden."""
        person = self.roster.people.get(id or "")
        return printable(person.form) if person and self.sees_names else ""

    def actor(self, actor: str) -> str:
        """Who did something."""
        if actor == SYSTEM:
            return "the kiosk"
        kind, _, id = actor.partition(":")
        if kind == "person":
            return self.person(id)
        if not id:
            return "somebody unknown"
        if id == CONSOLE:
            return "the command line"
        if not self.sees_names:
            return "a member of staff"
        user = self.roster.users.get(id)
        return printable(user.name) if user else "a user no longer known"


def reason_words(reason: Reason | None) -> str:
    """The reason in words; "" for none."""
    return REASONS[reason] if reason else ""


def troubles(health: Health) -> tuple[str, ...]:
    """What keeps the kiosk from doing its work, in sentences; none while it is ready."""
    found = []
    if health.store != "ok":
        found.append(RECORD_FAILS)
    if not health.ready:
        parts = (("card reader", health.reader), ("locks", health.locks))
        found += [f"{name[0].upper()}{name[1:]}: {how}." for name, how in parts if how != "ok"]
    if not health.ready and not found:
        found.append("The kiosk is not ready: it is starting, or its main part makes no progress.")
    return tuple(found)


def printable(text: str) -> str:
    """The text in one line, without what a screen or a log would take for a command."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def local_time(rules: Rules, at: datetime, *, seconds: bool = False) -> str:
    """The time on the school's wall: 08:41."""
    return rules.timetable.local(at).strftime("%H:%M:%S" if seconds else "%H:%M")


def local_day(rules: Rules, at: datetime) -> str:
    """The date on the school's wall: Monday 23 November 2026."""
    local = rules.timetable.local(at)
    return f"{local:%A} {written_day(local)}"


def stamp(rules: Rules, now: Moment) -> str:
    """Date and time of an event, and whether they are certain."""
    return f"{written_time(rules.timetable.local(now.at), seconds=True)}{_doubt(now)}"


def short_stamp(rules: Rules, now: Moment) -> str:
    """The same for a narrow column: 23 Nov 2026, 08:40:00."""
    local = rules.timetable.local(now.at)
    return f"{local.day} {local:%b %Y, %H:%M:%S}{_doubt(now)}"


def _doubt(now: Moment) -> str:
    return "" if now.trusted else " (clock not trusted)"


def since_words(rules: Rules, since: datetime, now: datetime) -> str:
    """Since when: the time today, the date and time before."""
    return _since_words(rules.timetable.zone, since, rules.timetable.local(now).date())


@lru_cache(maxsize=4096)  # a large cabinet's page says a thousand, mostly the same as a second ago
def _since_words(zone: ZoneInfo, since: datetime, today: date) -> str:
    local = since.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today else written_time(local)
