"""A list or a report that somebody wants, as a table."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.days_in_words import written_day
from kiosk.errors import BadInput
from kiosk.events import Event, EventType, Reason
from kiosk.lists import LISTS, Scene, Table, list_table, make_list
from kiosk.lists.names import Everybody
from kiosk.orders.sources import Sources
from kiosk.orders.wanted import ListWanted, ReportWanted
from kiosk.policy.words import REASONS
from kiosk.reports import OF_NOW, REPORTS, Days, Past
from kiosk.reports.before import state_at
from kiosk.retention import Series
from kiosk.store import History, Query

MOST_DAYS = 400  # a school year and its holidays


def list_of(wanted: ListWanted, sources: Sources) -> Table:
    """The list.

    Raises:
        BadInput: there is no such list, form or time.
    """
    if wanted.name not in LISTS:
        raise BadInput(f'"{wanted.name}" is no list; there are {", ".join(LISTS)}')
    _check_form(wanted, sources)
    scene = Scene(sources.rules, sources.standing, sources.now)
    if wanted.at is not None:
        scene = _earlier(wanted, wanted.at, scene, sources)
    exams = scene.rules.timetable.exams_on(scene.today)
    candidates = frozenset().union(*(exam.candidates for exam in exams))
    scene = scene._replace(candidates=candidates)
    listing = make_list(wanted.name, scene, wanted.form, wanted.forms)
    return list_table(listing, Everybody(sources.standing.roster))


def _check_form(wanted: ListWanted, sources: Sources) -> None:
    form = wanted.form.casefold()
    if form and wanted.forms is not None and form not in wanted.forms:
        raise BadInput(f"nothing is shown: {REASONS[Reason.NOT_THEIR_FORM]}")
    forms = {person.form.casefold() for person in sources.standing.roster.people.values()}
    if form and form not in forms:
        raise BadInput(f'nobody on the roster is in form "{wanted.form}"')


def _earlier(wanted: ListWanted, at: datetime, scene: Scene, sources: Sources) -> Scene:
    """How it was at an earlier time of today."""
    local = scene.rules.timetable.local
    if not LISTS[wanted.name].is_of_any_time:
        raise BadInput(f"{wanted.name} is of now: it takes no time")
    if at > sources.now.at or local(at).date() != scene.today:
        raise BadInput(f"{local(at):%H:%M} is no time of today that has been")
    past = _past(Days(scene.today, scene.today, scene.rules.timetable.zone), sources)
    standing = scene.standing._replace(state=state_at(past, at))
    return scene._replace(standing=standing, now=replace(scene.now, at=at))


def report_of(wanted: ReportWanted, sources: Sources) -> Table:
    """The report.

    Raises:
        BadInput: there is no such report, or nothing is kept of those days.
    """
    if wanted.name not in REPORTS:
        raise BadInput(f'"{wanted.name}" is no report; there are {", ".join(REPORTS)}')
    if wanted.name in OF_NOW and (wanted.since or wanted.until):
        raise BadInput(f"{wanted.name} is of now: it takes no days")
    timetable, report = sources.rules.timetable, REPORTS[wanted.name]
    today = timetable.local(sources.now.at).date()
    first, last = span(wanted.since, wanted.until, today, report.days)
    kept = _kept_from(sources.history, timetable.local, report.series)
    if kept is not None and last < kept:
        raise BadInput(f"nothing is kept of those days: the record has them from {kept} on")
    days = Days(max(first, kept or first), last, timetable.zone)
    table = report.make(_past(days, sources, wanted.forms))
    if days.first == first:
        return table
    notice = f"Of the days before {written_day(days.first)} nothing is kept."
    return replace(table, notices=(*table.notices, notice))


def span(since: str, until: str, today: date, days: int) -> tuple[date, date]:
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


def _past(days: Days, sources: Sources, forms: Collection[str] | None = None) -> Past:
    reading = _Reading.since(sources, days)
    return Past(
        sources.rules,
        sources.standing,
        sources.now,
        days,
        reading.events,
        Everybody(sources.standing.roster),
        reading.granted,
        forms,
    )


def _kept_from(
    history: History, local: Callable[[datetime], datetime], series: Series
) -> date | None:
    """The first day of which all events of that series are on record: the record's own, or the one
    after the last that is past its age. None of an empty record."""
    newest = (row.newest for row in history.segments if row.is_dropped and row.series is series)
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
    def since(cls, sources: Sources, days: Days) -> "_Reading":
        """From the first event of those days on, by its number, as a clock may be put back."""
        before = sources.standing.state.seq + 1
        found = sources.history.oldest_first(Query(since=days.since, before=before))
        first = next((event.seq for event in found), before)
        return cls(sources.history, first, before)

    def events(self, types: Collection[EventType]) -> Iterator[Event]:
        """Those of some types, oldest first."""
        query = Query(after=self.first - 1, before=self.before, types=types)
        return self.history.oldest_first(query)

    def granted(self, number: int) -> Event | None:
        """The event that made an arrangement; None where it is not kept."""
        query = Query(cause=number, types=(EventType.EXEMPTION_GRANTED,))
        return next(self.history.oldest_first(query), None)
