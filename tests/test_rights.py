"""What somebody may do: by their roles, for their own forms, in their time."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules
from cubbies_fixtures import BOX, CAL, CALS_CARD, DEE, HUGO, HUGOS_CARD, SchoolKiosk
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import CONSOLE, EventType, Reason
from kiosk.messages.commands import Override, SaveUser, StateCustody
from kiosk.messages.cubbies import AssignBox, ReturnBox
from kiosk.messages.incidents import MarkExpected, MarkNotExpected
from kiosk.model import User
from kiosk.policy.roles import CONSOLE_PERMISSIONS, OWN_FORMS, ROLES, Permission, Rights, Roles
from kiosk.rights import is_valid, rights_of
from kiosk.state.incidents import Why
from kiosk.store.tables import roster_of, row_changes

ROOT = Path(__file__).parent.parent
MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def user(*roles: str, **more: object) -> User:
    return User("t1", "Tom", "$argon2id$", roles, **more)  # type: ignore[arg-type]


def kiosk_with(*users: User, roles: Roles | None = None) -> SmallKiosk:
    kiosk = SmallKiosk(replace(make_rules(), roles=roles or Roles()), FakeClock())
    for one in users:
        kiosk.take(SaveUser(CONSOLE, one))
    return kiosk


def rights(kiosk: SmallKiosk, actor: str = "t1") -> Rights:
    return rights_of(kiosk.rules, kiosk.standing, actor, kiosk.clock.now())


def reason(kiosk: SmallKiosk, command: object) -> Reason | None:
    kiosk.take(command)  # type: ignore[arg-type]
    assert kiosk.outcome
    return kiosk.outcome.reason


# roles


def test_several_roles_add_up_and_an_unknown_one_adds_nothing() -> None:
    kiosk = kiosk_with()
    both = Roles().rights(["technician", "admin", "wizard"])
    assert both.of_all == ROLES["technician"] | ROLES["admin"]
    assert rights(kiosk, "nobody") == Rights()
    assert rights(kiosk, CONSOLE).of_all == CONSOLE_PERMISSIONS


def test_the_schools_own_roles_are_asked_and_not_the_shipped_ones() -> None:
    own = Roles({"librarian": frozenset({Permission.LISTS})})
    kiosk = kiosk_with(user("librarian"), roles=own)
    assert rights(kiosk).may(Permission.LISTS)
    kiosk.rules = replace(kiosk.rules, roles=Roles())
    assert rights(kiosk) == Rights()


def test_only_one_place_asks_the_roles_in_force() -> None:
    used = re.compile(r"\broles\.rights\(|Roles\(\)\.rights\(")
    folders = (ROOT / "kiosk", ROOT / "webui")
    sources = [path for folder in folders for path in folder.rglob("*.py")]
    found = [path for path in sources if used.search(path.read_text(encoding="utf-8"))]
    asking = {str(path.relative_to(ROOT)) for path in found}
    assert asking == {"kiosk/rights.py", "kiosk/staff/roles.py"}  # the latter of roles to come


# own forms


def test_a_teacher_lists_late_buses_and_boxes_are_for_their_own_forms() -> None:
    assert set(OWN_FORMS["teacher"]) == {Permission.LISTS, Permission.LATE_BUS, Permission.BOX}
    teachers = rights(kiosk_with(user("teacher", forms=("7A",))))
    assert teachers.may(Permission.LISTS, "7a")
    assert not teachers.may(Permission.LISTS, "7B")
    assert not teachers.may(Permission.LISTS)
    assert teachers.forms_for(Permission.LISTS) == {"7a"}


def test_a_wider_role_beside_it_widens_it() -> None:
    both = rights(kiosk_with(user("teacher", "reception", forms=("7A",))))
    assert both.may(Permission.LISTS)
    assert both.forms_for(Permission.LISTS) is None


def test_the_form_of_the_member_of_staff_is_their_own_too() -> None:
    kiosk = SchoolKiosk()
    kiosk.take(SaveUser(CONSOLE, user("teacher", person="e5", forms=("2S",))))  # Tess, of 1R
    assert rights(kiosk).forms == {"1r", "2s"}


def test_late_is_said_of_ones_own_form_alone() -> None:
    kiosk = kiosk_with(user("teacher", forms=("7A",)))
    assert reason(kiosk, MarkNotExpected("t1", BEN.id, Why.LATE_BUS)) is Reason.NOT_THEIR_FORM
    assert reason(kiosk, MarkNotExpected("t1", ANA.id, Why.LATE_BUS)) is None
    assert reason(kiosk, MarkExpected("t1", BEN.id)) is Reason.NOT_THEIR_FORM
    assert reason(kiosk, MarkExpected("t1", ANA.id)) is None


def test_a_box_is_given_back_by_its_own_forms_staff() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.tap(CALS_CARD)
    kiosk.take(SaveUser(CONSOLE, user("teacher", forms=("2S",))))
    assert reason(kiosk, ReturnBox("t1", BOX)) is Reason.NOT_THEIR_FORM
    kiosk.take(SaveUser(CONSOLE, user("teacher", forms=("1R",))))
    assert reason(kiosk, ReturnBox("t1", BOX)) is not Reason.NOT_THEIR_FORM


def test_a_staff_card_opens_the_box_of_a_form_that_its_owner_was_given() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.take(SaveUser(CONSOLE, User("hugo-1", "hugo", "", ("teacher",), HUGO.id, ("1r",))))
    tap = kiosk.tap(HUGOS_CARD)
    assert (tap.reason, tap.cubby) == (Reason.CLASS_BOX, BOX)


def test_a_staff_card_of_another_form_waits_for_a_pupils_card() -> None:
    kiosk = SchoolKiosk().with_box()
    kiosk.take(AssignBox("office-1", 5, "7B"))
    kiosk.take(SaveUser(CONSOLE, User("hugo-1", "hugo", "", ("teacher",), HUGO.id, ("3T",))))
    assert kiosk.tap(HUGOS_CARD).reason is Reason.STAFF_CARD


# who may open for their own forms alone

SOME = Roles(
    {"some": frozenset({Permission.OPEN}), "reception": ROLES["reception"]},
    {"some": frozenset({Permission.OPEN})},
)


@pytest.fixture
def kept() -> SmallKiosk:
    """Ana's and Ben's devices are in; Tom may open for form 7A."""
    kiosk = kiosk_with(user("some", forms=("7A",)), roles=SOME)
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    return kiosk


def test_they_open_for_their_own_form(kept: SmallKiosk) -> None:
    assert reason(kept, Override("t1", 1, ANA.id, Reason.OTHER)) is None
    assert reason(kept, Override("t1", 2, BEN.id, Reason.OTHER)) is Reason.NOT_ALLOWED
    assert reason(kept, Override("t1", 3, None, Reason.CUBBY_CHECK)) is Reason.NOT_ALLOWED


def test_a_medical_need_is_met_whosever_form_it_is(kept: SmallKiosk) -> None:
    assert reason(kept, Override("t1", 2, BEN.id, Reason.MEDICAL)) is None


def test_they_say_what_became_of_their_own_forms_devices(kept: SmallKiosk) -> None:
    anas, bens = (kept.standing.state.of_person[one.id] for one in (ANA, BEN))
    assert reason(kept, StateCustody("t1", bens, Reason.GIVEN)) is Reason.NOT_THEIR_FORM
    assert reason(kept, StateCustody("t1", anas, Reason.GIVEN)) is None


def test_at_the_kiosk_their_card_opens_for_their_own_form_alone() -> None:
    kiosk = SchoolKiosk()
    kiosk.rules = replace(kiosk.rules, roles=SOME)
    kiosk.take(SaveUser(CONSOLE, User("hugo-1", "hugo", "", ("some",), HUGO.id, (CAL.form,))))
    for card in (ANAS_CARD, CALS_CARD):
        kiosk.hand_in(card)
    kiosk.clock.to(12)
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET  # 7A
    kiosk.tap(HUGOS_CARD)
    assert kiosk.tap(CALS_CARD).reason is Reason.AT_KIOSK
    assert kiosk.events[-2].type is EventType.PULSE_STARTED
    assert DEE.form == CAL.form


# their time


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [
        (None, None, True),
        (MONDAY, MONDAY, True),
        (MONDAY + DAY, None, False),
        (None, MONDAY - DAY, False),
        (MONDAY - DAY, MONDAY + DAY, True),
    ],
)
def test_a_user_may_do_things_in_their_time(
    first: date | None, last: date | None, may: bool
) -> None:
    kiosk = kiosk_with(user("teacher", valid_from=first, valid_to=last))
    assert rights(kiosk).may(Permission.OPEN) is may


def test_the_day_ends_on_the_schools_wall() -> None:
    kiosk = kiosk_with(user("teacher", valid_to=MONDAY))
    kiosk.clock.to(23, 59)
    assert rights(kiosk).may(Permission.OPEN)
    kiosk.clock.advance(60)
    assert not rights(kiosk).may(Permission.OPEN)


def test_by_a_clock_that_is_not_trusted_only_what_is_over_for_certain_is_over() -> None:
    kiosk = kiosk_with(user("teacher", valid_from=MONDAY, valid_to=MONDAY))
    kiosk.clock.trusted = False
    kiosk.power_cut()
    kiosk.clock.advance(5 * 86400)
    assert rights(kiosk).may(Permission.OPEN)

    kiosk.clock.trusted = True
    kiosk.tick()
    kiosk.tap(ANAS_CARD)  # seen on Saturday
    kiosk.clock.trusted = False
    kiosk.power_cut()
    assert not rights(kiosk).may(Permission.OPEN)


# invariants

ROLE = st.sampled_from(sorted(ROLES))
FORMS = st.lists(st.sampled_from(["7A", "7a", "7B", "", "8 Willow"]), max_size=3).map(tuple)
DAYS = st.one_of(st.none(), st.integers(-2, 2).map(lambda n: MONDAY + n * DAY))


@given(names=st.lists(ROLE, max_size=3), more=ROLE, forms=FORMS, form=st.sampled_from(["7A", "8B"]))
def test_another_role_never_takes_anything_away(
    names: list[str], more: str, forms: tuple[str, ...], form: str
) -> None:
    few, many = (Roles().rights(each, forms) for each in (names, [*names, more]))
    for permission in Permission:
        assert few.may(permission) <= many.may(permission)
        assert few.may(permission, form) <= many.may(permission, form)
        assert many.may(permission) <= many.may(permission, form) <= many.may_somewhere(permission)


@given(forms=FORMS, permission=st.sampled_from(Permission), names=st.lists(ROLE, max_size=3))
def test_the_forms_that_somebody_may_do_it_for_are_those_they_may_do_it_to(
    forms: tuple[str, ...], permission: Permission, names: Iterable[str]
) -> None:
    theirs = Roles().rights(names, forms)
    some = theirs.forms_for(permission)
    for form in ("7A", "7B", "8 Willow", "9C"):
        assert theirs.may(permission, form) is (some is None or form.casefold() in some)


@given(first=DAYS, last=DAYS, forms=FORMS, person=st.sampled_from(["", "e5"]))
def test_a_user_comes_back_from_the_table_as_they_were(
    first: date | None, last: date | None, forms: tuple[str, ...], person: str
) -> None:
    one = replace(
        user("teacher", valid_from=first, valid_to=last), id="a1", forms=forms, person=person
    )
    rows = {name: change["set"] for name, change in row_changes([one]).items()}
    assert roster_of(rows).users == {"a1": one}
    old = {k: v for k, v in rows["users"][str(0xA1)].items() if k in ("id", "name", "person")}
    bare = {**old, "password_hash": "", "roles": []}
    assert User.from_row(bare).valid_to is None


@given(first=DAYS, last=DAYS, day=st.integers(-3, 3))
def test_whose_time_is_over_by_any_clock_may_nothing(
    first: date | None, last: date | None, day: int
) -> None:
    kiosk = kiosk_with(user("teacher", valid_from=first, valid_to=last))
    now = kiosk.clock.now()
    now = replace(now, at=now.at + day * DAY)
    today = MONDAY + day * DAY
    is_now = (first is None or first <= today) and (last is None or today <= last)
    one = kiosk.standing.roster.users["t1"]
    assert is_valid(kiosk.rules, kiosk.standing.state, one, now) is is_now
