"""A small kiosk for tests: the real station on a fake clock, with hands and no threads."""

from typing import Any

from conftest import FakeClock

from kiosk.acts import Act, Pulse, Show
from kiosk.drafting import Outcome, Rules, Standing
from kiosk.events import CONSOLE, Event, EventType, Reason
from kiosk.messages import Message
from kiosk.messages.commands import EnrolCard, ImportRoster, Override, SaveUser
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed, Started, Tick
from kiosk.messages.users import ConfirmRoles
from kiosk.model import Credential, Person, Roster, User
from kiosk.policy.roles import Permission
from kiosk.rights import rights_of
from kiosk.station import decide

ANA = Person("a1", "1001", "Ana", "Silva", "7A")
BEN = Person("b2", "1002", "Ben", "Lister", "7B")
ANAS_CARD, BENS_CARD = "aaaa", "bbbb"
# The desk, and two more who may do what it does and look after users and the roster.
STAFF = {id: User(id, id, "", ("reception", "admin")) for id in ("office", "u1", "u2")}


class SmallKiosk:
    """Takes messages as the daemon does; keeps every event, and the acts of the last message."""

    def __init__(self, rules: Rules, clock: FakeClock) -> None:
        self.rules = rules
        self.clock = clock
        self.standing = Standing(roster=Roster(users=STAFF))
        self.events: list[Event] = []
        self.acts: tuple[Act, ...] = ()
        self.outcome: Outcome | None = None
        self.take(ImportRoster("office", (ANA, BEN), 2, 0))
        self.take(EnrolCard("office", Credential(ANAS_CARD, ANA.id)))
        self.take(EnrolCard("office", Credential(BENS_CARD, BEN.id)))
        self.start()

    def take(self, message: Message) -> list[Event]:
        """One message; returns the events it made."""
        step = decide(self.rules, self.standing, message, self.clock.now())
        self.standing, self.acts, self.outcome = step.standing, step.acts, step.outcome
        self.events += step.events
        for act in step.acts:
            if isinstance(act, Pulse):
                pulsed = decide(self.rules, self.standing, Pulsed(act.cubby), self.clock.now())
                self.standing = pulsed.standing
        return list(step.events)

    def start(self, doors: dict[int, bool] | None = None) -> list[Event]:
        return self.take(Started("0", True, doors or {}))

    def power_cut(self, doors: dict[int, bool] | None = None) -> list[Event]:
        """Everything but the record is gone; the machine starts again."""
        self.clock.reboot()
        self.standing = Standing(self.standing.state, self.standing.roster)
        return self.start(doors)

    def tap(self, *keys: str) -> Event:
        """Hold cards to the reader; the tap's own event."""
        self.clock.advance(4)
        events = self.take(Presented(tuple(Card(key) for key in keys)))
        return next(e for e in events if e.type is EventType.TAPPED)

    def open(self, cubby: int) -> list[Event]:
        self.clock.advance(1)
        return self.take(Opened(cubby))

    def close(self, cubby: int) -> list[Event]:
        self.clock.advance(2)
        return self.take(Closed(cubby))

    def tick(self, seconds: float = 0.0) -> list[Event]:
        self.clock.advance(seconds)
        return self.take(Tick())

    def hand_in(self, key: str = ANAS_CARD) -> int:
        """A whole deposit; its cubby."""
        cubby = self.tap(key).cubby
        if cubby is None:
            raise LookupError("no cubby was opened")
        self.open(cubby)
        self.close(cubby)
        return cubby

    def override(self, cubby: int, person: str | None, **more: str) -> list[Event]:
        return self.take(Override("u1", cubby, person, Reason.MEDICAL, **more))

    @property
    def pulses(self) -> list[int]:
        return [act.cubby for act in self.acts if isinstance(act, Pulse)]

    @property
    def shown(self) -> list[Show]:
        return [act for act in self.acts if isinstance(act, Show)]


def add_users(kiosk: Any, *users: User) -> None:
    """Users with all their roles, on a small kiosk or a core: each lead is confirmed by another."""
    for user in users:
        kiosk.take(SaveUser(CONSOLE, user))
        asked = kiosk.standing.state.role_requests.get(user.id)
        if asked is not None:
            now, others = kiosk.clock.now(), kiosk.standing.roster.users.keys() - {user.id}
            rights = {id: rights_of(kiosk.rules, kiosk.standing, id, now) for id in others}
            lead = min(id for id in others if rights[id].may(Permission.CONFIRM_ROLES))
            kiosk.take(ConfirmRoles(lead, asked.id))


def types(events: list[Event]) -> list[EventType]:
    return [event.type for event in events]
