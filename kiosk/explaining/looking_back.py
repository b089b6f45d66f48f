"""A tap at a past moment: why it came to what it came to, or would have. Pure.

The state is that of the moment, and what a tap on record says of its card is believed: rows of
people and cards are kept only as they are today.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.days_in_words import written_time
from kiosk.drafting import Rules, Standing
from kiosk.events import Event, Moment, Reason
from kiosk.explaining.explaining import Explanation, check_may_ask, explain
from kiosk.model import CardStatus, Credential, Roster
from kiosk.policy.disclosure import NEEDS, as_seen
from kiosk.policy.roles import Permission
from kiosk.policy.words import REASONS
from kiosk.state import State
from kiosk.taps.at_kiosk import FIRE_ROW, NO_GOOD_ROW

AS_TODAY = "People, their cards and the settings of the machine are taken as they are today."
NO_TAP = "No tap of theirs is on record at that time: this is what one would have met."
OF_STAFF = "It was a matter of staff at the kiosk: what follows is about a device of their own."
OTHERWISE = (
    "What is kept of that time comes to something else than the record says. The record is right: "
    "they, or their card, may be entered otherwise today."
)
_LEAVERS_ROWS = ("3", NO_GOOD_ROW)  # in which it decides that somebody has left
_STATUSES = {Reason.LOST_CARD: CardStatus.LOST, Reason.BLOCKED_CARD: CardStatus.BLOCKED}


@dataclass(frozen=True, slots=True)
class Then:
    """A past moment: ``state`` as the events before it left it, ``now`` by the clock as it was
    (trusted or not), and the ``tap`` that is explained; None: there was none then."""

    state: State
    now: Moment
    tap: Event | None = None


def explain_then(
    rules: Rules, roster: Roster, person: str, then: Then, *, may_see: frozenset[Permission]
) -> Explanation:
    """What a tap of theirs came to then, or would have. ``roster``: as it is today.

    Raises:
        PermissionError: they may not see names, or not the record.
    """
    check_may_ask(may_see, of_the_past=True)
    standing = Standing(then.state, _as_they_were(roster, person, then))
    told = explain(rules, standing, person, then.now, may_see=may_see)
    if then.tap is None:
        return replace(told, notices=(NO_TAP, AS_TODAY))
    # Whether the two agree is found with all that can be known, and so is the same to everybody.
    full = explain(rules, standing, person, then.now, may_see=may_see | {NEEDS})
    notices = [_on_record(rules, then.tap, may_see), AS_TODAY]
    if _is_staffs(then.tap):
        notices.append(OF_STAFF)
    elif (full.granted, full.reason) != (then.tap.granted, then.tap.reason):
        notices.append(OTHERWISE)
    return replace(told, notices=tuple(notices))


def moment_then(last: Event, at: datetime) -> Moment:
    """A moment after that event, by the same clock."""
    passed = (at - last.now.at) / timedelta(seconds=1)
    return replace(last.now, at=at, mono=last.now.mono + passed)


def _on_record(rules: Rules, tap: Event, may_see: frozenset[Permission]) -> str:
    seen = as_seen(tap, may_see)
    if seen is None or seen.reason is None:
        return NO_TAP
    at = written_time(rules.timetable.local(tap.now.at), seconds=True)
    outcome = "granted" if seen.granted else "refused"
    return f"Their tap of {at} was {outcome}: {REASONS[seen.reason]} (event {tap.seq})."


def _is_staffs(tap: Event) -> bool:
    """Whether a row before the table's own decided it, other than that of a fire."""
    row = str(tap.data.get("row", ""))
    return row.startswith(FIRE_ROW) and row != FIRE_ROW


def _as_they_were(roster: Roster, person: str, then: Then) -> Roster:
    """The roster as it bore on that tap: whoever has left since had not, unless it decided; and a
    card that did what the record says it did."""
    tap, known = then.tap, roster.people.get(person)
    if tap is None or known is None:
        return roster
    has_left = known.leaver and tap.data.get("row") in _LEAVERS_ROWS
    people = {**roster.people, person: replace(known, leaver=has_left)}
    return replace(roster, people=people, credentials={"": _card_of(tap, person)})


def _card_of(tap: Event, person: str) -> Credential:
    reason, at = tap.reason, tap.now.at
    return Credential(
        "",
        person,
        status=_STATUSES.get(reason, CardStatus.ACTIVE) if reason else CardStatus.ACTIVE,
        valid_until=at if reason is Reason.EXPIRED_CARD else None,
        valid_from=at + timedelta(minutes=1) if reason is Reason.EARLY_CARD else None,
    )
