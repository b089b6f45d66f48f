"""Term dates as councils and schools publish them, made into sections of the school file.

Nothing is guessed: whatever does not plainly say what it is, is listed and left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from kiosk.school.sections import ClosureSection, TermSection
from kiosk.school.term_files import Entry, read_entries

LONDON = ZoneInfo("Europe/London")
_YEARS = set(range(2000, 2200))
_TERM_DAYS = range(14, 151)
_MOST_DAYS_OFF = 16
_MOST_DAYS_CLOSED = 31
_WEEKEND = timedelta(days=3)


class Kind(StrEnum):
    """What an entry is. A term may also stand there as two: its first day, and its last."""

    TERM = "term"
    BEGINS = "first day of term"
    ENDS = "last day of term"
    HALF_TERM = "half-term"
    INSET = "INSET day"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class TermDates:
    """What a file says. ``not_understood``: what was left out, in words, and why."""

    terms: tuple[TermSection, ...]
    closures: tuple[ClosureSection, ...]
    not_understood: tuple[str, ...]


def read_term_dates(data: bytes, zone: ZoneInfo = LONDON) -> TermDates:
    """The term dates, INSET days and closed days in an iCalendar file or a CSV sheet.

    A sheet's first line names its columns: name, first and, where they are needed, last and kind
    (term, half-term, INSET day, bank holiday, closed, holiday). Dates are 01/09/2026 or
    2026-09-01.

    Raises:
        BadInput: it is too large, broken, of another kind, or has no dates.
    """
    reading = _Reading()
    for entry in dict.fromkeys(read_entries(data, zone)):
        reading.take(entry)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """What was understood so far, by kind."""

    found: dict[Kind, list[Entry]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    left: list[str] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        kind = kind_of(entry)
        if kind is None or entry.fault:
            self.leave(entry, entry.fault or _unknown(entry))
        elif fault := _misfit(entry, kind):
            self.leave(entry, fault)
        elif (entry.first, entry.last) not in {(e.first, e.last) for e in self.found[kind]}:
            self.found[kind].append(entry)

    def leave(self, entry: Entry, why: str) -> None:
        place = [entry.where] if entry.where else []
        dates = [] if entry.fault else [str(entry.first)]
        self.left.append(f"{', '.join([*place, *dates, _quoted(entry)])}: {why}")

    def result(self) -> TermDates:
        terms = self._apart(sorted([*self.found[Kind.TERM], *self._paired()], key=_first))
        half_terms = self._half_terms(terms)
        for holiday in self.found[Kind.HOLIDAY]:
            self._holiday(holiday, terms)
        inset = {on: e for e in self.found[Kind.INSET] for on in _dates(e)}
        closed = {on: e for e in self.found[Kind.CLOSED] for on in _dates(e)}
        if terms:
            closed = {on: e for on, e in closed.items() if _in(on, terms) and on not in inset}
        else:
            closed = inset | closed
        return TermDates(
            tuple(_section(term, half_terms.get(term), inset) for term in terms),
            tuple(
                ClosureSection(date=on, reason=entry.name or "Closed")
                for on, entry in sorted(closed.items())
            ),
            tuple(self.left),
        )

    def _apart(self, terms: list[Entry]) -> list[Entry]:
        """Those that overlap no other."""
        bad: dict[Entry, Entry] = {}
        latest: Entry | None = None
        for term in terms:
            if latest and term.first <= latest.last:
                bad.setdefault(term, latest)
                bad.setdefault(latest, term)
            latest = term if latest is None or term.last > latest.last else latest
        for term, other in bad.items():
            self.leave(term, f"it overlaps {_quoted(other)}; keep one of them in the file")
        return [term for term in terms if term not in bad]

    def _paired(self) -> Iterator[Entry]:
        """Terms of which the first and the last day stand there, each by itself."""
        marks = [(e, kind) for kind in (Kind.BEGINS, Kind.ENDS) for e in self.found[kind]]
        marks.sort(key=lambda mark: (mark[0].first, mark[1] is Kind.ENDS))
        paired: set[Entry] = set()
        for (a, begins), (b, ends) in pairwise(marks):
            names = {name for name in (_term_name(a), _term_name(b)) if name}
            is_term = (b.first - a.first).days in _TERM_DAYS and len(names) <= 1
            if begins is Kind.BEGINS and ends is Kind.ENDS and is_term:
                paired |= {a, b}
                yield Entry(
                    a.where, f"{next(iter(names), 'Term')} {a.first.year}", a.first, b.first
                )
        for entry, kind in marks:
            if entry not in paired:
                other = "last" if kind is Kind.BEGINS else "first"
                self.leave(entry, f"which is that term's {other} day is not plain")

    def _half_terms(self, terms: Sequence[Entry]) -> dict[Entry, Entry]:
        found: dict[Entry, Entry] = {}
        for half in _joined(self.found[Kind.HALF_TERM]):
            around = [t for t in terms if t.first <= half.last and half.first <= t.last]
            if not terms:
                self.leave(half, "there is no term in the file that it belongs to")
            elif around and not (around[0].first < half.first and half.last < around[0].last):
                self.leave(half, f"it is only partly within {_quoted(around[0])}")
            elif around and around[0] in found:
                self.leave(half, f"{_quoted(around[0])} has a half-term already")
            elif around:
                found[around[0]] = half
        return found

    def _holiday(self, holiday: Entry, terms: Sequence[Entry]) -> None:
        within = [t for t in terms if t.first <= holiday.last and holiday.first <= t.last]
        if within:
            self.leave(holiday, f"it is a holiday, but within {_quoted(within[0])}")
        elif not terms:
            self.leave(holiday, "holidays alone do not say when terms are")


_SEASONS = {"autumn", "spring", "summer", "winter", "michaelmas", "lent", "hilary", "trinity"}
_NUMBERS = {"1", "2", "3", "4", "5", "6", "one", "two", "three", "four", "five", "six"}
_BEGINS = {"begins", "begin", "starts", "start", "first"}
_ENDS = {"ends", "end", "finishes", "last"}
_FILLING = {"the", "of", "for", "day", "all", "school", "pupils", "students", "children"}
_TERM_WORDS = _SEASONS | _NUMBERS | {"term", "the", "school"}
_OFF_WORDS = {"holiday", "holidays", "break", "vacation"}
_HOLIDAY_WORDS = _SEASONS | _OFF_WORDS | _FILLING | {"christmas", "easter", "closed", "week"}
_HALF_WORDS = _HOLIDAY_WORDS | {"half", "term", "halfterm", "mid", "october", "february", "may"}

_DOUBTFUL = re.compile(
    r"\b(after|before|return\w*|back|twilight|evening|open|no|not|moved|except|morning|afternoon"
    r"|half day|disaggregated|optional|pm|am)\b|\d[:.]\d\d|\d ?[ap]m\b"
)
_INSET = re.compile(
    r"\binset\b|\b(non pupil|pupil free|training|professional development) day"
    r"|\b(staff|teacher) (training|development) day"
)
_CLOSED = re.compile(
    r"\b(bank|public) holiday( monday| friday)?$|^(good friday|easter monday|christmas day)$"
    r"|^(boxing day|new years day)$|\bschool (is )?closed\b"
    r"|^closed to (pupils|students|children)\b|^occasional day\b"
)
_YEAR = re.compile(r"\b20\d\d(\s*[/-]\s*(20)?\d\d)?\b")
_KINDS = {
    "term": Kind.TERM,
    "half term": Kind.HALF_TERM,
    "inset": Kind.INSET,
    "inset day": Kind.INSET,
    "bank holiday": Kind.CLOSED,
    "closed": Kind.CLOSED,
    "closure": Kind.CLOSED,
    "holiday": Kind.HOLIDAY,
}


def kind_of(entry: Entry) -> Kind | None:
    """What an entry is: by the kind that its sheet gives it, else by its name; None: not plain."""
    if entry.kind:
        return _KINDS.get(_plain(entry.kind))
    name = _plain(entry.name)
    words = set(name.split())
    if words & {"half", "halfterm", "mid"}:
        is_break = {"mid", "term"} <= words and words & _OFF_WORDS
        is_half = {"half", "term"} <= words or "halfterm" in words or is_break
        return Kind.HALF_TERM if is_half and words <= _HALF_WORDS else None
    if _DOUBTFUL.search(entry.name.casefold()):
        return None
    if _INSET.search(name):
        return Kind.INSET
    if words & _OFF_WORDS and words <= _HOLIDAY_WORDS:
        return Kind.HOLIDAY
    if _CLOSED.search(name):
        return Kind.CLOSED
    return _term_kind(words)


def _term_kind(words: set[str]) -> Kind | None:
    if words <= _TERM_WORDS and ("term" in words or (words & _SEASONS and words & _NUMBERS)):
        return Kind.TERM
    begins, ends = words & _BEGINS, words & _ENDS
    if "term" not in words or bool(begins) is bool(ends):
        return None
    if not words <= _TERM_WORDS | _FILLING | begins | ends:
        return None
    return Kind.BEGINS if begins else Kind.ENDS


def _misfit(entry: Entry, kind: Kind) -> str:
    """Why an entry cannot be what its name says; "" if it can."""
    days = (entry.last - entry.first).days + 1
    if not {entry.first.year, entry.last.year} <= _YEARS:
        return "no school keeps that year"
    if kind is Kind.TERM and not entry.kind and days not in _TERM_DAYS:
        return f"no term is {days} days long"
    if kind is Kind.TERM and days > 366:
        return f"no term is {days} days long"
    if kind in (Kind.BEGINS, Kind.ENDS) and days > 1:
        return "that is one day, not several"
    if kind is Kind.HALF_TERM and days > _MOST_DAYS_OFF:
        return f"no half-term is {days} days long"
    if kind in (Kind.INSET, Kind.CLOSED) and days > _MOST_DAYS_CLOSED:
        return f"it is {days} days long"
    if kind in (Kind.INSET, Kind.CLOSED) and not entry.is_whole:
        return "it does not take the whole day"
    return ""


def _unknown(entry: Entry) -> str:
    if entry.kind:
        return f'there is no kind "{entry.kind}"; there are {", ".join(sorted(_KINDS))}'
    return "its name does not say plainly what it is"


def _plain(name: str) -> str:
    """In small letters, without years and punctuation."""
    text = _YEAR.sub(" ", name.casefold()).replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _term_name(entry: Entry) -> str:
    """What a first or last day calls its term: "Autumn Term"; "" for nothing."""
    words = [w for w in _plain(entry.name).split() if w in _SEASONS | _NUMBERS | {"term"}]
    return " ".join(words).title() if len(words) > 1 else ""


def _joined(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of which one follows another, weekends between them, as one."""
    joined: list[Entry] = []
    for entry in sorted(entries, key=_first):
        if joined and entry.first - joined[-1].last <= _WEEKEND:
            last = max(joined[-1].last, entry.last)
            joined[-1] = joined[-1]._replace(last=last)
        else:
            joined.append(entry)
    return joined


def _section(term: Entry, half: Entry | None, inset: dict[date, Entry]) -> TermSection:
    return TermSection(
        name=term.name or "Term",
        first=term.first,
        last=term.last,
        half_term=(half.first, half.last) if half else None,
        inset=tuple(sorted(on for on in inset if _in(on, [term]))),
    )


def _dates(entry: Entry) -> Iterator[date]:
    return (entry.first + timedelta(days=n) for n in range((entry.last - entry.first).days + 1))


def _in(on: date, terms: Sequence[Entry]) -> bool:
    return any(term.first <= on <= term.last for term in terms)


def _first(entry: Entry) -> date:
    return entry.first


def _quoted(entry: Entry) -> str:
    return f'"{entry.name}"'
