"""For whom a sign is: language, calm and name, and what no sign tells of anybody."""

from dataclasses import replace

import pytest
from webui_fixtures import ANA, BEN, FakeHands, FakeService, uid_of

from kiosk.acts import ANYBODY, Addressee, Show, Sign
from kiosk.messages.arrangements import PlaceHold
from kiosk.messages.commands import BlockCard
from kiosk.messages.sensed import Closed
from kiosk.model import Person, PersonKind
from kiosk.policy.addressing import NAMED, Names, ScreenRules, addressee
from kiosk.state.arrangements import HoldKind
from kiosk.taps.facts import current_phase
from kiosk.timetable import Phase

OLENA = replace(ANA, language="uk", low_sensory=True)
FOR_OLENA = Addressee("uk", is_low_sensory=True)
FIRST, INITIALS = ScreenRules(Names.FIRST_NAME), ScreenRules(Names.INITIALS)


@pytest.fixture
def kiosk() -> FakeService:
    return FakeService(people=(OLENA, BEN))


def tap(kiosk: FakeService, person: Person) -> Show:
    kiosk.pass_time(4)
    FakeHands(kiosk).tap(uid_of(person))
    return kiosk.shown


@pytest.mark.parametrize("sign", Sign)
def test_by_default_no_sign_names_anybody(sign: Sign) -> None:
    assert addressee(OLENA, sign, ScreenRules()) == FOR_OLENA


@pytest.mark.parametrize(("rules", "name"), [(FIRST, "Ana"), (INITIALS, "AS"), (ScreenRules(), "")])
def test_beside_a_door_a_pupil_is_named_as_the_school_chose(rules: ScreenRules, name: str) -> None:
    assert addressee(ANA, Sign.TAKE, rules).name == name


@pytest.mark.parametrize("sign", set(Sign) - NAMED)
def test_no_answer_without_a_door_of_theirs_names_them(sign: Sign) -> None:
    assert addressee(ANA, sign, FIRST) == ANYBODY


@pytest.mark.parametrize("kind", [PersonKind.STAFF, PersonKind.VISITOR])
def test_adults_are_never_named(kind: PersonKind) -> None:
    assert addressee(replace(ANA, kind=kind), Sign.TAKE, FIRST).name == ""


def test_who_has_one_name_has_one_initial() -> None:
    assert addressee(replace(ANA, surname=""), Sign.TAKE, INITIALS).name == "A"


def test_nobody_is_anybody() -> None:
    assert addressee(None, Sign.TAKE, FIRST) == ANYBODY


def test_a_pupils_signs_are_theirs_from_the_tap_to_the_shut_door(kiosk: FakeService) -> None:
    assert tap(kiosk, OLENA) == Show(Sign.PUT_IN, 1, to=FOR_OLENA)
    kiosk.pass_time(16)
    assert kiosk.shown == Show(Sign.SHUT_DOOR, 1, is_reminder=True, to=FOR_OLENA)
    kiosk.take(Closed(1))
    assert kiosk.shown == Show(Sign.DONE, 1, to=FOR_OLENA)


def test_the_next_pupils_sign_is_as_they_need_it(kiosk: FakeService) -> None:
    tap(kiosk, OLENA)
    assert tap(kiosk, BEN) == Show(Sign.PUT_IN, 3)  # not beside the open door


def test_what_is_for_nobody_in_particular_is_in_the_schools_way(kiosk: FakeService) -> None:
    FakeHands(kiosk).tap(bytes.fromhex("04FFFFFFFFFFFF"))
    assert kiosk.shown == Show(Sign.ASK_OFFICE)


@pytest.mark.parametrize("kind", HoldKind)
def test_a_held_pupil_is_answered_as_one_whose_card_is_blocked(kind: HoldKind) -> None:
    refusals = []
    for is_held in (True, False):
        kiosk = FakeService(people=(OLENA,))
        kiosk.rules = replace(kiosk.rules, screen=FIRST)
        tap(kiosk, OLENA)
        kiosk.take(Closed(1))
        kiosk.pass_time(7 * 3600)
        assert current_phase(kiosk.rules, kiosk.standing(), kiosk.now()) is Phase.RELEASE
        (deposit,) = kiosk.standing().state.deposits
        (card,) = kiosk.standing().roster.credentials
        lead = "u-dsl" if kind in (HoldKind.SAFEGUARDING, HoldKind.POLICE) else "u-headteacher"
        assert kiosk.submit(
            PlaceHold(lead, deposit, kind) if is_held else BlockCard("u-admin", card)
        ).granted
        refusals.append(tap(kiosk, OLENA))
    assert refusals == [Show(Sign.ASK_OFFICE, to=FOR_OLENA)] * 2
