"""What stands in a file of dates: an iCalendar file (RFC 5545) or a CSV sheet, entry by entry."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kiosk.errors import BadInput

MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 5000
MAX_LINES = 100_000

_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)
_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
)
_ALMOST_A_DAY = timedelta(hours=6)

# What schools call each column, compared without case, spaces and points.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "title", "event", "description", "summary", "term", "subject"),
    "first": ("first", "from", "start", "startdate", "starts", "begins", "firstday", "date"),
    "last": ("last", "to", "end", "enddate", "ends", "until", "lastday"),
    "kind": ("kind", "type", "category"),
}


class Entry(NamedTuple):
    """Something with a name from one date to another, both included.

    ``kind``: what the sheet calls it; "" where it does not. ``fault``: why it cannot be used, if
    so. ``is_whole``: whether it takes whole days, or about as much as a school day.
    """

    where: str
    name: str
    first: date = date.min
    last: date = date.min
    kind: str = ""
    is_whole: bool = True
    fault: str = ""


def read_entries(data: bytes, zone: ZoneInfo) -> list[Entry]:
    """Everything in the file, in its order. ``zone``: in whose dates moments are told.

    Raises:
        BadInput: it is too large, broken, of another kind, or empty.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"the file is larger than {MAX_BYTES // 1024} KiB")
    is_calendar = b"BEGIN:VCALENDAR" in data[:1024].upper()
    entries = list(_events(data, zone) if is_calendar else _rows(data))
    if not entries:
        raise BadInput("there are no dates in the file")
    return entries


def _events(data: bytes, zone: ZoneInfo) -> Iterator[Entry]:
    for event in _parsed(data):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        name = printable(str(event.get("SUMMARY", "")))
        try:
            yield _event(event, name, zone)
        except (ValueError, TypeError, OverflowError) as fault:
            yield Entry("", name, fault=printable(str(fault)))


def _parsed(data: bytes) -> list[Any]:
    from icalendar import Calendar  # slow to load, and seldom needed

    if data.upper().count(b"BEGIN:VEVENT") > MAX_ENTRIES:
        raise BadInput(f"the file has more than {MAX_ENTRIES} events")
    if data.count(b"\n") > MAX_LINES:
        raise BadInput(f"the file has more than {MAX_LINES} lines")
    if data.upper().count(b"BEGIN:VCALENDAR") != data.upper().count(b"END:VCALENDAR"):
        raise BadInput("the calendar file is cut short; fetch it again")
    try:
        # Times count as the wall says them, so a file's own zones are not needed: of any that
        # is not known by its name the times are taken as they stand.
        found = Calendar.from_ical(_without_zones(data), multiple=True)
        return [event for calendar in found for event in calendar.walk("VEVENT")]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as fault:
        words = printable(str(fault))
        raise BadInput(f"the calendar file is broken: {words or type(fault).__name__}") from None


def _without_zones(data: bytes) -> bytes:
    kept: list[bytes] = []
    is_zone = False
    for line in data.splitlines(keepends=True):
        word = line.strip().upper()
        is_zone = is_zone or word == b"BEGIN:VTIMEZONE"
        if not is_zone:
            kept.append(line)
        is_zone = is_zone and word != b"END:VTIMEZONE"
    return b"".join(kept)


def _event(event: Any, name: str, zone: ZoneInfo) -> Entry:
    if any(key in event for key in ("RRULE", "RDATE", "EXDATE")):
        raise ValueError("it repeats; only entries that stand there once each are taken")
    start = _wall(event, "DTSTART", zone)
    if start is None:
        raise ValueError("it has no date")
    end = _wall(event, "DTEND", zone) or _after(event, start)
    if end < start:
        raise ValueError("it ends before it begins")
    is_bare = end == start and start.time() == time.min
    is_timed = isinstance(_said(event, "DTSTART"), datetime) and not is_bare
    # The end is excluded; some publish one that equals the start and mean that one day.
    last = max(end - datetime.resolution, start).date()
    is_whole = not is_timed or end - start >= _ALMOST_A_DAY
    return Entry("", name, start.date(), last, is_whole=is_whole)


def _wall(event: Any, key: str, zone: ZoneInfo) -> datetime | None:
    """A moment as the clock on the wall reads; midnight for a date."""
    if key not in event:
        return None
    found = _said(event, key)
    if isinstance(found, datetime):
        return (found.astimezone(zone) if found.tzinfo else found).replace(tzinfo=None)
    if isinstance(found, date):
        return datetime.combine(found, time.min)
    raise ValueError(f"its {key} cannot be read")


def _said(event: Any, key: str) -> object:
    try:
        return event[key].dt
    except (ValueError, AttributeError):  # it is broken, or stands there more than once
        raise ValueError(f"its {key} cannot be read") from None


def _after(event: Any, start: datetime) -> datetime:
    """When an event ends that does not say it: after its duration; a date with its day."""
    length = _said(event, "DURATION") if "DURATION" in event else None
    if isinstance(length, timedelta):
        return start + length
    return start if isinstance(_said(event, "DTSTART"), datetime) else start + timedelta(days=1)


def _rows(data: bytes) -> Iterator[Entry]:
    rows = _cells(_text(data))
    columns = _columns(rows[0] if rows else [])
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            yield _row(f"row {number}", {field: _at(cells, n) for field, n in columns.items()})


def _row(where: str, row: Mapping[str, str]) -> Entry:
    name, kind = printable(row["name"]), printable(row.get("kind", ""))
    first, last = row["first"], row.get("last") or row["first"]
    dates = [_date(text) for text in (first, last)]
    if dates[0] is None or dates[1] is None:
        unread = last if dates[0] else first
        fault = f'"{printable(unread)}" is no date; write 01/09/2026 or 2026-09-01'
        return Entry(where, name, kind=kind, fault=fault)
    if dates[1] < dates[0]:
        return Entry(where, name, kind=kind, fault="it ends before it begins")
    return Entry(where, name, dates[0], dates[1], kind)


def _text(data: bytes) -> str:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise BadInput("this is neither a calendar file nor CSV; save the sheet as CSV first")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _cells(text: str) -> list[list[str]]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise BadInput(f"this is neither a calendar file nor CSV: {fault}") from None
    if len(rows) > MAX_ENTRIES + 1:
        raise BadInput(f"the file has more than {MAX_ENTRIES} rows")
    return rows


def _columns(header: list[str]) -> dict[str, int]:
    names = ["".join(c for c in cell.casefold() if c.isalnum()) for cell in header]
    columns = {
        field: names.index(spelling)
        for field, spellings in _HEADERS.items()
        for spelling in spellings[::-1]
        if spelling in names
    }
    if missing := [field for field in ("name", "first") if field not in columns]:
        raise BadInput(
            "the first line must name the columns: name, first, and where there are such "
            f"last and kind. It has: {printable(', '.join(header))}. Give a column the heading "
            f"{' and another '.join(missing)}"
        )
    return columns


def _at(cells: list[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""


def _date(text: str) -> date | None:
    """A date as it is written in the United Kingdom, or by ISO 8601."""
    plain = _MIDNIGHT.sub("", _ORDINAL.sub("", _WEEKDAY.sub("", text.strip())))
    return next(filter(None, (_parse(plain, format) for format in _FORMATS)), None)


def _parse(text: str, format: str) -> date | None:
    try:
        return datetime.strptime(text, format).date()
    except ValueError:
        return None


def printable(text: str) -> str:
    """On one line, safe to print, whatever the file was, and not longer than a name may be."""
    plain = "".join(c if c.isprintable() else " " for c in text[:200])
    return " ".join(plain.split())[:80].strip()
