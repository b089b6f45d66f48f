"""Why somebody's card opens, or does not: now, or at another time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from kiosk.days_in_words import written_time
from kiosk.errors import BadInput, KioskError
from kiosk.events import Event, EventType
from kiosk.explained import explained
from kiosk.model import Person
from kiosk.policy.roles import Permission
from webui.access import may, needs, permissions_held
from webui.faults import Fault
from webui.history import shown
from webui.office import office
from webui.wording import printable, reason_words, stamp

pages = Blueprint("explaining", __name__)

LAST_TAPS = 6


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap of theirs, to be asked about."""

    when: str
    what: str
    href: str


@pages.get("/people/<person>/why")
@needs(Permission.SEE_NAMES)
def show(person: str) -> str | tuple[str, int]:
    """The explanation, of the moment or of the time asked for."""
    known = office().service.standing().roster.people.get(person)
    if known is None:
        abort(404)
    asked = printable(request.args.get("at", ""))[:40]
    try:
        told = explained(office().service, person, _moment(asked), permissions_held())
    except BadInput as fault:
        return _page(known, asked, faults=[Fault("at", f"It cannot be told: {fault}.")]), 400
    except KioskError as fault:
        abort(503, f"It could not be told now: {fault}.")
    return _page(known, asked, told)


def _moment(text: str) -> datetime | None:
    """The moment (UTC) that a form's field says; None where it is empty. Raises BadInput."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        zone = office().service.rules.timetable.zone
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("give a date and a time") from None


def _page(
    person: Person, asked: str, told: dict[str, Any] | None = None, faults: Sequence[Fault] = ()
) -> str:
    return render_template(
        "explanation.html",
        person=person,
        name=printable(person.name),
        asked=asked,
        told=told,
        when=written_time(datetime.fromisoformat(told["at"])) if told else "",
        taps=_taps(person) if may(Permission.SEE_RECORD) else [],
        faults=list(faults),
    )


def _taps(person: Person) -> list[Tap]:
    found = office().service.events(person=person.id, types=(EventType.TAPPED,), limit=LAST_TAPS)
    return [_tap(person, event) for event in map(shown, found) if event is not None]


def _tap(person: Person, event: Event) -> Tap:
    service = office().service
    local = service.rules.timetable.local(event.now.at)
    at = f"{local:%Y-%m-%dT%H:%M:%S}"
    outcome = "granted" if event.granted else "refused"
    what = f"{outcome}, {reason_words(event.reason)}" if event.reason else outcome
    href = url_for("explaining.show", person=person.id, at=at)
    return Tap(stamp(service.rules, event.now), what, href)
