"""A lead's role is asked for by one and confirmed by another; day-duty staff."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cabinet import ANAS_CARD, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules
from cubbies_fixtures import BOX, CALS_CARD, OFFICE, SchoolKiosk
from hypothesis import given
from hypothesis import strategies as st

from kiosk.custody import fold
from kiosk.events import CONSOLE, Alert, Event, EventType, Reason
from kiosk.messages import Command
from kiosk.messages.commands import ChangeOwnPassword, EnrolCard, SaveUser
from kiosk.messages.record import Dropped
from kiosk.messages.sensed import Tick
from kiosk.messages.users import AddDayStaff, ConfirmRoles, DeclineRoles
from kiosk.model import Credential, PersonKind, User
from kiosk.policy.roles import DAY_DUTY, LEADS_ALONE, ROLES, Permission, Roles
from kiosk.retention import SegmentRow, Series, series_of
from kiosk.rights import rights_of
from kiosk.store.checkpoint import from_rows, to_rows

T = EventType
HASH = "$argon2id$"
MONDAY = date(2026, 3, 2)
HAL, DEE, ZOE = (User(id, name, HASH) for id, name in (("a1", "Hal"), ("b2", "Dee"), ("c3", "Zoe")))
ADA = User("d4", "Ada", HASH, ("admin",))


def kiosk_of(*users: User) -> SmallKiosk:
    """With these users as they are, and no others."""
    kiosk = SmallKiosk(make_rules(), FakeClock())
    roster = replace(kiosk.standing.roster, users={user.id: user for user in users})
    kiosk.standing = kiosk.standing._replace(roster=roster)
    return kiosk


def having(user: User, *roles: str, **more: object) -> User:
    return replace(user, roles=roles, **more)


def roles(kiosk: SmallKiosk, user: User) -> tuple[str, ...]:
    return kiosk.standing.roster.users[user.id].roles


def refused(kiosk: SmallKiosk, command: Command) -> Reason | None:
    assert kiosk.take(command) == []
    assert kiosk.outcome
    assert not kiosk.outcome.granted
    return kiosk.outcome.reason


def asked(kiosk: SmallKiosk, user: User) -> int:
    return kiosk.standing.state.role_requests[user.id].id


@pytest.fixture
def kiosk() -> SmallKiosk:
    """Hal is head, Dee leads on safeguarding, Ada looks after users."""
    return kiosk_of(having(HAL, "headteacher"), having(DEE, "dsl"), ADA)


# the first, and every other


def test_the_first_lead_is_given_the_role_at_once() -> None:
    kiosk = kiosk_of(ADA)
    (event,) = kiosk.take(SaveUser("d4", having(HAL, "headteacher")))
    assert (event.type, event.data) == (T.USER_ADDED, {"user": "a1", "roles": ["headteacher"]})
    assert roles(kiosk, HAL) == ("headteacher",)


def test_another_waits_for_a_lead_and_has_the_rest_of_the_roles_meanwhile(
    kiosk: SmallKiosk,
) -> None:
    events = kiosk.take(SaveUser("d4", having(ZOE, "teacher", "dsl")))
    assert types(events) == [T.USER_ADDED, T.ROLES_REQUESTED, T.ALERT_RAISED]
    assert (events[0].data["roles"], events[1].data) == (
        ["teacher"],
        {"user": "c3", "roles": ["dsl"]},
    )
    assert roles(kiosk, ZOE) == ("teacher",)
    assert (Alert.ROLES_WAITING, None) in kiosk.standing.state.alerts


def test_a_lead_confirms_it(kiosk: SmallKiosk) -> None:
    kiosk.take(SaveUser("d4", having(ZOE, "teacher", "dsl")))
    number = asked(kiosk, ZOE)
    events = kiosk.take(ConfirmRoles("a1", number))

    assert types(events) == [T.ROLES_CONFIRMED, T.ALERT_CLEARED]
    assert (events[0].actor, events[0].cause) == ("user:a1", number)
    assert roles(kiosk, ZOE) == ("teacher", "dsl")
    assert refused(kiosk, ConfirmRoles("a1", number)) is Reason.NOT_KNOWN


def test_a_lead_or_whoever_looks_after_users_declines_it(kiosk: SmallKiosk) -> None:
    for actor in ("b2", "d4"):
        kiosk.take(SaveUser("d4", having(ZOE, "dsl")))
        (declined, cleared) = kiosk.take(DeclineRoles(actor, asked(kiosk, ZOE)))
        assert types([declined, cleared]) == [T.ROLES_DECLINED, T.ALERT_CLEARED]
    assert roles(kiosk, ZOE) == ()
    assert kiosk.standing.state.role_requests == {}


def test_nobody_confirms_what_they_asked_for_or_get_themselves() -> None:
    kiosk = kiosk_of(having(HAL, "headteacher", "admin"), having(DEE, "dsl"), ADA)
    kiosk.take(SaveUser("a1", having(ZOE, "dsl")))
    assert refused(kiosk, ConfirmRoles("a1", asked(kiosk, ZOE))) is Reason.SECOND_PERSON
    kiosk.take(SaveUser("d4", having(DEE, "dsl", "headteacher")))
    assert refused(kiosk, ConfirmRoles("b2", asked(kiosk, DEE))) is Reason.SECOND_PERSON
    assert roles(kiosk, DEE) == ("dsl",)
    kiosk.take(ConfirmRoles("a1", asked(kiosk, DEE)))
    assert roles(kiosk, DEE) == ("dsl", "headteacher")


def test_an_administrator_makes_nobody_a_lead_alone(kiosk: SmallKiosk) -> None:
    kiosk.take(SaveUser("d4", replace(ADA, roles=("admin", "dsl"))))
    assert roles(kiosk, ADA) == ("admin",)
    assert refused(kiosk, ConfirmRoles("d4", asked(kiosk, ADA))) is Reason.NOT_ALLOWED


def test_the_only_lead_is_given_a_second_lead_role_at_once() -> None:
    kiosk = kiosk_of(having(HAL, "headteacher"), ADA)
    kiosk.take(SaveUser("d4", having(HAL, "headteacher", "dsl")))
    assert roles(kiosk, HAL) == ("headteacher", "dsl")


@pytest.mark.parametrize(
    "lead",
    [
        having(DEE, "dsl", password_hash=""),
        having(DEE, "dsl", valid_to=MONDAY - timedelta(days=1)),
        having(DEE, "dsl", valid_from=MONDAY + timedelta(days=1)),
    ],
    ids=["signs in nowhere", "is over", "has not begun"],
)
def test_who_cannot_say_yes_keeps_nobody_waiting(lead: User) -> None:
    kiosk = kiosk_of(lead, ADA)
    kiosk.take(SaveUser("d4", having(ZOE, "headteacher")))
    assert roles(kiosk, ZOE) == ("headteacher",)


def test_other_roles_are_given_and_taken_at_once(kiosk: SmallKiosk) -> None:
    kiosk.take(SaveUser("d4", having(ZOE, "pastoral")))
    kiosk.take(SaveUser("d4", having(ZOE, "teacher")))
    kiosk.take(SaveUser("d4", having(DEE)))
    assert (roles(kiosk, ZOE), roles(kiosk, DEE)) == (("teacher",), ())
    assert kiosk.standing.state.role_requests == {}


def test_a_lead_whose_password_another_changed_is_confirmed_anew(kiosk: SmallKiosk) -> None:
    kiosk.take(SaveUser("d4", having(DEE, "dsl", password_hash="$argon2id$2")))
    assert roles(kiosk, DEE) == ()
    kiosk.take(ConfirmRoles("a1", asked(kiosk, DEE)))
    assert roles(kiosk, DEE) == ("dsl",)


def test_a_lead_changes_their_own_password(kiosk: SmallKiosk) -> None:
    kiosk.take(ChangeOwnPassword("b2", "$argon2id$2"))
    assert kiosk.standing.roster.users["b2"] == having(DEE, "dsl", password_hash="$argon2id$2")


@pytest.mark.parametrize(
    "change",
    [
        {"password_hash": "$argon2id$2"},
        {"roles": ("teacher",)},
        {"roles": (), "password_hash": ""},
        {"valid_to": MONDAY},
    ],
    ids=["password", "role", "ended", "days"],
)
def test_the_last_lead_is_taken_by_nobody_but_whoever_has_the_machine(
    change: dict[str, object],
) -> None:
    kiosk = kiosk_of(having(HAL, "headteacher"), ADA)
    after = replace(having(HAL, "headteacher"), **change)  # type: ignore[arg-type]
    assert refused(kiosk, SaveUser("d4", after)) is Reason.NOBODY_LEFT
    kiosk.take(SaveUser(CONSOLE, after))
    assert kiosk.standing.roster.users["a1"] == after


def test_the_last_lead_may_be_given_forms_and_more_roles() -> None:
    kiosk = kiosk_of(having(HAL, "headteacher"), ADA)
    after = having(HAL, "headteacher", "teacher", forms=("7A",))
    kiosk.take(SaveUser("d4", after))
    assert kiosk.standing.roster.users["a1"] == after


def test_the_schools_own_lead_role_waits_too(kiosk: SmallKiosk) -> None:
    own = Roles({**ROLES, "deputy": frozenset({Permission.APPROVE})})
    kiosk.rules = replace(kiosk.rules, roles=own)
    kiosk.take(SaveUser("d4", having(ZOE, "deputy")))
    assert roles(kiosk, ZOE) == ()


def test_a_role_that_is_gone_meanwhile_is_given_to_nobody(kiosk: SmallKiosk) -> None:
    own = Roles({**ROLES, "deputy": frozenset({Permission.APPROVE})})
    kiosk.rules = replace(kiosk.rules, roles=own)
    kiosk.take(SaveUser("d4", having(ZOE, "deputy")))
    kiosk.rules = replace(kiosk.rules, roles=Roles())
    assert refused(kiosk, ConfirmRoles("a1", asked(kiosk, ZOE))) is Reason.NOT_KNOWN


def test_a_role_that_there_is_not_is_given_to_nobody(kiosk: SmallKiosk) -> None:
    assert refused(kiosk, SaveUser("d4", having(ZOE, "wizard"))) is Reason.NOT_KNOWN


def test_a_request_outlasts_a_rotation_and_not_its_own_event(kiosk: SmallKiosk) -> None:
    kiosk.take(SaveUser("d4", having(ZOE, "dsl")))
    number = asked(kiosk, ZOE)
    state = kiosk.standing.state
    assert from_rows(to_rows(state).values()).role_requests == state.role_requests
    for last, left in ((number - 1, 1), (number, 0)):
        row = SegmentRow(Series.ACTS, 1, last, last, 9000, "ab" * 32, "", "")
        kiosk.take(Dropped(row))
        assert len(kiosk.standing.state.role_requests) == left
    kiosk.take(Tick())
    assert (Alert.ROLES_WAITING, None) not in kiosk.standing.state.alerts
    assert {series_of(type) for type in T if type.value.startswith("roles_")} == {Series.ACTS}


# day-duty staff

DI = AddDayStaff(OFFICE, "d1d1", "d2d2", "day-1", "Di", "Day", "1R", MONDAY)
DIS_CARD = "d3d3"


@pytest.fixture
def school() -> SchoolKiosk:
    """Di looks after 1R on Monday, and has a card until midnight."""
    kiosk = SchoolKiosk().with_box()
    kiosk.take(DI)
    midnight = kiosk.rules.timetable.midnight_after(kiosk.clock.at)
    kiosk.take(EnrolCard(OFFICE, Credential(DIS_CARD, "d1d1", valid_until=midnight)))
    return kiosk


def test_they_are_staff_and_a_user_in_one_and_sign_in_nowhere(school: SchoolKiosk) -> None:
    person, user = school.standing.roster.people["d1d1"], school.standing.roster.users["d2d2"]
    assert (person.kind, person.form, person.name) == (PersonKind.STAFF, "", "Di Day")
    assert (user.roles, user.forms, user.password_hash) == ((DAY_DUTY,), ("1R",), "")
    assert (user.valid_from, user.valid_to) == (MONDAY, MONDAY)
    event = next(e for e in school.events if e.person == "d1d1")
    assert event.data == {
        "user": "d2d2",
        "roles": [DAY_DUTY],
        "forms": ["1R"],
        "from": "2026-03-02",
        "to": "2026-03-02",
    }


def test_their_card_opens_their_forms_box(school: SchoolKiosk) -> None:
    assert school.tap(DIS_CARD).cubby == BOX


def test_their_card_and_a_pupils_open_for_their_form_alone() -> None:
    kiosk = SchoolKiosk()  # without a box
    kiosk.take(DI)
    kiosk.take(EnrolCard(OFFICE, Credential(DIS_CARD, "d1d1")))
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(CALS_CARD)
    kiosk.clock.to(12)
    kiosk.tap(DIS_CARD)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.tap(DIS_CARD)
    assert kiosk.tap(CALS_CARD).reason is Reason.AT_KIOSK


def test_on_the_next_day_neither_card_nor_user_does_anything(school: SchoolKiosk) -> None:
    school.clock.to(8, 30, days=1)
    assert school.tap(DIS_CARD).reason is Reason.EXPIRED_CARD
    school.take(EnrolCard(OFFICE, Credential("another", "d1d1")))
    assert school.tap("another").reason not in (Reason.CLASS_BOX, Reason.STAFF_CARD)


def test_a_card_whose_day_is_over_is_given_to_somebody_else(school: SchoolKiosk) -> None:
    taken = EnrolCard(OFFICE, Credential(DIS_CARD, "f6"))
    assert refused(school, taken) is Reason.CARD_TAKEN
    school.clock.to(8, 30, days=1)
    school.tap(DIS_CARD)
    assert [one.card.key for one in school.standing.memory.unknown] == [DIS_CARD]
    school.take(taken)
    assert school.granted()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (replace(DI, form="9Z"), Reason.NOT_KNOWN),
        (replace(DI, surname=" "), Reason.INCOMPLETE),
        (replace(DI, admission="1001"), Reason.ALREADY_SO),
        (replace(DI, person="a1"), Reason.ALREADY_SO),
        (replace(DI, user=OFFICE), Reason.ALREADY_SO),
        (replace(DI, actor="hugo-1"), Reason.NOT_ALLOWED),
    ],
)
def test_what_makes_no_day_duty_is_refused(command: AddDayStaff, reason: Reason) -> None:
    assert refused(SchoolKiosk(), command) is reason


def test_nobody_is_made_a_lead_for_a_day() -> None:
    kiosk = SchoolKiosk()
    wide = Roles({**ROLES, DAY_DUTY: frozenset({Permission.APPROVE})})
    kiosk.rules = replace(kiosk.rules, roles=wide)
    assert refused(kiosk, DI) is Reason.FOR_LEADS


# invariants

PEOPLE = (HAL, DEE, ZOE, ADA)
NAMES = ("headteacher", "dsl", "teacher", "admin")
SAVE = st.tuples(
    st.just("save"),
    st.sampled_from([*(user.id for user in PEOPLE), CONSOLE]),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    st.sampled_from([HASH, HASH, "$argon2id$2"]),
)
SETTLE = st.tuples(
    st.sampled_from(["confirm", "decline"]),
    st.sampled_from([user.id for user in PEOPLE]),
    st.integers(0, 3),
)


def leads(kiosk: SmallKiosk) -> dict[str, frozenset[Permission]]:
    now = kiosk.clock.now()
    found = {
        id: rights_of(kiosk.rules, kiosk.standing, id, now).of_all & LEADS_ALONE
        for id in kiosk.standing.roster.users
    }
    return {id: held for id, held in found.items() if held}


def do(kiosk: SmallKiosk, step: tuple[object, ...]) -> list[Event]:
    match step:
        case ("save", str(actor), User() as user, tuple(given), str(hashed)):
            return kiosk.take(SaveUser(actor, replace(user, roles=given, password_hash=hashed)))
        case (str(what), str(actor), int(pick)):
            waiting = sorted(one.id for one in kiosk.standing.state.role_requests.values())
            number = waiting[pick % len(waiting)] if waiting else 0
            return kiosk.take((ConfirmRoles if what == "confirm" else DeclineRoles)(actor, number))
    raise ValueError(step)


@given(st.lists(st.one_of(SAVE, SETTLE), max_size=25))
def test_nobody_becomes_a_lead_without_a_leads_word_nor_takes_the_last_one_away(
    steps: list[tuple[object, ...]],
) -> None:
    kiosk = kiosk_of(having(HAL, "headteacher"), having(DEE, "dsl"), ADA)
    for step in steps:
        before, waiting = leads(kiosk), dict(kiosk.standing.state.role_requests)
        hashes = {id: user.password_hash for id, user in kiosk.standing.roster.users.items()}
        events, actor = do(kiosk, step), str(step[1])
        for id, held in leads(kiosk).items():
            if not held - before.get(id, frozenset()):
                continue
            confirmed = [e for e in events if e.type is T.ROLES_CONFIRMED]
            if confirmed:
                request = next(one for one in waiting.values() if one.id == confirmed[0].cause)
                assert actor in before
                assert actor != id
                assert f"user:{actor}" != request.by
            else:
                assert before.keys() <= {actor, id}
        if before and actor not in (CONSOLE, *before):
            after = kiosk.standing.roster.users
            kept = [id for id in before if after[id].password_hash == hashes[id]]
            assert leads(kiosk).keys() & set(kept)  # one of them is left, and is who they were
        fresh = kiosk.standing.state._replace(trusted_at=None, trusted_boot="")
        again = fold(kiosk.events)._replace(trusted_at=None, trusted_boot="")
        assert again == fresh
        assert (Alert.ROLES_WAITING, None) in fresh.alerts or not fresh.role_requests


def test_bens_card_is_not_among_those_that_are_over() -> None:
    kiosk = SchoolKiosk()
    assert refused(kiosk, EnrolCard(OFFICE, Credential(BENS_CARD, "a1"))) is Reason.CARD_TAKEN
