"""A kiosk that asks for PINs: a member of staff with one, and a pupil whose phone is in."""

from dataclasses import replace

from argon2 import PasswordHasher
from webui_fixtures import ANA, PEOPLE, FakeHands, FakeService, hand_in, uid_of

from kiosk.messages.pins import SetPin
from kiosk.model import Person, PersonKind, User
from kiosk.policy.addressing import ScreenRules

ERIN = Person("p-erin", "9001", "Erin", "Whitlock", kind=PersonKind.STAFF)
PIN, WRONG = "4821", "7350"
PIN_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


def asking(cubbies: int = 24, columns: int = 6) -> FakeService:
    """It is lesson time."""
    service = FakeService(cubbies, columns, people=(*PEOPLE, ERIN))
    service.rules = replace(service.rules, screen=ScreenRules(asks_pin=True))
    roster = service.standing().roster
    user = User("u-erin", "erin", "", ("teacher",), ERIN.id)
    service.keep(replace(roster, users={**roster.users, user.id: user}))
    service.take(SetPin("u-reception", ERIN.id, PIN_HASH))
    hand_in(service, ANA)
    service.pass_time(3600)
    return service


def tap(service: FakeService, person: Person) -> None:
    """Hold somebody's card to the reader, some seconds after the last one."""
    service.pass_time(4)
    FakeHands(service).tap(uid_of(person))
