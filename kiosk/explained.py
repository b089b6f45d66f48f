"""Why somebody's tap comes to what it does, as command line and pages ask it: now, later, or at a
past moment, which is made apart from the daemon."""

import json
from datetime import datetime, timedelta
from typing import Any

from kiosk.errors import BadInput
from kiosk.explaining.explaining import check_may_ask, explain
from kiosk.orders.wanted import ExplanationWanted, Format
from kiosk.policy.roles import Permission
from kiosk.service import Service

Json = dict[str, Any]
FAR = timedelta(days=400)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def explained(
    service: Service, person: str, at: datetime | None, may_see: frozenset[Permission]
) -> Json:
    """The explanation of a tap at a moment; None: now. ``person``: an id.

    Raises:
        BadInput: whoever asks may not, or nothing is known of that time.
        NotMade: it took too long or too much, or other orders were before it.
    """
    now = service.now()
    if at is not None and abs(at - now.at) > FAR:
        raise BadInput("that time is too far away: nobody knows what was or will be so then")
    try:
        if at is not None and at < now.at:
            return _looked_back(service, person, at, may_see)
        told = explain(service.rules, service.standing(), person, now, at, may_see=may_see)
    except PermissionError as fault:
        raise BadInput(str(fault)) from None
    return told.to_json()


def _looked_back(
    service: Service, person: str, at: datetime, may_see: frozenset[Permission]
) -> Json:
    """A time that was typed to the minute means a tap of theirs at any second of it."""
    check_may_ask(may_see, of_the_past=True)
    unit = SECOND if at.second or at.microsecond else MINUTE
    wanted = ExplanationWanted(person, at, at + unit, may_see, service.versions())
    told: Json = json.loads(service.make(wanted, Format.TABLE))
    return told
