"""Numbers that lost bits, and cards that are not what they were."""

from dataclasses import replace

import pytest
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk, types
from conftest import FakeClock

from kiosk.drafting import Rules
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.commands import AcknowledgeAlert, EnrolCard
from kiosk.messages.record import StoreFailed
from kiosk.messages.sensed import Card, Presented
from kiosk.model import CardStatus, Credential

T = EventType
WHOLE = Card("whole", claims=("short", "other"))
TWIN = Card("twin", claims=("short",))
CLAIM = Credential("short", ANA.id, "claim:w26")


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return SmallKiosk(rules, clock)


def claim(kiosk: SmallKiosk, *claims: Credential) -> None:
    for each in claims:
        kiosk.take(EnrolCard("office", each, replaces=False))


def present(kiosk: SmallKiosk, *cards: Card) -> list[EventType]:
    kiosk.clock.advance(4)
    return types(kiosk.take(Presented(cards)))


def test_a_claim_becomes_the_whole_card_at_its_first_tap(kiosk: SmallKiosk) -> None:
    claim(kiosk, CLAIM)

    assert present(kiosk, WHOLE) == [T.CARD_ENROLLED, T.TAPPED, T.PULSE_STARTED]
    credentials = kiosk.standing.roster.credentials
    assert credentials["whole"].person == ANA.id
    assert credentials["short"].status is CardStatus.BOUND
    assert kiosk.standing.memory.unknown == ()


def test_after_that_the_card_is_known_by_its_whole_number_alone(kiosk: SmallKiosk) -> None:
    claim(kiosk, CLAIM)
    present(kiosk, WHOLE)

    assert T.CARD_ENROLLED not in present(kiosk, WHOLE)
    assert kiosk.events[-1].person == ANA.id


def test_a_second_card_that_fits_a_bound_claim_is_disputed(kiosk: SmallKiosk) -> None:
    claim(kiosk, CLAIM)
    present(kiosk, WHOLE)

    assert present(kiosk, TWIN) == [T.TAPPED]
    tap = kiosk.events[-1]
    assert (tap.granted, tap.reason, tap.person) == (False, Reason.CLAIM_DISPUTED, None)


def test_a_card_that_fits_the_claims_of_two_people_is_disputed(kiosk: SmallKiosk) -> None:
    claim(kiosk, CLAIM, Credential("other", BEN.id, "claim:dec24"))

    assert present(kiosk, WHOLE) == [T.TAPPED]
    assert kiosk.events[-1].reason is Reason.CLAIM_DISPUTED


def test_a_blocked_claim_is_no_claim(kiosk: SmallKiosk) -> None:
    claim(kiosk, replace(CLAIM, status=CardStatus.BLOCKED))

    present(kiosk, WHOLE)
    assert kiosk.events[-1].reason is Reason.UNKNOWN_CARD


def test_while_the_record_fails_nothing_is_bound(kiosk: SmallKiosk) -> None:
    claim(kiosk, CLAIM)
    kiosk.take(StoreFailed("disk full"))

    present(kiosk, WHOLE)
    assert (kiosk.events[-1].granted, "whole" in kiosk.standing.roster.credentials) == (
        False,
        False,
    )


def test_the_make_of_a_card_is_learnt_at_its_first_tap(kiosk: SmallKiosk) -> None:
    present(kiosk, Card(ANAS_CARD, look="08/0400"))

    assert kiosk.standing.roster.credentials[ANAS_CARD].look == "08/0400"
    assert kiosk.standing.state.alerts == {}


def test_a_card_of_another_make_is_let_through_and_staff_are_told(kiosk: SmallKiosk) -> None:
    present(kiosk, Card(ANAS_CARD, look="08/0400"))
    kiosk.open(1)
    kiosk.close(1)

    present(kiosk, Card(ANAS_CARD, look="20/4400"))
    assert kiosk.events[-2].granted is True
    assert (Alert.CARD_CHANGED, ANA.id) in kiosk.standing.state.alerts


def test_a_card_whose_make_could_not_be_seen_is_not_suspected(kiosk: SmallKiosk) -> None:
    present(kiosk, Card(ANAS_CARD, look="08/0400"))
    present(kiosk, Card(ANAS_CARD))
    assert kiosk.standing.state.alerts == {}


def test_a_copy_is_let_through_and_staff_are_told_until_one_of_them_has_looked(
    kiosk: SmallKiosk,
) -> None:
    raised, *_ = kiosk.take(Presented((Card(ANAS_CARD, is_copy=True),)))
    assert (raised.data["alert"], raised.person) == ("card_copied", ANA.id)
    assert kiosk.pulses == [1]

    seen = kiosk.take(AcknowledgeAlert("u1", raised.seq))
    assert types(seen) == [T.ALERT_ACKNOWLEDGED, T.ALERT_CLEARED]


def test_two_copies_are_two_alerts(kiosk: SmallKiosk) -> None:
    present(kiosk, Card(ANAS_CARD, is_copy=True))
    present(kiosk, Card("bbbb", is_copy=True))
    assert set(kiosk.standing.state.alerts) == {
        (Alert.CARD_COPIED, ANA.id),
        (Alert.CARD_COPIED, BEN.id),
    }


def test_a_card_enrolled_from_a_tap_keeps_the_make_that_was_seen(kiosk: SmallKiosk) -> None:
    present(kiosk, Card("new", look="20/4403"))
    kiosk.take(EnrolCard("office", Credential("new", ANA.id)))

    assert kiosk.standing.roster.credentials["new"].look == "20/4403"
