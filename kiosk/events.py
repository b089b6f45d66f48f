"""What happened: the event, its types, and the closed lists of reasons.

The catalogue with each type's fields and its effect on custody is docs/adr/0001-the-events.md.
An event is never changed; names, notes and card numbers are not in it, only opaque ids.

Longer than other files here: it is the one list of what a record can say, read from top to bottom.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self


class EventType(StrEnum):
    """Past facts. A type is never renamed, nor given another meaning."""

    KIOSK_STARTED = "kiosk_started"
    KIOSK_STOPPED = "kiosk_stopped"
    TAPPED = "tapped"
    OVERRIDDEN = "overridden"
    PULSE_STARTED = "pulse_started"
    PULSE_FAILED = "pulse_failed"
    PULSE_UNKNOWN = "pulse_unknown"
    DOOR_OPENED = "door_opened"
    DOOR_CLOSED = "door_closed"
    DEPOSITED = "deposited"
    COLLECTED = "collected"
    CUSTODY_UNKNOWN = "custody_unknown"
    CUSTODY_STATED = "custody_stated"
    TAKEN_OUT = "taken_out"
    TAKEN_IN = "taken_in"
    TAKEN_ALONG = "taken_along"
    COUNTED_BACK = "counted_back"
    DEVICES_NOTED = "devices_noted"
    HANDED_OVER = "handed_over"
    PASS_GIVEN = "pass_given"
    PASS_ENDED = "pass_ended"
    GOING_HOME = "going_home"
    RELEASED_NOW = "released_now"
    RULES_CHANGED = "rules_changed"
    EXEMPTION_GRANTED = "exemption_granted"
    EXEMPTION_APPROVED = "exemption_approved"
    EXEMPTION_SIGNED = "exemption_signed"
    EXEMPTION_ENDED = "exemption_ended"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    ARRANGEMENT_CARRIED = "arrangement_carried"
    INCIDENT_NOTED = "incident_noted"
    PARENTS_INFORMED = "parents_informed"
    CONSEQUENCE_DECIDED = "consequence_decided"
    SEARCH_NOTED = "search_noted"
    SEARCH_CONFIRMED = "search_confirmed"
    NOTED = "noted"
    NOTE_READ = "note_read"
    NOTE_CLOSED = "note_closed"
    LEAD_TRANSFERRED = "lead_transferred"
    MOVED = "moved"
    CORRECTION_MADE = "correction_made"
    NOT_EXPECTED = "not_expected"
    EXPECTED_AGAIN = "expected_again"
    ABSENCES_NOTED = "absences_noted"
    CUBBY_TAKEN_OUT = "cubby_taken_out"
    CUBBY_PUT_BACK = "cubby_put_back"
    CUBBY_ASSIGNED = "cubby_assigned"
    CUBBY_UNASSIGNED = "cubby_unassigned"
    CUBBIES_WISHED = "cubbies_wished"
    BOX_RETURNED = "box_returned"
    CUBBY_UNKNOWN = "cubby_unknown"
    LOOKED_INSIDE = "looked_inside"
    RECONCILED = "reconciled"
    KEY_USED = "key_used"
    FIRE_BEGUN = "fire_begun"
    ALL_CLEAR = "all_clear"
    ROUND_BEGUN = "round_begun"
    ROUND_PAUSED = "round_paused"
    ROUND_RESUMED = "round_resumed"
    ROUND_ENDED = "round_ended"
    ALERT_RAISED = "alert_raised"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    ALERT_CLEARED = "alert_cleared"
    CLOCK_CONFIRMED = "clock_confirmed"
    ROSTER_IMPORTED = "roster_imported"
    ROSTER_UNDONE = "roster_undone"
    CARD_ENROLLED = "card_enrolled"
    CARD_BLOCKED = "card_blocked"
    CARD_LOST = "card_lost"
    CARD_FOUND = "card_found"
    PIN_SET = "pin_set"
    PIN_ENTERED = "pin_entered"
    PIN_REFUSED = "pin_refused"
    SIGNS_ADAPTED = "signs_adapted"
    PERSON_NOTED = "person_noted"
    VISITOR_CAME = "visitor_came"
    VISITOR_LEFT = "visitor_left"
    USER_ADDED = "user_added"
    PASSWORD_CHANGED = "password_changed"
    ROLES_REQUESTED = "roles_requested"
    ROLES_CONFIRMED = "roles_confirmed"
    ROLES_DECLINED = "roles_declined"
    TOKEN_MADE = "token_made"
    TOKEN_REVOKED = "token_revoked"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    STORE_FAILED = "store_failed"
    STORE_RECOVERED = "store_recovered"
    ROTATED = "rotated"
    CARRIED_FORWARD = "carried_forward"
    SEGMENT_DROPPED = "segment_dropped"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASED = "person_erased"
    BACKUP_MADE = "backup_made"
    RECORD_REPAIRED = "record_repaired"
    RECORD_RESTORED = "record_restored"


class Reason(StrEnum):
    """Why: a closed list. Which reasons go with which event is in the catalogue."""

    # of a tap that was granted
    DEPOSIT = "deposit"
    COLLECT = "collect"
    REOPEN = "reopen"
    LEFT_INSIDE = "left_inside"
    AGAIN = "again"
    MEDICAL_ACCESS = "medical_access"
    OUT = "out"
    BACK = "back"
    OUT_AT_RELEASE = "out_at_release"
    EXEMPT = "exempt"
    HANDED_IN = "handed_in"
    STAFF_CARD = "staff_card"
    CLASS_BOX = "class_box"
    # of a tap that was refused
    UNKNOWN_CARD = "unknown_card"
    BLOCKED_CARD = "blocked_card"
    EXPIRED_CARD = "expired_card"
    LOST_CARD = "lost_card"
    EARLY_CARD = "early_card"
    NO_PIN = "no_pin"
    WRONG_PIN = "wrong_pin"
    HELD = "held"
    RANDOM_CARD = "random_card"
    TWO_CARDS = "two_cards"
    CLAIM_DISPUTED = "claim_disputed"
    NOTHING_HERE = "nothing_here"
    KIOSK_CLOSED = "kiosk_closed"
    OUT_OF_ORDER = "out_of_order"
    FULL = "full"
    CLOCK_NOT_TRUSTED = "clock_not_trusted"
    ALREADY_IN = "already_in"
    NOT_YET = "not_yet"
    DOOR_OPEN = "door_open"
    UNDER_ENQUIRY = "under_enquiry"
    DISK_FAILING = "disk_failing"
    FIRE = "fire"
    NEIGHBOUR_OPEN = "neighbour_open"
    AFTER_RELEASE = "after_release"
    # of a staff act that was refused
    ALREADY_SO = "already_so"
    NOT_KNOWN = "not_known"
    CARD_TAKEN = "card_taken"
    NO_SUCH_CUBBY = "no_such_cubby"
    NOT_THAT_PERSON = "not_that_person"
    CUBBY_BUSY = "cubby_busy"
    CUBBY_RESERVED = "cubby_reserved"
    STILL_KEPT = "still_kept"
    NOT_ALLOWED = "not_allowed"
    NOT_THEIR_FORM = "not_their_form"
    ROLE_IN_USE = "role_in_use"
    FOR_LEADS = "for_leads"
    NOBODY_LEFT = "nobody_left"
    NO_SUCH_REASON = "no_such_reason"
    INCOMPLETE = "incomplete"
    STILL_TO_COME = "still_to_come"
    SECOND_PERSON = "second_person"
    NOT_A_PUPIL = "not_a_pupil"
    CUBBY_TAKEN = "cubby_taken"
    HAS_ANOTHER = "has_another"
    OUT_OF_DATE = "out_of_date"
    WAS_IN = "was_in"
    NEEDS_CONSENT = "needs_consent"
    LEAD_FIRST = "lead_first"
    # of a staff act that was granted: the school's list, these being the ones shipped
    MEDICAL = "medical"
    FORGOTTEN_CARD = "forgotten_card"
    LEAVING_EARLY = "leaving_early"
    WELFARE_CHECK = "welfare_check"
    CUBBY_CHECK = "cubby_check"
    EMPTYING = "emptying"
    AT_KIOSK = "at_kiosk"
    OTHER = "other"
    # of a door, a pulse or a custody
    FORCED = "forced"
    FOUND = "found"
    NOT_OPENED = "not_opened"
    LOCK_FAULT = "lock_fault"
    INTERRUPTED = "interrupted"
    INTERRUPTED_OUT = "interrupted_out"
    REOPENED = "reopened"
    NOT_SHUT = "not_shut"
    UNSEEN = "unseen"
    RECORD_DAMAGED = "record_damaged"
    RECORD_RESTORED = "record_restored"
    OPENED_BY_STAFF = "opened_by_staff"
    OWNER_UNKNOWN = "owner_unknown"
    TAKEN_BY_ANOTHER = "taken_by_another"
    KEY_USED = "key_used"
    NOT_EMPTY = "not_empty"
    FOUND_ELSEWHERE = "found_elsewhere"
    # of a cubby that is out of service
    DEFECT = "defect"
    CLEANING = "cleaning"
    KEPT_FREE = "kept_free"
    # what staff state to be true
    GIVEN = "given"
    INSIDE = "inside"
    EMPTY = "empty"
    NEVER_PUT_IN = "never_put_in"


class Purpose(StrEnum):
    """What an opening is for; decides what its door means for custody."""

    DEPOSIT = "deposit"
    COLLECT = "collect"
    REOPEN = "reopen"
    LEFT_INSIDE = "left_inside"
    TAKE_OUT = "take_out"
    BRING_BACK = "bring_back"
    OVERRIDE = "override"
    BOX = "class_box"


class Alert(StrEnum):
    """What staff are told without being asked. Raised, acknowledged, cleared."""

    NOT_OPENED = "not_opened"
    LEFT_OPEN = "left_open"
    FORCED = "forced"
    READER_LOST = "reader_lost"
    LOCKS_LOST = "locks_lost"
    LIGHTS_LOST = "lights_lost"
    POWER_LOW = "power_low"
    NEARLY_FULL = "nearly_full"
    FULL = "full"
    UNCOLLECTED = "uncollected"
    NOT_SEEN = "not_seen"
    CARD_LEFT = "card_left"
    CARD_COPIED = "card_copied"
    CARD_CHANGED = "card_changed"
    OVERDUE = "overdue"
    REVIEW_DUE = "review_due"
    NOTE_WAITING = "note_waiting"
    ROLES_WAITING = "roles_waiting"
    RECORD_FAILING = "record_failing"
    RECORD_DAMAGED = "record_damaged"
    RECORD_UNSOUND = "record_unsound"
    LOOK_INSIDE = "look_inside"
    COIL_ON = "coil_on"
    OPENED_AT_KIOSK = "opened_at_kiosk"
    FIRE = "fire"


SYSTEM = "kiosk"  # the actor of what nobody did: doors, alerts, starts
CONSOLE = "console"  # the user's id of whoever typed a command on the machine itself


def person_actor(person: str) -> str:
    """The actor of a tap."""
    return f"person:{person}"


def user_actor(user: str) -> str:
    """The actor of a staff act on the pages or the command line."""
    return f"user:{user}"


@dataclass(frozen=True, slots=True)
class Moment:
    """When: ``at`` in UTC, whether the clock was ``trusted``, and ``mono`` seconds of ``boot``.

    Short deadlines compare ``mono`` of one boot; everything else compares ``at``.
    """

    at: datetime
    mono: float
    boot: str = ""
    trusted: bool = True

    def since(self, earlier: "Moment") -> timedelta:
        """The time passed: by the monotonic clock where both moments are of one boot, else by the
        wall, which is only worth asking where it is trusted."""
        if self.boot == earlier.boot:
            return timedelta(seconds=self.mono - earlier.mono)
        return self.at - earlier.at


@dataclass(frozen=True, slots=True)
class Event:
    """One past fact. ``seq`` counts from 1 without gaps and is never used again.

    ``cause`` is the seq of the tap or staff act that an opening, its doors and its custody belong
    to; a deposit is named by the seq of the tap that began it. ``actor`` is who did it.
    """

    type: EventType
    seq: int
    now: Moment
    actor: str = SYSTEM
    person: str | None = None
    cubby: int | None = None
    granted: bool | None = None
    reason: Reason | None = None
    cause: int | None = None
    deposit: int | None = None
    note: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_record(self, kiosk: str = "") -> dict[str, Any]:
        """The event as it is written: absent fields left out."""
        now = self.now
        record: dict[str, Any] = {
            "seq": self.seq,
            "at": now.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "trusted": now.trusted,
            "boot": now.boot,
            "mono": round(now.mono, 3),
            "kiosk": kiosk,
            "type": str(self.type),
            "actor": self.actor,
        }
        for name in _OPTIONAL:
            value = getattr(self, name)
            if value is not None and value != {}:
                record[name] = dict(value) if name == "data" else value
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The event back from what was written.

        Raises:
            ValueError, KeyError: this is no event of a version we know.
        """
        get = record.get
        reason = get("reason")
        return cls(
            type=EventType(record["type"]),
            seq=record["seq"],
            now=Moment(
                at=datetime.fromisoformat(record["at"]),
                mono=record["mono"],
                boot=record["boot"],
                trusted=record["trusted"],
            ),
            actor=record["actor"],
            person=get("person"),
            cubby=get("cubby"),
            granted=get("granted"),
            reason=Reason(reason) if reason else None,
            cause=get("cause"),
            deposit=get("deposit"),
            note=get("note"),
            data=get("data", {}),
        )


_OPTIONAL = [f.name for f in fields(Event) if f.name not in ("type", "seq", "now", "actor")]


def others_in(type: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Whom else an event is about, beside its ``person``, by id: whose device or tap it was in
    truth, who is absent, which visitors a list named."""
    match type:
        case EventType.CORRECTION_MADE:
            yield from (data[key] for key in ("owner", "by") if key in data)
        case EventType.ABSENCES_NOTED:
            yield from data.get("absent", ())
        case EventType.ROSTER_IMPORTED:
            yield from data.get("visitors", ())
