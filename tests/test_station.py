"""The station, one tap and door at a time."""

from dataclasses import replace

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules

from kiosk.acts import Show, Sign
from kiosk.drafting import Rules
from kiosk.events import Alert, EventType, Purpose, Reason
from kiosk.messages.arrangements import TakeIn
from kiosk.messages.commands import (
    AcknowledgeAlert,
    BlockCard,
    ConfirmClock,
    EnrolCard,
    StateCustody,
)
from kiosk.messages.sensed import (
    Card,
    CardLeft,
    PartBack,
    PartLost,
    Presented,
    PulseRejected,
    Stopping,
)
from kiosk.messages.signs import AdaptSigns
from kiosk.model import Credential

T = EventType


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return SmallKiosk(rules, clock)


def test_a_deposit_is_stored_when_the_door_has_closed(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD)

    assert (tap.granted, tap.reason, tap.person) == (True, Reason.DEPOSIT, ANA.id)
    assert kiosk.pulses == [tap.cubby]
    assert kiosk.standing.state.deposit_of(ANA.id) is None
    assert types(kiosk.open(1)) == [T.DOOR_OPENED]
    assert types(kiosk.close(1)) == [T.DOOR_CLOSED, T.DEPOSITED]
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert (deposit.cubby, deposit.doubt, deposit.id) == (1, None, tap.seq)
    assert kiosk.shown == [Show(Sign.DONE, 1)]


def test_the_pulse_has_an_event_of_its_own_that_names_its_cause(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD)

    pulse = kiosk.events[-1]
    assert pulse.type is T.PULSE_STARTED
    assert (pulse.cause, pulse.cubby, pulse.actor) == (tap.seq, 1, f"person:{ANA.id}")
    assert pulse.data == {"purpose": "deposit", "attempt": 1}


def test_before_release_the_message_carries_the_time(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.granted, tap.reason) == (False, Reason.NOT_YET)
    assert kiosk.shown == [Show(Sign.NOT_YET, None, "15:10")]
    assert kiosk.pulses == []


def test_a_collection_is_done_when_the_door_opens_and_frees_the_cubby_when_it_shuts(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(15, 20)

    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    assert types(kiosk.open(cubby)) == [T.DOOR_OPENED, T.COLLECTED]
    assert kiosk.standing.state.deposit_of(ANA.id) is None
    assert cubby in kiosk.standing.state.transactions
    assert types(kiosk.close(cubby)) == [T.DOOR_CLOSED]
    assert cubby not in kiosk.standing.state.transactions


def test_a_second_tap_within_three_seconds_leaves_no_event(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.clock.advance(2.9)

    assert kiosk.take(Presented((Card(ANAS_CARD),))) == []
    assert kiosk.pulses == []


def test_taps_in_quick_succession_do_not_lock_a_card_out(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    taps = []
    for _ in range(4):
        kiosk.clock.advance(1)
        taps.append(len(kiosk.take(Presented((Card(ANAS_CARD),)))))

    assert taps == [0, 0, 2, 0]  # the third is three seconds after the first


def test_an_unknown_card_is_refused_and_remembered_for_a_day(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap("cccc")

    assert (tap.granted, tap.reason, tap.person) == (False, Reason.UNKNOWN_CARD, None)
    assert [u.card.key for u in kiosk.standing.memory.unknown] == ["cccc"]
    kiosk.tick(86_395)
    assert [u.card.key for u in kiosk.standing.memory.unknown] == ["cccc"]
    kiosk.tick(6)
    assert kiosk.standing.memory.unknown == ()


def test_two_known_cards_at_once_are_refused(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD, BENS_CARD)

    assert (tap.granted, tap.reason, tap.person) == (False, Reason.TWO_CARDS, None)
    assert kiosk.shown == [Show(Sign.ONE_CARD)]


def test_a_known_card_that_lies_there_makes_a_second_one_two_cards(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.clock.advance(60)

    (tap,) = kiosk.take(Presented((Card(ANAS_CARD, is_new=False), Card(BENS_CARD))))

    assert tap.reason is Reason.TWO_CARDS


def test_an_unknown_card_beside_a_known_one_is_ignored(kiosk: SmallKiosk) -> None:
    assert kiosk.tap("cccc", ANAS_CARD).person == ANA.id


def test_a_phone_with_a_random_number_is_told_from_an_unknown_card(kiosk: SmallKiosk) -> None:
    (tap,) = kiosk.take(Presented((Card("random", is_random=True),)))

    assert tap.reason is Reason.RANDOM_CARD
    assert kiosk.standing.memory.unknown == ()


def test_a_blocked_card_opens_nothing_from_that_moment(kiosk: SmallKiosk) -> None:
    kiosk.take(BlockCard("u1", ANAS_CARD))

    assert kiosk.tap(ANAS_CARD).reason is Reason.BLOCKED_CARD


def test_a_door_that_does_not_open_is_pulsed_once_more(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)

    assert kiosk.tick(4.9) == []
    (retry,) = kiosk.tick(0.2)
    assert (retry.type, retry.data["attempt"]) == (T.PULSE_STARTED, 2)
    assert kiosk.pulses == [1]


def test_a_door_whose_bank_is_lost_meanwhile_is_not_pulsed_again(kiosk: SmallKiosk) -> None:
    """Nobody knows how it stands: a pulse that the bank takes in when it is back opens it late."""
    kiosk.tap(ANAS_CARD)
    kiosk.take(PartLost("locks", "main", "no board"))

    events = kiosk.tick(5.1)

    assert T.PULSE_FAILED in types(events)
    assert kiosk.pulses == []
    assert (Alert.NOT_OPENED, 1) not in kiosk.standing.state.alerts


def test_after_two_pulses_a_deposit_gets_another_cubby_and_staff_an_alert(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.tick(5.1)

    events = kiosk.tick(5.1)

    assert types(events) == [T.PULSE_FAILED, T.ALERT_RAISED, T.PULSE_STARTED]
    assert kiosk.pulses == [2]
    assert events[-1].data["attempt"] == 3
    assert (Alert.NOT_OPENED, 1) in kiosk.standing.state.alerts
    kiosk.open(2)
    kiosk.close(2)
    assert kiosk.standing.state.in_cubby.keys() == {2}


def test_one_tap_puts_at_most_two_cubbies_out_of_use(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD)

    for cubby in (1, 2):
        events = kiosk.take(PulseRejected(cubby, tap.seq))

    assert types(events) == [T.PULSE_FAILED, T.ALERT_RAISED]
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    assert kiosk.standing.state.transactions == {}


def test_a_rejection_that_comes_late_ends_no_later_transaction(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)

    assert kiosk.take(PulseRejected(1, cause=1)) == []
    assert 1 in kiosk.standing.state.transactions


def test_an_impatient_child_gets_one_more_pulse_and_then_another_cubby(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AGAIN
    third = kiosk.tap(ANAS_CARD)

    assert (third.reason, third.granted, kiosk.pulses) == (Reason.NOT_OPENED, False, [])
    assert kiosk.shown == [Show(Sign.WAIT)]
    assert third.cause == kiosk.events[-2].cause
    assert types(kiosk.tick(5))[-1] is T.PULSE_STARTED
    assert kiosk.pulses == [2]


def test_a_cubby_that_stands_open_is_shut_before_it_is_pulsed(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.power_cut({1: True})

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.reason, tap.cubby, kiosk.pulses) == (Reason.DOOR_OPEN, 1, [])
    kiosk.close(1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.REOPEN


def test_after_two_pulses_a_collection_is_left_to_staff_with_the_device_still_in(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.tick(5.1)

    events = kiosk.tick(5.1)

    assert types(events) == [T.PULSE_FAILED, T.ALERT_RAISED]
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    assert kiosk.standing.state.deposit_in(cubby) is not None


def test_a_cubby_that_did_not_open_is_given_to_nobody(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.tick(5.1)
    kiosk.tick(5.1)

    assert kiosk.tap(BENS_CARD).cubby == 4  # 1 is faulty, 2 is Ana's, 3 and 5 are beside hers


def test_a_pulse_that_waits_for_the_budget_is_not_counted_as_failed(
    rules: Rules, clock: FakeClock
) -> None:
    kiosk = SmallKiosk(rules, clock)
    kiosk.tap(ANAS_CARD)
    memory = kiosk.standing.memory
    kiosk.standing = type(kiosk.standing)(
        kiosk.standing.state, kiosk.standing.roster, type(memory)(memory.recent)
    )

    assert kiosk.tick(60) == []


def test_a_lock_that_cannot_be_pulsed_is_a_fault_at_once(kiosk: SmallKiosk) -> None:
    tap = kiosk.tap(ANAS_CARD)

    events = kiosk.take(PulseRejected(1, tap.seq))

    assert types(events) == [T.PULSE_FAILED, T.ALERT_RAISED, T.PULSE_STARTED]
    assert events[0].reason is Reason.LOCK_FAULT


def test_a_door_left_open_is_reminded_of_and_then_alerted_once(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)

    assert kiosk.tick(14) == []
    assert kiosk.shown == []
    assert kiosk.tick(2) == []
    assert kiosk.shown == [Show(Sign.SHUT_DOOR, 1, is_reminder=True)]
    assert types(kiosk.tick(15)) == [T.ALERT_RAISED]
    assert kiosk.tick(30) == []
    assert types(kiosk.close(1)) == [T.DOOR_CLOSED, T.DEPOSITED, T.ALERT_CLEARED]


def test_who_needs_time_has_three_times_as_long_before_a_reminder_and_an_alert(
    kiosk: SmallKiosk,
) -> None:
    kiosk.take(AdaptSigns("console", ANA.id, "", low_sensory=False, more_time=True))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)

    kiosk.tick(44)
    assert kiosk.shown == []
    kiosk.tick(2)
    assert kiosk.shown == [Show(Sign.SHUT_DOOR, 1, is_reminder=True)]
    assert kiosk.tick(43) == []
    assert types(kiosk.tick(2)) == [T.ALERT_RAISED]


def test_a_tap_while_ones_door_is_open_asks_to_shut_it(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)

    assert kiosk.tap(ANAS_CARD).reason is Reason.DOOR_OPEN
    assert kiosk.shown == [Show(Sign.SHUT_DOOR, 1)]


def test_a_tap_while_ones_door_is_still_shut_pulses_it_again_for_the_same_deposit(
    kiosk: SmallKiosk,
) -> None:
    first = kiosk.tap(ANAS_CARD)

    again = kiosk.tap(ANAS_CARD)

    assert (again.granted, again.reason, kiosk.pulses) == (True, Reason.AGAIN, [1])
    kiosk.open(1)
    kiosk.close(1)
    assert kiosk.standing.state.of_person == {ANA.id: first.seq}


def test_a_door_that_opens_without_a_pulse_was_forced(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()

    events = kiosk.open(cubby)

    assert types(events) == [T.DOOR_OPENED, T.ALERT_RAISED, T.CUSTODY_UNKNOWN]
    assert events[0].reason is Reason.FORCED
    assert types(kiosk.close(cubby)) == [T.DOOR_CLOSED]
    deposit = kiosk.standing.state.deposit_in(cubby)
    assert deposit is not None
    assert deposit.doubt is Reason.FORCED


def test_a_forced_door_is_an_alert_until_it_is_shut_and_somebody_has_seen_it(
    kiosk: SmallKiosk,
) -> None:
    kiosk.open(3)
    kiosk.close(3)
    alert = kiosk.standing.state.alerts[Alert.FORCED, 3]

    events = kiosk.take(AcknowledgeAlert("u1", alert.seq))

    assert types(events) == [T.ALERT_ACKNOWLEDGED, T.ALERT_CLEARED]


def test_what_is_left_inside_is_told_when_the_kiosk_has_closed(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(16, 30)
    assert types(kiosk.tick()) == [T.ALERT_RAISED]
    assert kiosk.tick() == []
    kiosk.clock.to(8, 20, days=1)
    assert types(kiosk.tick()) == [T.ALERT_CLEARED]


def test_who_was_given_their_phone_by_staff_is_done_for_the_day(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(StateCustody("u1", kiosk.standing.state.of_person[ANA.id], Reason.GIVEN))
    kiosk.clock.to(15, 20)

    assert kiosk.tap(ANAS_CARD).reason is Reason.NOTHING_HERE


def test_a_door_that_closes_without_having_been_seen_open_changes_nothing(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)

    assert kiosk.close(1) == []
    assert 1 in kiosk.standing.state.transactions


def test_within_two_minutes_the_cubby_opens_again_and_the_deposit_goes_on(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    before = kiosk.standing.state.of_person[ANA.id]

    assert kiosk.tap(ANAS_CARD).reason is Reason.REOPEN
    assert types(kiosk.open(cubby)) == [T.DOOR_OPENED, T.CUSTODY_UNKNOWN]
    assert types(kiosk.close(cubby)) == [T.DOOR_CLOSED, T.DEPOSITED]
    assert kiosk.standing.state.of_person == {ANA.id: before}


def test_opening_again_and_again_does_not_stretch_the_grace(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    for _ in range(2):
        kiosk.clock.advance(45)
        assert kiosk.tap(ANAS_CARD).reason is Reason.REOPEN
        kiosk.open(cubby)
        kiosk.close(cubby)
    kiosk.clock.advance(45)

    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_something_left_inside_can_be_fetched_within_five_minutes(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)
    kiosk.close(cubby)

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.reason, tap.cubby) == (Reason.LEFT_INSIDE, cubby)
    assert types(kiosk.open(cubby) + kiosk.close(cubby)) == [T.DOOR_OPENED, T.DOOR_CLOSED]
    assert kiosk.standing.state.deposits == {}


def test_a_full_cabinet_says_so(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(1), clock)
    kiosk.hand_in()

    assert [e.data["alert"] for e in kiosk.tick()] == [Alert.FULL]
    assert kiosk.tap(BENS_CARD).reason is Reason.FULL


def test_staff_are_told_before_it_is_full_and_then_that_alone(clock: FakeClock) -> None:
    kiosk = SmallKiosk(replace(make_rules(2), nearly_full=0.5), clock)
    kiosk.hand_in(ANAS_CARD)
    kiosk.tick()
    assert [alert for alert, _ in kiosk.standing.state.alerts] == [Alert.NEARLY_FULL]

    kiosk.hand_in(BENS_CARD)
    kiosk.tick()
    assert [alert for alert, _ in kiosk.standing.state.alerts] == [Alert.FULL]


def test_of_a_cabinet_whose_locks_do_not_answer_nobody_says_that_it_is_full(
    clock: FakeClock,
) -> None:
    kiosk = SmallKiosk(make_rules(1), clock)
    kiosk.take(PartLost("locks", "main"))
    kiosk.tick()
    assert [alert for alert, _ in kiosk.standing.state.alerts] == [Alert.LOCKS_LOST]


def test_the_cubby_beside_an_open_door_is_given_last(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)  # beside it: 2, 4 and 5 of two rows of three

    assert kiosk.tap(BENS_CARD).cubby == 3


def test_a_card_forgotten_on_the_reader_is_an_alert_until_it_is_taken_away(
    kiosk: SmallKiosk,
) -> None:
    assert types(kiosk.take(CardLeft())) == [T.ALERT_RAISED]
    assert types(kiosk.take(CardLeft(is_gone=True))) == [T.ALERT_CLEARED]


def test_a_lost_reader_is_an_alert_until_it_is_back(kiosk: SmallKiosk) -> None:
    assert types(kiosk.take(PartLost("reader"))) == [T.ALERT_RAISED]
    assert kiosk.take(PartLost("reader")) == []
    assert types(kiosk.take(PartBack("reader"))) == [T.ALERT_CLEARED]


def test_lost_locks_refuse_deposits_but_not_collections(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PartLost("locks", "main", "no board"))
    kiosk.clock.to(15, 20)

    assert kiosk.tap(BENS_CARD).reason is Reason.OUT_OF_ORDER
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_without_a_trusted_clock_a_collection_waits_until_staff_confirm_the_time(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.clock.trusted = False
    kiosk.power_cut()

    assert kiosk.tap(ANAS_CARD).reason is Reason.CLOCK_NOT_TRUSTED
    kiosk.take(ConfirmClock("u1"))
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_a_clock_that_was_synchronised_stays_trusted_for_its_boot(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.clock.trusted = False  # nine hours without the network: the kernel is not sure any more

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.reason, tap.now.trusted) == (Reason.COLLECT, True)


def test_what_an_untrusted_clock_shows_is_no_measure_for_a_battery(kiosk: SmallKiosk) -> None:
    newest = kiosk.standing.state.trusted_at
    kiosk.clock.trusted = False
    kiosk.clock.at = kiosk.clock.at.replace(year=2000)
    kiosk.power_cut()

    assert kiosk.standing.state.trusted_at == newest
    assert newest is not None
    assert newest.year == 2026


def test_a_confirmed_clock_is_not_trusted_after_the_next_boot(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.clock.trusted = False
    kiosk.take(ConfirmClock("u1"))
    kiosk.power_cut()

    assert kiosk.tap(ANAS_CARD).reason is Reason.CLOCK_NOT_TRUSTED


def test_an_override_opens_at_any_hour_and_its_custody_waits_for_a_statement(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(23)

    events = kiosk.override(cubby, ANA.id, note="insulin", note_id="f1")

    assert types(events) == [T.OVERRIDDEN, T.PULSE_STARTED]
    assert (events[0].actor, events[0].reason, events[0].note) == (
        "user:u1",
        Reason.MEDICAL,
        "f1",
    )
    assert types(kiosk.open(cubby)) == [T.DOOR_OPENED, T.CUSTODY_UNKNOWN]
    kiosk.close(cubby)
    deposit = kiosk.standing.state.deposit_in(cubby)
    assert deposit is not None
    assert deposit.doubt is Reason.OPENED_BY_STAFF


@pytest.mark.parametrize(
    ("what", "left"),
    [
        (Reason.GIVEN, {}),
        (Reason.INSIDE, {1: None}),
        (Reason.EMPTY, {}),
        (Reason.NEVER_PUT_IN, {}),
    ],
)
def test_staff_state_what_is_true_after_an_override(
    kiosk: SmallKiosk, what: Reason, left: dict[int, None]
) -> None:
    cubby = kiosk.hand_in()
    deposit = kiosk.standing.state.in_cubby[cubby]
    kiosk.override(cubby, ANA.id)
    kiosk.open(cubby)
    kiosk.close(cubby)

    (event,) = kiosk.take(StateCustody("u1", deposit, what))

    assert (event.type, event.reason) == (T.CUSTODY_STATED, what)
    state = kiosk.standing.state
    assert {c: state.deposits[d].doubt for c, d in state.in_cubby.items()} == left
    assert (state.deposit_of(ANA.id) is None) == (what in (Reason.GIVEN, Reason.NEVER_PUT_IN))


@pytest.mark.parametrize("first", [None, Reason.EMPTY])
def test_what_was_never_put_in_was_never_collected_and_can_be_handed_in_the_same_day(
    kiosk: SmallKiosk, first: Reason | None
) -> None:
    cubby = kiosk.hand_in()
    deposit = kiosk.standing.state.in_cubby[cubby]
    if first is not None:
        kiosk.take(StateCustody("u1", deposit, first))

    (event,) = kiosk.take(StateCustody("u1", deposit, Reason.NEVER_PUT_IN))

    assert (event.person, event.reason) == (ANA.id, Reason.NEVER_PUT_IN)
    state = kiosk.standing.state
    assert (state.deposit_of(ANA.id), state.collections, state.in_cubby) == (None, {}, {})
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_what_is_in_the_office_was_in_our_keeping(kiosk: SmallKiosk) -> None:
    kiosk.take(TakeIn("u1", ANA.id))
    deposit = kiosk.standing.state.of_person[ANA.id]

    assert kiosk.take(StateCustody("u1", deposit, Reason.NEVER_PUT_IN)) == []
    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.WAS_IN


def test_a_device_that_nobody_can_find_is_a_matter_for_the_office(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    deposit = kiosk.standing.state.in_cubby[cubby]
    kiosk.override(cubby, ANA.id)
    kiosk.open(cubby)
    kiosk.close(cubby)
    kiosk.take(StateCustody("u1", deposit, Reason.EMPTY))
    kiosk.clock.to(15, 20)

    assert kiosk.tap(ANAS_CARD).reason is Reason.UNDER_ENQUIRY


def test_the_same_request_sent_again_opens_once(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()
    kiosk.override(cubby, ANA.id, request="r1")
    first = kiosk.outcome

    assert kiosk.override(cubby, ANA.id, request="r1") == []
    assert kiosk.outcome == first


def test_a_refused_request_sent_again_is_refused_again_and_recorded_once(
    kiosk: SmallKiosk,
) -> None:
    kiosk.override(99, None, request="r1")
    first = kiosk.outcome

    assert kiosk.override(99, None, request="r1") == []
    assert kiosk.outcome == first
    assert first is not None
    assert not first.granted


@pytest.mark.parametrize(
    ("cubby", "person", "reason"),
    [
        (99, None, Reason.NO_SUCH_CUBBY),
        (1, None, Reason.NOT_THAT_PERSON),
        (1, BEN.id, Reason.NOT_THAT_PERSON),
        (2, ANA.id, Reason.NOT_THAT_PERSON),
    ],
)
def test_an_override_that_does_not_fit_the_cabinet_is_refused_on_record(
    kiosk: SmallKiosk, cubby: int, person: str | None, reason: Reason
) -> None:
    kiosk.hand_in()

    (event,) = kiosk.override(cubby, person)

    assert (event.type, event.granted, event.reason) == (T.OVERRIDDEN, False, reason)
    assert kiosk.pulses == []


def test_a_pupils_card_does_not_repeat_the_opening_of_staff(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    kiosk.override(1, ANA.id)

    tap = kiosk.tap(ANAS_CARD)

    assert (tap.granted, tap.reason, kiosk.pulses) == (False, Reason.DOOR_OPEN, [])


def test_a_door_that_is_never_seen_shut_can_be_opened_by_staff_all_the_same(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    assert kiosk.override(1, None)[0].reason is Reason.CUBBY_BUSY
    kiosk.tick(31)

    events = kiosk.override(1, None)

    assert types(events) == [
        T.OVERRIDDEN,
        T.PULSE_UNKNOWN,
        T.CUSTODY_UNKNOWN,
        T.PULSE_STARTED,
    ]
    assert (events[2].reason, events[3].person) == (Reason.NOT_SHUT, ANA.id)


def test_what_stands_in_a_form_is_no_person_in_the_record(kiosk: SmallKiosk) -> None:
    (event,) = kiosk.override(1, "<anything at all>")

    assert (event.reason, event.person) == (Reason.NOT_THAT_PERSON, None)


def test_staff_may_state_what_the_key_did_where_nothing_was_in_doubt(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    deposit = kiosk.standing.state.of_person[ANA.id]

    assert kiosk.take(StateCustody("u1", deposit, Reason.INSIDE)) == []
    assert types(kiosk.take(StateCustody("u1", deposit, Reason.GIVEN))) == [T.CUSTODY_STATED]
    assert kiosk.standing.state.deposits == {}


def test_a_device_that_nobody_can_find_is_not_inside_anything(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    deposit = kiosk.standing.state.of_person[ANA.id]
    kiosk.take(StateCustody("u1", deposit, Reason.EMPTY))

    assert kiosk.take(StateCustody("u1", deposit, Reason.INSIDE)) == []
    kiosk.take(StateCustody("u1", deposit, Reason.GIVEN))
    assert kiosk.standing.state.deposits == {}


def test_an_override_waits_while_a_pupil_uses_the_door(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)

    (event,) = kiosk.override(1, None)

    assert event.reason is Reason.CUBBY_BUSY


def test_after_a_cut_what_was_under_way_is_unknown_and_reserved_for_its_owner(
    kiosk: SmallKiosk,
) -> None:
    tap = kiosk.tap(ANAS_CARD)

    events = kiosk.power_cut()

    assert types(events) == [T.KIOSK_STARTED, T.PULSE_UNKNOWN, T.CUSTODY_UNKNOWN]
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert (deposit.id, deposit.cubby, deposit.doubt) == (tap.seq, 1, Reason.INTERRUPTED)
    assert kiosk.tap(BENS_CARD).cubby != 1


def test_after_a_cut_the_owner_finishes_handing_in_while_others_arrive(
    kiosk: SmallKiosk,
) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.power_cut()

    assert (kiosk.tap(ANAS_CARD).reason, kiosk.pulses) == (Reason.REOPEN, [1])
    kiosk.open(1)
    kiosk.close(1)
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert deposit.doubt is None


def test_after_a_cut_in_mid_collection_the_device_is_unknown_not_gone(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(cubby)

    events = kiosk.power_cut({cubby: False})

    assert types(events) == [T.KIOSK_STARTED, T.CUSTODY_UNKNOWN, T.DOOR_CLOSED]
    assert events[1].reason is Reason.INTERRUPTED_OUT
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_a_door_found_open_at_the_start_puts_its_content_in_doubt(kiosk: SmallKiosk) -> None:
    cubby = kiosk.hand_in()

    events = kiosk.power_cut({cubby: True})

    assert types(events) == [
        T.KIOSK_STARTED,
        T.DOOR_OPENED,
        T.CUSTODY_UNKNOWN,
        T.ALERT_RAISED,
    ]
    assert events[1].reason is Reason.FOUND


def test_a_door_that_stood_open_through_a_restart_is_an_alert(kiosk: SmallKiosk) -> None:
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)

    assert T.ALERT_RAISED in types(kiosk.power_cut({1: True}))
    assert (Alert.LEFT_OPEN, 1) in kiosk.standing.state.alerts


def test_a_reader_that_was_mended_while_the_power_was_off_is_no_alert(kiosk: SmallKiosk) -> None:
    kiosk.take(PartLost("reader"))

    assert types(kiosk.power_cut()) == [T.KIOSK_STARTED, T.ALERT_CLEARED]
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_without_a_sensor_a_deposit_is_presumed_and_says_so(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(has_sensor=False), clock)
    kiosk.tap(ANAS_CARD)

    assert kiosk.tick(9) == []
    (event,) = kiosk.tick(2)

    assert (event.type, event.data) == (T.DEPOSITED, {"presumed": True})
    deposit = kiosk.standing.state.deposit_of(ANA.id)
    assert deposit is not None
    assert deposit.presumed
    assert kiosk.standing.state.transactions == {}


def test_without_a_sensor_a_collection_is_presumed_too(clock: FakeClock) -> None:
    kiosk = SmallKiosk(make_rules(has_sensor=False), clock)
    kiosk.tap(ANAS_CARD)
    kiosk.tick(11)
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)

    (event,) = kiosk.tick(11)

    assert (event.type, event.data) == (T.COLLECTED, {"presumed": True})
    assert kiosk.standing.state.deposits == {}


def test_an_alert_is_acknowledged_once(kiosk: SmallKiosk) -> None:
    (raised,) = kiosk.take(PartLost("reader"))

    assert types(kiosk.take(AcknowledgeAlert("u1", raised.seq))) == [T.ALERT_ACKNOWLEDGED]
    assert kiosk.take(AcknowledgeAlert("u1", raised.seq)) == []
    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.ALREADY_SO


def test_a_new_card_blocks_the_one_it_replaces(kiosk: SmallKiosk) -> None:
    events = kiosk.take(EnrolCard("u1", Credential("new", ANA.id)))

    assert types(events) == [T.CARD_ENROLLED, T.CARD_BLOCKED]
    assert kiosk.outcome is not None
    assert kiosk.outcome.granted
    assert kiosk.tap(ANAS_CARD).reason is Reason.BLOCKED_CARD
    assert kiosk.tap("new").reason is Reason.DEPOSIT


def test_a_blocked_card_beside_ones_own_is_not_held_against_anybody(kiosk: SmallKiosk) -> None:
    kiosk.take(EnrolCard("u1", Credential("new", ANA.id)))

    assert kiosk.tap(ANAS_CARD, "new").reason is Reason.DEPOSIT


def test_a_blocked_card_under_the_reader_does_not_stop_the_others(kiosk: SmallKiosk) -> None:
    kiosk.take(BlockCard("u1", ANAS_CARD))

    assert kiosk.tap(ANAS_CARD, BENS_CARD).person == BEN.id


def test_a_card_that_somebody_owns_is_not_given_to_another(kiosk: SmallKiosk) -> None:
    assert kiosk.take(EnrolCard("u1", Credential(ANAS_CARD, BEN.id))) == []
    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.CARD_TAKEN


def test_stopping_is_on_record(kiosk: SmallKiosk) -> None:
    assert types(kiosk.take(Stopping())) == [T.KIOSK_STOPPED]


def test_purposes_and_reasons_of_an_opening_agree() -> None:
    own_words = {Purpose.OVERRIDE, Purpose.TAKE_OUT, Purpose.BRING_BACK}
    assert {p.value for p in set(Purpose) - own_words} <= {r.value for r in Reason}
