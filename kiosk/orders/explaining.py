"""A past tap that somebody wants explained: by the state and the school's rules of that time.

The state is folded from the events before it: those of the open file on what went before them, or
all of history from its beginning. Where taps before some day are past their age, what lay in the
cubbies on that day is told from what came after it, as reports do.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from kiosk.custody import apply, fold
from kiosk.days_in_words import written_day, written_time
from kiosk.drafting import Rules
from kiosk.errors import BadInput, ConfigError
from kiosk.events import Event, EventType, Moment
from kiosk.explaining.looking_back import Then, explain_then, moment_then
from kiosk.model import PersonKind
from kiosk.orders.sources import Sources
from kiosk.orders.wanted import ExplanationWanted
from kiosk.reports.before import FOLDED, state_before
from kiosk.retention import Series
from kiosk.school.school import rules_by
from kiosk.state import Deposit, State
from kiosk.store import History, Query


def explained(wanted: ExplanationWanted, sources: Sources) -> bytes:
    """The explanation in JSON.

    Raises:
        BadInput: the record has nothing of that time, or whoever asks may not.
    """
    tap = _tap_of(wanted, sources.history)
    start = _start(wanted, sources, tap)
    then = _then(wanted, sources.history, start, tap)
    rules, of_rules = _rules_then(wanted, sources, then.state.rules_version)
    try:
        told = explain_then(
            rules, sources.standing.roster, wanted.person, then, may_see=wanted.may_see
        )
    except PermissionError as fault:
        raise BadInput(str(fault)) from None
    told = replace(told, notices=(*told.notices, *of_rules, *start.notices))
    return json.dumps(told.to_json()).encode()


def _tap_of(wanted: ExplanationWanted, history: History) -> Event | None:
    """Their first tap of that time that was refused, or else their first; if there was one."""
    found = Query(
        person=wanted.person, types=(EventType.TAPPED,), since=wanted.at, until=wanted.until
    )
    taps = list(history.oldest_first(found))
    return min(taps, key=lambda tap: bool(tap.granted), default=None)


class _Start(NamedTuple):
    """A state to fold on from, and what has to be said of it."""

    state: State
    notices: tuple[str, ...] = ()


def _start(wanted: ExplanationWanted, sources: Sources, tap: Event | None) -> _Start:
    """The latest state that is at hand and was before."""
    history = sources.history
    recent = history.recent[:1]
    if tap is not None:
        is_recent = tap.seq > history.begun.seq
    else:
        is_recent = bool(recent) and recent[0].now.at <= wanted.at
    if is_recent:
        return _Start(history.begun)
    return _from_history(wanted, sources, tap)


def _from_history(wanted: ExplanationWanted, sources: Sources, tap: Event | None) -> _Start:
    history, person = sources.history, sources.standing.roster.people.get(wanted.person)
    is_visitor = person is not None and person.kind is PersonKind.VISITOR
    dropped = {series: _dropped_through(history, series) for series in (Series.TAPS, Series.ACTS)}
    visitors = _dropped_through(history, Series.VISITORS)
    edge = max(dropped[Series.TAPS], visitors if is_visitor else 0)
    first = next(history.oldest_first(Query(after=edge)), None)
    if first is None or (tap is None and wanted.at < first.now.at):
        raise BadInput(_nothing_kept(sources, first))
    if not edge and not dropped[Series.ACTS]:
        start = State(rules_version=_first_version(sources))
    else:
        start = _at_the_edge(sources, edge, first)
    return _Start(start, tuple(_on_what_is_gone(sources, first, edge, visitors)))


def _nothing_kept(sources: Sources, first: Event | None) -> str:
    if first is None:
        return "nothing is on record yet"
    begins = written_time(sources.rules.timetable.local(first.now.at))
    return f"nothing is kept of that time: the record tells of taps from {begins} on"


def _on_what_is_gone(sources: Sources, first: Event, edge: int, visitors: int) -> Iterable[str]:
    day = written_day(sources.rules.timetable.local(first.now.at))
    if edge:
        yield (
            f"The record keeps taps from {day} on. What began before that day is told from what "
            "came after: since when is not kept, and what has ended by itself may be missing."
        )
    if visitors > edge:
        yield "What visitors had in the cubbies then may be kept no more."


def _dropped_through(history: History, series: Series) -> int:
    """The last event of that series that is past its age; 0 for none."""
    drops = history.oldest_first(Query(types=(EventType.SEGMENT_DROPPED,)))
    lasts = (drop.data["last"] for drop in drops if drop.data["series"] == series.value)
    return max(lasts, default=0)


def _first_version(sources: Sources) -> int:
    """Of the school's rules, when what is kept begins: each version follows the one before."""
    changes = sources.history.oldest_first(Query(types=(EventType.RULES_CHANGED,)))
    first = next(changes, None)
    return first.data["version"] - 1 if first else sources.standing.state.rules_version


def _at_the_edge(sources: Sources, edge: int, first: Event) -> State:
    """How it stood before the first tap that is kept: what staff had arranged, by their acts, which
    are kept for longer; what lay where, by what came after."""
    history, now = sources.history, sources.standing.state
    acts = fold(
        history.oldest_first(Query(before=edge + 1)), State(rules_version=_first_version(sources))
    )
    after = Query(after=edge, types=FOLDED)
    before = state_before(history.oldest_first(after), now, lambda id: _granted(history, id))
    older = {id: hold for id, hold in now.holds.items() if id <= edge}
    return acts._replace(
        deposits={id: _by_then(one, first) for id, one in before.deposits.items()},
        of_person=before.of_person,
        in_cubby=before.in_cubby,
        exemptions={**before.exemptions, **acts.exemptions},
        holds={**older, **acts.holds},
        cabinet=acts.cabinet._replace(beside=before.cabinet.beside),
    )


def _by_then(deposit: Deposit, first: Event) -> Deposit:
    """It came on an earlier day than the first event that is kept: what is dropped are whole days
    (UTC). The event that tells of it is of a later one."""
    if deposit.since.at < first.now.at:
        return deposit
    midnight = first.now.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(deposit, since=Moment(midnight - timedelta(minutes=1), 0.0, "", True))


def _granted(history: History, number: int) -> Event | None:
    query = Query(cause=number, types=(EventType.EXEMPTION_GRANTED,))
    return next(history.oldest_first(query), None)


def _then(wanted: ExplanationWanted, history: History, start: _Start, tap: Event | None) -> Then:
    """The state before the tap; without one, before whatever a trusted clock says came later."""
    state, last = start.state, None
    query = Query(after=state.seq, before=tap.seq if tap else None)
    for event in history.oldest_first(query):
        if tap is None and event.now.trusted and event.now.at > wanted.at:
            break
        state, last = apply(state, event), event
    if tap is not None:
        return Then(state, tap.now, tap)
    if last is None:
        raise BadInput("nothing is kept of that time")
    return Then(state, moment_then(last, wanted.at))


def _rules_then(
    wanted: ExplanationWanted, sources: Sources, version: int
) -> tuple[Rules, tuple[str, ...]]:
    """The rules of that version, and what has to be said of them."""
    versions = wanted.versions
    if version == sources.standing.state.rules_version:
        return sources.rules, ()
    if version == 0:
        return versions.machine, ("The school's rules were those of the config file then.",)
    try:
        rules = rules_by(versions.machine, versions.schools[version], sources.standing.roster)
    except (KeyError, ConfigError):
        return sources.rules, (
            f"Version {version} of the school's rules, in force then, cannot be read any more: "
            "this is by the rules of today.",
        )
    return rules, (f"By version {version} of the school's rules, in force then.",)
