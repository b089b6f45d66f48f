"""The school's time in words: terms, the week, and what is not as the week says. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

from kiosk.days_in_words import written_day
from kiosk.timetable import (
    Day,
    EarlyClosing,
    Level,
    Override,
    Participants,
    Phase,
    Session,
    Term,
    Times,
    Timetable,
    When,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WHOLE_SCHOOL = "The whole school"


def terms(timetable: Timetable) -> Iterator[str]:
    """Terms, their holidays, and from when the rules hold."""
    calendar = timetable.calendar
    yield from map(_term, calendar.terms)
    if not calendar.terms:
        yield "No terms are named: every day of the week below is a school day, all year"
    if days := [on for on in sorted(calendar.closed) if timetable.term(on) and on.weekday() < 5]:
        named = (f"{written_day(on)} ({calendar.closed[on]})" for on in days)
        yield f"Bank holidays in the terms: {', '.join(named)}"
    if calendar.policy_from:
        yield f"The rules hold from {written_day(calendar.policy_from)} on"
    yield f"Times are those of {timetable.zone.key}"


def _term(term: Term) -> str:
    parts = [f"{term.name}: {_from_to(term.first, term.last)}"]
    if term.half_term:
        parts.append(f"half-term {_from_to(term.half_term.first, term.half_term.last)}")
    if term.inset:
        parts.append(f"INSET {', '.join(map(written_day, sorted(term.inset)))}")
    return "; ".join(parts)


def _from_to(first: date, last: date) -> str:
    return f"{written_day(first)} to {written_day(last)}"


def week(timetable: Timetable) -> Iterator[str]:
    """The days of the week; of weeks A and B, where there are two."""
    fortnight = timetable.calendar.fortnight
    if fortnight is None:
        yield from _week(timetable.week)
        return
    for letter, days in (("A", timetable.week), ("B", fortnight.week_b)):
        yield from (f"Week {letter}, {line}" for line in _week(days))
    starts = ", ".join(map(written_day, sorted(fortnight.week_a_from)))
    skips = "; weeks without school are not counted" if fortnight.skips_holidays else ""
    yield f"Week A begins on {starts}{skips}"


def _week(days: Mapping[int, Day]) -> Iterator[str]:
    told = ((DAYS[n], _times(days[n]) if n in days else "no school") for n in range(7))
    for words, group in groupby(told, key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        yield f"{span}: {words}"


def _times(day: Day | Times) -> str:
    named = ("arrival", day.arrival), ("locked", day.locked), ("release", day.release)
    every = (*named, ("closed", day.closed))
    return ", ".join(f"{name} {at:%H:%M}" for name, at in every if at is not None)


def exceptions(timetable: Timetable, name_of: Callable[[str], str]) -> Iterator[str]:
    """Closures, early closings and overrides, by date; those of every week last."""
    early = [(one.on, _early(one)) for one in timetable.early]
    others = [(rule.when.first or date.max, _rule(rule, name_of)) for rule in timetable.overrides]
    yield from (words for _, words in sorted([*early, *others]))


def _early(closing: EarlyClosing) -> str:
    times = _times(Times(release=closing.release, closed=closing.closed))
    return f"{_WHOLE_SCHOOL}, {written_day(closing.on)}: {times}{_why(closing.reason)}"


def _rule(rule: Override, name_of: Callable[[str], str]) -> str:
    level, name = rule.target
    who = {
        Level.SCHOOL: _WHOLE_SCHOOL,
        Level.YEAR: f"Year {name}",
        Level.FORM: f"Form {name}",
    }.get(level) or name_of(name)
    nothing = "no school" if level is Level.SCHOOL else "not expected"
    times = nothing if rule.times is None else _times(rule.times)
    return f"{who}, {_when(rule.when)}: {times}{_why(rule.reason)}"


def _when(when: When) -> str:
    if when.first and when.first == when.last:
        return written_day(when.first)
    parts = [_weekdays(sorted(when.days))] if when.days else []
    parts += [f"from {written_day(when.first)}"] if when.first else []
    parts += [f"to {written_day(when.last)}"] if when.last else []
    return " ".join(parts)


def _weekdays(days: list[int]) -> str:
    names = [f"{DAYS[day]}s" for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def _why(reason: str) -> str:
    return f" ({reason})" if reason else ""


def sessions(timetable: Timetable) -> Iterator[str]:
    """What runs outside the day, and for whom; of single people how many."""
    for one in sorted(timetable.sessions, key=lambda session: session.arrival):
        changes = [(at, phase) for at, phase in one.changes() if not _is_passed_over(one, phase)]
        times = ", ".join(f"{phase.value} {_moment(at)}" for at, phase in changes)
        yield f"{one.name}: {times}; for {_takes_part(one.participants)}"


def _is_passed_over(session: Session, phase: Phase) -> bool:
    """Whether that phase takes no time: a session that is locked as it begins has no arrival."""
    return phase is Phase.ARRIVAL and session.locked == session.arrival


def _takes_part(who: Participants) -> str:
    if who.everyone:
        return "everyone"
    years = [f"year {name}" for name in sorted(who.years)]
    forms = [f"form {name}" for name in sorted(who.forms)]
    people = [_people(len(who.people))] if who.people else []
    return ", ".join([*years, *forms, *people])


def exams(timetable: Timetable) -> Iterator[str]:
    """Exams, with how many candidates; nobody is named."""
    for exam in sorted(timetable.exams, key=lambda exam: exam.start):
        times = f"{exam.start:%H:%M} to {exam.end:%H:%M}"
        done = f"; {_people(len(exam.finished))} finished for the day" if exam.finished else ""
        who = _people(len(exam.candidates))
        yield f"{exam.name}: {written_day(exam.on)}, {times}, {who}{done}"


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}"


def _moment(at: datetime) -> str:
    return f"{written_day(at)} {at:%H:%M}"
