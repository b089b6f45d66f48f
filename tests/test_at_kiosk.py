"""A staff card at the kiosk: alone, with a pupil's within 30 s, with their own once more."""

from dataclasses import replace
from datetime import date

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD, types
from cubbies_fixtures import (
    CALS_CARD,
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
from kiosk.events import Alert, EventType, Purpose, Reason
from kiosk.messages.arrangements import GivePass, GrantExemption, PlaceHold
from kiosk.messages.commands import (
    AcknowledgeAlert,
    BlockCard,
    ImportRoster,
    SaveUser,
    StateCustody,
)
from kiosk.model import PersonKind, User
from kiosk.policy.signs import FACES
from kiosk.policy.tap import MEDICAL_ROW
from kiosk.retention import Series, series_of
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind

T = EventType


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Ana's phone is in, and it is noon: her own card opens nothing."""
    kiosk = SchoolKiosk()
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(12)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    return kiosk


def hold_anas(kiosk: SchoolKiosk) -> None:
    kiosk.take(PlaceHold(HEAD, kiosk.state.of_person[ANA.id], HoldKind.SAFEGUARDING))
    assert kiosk.granted()


def test_a_staff_card_then_the_pupils_opens_that_pupils_cubby(kiosk: SchoolKiosk) -> None:
    tap = kiosk.tap(HUGOS_CARD)
    assert (tap.granted, tap.reason, tap.cubby, kiosk.pulses) == (
        True,
        Reason.STAFF_CARD,
        None,
        [],
    )
    assert kiosk.shown == [Show(Sign.NEXT_CARD)]

    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason, tap.cubby, kiosk.pulses) == (True, Reason.AT_KIOSK, 1, [1])
    assert kiosk.shown == [Show(Sign.TAKE, 1)]


def test_both_are_on_record_and_whoever_sees_alerts_is_told_at_once(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    tap = kiosk.tap(ANAS_CARD)
    override, pulse, alert = kiosk.events[-3:]

    assert types(kiosk.events[-4:]) == [T.TAPPED, T.OVERRIDDEN, T.PULSE_STARTED, T.ALERT_RAISED]
    assert (override.actor, override.person) == (f"user:{HUGOS_USER}", ANA.id)
    assert (override.cubby, override.granted, override.cause) == (1, True, tap.seq)
    assert (pulse.cause, pulse.actor) == (override.seq, override.actor)
    assert pulse.data["purpose"] == Purpose.OVERRIDE
    assert (alert.data["alert"], alert.cubby) == (Alert.OPENED_AT_KIOSK, 1)
    assert series_of(override.type) is Series.ACTS


def test_what_became_of_the_device_waits_for_a_statement(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    deposit = kiosk.state.deposit_of(ANA.id)
    assert deposit is not None
    assert deposit.doubt is Reason.OPENED_BY_STAFF
    kiosk.take(StateCustody(HUGOS_USER, deposit.id, Reason.INSIDE))
    assert kiosk.state.deposits[deposit.id].doubt is None


def test_the_alert_is_over_once_it_was_seen_and_comes_anew_each_time(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(ANAS_CARD)
    first = kiosk.state.alerts[Alert.OPENED_AT_KIOSK, 1]
    kiosk.open(1)
    kiosk.close(1)
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(ANAS_CARD)
    second = kiosk.state.alerts[Alert.OPENED_AT_KIOSK, 1]
    assert second.seq > first.seq

    kiosk.take(AcknowledgeAlert(HEAD, second.seq))
    assert (Alert.OPENED_AT_KIOSK, 1) not in kiosk.state.alerts


def test_the_second_card_has_thirty_seconds(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.clock.advance(26.1)  # and four for the tap
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.tap(HUGOS_CARD)
    kiosk.clock.advance(25.9)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK


def test_the_sign_is_gone_before_the_second_card_is_too_late() -> None:
    assert FACES[Sign.NEXT_CARD].stays_s * 2 <= 30  # twice as long where it is to be calm


def test_the_next_pupil_in_the_queue_opens_nothing(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(BENS_CARD).reason is Reason.DEPOSIT
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_an_unknown_card_in_between_changes_nothing(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap("a bus pass")
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK


def test_a_held_cubby_stays_shut_for_every_staff_card_and_the_try_is_on_record(
    kiosk: SchoolKiosk,
) -> None:
    hold_anas(kiosk)
    kiosk.take(SaveUser("console", replace(_hugos_user(kiosk), roles=("headteacher",))))
    kiosk.tap(HUGOS_CARD)

    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason, tap.cubby, kiosk.pulses) == (False, Reason.HELD, None, [])
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    refused = kiosk.events[-1]
    assert (refused.type, refused.granted, refused.reason) == (T.OVERRIDDEN, False, Reason.HELD)
    assert (Alert.OPENED_AT_KIOSK, 1) not in kiosk.state.alerts


def _hugos_user(kiosk: SchoolKiosk) -> User:
    return kiosk.standing.roster.users[HUGOS_USER]


def test_a_brothers_held_device_keeps_the_shared_cubby_shut(kiosk: SchoolKiosk) -> None:
    kiosk = SchoolKiosk().with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    hold_anas(kiosk)
    kiosk.clock.to(12)
    kiosk.tap(HUGOS_CARD)
    assert (kiosk.tap(BENS_CARD).reason, kiosk.pulses) == (Reason.HELD, [])


def test_what_the_pupils_own_card_would_open_it_opens_as_ever(kiosk: SchoolKiosk) -> None:
    kiosk.clock.to(15, 20)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    assert (Alert.OPENED_AT_KIOSK, 1) not in kiosk.state.alerts


@pytest.mark.parametrize("hour", [6, 12, 20])
def test_it_works_at_any_hour_and_without_a_trusted_clock(kiosk: SchoolKiosk, hour: int) -> None:
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.clock.at = kiosk.clock.at.replace(hour=hour)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK


def test_a_restart_forgets_the_staff_card(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.power_cut()
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_a_blocked_card_of_a_pupil_is_no_second_card(kiosk: SchoolKiosk) -> None:
    kiosk.take(BlockCard(OFFICE, ANAS_CARD))
    kiosk.tap(HUGOS_CARD)
    assert (kiosk.tap(ANAS_CARD).reason, kiosk.pulses) == (Reason.BLOCKED_CARD, [])


def test_a_blocked_card_of_staff_is_no_first_card(kiosk: SchoolKiosk) -> None:
    kiosk.take(BlockCard(OFFICE, HUGOS_CARD))
    assert kiosk.tap(HUGOS_CARD).reason is Reason.BLOCKED_CARD
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


@pytest.mark.parametrize("how", ["blocked", "other roles"])
def test_a_staff_card_opens_nothing_more_from_the_moment_that_its_right_ends(
    kiosk: SchoolKiosk, how: str
) -> None:
    kiosk.tap(HUGOS_CARD)
    if how == "blocked":
        kiosk.take(BlockCard(OFFICE, HUGOS_CARD))
    else:
        kiosk.take(SaveUser("console", replace(_hugos_user(kiosk), roles=("technician",))))
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


@pytest.mark.parametrize("card", [IVYS_CARD, TESS_CARD])
def test_who_may_open_nothing_uses_the_kiosk_for_their_own_device(
    kiosk: SchoolKiosk, card: str
) -> None:
    """Ivy is a technician, Tess has no account."""
    tap = kiosk.tap(card)
    assert (tap.reason, kiosk.pulses) == (Reason.DEPOSIT, [tap.cubby])
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_their_own_card_once_more_is_about_their_own_device(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    tap = kiosk.tap(HUGOS_CARD)
    assert (tap.reason, kiosk.pulses) == (Reason.DEPOSIT, [2])
    kiosk.open(2)
    kiosk.close(2)
    kiosk.clock.advance(300)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET

    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(HUGOS_CARD).reason is Reason.COLLECT
    assert kiosk.state.deposit_of(HUGO.id) is not None


def test_with_their_own_door_under_way_the_card_is_about_that(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(HUGOS_CARD).reason is Reason.AGAIN
    kiosk.open(2)
    assert kiosk.tap(HUGOS_CARD).reason is Reason.DOOR_OPEN
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_what_staff_need_is_met_with_their_first_card(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    cubby = kiosk.tap(HUGOS_CARD).cubby or 0
    kiosk.open(cubby)
    kiosk.close(cubby)
    always = ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, date(2026, 3, 2)
    kiosk.take(GrantExemption(HEAD, Exemption(0, HUGO.id, *always)))
    kiosk.clock.advance(300)
    assert kiosk.tap(HUGOS_CARD).data["row"] == MEDICAL_ROW
    assert kiosk.pulses == [cubby]


def test_a_visitors_card_is_no_second_card(kiosk: SchoolKiosk) -> None:
    kiosk.take(ImportRoster("office", (replace(ANA, kind=PersonKind.VISITOR),), 0, 1))
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.CLOCK_NOT_TRUSTED


def test_a_colleagues_card_takes_the_place_of_the_first(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(IVYS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET


def test_a_device_that_is_out_or_in_the_office_is_told_as_ever(kiosk: SchoolKiosk) -> None:
    begins, ends = kiosk.clock.at, kiosk.clock.at.replace(hour=13)
    kiosk.take(GivePass(OFFICE, ANA.id, begins, ends))
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.BACK


def test_a_cubby_whose_door_stands_open_is_shut_first(kiosk: SchoolKiosk) -> None:
    kiosk.open(1)  # by force
    kiosk.tap(HUGOS_CARD)
    assert (kiosk.tap(ANAS_CARD).reason, kiosk.pulses) == (Reason.DOOR_OPEN, [])


# with a class's box


def test_no_pupil_is_taken_for_a_second_card_after_the_box_was_opened() -> None:
    kiosk = SchoolKiosk().with_box()
    hugos = replace(_hugos_user(kiosk), person=TESS.id)
    kiosk.take(SaveUser("console", hugos))
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.advance(200)

    assert kiosk.tap(TESS_CARD).reason is Reason.CLASS_BOX
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    assert kiosk.tap(CALS_CARD).reason is Reason.HANDED_IN


def test_outside_arrival_and_release_the_classs_staff_are_as_any() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.take(SaveUser("console", replace(_hugos_user(kiosk), person=TESS.id)))
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(12)
    kiosk.tap(TESS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK


def test_the_classs_staff_keep_their_own_phone_by_a_second_tap() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.tap(TESS_CARD)
    assert kiosk.tap(TESS_CARD).reason is Reason.DEPOSIT
    assert kiosk.state.transactions.keys() == {1, 6}


def test_a_box_that_stands_open_is_shut_first() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.tap(TESS_CARD)
    kiosk.open(6)
    kiosk.clock.advance(60)
    tap = kiosk.tap(TESS_CARD)
    assert (tap.reason, tap.cubby, kiosk.pulses) == (Reason.DOOR_OPEN, 6, [])
    assert kiosk.shown == [Show(Sign.SHUT_DOOR, 6)]


def test_staff_of_another_class_or_who_have_left_open_no_box() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.take(ImportRoster("office", (replace(TESS, form="2S"),), 0, 1))
    assert kiosk.tap(TESS_CARD).reason is Reason.DEPOSIT
    kiosk.open(1)
    kiosk.close(1)
    kiosk.take(ImportRoster("office", (replace(TESS, leaver=True),), 0, 1))
    kiosk.clock.advance(200)
    assert kiosk.tap(TESS_CARD).reason is Reason.COLLECT


def test_what_was_done_at_the_kiosk_follows_from_the_events(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    assert fold(kiosk.events) == kiosk.state
