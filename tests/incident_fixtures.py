"""A small kiosk with a user for each role, and members of staff who sign in nowhere."""

from cabinet import SmallKiosk, add_users
from conftest import FakeClock, make_rules

from kiosk.drafting import Outcome, Rules
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.model import Person, PersonKind, User
from kiosk.policy.roles import ROLES
from kiosk.state import Deposit

ROLE_NAMES = sorted(ROLES)
FORMS = ("7A", "7B")
MR_HALE = Person("5f", "S1", "Rob", "Hale", kind=PersonKind.STAFF)
MS_ORR = Person("50", "S2", "Una", "Orr", kind=PersonKind.STAFF)


def staffed_kiosk(rules: Rules | None = None) -> SmallKiosk:
    """With one user for each role, named after it; a second pastoral one; two members of staff."""
    kiosk = SmallKiosk(rules or make_rules(), FakeClock())
    for role in ROLE_NAMES:
        add_users(kiosk, User(role, role, "$argon2id$", (role,), forms=FORMS))
    kiosk.take(SaveUser("console", User("second", "second", "$argon2id$", ("pastoral",))))
    kiosk.take(ImportRoster("console", (MR_HALE, MS_ORR), 2, 0))
    return kiosk


def done(kiosk: SmallKiosk, command: Command) -> int:
    """Carry it out; the seq of its event."""
    kiosk.take(command)
    outcome = told(kiosk)
    assert outcome.granted, outcome.reason
    return outcome.seq


def refused(kiosk: SmallKiosk, command: Command) -> Reason | None:
    """Why it is refused; nothing has happened."""
    before = kiosk.standing
    assert kiosk.take(command) == []
    assert kiosk.standing == before
    outcome = told(kiosk)
    assert not outcome.granted
    return outcome.reason


def told(kiosk: SmallKiosk) -> Outcome:
    assert kiosk.outcome is not None
    return kiosk.outcome


def kept_for(kiosk: SmallKiosk, person: Person) -> Deposit:
    deposit = kiosk.standing.state.deposit_of(person.id)
    assert deposit is not None
    return deposit
