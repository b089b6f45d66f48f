"""What a tap does: the tap table. The first row that applies decides, so exactly one does.

Row numbers are those of the school's rules; rows between them (1a, 3a) belong to a transaction
under way or a custody in doubt, which the rules leave to the kiosk.

Two things change what a row would open, and nothing else: a door beside it that is open, and a
hold. The door comes first, as a hold changes only what would have opened: whoever is held waits
as long as anybody would at that door, and is sent to the office when anybody's would open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kiosk.events import Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.conditions import (
    before_release,
    card_is_no_good,
    closed,
    comes_too_late,
    done_for_today,
    door_is_open,
    in_doubt_before_release,
    interrupted_on_arrival,
    is_for_good,
    is_in_a_cubby,
    is_in_the_way,
    is_shut_still,
    left_inside,
    may_collect,
    need_opens,
    nothing_kept,
    place_is_unknown,
    pulsed_once,
    reopens,
    since_an_earlier_day,
)
from kiosk.policy.facts import Decision, Facts


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    number: str
    situation: str
    applies: Callable[[Facts], bool]
    outcome: Callable[[Facts], Decision]


def decide_tap(facts: Facts) -> Decision:
    """The outcome of a tap, with the number of the row that decided it."""
    for row in TAP_TABLE:
        if row.applies(facts):
            decision = row.outcome(facts)
            if is_beside_open_door(facts, row.number, decision):
                return Decision(False, Reason.NEIGHBOUR_OPEN, row=row.number)
            if is_held_back(facts, decision):
                return Decision(False, Reason.HELD, row=row.number)
            return decision.by(row.number)
    raise LookupError("the tap table has no row for this")  # its last row always applies


def is_beside_open_door(facts: Facts, row: str, decision: Decision) -> bool:
    """Whether somebody stands at the door beside the one that would open. A medical need waits for
    nobody, nor does an opening that is under way."""
    is_new = decision.purpose is not None and row not in NEVER_WAITING
    return is_new and decision.cubby in facts.crowded


def is_held_back(facts: Facts, decision: Decision) -> bool:
    """Whether a hold changes what would have opened. A medical need is met all the same, also where
    the door has to be pulsed again, unless it was recorded how it is met meanwhile."""
    if not facts.arranged.held or decision.purpose not in TAKES:
        return False
    return facts.arranged.need_met or not facts.arranged.is_medical


MEDICAL_ROW = "2"
NEVER_WAITING = frozenset({MEDICAL_ROW, "1b"})
TAKES = frozenset({Purpose.COLLECT, Purpose.REOPEN, Purpose.TAKE_OUT})


def _refuse(reason: Reason, facts: Facts) -> Decision:
    return Decision(False, reason)


def _refuse_card(facts: Facts) -> Decision:
    if facts.is_random:
        return Decision(False, Reason.RANDOM_CARD)
    if facts.is_disputed:
        return Decision(False, Reason.CLAIM_DISPUTED)
    if facts.card is CardStatus.LOST:
        return Decision(False, Reason.LOST_CARD)
    if facts.card is CardStatus.ACTIVE and facts.is_expired:
        return Decision(False, Reason.EXPIRED_CARD)
    if facts.card is CardStatus.ACTIVE and facts.is_early_card:
        return Decision(False, Reason.EARLY_CARD)
    known = facts.card is not None
    return Decision(False, Reason.BLOCKED_CARD if known else Reason.UNKNOWN_CARD)


def _again(facts: Facts) -> Decision:
    """The door did not open yet: pulse it again, for the same purpose."""
    transaction = facts.transaction
    if transaction is None:
        raise LookupError("no transaction to repeat")
    return Decision(True, Reason.AGAIN, transaction.cubby, transaction.purpose)


def _shut_first(facts: Facts) -> Decision:
    place = facts.transaction or facts.deposit or facts.out
    return Decision(False, Reason.DOOR_OPEN, place.cubby if place else None)


def _take_out(reason: Reason, facts: Facts) -> Decision:
    """Open the cubby for a device that will come back; or that will not, and is collected."""
    place = facts.transaction or facts.deposit
    cubby = place.cubby if place else None
    if is_for_good(facts):
        return Decision(True, Reason.COLLECT, cubby, Purpose.COLLECT)
    return Decision(True, reason, cubby, Purpose.TAKE_OUT, due=facts.arranged.due)


def _bring_back(facts: Facts) -> Decision:
    """The kept cubby opens; from release on there is nothing to bring back, and no door."""
    if is_for_good(facts):
        return Decision(True, Reason.OUT_AT_RELEASE)
    cubby = facts.out.cubby if facts.out else None
    return Decision(True, Reason.BACK, cubby, Purpose.BRING_BACK)


def _open(reason: Reason, purpose: Purpose, facts: Facts) -> Decision:
    """Open the cubby that keeps the person's device."""
    return Decision(True, reason, facts.deposit.cubby if facts.deposit else None, purpose)


def _open_last(facts: Facts) -> Decision:
    cubby = facts.collection.cubby if facts.collection else None
    return Decision(True, Reason.LEFT_INSIDE, cubby, Purpose.LEFT_INSIDE)


def _take_in(facts: Facts) -> Decision:
    return Decision(True, Reason.DEPOSIT, facts.free, Purpose.DEPOSIT)


def _not_yet(facts: Facts) -> Decision:
    return Decision(False, Reason.NOT_YET, come_at=facts.release)


TAP_TABLE: tuple[Row, ...] = (
    Row(
        "1",
        "card unknown, random, blocked, lost, disputed or of another time; leaver, nothing stored",
        card_is_no_good,
        _refuse_card,
    ),
    Row("1a", "their door is open", door_is_open, _shut_first),
    Row("1b", "their door was pulsed once and is shut still", pulsed_once, _again),
    Row(
        "1c",
        "their door was pulsed twice and is shut still",
        is_shut_still,
        partial(_refuse, Reason.NOT_OPENED),
    ),
    Row("1d", "their cubby stands open, or staff use it", is_in_the_way, _shut_first),
    Row(
        MEDICAL_ROW,
        "stored; medical access covers now",
        need_opens,
        partial(_take_out, Reason.MEDICAL_ACCESS),
    ),
    Row(
        "3",
        'stored; leaver, or "going home now" given; kiosk open',
        lambda f: (f.leaver or f.arranged.is_going_home) and not closed(f) and is_in_a_cubby(f),
        partial(_open, Reason.COLLECT, Purpose.COLLECT),
    ),
    Row("3a", "nobody knows where it is", place_is_unknown, partial(_refuse, Reason.UNDER_ENQUIRY)),
    Row("4", "out, to be brought back", lambda f: f.out is not None, _bring_back),
    Row(
        "5",
        "nothing stored; exempt from depositing",
        lambda f: nothing_kept(f) and f.arranged.is_exempt,
        lambda f: Decision(True, Reason.EXEMPT),
    ),
    Row("6", "nothing stored; collected just now", left_inside, _open_last),
    Row(
        "7",
        "nothing stored; collected today, no session left",
        done_for_today,
        partial(_refuse, Reason.NOTHING_HERE),
    ),
    Row("8", "kiosk closed", closed, partial(_refuse, Reason.KIOSK_CLOSED)),
    Row(
        "9",
        "nothing stored; disk failing, reader or lock faulty",
        lambda f: f.deposit is None and (f.is_faulty or f.disk_failing),
        lambda f: Decision(False, Reason.DISK_FAILING if f.disk_failing else Reason.OUT_OF_ORDER),
    ),
    Row(
        "10",
        "nothing stored; no cubby free or usable",
        lambda f: f.deposit is None and f.free is None,
        partial(_refuse, Reason.FULL),
    ),
    Row("11", "nothing stored", lambda f: f.deposit is None, _take_in),
    Row(
        "11a",
        "putting in was interrupted; arrival",
        interrupted_on_arrival,
        partial(_open, Reason.REOPEN, Purpose.REOPEN),
    ),
    Row(
        "12",
        "stored; within the re-open grace",
        reopens,
        partial(_open, Reason.REOPEN, Purpose.REOPEN),
    ),
    Row(
        "13",
        "stored; clock not trusted",
        lambda f: not f.clock_trusted,
        partial(_refuse, Reason.CLOCK_NOT_TRUSTED),
    ),
    Row(
        "14",
        "stored; a pass or exemption covers now",
        lambda f: not may_collect(f) and f.arranged.may_take_out,
        partial(_take_out, Reason.OUT),
    ),
    Row(
        "14a",
        "stored, but not certain; before release",
        in_doubt_before_release,
        partial(_refuse, Reason.UNDER_ENQUIRY),
    ),
    Row(
        "15",
        "stored since an earlier day; before release",
        since_an_earlier_day,
        partial(_refuse, Reason.ALREADY_IN),
    ),
    Row("16", "stored; before release", before_release, _not_yet),
    Row(
        "16a",
        "stored; after their last release, and the school says office",
        comes_too_late,
        partial(_refuse, Reason.AFTER_RELEASE),
    ),
    Row(
        "17",
        "stored; release, or later",
        lambda f: True,
        partial(_open, Reason.COLLECT, Purpose.COLLECT),
    ),
)
