"""What the forms of acts ask for, and how an answer is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from kiosk.timetable import Timetable
from webui.wording import printable

LONGEST = 500  # characters of a line or of words

Values = Mapping[str, Any]
Options = Sequence[tuple[str, str]]


class Kind(StrEnum):
    """How something is asked for."""

    LINE = "line"
    WORDS = "words"
    MOMENT = "moment"
    DAY = "day"
    TIME = "time"
    CHOICE = "choice"
    SOME = "some"
    YES = "yes"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``options``: value and words of what there is to choose from, made from the
    page's scene; ``default``: what stands there before anybody has answered; ``is_asked``: whether
    it is asked of this subject at all."""

    name: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    is_required: bool = False
    options: Callable[[Any], Options] | None = None
    default: Callable[[Any], str] | None = None
    is_asked: Callable[[Any], bool] = lambda scene: True


class Unreadable(ValueError):
    """An answer that means nothing; the words say what would."""


def read(field: Field, answers: Sequence[str], options: Options, timetable: Timetable) -> Any:
    """What was answered: a text, a moment in UTC, a date, a time of the school's day, a tuple of
    what was chosen, or whether it was ticked. None for a moment, day or time left empty.

    Raises:
        Unreadable: it is missing, or means nothing.
    """
    if field.kind is Kind.SOME:
        return _some(field, answers, options)
    text = answers[0] if answers else ""
    if field.kind is Kind.YES:
        return text == "yes"
    text = _words(text) if field.kind is Kind.WORDS else printable(text)
    if field.is_required and not text:
        raise Unreadable(f"{field.label}: this is needed.")
    return _READERS[field.kind](field, text, options, timetable)


def _some(field: Field, answers: Sequence[str], options: Options) -> tuple[str, ...]:
    known = [value for value, _ in options]
    if any(answer not in known for answer in answers):
        raise Unreadable(f"{field.label}: choose from the list.")
    if field.is_required and not answers:
        raise Unreadable(f"{field.label}: choose at least one.")
    return tuple(value for value in known if value in answers)


def _words(text: str) -> str:
    return "\n".join(line for line in map(printable, text.splitlines()) if line)


def _line(field: Field, text: str, options: Options, timetable: Timetable) -> str:
    if len(text) > LONGEST:
        raise Unreadable(f"{field.label}: keep it under {LONGEST} characters.")
    return text.replace("\n", " · ")


def _choice(field: Field, text: str, options: Options, timetable: Timetable) -> str:
    if text not in [value for value, _ in options] and (text or field.is_required):
        raise Unreadable(f"{field.label}: choose from the list.")
    return text


def _moment(field: Field, text: str, options: Options, timetable: Timetable) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
        return at.replace(tzinfo=timetable.zone).astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        raise Unreadable(f"{field.label}: give a date and a time.") from None


def _day(field: Field, text: str, options: Options, timetable: Timetable) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(f"{field.label}: give a date.") from None


def _time(field: Field, text: str, options: Options, timetable: Timetable) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(f"{field.label}: give a time of day, as 12:30.") from None


_READERS: Mapping[Kind, Callable[[Field, str, Options, Timetable], Any]] = {
    Kind.LINE: _line,
    Kind.WORDS: _line,
    Kind.SECRET: _line,
    Kind.CHOICE: _choice,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
    Kind.TIME: _time,
}
