"""Other roles for a school: nobody's role vanishes, nobody is locked out, nobody gains a lead's."""

from dataclasses import replace
from datetime import date

import pytest
from cabinet import ANA, SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import CONSOLE, EventType, Reason
from kiosk.messages.arrangements import ChangeRules, LetGoHome
from kiosk.messages.commands import SaveUser
from kiosk.model import Roster, User
from kiosk.policy.roles import LEADS_ALONE, NEVER_LOST, ROLES, Permission, Roles
from kiosk.staff.roles import role_faults

P = Permission


def roles(**own: frozenset[Permission]) -> Roles:
    """Those that are shipped, with some of the school's own or changed."""
    return Roles({**ROLES, **own})


LIBRARIAN = roles(librarian=frozenset({P.LISTS, P.GOING_HOME}))


def kiosk_with(*users: User, rules_roles: Roles | None = None) -> SmallKiosk:
    kiosk = SmallKiosk(make_rules(), FakeClock())
    kiosk.rules = replace(kiosk.rules, roles=rules_roles or Roles())
    kiosk.standing = kiosk.standing._replace(roster=replace(kiosk.standing.roster, users={}))
    for user in users:
        kiosk.take(SaveUser(CONSOLE, user))
    return kiosk


def change(kiosk: SmallKiosk, after: Roles) -> Reason | None:
    """Have the school's roles become these, as its file would; why not, if they do not."""
    kiosk.take(ChangeRules(CONSOLE, "text", "sha", after))
    assert kiosk.outcome
    if kiosk.outcome.granted:
        kiosk.rules = replace(kiosk.rules, roles=after)
    return kiosk.outcome.reason


def test_a_role_with_anything_that_is_for_leads_alone_is_a_leads_role() -> None:
    roles = Roles({**ROLES, "own": frozenset({Permission.LIFT, Permission.LISTS})})
    assert {name for name in (*roles.may, "gone") if roles.is_for_leads(name)} == {
        *("headteacher", "dsl", "own")
    }


def test_what_is_for_own_forms_alone_gives_nothing_that_the_role_has_not() -> None:
    roles = Roles(
        {"tutor": frozenset({Permission.LISTS})},
        {"tutor": frozenset({Permission.LISTS, Permission.OPEN})},
    )
    rights = roles.rights(["tutor"], ["7A"])
    assert (rights.of_all, rights.of_own) == (frozenset(), frozenset({Permission.LISTS}))


def test_a_role_that_is_added_can_be_used_at_once() -> None:
    kiosk = kiosk_with(User("a1", "Ada", "", ("admin", "headteacher")))
    assert change(kiosk, LIBRARIAN) is None
    kiosk.take(SaveUser("a1", User("b2", "Lin", "", ("librarian",))))
    kiosk.take(LetGoHome("b2", ANA.id))
    assert kiosk.events[-1].type is EventType.GOING_HOME


def test_rules_that_were_held_against_others_than_those_in_force_are_refused() -> None:
    kiosk = kiosk_with(User("a1", "Ada", "", ("admin", "headteacher")))
    for text in ("first", "second"):
        kiosk.take(ChangeRules("a1", text, "sha", Roles(), replaces=0))
    assert kiosk.outcome
    assert (kiosk.outcome.reason, kiosk.standing.state.rules_version) == (Reason.OUT_OF_DATE, 1)


def test_a_role_that_is_in_use_does_not_vanish_and_another_does() -> None:
    more = roles(librarian=frozenset({P.LISTS}), porter=frozenset({P.FIRE}))
    kiosk = kiosk_with(User("b2", "Lin", "", ("librarian",)), rules_roles=more)
    assert change(kiosk, Roles()) is Reason.ROLE_IN_USE
    assert change(kiosk, LIBRARIAN) is None


def test_nobody_is_locked_out_of_users_or_rules() -> None:
    kiosk = kiosk_with(User("a1", "Ada", "", ("admin", "headteacher")))
    assert change(kiosk, roles(admin=ROLES["admin"] - {P.USERS})) is Reason.NOBODY_LEFT
    without = {name: ROLES[name] - {P.RULES} for name in ("headteacher", "admin")}
    assert change(kiosk, roles(**without)) is Reason.NOBODY_LEFT
    assert change(kiosk, roles(admin=ROLES["admin"] - {P.ERASE})) is None


def test_whoever_is_there_for_a_time_keeps_nobody_from_being_locked_out() -> None:
    day = User("b2", "Bo", "", ("admin",), valid_to=date(2026, 3, 2))
    kiosk = kiosk_with(User("a1", "Ada", "", ("reception", "admin")), day)
    moved = roles(admin=ROLES["admin"] - {P.USERS}, reception=ROLES["reception"] | {P.USERS})
    assert change(kiosk, moved) is None
    kiosk = kiosk_with(User("a1", "Ada", "", ("reception", "admin")), day)
    assert change(kiosk, roles(admin=ROLES["admin"] - {P.USERS})) is Reason.NOBODY_LEFT


def test_rules_give_nobody_what_is_for_leads_alone() -> None:
    kiosk = kiosk_with(User("t1", "Tom", "", ("teacher",)))
    wider = roles(teacher=ROLES["teacher"] | {P.PRIVATE})
    assert change(kiosk, wider) is Reason.FOR_LEADS
    assert change(kiosk, roles(deputy=frozenset({P.APPROVE}))) is None  # nobody's, yet
    head = kiosk_with(User("h1", "Hal", "", ("headteacher",)))
    assert (
        change(head, roles(headteacher=ROLES["headteacher"] | {P.LEAD_NOTES})) is Reason.FOR_LEADS
    )


def test_what_is_wrong_is_told_with_whom_it_concerns() -> None:
    users = [User("b2", "Lin", "", ("librarian",)), User("t1", "Tom", "", ("teacher", "admin"))]
    roster = Roster(users={user.id: user for user in users})
    after = roles(teacher=ROLES["teacher"] | {P.PRIVATE}, admin=frozenset({P.SEE_CABINET}))
    told = [fault.words for fault in role_faults(roster, LIBRARIAN, after)]
    assert told == [
        "roles.librarian is gone, and is the role of Lin",
        "Tom would get private, which is for leads alone: make it a role of its own, and give it "
        "to them",
        "nobody would be left with roster, rules, users",
    ]


# invariants

NAMES = [*ROLES, "librarian", "deputy"]
SETS = st.frozensets(st.sampled_from(Permission), max_size=8)
MADE = st.dictionaries(st.sampled_from(NAMES), SETS, max_size=3).map(
    lambda changed: Roles({**ROLES, **changed})
)
USERS = st.lists(
    st.builds(
        User,
        st.integers(0, 5).map(lambda n: f"a{n}"),
        st.sampled_from(["Ada", "Bo", "Cy"]),
        st.just(""),
        st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
        st.just(""),
        st.sampled_from([(), ("7A",)]),
        st.none(),
        st.sampled_from([None, None, date(2026, 3, 2)]),
    ),
    max_size=4,
    unique_by=lambda user: user.id,
)


def held(made: Roles, user: User) -> frozenset[Permission]:
    rights = made.rights(user.roles, user.forms)
    return rights.of_all | rights.of_own


def to_somebody(made: Roles, users: list[User]) -> frozenset[Permission]:
    lasting = [made.rights(user.roles).of_all for user in users if user.valid_to is None]
    return frozenset[Permission]().union(*lasting)


@given(users=USERS, imports=st.lists(MADE, min_size=1, max_size=4))
def test_whatever_is_imported_takes_nothing_vital_and_gives_nobody_a_leads_right(
    users: list[User], imports: list[Roles]
) -> None:
    kiosk = kiosk_with(rules_roles=imports[0])
    roster = Roster(users={user.id: user for user in users})
    kiosk.standing = kiosk.standing._replace(roster=roster)
    for after in imports[1:]:
        before = kiosk.rules.roles
        lost = {n for user in users for n in user.roles} & (before.may.keys() - after.may.keys())
        gained = [user for user in users if held(after, user) & LEADS_ALONE - held(before, user)]
        missed = NEVER_LOST & to_somebody(before, users) - to_somebody(after, users)
        refused = change(kiosk, after)
        assert (refused is None) is not (bool(lost) or bool(gained) or bool(missed))
        assert kiosk.standing.roster == roster


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_is_shipped_may_follow_whatever_a_school_had(role: str) -> None:
    kiosk = kiosk_with(User("a1", "Ada", "", (role,)))
    assert change(kiosk, Roles()) is None
