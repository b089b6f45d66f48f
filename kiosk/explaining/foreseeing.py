"""What comes next: when what a tap was refused will open, when what goes out is due. Pure.

Later moments are tried one after another, each by the rules of a tap, with all else as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.cabinet.cubbies import refine
from kiosk.days_in_words import written_day
from kiosk.drafting import Rules
from kiosk.events import Moment, Purpose, Reason
from kiosk.model import Person
from kiosk.policy.conditions import PUTS_IN
from kiosk.policy.facts import Decision, Facts
from kiosk.policy.tap import decide_tap
from kiosk.state import Deposit, State
from kiosk.taps.facts import released, whose_day

CHANGES_AHEAD = 10
"""How many changes of phase are tried: two school days and a half, whatever lies between them."""

FactsAt = Callable[[Moment], Facts]

_OPENS = {
    Purpose.COLLECT: "they can collect",
    Purpose.REOPEN: "their cubby opens again",
    Purpose.LEFT_INSIDE: "their cubby opens again",
    Purpose.TAKE_OUT: "they can take it out",
    Purpose.DEPOSIT: "they can hand in",
    Purpose.BRING_BACK: "they can bring it back",
    None: "there is no need to hand in",
}


def comes_to(state: State, person: Person | None, facts: Facts) -> Decision:
    """What a tap with these facts comes to: by the table, and by what only the cubby tells."""
    return refine(state, person, decide_tap(facts), facts.local.date())


def what_comes(
    rules: Rules, state: State, person: Person | None, facts: Facts, facts_at: FactsAt
) -> str:
    """What comes after a tap with these facts, in words; "" for nothing. ``facts_at``: the facts of
    the same tap at another moment."""
    decision = comes_to(state, person, facts)
    if decision.due is not None:
        return f"due back at {when_said(decision.due.astimezone(facts.local.tzinfo), facts.local)}"
    if decision.granted and decision.purpose not in PUTS_IN:
        return ""
    then = _stored(facts, decision) if decision.granted else None
    for words, later in _later(rules, state, person, facts, facts_at):
        tried = comes_to(state, person, later if then is None else _keeping(later, then))
        if tried.granted and (then is None or tried.purpose is not Purpose.REOPEN):
            return f"{_OPENS[tried.purpose]} {words}"
    return "" if decision.granted else "time alone changes nothing here"


def when_said(at: datetime, today: datetime) -> str:
    """A time of today, or of another day; both on the school's wall."""
    return (
        f"{at:%H:%M}" if at.date() == today.date() else f"{at:%H:%M} on {at:%A} {written_day(at)}"
    )


def _later(
    rules: Rules, state: State, person: Person | None, facts: Facts, facts_at: FactsAt
) -> Iterator[tuple[str, Facts]]:
    """What could let a tap through, the soonest first: doors shut, the clock trusted, time."""
    if facts.transaction is not None or facts.is_in_use:
        yield "once the door is shut", _at_rest(facts)
    elif decide_tap(facts).reason is Reason.NEIGHBOUR_OPEN:
        yield "once the door beside it is shut", _at_rest(facts)
    trusted = replace(facts.now, trusted=True)
    if not facts.clock_trusted:
        yield "once the clock is trusted", _at_rest(facts_at(trusted))
    for at in _moments(rules, state, person, facts):
        passed = (at - trusted.at) / timedelta(seconds=1)
        moment = replace(trusted, at=at, mono=trusted.mono + passed)
        words = f"at {when_said(rules.timetable.local(at), facts.local)}"
        if not facts.clock_trusted:
            words += ", if the clock is trusted by then"
        yield words, _at_rest(facts_at(moment))


def _moments(rules: Rules, state: State, person: Person | None, facts: Facts) -> list[datetime]:
    """When something may change for them (UTC), in order."""
    found = [*_changes(rules, state, person, facts.now.at), facts.release]
    if person is not None and person.id in state.passes:
        found.append(state.passes[person.id].begins)
    if facts.deposit is not None:
        found += [hold.ends for hold in state.holds_on(facts.deposit.id)]
    for exemption in state.exemptions_of(person.id) if person else ():
        for begins, _ in exemption.windows:
            for days in (0, 1):
                on = facts.local.date() + timedelta(days=days)
                found.append(datetime.combine(on, begins, facts.local.tzinfo))
    return sorted({at.astimezone(UTC) for at in found if at is not None and at > facts.now.at})


def _changes(rules: Rules, state: State, person: Person | None, at: datetime) -> Iterator[datetime]:
    """The next changes of phase, for them."""
    for _ in range(CHANGES_AHEAD):
        change = rules.timetable.next_change(at, whose_day(person), released(state))
        if change is None:
            return
        yield change
        at = change


def _at_rest(facts: Facts) -> Facts:
    """With every opening over."""
    return facts._replace(transaction=None, is_in_use=False, stands_open=False, crowded=frozenset())


def _stored(facts: Facts, decision: Decision) -> Deposit:
    """What will be in the cubby once the door that opens now is shut again."""
    known = facts.deposit or facts.out
    return Deposit(known.id if known else 0, "", decision.cubby, facts.now)


def _keeping(facts: Facts, deposit: Deposit) -> Facts:
    return facts._replace(deposit=deposit, out=None, free=None, collection=None)
