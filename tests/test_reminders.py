"""What staff are told as time passes: who was not seen, what was left, and not what they know."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD
from cubbies_fixtures import HEAD, OFFICE, SchoolKiosk

from kiosk.events import Alert
from kiosk.messages.arrangements import GivePass, GrantExemption, PlaceHold
from kiosk.messages.commands import ImportRoster
from kiosk.messages.incidents import MarkNotExpected
from kiosk.model import Person
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import Why


@pytest.fixture
def kiosk() -> SchoolKiosk:
    """Only Ana and Ben are at the school."""
    kiosk = SchoolKiosk()
    others = [p for p in kiosk.standing.roster.people.values() if p.id not in (ANA.id, BEN.id)]
    kiosk.take(ImportRoster("console", tuple(replace(p, leaver=True) for p in others), 0, 5))
    return kiosk


def is_up(kiosk: SchoolKiosk, alert: Alert, person: Person | None = None) -> bool:
    kiosk.tick()
    return (alert, person.id if person else None) in kiosk.state.alerts


def test_that_somebody_was_not_seen_is_told_once_lessons_begin(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(8, 49)
    assert not is_up(kiosk, Alert.NOT_SEEN)
    kiosk.clock.to(8, 50)
    assert is_up(kiosk, Alert.NOT_SEEN)
    (raised,) = [event for event in kiosk.events if event.data.get("alert") == Alert.NOT_SEEN]
    assert (raised.person, raised.cubby) == (None, None)  # whom, only whoever asks learns


def test_it_is_over_when_they_come_or_are_excused_or_lessons_end(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(9)
    assert is_up(kiosk, Alert.NOT_SEEN)
    kiosk.take(MarkNotExpected(OFFICE, BEN.id, Why.NONE_TODAY))
    assert is_up(kiosk, Alert.NOT_SEEN)  # looked at once a minute
    kiosk.clock.advance(60)
    assert not is_up(kiosk, Alert.NOT_SEEN)

    kiosk.clock.to(9, days=1)
    assert is_up(kiosk, Alert.NOT_SEEN)
    kiosk.hand_in(BENS_CARD)
    kiosk.clock.advance(60)
    assert not is_up(kiosk, Alert.NOT_SEEN)
    kiosk.clock.to(9, days=1)
    kiosk.clock.to(15, 10)
    assert not is_up(kiosk, Alert.NOT_SEEN)


def test_on_a_day_without_school_nobody_is_missed(kiosk: SchoolKiosk) -> None:
    kiosk.clock.to(10, days=5)  # Saturday
    assert not is_up(kiosk, Alert.NOT_SEEN)


def test_what_is_left_at_closing_time_is_told_but_not_what_staff_know_of(
    kiosk: SchoolKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(16, 30)
    assert is_up(kiosk, Alert.UNCOLLECTED)
    kiosk.take(PlaceHold(OFFICE, kiosk.state.of_person[ANA.id], HoldKind.OFFICE))
    assert not is_up(kiosk, Alert.UNCOLLECTED)


def test_what_is_out_until_another_day_is_not_left(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    now = kiosk.clock.at
    kiosk.take(GivePass(OFFICE, ANA.id, now, now + timedelta(days=2)))
    kiosk.clock.to(12)
    kiosk.hand_in(ANAS_CARD)
    kiosk.clock.to(16, 30)
    assert not is_up(kiosk, Alert.UNCOLLECTED)


def test_nobody_looks_again_at_what_was_arranged_for_who_has_left(kiosk: SchoolKiosk) -> None:
    begun = kiosk.clock.at.date() - timedelta(days=90)
    kind, effect = ExemptionKind.ADJUSTMENT, ExemptionEffect.KEEP
    arranged = Exemption(0, ANA.id, kind, effect, begun, review=begun + timedelta(days=60))
    kiosk.take(GrantExemption(HEAD, arranged))
    assert is_up(kiosk, Alert.REVIEW_DUE, ANA)
    kiosk.take(ImportRoster("console", (replace(ANA, leaver=True),), 0, 1))
    assert not is_up(kiosk, Alert.REVIEW_DUE, ANA)


def test_the_own_cubby_of_who_has_left_is_anybodys(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.take(ImportRoster("console", (replace(ANA, leaver=True),), 0, 1))
    kiosk.tick()
    assert ANA.id in kiosk.state.cabinet.owned  # the import may be taken back
    kiosk.clock.to(9, days=2)
    (freed, *_) = kiosk.tick()
    assert (freed.person, freed.cubby, kiosk.state.cabinet.owned) == (ANA.id, 1, {BEN.id: 1})


def test_while_a_familys_devices_lie_together_the_cubby_stays_theirs(kiosk: SchoolKiosk) -> None:
    kiosk.with_family()
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(ImportRoster("console", (replace(ANA, leaver=True),), 0, 1))
    kiosk.clock.to(9, days=2)
    kiosk.tick()
    assert ANA.id in kiosk.state.cabinet.owned
