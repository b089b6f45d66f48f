"""What changed rules would have done to past taps. Pure.

The record is folded from its beginning; at each tap the circumstances of that moment are put to
both sets of rules. What followed then is not undone: every tap meets the state that there was, also
where other rules would have led to another. People and forms are those of today: what they were is
not kept. What refuses a card is no rule that can be changed, and is left out; so are fires, and
what staff do with their cards.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from kiosk.custody import apply
from kiosk.drafting import Rules, Standing
from kiosk.events import Event, EventType, Reason
from kiosk.explaining.foreseeing import comes_to
from kiosk.model import Credential, Roster
from kiosk.state import State
from kiosk.taps.facts import tap_facts

EXAMPLES = 5
"""How many taps of each kind are named."""

_OF_THE_CARD = frozenset(
    {
        Reason.UNKNOWN_CARD,
        Reason.RANDOM_CARD,
        Reason.TWO_CARDS,
        Reason.CLAIM_DISPUTED,
        Reason.BLOCKED_CARD,
        Reason.EXPIRED_CARD,
        Reason.LOST_CARD,
        Reason.EARLY_CARD,
    }
)


class Answer(NamedTuple):
    """What a tap comes to. The time that is shown with it, and which cubby, do not count."""

    granted: bool
    reason: Reason


class Kind(NamedTuple):
    """Taps that the two sets of rules decide differently, in one way and of one form."""

    before: Answer
    after: Answer
    form: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How many taps of a kind there were, and the seqs of the first of them."""

    kind: Kind
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``taps`` were put to both sets of rules. ``unlike``: for so many of them the old rules say
    something else than the record does: they were other rules then, or something of that time is
    known no more. ``differences``: the most frequent first.
    """

    taps: int
    unlike: int
    differences: tuple[Difference, ...]

    @property
    def differing(self) -> int:
        """How many taps would have come out differently."""
        return sum(difference.count for difference in self.differences)


def rehearse(
    old: Rules,
    new: Rules,
    roster: Roster,
    events: Iterable[Event],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Rehearsal:
    """Put each tap of a time from ``since`` on until before ``until`` (with a zone) to both rules.

    ``events``: all there are, oldest first; they are read once, and not kept.
    """
    tally, state, present = _Tally(), State(), _before_they_left(roster)
    for event in events:
        if _is_asked(event, since, until):
            # Who is a leaver by now was none then, unless it was what decided.
            people = roster if event.data.get("row") == LEAVERS_ROW else present
            standing = Standing(state, people)
            tally.add(event, people, _answer(old, standing, event), _answer(new, standing, event))
        state = apply(state, event)
    return tally.result()


LEAVERS_ROW = "3"
BEFORE_THE_TABLE = "0"


class _Tally:
    """The taps so far, by kind."""

    def __init__(self) -> None:
        self._taps = self._unlike = 0
        self._counts: Counter[Kind] = Counter()
        self._examples: dict[Kind, tuple[int, ...]] = {}

    def add(self, event: Event, roster: Roster, before: Answer, after: Answer) -> None:
        """One tap, and what both sets of rules say to it."""
        self._taps += 1
        self._unlike += before != (event.granted, event.reason)
        if before != after:
            person = roster.people.get(event.person or "")
            kind = Kind(before, after, person.form if person else "")
            self._counts[kind] += 1
            self._examples[kind] = (*self._examples.get(kind, ()), event.seq)[:EXAMPLES]

    def result(self) -> Rehearsal:
        """What came of it."""
        found = (Difference(k, n, self._examples[k]) for k, n in self._counts.most_common())
        return Rehearsal(self._taps, self._unlike, tuple(found))


def _before_they_left(roster: Roster) -> Roster:
    people = {id: replace(known, leaver=False) for id, known in roster.people.items()}
    return replace(roster, people=people)


def _is_asked(event: Event, since: datetime | None, until: datetime | None) -> bool:
    return (
        event.type is EventType.TAPPED
        and event.person is not None
        and event.reason not in _OF_THE_CARD
        and not _is_staffs(event)
        and (since is None or event.now.at >= since)
        and (until is None or event.now.at < until)
    )


def _is_staffs(event: Event) -> bool:
    """Whether it was a fire, or a matter of staff: such taps have rows before the table's own."""
    return str(event.data.get("row", "")).startswith(BEFORE_THE_TABLE)


def _answer(rules: Rules, standing: Standing, event: Event) -> Answer:
    card = Credential("", event.person or "")  # it worked, or the tap would not be asked about
    person = standing.roster.people.get(card.person)
    decision = comes_to(standing.state, person, tap_facts(rules, standing, card, event.now))
    return Answer(decision.granted, decision.reason)
