"""Every reason, event and alert in words for staff: a sentence. Pupils' words are ``signs``'."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.events import Alert, Event, EventType, Reason
from kiosk.policy.devices import devices_words, kinds_of, kinds_words

REASONS: Mapping[Reason, str] = {
    Reason.DEPOSIT: "to hand in",
    Reason.COLLECT: "to collect",
    Reason.REOPEN: "opened again soon after",
    Reason.LEFT_INSIDE: "opened again after collecting",
    Reason.AGAIN: "the door had not opened",
    Reason.MEDICAL_ACCESS: "an arrangement that always holds",
    Reason.OUT: "out for a while",
    Reason.BACK: "brought back",
    Reason.OUT_AT_RELEASE: "out already, and need not come back today",
    Reason.EXEMPT: "need not hand in",
    Reason.HANDED_IN: "put into the class's box",
    Reason.STAFF_CARD: "a member of staff: the next card says what for",
    Reason.CLASS_BOX: "to open the class's box",
    Reason.UNKNOWN_CARD: "the card is not known",
    Reason.BLOCKED_CARD: "the card is blocked, or its owner has left",
    Reason.RANDOM_CARD: "a phone or a card without a fixed number",
    Reason.TWO_CARDS: "two known cards at once",
    Reason.CLAIM_DISPUTED: "its short number is another card's already: enrol it by tapping",
    Reason.NOTHING_HERE: "nothing is kept for them",
    Reason.KIOSK_CLOSED: "the kiosk is closed",
    Reason.OUT_OF_ORDER: "the reader or the locks are out of order",
    Reason.FULL: "no cubby is free",
    Reason.CLOCK_NOT_TRUSTED: "the clock is not trusted",
    Reason.ALREADY_IN: "in since an earlier day",
    Reason.NOT_YET: "before the release time",
    Reason.DOOR_OPEN: "their door is open",
    Reason.NEIGHBOUR_OPEN: "a door beside theirs is open: they tap again once it is shut",
    Reason.AFTER_RELEASE: "their last release of today is over: the office gives it back",
    Reason.UNDER_ENQUIRY: "staff have to look first",
    Reason.DISK_FAILING: "the record cannot be written",
    Reason.FIRE: "there is a fire alarm: no door opens",
    Reason.ALREADY_SO: "it is so already",
    Reason.NOT_KNOWN: "no such person, card, device or alert",
    Reason.CARD_TAKEN: "the card belongs to somebody else",
    Reason.NO_SUCH_CUBBY: "there is no such cubby",
    Reason.NOT_THAT_PERSON: "it holds another person's device",
    Reason.CUBBY_BUSY: "its door is being used",
    Reason.CUBBY_RESERVED: "the cubby is a class's box, or is kept for somebody else",
    Reason.STILL_KEPT: "something is still kept for them",
    Reason.NOT_ALLOWED: "this needs another role",
    Reason.NOT_THEIR_FORM: "this is for the staff of that form",
    Reason.ROLE_IN_USE: "somebody has a role that would be gone",
    Reason.FOR_LEADS: "it would give somebody what is for leads alone",
    Reason.NOBODY_LEFT: "nobody would be left who may do what somebody has to",
    Reason.NO_SUCH_REASON: "the school opens for no such reason",
    Reason.INCOMPLETE: "something that has to be said is missing",
    Reason.STILL_TO_COME: "that time is still to come",
    Reason.SECOND_PERSON: "this needs a second person",
    Reason.NOT_A_PUPIL: "this is for pupils alone",
    Reason.CUBBY_TAKEN: "another device is in that cubby",
    Reason.HAS_ANOTHER: "another device is kept for them already",
    Reason.OUT_OF_DATE: "it has changed meanwhile: look again",
    Reason.LEAD_FIRST: "call the duty lead first, and say that you have",
    Reason.NEEDS_CONSENT: "an adult's device is held only for the police or by written consent",
    Reason.WAS_IN: "it was taken out since, so it was in our keeping",
    Reason.EXPIRED_CARD: "the card was for a time that is over",
    Reason.LOST_CARD: "the card was reported lost",
    Reason.NO_PIN: "they have no PIN, or it is locked",
    Reason.WRONG_PIN: "that is not their PIN",
    Reason.EARLY_CARD: "the card is for a time that is to come",
    Reason.HELD: "held: call the duty lead",
    Reason.MEDICAL: "medical need",
    Reason.FORGOTTEN_CARD: "forgotten or lost card",
    Reason.LEAVING_EARLY: "leaving early",
    Reason.WELFARE_CHECK: "welfare",
    Reason.CUBBY_CHECK: "to check the cubby",
    Reason.EMPTYING: "to empty the cabinet",
    Reason.AT_KIOSK: "at the kiosk, by a staff card and their own",
    Reason.OTHER: "another reason",
    Reason.FORCED: "opened without a pulse",
    Reason.FOUND: "found so at the start",
    Reason.NOT_OPENED: "the door did not open",
    Reason.LOCK_FAULT: "the lock did not answer",
    Reason.INTERRUPTED: "interrupted by a stop or a power cut",
    Reason.INTERRUPTED_OUT: "interrupted while it was taken out",
    Reason.REOPENED: "opened again by its owner",
    Reason.NOT_SHUT: "the door was never seen shut",
    Reason.UNSEEN: "no sensor saw the door",
    Reason.RECORD_DAMAGED: "a part of the record was lost",
    Reason.RECORD_RESTORED: "the record was put back from a backup",
    Reason.OPENED_BY_STAFF: "opened by staff, not stated yet",
    Reason.OWNER_UNKNOWN: "nobody knows whose it is",
    Reason.TAKEN_BY_ANOTHER: "taken by somebody else with its owner's card",
    Reason.KEY_USED: "the mechanical key was used",
    Reason.NOT_EMPTY: "something was found in it",
    Reason.FOUND_ELSEWHERE: "its device was found elsewhere",
    Reason.DEFECT: "broken",
    Reason.CLEANING: "to be cleaned",
    Reason.KEPT_FREE: "kept free",
    Reason.GIVEN: "given to its owner",
    Reason.INSIDE: "still inside",
    Reason.EMPTY: "the cubby is empty",
    Reason.NEVER_PUT_IN: "never put in",
}

# The list that staff choose from when they take a cubby out of service.
SERVICE_REASONS: tuple[Reason, ...] = (
    Reason.DEFECT,
    Reason.CLEANING,
    Reason.KEPT_FREE,
    Reason.OTHER,
)

# The list that staff choose from when they open a cubby.
OVERRIDE_REASONS: tuple[Reason, ...] = (
    Reason.MEDICAL,
    Reason.FORGOTTEN_CARD,
    Reason.LEAVING_EARLY,
    Reason.WELFARE_CHECK,
    Reason.CUBBY_CHECK,
    Reason.OTHER,
)

ALERTS: Mapping[Alert, str] = {
    Alert.NOT_OPENED: "did not open after two pulses: try the key, then look at its latch",
    Alert.LEFT_OPEN: "has been left open",
    Alert.FORCED: "was opened by force",
    Alert.READER_LOST: "The card reader does not answer: check its cable",
    Alert.LOCKS_LOST: "The locks do not answer: check the board and its supply",
    Alert.LIGHTS_LOST: "A lamp or the buzzer does not do as told: pupils may wait for a sign",
    Alert.POWER_LOW: "The computer's supply is too weak: cards may go unread, its disk suffers",
    Alert.NEARLY_FULL: "Nine cubbies in ten are in use, or cannot be used now",
    Alert.CARD_COPIED: (
        "A card answers as a cheap copy does: compare it with its owner's, and give them a new one"
    ),
    Alert.CARD_CHANGED: (
        "A card has its number but is of another make than when it was enrolled: it may be a copy"
    ),
    Alert.FULL: "Every cubby is in use, or cannot be used now: nobody can hand in",
    Alert.OVERDUE: "A device that is out is overdue",
    Alert.REVIEW_DUE: "An arrangement is past its review, or not approved yet: look at it",
    Alert.NOTE_WAITING: "A note waits for the duty lead",
    Alert.ROLES_WAITING: "Somebody is to have a lead's role: another lead has to confirm it",
    Alert.COIL_ON: "may have its lock's coil on: cut its 12 V at once, then look at its driver",
    Alert.CARD_LEFT: "A card is lying on the reader, and spoils everybody else's tap: take it away",
    Alert.RECORD_FAILING: (
        "The disk of the record fails: make room on it, or have the memory card changed. "
        "The kiosk goes on by itself when it is well again"
    ),
    Alert.RECORD_DAMAGED: (
        "A part of the record was lost: the log says what. Have the memory card changed"
    ),
    Alert.RECORD_UNSOUND: (
        "The record is not as it was written, by damage or by somebody's hand: kiosk verify says "
        "where; kiosk repair --from takes damaged history from a backup"
    ),
    Alert.LOOK_INSIDE: "may not be empty: open it and look inside",
    Alert.OPENED_AT_KIOSK: "was opened at the kiosk by a staff card",
    Alert.FIRE: "Fire alarm: no door opens until the all-clear",
    Alert.UNCOLLECTED: "The kiosk has closed, and not everything was collected",
    Alert.NOT_SEEN: "Lessons have begun, and not all devices were seen: the list says whose",
}

# What a member of staff reads who has a concern about what is on a device.
DONT_LOOK = "Don't look. Call the DSL."

EVENTS: Mapping[EventType, str] = {
    EventType.KIOSK_STARTED: "Kiosk started",
    EventType.KIOSK_STOPPED: "Kiosk stopped",
    EventType.TAPPED: "Card tapped",
    EventType.OVERRIDDEN: "Opening by staff",
    EventType.PULSE_STARTED: "Pulse asked for",
    EventType.PULSE_FAILED: "Door did not open",
    EventType.PULSE_UNKNOWN: "Opening interrupted",
    EventType.DOOR_OPENED: "Door opened",
    EventType.DOOR_CLOSED: "Door closed",
    EventType.DEPOSITED: "Handed in",
    EventType.COLLECTED: "Collected",
    EventType.CUSTODY_UNKNOWN: "No longer certain",
    EventType.CUSTODY_STATED: "Stated by staff",
    EventType.TAKEN_OUT: "Taken out for a while",
    EventType.TAKEN_IN: "Taken in by the office",
    EventType.TAKEN_ALONG: "Taken along by staff",
    EventType.COUNTED_BACK: "Counted back",
    EventType.DEVICES_NOTED: "Devices noted",
    EventType.HANDED_OVER: "Handed over",
    EventType.PASS_GIVEN: "Pass given",
    EventType.PASS_ENDED: "Pass ended",
    EventType.GOING_HOME: "Going home now",
    EventType.RELEASED_NOW: "Released now",
    EventType.RULES_CHANGED: "Rules of the school changed",
    EventType.EXEMPTION_GRANTED: "Arrangement made",
    EventType.EXEMPTION_APPROVED: "Arrangement approved",
    EventType.EXEMPTION_SIGNED: "Arrangement agreed in writing",
    EventType.EXEMPTION_ENDED: "Arrangement ended",
    EventType.HOLD_PLACED: "Hold placed",
    EventType.HOLD_LIFTED: "Hold lifted",
    EventType.ARRANGEMENT_CARRIED: "Still arranged",
    EventType.INCIDENT_NOTED: "Incident noted",
    EventType.PARENTS_INFORMED: "Parents informed",
    EventType.CONSEQUENCE_DECIDED: "Consequence decided",
    EventType.SEARCH_NOTED: "Search noted",
    EventType.SEARCH_CONFIRMED: "Search confirmed",
    EventType.NOTED: "Note left for the duty lead",
    EventType.NOTE_READ: "Seen by the duty lead",
    EventType.NOTE_CLOSED: "Dealt with by the duty lead",
    EventType.LEAD_TRANSFERRED: "What is the duty lead's taken to its own place",
    EventType.MOVED: "Moved to another cubby",
    EventType.CORRECTION_MADE: "Corrected",
    EventType.NOT_EXPECTED: "Not expected today",
    EventType.EXPECTED_AGAIN: "Expected after all",
    EventType.ABSENCES_NOTED: "Absences taken from a list",
    EventType.CUBBY_TAKEN_OUT: "Cubby taken out of service",
    EventType.CUBBY_PUT_BACK: "Cubby back in service",
    EventType.CUBBY_ASSIGNED: "Cubby assigned",
    EventType.CUBBY_UNASSIGNED: "Cubby for anybody again",
    EventType.CUBBIES_WISHED: "Wishes about cubbies changed",
    EventType.BOX_RETURNED: "Class's box given back",
    EventType.CUBBY_UNKNOWN: "Cubby no longer certain",
    EventType.LOOKED_INSIDE: "Looked inside",
    EventType.RECONCILED: "Every cubby is certain again",
    EventType.KEY_USED: "Mechanical key used",
    EventType.FIRE_BEGUN: "Fire alarm",
    EventType.ALL_CLEAR: "All clear",
    EventType.ROUND_BEGUN: "Opening one after another",
    EventType.ROUND_PAUSED: "Round of openings paused",
    EventType.ROUND_RESUMED: "Round of openings went on",
    EventType.ROUND_ENDED: "Round of openings over",
    EventType.ALERT_RAISED: "Alert",
    EventType.ALERT_ACKNOWLEDGED: "Alert seen by staff",
    EventType.ALERT_CLEARED: "Alert over",
    EventType.CLOCK_CONFIRMED: "Clock confirmed",
    EventType.ROSTER_IMPORTED: "Roster imported",
    EventType.ROSTER_UNDONE: "Import of the roster taken back",
    EventType.CARD_ENROLLED: "Card enrolled",
    EventType.CARD_BLOCKED: "Card blocked",
    EventType.CARD_LOST: "Card reported lost",
    EventType.CARD_FOUND: "Lost card found",
    EventType.PIN_SET: "PIN set",
    EventType.PIN_ENTERED: "PIN entered",
    EventType.PIN_REFUSED: "Wrong PIN",
    EventType.SIGNS_ADAPTED: "Signs adapted",
    EventType.PERSON_NOTED: "Details noted",
    EventType.VISITOR_CAME: "Visitor came",
    EventType.VISITOR_LEFT: "Visitor left",
    EventType.USER_ADDED: "User added",
    EventType.PASSWORD_CHANGED: "User changed",
    EventType.ROLES_REQUESTED: "Lead's role asked for",
    EventType.ROLES_CONFIRMED: "Lead's role confirmed",
    EventType.ROLES_DECLINED: "Lead's role declined",
    EventType.TOKEN_MADE: "Token made for a program",
    EventType.TOKEN_REVOKED: "Token of a program taken back",
    EventType.SIGNED_IN: "Signed in",
    EventType.SIGN_IN_REFUSED: "Sign-in refused",
    EventType.STORE_FAILED: "Record cannot be written",
    EventType.STORE_RECOVERED: "Record can be written again",
    EventType.ROTATED: "Events moved into history",
    EventType.CARRIED_FORWARD: "Still kept",
    EventType.SEGMENT_DROPPED: "Old events dropped",
    EventType.PERSON_EXPORTED: "Taken together for subject access",
    EventType.PERSON_ERASED: "Person forgotten",
    EventType.BACKUP_MADE: "Backup made",
    EventType.RECORD_REPAIRED: "Record repaired",
    EventType.RECORD_RESTORED: "Record put back from a backup",
}


# Each cubby gets two pulses, and what is handed in one other cubby; a tap meanwhile counts too.
_ORDINALS: Mapping[int, str] = {2: "second", 3: "third", 4: "fourth"}

_TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "source": lambda data: f"from {data['source']}",
    "scopes": lambda data: f"to read {', '.join(data['scopes'])}",
    "kinds": lambda data: devices_words(data.get("count", 0), kinds_of(data["kinds"])),
    "devices": lambda data: kinds_words(kinds_of(data["devices"])),
    "pin": lambda data: "with a PIN",
    "renewed": lambda data: "the same password, hashed anew",
    "signed": lambda data: f"agreed in writing on {data['signed']}",
    "version": lambda data: f"version {data['version']}",
}


def event_details(event: Event) -> str:
    """Why, and what else the event says; nobody is in it."""
    parts = [why] if (why := why_words(event)) else []
    if "alert" in event.data:
        alert, bank = Alert(event.data["alert"]), event.data.get("bank", "")
        parts.append(alert_words(alert, event.cubby, bank, event.data.get("detail", "")))
    if (attempt := event.data.get("attempt", 1)) > 1:
        parts.append(f"{_ORDINALS.get(attempt, f'{attempt}th')} attempt")
    if "cubbies" in event.data:
        count = len(event.data["cubbies"])
        parts.append("1 cubby" if count == 1 else f"{count} cubbies")
    if event.data.get("failed"):
        parts.append(f"did not open: {', '.join(map(str, event.data['failed']))}")
    if event.type is EventType.ROUND_ENDED and event.data.get("left"):
        parts.append(f"not opened: {', '.join(map(str, event.data['left']))}")
    if event.data.get("presumed"):
        parts.append("unconfirmed: no sensor")
    parts += [tell(event.data) for name, tell in _TOLD.items() if name in event.data]
    if event.type in _COUNTED:
        counts = ((event.data.get(name), name) for name in _COUNTED[event.type])
        parts.append(", ".join(f"{n} {name}" for n, name in counts if n) or "no change")
    return "; ".join(parts)


# What events count, in the words of their data.
_COUNTED: Mapping[EventType, tuple[str, ...]] = {
    EventType.ROSTER_IMPORTED: ("added", "changed", "left"),
    EventType.ROSTER_UNDONE: ("changed", "gone", "left"),
}


def why_words(event: Event) -> str:
    """Why, in the school's own words where it has them; "" for none."""
    shipped = REASONS[event.reason] if event.reason else ""
    return str(event.data["own"]) if event.granted and "own" in event.data else shipped


def event_title(event: Event) -> str:
    """What happened, and whether it was refused."""
    asked = event.type in (EventType.TAPPED, EventType.OVERRIDDEN)
    return EVENTS[event.type] + (", refused" if asked and event.granted is False else "")


def alert_words(alert: Alert, cubby: int | None, bank: str = "", detail: str = "") -> str:
    """The alert in a sentence: what it is about, what is wrong, and what was seen. A reader's
    driver says all of that itself."""
    if alert is Alert.READER_LOST and detail.startswith("The card reader"):
        return detail.rstrip(".")
    is_cubbys = cubby is not None and ALERTS[alert][0].islower()
    words = f"Cubby {cubby} {ALERTS[alert]}" if is_cubbys else ALERTS[alert]
    seen = ": ".join(part for part in (f"bank {bank}" if bank else "", detail) if part)
    return f"{words} ({seen})" if seen else words
