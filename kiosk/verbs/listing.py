"""Verbs for lists and reports: made when they are asked for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.custody import believed
from kiosk.drafting import Standing
from kiosk.errors import BadInput
from kiosk.events import CONSOLE, SYSTEM, Event, EventType, Reason
from kiosk.lists import LISTS, Scene, list_table, make_list
from kiosk.lists.table import clean
from kiosk.model import Roster
from kiosk.policy.roles import Permission
from kiosk.policy.words import REASONS
from kiosk.reports import OF_NOW, REPORTS, Days, Past
from kiosk.retention import Series
from kiosk.store import History, Query
from kiosk.verbs.base import Json, VerbsBase, verb

MOST_DAYS = 400  # a school year and its holidays


@dataclass(frozen=True, slots=True)
class Everybody:
    """The names that ids stand for, for whoever may see all of them."""

    roster: Roster

    def person(self, id: str | None) -> str:
        """A pupil, member of staff or visitor; "" for nobody."""
        if id is None:
            return ""
        person = self.roster.people.get(id)
        return clean(person.name) if person else "somebody no longer known"

    def form(self, id: str | None) -> str:
        """Their form."""
        person = self.roster.people.get(id or "")
        return clean(person.form) if person else ""

    def actor(self, actor: str) -> str:
        """Who did something."""
        kind, _, id = actor.partition(":")
        if kind == "person":
            return self.person(id)
        if actor == SYSTEM or id == CONSOLE:
            return "the kiosk" if actor == SYSTEM else "the command line"
        user = self.roster.users.get(id)
        return clean(user.name) if user else "a user no longer known"


class ListingVerbs(VerbsBase):
    """Verbs for lists and reports. ``user`` and ``password``: to whom, if not to the console."""

    @verb
    def do_list(self, name: str, form: str = "", **who: str) -> Json:
        """One list as of now, of everybody the reader may see or of one form."""
        if name not in LISTS:
            raise BadInput(f'"{name}" is no list; there are {", ".join(LISTS)}')
        theirs = self._forms_to_list(who, form)
        standing = self._service.standing()
        scene = Scene.of(self._service.rules, standing, self._service.now())
        forms = {person.form.casefold() for person in standing.roster.people.values()}
        if form and form.casefold() not in forms:
            raise BadInput(f'nobody on the roster is in form "{form}"')
        listing = make_list(name, scene, form, theirs)
        return list_table(listing, Everybody(standing.roster)).to_json()

    def _forms_to_list(self, who: dict[str, str], form: str) -> frozenset[str] | None:
        """The forms (case folded) whose lists the reader may see; None: whichever there are."""
        forms = self._rights(self._actor(who)).forms_for(Permission.LISTS)
        is_shown = forms is None or (form.casefold() in forms if form else forms)
        if not is_shown:
            why = Reason.NOT_THEIR_FORM if form and forms else Reason.NOT_ALLOWED
            raise BadInput(f"nothing is shown: {REASONS[why]}")
        return forms

    @verb
    def do_report(self, name: str, since: str = "", until: str = "") -> Json:
        """One report, of the days from ``since`` to ``until``, as 2026-03-02, both in it."""
        if name not in REPORTS:
            raise BadInput(f'"{name}" is no report; there are {", ".join(REPORTS)}')
        standing, rules = self._service.standing(), self._service.rules
        now = believed(standing.state, self._service.now())
        if name in OF_NOW and (since or until):
            raise BadInput(f"{name} is of now: it takes no days")
        local, zone = rules.timetable.local, rules.timetable.zone
        first, last = _span(since, until, local(now.at).date(), REPORTS[name].days)
        history = self._service.history()
        kept = _kept_from(history, local)
        if kept is not None and last < kept:
            raise BadInput(f"nothing is kept of those days: the record has them from {kept} on")
        days = Days(max(first, kept or first), last, zone)
        reading = _Reading.since(history, standing, days)
        names = Everybody(standing.roster)
        past = Past(rules, standing, now, days, reading.events, names, reading.granted)
        table = REPORTS[name].make(past)
        if days.first > first:
            notice = f"Of the days before {days.first} nothing is kept."
            table = replace(table, notices=(*table.notices, notice))
        return table.to_json()


def _kept_from(history: History, local: Callable[[datetime], datetime]) -> date | None:
    """The first day of which all taps are on record: the record's own, or the one after the last
    that is past its age. None of an empty record."""
    newest = (
        row.newest for row in history.segments if row.is_dropped and row.series is Series.TAPS
    )
    days = [local(datetime.fromisoformat(at)).date() + timedelta(days=1) for at in newest]
    begun = next(history.oldest_first(Query()), None)
    if begun is not None:
        days.append(local(begun.now.at).date())
    return max(days, default=None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The events from number ``first`` on until a standing, read anew at each call."""

    history: History
    first: int
    before: int

    @classmethod
    def since(cls, history: History, standing: Standing, days: Days) -> "_Reading":
        """From the first event of those days on, by its number, as a clock may be put back."""
        before = standing.state.seq + 1
        found = history.oldest_first(Query(since=days.since, before=before))
        first = next((event.seq for event in found), before)
        return cls(history, first, before)

    def events(self, types: Collection[EventType]) -> Iterator[Event]:
        """Those of some types, oldest first."""
        query = Query(after=self.first - 1, before=self.before, types=types)
        return self.history.oldest_first(query)

    def granted(self, number: int) -> Event | None:
        """The event that made an arrangement; None where it is not kept."""
        query = Query(cause=number, types=(EventType.EXEMPTION_GRANTED,))
        return next(self.history.oldest_first(query), None)


def _span(since: str, until: str, today: date, days: int) -> tuple[date, date]:
    """The first and the last day that are asked for. Raises BadInput."""
    last = _day(until) or max(today, _day(since) or today)
    first = _day(since) or last - timedelta(days=days - 1)
    if first > last:
        raise BadInput(f"{first} comes after {last}")
    if (last - first).days >= MOST_DAYS:
        raise BadInput(f"a report is of at most {MOST_DAYS} days")
    return first, last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f'"{text}" is no day: write it as 2026-03-02') from None
