"""The tap table: which row decides, with what outcome. Each row of the school's rules is here.

An example or two of each; ``test_fact_space`` tries every combination there is.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import LONDON

from kiosk.acts import Sign
from kiosk.events import Alert, Event, EventType, Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.facts import Decision, Facts
from kiosk.policy.signs import FACES, SIGNS
from kiosk.policy.tap import TAP_TABLE, decide_tap
from kiosk.policy.words import ALERTS, EVENTS, REASONS, event_details
from kiosk.state import Collection, Deposit, Place, Transaction
from kiosk.timetable import Phase

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RELEASE = datetime(2026, 3, 2, 15, 10, tzinfo=LONDON)
DUE = datetime(2026, 3, 2, 13, 0, tzinfo=LONDON)


def ago(**time: float) -> Moment:
    passed = timedelta(**time)
    return Moment(NOON - passed, 100_000 - passed.total_seconds(), "boot")


def facts(phase: Phase, **more: object) -> Facts:
    trusted = more.pop("clock_trusted", True)
    now = replace(ago(), trusted=bool(trusted))
    return Facts(now, NOON.astimezone(LONDON), phase, RELEASE).but(**{"free": 7, **more})


IN = Deposit(1, "p", 3, ago(hours=3))
JUST_IN = replace(IN, since=ago(seconds=119))
JUST_BACK = replace(IN, back=ago(seconds=119))
SINCE_YESTERDAY = replace(IN, since=ago(days=1))
BACK_TODAY = replace(SINCE_YESTERDAY, back=ago(hours=1))
INTERRUPTED = replace(IN, doubt=Reason.INTERRUPTED)
INTERRUPTED_YESTERDAY = replace(SINCE_YESTERDAY, doubt=Reason.INTERRUPTED)
TAKEN_OUT_HALF = replace(IN, doubt=Reason.INTERRUPTED_OUT)
JUST_IN_BEFORE_BOOT = replace(IN, since=replace(ago(seconds=60), boot="the one before"))
LOOKED_AT = replace(IN, doubt=Reason.OPENED_BY_STAFF)
LOST = replace(IN, cubby=None, doubt=Reason.EMPTY)
IN_THE_OFFICE = replace(IN, cubby=None, place=Place.OFFICE)
OUT = replace(IN, place=Place.OUT)
PULSED = Transaction(9, 3, Purpose.COLLECT, "person:p", "p", 1, 1, ago(seconds=4))
PULSED_TWICE = replace(PULSED, attempt=2)
OPEN = replace(PULSED, opened=ago(seconds=2))
PUTTING_IN = replace(OPEN, purpose=Purpose.DEPOSIT)
TAKING_OUT = replace(PULSED, purpose=Purpose.TAKE_OUT)
TAKEN = Collection(5, ago(minutes=4))
TAKEN_EARLIER = Collection(5, ago(minutes=6))
NOBODY = None
A, L, R, C = Phase.ARRIVAL, Phase.LOCKED, Phase.RELEASE, Phase.CLOSED


def granted(
    reason: Reason, cubby: int | None = None, purpose: Purpose | None = None, **more: object
) -> Decision:
    return Decision(True, reason, cubby, purpose, **more)  # type: ignore[arg-type]


def refused(reason: Reason, **more: object) -> Decision:
    return Decision(False, reason, **more)  # type: ignore[arg-type]


DEPOSIT = granted(Reason.DEPOSIT, 7, Purpose.DEPOSIT)
COLLECT = granted(Reason.COLLECT, 3, Purpose.COLLECT)
REOPEN = granted(Reason.REOPEN, 3, Purpose.REOPEN)
SHUT_IT = refused(Reason.DOOR_OPEN, cubby=3)
NOT_YET = refused(Reason.NOT_YET, come_at=RELEASE)
HELD = refused(Reason.HELD)
WAIT = refused(Reason.NEIGHBOUR_OPEN)
BESIDE_IT = frozenset({3})
MEDICAL = granted(Reason.MEDICAL_ACCESS, 3, Purpose.TAKE_OUT)
BACK = granted(Reason.BACK, 3, Purpose.BRING_BACK)

TABLE = [
    # row, facts, outcome
    ("1", facts(A, card=NOBODY), refused(Reason.UNKNOWN_CARD)),
    ("1", facts(A, card=NOBODY, is_random=True), refused(Reason.RANDOM_CARD)),
    ("1", facts(A, card=NOBODY, is_disputed=True), refused(Reason.CLAIM_DISPUTED)),
    ("1", facts(A, card=CardStatus.BLOCKED), refused(Reason.BLOCKED_CARD)),
    ("1", facts(R, card=CardStatus.BLOCKED, deposit=IN), refused(Reason.BLOCKED_CARD)),
    ("1", facts(A, card=CardStatus.BOUND), refused(Reason.BLOCKED_CARD)),
    ("1", facts(A, is_expired=True), refused(Reason.EXPIRED_CARD)),
    ("1", facts(R, is_expired=True, deposit=IN, is_medical=True), refused(Reason.EXPIRED_CARD)),
    ("1", facts(R, card=CardStatus.BLOCKED, is_expired=True), refused(Reason.BLOCKED_CARD)),
    ("1", facts(R, card=CardStatus.LOST, deposit=IN), refused(Reason.LOST_CARD)),
    ("1", facts(A, card=CardStatus.LOST, is_expired=True), refused(Reason.LOST_CARD)),
    ("1", facts(A, is_early_card=True), refused(Reason.EARLY_CARD)),
    ("1", facts(R, is_early_card=True, deposit=IN, is_medical=True), refused(Reason.EARLY_CARD)),
    ("1", facts(R, card=CardStatus.BLOCKED, is_early_card=True), refused(Reason.BLOCKED_CARD)),
    ("1", facts(A, leaver=True), refused(Reason.BLOCKED_CARD)),
    ("1a", facts(R, transaction=OPEN), refused(Reason.DOOR_OPEN, cubby=3)),
    ("1a", facts(L, transaction=OPEN, stands_open=True, is_medical=True), SHUT_IT),
    (
        "1b",
        facts(L, transaction=PULSED, deposit=IN),
        granted(Reason.AGAIN, 3, Purpose.COLLECT),
    ),
    ("1b", facts(R, transaction=PULSED, deposit=IN, held=True), HELD),
    (
        "1b",
        facts(L, transaction=TAKING_OUT, deposit=IN, held=True, is_medical=True),
        granted(Reason.AGAIN, 3, Purpose.TAKE_OUT),
    ),
    (
        "1b",
        facts(L, transaction=TAKING_OUT, deposit=IN, held=True, is_medical=True, need_met=True),
        HELD,
    ),
    (
        "1b",
        facts(R, transaction=PULSED, deposit=IN, crowded=BESIDE_IT),
        granted(Reason.AGAIN, 3, Purpose.COLLECT),
    ),
    ("1c", facts(L, transaction=PULSED_TWICE, deposit=IN), refused(Reason.NOT_OPENED)),
    (
        "1d",
        facts(L, deposit=IN, is_in_use=True, is_medical=True),
        refused(Reason.DOOR_OPEN, cubby=3),
    ),
    ("1d", facts(R, deposit=IN, is_in_use=True), refused(Reason.DOOR_OPEN, cubby=3)),
    ("1d", facts(L, out=OUT, is_in_use=True), refused(Reason.DOOR_OPEN, cubby=3)),
    ("2", facts(L, deposit=IN, is_medical=True), MEDICAL),
    ("2", facts(R, deposit=IN, is_medical=True, is_late=True), COLLECT),
    ("2", facts(L, deposit=IN, is_medical=True, crowded=BESIDE_IT), MEDICAL),
    ("2", facts(L, deposit=IN, is_medical=True, due=DUE), MEDICAL._replace(due=DUE)),
    ("2", facts(L, deposit=IN, is_medical=True, is_in_use=True, stands_open=True), MEDICAL),
    ("2", facts(L, deposit=IN, is_medical=True, transaction=PUTTING_IN, stands_open=True), MEDICAL),
    ("2", facts(L, is_medical=True, transaction=PUTTING_IN, stands_open=True), MEDICAL),
    ("2", facts(C, deposit=IN, is_medical=True), COLLECT),
    ("2", facts(R, deposit=IN, is_medical=True), COLLECT),
    ("2", facts(L, deposit=IN, is_medical=True, is_early=True), COLLECT),
    ("2", facts(L, deposit=IN, is_medical=True, is_going_home=True), COLLECT),
    ("2", facts(L, deposit=IN, is_medical=True, may_take_out=True, is_for_good=True), COLLECT),
    ("2", facts(R, deposit=IN, is_medical=True, clock_trusted=False), MEDICAL),
    ("2", facts(L, deposit=IN, is_medical=True, clock_trusted=False), MEDICAL),
    ("2", facts(L, deposit=LOOKED_AT, is_medical=True, disk_failing=True), MEDICAL),
    ("2", facts(L, deposit=IN, is_medical=True, held=True), MEDICAL),
    ("2", facts(L, deposit=IN, is_medical=True, held=True, need_met=True), HELD),
    ("3", facts(L, leaver=True, deposit=IN), COLLECT),
    ("3", facts(L, is_going_home=True, deposit=IN), COLLECT),
    ("3", facts(R, is_going_home=True, deposit=IN, is_late=True), COLLECT),
    ("3", facts(A, is_going_home=True, deposit=INTERRUPTED), COLLECT),
    ("3", facts(C, is_going_home=True, deposit=IN, clock_trusted=False), COLLECT),
    ("3", facts(L, is_going_home=True, deposit=IN, held=True), HELD),
    ("3a", facts(R, deposit=LOST), refused(Reason.UNDER_ENQUIRY)),
    ("3a", facts(R, leaver=True, deposit=LOST), refused(Reason.UNDER_ENQUIRY)),
    ("3a", facts(L, deposit=IN_THE_OFFICE, is_medical=True), refused(Reason.UNDER_ENQUIRY)),
    ("4", facts(L, out=OUT), BACK),
    ("4", facts(L, out=OUT, leaver=True), granted(Reason.OUT_AT_RELEASE)),
    ("4", facts(L, out=OUT, is_going_home=True), granted(Reason.OUT_AT_RELEASE)),
    ("4", facts(R, out=OUT, is_in_use=True), granted(Reason.OUT_AT_RELEASE)),
    ("4", facts(L, out=OUT, disk_failing=True), BACK),
    ("4", facts(R, out=OUT, clock_trusted=False), BACK),
    ("4", facts(R, out=OUT), granted(Reason.OUT_AT_RELEASE)),
    ("4", facts(C, out=OUT), granted(Reason.OUT_AT_RELEASE)),
    ("5", facts(A, is_exempt=True), granted(Reason.EXEMPT)),
    ("5", facts(C, is_exempt=True), granted(Reason.EXEMPT)),
    ("5", facts(A, is_exempt=True, collection=TAKEN), granted(Reason.EXEMPT)),
    ("6", facts(R, collection=TAKEN), granted(Reason.LEFT_INSIDE, 5, Purpose.LEFT_INSIDE)),
    ("7", facts(R, collection=TAKEN_EARLIER), refused(Reason.NOTHING_HERE)),
    (
        "7",
        facts(R, collection=TAKEN, last_cubby_is_free=False),
        refused(Reason.NOTHING_HERE),
    ),
    ("8", facts(C), refused(Reason.KIOSK_CLOSED)),
    ("8", facts(C, deposit=IN), refused(Reason.KIOSK_CLOSED)),
    ("8", facts(C, deposit=IN, leaver=True), refused(Reason.KIOSK_CLOSED)),
    ("8", facts(C, deposit=IN, is_going_home=True), refused(Reason.KIOSK_CLOSED)),
    ("8", facts(C, deposit=IN, may_take_out=True), refused(Reason.KIOSK_CLOSED)),
    ("8", facts(C, deposit=IN, held=True), refused(Reason.KIOSK_CLOSED)),
    ("9", facts(A, is_faulty=True), refused(Reason.OUT_OF_ORDER)),
    ("9", facts(A, disk_failing=True), refused(Reason.DISK_FAILING)),
    ("10", facts(A, free=None), refused(Reason.FULL)),
    ("11", facts(A), DEPOSIT),
    ("11", facts(L), DEPOSIT),
    ("11", facts(R), DEPOSIT),
    ("11", facts(C, clock_trusted=False), DEPOSIT),
    ("11", facts(L, collection=TAKEN_EARLIER), DEPOSIT),
    ("11", facts(R, collection=TAKEN_EARLIER, has_session_left=True), DEPOSIT),
    ("11", facts(R, collection=TAKEN_EARLIER, is_adult=True), DEPOSIT),
    ("11", facts(C, is_adult=True), DEPOSIT),
    ("11", facts(A, crowded=frozenset({7})), WAIT),
    ("11", facts(A, crowded=BESIDE_IT), DEPOSIT),
    ("11a", facts(A, deposit=INTERRUPTED), REOPEN),
    ("12", facts(L, deposit=JUST_IN), REOPEN),
    ("12", facts(L, deposit=replace(IN, since=ago())), REOPEN),
    ("12", facts(L, deposit=JUST_IN_BEFORE_BOOT), REOPEN),
    ("12", facts(L, deposit=JUST_BACK), REOPEN),
    ("12", facts(A, deposit=JUST_IN, clock_trusted=False), REOPEN),
    ("12", facts(L, deposit=JUST_IN, held=True), HELD),
    ("13", facts(R, deposit=IN, clock_trusted=False), refused(Reason.CLOCK_NOT_TRUSTED)),
    ("13", facts(C, deposit=IN, clock_trusted=False), refused(Reason.CLOCK_NOT_TRUSTED)),
    (
        "13",
        facts(L, deposit=JUST_IN_BEFORE_BOOT, clock_trusted=False),
        refused(Reason.CLOCK_NOT_TRUSTED),
    ),
    ("14", facts(L, deposit=IN, may_take_out=True), granted(Reason.OUT, 3, Purpose.TAKE_OUT)),
    (
        "14",
        facts(L, deposit=LOOKED_AT, may_take_out=True, due=DUE),
        granted(Reason.OUT, 3, Purpose.TAKE_OUT, due=DUE),
    ),
    ("14", facts(L, deposit=IN, may_take_out=True, is_for_good=True), COLLECT),
    ("14", facts(L, deposit=IN, may_take_out=True, held=True), HELD),
    ("14a", facts(A, deposit=INTERRUPTED_YESTERDAY), refused(Reason.UNDER_ENQUIRY)),
    ("14a", facts(A, deposit=TAKEN_OUT_HALF), refused(Reason.UNDER_ENQUIRY)),
    ("14a", facts(L, deposit=INTERRUPTED), refused(Reason.UNDER_ENQUIRY)),
    ("14a", facts(A, deposit=LOOKED_AT), refused(Reason.UNDER_ENQUIRY)),
    ("15", facts(A, deposit=SINCE_YESTERDAY), refused(Reason.ALREADY_IN)),
    ("16", facts(L, deposit=IN, is_exempt=True), NOT_YET),
    ("16", facts(L, deposit=replace(IN, since=ago(minutes=2))), NOT_YET),
    ("16", facts(A, deposit=IN), NOT_YET),
    ("16", facts(L, deposit=IN), NOT_YET),
    ("16", facts(L, deposit=BACK_TODAY), NOT_YET),
    ("16", facts(L, deposit=IN, held=True), NOT_YET),
    ("16", facts(L, deposit=IN, crowded=BESIDE_IT), NOT_YET),
    ("16a", facts(R, deposit=IN, is_late=True), refused(Reason.AFTER_RELEASE)),
    ("16a", facts(R, deposit=IN, is_late=True, held=True), refused(Reason.AFTER_RELEASE)),
    ("17", facts(R, deposit=IN), COLLECT),
    ("17", facts(R, deposit=IN, is_late=True, is_adult=True), COLLECT),
    ("17", facts(R, deposit=IN, is_late=True, is_early=True), COLLECT),
    ("17", facts(R, deposit=IN, is_late=True, may_take_out=True), COLLECT),
    ("17", facts(R, deposit=IN, is_faulty=True), COLLECT),
    ("17", facts(R, deposit=IN, may_take_out=True), COLLECT),
    ("17", facts(L, deposit=IN, may_take_out=True, is_early=True), COLLECT),
    ("17", facts(R, deposit=SINCE_YESTERDAY), COLLECT),
    ("17", facts(R, deposit=INTERRUPTED), COLLECT),
    ("17", facts(R, deposit=TAKEN_OUT_HALF), COLLECT),
    ("17", facts(L, deposit=IN, is_early=True), COLLECT),
    ("17", facts(L, deposit=IN, is_adult=True), COLLECT),
    ("17", facts(C, deposit=IN, is_adult=True), COLLECT),
    ("17", facts(R, deposit=IN, held=True), HELD),
    ("17", facts(R, deposit=IN, crowded=BESIDE_IT), WAIT),
    ("17", facts(R, deposit=IN, held=True, crowded=BESIDE_IT), WAIT),
    ("17", facts(R, deposit=IN, is_adult=True, crowded=BESIDE_IT), WAIT),
    ("17", facts(R, deposit=IN, held=True, need_met=True), HELD),
]


@pytest.mark.parametrize(("row", "given", "outcome"), TABLE)
def test_the_first_row_that_applies_decides(row: str, given: Facts, outcome: Decision) -> None:
    assert decide_tap(given) == outcome._replace(row=row)


def test_every_row_of_the_table_is_shown_above() -> None:
    assert [row.number for row in TAP_TABLE] == list(dict.fromkeys(r for r, _, _ in TABLE))


def test_every_refusal_of_a_tap_has_a_sign_and_words_for_staff() -> None:
    refusals = {outcome.reason for _, _, outcome in TABLE if not outcome.granted}

    assert refusals | {Reason.TWO_CARDS} == SIGNS.keys()
    assert set(Reason) == REASONS.keys()
    assert set(Sign) == FACES.keys()
    assert set(EventType) == EVENTS.keys()
    assert set(Alert) == ALERTS.keys()


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"added": 2, "changed": 1, "left": 3}, "2 added, 1 changed, 3 left"),
        ({"added": 2, "changed": 0}, "2 added"),
        ({"added": 0, "changed": 0}, "no change"),
    ],
)
def test_an_import_is_told_by_what_it_changed(counts: dict[str, int], words: str) -> None:
    moment = Moment(datetime(2026, 3, 2, 9, tzinfo=UTC), 1.0)
    assert event_details(Event(EventType.ROSTER_IMPORTED, 1, moment, data=counts)) == words


def test_no_sign_has_more_than_five_words() -> None:
    assert [f.words for f in FACES.values() if len(f.words.split()) > 5] == []
