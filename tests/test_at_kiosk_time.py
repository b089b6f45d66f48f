"""The time confirmed at the kiosk: by two staff cards, where no clock is to be trusted."""

import pytest
from cabinet import ANA, ANAS_CARD, types
from cubbies_fixtures import (
    HUGOS_CARD,
    HUGOS_USER,
    IVYS_CARD,
    OFFICE,
    TECHNICIAN,
    TESS_CARD,
    SchoolKiosk,
)

from kiosk.acts import Show, Sign
from kiosk.custody import fold
from kiosk.events import EventType, Reason
from kiosk.messages.commands import BlockCard, SaveUser
from kiosk.model import User

T = EventType


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Ana's phone is in; a power cut has taken the time, and it is release."""
    kiosk = SchoolKiosk()
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.clock.trusted = False
    kiosk.power_cut()
    assert kiosk.tap(ANAS_CARD).reason is Reason.CLOCK_NOT_TRUSTED
    return kiosk


def is_confirmed(kiosk: SchoolKiosk) -> bool:
    return T.CLOCK_CONFIRMED in types(kiosk.events)


def test_two_staff_who_have_seen_the_time_confirm_it(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    assert kiosk.shown == [Show(Sign.CONFIRM_TIME, time="15:20")]
    kiosk.tap(IVYS_CARD)

    tapped, confirmed = kiosk.events[-2:]
    assert (confirmed.type, confirmed.cause) == (T.CLOCK_CONFIRMED, tapped.seq)
    assert confirmed.data["by"] == [f"user:{HUGOS_USER}", f"user:{TECHNICIAN}"]
    assert kiosk.shown == [Show(Sign.NOTED)]
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT
    assert fold(kiosk.events) == kiosk.state


def test_nobody_confirms_it_alone(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(HUGOS_CARD).reason is Reason.DEPOSIT  # it is about their own phone
    assert not is_confirmed(kiosk)


def test_staff_without_an_account_confirm_nothing(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(TESS_CARD)
    assert not is_confirmed(kiosk)


def test_a_role_that_may_not_confirms_nothing(kiosk: SchoolKiosk) -> None:
    kiosk.take(SaveUser("console", User(TECHNICIAN, "tech", "", ("admin",), "a7")))
    kiosk.tap(HUGOS_CARD)
    kiosk.tap(IVYS_CARD)
    assert not is_confirmed(kiosk)


def test_a_card_that_was_blocked_meanwhile_counts_for_nothing(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.take(BlockCard(OFFICE, HUGOS_CARD))
    kiosk.tap(IVYS_CARD)
    assert not is_confirmed(kiosk)


def test_the_second_of_them_has_thirty_seconds(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    kiosk.clock.advance(26.1)  # and four for the tap
    kiosk.tap(IVYS_CARD)
    assert not is_confirmed(kiosk)


def test_a_time_that_was_past_already_is_not_asked_about(kiosk: SchoolKiosk) -> None:
    kiosk.clock.at = kiosk.clock.at.replace(year=1970)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.shown == [Show(Sign.NEXT_CARD)]
    kiosk.tap(IVYS_CARD)
    assert not is_confirmed(kiosk)


def test_a_pupils_card_after_it_opens_that_pupils_cubby_as_ever(kiosk: SchoolKiosk) -> None:
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.AT_KIOSK
    assert kiosk.state.transactions[1].person == ANA.id


def test_with_a_clock_that_is_trusted_nobody_is_asked() -> None:
    kiosk = SchoolKiosk()
    kiosk.tap(HUGOS_CARD)
    assert kiosk.shown == [Show(Sign.NEXT_CARD)]
    kiosk.tap(IVYS_CARD)
    assert not is_confirmed(kiosk)
