"""What would have to be otherwise for a row of the tap table to decide. Pure.

The rules are not here, only circumstances: those in which a row decides are supposed, and the table
itself is asked. Whatever can be left out without changing its answer is left out again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from kiosk.events import Moment, Purpose, Reason
from kiosk.model import CardStatus
from kiosk.policy.facts import Facts
from kiosk.policy.tap import decide_tap
from kiosk.state import Collection, Deposit, Place, Transaction
from kiosk.timetable import Phase


class Supposed(NamedTuple):
    """A circumstance in words, and the facts as they are with it."""

    words: str
    make: Callable[[Facts], Facts]


def only_if(facts: Facts, row: str) -> tuple[str, ...]:
    """What would have to be so for that row to decide, in statements: none that is so already, and
    none to spare. Empty where nothing that can be supposed would do."""
    plain = [one for one in PLAIN if one.make(facts) != facts]
    needed = [*plain, *SPECIFIC.get(row, ())]
    if decide_tap(supposing(facts, needed)).row != row:
        return ()
    for one in list(needed):
        fewer = [other for other in needed if other is not one]
        if decide_tap(supposing(facts, fewer)).row == row:
            needed = fewer
    return tuple(one.words for one in needed)


def supposing(facts: Facts, circumstances: Sequence[Supposed]) -> Facts:
    """The facts with all these."""
    for one in circumstances:
        facts = one.make(facts)
    return facts


def _with(words: str, **changed: Any) -> Supposed:
    return Supposed(words, lambda facts: facts.but(**changed))


def _clock(words: str, trusted: bool) -> Supposed:
    return Supposed(words, lambda facts: facts._replace(now=replace(facts.now, trusted=trusted)))


def _ago(facts: Facts, passed: timedelta) -> Moment:
    now = facts.now
    return replace(now, at=now.at - passed, mono=now.mono - passed.total_seconds())


def _cubby(facts: Facts) -> int:
    """The cubby that is theirs, or would be."""
    own = facts.deposit or facts.out
    return (own.cubby if own else None) or facts.free or 1


def _deposit(facts: Facts) -> Deposit:
    """What is kept for them, or would be: in a cubby, and no doubt about it."""
    known = facts.deposit or facts.out or Deposit(0, "", None, _ago(facts, facts.graces.reopen))
    return replace(known, cubby=_cubby(facts), doubt=None, place=Place.CUBBY, due=None)


def _keeping(facts: Facts, deposit: Deposit) -> Facts:
    return facts._replace(deposit=deposit, out=None, free=None)


def _stored(facts: Facts) -> Facts:
    is_so = facts.deposit is not None and facts.deposit.cubby is not None
    return facts if is_so else _keeping(facts, _deposit(facts))


def _handed_in(words: str, passed: Callable[[Facts], timedelta]) -> Supposed:
    def make(facts: Facts) -> Facts:
        known = facts.deposit or _deposit(facts)
        return _keeping(facts, replace(known, since=_ago(facts, passed(facts))))

    return Supposed(words, make)


def _doubted(words: str, doubt: Reason | None) -> Supposed:
    def make(facts: Facts) -> Facts:
        known = facts.deposit or _deposit(facts)
        return _keeping(facts, replace(known, doubt=doubt))

    return Supposed(words, make)


def _lost(facts: Facts) -> Facts:
    return _keeping(facts, replace(_deposit(facts), cubby=None, doubt=Reason.EMPTY))


def _nothing_kept(facts: Facts) -> Facts:
    if facts.deposit is None and facts.out is None:
        return facts
    return facts.but(deposit=None, out=None, free=_cubby(facts), held=False)


def _out(facts: Facts) -> Facts:
    out = replace(_deposit(facts), place=Place.OUT)
    return facts._replace(out=facts.out or out, deposit=None, free=None)


def _collected(words: str, passed: Callable[[Facts], timedelta]) -> Supposed:
    def make(facts: Facts) -> Facts:
        cubby = facts.collection.cubby if facts.collection else _cubby(facts)
        taken = Collection(cubby, _ago(facts, passed(facts)))
        return facts._replace(collection=taken, last_cubby_is_free=True)

    return Supposed(words, make)


def _opening(words: str, pulses: int, *, is_open: bool = False) -> Supposed:
    def make(facts: Facts) -> Facts:
        now = _ago(facts, timedelta(0))
        under_way = Transaction(0, _cubby(facts), Purpose.COLLECT, "", "", None, pulses, now)
        under_way = replace(under_way, opened=now if is_open else None)
        return facts._replace(transaction=under_way, stands_open=False)

    return Supposed(words, make)


def _open(facts: Facts) -> Facts:
    return facts._replace(phase=Phase.RELEASE) if facts.phase is Phase.CLOSED else facts


_NOW = timedelta(0)
_STORED = Supposed("their device is in a cubby", _stored)
_NOTHING = Supposed("nothing is kept for them", _nothing_kept)
_KIOSK_OPEN = Supposed("the kiosk is open", _open)
_LESSONS = _with("it is lesson time", phase=Phase.LOCKED)
_RELEASE = _with("it is release", phase=Phase.RELEASE)
_EARLIER = _handed_in("it was handed in earlier today", lambda facts: facts.graces.reopen)
_CERTAIN = _doubted("it is certain where it is", None)

# An ordinary pupil on an ordinary day.
PLAIN: tuple[Supposed, ...] = (
    _with("their card works", card=CardStatus.ACTIVE, is_expired=False, is_early_card=False),
    _with("they have not left the school", leaver=False),
    _with("they are a pupil", is_adult=False),
    _with("no door of theirs is being opened", transaction=None),
    _with("nobody is using their cubby", is_in_use=False, stands_open=False),
    _clock("the clock is trusted", trusted=True),
    _with("no medical access covers now", is_medical=False),
    _with("no pass or arrangement covers now", may_take_out=False, due=None, is_for_good=False),
    _with("they are not going home now", is_going_home=False),
    _with("they may not collect early", is_early=False),
    _with("they have to hand in", is_exempt=False),
    _with("they have not collected today", collection=None),
    _with("the reader and the locks work", is_faulty=False),
    _with("the record can be written", disk_failing=False),
)
# For each row what makes it decide. That it does is for the table to say, and for the tests.
SPECIFIC: Mapping[str, tuple[Supposed, ...]] = {
    "1": (_with("their card is blocked", card=CardStatus.BLOCKED),),
    "1a": (_opening("a tap of theirs is under way, and its door is open", 1, is_open=True),),
    "1b": (
        _opening("a tap of theirs is under way, and its door was pulsed once and is shut still", 1),
    ),
    "1c": (
        _opening(
            "a tap of theirs is under way, and its door was pulsed twice and is shut still", 2
        ),
    ),
    "1d": (
        _STORED,
        _with(
            "their cubby is open without a tap of theirs, or staff are opening it",
            is_in_use=True,
            stands_open=False,
        ),
    ),
    "2": (_STORED, _with("medical access covers now", is_medical=True)),
    "3": (_STORED, _KIOSK_OPEN, _with("they are going home now", is_going_home=True)),
    "3a": (Supposed("nobody knows where their device is", _lost),),
    "4": (Supposed("they have it out with them", _out),),
    "5": (_NOTHING, _with("they need not hand in", is_exempt=True)),
    "6": (_NOTHING, _collected("they collected just now", lambda facts: _NOW)),
    "7": (
        _NOTHING,
        _collected("they collected earlier today", lambda facts: facts.graces.left_inside),
        _RELEASE,
        _with("no session of theirs is left today", has_session_left=False),
    ),
    "8": (_with("the kiosk is closed", phase=Phase.CLOSED),),
    "9": (_NOTHING, _KIOSK_OPEN, _with("the reader or the locks do not work", is_faulty=True)),
    "10": (_NOTHING, _KIOSK_OPEN, _with("no cubby is free", free=None)),
    "11": (_NOTHING, _KIOSK_OPEN),
    "11a": (
        _STORED,
        _handed_in("they came today", lambda facts: _NOW),
        _doubted("putting it in was interrupted", Reason.INTERRUPTED),
        _with("it is arrival", phase=Phase.ARRIVAL),
    ),
    "12": (
        _STORED,
        _KIOSK_OPEN,
        _handed_in("it was handed in just now", lambda facts: _NOW),
        _CERTAIN,
    ),
    "13": (_STORED, _KIOSK_OPEN, _clock("the clock is not trusted", trusted=False)),
    "14": (_STORED, _LESSONS, _with("a pass or an arrangement covers now", may_take_out=True)),
    "14a": (_STORED, _LESSONS, _doubted("it is not certain where it is", Reason.REOPENED)),
    "15": (
        _STORED,
        _LESSONS,
        _CERTAIN,
        _handed_in("it was handed in on an earlier day", lambda facts: timedelta(days=1)),
    ),
    "16": (
        _STORED,
        _LESSONS,
        _CERTAIN,
        _EARLIER,
    ),
    "16a": (
        _STORED,
        _RELEASE,
        _CERTAIN,
        _EARLIER,
        _with("their last release of today is over, and the school says office", is_late=True),
    ),
}
