"""The school file: the school's rules as it wrote them, checked, and the rules that follow."""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.acts import SchoolFile
from kiosk.drafting import Rules
from kiosk.errors import ConfigError
from kiosk.model import Roster
from kiosk.school.calendar import timetable_of
from kiosk.school.sections import SchoolCalendar, make_school_calendar

MAX_CHARACTERS = 512 * 1024


def read_file(path: Path) -> str:
    """The text of a school file.

    Raises:
        ConfigError: it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise ConfigError(str(path), [fault.strerror or "it cannot be read"]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), ["this is no text in UTF-8"]) from None


def read_school(text: str, where: str) -> SchoolCalendar:
    """What a school file says.

    Raises:
        ConfigError: it cannot be used; every fault is listed.
    """
    if len(text) > MAX_CHARACTERS:
        raise ConfigError(where, [f"a school file has at most {MAX_CHARACTERS} characters"])
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(where, [f"this is no TOML: {fault}"]) from None
    return make_school_calendar(raw, where)


def rules_by(base: Rules, school: SchoolFile, roster: Roster) -> Rules:
    """The rules of the machine with the school's own time. The file was checked when it was taken
    in; whom it names and who was erased since is nobody.

    Raises:
        ConfigError: the file cannot be used.
    """
    where, find = f"version {school.version} of the school's rules", person_finder(roster)
    sections = read_school(school.text, where)
    timetable = timetable_of(sections, lambda named: find(named) or f"nobody:{named}", where=where)
    return replace(base, timetable=timetable)


def person_finder(roster: Roster) -> Callable[[str], str | None]:
    """What gives the id of the person with an admission number."""
    ids = {person.admission: person.id for person in roster.people.values()}
    return ids.get


def fingerprint(text: str) -> str:
    """What tells one version from another."""
    return hashlib.sha256(text.encode()).hexdigest()
