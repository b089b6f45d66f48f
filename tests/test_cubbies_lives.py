"""Long lives of a small school, drawn by lot: each device is in one place, and opens for its own
people alone. Each life is told by its number, so that it can be lived again."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from cubbies_fixtures import (
    CARDS,
    HEAD,
    OFFICE,
    TECHNICIAN,
    TESS_CARD,
    SchoolKiosk,
    check_pulse,
    check_state,
)

from kiosk.custody import fold
from kiosk.events import Event, EventType, Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import EndRound, LiftHold, OpenAll, PlaceHold, ResumeRound, TakeIn
from kiosk.messages.commands import STATEMENTS, Override, StateCustody
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    ByKey,
    EnterKeyUse,
    GiveAllClear,
    LookInside,
    PutBackInService,
    RaiseFire,
    ReportNotEmpty,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
)
from kiosk.staff.reconciliation import to_reconcile
from kiosk.state import State
from kiosk.state.arrangements import HoldKind
from kiosk.store.checkpoint import from_rows, to_rows

LIVES = 80
STEPS = 120
PEOPLE = frozenset(one.id for one in CARDS.values())
CHECKED = 10  # how often a state is written down and read again
Chance = random.Random
ORDERS: tuple[Callable[[Chance], Command], ...] = (
    lambda by: TakeOutOfService(actor(by), cubby(by), Reason.DEFECT),
    lambda by: PutBackInService(actor(by), cubby(by)),
    lambda by: AssignCubby(actor(by), cubby(by), person(by), by.random() < 0.5),
    lambda by: AssignBox(actor(by), cubby(by), by.choice(["1R", "7A"])),
    lambda by: ReturnBox(actor(by), 6),
    lambda by: ReportNotEmpty(actor(by), cubby(by)),
    lambda by: look(by),
    lambda by: look(by),
    lambda by: EnterKeyUse(actor(by), (OFFICE, HEAD), (ByKey(cubby(by), by.choice(STATEMENTS)),)),
    lambda by: OpenAll(OFFICE, Reason.EMPTYING, with_empty=by.random() < 0.3),
    lambda by: by.choice([ResumeRound(OFFICE), EndRound(OFFICE)]),
    lambda by: TakeIn(OFFICE, person(by)),
)


def cubby(by: Chance) -> int:
    return by.randint(1, 6)


def person(by: Chance) -> str:
    return by.choice([one.id for one in CARDS.values()])


def actor(by: Chance) -> str:
    return by.choice([OFFICE, OFFICE, HEAD, "console", TECHNICIAN])


def look(by: Chance) -> LookInside:
    people = frozenset(person(by) for _ in range(by.choice([0, 0, 1, 1, 2])))
    return LookInside(OFFICE, cubby(by), people, by.random() < 0.2)


def tap(kiosk: SchoolKiosk, by: Chance) -> None:
    kiosk.tap(by.choice([*CARDS, TESS_CARD]))


def tap_through(kiosk: SchoolKiosk, by: Chance) -> None:
    """A tap, and whatever door is then awaited."""
    tap(kiosk, by)
    for number in list(kiosk.state.transactions):
        kiosk.open(number)
        kiosk.close(number)


def use_a_door(kiosk: SchoolKiosk, by: Chance) -> None:
    number = by.choice([*kiosk.state.transactions, *kiosk.state.open_doors, cubby(by)])
    by.choice([kiosk.open, kiosk.close])(number)


def let_time_pass(kiosk: SchoolKiosk, by: Chance) -> None:
    kiosk.tick(by.choice([1, 6, 31, 200, 3600, 25000]))


def go_to_an_hour(kiosk: SchoolKiosk, by: Chance) -> None:
    hour, minute = by.choice([(8, 30), (12, 0), (15, 20), (20, 0)])
    kiosk.clock.to(hour, minute, days=by.choice([1, 1, 2]))


def cut(kiosk: SchoolKiosk, by: Chance) -> None:
    kiosk.clock.trusted = by.random() < 0.8
    kiosk.power_cut({cubby(by): by.random() < 0.5})


def order(kiosk: SchoolKiosk, by: Chance) -> None:
    kiosk.take(by.choice(ORDERS)(by))


def burn(kiosk: SchoolKiosk, by: Chance) -> None:
    """Mostly, it is soon over."""
    kiosk.take(RaiseFire(OFFICE))
    for _ in range(by.randint(0, 3)):
        by.choice([tap, use_a_door, order, let_time_pass])(kiosk, by)
    if by.random() < 0.9:
        kiosk.take(GiveAllClear(HEAD))


def open_one(kiosk: SchoolKiosk, by: Chance) -> None:
    number = cubby(by)
    inside = kiosk.state.deposits_in(number)
    whose = by.choice(inside).person if inside else None
    kiosk.take(Override(OFFICE, number, whose, by.choice([Reason.OTHER, Reason.MEDICAL])))


def decide_on_one(kiosk: SchoolKiosk, by: Chance) -> None:
    deposits = list(kiosk.state.deposits)
    if kiosk.state.holds and by.random() < 0.5:
        kiosk.take(LiftHold(HEAD, by.choice(list(kiosk.state.holds))))
    elif deposits and by.random() < 0.5:
        kiosk.take(PlaceHold(HEAD, by.choice(deposits), HoldKind.POLICE))
    elif deposits:
        kiosk.take(StateCustody(OFFICE, by.choice(deposits), by.choice(STATEMENTS)))


def walk(kiosk: SchoolKiosk, by: Chance) -> None:
    """From one unknown cubby to the next; now and then it is left for later."""
    for one in to_reconcile(kiosk.state):
        if by.random() < 0.1:
            return
        kiosk.take(LookInside(OFFICE, one.cubby, frozenset(one.people) & PEOPLE))


def unassign(kiosk: SchoolKiosk, by: Chance) -> None:
    owned = [(p, c) for p, c in kiosk.state.cabinet.owned.items()]
    boxes = [("", c) for c in kiosk.state.cabinet.boxes.values()]
    whose, number = by.choice([*owned, *boxes, ("", 1)])
    kiosk.take(UnassignCubby(OFFICE, number, whose))


HAPPENINGS: dict[Callable[[SchoolKiosk, Chance], None], int] = {
    tap: 20,
    tap_through: 40,
    use_a_door: 15,
    let_time_pass: 5,
    go_to_an_hour: 8,
    order: 20,
    open_one: 4,
    decide_on_one: 6,
    cut: 3,
    burn: 1,
    walk: 2,
    unassign: 1,
}


def live(seed: int, after: Callable[[SchoolKiosk, State, list[Event]], None]) -> SchoolKiosk:
    """One life; ``after`` each step, with the state before it and the events it made."""
    by = Chance(seed)
    kiosk = SchoolKiosk().with_box().with_family()
    for happen in by.choices(list(HAPPENINGS), list(HAPPENINGS.values()), k=STEPS):
        before, count = kiosk.state, len(kiosk.events)
        happen(kiosk, by)
        after(kiosk, before, kiosk.events[count:])
    return kiosk


@pytest.mark.parametrize("seed", range(LIVES))
def test_each_device_is_in_one_place_and_opens_for_its_own_people_whatever_happens(
    seed: int,
) -> None:
    def look_at(kiosk: SchoolKiosk, before: State, events: list[Event]) -> None:
        check_state(kiosk.state)
        for number, event in enumerate(events):
            if event.type is EventType.PULSE_STARTED:
                check_pulse(fold(events[:number], before), event, kiosk)

    kiosk = live(seed, look_at)

    assert fold(kiosk.events) == kiosk.state
    assert [Event.from_record(event.to_record("k")) for event in kiosk.events] == kiosk.events


@pytest.mark.parametrize("seed", range(CHECKED))
def test_whatever_happens_the_state_is_read_as_it_was_written(seed: int) -> None:
    def look_at(kiosk: SchoolKiosk, before: State, events: list[Event]) -> None:
        assert from_rows(to_rows(kiosk.state).values()) == kiosk.state

    live(seed, look_at)


def test_the_lives_come_by_what_they_are_to_prove() -> None:
    met: Counter[object] = Counter()
    for seed in range(LIVES):
        kiosk = live(seed, lambda kiosk, before, events: None)
        met.update(event.type for event in kiosk.events)
        met.update(event.reason for event in kiosk.events if event.reason is not None)

    wanted = {
        EventType.CUBBY_TAKEN_OUT,
        EventType.CUBBY_UNASSIGNED,
        EventType.BOX_RETURNED,
        EventType.CUBBY_UNKNOWN,
        EventType.RECONCILED,
        EventType.KEY_USED,
        EventType.ALL_CLEAR,
        Reason.AT_KIOSK,
        Reason.CLASS_BOX,
        Reason.HANDED_IN,
        Reason.HELD,
        Reason.COLLECT,
        Reason.FIRE,
        Reason.OWNER_UNKNOWN,
        Reason.FOUND_ELSEWHERE,
    }
    assert {what for what in wanted if met[what] < 5} == set()
