"""A staff card at a kiosk that asks for its PIN: without that it opens nothing but their own."""

from dataclasses import replace
from datetime import date

import pytest
from cabinet import ANA, ANAS_CARD
from cubbies_fixtures import (
    HEAD,
    HUGO,
    HUGOS_CARD,
    HUGOS_USER,
    IVYS_CARD,
    OFFICE,
    TESS,
    TESS_CARD,
    SchoolKiosk,
)

from kiosk.acts import Show, Sign
from kiosk.custody import fold
from kiosk.events import Event, EventType, Reason
from kiosk.messages.arrangements import GrantExemption
from kiosk.messages.commands import BlockCard, ImportRoster
from kiosk.messages.cubbies import RaiseFire
from kiosk.messages.pins import EnterPin, SetPin
from kiosk.messages.record import StoreFailed
from kiosk.model import Person
from kiosk.pins import pin_fault
from kiosk.policy.addressing import ScreenRules
from kiosk.policy.words import event_details
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.station import decide
from kiosk.store.tables import PEOPLE, roster_of, row_changes

T = EventType
HASH = "$argon2id$of-4821"


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """The school asks for PINs; Hugo and Tess have one, Ivy has none. Ana's phone is in; noon."""
    kiosk = SchoolKiosk().with_box()
    kiosk.rules = replace(kiosk.rules, screen=ScreenRules(asks_pin=True))
    for person in (HUGO, TESS):
        kiosk.take(SetPin(OFFICE, person.id, HASH))
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(12)
    return kiosk


def type_pin(kiosk: SchoolKiosk, fits: bool = True) -> list[Event]:
    """Somebody types a PIN for the card that waits."""
    armed = kiosk.standing.memory.armed
    assert armed is not None
    return kiosk.take(EnterPin(armed.person, armed.mono, fits))


def row(kiosk: SchoolKiosk, person: Person = HUGO) -> Person:
    return kiosk.standing.roster.people[person.id]


def reason(kiosk: SchoolKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return kiosk.outcome.reason


def test_a_staff_card_its_pin_and_the_pupils_card_open_that_pupils_cubby(
    kiosk: SchoolKiosk,
) -> None:
    assert kiosk.tap(HUGOS_CARD).reason is Reason.STAFF_CARD
    assert kiosk.shown == [Show(Sign.ENTER_PIN)]
    [entered] = type_pin(kiosk)
    assert (entered.type, entered.person, entered.granted) == (T.PIN_ENTERED, HUGO.id, True)
    assert kiosk.shown == [Show(Sign.NEXT_CARD)]
    tap = kiosk.tap(ANAS_CARD)
    assert (tap.reason, kiosk.pulses) == (Reason.AT_KIOSK, [1])
    override = next(event for event in kiosk.events if event.type is T.OVERRIDDEN)
    assert override.actor == f"user:{HUGOS_USER}"
    assert "with a PIN" in event_details(override)
    assert fold(kiosk.events) == kiosk.state


@pytest.mark.parametrize("fits", [None, False])
def test_without_the_right_pin_the_pupils_card_opens_nothing(
    kiosk: SchoolKiosk, fits: bool | None
) -> None:
    kiosk.tap(HUGOS_CARD)
    if fits is not None:
        type_pin(kiosk, fits)
    assert (kiosk.tap(ANAS_CARD).reason, kiosk.pulses) == (Reason.NOT_YET, [])
    assert all(event.type is not T.OVERRIDDEN for event in kiosk.events)


def test_a_wrong_pin_is_on_record_and_may_be_typed_once_more(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    [event] = type_pin(kiosk, fits=False)
    assert (event.type, event.person, event.data) == (T.PIN_REFUSED, HUGO.id, {"wrong": 1})
    assert kiosk.shown == [Show(Sign.WRONG_PIN)]
    type_pin(kiosk)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK
    assert row(kiosk).pin_wrong == 0


def test_what_is_written_of_a_pin_is_written_with_an_event_that_seals_it(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.tap(HUGOS_CARD)
    for fits in (False, True):
        armed = kiosk.standing.memory.armed
        assert armed is not None
        entered = EnterPin(HUGO.id, armed.mono, fits)
        step = decide(kiosk.rules, kiosk.standing, entered, kiosk.clock.now())
        assert step.rows
        assert step.events
        kiosk.take(entered)


def lock(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    for _ in range(5):
        type_pin(kiosk, fits=False)


def test_five_wrong_ones_lock_it_whatever_is_typed_then(kiosk: SchoolKiosk) -> None:
    lock(kiosk)
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    assert not row(kiosk).has_pin
    assert kiosk.tap(HUGOS_CARD).reason is Reason.NO_PIN
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    assert type_pin(kiosk) == []
    assert reason(kiosk) is Reason.NO_PIN
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_a_power_cut_gives_nobody_new_tries(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    for _ in range(4):
        type_pin(kiosk, fits=False)
    kiosk.power_cut()
    kiosk.tap(HUGOS_CARD)
    type_pin(kiosk, fits=False)
    assert not row(kiosk).has_pin


def test_while_the_record_fails_wrong_ones_count_all_the_same(kiosk: SchoolKiosk) -> None:
    kiosk.take(StoreFailed("full"))
    before = kiosk.standing.roster
    lock(kiosk)
    assert kiosk.standing.roster == before  # tables stay as they are
    assert kiosk.tap(HUGOS_CARD).reason is Reason.NO_PIN
    type_pin(kiosk)
    assert reason(kiosk) is Reason.NO_PIN


def test_a_new_pin_unlocks_it_and_the_event_says_nothing_of_it(kiosk: SchoolKiosk) -> None:
    lock(kiosk)
    [event] = kiosk.take(SetPin(OFFICE, HUGO.id, HASH + "other"))
    assert (event.type, event.person, event.data) == (T.PIN_SET, HUGO.id, {})
    kiosk.tap(HUGOS_CARD)
    type_pin(kiosk)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK


def test_who_has_none_is_told_to_ask_and_keeps_their_own_phone_as_ever(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.take(SetPin(OFFICE, HUGO.id, ""))
    tap = kiosk.tap(HUGOS_CARD)
    assert (tap.granted, tap.reason) == (False, Reason.NO_PIN)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(HUGOS_CARD).reason is Reason.DEPOSIT
    assert kiosk.tap(IVYS_CARD).reason is Reason.DEPOSIT  # opens nothing of others, needs none


def test_the_pin_has_a_minute_and_the_second_card_thirty_seconds_from_it(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.clock.advance(59)
    type_pin(kiosk)
    assert kiosk.outcome
    assert kiosk.outcome.granted
    kiosk.clock.advance(25)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK
    kiosk.tap(HUGOS_CARD)
    kiosk.clock.advance(60)
    type_pin(kiosk)
    assert reason(kiosk) is Reason.OUT_OF_DATE


def test_a_pin_for_another_card_or_an_earlier_one_is_none(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    armed = kiosk.standing.memory.armed
    assert armed is not None
    for wrong in (EnterPin(TESS.id, armed.mono, True), EnterPin(HUGO.id, armed.mono - 1, True)):
        assert kiosk.take(wrong) == []
        assert reason(kiosk) is Reason.OUT_OF_DATE
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


@pytest.mark.parametrize("how", ["blocked", "fire", "another card"])
def test_what_happens_meanwhile_ends_it(kiosk: SchoolKiosk, how: str) -> None:
    kiosk.tap(HUGOS_CARD)
    armed = kiosk.standing.memory.armed
    assert armed is not None
    if how == "blocked":
        kiosk.take(BlockCard(OFFICE, HUGOS_CARD))
    elif how == "fire":
        kiosk.take(RaiseFire(HEAD))
    else:
        kiosk.tap(ANAS_CARD)
    kiosk.take(EnterPin(HUGO.id, armed.mono, True))
    assert not kiosk.outcome or not kiosk.outcome.granted
    assert kiosk.pulses == []


# a class's box: card and PIN


@pytest.fixture
def arriving(kiosk: SchoolKiosk) -> SchoolKiosk:
    kiosk.clock.to(8, 20, days=1)
    return kiosk


def test_a_class_box_opens_by_card_and_pin(arriving: SchoolKiosk) -> None:
    assert arriving.tap(TESS_CARD).reason is Reason.STAFF_CARD
    assert arriving.shown == [Show(Sign.ENTER_PIN)]
    assert arriving.pulses == []
    type_pin(arriving)
    assert arriving.pulses == [6]
    assert arriving.events[-2].reason is Reason.CLASS_BOX


def test_a_class_box_stays_shut_without_it(arriving: SchoolKiosk) -> None:
    arriving.tap(TESS_CARD)
    type_pin(arriving, fits=False)
    assert arriving.pulses == []


def test_a_box_that_is_theirs_no_more_stays_shut(arriving: SchoolKiosk) -> None:
    arriving.tap(TESS_CARD)
    arriving.take(ImportRoster("office", (replace(row(arriving, TESS), form="2S"),), 0, 1))
    type_pin(arriving)
    assert arriving.pulses == []


# what never waits for a PIN


def test_a_medical_need_waits_for_no_pin(kiosk: SchoolKiosk) -> None:
    always = ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, date(2026, 3, 2)
    kiosk.take(GrantExemption(HEAD, Exemption(0, ANA.id, *always)))
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_two_staff_confirm_the_time_the_first_of_them_by_their_pin(kiosk: SchoolKiosk) -> None:
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.tap(HUGOS_CARD)
    type_pin(kiosk)
    assert kiosk.shown[0].sign is Sign.CONFIRM_TIME
    assert kiosk.shown[0].time


# who sets it


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (SetPin(OFFICE, ANA.id, HASH), Reason.NOT_KNOWN),  # a pupil
        (SetPin(OFFICE, "nobody", HASH), Reason.NOT_KNOWN),
        (SetPin(OFFICE, "a7", ""), Reason.ALREADY_SO),
        (SetPin(HUGOS_USER, HUGO.id, HASH), Reason.NOT_ALLOWED),
    ],
)
def test_whoever_may_not_sets_none(kiosk: SchoolKiosk, command: SetPin, why: Reason) -> None:
    before = kiosk.standing.roster
    assert kiosk.take(command) == []
    assert (reason(kiosk), kiosk.standing.roster) == (why, before)


def test_it_stands_in_their_row_and_older_rows_have_none(kiosk: SchoolKiosk) -> None:
    assert HASH not in repr(row(kiosk))
    rows = row_changes([row(kiosk)])[PEOPLE]["set"]
    assert roster_of({PEOPLE: rows}).people == {HUGO.id: row(kiosk)}
    for one in rows.values():
        del one["pin_hash"], one["pin_wrong"]
    [older] = roster_of({PEOPLE: rows}).people.values()
    assert (older.pin_hash, older.pin_wrong, older.has_pin) == ("", 0, False)


def test_a_roster_leaves_it_as_it_is(kiosk: SchoolKiosk) -> None:
    kiosk.take(ImportRoster("office", (replace(row(kiosk), surname="Moor"),), 0, 1))
    assert row(kiosk).pin_hash == HASH


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "1234", "9876", "0000", "٤٨٢١"])
def test_a_pin_that_is_short_or_plain_is_refused_in_words(pin: str) -> None:
    assert pin_fault(pin)


@pytest.mark.parametrize("pin", ["4821", "13579", "90210348"])
def test_any_other_may_be_used(pin: str) -> None:
    assert pin_fault(pin) is None
