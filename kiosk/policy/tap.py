"""What a tap does: the tap table. The first row that applies decides, so exactly one does.

Row numbers are those of the school's rules; rows between them (1a, 3a) belong to a transaction
under way or a custody in doubt, which the rules leave to the kiosk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from kiosk.events import Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.facts import Decision, Facts
from kiosk.timetable import Phase


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
            if is_held_back(facts, decision):
                return Decision(False, Reason.HELD, row=row.number)
            return decision.by(row.number)
    raise LookupError("the tap table has no row for this")  # its last row always applies


def is_held_back(facts: Facts, decision: Decision) -> bool:
    """Whether a hold changes what would have opened. A medical need is met all the same, also where
    the door has to be pulsed again, unless it was recorded how it is met meanwhile."""
    if not facts.held or decision.purpose not in TAKES:
        return False
    return facts.need_met or not facts.is_medical


MEDICAL_ROW = "2"
TAKES = frozenset({Purpose.COLLECT, Purpose.REOPEN, Purpose.TAKE_OUT})
PUTS_IN = frozenset({Purpose.DEPOSIT, Purpose.REOPEN, Purpose.BRING_BACK})


def _refuse(reason: Reason, facts: Facts) -> Decision:
    return Decision(False, reason)


def _refuse_card(facts: Facts) -> Decision:
    if facts.is_random:
        return Decision(False, Reason.RANDOM_CARD)
    if facts.is_disputed:
        return Decision(False, Reason.CLAIM_DISPUTED)
    if facts.card is CardStatus.ACTIVE and facts.is_expired:
        return Decision(False, Reason.EXPIRED_CARD)
    known = facts.card is not None
    return Decision(False, Reason.BLOCKED_CARD if known else Reason.UNKNOWN_CARD)


def _before_release(facts: Facts) -> bool:
    """Whether they may not collect yet."""
    if facts.is_adult or facts.is_early:
        return False
    return facts.phase in (Phase.ARRIVAL, Phase.LOCKED)


def _may_collect(facts: Facts) -> bool:
    """Whether their release has come, as far as anybody can tell."""
    return facts.clock_trusted and not _before_release(facts)


def _is_for_good(facts: Facts) -> bool:
    """Whether what they take is not coming back today."""
    return _may_collect(facts) or facts.leaver or facts.is_going_home or facts.is_for_good


def _card_is_no_good(facts: Facts) -> bool:
    is_good = facts.card is CardStatus.ACTIVE and not facts.is_expired
    return not is_good or (facts.leaver and facts.deposit is None and facts.out is None)


def _within(facts: Facts, since: Moment, grace: timedelta) -> bool:
    if facts.now.boot != since.boot and not facts.clock_trusted:
        return False  # nobody can tell how long ago it was
    return timedelta(0) <= facts.now.since(since) < grace


def _is_today(facts: Facts, moment: Moment) -> bool:
    return moment.at.astimezone(facts.local.tzinfo).date() == facts.local.date()


def _is_shut_still(facts: Facts) -> bool:
    return facts.transaction is not None and facts.transaction.opened is None


def _pulsed_once(facts: Facts) -> bool:
    return facts.transaction is not None and facts.transaction.may_retry() and _is_shut_still(facts)


def _door_is_open(facts: Facts) -> bool:
    """Their own; a medical need does not wait for one that was never seen shut."""
    if facts.transaction is None or facts.transaction.opened is None:
        return False
    return not (_was_put_in_unseen(facts) and facts.is_medical)


def _need_opens(facts: Facts) -> bool:
    """Whether a medical need is met by opening a cubby: one that they were putting their device
    into, whose door was never seen shut; or the one that keeps it."""
    return facts.is_medical and (_was_put_in_unseen(facts) or _is_in_a_cubby(facts))


def _was_put_in_unseen(facts: Facts) -> bool:
    transaction = facts.transaction
    return transaction is not None and transaction.purpose in PUTS_IN and facts.stands_open


def _is_in_the_way(facts: Facts) -> bool:
    """Whether an open door, or staff at it, keep them from what they want of their cubby."""
    if facts.transaction is not None or not facts.is_in_use:
        return False
    if facts.out is not None and _is_for_good(facts):
        return False
    return not (facts.stands_open and _need_opens(facts))  # nobody is there to shut it


def _again(facts: Facts) -> Decision:
    """The door did not open yet: pulse it again, for the same purpose."""
    transaction = facts.transaction
    if transaction is None:
        raise LookupError("no transaction to repeat")
    return Decision(True, Reason.AGAIN, transaction.cubby, transaction.purpose)


def _shut_first(facts: Facts) -> Decision:
    place = facts.transaction or facts.deposit or facts.out
    return Decision(False, Reason.DOOR_OPEN, place.cubby if place else None)


def _place_is_unknown(facts: Facts) -> bool:
    deposit = facts.deposit
    return deposit is not None and deposit.cubby is None


def _is_in_a_cubby(facts: Facts) -> bool:
    return facts.deposit is not None and facts.deposit.cubby is not None


def _interrupted_on_arrival(facts: Facts) -> bool:
    """A power cut while it was being put in today: the owner may finish while others arrive."""
    deposit = facts.deposit
    return (
        deposit is not None
        and deposit.doubt is Reason.INTERRUPTED
        and facts.phase is Phase.ARRIVAL
        and facts.clock_trusted
        and _is_today(facts, deposit.since)
    )


def _in_doubt_before_release(facts: Facts) -> bool:
    return facts.deposit is not None and facts.deposit.doubt is not None and _before_release(facts)


def _left_inside(facts: Facts) -> bool:
    taken = facts.collection
    return (
        facts.deposit is None
        and taken is not None
        and facts.last_cubby_is_free
        and _within(facts, taken.taken, facts.graces.left_inside)
    )


def _done_for_today(facts: Facts) -> bool:
    taken = facts.collection
    return (
        facts.deposit is None
        and taken is not None
        and facts.clock_trusted
        and _is_today(facts, taken.taken)
        and facts.phase in (Phase.RELEASE, Phase.CLOSED)
        and not facts.has_session_left
        and not facts.is_adult
    )


def _closed(facts: Facts) -> bool:
    return facts.clock_trusted and facts.phase is Phase.CLOSED and not facts.is_adult


def _nothing_kept(facts: Facts) -> bool:
    return facts.deposit is None and facts.out is None


def _take_out(reason: Reason, facts: Facts) -> Decision:
    """Open the cubby for a device that will come back; or that will not, and is collected."""
    place = facts.transaction or facts.deposit
    cubby = place.cubby if place else None
    if _is_for_good(facts):
        return Decision(True, Reason.COLLECT, cubby, Purpose.COLLECT)
    return Decision(True, reason, cubby, Purpose.TAKE_OUT, due=facts.due)


def _bring_back(facts: Facts) -> Decision:
    """The kept cubby opens; from release on there is nothing to bring back, and no door."""
    if _is_for_good(facts):
        return Decision(True, Reason.OUT_AT_RELEASE)
    cubby = facts.out.cubby if facts.out else None
    return Decision(True, Reason.BACK, cubby, Purpose.BRING_BACK)


def _reopens(facts: Facts) -> bool:
    deposit = facts.deposit
    return (
        deposit is not None
        and deposit.doubt is None
        and _within(facts, deposit.put_in, facts.graces.reopen)
    )


def _since_an_earlier_day(facts: Facts) -> bool:
    deposit = facts.deposit
    return deposit is not None and _before_release(facts) and not _is_today(facts, deposit.put_in)


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
        "card unknown, random, blocked, expired or disputed; leaver with nothing stored",
        _card_is_no_good,
        _refuse_card,
    ),
    Row("1a", "their door is open", _door_is_open, _shut_first),
    Row("1b", "their door was pulsed once and is shut still", _pulsed_once, _again),
    Row(
        "1c",
        "their door was pulsed twice and is shut still",
        _is_shut_still,
        partial(_refuse, Reason.NOT_OPENED),
    ),
    Row("1d", "their cubby stands open, or staff use it", _is_in_the_way, _shut_first),
    Row(
        MEDICAL_ROW,
        "stored; medical access covers now",
        _need_opens,
        partial(_take_out, Reason.MEDICAL_ACCESS),
    ),
    Row(
        "3",
        'stored; leaver, or "going home now" given; kiosk open',
        lambda f: (f.leaver or f.is_going_home) and not _closed(f) and _is_in_a_cubby(f),
        partial(_open, Reason.COLLECT, Purpose.COLLECT),
    ),
    Row(
        "3a", "nobody knows where it is", _place_is_unknown, partial(_refuse, Reason.UNDER_ENQUIRY)
    ),
    Row("4", "out, to be brought back", lambda f: f.out is not None, _bring_back),
    Row(
        "5",
        "nothing stored; exempt from depositing",
        lambda f: _nothing_kept(f) and f.is_exempt,
        lambda f: Decision(True, Reason.EXEMPT),
    ),
    Row("6", "nothing stored; collected just now", _left_inside, _open_last),
    Row(
        "7",
        "nothing stored; collected today, no session left",
        _done_for_today,
        partial(_refuse, Reason.NOTHING_HERE),
    ),
    Row("8", "kiosk closed", _closed, partial(_refuse, Reason.KIOSK_CLOSED)),
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
        _interrupted_on_arrival,
        partial(_open, Reason.REOPEN, Purpose.REOPEN),
    ),
    Row(
        "12",
        "stored; within the re-open grace",
        _reopens,
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
        lambda f: not _may_collect(f) and f.may_take_out,
        partial(_take_out, Reason.OUT),
    ),
    Row(
        "14a",
        "stored, but in doubt; before release",
        _in_doubt_before_release,
        partial(_refuse, Reason.UNDER_ENQUIRY),
    ),
    Row(
        "15",
        "stored since an earlier day; before release",
        _since_an_earlier_day,
        partial(_refuse, Reason.ALREADY_IN),
    ),
    Row("16", "stored; before release", _before_release, _not_yet),
    Row(
        "17",
        "stored; release, or later",
        lambda f: True,
        partial(_open, Reason.COLLECT, Purpose.COLLECT),
    ),
)
