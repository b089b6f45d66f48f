"""Which alerts become a message, and its words. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from kiosk.events import Alert, Event, EventType
from kiosk.policy.words import alert_words

HOUR_S = 3600.0

Subject = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What was told within the last hour: when (seconds, monotonic), and of what; and how many
    more would have been."""

    at: tuple[float, ...] = ()
    of: Mapping[Subject, float] = field(default_factory=dict)
    kept_back: int = 0


def weigh(
    told: Told, event: Event, wanted: Collection[Alert], most_an_hour: int, now: float
) -> tuple[Told, str]:
    """What is to be told of an event: words, or "" for nothing; and what has been told then.

    The same alert of the same cubby or bank is told once an hour however often it comes back, and
    all together ``most_an_hour`` times; how many were kept back is said with the next.
    """
    told = _within_the_hour(told, now)
    if event.type is not EventType.ALERT_RAISED or event.data.get("alert") not in wanted:
        return told, ""
    subject = _subject(event)
    if subject in told.of:
        return told, ""
    if len(told.at) >= most_an_hour:
        return replace(told, kept_back=told.kept_back + 1), ""
    words = _words(event, told.kept_back, most_an_hour)
    return Told((*told.at, now), {**told.of, subject: now}), words


def _within_the_hour(told: Told, now: float) -> Told:
    at = tuple(when for when in told.at if now - when < HOUR_S)
    of = {subject: when for subject, when in told.of.items() if now - when < HOUR_S}
    return Told(at, of, told.kept_back)


def _subject(event: Event) -> Subject:
    return str(event.data["alert"]), event.cubby, str(event.data.get("bank", ""))


def _words(event: Event, kept_back: int, most_an_hour: int) -> str:
    """No detail of the event: it may have come from outside. A cubby only where its words name it,
    as they do where it is a door that needs somebody."""
    words = [alert_words(Alert(event.data["alert"]), event.cubby, str(event.data.get("bank", "")))]
    if kept_back:
        words.append(f"{kept_back} more were not sent: at most {most_an_hour} are in an hour")
    return ". ".join(words) + "."
