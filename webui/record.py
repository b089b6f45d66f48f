"""The record, newest first, in words; what of it one looks for; and the same as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from kiosk.errors import KioskError
from kiosk.event_csv import csv_lines
from kiosk.events import Event, EventType
from kiosk.messages.record import Scrubbed
from kiosk.policy.roles import Permission
from kiosk.service import Service
from webui.access import actor, may, needs, permissions_held, refuse
from webui.history import lines
from webui.numbers import whole_number
from webui.office import office
from webui.wording import People

pages = Blueprint("record", __name__)

A_PAGE = 50
A_READ = 500  # events asked for at once for a file
MOST_ROWS = 200_000  # of a file: a year of a large school, without its doors
UNSEEN = "This kiosk looks the record through on the command line alone: kiosk verify."
MONTH = timedelta(days=31)

T = EventType
GROUPS: Mapping[str, tuple[str, frozenset[EventType]]] = {
    "taps": ("Cards tapped", frozenset({T.TAPPED})),
    "devices": (
        "Handed in, collected",
        frozenset(
            {
                T.DEPOSITED,
                T.COLLECTED,
                T.TAKEN_OUT,
                T.TAKEN_IN,
                T.TAKEN_ALONG,
                T.HANDED_OVER,
                T.MOVED,
            }
        ),
    ),
    "doubts": (
        "What is not certain",
        frozenset({T.CUSTODY_UNKNOWN, T.CUSTODY_STATED, T.CUBBY_UNKNOWN, T.LOOKED_INSIDE}),
    ),
    "openings": (
        "Openings by staff",
        frozenset({T.OVERRIDDEN, T.ROUND_BEGUN, T.ROUND_ENDED, T.KEY_USED}),
    ),
    "arranged": (
        "Passes, arrangements, holds",
        frozenset(
            {
                T.PASS_GIVEN,
                T.PASS_ENDED,
                T.GOING_HOME,
                T.RELEASED_NOW,
                T.EXEMPTION_GRANTED,
                T.EXEMPTION_APPROVED,
                T.EXEMPTION_ENDED,
                T.HOLD_PLACED,
                T.HOLD_LIFTED,
            }
        ),
    ),
    "alerts": ("Alerts", frozenset({T.ALERT_RAISED, T.ALERT_ACKNOWLEDGED, T.ALERT_CLEARED})),
    "people": (
        "People, cards and users",
        frozenset(
            {
                T.ROSTER_IMPORTED,
                T.ROSTER_UNDONE,
                T.CARD_ENROLLED,
                T.CARD_BLOCKED,
                T.USER_ADDED,
                T.PASSWORD_CHANGED,
                T.TOKEN_MADE,
                T.TOKEN_REVOKED,
                T.SIGNED_IN,
                T.SIGN_IN_REFUSED,
            }
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the record is looked for, as the address has it. ``first`` and ``last``: dates."""

    cubby: int | None
    person: str | None
    group: str
    first: date | None
    last: date | None

    def query(self) -> dict[str, Any]:
        """The same as the service wants it."""
        timetable = office().service.rules.timetable
        since, until = self.first, self.last
        if self.group and not (since or self.person or self.cubby):
            # Nothing leads to a type alone: a month is read whole, years are asked for by date.
            since = (until or timetable.local(office().service.now().at).date()) - MONTH

        def midnight(day: date) -> datetime:
            return datetime.combine(day, time(), tzinfo=timetable.zone)

        return {
            "cubby": self.cubby,
            "person": self.person,
            "types": GROUPS[self.group][1] if self.group else (),
            "since": midnight(since) if since else None,
            "until": midnight(until + timedelta(days=1)) if until else None,
        }

    def address(self) -> dict[str, Any]:
        """The same for links."""
        found = {
            "cubby": self.cubby,
            "person": self.person,
            "group": self.group,
            "first": self.first,
            "last": self.last,
        }
        return {name: value for name, value in found.items() if value}


@pages.get("/record")
@needs(Permission.SEE_RECORD)
def show() -> str:
    """One page of it; ``before`` pages on, the rest says what is looked for."""
    return _page()


@pages.post("/record/verify")
@needs(Permission.SEE_RECORD)
def verify() -> str:
    """Whether the chain holds, looked at in a process of its own; no more is told than that. The
    kiosk hears of it: what is found becomes an alert, and one of before ends if nothing is."""
    backups = office().backups
    if backups is None:
        abort(503, UNSEEN)
    try:
        found = backups.verify()
        office().service.submit(Scrubbed(actor(), found["findings"], tuple(found["files"])))
        return _page(found)
    except KioskError as fault:
        abort(503, f"The record could not be looked through: {fault}.")


def _page(verified: Mapping[str, Any] | None = None) -> str:
    service = office().service
    before, wanted = _number("before"), _wanted()
    found = service.events(before=before, limit=A_PAGE + 1, **wanted.query())
    people = People(service.standing().roster, may(Permission.SEE_NAMES))
    return render_template(
        "record.html",
        lines=lines(found[:A_PAGE], service, people),
        anchor=service.anchor(),
        verified=verified,
        may_verify=office().backups is not None,
        older=found[A_PAGE - 1].seq if len(found) > A_PAGE else None,
        before=before,
        wanted=wanted,
        address=wanted.address(),
        name=people.person(wanted.person),
        cubbies=sorted(service.rules.cubbies),
        groups=[(key, words) for key, (words, _) in GROUPS.items()],
    )


@pages.get("/record.csv")
@needs(Permission.SEE_RECORD)
def as_csv() -> Response:
    """What is looked for as CSV, newest first, streamed; without names."""
    held, query = permissions_held(), _wanted().query()
    answer = Response(
        csv_lines(_all(office().service, query), held), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="record.csv"'
    return answer


def _all(service: Service, query: Mapping[str, Any]) -> Iterator[Event]:
    """Page after page, so that little is held at once."""
    before = None
    for _ in range(MOST_ROWS // A_READ):
        found = service.events(before=before, limit=A_READ, **query)
        yield from found
        if len(found) < A_READ:
            return
        before = found[-1].seq


def _wanted() -> Wanted:
    group = request.args.get("group", "")
    person = request.args.get("person", "")
    known = office().service.standing().roster.people
    if (group and group not in GROUPS) or (person and person not in known):
        abort(400)
    if person and not may(Permission.SEE_NAMES):
        refuse(Permission.SEE_NAMES)
    return Wanted(_number("cubby"), person or None, group, _day("first"), _day("last"))


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def _number(name: str) -> int | None:
    """A whole number from the address; nothing where it is empty."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    number = whole_number(text)
    if not number:
        abort(400)
    return number
