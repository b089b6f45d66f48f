"""Verbs that only look."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from kiosk.arguments import card_json
from kiosk.errors import NotRunning
from kiosk.policy.disclosure import as_seen
from kiosk.policy.signs import pupil_words
from kiosk.policy.words import alert_words, event_details, event_title
from kiosk.state import Raised
from kiosk.support import make_bundle
from kiosk.verbs.base import Json, VerbsBase, verb
from kiosk.view import counts, cubby_views
from kiosk.wellbeing import NOT_RUNNING

MAX_WAIT_S = 60.0


class LookingVerbs(VerbsBase):
    """Verbs that only look."""

    @verb
    def do_status(self) -> Json:
        """Health, phase, counts, cubbies and alerts; no names."""
        standing = self._service.standing()
        views = cubby_views(self._service.rules, standing)
        phase = self._service.phase()
        health = self._service.health()
        return {
            "runs": health.reader != NOT_RUNNING,
            "health": asdict(health),
            "time": self._service.rules.timetable.local(self._service.now().at).isoformat(),
            "phase": phase.value if phase else None,
            "screen": pupil_words(self._service.screen(), self._service.rules.texts),
            "counts": asdict(counts(views)),
            "cubbies": [_cubby(view) for view in views],
            "alerts": [_alert(raised) for raised in standing.state.alerts.values()],
            "events": standing.state.seq,
        }

    @verb
    def do_events(
        self,
        after: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1)] = 20,
        **who: str,
    ) -> Json:
        """The newest events after ``after``, oldest first, as far as the asker may know them."""
        may_see = self._may_see(who)
        found = self._service.events(after=after, limit=limit)
        events = [seen for event in found if (seen := as_seen(event, may_see)) is not None]
        timetable = self._service.rules.timetable
        return {
            "events": [
                {
                    **event.to_record(),
                    "local": timetable.local(event.now.at).isoformat(timespec="seconds"),
                    "what": event_title(event),
                    "details": event_details(event),
                }
                for event in reversed(events)
            ]
        }

    @verb
    def do_support(self, config: Json, examined: Json, log: list[str]) -> Json:
        """What the asker found, with what this kiosk knows, and nobody in it."""
        return make_bundle(self._service, config, examined, log)

    @verb
    def do_permissions(self, **who: str) -> Json:
        """What the asker may do, and so be shown."""
        return {"permissions": sorted(self._may_see(who))}

    @verb
    def do_unknown_taps(self) -> Json:
        """Cards of the last day that nobody owns, by their keys."""
        taps = self._service.standing().memory.unknown
        return {"taps": [{"key": tap.card.key, "mono": tap.at.mono} for tap in taps]}

    @verb
    def do_card_read(
        self, timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10.0
    ) -> Json:
        """The next presentation's card numbers."""
        if self._next_presentation is None:
            raise NotRunning("the reader belongs to a running kiosk")
        cards = self._next_presentation(min(timeout, MAX_WAIT_S))
        return {"cards": [card_json(card) for card in cards]}


def _alert(raised: Raised) -> Json:
    return {
        "alert": raised.alert.value,
        "words": alert_words(raised.alert, raised.cubby, raised.bank or "", raised.detail),
        "cubby": raised.cubby,
        "seq": raised.seq,
    }


def _cubby(view: Any) -> Json:
    return {
        "number": view.number,
        "state": view.state.value,
        "used": view.deposit is not None,
        "since": view.since.isoformat() if view.since else None,
        "alerts": [alert.value for alert in view.alerts],
    }
