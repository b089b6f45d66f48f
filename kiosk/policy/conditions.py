"""What the rows of the tap table ask of the facts: yes or no. Pure."""

from datetime import timedelta

from kiosk.events import Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.facts import Facts
from kiosk.timetable import Phase

PUTS_IN = frozenset({Purpose.DEPOSIT, Purpose.REOPEN, Purpose.BRING_BACK})


def before_release(facts: Facts) -> bool:
    """Whether they may not collect yet."""
    if facts.is_adult or facts.arranged.is_early:
        return False
    return facts.phase in (Phase.ARRIVAL, Phase.LOCKED)


def comes_too_late(facts: Facts) -> bool:
    """Whether the office gives them what they did not collect in time. Whoever may have it at any
    time comes late for nothing."""
    may_always = facts.is_adult or facts.arranged.is_early or facts.arranged.may_take_out
    return facts.is_late and not may_always


def may_collect(facts: Facts) -> bool:
    """Whether their release has come, as far as anybody can tell."""
    return facts.clock_trusted and not before_release(facts)


def is_for_good(facts: Facts) -> bool:
    """Whether what they take is not coming back today."""
    return (
        may_collect(facts)
        or facts.leaver
        or facts.arranged.is_going_home
        or facts.arranged.is_for_good
    )


def card_is_no_good(facts: Facts) -> bool:
    """Whether the card opens nothing, or there is nothing that it could open."""
    is_of_now = not facts.is_expired and not facts.is_early_card
    is_good = facts.card is CardStatus.ACTIVE and is_of_now
    return not is_good or (facts.leaver and facts.deposit is None and facts.out is None)


def _within(facts: Facts, since: Moment, grace: timedelta) -> bool:
    if facts.now.boot != since.boot and not facts.clock_trusted:
        return False  # nobody can tell how long ago it was
    return timedelta(0) <= facts.now.since(since) < grace


def _is_today(facts: Facts, moment: Moment) -> bool:
    return moment.at.astimezone(facts.local.tzinfo).date() == facts.local.date()


def is_shut_still(facts: Facts) -> bool:
    """Whether their door was pulsed and has not been seen to open."""
    return facts.transaction is not None and facts.transaction.opened is None


def pulsed_once(facts: Facts) -> bool:
    """Whether it may be pulsed once more."""
    return facts.transaction is not None and facts.transaction.may_retry() and is_shut_still(facts)


def door_is_open(facts: Facts) -> bool:
    """Their own; a medical need does not wait for one that was never seen shut."""
    if facts.transaction is None or facts.transaction.opened is None:
        return False
    return not (was_put_in_unseen(facts) and facts.arranged.is_medical)


def need_opens(facts: Facts) -> bool:
    """Whether a medical need is met by opening a cubby: one that they were putting their device
    into, whose door was never seen shut; or the one that keeps it."""
    return facts.arranged.is_medical and (was_put_in_unseen(facts) or is_in_a_cubby(facts))


def was_put_in_unseen(facts: Facts) -> bool:
    transaction = facts.transaction
    return transaction is not None and transaction.purpose in PUTS_IN and facts.stands_open


def is_in_the_way(facts: Facts) -> bool:
    """Whether an open door, or staff at it, keep them from what they want of their cubby."""
    if facts.transaction is not None or not facts.is_in_use:
        return False
    if facts.out is not None and is_for_good(facts):
        return False
    return not (facts.stands_open and need_opens(facts))  # nobody is there to shut it


def place_is_unknown(facts: Facts) -> bool:
    """Whether their device is stored, and nobody knows where."""
    deposit = facts.deposit
    return deposit is not None and deposit.cubby is None


def is_in_a_cubby(facts: Facts) -> bool:
    """Whether their device lies in a cubby that is known."""
    return facts.deposit is not None and facts.deposit.cubby is not None


def interrupted_on_arrival(facts: Facts) -> bool:
    """A power cut while it was being put in today: the owner may finish while others arrive."""
    deposit = facts.deposit
    return (
        deposit is not None
        and deposit.doubt is Reason.INTERRUPTED
        and facts.phase is Phase.ARRIVAL
        and facts.clock_trusted
        and _is_today(facts, deposit.since)
    )


def in_doubt_before_release(facts: Facts) -> bool:
    """Whether something about their device is in doubt, and it is not to go yet."""
    return facts.deposit is not None and facts.deposit.doubt is not None and before_release(facts)


def left_inside(facts: Facts) -> bool:
    """Whether they collected just now, from a cubby that nobody has got since."""
    taken = facts.collection
    return (
        facts.deposit is None
        and taken is not None
        and facts.last_cubby_is_free
        and _within(facts, taken.taken, facts.graces.left_inside)
    )


def done_for_today(facts: Facts) -> bool:
    """Whether they collected today, and no session is left to put anything in for."""
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


def closed(facts: Facts) -> bool:
    """Whether the kiosk is closed to them. Adults come at any time."""
    return facts.clock_trusted and facts.phase is Phase.CLOSED and not facts.is_adult


def nothing_kept(facts: Facts) -> bool:
    """Whether nothing of theirs is stored, and nothing is out."""
    return facts.deposit is None and facts.out is None


def reopens(facts: Facts) -> bool:
    """Whether they put it in just now, and may have forgotten something."""
    deposit = facts.deposit
    return (
        deposit is not None
        and deposit.doubt is None
        and _within(facts, deposit.put_in, facts.graces.reopen)
    )


def since_an_earlier_day(facts: Facts) -> bool:
    """Whether it was put in before today, and is not to go yet."""
    deposit = facts.deposit
    return deposit is not None and before_release(facts) and not _is_today(facts, deposit.put_in)
