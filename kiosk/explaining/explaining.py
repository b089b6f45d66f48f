"""Why a person's tap would be granted or refused, now or at another time. Pure.

It asks what a tap asks, ``tap_facts`` and ``decide_tap``, and puts the answer into words, as far as
the asker may know it. Of a hold it knows no more than the state does: a private one is an office
hold there. A medical need is told to those who approve arrangements; to others it is an
arrangement, like any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kiosk.acts import Show, Sign
from kiosk.cabinet.cubbies import is_boxed
from kiosk.cabinet.openings import SIGNS_OF_PURPOSE
from kiosk.drafting import Rules, Standing
from kiosk.events import Moment, Reason
from kiosk.explaining.foreseeing import comes_to, what_comes, when_said
from kiosk.explaining.supposing import only_if
from kiosk.model import CardStatus, Credential, Person, PersonKind, Roster
from kiosk.policy.disclosure import ARRANGED_ROW, NEEDS
from kiosk.policy.facts import Decision, Facts
from kiosk.policy.roles import Permission
from kiosk.policy.signs import SIGNS, pupil_words
from kiosk.policy.tap import MEDICAL_ROW, TAP_TABLE, decide_tap
from kiosk.policy.words import REASONS
from kiosk.rights import box_for, opener
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import ExemptionKind
from kiosk.taps.at_kiosk import FIRE_ROW
from kiosk.taps.facts import tap_facts, works
from kiosk.timetable import Phase


@dataclass(frozen=True, slots=True)
class Missed:
    """A row that comes before the one that decides, and what would have to be so for it to decide
    instead."""

    row: str
    situation: str
    only_if: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A tap that might be: ``at`` on the school's wall, the facts in words, the row that decides,
    what the pupil reads and what staff read, the rows before it, and what comes next ("" for
    nothing). ``notices``: what else has to be said of it, in sentences."""

    person: str
    at: datetime
    facts: tuple[str, ...]
    row: str
    situation: str
    granted: bool
    reason: Reason
    pupil: str
    staff: str
    missed: tuple[Missed, ...]
    next: str
    notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As command line and pages have it."""
        return {**asdict(self), "at": self.at.isoformat(timespec="minutes")}


def explain(
    rules: Rules,
    standing: Standing,
    person: str,
    now: Moment,
    at: datetime | None = None,
    *,
    may_see: frozenset[Permission],
) -> Explanation:
    """What a tap of that person's best card would come to now, or by a trusted clock at ``at`` with
    everything else as it is now. ``may_see``: the permissions of whoever asks.

    Raises:
        PermissionError: whoever may not see names may not ask about anybody.
    """
    check_may_ask(may_see)
    knows, state = NEEDS in may_see, standing.state
    moment = now if at is None else moment_at(now, at)
    known = standing.roster.people.get(person)
    facts_at = partial(_facts_at, rules, standing, person, knows)
    facts = facts_at(moment)
    more = _of_the_person(rules, standing, known, facts)
    if state.cabinet.fire is not None:
        return _explained(rules, person, facts, more, FIRE, "after the all-clear", knows)
    decision = _told(comes_to(state, known, facts), knows_needs=knows)
    coming = what_comes(rules, state, known, facts, facts_at)
    return _explained(rules, person, facts, more, decision, coming, knows)


def check_may_ask(may_see: frozenset[Permission], *, of_the_past: bool = False) -> None:
    """Raises PermissionError: they may not ask about anybody, or not about what has been."""
    if Permission.SEE_NAMES not in may_see:
        raise PermissionError("this needs a role that may see names")
    if of_the_past and Permission.SEE_RECORD not in may_see:
        raise PermissionError("this needs a role that may see the record")


FIRE = Decision(False, Reason.FIRE, row=FIRE_ROW)


def _explained(
    rules: Rules,
    person: str,
    facts: Facts,
    more: Iterable[str],
    decision: Decision,
    coming: str,
    knows_needs: bool,
) -> Explanation:
    missed = () if decision == FIRE else _missed(facts, knows_needs=knows_needs)
    return Explanation(
        person=person,
        at=facts.local,
        facts=(*_facts_in_words(facts, knows_needs=knows_needs), *more),
        row=decision.row,
        situation=_SITUATIONS[decision.row],
        granted=decision.granted,
        reason=decision.reason,
        pupil=pupil_words(sign_of(decision), rules.texts),
        staff=REASONS[decision.reason],
        missed=tuple(missed),
        next=coming,
    )


_SITUATIONS = {FIRE_ROW: "a fire alarm", **{row.number: row.situation for row in TAP_TABLE}}


def _of_the_person(
    rules: Rules, standing: Standing, person: Person | None, facts: Facts
) -> Iterator[str]:
    """What is so of them, and no part of the facts."""
    if person is None:
        return
    is_noted = facts.deposit is None and facts.out is None
    if is_noted and is_boxed(standing.state, standing.state.deposit_of(person.id)):
        yield "their device is in the box of their class"
    box = box_for(rules, standing, person, facts.now)
    opens = box is not None or opener(rules, standing, person, facts.now) is not None
    if person.kind is PersonKind.STAFF and opens:
        yield "they are staff: the first tap waits for another card, and this is about a second one"


def _facts_at(
    rules: Rules, standing: Standing, person: str, knows_needs: bool, moment: Moment
) -> Facts:
    """The facts of a tap of their best card then, as far as the asker may know them: where it makes
    no difference, as if a medical need were an adjustment; else, as if any arrangement opened."""
    facts = _true_facts(rules, standing, person, moment)
    if knows_needs or not facts.arranged.is_medical:
        return facts
    plain = _true_facts(rules, _without_needs(standing, person), person, moment)
    arranged = facts.but(is_medical=False, may_take_out=True, crowded=frozenset())
    is_fire = standing.state.cabinet.fire is not None
    alike = (one for one in (plain, arranged) if is_fire or _effect(one) == _effect(facts))
    return next(alike, facts)


def _true_facts(rules: Rules, standing: Standing, person: str, moment: Moment) -> Facts:
    """Somebody without a card is told what a card would meet, but for the card."""
    card = best_card(standing.roster, person, moment)
    facts = tap_facts(rules, standing, card or Credential("", person), moment)
    return facts if card else facts._replace(card=None)


def _without_needs(standing: Standing, person: str) -> Standing:
    """As if that person's medical exemptions were adjustments."""
    adjusted = {
        known.id: replace(known, kind=ExemptionKind.ADJUSTMENT)
        for known in standing.state.exemptions_of(person)
        if known.kind is ExemptionKind.MEDICAL
    }
    exemptions = {**standing.state.exemptions, **adjusted}
    return standing._replace(state=standing.state._replace(exemptions=exemptions))


def moment_at(now: Moment, at: datetime) -> Moment:
    """Another moment of this boot, by a trusted clock."""
    passed = (at - now.at).total_seconds()
    return replace(now, at=at.astimezone(UTC), mono=now.mono + passed, trusted=True)


def best_card(roster: Roster, person: str, now: Moment) -> Credential | None:
    """The card of theirs that does most: one that works, else one that is for another time, else
    any."""

    def rank(card: Credential) -> tuple[bool, bool]:
        return card.status is CardStatus.ACTIVE, works(card, now)

    cards = (c for c in roster.credentials.values() if c.person == person)
    return max(cards, key=rank, default=None)


def sign_of(decision: Decision) -> Show:
    """What is shown for it at the kiosk."""
    if decision.reason is Reason.FIRE:
        return Show(Sign.LEAVE)
    if not decision.granted:
        time = decision.come_at.strftime("%H:%M") if decision.come_at else ""
        return Show(SIGNS[decision.reason], decision.cubby, time)
    if decision.purpose is None:
        return Show(Sign.NOTED)
    return Show(SIGNS_OF_PURPOSE[decision.purpose], decision.cubby)


def _effect(facts: Facts) -> Decision:
    """The decision but for what only the record shows."""
    decision = _told(decide_tap(facts), knows_needs=False)
    return decision._replace(row="")


def _told(decision: Decision, *, knows_needs: bool) -> Decision:
    """The decision as the asker may know it: medical access is an arrangement."""
    if knows_needs or decision.row != MEDICAL_ROW:
        return decision
    is_medical = decision.reason is Reason.MEDICAL_ACCESS
    return decision._replace(row=ARRANGED_ROW, reason=Reason.OUT if is_medical else decision.reason)


def _missed(facts: Facts, *, knows_needs: bool) -> Iterator[Missed]:
    """The rows before the one that decides; that on medical access for those alone who may know."""
    decided = decide_tap(facts).row
    for row in TAP_TABLE:
        if row.number == decided:
            return
        if knows_needs or row.number != MEDICAL_ROW:
            yield Missed(row.number, row.situation, only_if(facts, row.number))


def _facts_in_words(facts: Facts, *, knows_needs: bool) -> Iterator[str]:
    """What decides a tap, in statements for staff."""
    yield _card(facts)
    if facts.leaver:
        yield "they have left the school"
    if facts.is_adult:
        yield "they are staff or a visitor: no time of day keeps them waiting"
    yield _PHASES[facts.phase] if facts.clock_trusted else "the clock is not trusted"
    yield from _custody(facts)
    if facts.transaction is not None:
        how = "is being opened" if facts.transaction.opened is None else "is open"
        yield f"a tap of theirs is under way: door {facts.transaction.cubby} {how}"
    if facts.is_in_use and facts.transaction is None:
        yield "their cubby is open without a tap of theirs, or staff are opening it"
    if _cubby(facts) in facts.crowded:
        yield "a door beside theirs is open, or is being opened"
    if facts.is_late and facts.clock_trusted:
        yield "their last release of today is over"
    yield from _arrangements(facts, knows_needs=knows_needs)
    if facts.deposit is None and facts.out is None:
        yield from _fitness(facts)


def _card(facts: Facts) -> str:
    if facts.card is None:
        return "they have no card"
    if facts.card is not CardStatus.ACTIVE:
        return "their card is lost" if facts.card is CardStatus.LOST else "their card is blocked"
    if facts.is_early_card:
        return "their card is for a time that is to come"
    return "the time of their card is over" if facts.is_expired else "their card works"


_PHASES = {
    Phase.ARRIVAL: "it is arrival",
    Phase.LOCKED: "it is lesson time",
    Phase.RELEASE: "it is release",
    Phase.CLOSED: "the kiosk is closed",
}


def _custody(facts: Facts) -> Iterator[str]:
    kept = facts.deposit or facts.out
    if kept is None:
        yield "no cubby keeps anything for them"
    else:
        since = kept.since.at.astimezone(facts.local.tzinfo)
        yield f"{_place(kept)}, since {when_said(since, facts.local)}"
        if kept.doubt is not None:
            yield f"that is not certain: {REASONS[kept.doubt]}"
    if facts.arranged.held:
        yield REASONS[Reason.HELD]
    taken = facts.collection
    if taken is not None:
        at = taken.taken.at.astimezone(facts.local.tzinfo)
        if at.date() == facts.local.date():
            yield f"they had a device back at {at:%H:%M}"


def _cubby(facts: Facts) -> int | None:
    """Which would open for them: theirs, or the one that they would get."""
    kept = facts.deposit or facts.out
    return kept.cubby if kept else facts.free


def _place(kept: Deposit) -> str:
    if kept.place is Place.OUT:
        return f"their device is out with them; cubby {kept.cubby} is kept for it"
    if kept.place is Place.OFFICE:
        return "their device is with the office"
    if kept.place is Place.CARRIED:
        return "staff carry their device"
    return (
        "nobody knows where their device is"
        if kept.cubby is None
        else f"their device {'may be' if kept.doubt else 'is'} in cubby {kept.cubby}"
    )


def _arrangements(facts: Facts, *, knows_needs: bool) -> Iterator[str]:
    if facts.arranged.is_medical and knows_needs:
        yield "medical access covers now"
    elif facts.arranged.may_take_out or facts.arranged.is_medical:
        yield "a pass or an arrangement covers now"
    if facts.arranged.is_early:
        yield "they may collect early"
    if facts.arranged.is_going_home:
        yield "they are going home now"
    if facts.arranged.is_exempt:
        yield "they need not hand in"


def _fitness(facts: Facts) -> Iterator[str]:
    if facts.free is None:
        yield REASONS[Reason.FULL]
    if facts.is_faulty:
        yield REASONS[Reason.OUT_OF_ORDER]
    if facts.disk_failing:
        yield REASONS[Reason.DISK_FAILING]
