"""What staff do with their card at the kiosk: open one pupil's cubby, or their class's box. Pure.

A member of staff may keep a device of their own, so their card alone says little: the second card
within 30 s decides. A pupil's opens that pupil's cubby; their own again is about their own device,
as is the first of anybody who may open nothing. Whose class has a box opens it with the first card,
while pupils arrive and leave; then no pupil's card is taken for a second one, as they queue to tap.
Whatever the second card is, it is the last: the next pupil in the queue opens nothing by it.

Where the school asks for it, a PIN is typed on the screen after the first card, before that opens a
cubby or a box; without it the card is only about its owner's own device. It has a minute, and the
second card 30 s from then on. Five wrong ones lock it, until somebody sets another.

While the clock is not trusted, the first card shows its time, and a colleague's after it says that
it is right.

Sources: the school's rules, "Override" (both cards within 30 s, an unheld cubby only, the head sees
it at once) and "Cubby" (a class box).
"""

from collections.abc import Collection
from dataclasses import replace

from kiosk.acts import Show, Sign
from kiosk.cabinet.cubbies import holds_something, is_in_use
from kiosk.cabinet.openings import Opening, begin
from kiosk.drafting import Armed, Draft, Outcome
from kiosk.events import (
    SYSTEM,
    Alert,
    Event,
    EventType,
    Purpose,
    Reason,
    person_actor,
    user_actor,
)
from kiosk.messages.pins import EnterPin
from kiosk.model import MOST_WRONG_PINS, CardStatus, Person, PersonKind, User
from kiosk.policy.facts import Decision, Facts
from kiosk.policy.roles import Permission
from kiosk.policy.tap import MEDICAL_ROW
from kiosk.rights import box_for, opener, who_may
from kiosk.state import Deposit
from kiosk.taps.facts import phase_for
from kiosk.timetable import Phase

SECOND_CARD_S = 30.0  # the school's rules, "Override"
PIN_S = 60.0  # as long as its sign stays where it is to be calm
CONFIRMED_BY = 2  # the same, "Clock not trusted": two staff cards at the kiosk
NO_GOOD_ROW = "1"  # of the tap table
FIRE_ROW, STAFF_ROW, BOX_ROW, PUPIL_ROW = "0", "0a", "0b", "0c"  # before the tap table's own


def leave_now(draft: Draft, owners: Collection[str]) -> None:
    """During a fire every tap is told to leave, whoever it is; it is no roll call."""
    person = next(iter(owners)) if len(owners) == 1 else None
    _tapped(draft, person, Decision(False, Reason.FIRE, row=FIRE_ROW))
    draft.show(Show(Sign.LEAVE), person)


def is_staffs(draft: Draft, person: Person | None, facts: Facts, decision: Decision) -> bool:
    """Whether a tap was a matter of staff at the kiosk; if so, it has been dealt with."""
    if person is None:
        return False
    armed = _armed(draft)
    _arm(draft, None)
    if decision.row == NO_GOOD_ROW:
        return False
    if person.kind is PersonKind.STAFF:
        return _staff_card(draft, person, facts, decision, armed)
    if armed is None or not armed.may_open or armed.needs_pin:
        return False
    if person.kind is not PersonKind.PUPIL:
        return False
    return _pupils_card(draft, armed, person, facts, decision)


def _armed(draft: Draft) -> Armed | None:
    """The staff card that waits for its second."""
    armed = draft.standing.memory.armed
    if armed is None:
        return None
    patience = PIN_S if armed.needs_pin else SECOND_CARD_S
    return None if draft.now.mono - armed.mono >= patience else armed


def _arm(draft: Draft, armed: Armed | None) -> None:
    if draft.standing.memory.armed != armed:
        draft.remember(draft.standing.memory._replace(armed=armed))


def _staff_card(
    draft: Draft, person: Person, facts: Facts, decision: Decision, armed: Armed | None
) -> bool:
    """The first card of staff. What they have begun, and what they need, goes on at once."""
    is_second = armed is not None and armed.person == person.id
    if is_second or facts.transaction is not None or decision.row == MEDICAL_ROW:
        return False
    waits = armed is not None and armed.may_open and not armed.needs_pin
    if armed is not None and waits and _is_time_confirmed(draft, person, armed):
        return True
    box = box_for(draft.rules, draft.standing, person, draft.now)
    if box is not None and _is_box_time(facts):
        if draft.rules.screen.asks_pin:
            return _ask_pin(draft, person, may_open=False, box=box)
        _arm(draft, Armed(person.id, draft.now.mono, may_open=False))
        _open_box(draft, person, box, facts.phase)
        return True
    if opener(draft.rules, draft.standing, person, draft.now) is None:
        return False
    if draft.rules.screen.asks_pin:
        return _ask_pin(draft, person, may_open=True)
    _arm(draft, Armed(person.id, draft.now.mono, may_open=True))
    _tapped(draft, person.id, Decision(True, Reason.STAFF_CARD, row=STAFF_ROW))
    _ask_second_card(draft, person)
    return True


def _ask_second_card(draft: Draft, person: Person) -> None:
    asks = _may_be_right(draft)
    time = f"{draft.rules.timetable.local(draft.now.at):%H:%M}" if asks else ""
    draft.show(Show(Sign.CONFIRM_TIME if asks else Sign.NEXT_CARD, time=time), person.id)


# the PIN


def _ask_pin(draft: Draft, person: Person, *, may_open: bool, box: int | None = None) -> bool:
    """Whoever has none is told to ask for one. Their card once more is about their own device, as
    ever."""
    armed = Armed(person.id, draft.now.mono, may_open, needs_pin=True, box=box)
    _arm(draft, armed)
    has_pin = person.has_pin and _wrong_pins(draft, person) < MOST_WRONG_PINS
    reason = Reason.STAFF_CARD if has_pin else Reason.NO_PIN
    _tapped(draft, person.id, Decision(has_pin, reason, row=STAFF_ROW))
    draft.show(Show(Sign.ENTER_PIN if has_pin else Sign.ASK_OFFICE), person.id)
    return True


def pin_entered(draft: Draft, command: EnterPin) -> None:
    """Somebody typed a PIN, for the card that waits for one."""
    armed = _armed(draft)
    person = draft.standing.roster.people.get(command.person)
    is_theirs = armed is not None and (armed.person, armed.mono) == (command.person, command.mono)
    waits = armed is not None and is_theirs and armed.needs_pin and _still_works(draft, armed)
    if armed is None or person is None or not waits:
        draft.outcome = Outcome(False, Reason.OUT_OF_DATE)
    elif not person.has_pin or _wrong_pins(draft, person) >= MOST_WRONG_PINS:
        draft.outcome = Outcome(False, Reason.NO_PIN)
    elif draft.state.cabinet.fire is not None:
        draft.outcome = Outcome(False, Reason.FIRE)
    elif command.fits:
        _pin_is_right(draft, armed, person)
    else:
        _pin_is_wrong(draft, person)


def _pin_is_right(draft: Draft, armed: Armed, person: Person) -> None:
    event = draft.add(
        EventType.PIN_ENTERED, person_actor(person.id), person=person.id, granted=True
    )
    _count_wrong(draft, person, 0)
    draft.outcome = Outcome(True, seq=event.seq)
    _arm(draft, armed._replace(needs_pin=False, mono=draft.now.mono, box=None))
    if armed.box is None:
        _ask_second_card(draft, person)
    elif box_for(draft.rules, draft.standing, person, draft.now) == armed.box:
        _open_box(draft, person, armed.box, phase_for(draft.rules, draft.state, None, draft.now.at))


def _pin_is_wrong(draft: Draft, person: Person) -> None:
    wrong = _wrong_pins(draft, person) + 1
    event = draft.add(
        EventType.PIN_REFUSED,
        person_actor(person.id),
        person=person.id,
        granted=False,
        reason=Reason.WRONG_PIN,
        data={"wrong": wrong},
    )
    _count_wrong(draft, person, wrong)
    is_locked = wrong >= MOST_WRONG_PINS
    if is_locked:
        _arm(draft, None)
    draft.show(Show(Sign.ASK_OFFICE if is_locked else Sign.WRONG_PIN), person.id)
    draft.outcome = Outcome(False, Reason.WRONG_PIN, event.seq)


def _wrong_pins(draft: Draft, person: Person) -> int:
    return max(person.pin_wrong, draft.standing.memory.wrong_pins.get(person.id, 0))


def _count_wrong(draft: Draft, person: Person, wrong: int) -> None:
    """In the person's row, so that no restart begins it anew; while the record fails, which keeps
    tables as they are, in memory."""
    memory, roster = draft.standing.memory, draft.standing.roster
    if wrong == _wrong_pins(draft, person):
        return
    draft.remember(memory._replace(wrong_pins={**memory.wrong_pins, person.id: wrong}))
    if (Alert.RECORD_FAILING, None) not in draft.state.alerts:
        changed = replace(person, pin_wrong=wrong)
        draft.save(replace(roster, people={**roster.people, person.id: changed}), changed)


# the time


def _is_time_confirmed(draft: Draft, person: Person, armed: Armed) -> bool:
    """The second of two staff who have both seen the kiosk's time, and say that it is right."""
    roster = draft.standing.roster
    if not _may_be_right(draft) or not _still_works(draft, armed):
        return False
    staff = [p for p in (roster.people.get(armed.person), person) if p is not None]
    may = [who_may(draft.rules, draft.standing, p, draft.now, Permission.CLOCK) for p in staff]
    by = [user_actor(user.id) for user in may if user is not None]
    if len(by) < CONFIRMED_BY:
        return False
    tap = _tapped(draft, person.id, Decision(True, Reason.STAFF_CARD, row=STAFF_ROW))
    draft.add(EventType.CLOCK_CONFIRMED, by[-1], cause=tap.seq, data={"by": by})
    draft.show(Show(Sign.NOTED))
    return True


def _may_be_right(draft: Draft) -> bool:
    """Whether the clock's time is asked about: nobody trusts it yet, and it is not one that was
    past already when it was last trusted."""
    seen = draft.state.trusted_at
    return not draft.now.trusted and (seen is None or draft.now.at >= seen)


# a class's box


def _is_box_time(facts: Facts) -> bool:
    """While pupils arrive and leave; where the clock is not trusted, staff know the time."""
    return not facts.clock_trusted or facts.phase in (Phase.ARRIVAL, Phase.RELEASE)


def _open_box(draft: Draft, person: Person, box: int, phase: Phase) -> None:
    """On arrival it is filled, which puts nothing in doubt. Later it is emptied: all that was in it
    is in doubt until staff say what they gave back."""
    refusal = None
    if box not in draft.rules.cubbies:
        refusal = Reason.NO_SUCH_CUBBY
    elif is_in_use(draft.state, box):
        refusal = Reason.DOOR_OPEN
    elif holds_something(draft.state, box, draft.now):
        refusal = Reason.HELD  # it leaves the box first, by those who may
    if refusal is not None:
        cubby = box if refusal is Reason.DOOR_OPEN else None
        _tapped(draft, person.id, Decision(False, refusal, cubby, row=BOX_ROW))
        draft.show(Show(Sign.SHUT_DOOR if cubby else Sign.ASK_OFFICE, cubby), person.id)
        return
    tap = _tapped(draft, person.id, Decision(True, Reason.CLASS_BOX, box, row=BOX_ROW))
    is_filled = draft.now.trusted and phase is Phase.ARRIVAL
    purpose = Purpose.BOX if is_filled else Purpose.OVERRIDE
    begin(draft, Opening(tap.seq, box, purpose, tap.actor, reason=Reason.CLASS_BOX))
    if not is_filled:
        draft.show(Show(Sign.TAKE, box), person.id)


# a pupil's cubby


def _pupils_card(
    draft: Draft, armed: Armed, person: Person, facts: Facts, decision: Decision
) -> bool:
    """The second card. What the pupil's own tap would do anyway, it does."""
    user = _opener(draft, armed, person.form)
    kept = draft.state.deposit_of(person.id)
    cubby = kept.cubby if kept is not None else None
    if user is None or decision.granted or facts.transaction is not None:
        return False
    if kept is None or cubby is None or is_in_use(draft.state, cubby):
        return False  # there is no door to open, or somebody has it open
    refusal = Reason.HELD if holds_something(draft.state, cubby, draft.now) else None
    outcome = Decision(refusal is None, refusal or Reason.AT_KIOSK, row=PUPIL_ROW)
    tap = _tapped(draft, person.id, outcome._replace(cubby=None if refusal else cubby))
    _override(draft, user, kept, refusal, tap)
    return True


def _opener(draft: Draft, armed: Armed, form: str) -> User | None:
    """The staff member of the first card, if they still may open for that form, and it was not
    blocked since."""
    person = draft.standing.roster.people.get(armed.person)
    if person is None or not _still_works(draft, armed):
        return None
    return opener(draft.rules, draft.standing, person, draft.now, form)


def _still_works(draft: Draft, armed: Armed) -> bool:
    """Whether the first card was not blocked since."""
    cards = draft.standing.roster.credentials.values()
    theirs = (card for card in cards if card.person == armed.person)
    return any(card.status is CardStatus.ACTIVE for card in theirs)


def _override(draft: Draft, user: User, kept: Deposit, refusal: Reason | None, tap: Event) -> None:
    """Both are on record: who opened it, and whose it is. Whoever may see alerts is told."""
    event = draft.add(
        EventType.OVERRIDDEN,
        user_actor(user.id),
        person=kept.person,
        cubby=kept.cubby,
        granted=refusal is None,
        reason=refusal or Reason.AT_KIOSK,
        cause=tap.seq,
        data={"pin": True} if draft.rules.screen.asks_pin else {},
    )
    if refusal is not None or kept.cubby is None:
        draft.show(Show(Sign.ASK_OFFICE), kept.person)
        return
    begin(
        draft,
        Opening(
            cause=event.seq,
            cubby=kept.cubby,
            purpose=Purpose.OVERRIDE,
            actor=event.actor,
            person=kept.person,
            deposit=kept.id,
            reason=Reason.AT_KIOSK,
        ),
    )
    draft.clear_alert(Alert.OPENED_AT_KIOSK, kept.cubby)  # once more: it has to be seen again
    draft.raise_alert(Alert.OPENED_AT_KIOSK, kept.cubby)
    draft.show(Show(Sign.TAKE, kept.cubby), kept.person)


def _tapped(draft: Draft, person: str | None, decision: Decision) -> Event:
    return draft.add(
        EventType.TAPPED,
        person_actor(person) if person else SYSTEM,
        person=person,
        cubby=decision.cubby,
        granted=decision.granted,
        reason=decision.reason,
        data={"row": decision.row},
    )
