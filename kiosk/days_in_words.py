"""How days and times are written for people; what programs read keeps to ISO 8601. Pure."""

import re
from datetime import date, datetime

_MONTH = re.compile(r"\d{4}-\d{2}")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::\d{2})?)?")


def written_day(on: date) -> str:
    """A day: 2 March 2026."""
    return f"{on.day} {on:%B %Y}"


def written_time(local: datetime, *, seconds: bool = False) -> str:
    """Day and time, as the wall has them: 2 March 2026, 15:10."""
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{written_day(local)}, {clock}"


def written_cell(text: str) -> str:
    """What a table says: a month, a day, a day and time, or from one to another, of ISO 8601 in
    words; any other text as it is."""
    return " to ".join(map(_written, text.split(" to ")))


def _written(text: str) -> str:
    found = _ISO.fullmatch(text)
    try:
        if found is None:
            return f"{date.fromisoformat(f'{text}-01'):%B %Y}" if _MONTH.fullmatch(text) else text
        day = written_day(date.fromisoformat(found[1]))
    except ValueError:
        return text
    return f"{day}, {found[2]}" if found[2] else day
