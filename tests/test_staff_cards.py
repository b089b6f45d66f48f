"""Cards that are lost and found, and cards that are for a time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cabinet import ANA, ANAS_CARD, types
from cubbies_fixtures import HUGO, HUGOS_CARD, HUGOS_USER, OFFICE, SchoolKiosk

from kiosk.acts import Show, Sign
from kiosk.events import EventType, Reason
from kiosk.lists import Scene, make_list
from kiosk.messages.arrangements import GrantExemption
from kiosk.messages.commands import BlockCard, EnrolCard, FindCard, ImportRoster, ReportCardLost
from kiosk.model import CardStatus, Credential, Roster
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.store.tables import CREDENTIALS, roster_of, row_changes

T = EventType
NEW = "0123"


@pytest.fixture
def kiosk() -> SchoolKiosk:
    return SchoolKiosk()


def status(kiosk: SchoolKiosk, card: str = ANAS_CARD) -> CardStatus:
    return kiosk.standing.roster.credentials[card].status


def lost(kiosk: SchoolKiosk, card: str = ANAS_CARD) -> EventType:
    [event] = kiosk.take(ReportCardLost(OFFICE, card))
    return event.type


def test_a_lost_card_opens_nothing_from_that_moment_and_reads_like_any_refusal(
    kiosk: SchoolKiosk,
) -> None:
    assert lost(kiosk) is T.CARD_LOST
    assert kiosk.tap(ANAS_CARD).reason is Reason.LOST_CARD
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]


def test_a_card_that_is_found_works_again(kiosk: SchoolKiosk) -> None:
    lost(kiosk)
    assert types(kiosk.take(FindCard(OFFICE, ANAS_CARD))) == [T.CARD_FOUND]
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_a_lost_card_that_was_replaced_never_works_again(kiosk: SchoolKiosk) -> None:
    lost(kiosk)
    kiosk.take(EnrolCard(OFFICE, Credential(NEW, ANA.id)))
    assert status(kiosk) is CardStatus.BLOCKED

    assert kiosk.take(FindCard(OFFICE, ANAS_CARD)) == []
    assert kiosk.tap(ANAS_CARD).reason is Reason.BLOCKED_CARD
    assert kiosk.tap(NEW).reason is Reason.DEPOSIT


@pytest.mark.parametrize("command", [ReportCardLost, FindCard, BlockCard])
def test_of_a_card_that_nobody_has_nothing_is_said(kiosk: SchoolKiosk, command: type) -> None:
    assert kiosk.take(command(OFFICE, "ffff0000")) == []
    assert kiosk.outcome is not None
    assert kiosk.outcome.reason is Reason.NOT_KNOWN


def test_a_card_is_lost_once_and_found_once(kiosk: SchoolKiosk) -> None:
    assert kiosk.take(FindCard(OFFICE, ANAS_CARD)) == []
    lost(kiosk)
    assert kiosk.take(ReportCardLost(OFFICE, ANAS_CARD)) == []
    kiosk.take(BlockCard(OFFICE, ANAS_CARD))
    assert kiosk.take(ReportCardLost(OFFICE, ANAS_CARD)) == []
    assert status(kiosk) is CardStatus.BLOCKED


def test_whoever_loses_a_staff_card_is_signed_out(kiosk: SchoolKiosk) -> None:
    [event] = kiosk.take(ReportCardLost(OFFICE, HUGOS_CARD))
    assert event.person == HUGO.id
    assert kiosk.standing.roster.users[HUGOS_USER].signed_out == event.seq
    assert kiosk.tap(HUGOS_CARD).reason is Reason.LOST_CARD


def test_the_list_of_lost_cards_says_who_has_another(kiosk: SchoolKiosk) -> None:
    def listed() -> list[tuple[str | None, str]]:
        scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
        return [(entry.person, entry.note) for entry in make_list("lost-cards", scene).entries]

    assert listed() == []
    lost(kiosk)
    assert listed() == [(ANA.id, "has no card that works")]
    spare = Credential(NEW, ANA.id, valid_until=kiosk.clock.at + timedelta(hours=8))
    kiosk.take(EnrolCard(OFFICE, spare, replaces=False))
    assert listed() == [(ANA.id, "has another")]
    kiosk.take(ImportRoster("office", (replace(ANA, leaver=True),), 0, 1))
    assert listed() == []


# for a time


def give(kiosk: SchoolKiosk, *, from_days: int, to_days: int) -> None:
    """A card for Ana beside her own, which is gone."""
    day = kiosk.clock.at.replace(hour=0, minute=0)
    begins, ends = day + timedelta(from_days), day + timedelta(to_days)
    card = Credential(NEW, ANA.id, valid_from=begins, valid_until=ends)
    kiosk.take(EnrolCard(OFFICE, card))


def test_a_card_works_from_its_first_day_to_its_last(kiosk: SchoolKiosk) -> None:
    give(kiosk, from_days=1, to_days=3)
    assert kiosk.tap(NEW).reason is Reason.EARLY_CARD
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]
    kiosk.clock.to(8, 30, days=1)
    assert kiosk.tap(NEW).reason is Reason.DEPOSIT
    kiosk.clock.to(8, 30, days=2)
    assert kiosk.tap(NEW).reason is Reason.EXPIRED_CARD


def test_by_a_clock_that_nobody_trusts_no_card_is_too_early(kiosk: SchoolKiosk) -> None:
    kiosk.hand_in(ANAS_CARD)
    always = ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, kiosk.clock.at.date()
    kiosk.take(GrantExemption("head-1", Exemption(0, ANA.id, *always)))
    give(kiosk, from_days=1, to_days=3)
    kiosk.clock.reboot()
    kiosk.clock.trusted = False
    kiosk.start()
    assert kiosk.tap(NEW).reason is Reason.MEDICAL_ACCESS


def test_of_two_cards_in_one_hand_the_one_that_works_counts(kiosk: SchoolKiosk) -> None:
    begins = kiosk.clock.at + timedelta(days=1)
    kiosk.take(EnrolCard(OFFICE, Credential(NEW, ANA.id, valid_from=begins), replaces=False))
    assert kiosk.tap(NEW, ANAS_CARD).reason is Reason.DEPOSIT


def test_a_cards_times_and_state_are_on_record(kiosk: SchoolKiosk) -> None:
    give(kiosk, from_days=1, to_days=3)
    lost(kiosk, NEW)
    card = kiosk.standing.roster.credentials[NEW]
    rows = row_changes([card])[CREDENTIALS]["set"]

    assert roster_of({CREDENTIALS: rows}) == Roster(credentials={NEW: card})
    for row in rows.values():
        del row["valid_from"]  # as an earlier version wrote it
    [older] = roster_of({CREDENTIALS: rows}).credentials.values()
    assert (older.valid_from, older.valid_until) == (None, card.valid_until)
