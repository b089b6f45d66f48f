"""The station: one message in, events and acts out. Pure, and the only maker of events.

``decide`` never touches the world: its caller makes the events durable, and only then does the
acts. A recorded sequence of messages gives the same events again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Show, Sign
from kiosk.at_kiosk import is_staffs, leave_now
from kiosk.claims import bind, compare, fits_another
from kiosk.cubbies import refine
from kiosk.cubby_acts import CUBBY_ACTS, register
from kiosk.custody import (
    believed,
)
from kiosk.drafting import Draft, Memory, Rules, Standing, Step, UnknownTap
from kiosk.events import SYSTEM, Alert, EventType, Moment, Purpose, Reason, person_actor
from kiosk.facts import current_phase as current_phase
from kiosk.facts import tap_facts as tap_facts
from kiosk.incident_acts import INCIDENT_ACTS
from kiosk.keeping import KEEPING
from kiosk.messages import (
    Card,
    CardLeft,
    Closed,
    CoilOn,
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
from kiosk.permits import PERMITS
from kiosk.policy.tap import Decision, decide_tap
from kiosk.policy.words import SIGNS
from kiosk.reconciliation import RECONCILING
from kiosk.reminders import remind
from kiosk.rounds import ROUNDS, advance
from kiosk.staff import obey

PARTS = {"reader": Alert.READER_LOST, "locks": Alert.LOCKS_LOST}


def decide(rules: Rules, standing: Standing, message: Message, now: Moment) -> Step:
    """What one message brings about."""
    draft = Draft(rules, standing, believed(standing.state, now))
    _HANDLERS.get(type(message), obey)(draft, message)
    return draft.step()


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
    if draft.state.cabinet.fire is not None:
        leave_now(draft, owners)
        return
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
    person = credential.person if credential else None
    known = draft.standing.roster.people.get(person or "")
    decision = refine(draft.state, known, decide_tap(facts), facts.local.date())
    if is_staffs(draft, known, facts, decision):
        return
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
    elif decision.granted:
        _note(draft, decision, person, event.seq)
        if decision.reason is Reason.HANDED_IN and person is not None:
            register(draft, facts, person, event.seq)
    else:
        draft.show(_refusal(decision))


def _note(draft: Draft, decision: Decision, person: str | None, seq: int) -> None:
    """Something is noted, and no door opens: from release on, what is out is out."""
    draft.show(Show(Sign.NOTED))
    out = draft.state.deposit_of(person or "")
    if decision.reason is Reason.OUT_AT_RELEASE and out is not None:
        draft.add(
            EventType.COLLECTED,
            person_actor(person or ""),
            person=person,
            cubby=out.cubby,
            cause=seq,
            deposit=out.id,
        )


def _refusal(decision: Decision) -> Show:
    time = decision.come_at.strftime("%H:%M") if decision.come_at else ""
    return Show(SIGNS[decision.reason], decision.cubby, time)


def _open(draft: Draft, decision: Decision, person: str, seq: int) -> None:
    if decision.cubby is None or decision.purpose is None:
        return
    under_way = draft.state.transaction_of(person)
    deposit = draft.state.deposit_of(person)
    keeps = decision.purpose not in (Purpose.DEPOSIT, Purpose.LEFT_INSIDE)
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
            due=decision.due or (under_way.due if under_way else None),
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


def _card_left(draft: Draft, message: CardLeft) -> None:
    if message.is_gone:
        draft.clear_alert(Alert.CARD_LEFT)
    else:
        draft.raise_alert(Alert.CARD_LEFT)


def _coil_on(draft: Draft, message: CoilOn) -> None:
    if message.is_over:
        draft.clear_alert(Alert.COIL_ON, message.cubby)
    else:
        draft.raise_alert(Alert.COIL_ON, message.cubby)


def _stopping(draft: Draft) -> None:
    draft.add(EventType.KIOSK_STOPPED)


def _opened(draft: Draft, cubby: int) -> None:
    opened(draft, cubby)
    advance(draft)


def _ticked(draft: Draft) -> None:
    tick(draft)
    advance(draft)
    remind(draft)


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
    CoilOn: _coil_on,
    PartBack: lambda draft, message: draft.clear_alert(PARTS[message.part], bank=message.bank),
    Started: _started,
    Stopping: lambda draft, message: _stopping(draft),
    Tick: lambda draft, message: _ticked(draft),
    **KEEPING,
    **ROUNDS,
    **PERMITS,
    **INCIDENT_ACTS,
    **CUBBY_ACTS,
    **RECONCILING,
}
