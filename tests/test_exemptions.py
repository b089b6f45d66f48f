"""Which devices an arrangement is about, and when and with whom it was agreed in writing."""

from datetime import date

import pytest
from arranging_fixtures import deposit_of, exempt, furnished
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk, add_users
from conftest import FakeClock

from kiosk.acts import Note
from kiosk.custody import fold
from kiosk.drafting import Rules
from kiosk.events import Alert, EventType, Reason
from kiosk.lists.lines import MAKERS
from kiosk.lists.seen import Scene, Seen, register
from kiosk.messages import Command
from kiosk.messages.arrangements import (
    ApproveExemption,
    EndExemption,
    GrantExemption,
    SignExemption,
)
from kiosk.messages.devices import NoteDevices
from kiosk.model import DeviceKind, User
from kiosk.policy.disclosure import as_seen
from kiosk.staff.acting import note_ids, private_id
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.state.incidents import SIGNED_WORDS
from kiosk.station import decide
from kiosk.store.checkpoint import from_rows, to_rows

MONDAY = date(2026, 3, 2)
WATCH = (DeviceKind.WATCH,)


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


def only(kiosk: SmallKiosk) -> Exemption:
    [one] = kiosk.standing.state.exemptions.values()
    return one


def reason(kiosk: SmallKiosk) -> Reason | None:
    assert kiosk.outcome is not None
    return kiosk.outcome.reason


def row_of(kiosk: SmallKiosk, command: Command) -> Note:
    """Carry it out; the words that are kept apart from its event."""
    rows = decide(kiosk.rules, kiosk.standing, command, kiosk.clock.now()).rows
    kiosk.take(command)
    [note] = [row for row in rows if isinstance(row, Note)]
    return note


def grant(kiosk: SmallKiosk, given: Exemption, signed_by: str = "") -> None:
    kiosk.take(GrantExemption("headteacher", given, signed_by))


def test_who_keeps_only_their_watch_hands_their_phone_in_and_is_expected_to(
    kiosk: SmallKiosk,
) -> None:
    grant(kiosk, exempt("adjustment", "keep", devices=WATCH))
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    assert register(scene)[ANA.id] is Seen.NOT_SEEN
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


@pytest.mark.parametrize("devices", [(), (DeviceKind.PHONE,), (DeviceKind.PHONE, *WATCH)])
def test_who_keeps_their_phone_hands_nothing_in(
    kiosk: SmallKiosk, devices: tuple[DeviceKind, ...]
) -> None:
    grant(kiosk, exempt("adjustment", "keep", devices=devices))
    assert kiosk.tap(ANAS_CARD).reason is Reason.EXEMPT


@pytest.mark.parametrize(
    ("kind", "inside", "outcome"),
    [
        (ExemptionKind.ADJUSTMENT, {DeviceKind.WATCH}, Reason.OUT),
        (ExemptionKind.ADJUSTMENT, {DeviceKind.WATCH, DeviceKind.PHONE}, Reason.OUT),
        (ExemptionKind.ADJUSTMENT, {DeviceKind.PHONE}, Reason.NOT_YET),
        (ExemptionKind.ADJUSTMENT, None, Reason.OUT),  # nobody has said what is in it
        (ExemptionKind.MEDICAL, {DeviceKind.PHONE}, Reason.MEDICAL_ACCESS),  # it never waits
    ],
)
def test_it_opens_for_the_kinds_it_is_about_and_a_medical_need_for_any(
    kiosk: SmallKiosk, kind: ExemptionKind, inside: set[DeviceKind] | None, outcome: Reason
) -> None:
    kiosk.hand_in()
    if inside is not None:
        note = NoteDevices("reception", deposit_of(kiosk), len(inside), frozenset(inside))
        kiosk.take(note)
    grant(kiosk, exempt(kind.value, ExemptionEffect.ALWAYS.value, devices=WATCH))
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is outcome


def test_the_day_of_the_agreement_is_in_the_event_and_the_name_is_not(kiosk: SmallKiosk) -> None:
    agreed = exempt("medical", "always", devices=WATCH, signed_on=MONDAY)
    row = row_of(kiosk, GrantExemption("headteacher", agreed, " Eva Silva "))

    event, given = kiosk.events[-1], only(kiosk)
    assert (event.data["signed"], event.data["devices"]) == ("2026-03-02", ["watch"])
    assert "Eva" not in repr(event)
    assert row == Note(private_id(given.id), "Eva Silva", SIGNED_WORDS, ANA.id)
    assert (given.signed_on, given.devices) == (MONDAY, WATCH)
    assert from_rows(to_rows(kiosk.standing.state).values()) == kiosk.standing.state
    assert fold(kiosk.events) == kiosk.standing.state


def test_it_can_be_agreed_in_writing_afterwards_and_goes_with_the_arrangement(
    kiosk: SmallKiosk,
) -> None:
    grant(kiosk, exempt("medical", "always"))
    assert only(kiosk).signed_on is None
    row = row_of(kiosk, SignExemption("reception", only(kiosk).id, MONDAY, "Eva Silva"))

    event = kiosk.events[-1]
    assert (event.type, event.cause) == (EventType.EXEMPTION_SIGNED, only(kiosk).id)
    assert only(kiosk).signed_on == MONDAY
    assert row == Note(private_id(only(kiosk).id), "Eva Silva", SIGNED_WORDS, ANA.id)
    assert row.id in note_ids(e for e in kiosk.events if e.type is EventType.EXEMPTION_GRANTED)
    assert row.id in note_ids([event])


@pytest.mark.parametrize(
    ("on", "by", "why"),
    [
        (MONDAY, " ", Reason.INCOMPLETE),
        (date(2026, 3, 3), "Eva", Reason.STILL_TO_COME),
    ],
)
def test_an_agreement_without_a_name_or_still_to_come_is_refused(
    kiosk: SmallKiosk, on: date, by: str, why: Reason
) -> None:
    grant(kiosk, exempt("medical", "always"))
    before = kiosk.standing.state
    kiosk.take(SignExemption("reception", only(kiosk).id, on, by))
    assert (reason(kiosk), kiosk.standing.state) == (why, before)
    grant(kiosk, exempt("other", "always", signed_on=on), by)
    assert (reason(kiosk), kiosk.standing.state) == (why, before)


def test_an_arrangement_that_is_not_there_is_signed_by_nobody(kiosk: SmallKiosk) -> None:
    kiosk.take(SignExemption("reception", 999, MONDAY, "Eva"))
    assert reason(kiosk) is Reason.NOT_KNOWN


def test_the_list_of_reviews_says_whether_it_was_agreed_in_writing(kiosk: SmallKiosk) -> None:
    grant(kiosk, exempt("medical", "always", review=MONDAY))
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    assert [entry.note for entry in MAKERS["reviews"](scene)] == ["not agreed in writing"]
    kiosk.take(SignExemption("reception", only(kiosk).id, MONDAY, "Eva Silva"))
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    assert [e.note for e in MAKERS["reviews"](scene)] == ["agreed in writing on 2026-03-02"]


def test_what_is_not_approved_yet_is_asked_for_until_it_is_or_a_week_has_gone(
    kiosk: SmallKiosk,
) -> None:
    kiosk.take(GrantExemption("teacher", exempt("medical", "always")))
    assert (asked(kiosk), is_told(kiosk)) == (["not approved yet; not agreed in writing"], True)
    kiosk.clock.to(9, days=7)
    assert (len(asked(kiosk)), is_told(kiosk)) == (1, True)
    kiosk.clock.to(9, days=1)
    assert (asked(kiosk), is_told(kiosk)) == ([], False)


@pytest.mark.parametrize("decision", [ApproveExemption, EndExemption])
def test_it_is_asked_for_no_more_once_it_is_decided(
    kiosk: SmallKiosk, decision: type[ApproveExemption | EndExemption]
) -> None:
    kiosk.take(GrantExemption("teacher", exempt("adjustment", "keep")))
    assert is_told(kiosk)
    kiosk.take(decision("headteacher", only(kiosk).id))
    assert (asked(kiosk), is_told(kiosk)) == ([], False)


def test_nobody_approves_what_they_asked_for_themselves(kiosk: SmallKiosk) -> None:
    kiosk.take(GrantExemption("teacher", exempt("medical", "always")))
    for id, person in (("teacher", BEN.id), ("other", BEN.id)):  # both are Ben's, and lead by now
        add_users(kiosk, User(id, id, "$argon2id$", ("headteacher",), person))
    for actor in ("teacher", "other"):
        kiosk.take(ApproveExemption(actor, only(kiosk).id))
        assert (reason(kiosk), only(kiosk).is_approved) == (Reason.SECOND_PERSON, False)
    kiosk.take(ApproveExemption("headteacher", only(kiosk).id))
    assert only(kiosk).is_approved


def asked(kiosk: SmallKiosk) -> list[str]:
    scene = Scene(kiosk.rules, kiosk.standing, kiosk.clock.now())
    return [entry.note for entry in MAKERS["reviews"](scene)]


def is_told(kiosk: SmallKiosk) -> bool:
    kiosk.tick()
    return (Alert.REVIEW_DUE, ANA.id) in kiosk.standing.state.alerts


def test_which_devices_is_for_those_who_may_know_the_need(kiosk: SmallKiosk) -> None:
    grant(kiosk, exempt("medical", "always", devices=WATCH, signed_on=MONDAY), "Eva")
    shown = as_seen(kiosk.events[-1], frozenset())
    assert shown is not None
    assert "devices" not in shown.data
    assert shown.data["signed"] == "2026-03-02"
