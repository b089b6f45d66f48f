"""Cards held to the reader: whose tap it is, what is decided, and what is begun for it. Pure."""

from kiosk.acts import Show, Sign
from kiosk.cabinet.cubbies import class_box, refine
from kiosk.cabinet.openings import Opening, abandon, begin
from kiosk.drafting import Draft, Memory, UnknownTap
from kiosk.events import SYSTEM, EventType, Purpose, Reason, person_actor
from kiosk.messages.sensed import Card
from kiosk.model import CardStatus, Credential
from kiosk.policy.facts import Decision, Facts
from kiosk.policy.signs import SIGNS
from kiosk.policy.tap import MEDICAL_ROW, decide_tap
from kiosk.taps.at_kiosk import is_staffs, leave_now
from kiosk.taps.claims import bind, compare, fits_another
from kiosk.taps.facts import is_expired, tap_facts, works
from kiosk.timetable import Phase

MOST_UNKNOWN = 50  # cards that are remembered to enrol from


def presented(draft: Draft, cards: tuple[Card, ...]) -> None:
    """What newly held cards bring about, with all that lie in the field."""
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
            min(known, key=lambda card: not works(credentials[card.key], draft.now)),
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
    nobody owns any more are kept to enrol from, repeats too: a card is enrolled by tapping it
    twice."""
    now, repeat_s = draft.now, draft.rules.deadlines.repeat_s
    recent = {k: t for k, t in memory.recent.items() if now.mono - t < repeat_s}
    for card in fresh:
        recent[card.key] = now.mono
    memory = memory._replace(recent=recent)
    seen = [UnknownTap(c, now) for c in cards if not c.is_random and _is_nobodys(draft, c)]
    if seen:
        memory = memory._replace(unknown=(*memory.unknown, *seen)[-MOST_UNKNOWN:])
    return memory


def _is_nobodys(draft: Draft, card: Card) -> bool:
    owned = draft.standing.roster.credentials.get(card.key)
    return owned is None or is_expired(owned, draft.now)


def forget_unknown(draft: Draft) -> None:
    """Cards that nobody owns are remembered for a time, oldest first."""
    memory, unknown_s = draft.standing.memory, draft.rules.deadlines.unknown_s
    if memory.unknown and draft.passed(memory.unknown[0].at) >= unknown_s:
        kept = tuple(u for u in memory.unknown if draft.passed(u.at) < unknown_s)
        draft.remember(memory._replace(unknown=kept))


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
        facts = facts._replace(is_random=is_random, is_disputed=is_disputed)
    person = credential.person if credential else None
    known = draft.standing.roster.people.get(person or "")
    decision = refine(draft.state, known, decide_tap(facts), facts.local.date())
    if is_staffs(draft, known, facts, decision):
        return
    under_way = None if decision.row == MEDICAL_ROW else facts.transaction
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
            _register(draft, facts, person, event.seq)
    else:
        draft.show(_refusal(decision), person)


def _note(draft: Draft, decision: Decision, person: str | None, seq: int) -> None:
    """Something is noted, and no door opens: from release on, what is out is out."""
    draft.show(Show(Sign.NOTED), person)
    out = draft.state.deposit_of(person or "")
    if decision.reason is Reason.OUT_AT_RELEASE and out is not None:
        draft.add(
            EventType.COLLECTED,
            person_actor(person or ""),
            person=person,
            cubby=out.cubby,
            cause=seq,
            deposit=out.id,
            reason=Reason.OUT_AT_RELEASE,
        )


def _register(draft: Draft, facts: Facts, person: str, seq: int) -> None:
    """A pupil's tap says that their device is in the class's box; once, and not after the day."""
    known = draft.standing.roster.people.get(person)
    box = class_box(draft.state, known, facts.local.date())
    if box is None or draft.state.deposit_of(person) is not None or _is_over(facts):
        return
    draft.add(
        EventType.DEPOSITED,
        person_actor(person),
        person=person,
        cubby=box,
        cause=seq,
        deposit=seq,
    )


def _is_over(facts: Facts) -> bool:
    """Whether nothing is handed in any more today."""
    if not facts.clock_trusted or facts.phase in (Phase.ARRIVAL, Phase.LOCKED):
        return False
    taken = facts.collection
    is_today = taken is not None and taken.taken.at.astimezone(facts.local.tzinfo).date() == (
        facts.local.date()
    )
    return facts.phase is Phase.CLOSED or (is_today and not facts.has_session_left)


def _refusal(decision: Decision) -> Show:
    time = decision.come_at.strftime("%H:%M") if decision.come_at else ""
    return Show(SIGNS[decision.reason], decision.cubby, time)


def _open(draft: Draft, decision: Decision, person: str, seq: int) -> None:
    if decision.cubby is None or decision.purpose is None:
        return
    if decision.row == MEDICAL_ROW and (stuck := draft.state.transactions.get(decision.cubby)):
        abandon(draft, stuck)  # its door was never seen shut: see the table
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
