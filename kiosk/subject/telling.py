"""One event in the words of whom it is about: nobody else is named, by name or by number. Pure.

Of a hold that reads "office" nothing more is told than that, whatever it is in truth: no words, not
who placed it, not what else hangs on it. So a private one cannot be told from it here.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from kiosk.days_in_words import written_day, written_time
from kiosk.events import SYSTEM, Event, EventType, Reason, person_actor
from kiosk.policy.devices import devices_words, kinds_of, kinds_words
from kiosk.policy.words import EVENTS, REASONS, event_details
from kiosk.state.arrangements import ExemptionEffect, HoldKind
from kiosk.state.incidents import CorrectionKind, IncidentKind, Why


class Section(StrEnum):
    """Where it stands, in this order."""

    PROFILE = "Profile"
    CARDS = "Cards"
    NOW = "Kept at this moment"
    ARRANGED = "Passes and arrangements"
    HOLDS = "Holds"
    INCIDENTS = "Incidents and what followed"
    SEARCHES = "Searches"
    CORRECTIONS = "Corrections and reports"
    DAYS = "Days on which nothing was expected"
    OPENINGS = "Taps and openings"
    USE = "Use of this record"


class Telling(NamedTuple):
    """Who it is told to (their id), how times read on the school's wall, and what a school calls
    the stages of its consequences, by their keys."""

    person: str
    local: Callable[[datetime], datetime]
    stages: Mapping[str, str] = {}

    def time(self, iso: str) -> str:
        """A moment that an event's data says."""
        return written_time(self.local(datetime.fromisoformat(iso)))


EFFECTS: Mapping[ExemptionEffect, str] = {
    ExemptionEffect.KEEP: "keeps the device",
    ExemptionEffect.WINDOWS: "may reach the device at set times",
    ExemptionEffect.ALWAYS: "may reach the device at any time",
    ExemptionEffect.EARLY: "may collect early",
}
HOLDS: Mapping[HoldKind, str] = {
    HoldKind.OFFICE: "by the office",
    HoldKind.CONFISCATED: "confiscated",
    HoldKind.PARENT_COLLECTION: "until a parent collects it",
    HoldKind.DISPUTED: "somebody else says it is theirs",
}
INCIDENTS: Mapping[IncidentKind, str] = {
    IncidentKind.REFUSED: "refused to hand a device in",
    IncidentKind.KEPT: "kept a device on them",
    IncidentKind.USED: "used a device",
    IncidentKind.HIDDEN: "had a second or a hidden device",
    IncidentKind.EXAM: "had a device in an exam",
}
CORRECTIONS: Mapping[CorrectionKind, str] = {
    CorrectionKind.OWNER: "whose device it is",
    CorrectionKind.TAKEN: "somebody else had collected it with this card",
    CorrectionKind.TAP: "a tap with this card was somebody else's",
    CorrectionKind.DISPUTED: "they say that a device is theirs which is on record as another's",
    CorrectionKind.LOST: "a device was lost",
    CorrectionKind.DAMAGED: "a device was damaged",
    CorrectionKind.WITHDRAWN: "it was no incident",
}
WHY: Mapping[Why, str] = {Why.NONE_TODAY: "none today", Why.LATE_BUS: "late"}

_REASONS = {**REASONS, Reason.HELD: "kept back"}
_ASKED = (EventType.TAPPED, EventType.OVERRIDDEN)


def section_of(event: Event) -> Section:
    """Where an event stands."""
    if event.type is EventType.ARRANGEMENT_CARRIED:
        return Section.HOLDS if event.data["what"] == "hold" else Section.ARRANGED
    return _SECTIONS.get(event.type, Section.OPENINGS)


def told(event: Event, telling: Telling) -> str:
    """What happened, in words for whom it is about."""
    said = EVENTS[event.type]
    if event.type in _ASKED and event.granted is False:
        said += ", refused"
    detail = _DETAILS.get(event.type, _reason)(event, telling)
    where = "" if event.cubby is None else f"cubby {event.cubby}"
    by = _by(event, telling.person)
    return "; ".join(filter(None, (f"{said}: {detail}" if detail else said, where, by)))


def _by(event: Event, person: str) -> str:
    """By whom, without a name or an office: of a hold, who placed it would tell which it is."""
    if event.actor in (SYSTEM, person_actor(person)):
        return ""
    return "by a member of staff" if event.actor.startswith("user:") else "by somebody else"


def _reason(event: Event, telling: Telling) -> str:
    return _REASONS[event.reason] if event.reason else ""


def _alert(event: Event, telling: Telling) -> str:
    return event_details(event)


def _due(event: Event, telling: Telling) -> str:
    return f"due back {telling.time(event.data['due'])}" if event.data.get("due") else ""


def _pass(event: Event, telling: Telling) -> str:
    data = event.data
    times = f"from {telling.time(data['begins'])} to {telling.time(data['ends'])}"
    return times if data["back"] else f"{times}, not expected back"


def _exemption(event: Event, telling: Telling) -> str:
    data = event.data
    said = [data["kind"], EFFECTS[ExemptionEffect(data["effect"])], f"from {_day(data['begins'])}"]
    said += [f"{a[:5]} to {b[:5]}" for a, b in data.get("windows", ())]
    said += [f"until {_day(data['ends'])}"] if "ends" in data else []
    said += [f"to be looked at again by {_day(data['review'])}"] if "review" in data else []
    said += [f"about: {kinds_words(kinds_of(data['devices']))}"] if "devices" in data else []
    said += [_signed(event, telling)] if "signed" in data else []
    return ", ".join([*said, "approved" if data["approved"] else "not approved yet"])


def _signed(event: Event, telling: Telling) -> str:
    return f"agreed in writing on {_day(event.data['signed'])}"


def _devices(event: Event, telling: Telling) -> str:
    return devices_words(event.data["count"], kinds_of(event.data.get("kinds", ())))


def _hold(event: Event, telling: Telling) -> str:
    data = event.data
    said = [HOLDS[HoldKind(data["kind"])]]
    said += [f"until {telling.time(data['ends'])}"] if "ends" in data else []
    said += ["how a need is met meanwhile was noted"] if data.get("need_met") else []
    return ", ".join(said)


def _carried(event: Event, telling: Telling) -> str:
    return (_hold if event.data["what"] == "hold" else _exemption)(event, telling)


def _incident(event: Event, telling: Telling) -> str:
    data = event.data
    said = f"{INCIDENTS[IncidentKind(data['kind'])]}, {telling.time(data['at'])}"
    return f"{said}, not counted: the kiosk took nothing" if data.get("excused") else said


def _consequence(event: Event, telling: Telling) -> str:
    key = event.data["stage"]
    return telling.stages.get(key, key) if key else "none"


def _at(event: Event, telling: Telling) -> str:
    return telling.time(event.data["at"])


def _search(event: Event, telling: Telling) -> str:
    done = event.data.get("done")
    return _at(event, telling) + (f"; what is on the device was {done}" if done else "")


def _correction(event: Event, telling: Telling) -> str:
    if event.person == telling.person:
        return CORRECTIONS[CorrectionKind(event.data["what"])]
    if event.data.get("by") == telling.person:
        return "a tap with another card was theirs"
    return "a device on record as another's is theirs"


def _moved(event: Event, telling: Telling) -> str:
    return f"from cubby {event.data['from']}" if "from" in event.data else ""


def _not_expected(event: Event, telling: Telling) -> str:
    return f"{_day(event.data['on'])}, {WHY[Why(event.data['why'])]}"


def _absences(event: Event, telling: Telling) -> str:
    spans = event.data["absent"].get(telling.person, ())
    return ", ".join(a if a == b else f"{a} to {b}" for a, b in spans)


def _since(event: Event, telling: Telling) -> str:
    return f"since {telling.time(event.data['since'])}"


def _use(event: Event, telling: Telling) -> str:
    return "handed out" if event.data.get("released") else "a draft was made"


def _day(iso: str) -> str:
    return written_day(date.fromisoformat(iso))


_DETAILS: Mapping[EventType, Callable[[Event, Telling], str]] = {
    EventType.ALERT_RAISED: _alert,
    EventType.ALERT_ACKNOWLEDGED: _alert,
    EventType.ALERT_CLEARED: _alert,
    EventType.TAKEN_OUT: _due,
    EventType.PASS_GIVEN: _pass,
    EventType.EXEMPTION_GRANTED: _exemption,
    EventType.EXEMPTION_SIGNED: _signed,
    EventType.DEVICES_NOTED: _devices,
    EventType.HOLD_PLACED: _hold,
    EventType.ARRANGEMENT_CARRIED: _carried,
    EventType.INCIDENT_NOTED: _incident,
    EventType.PARENTS_INFORMED: _at,
    EventType.CONSEQUENCE_DECIDED: _consequence,
    EventType.SEARCH_NOTED: _search,
    EventType.CORRECTION_MADE: _correction,
    EventType.MOVED: _moved,
    EventType.NOT_EXPECTED: _not_expected,
    EventType.ABSENCES_NOTED: _absences,
    EventType.CARRIED_FORWARD: _since,
    EventType.PERSON_EXPORTED: _use,
}
_SECTIONS: Mapping[EventType, Section] = {
    **dict.fromkeys(
        (
            EventType.CARD_ENROLLED,
            EventType.CARD_BLOCKED,
            EventType.CARD_LOST,
            EventType.CARD_FOUND,
            EventType.PIN_SET,
            EventType.PIN_ENTERED,
            EventType.PIN_REFUSED,
        ),
        Section.CARDS,
    ),
    **dict.fromkeys(
        (
            EventType.PASS_GIVEN,
            EventType.PASS_ENDED,
            EventType.GOING_HOME,
            EventType.EXEMPTION_GRANTED,
            EventType.EXEMPTION_APPROVED,
            EventType.EXEMPTION_SIGNED,
            EventType.EXEMPTION_ENDED,
            EventType.CUBBY_ASSIGNED,
            EventType.CUBBY_UNASSIGNED,
            EventType.CUBBIES_WISHED,
        ),
        Section.ARRANGED,
    ),
    **dict.fromkeys((EventType.HOLD_PLACED, EventType.HOLD_LIFTED), Section.HOLDS),
    **dict.fromkeys(
        (EventType.INCIDENT_NOTED, EventType.PARENTS_INFORMED, EventType.CONSEQUENCE_DECIDED),
        Section.INCIDENTS,
    ),
    **dict.fromkeys((EventType.SEARCH_NOTED, EventType.SEARCH_CONFIRMED), Section.SEARCHES),
    **dict.fromkeys((EventType.CORRECTION_MADE, EventType.MOVED), Section.CORRECTIONS),
    **dict.fromkeys(
        (EventType.NOT_EXPECTED, EventType.EXPECTED_AGAIN, EventType.ABSENCES_NOTED), Section.DAYS
    ),
    EventType.PERSON_EXPORTED: Section.USE,
    **dict.fromkeys(
        (
            EventType.ROSTER_IMPORTED,
            EventType.SIGNS_ADAPTED,
            EventType.PERSON_NOTED,
            EventType.VISITOR_CAME,
            EventType.VISITOR_LEFT,
        ),
        Section.PROFILE,
    ),
}
