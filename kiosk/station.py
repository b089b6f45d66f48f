"""The station: one message in, events and acts out. Pure, and the only maker of events.

``decide`` never touches the world: its caller makes the events durable, and only then does the
acts. A recorded sequence of messages gives the same events again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.acts import Show, Sign
from kiosk.claims import bind, compare, fits_another
from kiosk.custody import (
    believed,
)
from kiosk.drafting import Draft, Memory, Rules, Standing, Step, UnknownTap
from kiosk.events import SYSTEM, Alert, EventType, Moment, Purpose, Reason, person_actor
from kiosk.keeping import KEEPING
from kiosk.messages import (
    Card,
    CardLeft,
    Closed,
    Message,
    Opened,
    PartBack,
    PartLost,
    Presented,
    Pulsed,
    PulseRejected,
    Started,
    Stopping,
    Tick,
)
from kiosk.model import CardStatus, Credential
from kiosk.openings import (
    Opening,
    begin,
    closed,
    found_doors,
    interrupted,
    opened,
    pulsed,
    rejected,
    tick,
)
from kiosk.policy.tap import Decision, Facts, decide_tap
from kiosk.policy.words import SIGNS
from kiosk.rounds import ROUNDS, advance
from kiosk.staff import obey
from kiosk.state import (
    Collection,
    State,
)
from kiosk.timetable import Phase
from kiosk.usable import (
    faulty_cubbies,
    no_bank_answers,
    usable_cubby,
)

PARTS = {"reader": Alert.READER_LOST, "locks": Alert.LOCKS_LOST}


def decide(rules: Rules, standing: Standing, message: Message, now: Moment) -> Step:
    """What one message brings about."""
    draft = Draft(rules, standing, believed(standing.state, now))
    _HANDLERS.get(type(message), obey)(draft, message)
    return draft.step()


def tap_facts(
    rules: Rules, standing: Standing, credential: Credential | None, now: Moment
) -> Facts:
    """All that decides a tap of that card now; None for a card that nobody owns."""
    person = credential.person if credential else ""
    state = standing.state
    now = believed(state, now)
    known = standing.roster.people.get(person)
    collection = state.collections.get(person)
    deposit = state.deposit_of(person)
    return Facts(
        now=now,
        local=rules.timetable.local(now.at),
        phase=rules.timetable.phase(now.at),
        release=_release(rules, now.at) if deposit else None,
        card=credential.status if credential else None,
        leaver=known.leaver if known else False,
        deposit=deposit,
        transaction=state.transaction_of(person) if person else None,
        collection=collection,
        is_in_use=deposit is not None and _is_in_use(state, deposit.cubby),
        last_cubby_is_free=collection is not None and _is_untouched(state, collection),
        free=usable_cubby(rules, state) if deposit is None else None,
        is_faulty=(Alert.READER_LOST, None) in state.alerts or no_bank_answers(rules, state),
        disk_failing=(Alert.RECORD_FAILING, None) in state.alerts,
        graces=rules.graces,
    )


def current_phase(rules: Rules, standing: Standing, now: Moment) -> Phase | None:
    """The phase now; None while the clock is not trusted."""
    return rules.timetable.phase(now.at) if believed(standing.state, now).trusted else None


def _release(rules: Rules, at: datetime) -> datetime | None:
    release = rules.timetable.next_release(at)
    return rules.timetable.local(release) if release else None


def _is_in_use(state: State, cubby: int | None) -> bool:
    return cubby in state.open_doors or cubby in state.transactions


def _is_untouched(state: State, collection: Collection) -> bool:
    """Whether nobody was given that cubby since, and its door is shut."""
    cubby = collection.cubby
    return (
        state.last_used.get(cubby, 0) < collection.seq
        and cubby not in state.in_cubby
        and not _is_in_use(state, cubby)
    )


def _presented(draft: Draft, cards: tuple[Card, ...]) -> None:
    memory = draft.standing.memory
    fresh = [card for card in cards if card.is_new and not _is_repeat(draft, memory, card)]
    for card in fresh:
        if card.claims and card.key not in draft.standing.roster.credentials:
            bind(draft, card)
    draft.remember(_remembering(draft, memory, cards, fresh))
    if not fresh:
        return
    credentials = draft.standing.roster.credentials
    here = [credentials[card.key] for card in cards if card.key in credentials]
    owners = {c.person for c in here if c.status is CardStatus.ACTIVE}
    known = [card for card in fresh if card.key in credentials]
    if len(owners) > 1:
        _refuse_two(draft)
    elif known:  # somebody's blocked card beside their new one is not held against them
        _tap_known(
            draft,
            min(known, key=lambda card: credentials[card.key].status is not CardStatus.ACTIVE),
        )
    else:
        _tap(
            draft,
            None,
            is_random=all(card.is_random for card in fresh),
            is_disputed=any(fits_another(draft, card) for card in fresh),
        )


def _tap_known(draft: Draft, card: Card) -> None:
    credential = draft.standing.roster.credentials[card.key]
    compare(draft, card, credential)
    _tap(draft, credential)


def _is_repeat(draft: Draft, memory: Memory, card: Card) -> bool:
    """The same card again so soon that it is the same tap."""
    last = memory.recent.get(card.key)
    return last is not None and draft.now.mono - last < draft.rules.deadlines.repeat_s


def _remembering(
    draft: Draft, memory: Memory, cards: tuple[Card, ...], fresh: list[Card]
) -> Memory:
    """The fresh cards are recent now; a repeat does not begin the three seconds anew. Those that
    nobody owns are kept to enrol from, repeats too: a card is enrolled by tapping it twice."""
    now, deadlines = draft.now, draft.rules.deadlines
    recent = {k: t for k, t in memory.recent.items() if now.mono - t < deadlines.repeat_s}
    seen = tuple(
        UnknownTap(card, now)
        for card in cards
        if card.key not in draft.standing.roster.credentials and not card.is_random
    )
    kept = tuple(u for u in memory.unknown if draft.passed(u.at) < deadlines.unknown_s)
    return memory._replace(
        recent={**recent, **{card.key: now.mono for card in fresh}},
        unknown=(kept + seen)[-50:],
    )


def _refuse_two(draft: Draft) -> None:
    draft.add(EventType.TAPPED, granted=False, reason=Reason.TWO_CARDS)
    draft.show(Show(Sign.ONE_CARD))


def _tap(
    draft: Draft,
    credential: Credential | None,
    *,
    is_random: bool = False,
    is_disputed: bool = False,
) -> None:
    facts = tap_facts(draft.rules, draft.standing, credential, draft.now)
    if is_random or is_disputed:
        facts = replace(facts, is_random=is_random, is_disputed=is_disputed)
    decision = decide_tap(facts)
    person = credential.person if credential else None
    under_way = facts.transaction
    event = draft.add(
        EventType.TAPPED,
        person_actor(person) if person else SYSTEM,
        person=person,
        cause=under_way.cause if under_way else None,
        cubby=decision.cubby,
        granted=decision.granted,
        reason=decision.reason,
        data={"row": decision.row},
    )
    if decision.granted and decision.cubby is not None and person is not None:
        _open(draft, decision, person, event.seq)
    elif not decision.granted:
        draft.show(_refusal(decision))


def _refusal(decision: Decision) -> Show:
    time = decision.come_at.strftime("%H:%M") if decision.come_at else ""
    return Show(SIGNS[decision.reason], decision.cubby, time)


def _open(draft: Draft, decision: Decision, person: str, seq: int) -> None:
    if decision.cubby is None or decision.purpose is None:
        return
    under_way = draft.state.transaction_of(person)
    deposit = draft.state.deposit_of(person)
    keeps = decision.purpose in (Purpose.COLLECT, Purpose.REOPEN)
    begin(
        draft,
        Opening(
            cause=under_way.cause if under_way else seq,
            cubby=decision.cubby,
            purpose=decision.purpose,
            actor=person_actor(person),
            person=person,
            deposit=deposit.id if deposit and keeps else None,
            reason=decision.reason,
        ),
        attempt=under_way.attempt + 1 if under_way else 1,
    )


def _started(draft: Draft, message: Started) -> None:
    under_way = list(draft.state.transactions.values())
    draft.add(
        EventType.KIOSK_STARTED,
        data={"version": message.version, "simulated": message.is_simulated},
    )
    over = [*PARTS.values(), Alert.CARD_LEFT]  # what is still so is said within seconds
    if not message.is_failing:
        over.append(Alert.RECORD_FAILING)
    for raised in [r for r in draft.state.alerts.values() if r.alert in over]:
        draft.clear_alert(raised.alert, bank=raised.bank or "")
    interrupted(draft, under_way)
    found_doors(draft, dict(message.doors))


def _watch_closing(draft: Draft) -> None:
    """What is left inside when the kiosk has closed is told, until it opens again."""
    is_closed = current_phase(draft.rules, draft.standing, draft.now) is Phase.CLOSED
    if is_closed and draft.state.deposits:
        draft.raise_alert(Alert.UNCOLLECTED)
    else:
        draft.clear_alert(Alert.UNCOLLECTED)


def _watch_fullness(draft: Draft) -> None:
    used = draft.state.in_cubby.keys() | faulty_cubbies(draft.rules, draft.state)
    if len(used) >= draft.rules.nearly_full * len(draft.rules.cubbies):
        draft.raise_alert(Alert.NEARLY_FULL)
    else:
        draft.clear_alert(Alert.NEARLY_FULL)


def _card_left(draft: Draft, message: CardLeft) -> None:
    if message.is_gone:
        draft.clear_alert(Alert.CARD_LEFT)
    else:
        draft.raise_alert(Alert.CARD_LEFT)


def _stopping(draft: Draft) -> None:
    draft.add(EventType.KIOSK_STOPPED)


def _opened(draft: Draft, cubby: int) -> None:
    opened(draft, cubby)
    advance(draft)


def _ticked(draft: Draft) -> None:
    tick(draft)
    advance(draft)
    _watch_fullness(draft)
    _watch_closing(draft)


# Everything else is a command, and goes to ``obey``.
_HANDLERS: Mapping[type, Callable[[Draft, Any], None]] = {
    Presented: lambda draft, message: _presented(draft, message.cards),
    Opened: lambda draft, message: _opened(draft, message.cubby),
    Closed: lambda draft, message: closed(draft, message.cubby),
    Pulsed: lambda draft, message: pulsed(draft, message.cubby),
    PulseRejected: lambda draft, message: rejected(draft, message.cubby, message.cause),
    PartLost: lambda draft, message: draft.raise_alert(
        PARTS[message.part], bank=message.bank, detail=message.detail
    ),
    CardLeft: lambda draft, message: _card_left(draft, message),
    PartBack: lambda draft, message: draft.clear_alert(PARTS[message.part], bank=message.bank),
    Started: _started,
    Stopping: lambda draft, message: _stopping(draft),
    Tick: lambda draft, message: _ticked(draft),
    **KEEPING,
    **ROUNDS,
}
