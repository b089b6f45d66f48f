"""A school for stories: the real daemon, record, rules and drivers on a simulated cabinet, in the
hands of a story that turns the clock. Nothing waits, and nothing is faked but the hardware."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from conftest import LONDON, make_rules
from flask import Flask
from lock_fixtures import Time, hardware_settings, lock_settings
from record_fixtures import SOUND, AtOnce
from webui_fixtures import Site

from hardware.factory import Timing, build
from hardware.ports import Door, Hands
from hardware.presence import Presence
from hardware.simulated.world import World
from kiosk.cards import make_card
from kiosk.collaborators import Collaborators
from kiosk.core import Core
from kiosk.daemon import Daemon, Reply
from kiosk.drafting import Outcome
from kiosk.errors import BadInput
from kiosk.events import EventType, Moment, Reason
from kiosk.keys import Keys
from kiosk.loops import BusLoop, ReaderLoop
from kiosk.messages import Command
from kiosk.messages.commands import SaveUser, StateCustody
from kiosk.messages.sensed import Tick
from kiosk.model import Person, User
from kiosk.policy.signs import pupil_words
from kiosk.school.school import rules_by
from kiosk.scrub import Scrub
from kiosk.state import Deposit, Place, State
from kiosk.store import Store
from kiosk.systemd import ServiceManager
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs
from webui.app import create_app

KEYS = Keys(b"c" * 32, b"k" * 32)
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)  # arrival; in March the school's wall reads UTC
ROUND_S = 0.05
QUIET_ROUNDS, QUIET_S = 40, 2.0
PASSWORD = "three random words"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick to verify

PUPILS = {
    "Ana": ("Silva", "7A"),
    "Ben": ("Silva", "9C"),  # her brother
    "Cal": ("Reed", "7A"),
    "Dee": ("Okoro", "11B"),
    "Eli": ("Marsh", "6Y"),
    "Fay": ("Noon", "6Y"),
}
STAFF = {
    "Hugo": ("Hale", "teacher"),
    "Rosa": ("Bloom", "reception"),
    "Nora": ("Hart", "headteacher"),
}
EVERYBODY = [*PUPILS, *STAFF]


@dataclass(slots=True)
class Wall:
    """The kiosk's clock: the time that is turned by hand, as a reading of the clock on the wall."""

    time: Time
    start: datetime
    boot: str = "boot-1"
    trusted: bool = True

    def now(self) -> Moment:
        passed = timedelta(seconds=self.time.now() - 1000.0)
        return Moment(self.start + passed, self.time.now(), self.boot, self.trusted)


class ByHand(Daemon):
    """The daemon, whose threads' bodies a story goes through in turn."""

    def __init__(self, given: Collaborators) -> None:
        super().__init__(given)
        self._reader = ReaderLoop(
            given.hardware.reader,
            given.presence,
            self.post,
            to_card=given.to_card,
            monotonic=given.monotonic,
            seen=self._listeners.tell,
        )
        self._buses = [
            BusLoop(name, bank, self.post, given.monotonic, wait_s=0)
            for name, bank in given.hardware.banks.items()
        ]
        self._bus_of = {cubby: bus for bus in self._buses for cubby in bus.cubbies}
        self._handle(self._started())
        self._ready = True

    @property
    def lying(self) -> bool:
        """Whether cards lie on the reader."""
        return bool(self._with.presence.lying)

    def round(self) -> None:
        """Each of them once."""
        self._reader.round()
        for bus in self._buses:
            bus.round()
        while not self._inbox.empty():
            _, _, message, reply = self._inbox.get_nowait()
            self._handle(message, reply)
        self._handle(Tick())
        self.signalling.round()
        self._with.upkeep.round()

    def submit(self, command: Command) -> Outcome:
        """A command, as pages and verbs ask for it."""
        reply: Reply = Future()
        self._handle(command, reply)
        outcome = reply.result(timeout=0)
        if outcome is None:
            raise LookupError("the command left no outcome")
        return outcome


class School:
    """What happens at the kiosk, and what anybody can see of it. It begins on Monday, 2 March
    2026, at half past eight, with everybody above: pupils with cards, staff with users too."""

    def __init__(self, folder: Path, cubbies: int = 6, begins: datetime = MONDAY) -> None:
        self._folder = folder
        self._time = Time()
        self._wall = Wall(self._time, begins)
        self._settings = hardware_settings(folder, lock_settings(cubbies))
        self._last_tap: dict[str, float] = {}
        self._cards = {name: uid(name) for name in EVERYBODY}
        self._read = 0
        self._app: Flask | None = None
        self.reads = ""  # what stood on the kiosk's screen after the last tap
        self._switch_on()
        self._furnish()

    # the machine

    def _switch_on(self) -> None:
        time = self._time
        self._store = Store(self._folder / "data", kiosk="front", keys=KEYS)
        rules = make_rules(len(self._settings.banks[0].wiring.cubbies))
        self._core = Core(self._store, rules, self._wall, partial(rules_by, rules))
        timing = Timing(time.monotonic, time.pass_by, time.after, time.pass_by)
        self._hardware = build(self._settings, timing)
        self._daemon = ByHand(
            Collaborators(
                core=self._core,
                upkeep=Upkeep(self._core, time.monotonic, background=AtOnce()),  # type: ignore[arg-type]
                scrub=Scrub(self._core, lambda: SOUND, time.monotonic, renew=lambda: None),
                hardware=self._hardware,
                presence=Presence(),
                to_card=lambda seen, is_new: make_card(KEYS, seen, is_new),
                manager=ServiceManager({}),
                monotonic=time.monotonic,
                school="A School",
                poll_s=ROUND_S,
            )
        )
        self._verbs = Verbs(self._daemon, KEYS, hands=self._hardware.hands)
        self.pass_by(1)

    def switch_off(self) -> None:
        """The plug is pulled: what was on disk is there, and the doors stand as they stood."""
        self._hardware.close()
        self._store.close()

    def switch_on(self, *, clock_is_right: bool = True) -> None:
        """Power is back. Without a network and a clock battery the clock is not to be trusted."""
        self._wall.boot += "'"
        self._wall.trusted = clock_is_right
        self._switch_on()

    def wait_in_the_dark(self, minutes: int) -> None:
        """Time passes without power."""
        self._time.pass_by(minutes * 60)

    def _furnish(self) -> None:
        self.console("roster_import", rows=[self.row(name) for name in EVERYBODY])
        for name in EVERYBODY:
            self.console("card_enrol", admission=admission(name), uid=uid(name))
        for name, (_, role) in STAFF.items():
            self.console("user_add", name=name, password_hash=HASH, roles=[role])
            self.console("user_link", name=name, admission=admission(name))

    @staticmethod
    def row(name: str) -> dict[str, str]:
        """Somebody as the school's roster has them."""
        row = {"admission": admission(name), "forename": name}
        if name in STAFF:
            surname, role = STAFF[name]
            form = "7A" if role == "teacher" else ""  # whose class it is
            return {**row, "surname": surname, "form": form, "kind": "staff"}
        surname, form = PUPILS[name]
        return {**row, "surname": surname, "form": form}

    # time

    def at(self, clock: str, days: int = 0) -> None:
        """On to that reading of the clock on the wall, so many days later."""
        hour, minute = map(int, clock.split(":"))
        wall = self.now.astimezone(LONDON).replace(
            hour=hour, minute=minute, second=0, microsecond=0
        )
        seconds = (wall + timedelta(days=days) - self.now).total_seconds()
        if seconds < 0:
            raise ValueError(f"it is past {clock} already")
        self._time.pass_by(seconds)
        self.pass_by(0.3)

    def pass_by(self, seconds: float) -> None:
        """Time passes, and the kiosk works: in longer steps when nothing goes on."""
        end, quiet = self._time.now() + seconds, 0
        while (now := self._time.now()) < end:
            self._daemon.round()
            quiet = 0 if self._is_busy else quiet + 1
            self._time.pass_by(ROUND_S if quiet < QUIET_ROUNDS else min(QUIET_S, end - now))

    @property
    def _is_busy(self) -> bool:
        """Whether somebody stands at the cabinet."""
        return bool(self.state.transactions or self.state.open_doors or self._daemon.lying)

    @property
    def now(self) -> datetime:
        """By the kiosk's own clock, UTC."""
        return self._wall.now().at

    # hands

    @property
    def hands(self) -> Hands:
        """On the simulated cabinet."""
        if self._hardware.hands is None:
            raise LookupError("nothing is simulated")
        return self._hardware.hands

    def tap(self, *names: str) -> str:
        """Hold cards to the reader; what the kiosk says."""
        ready = max(self._last_tap.get(name, 0.0) for name in names) + 4
        self.pass_by(max(0.0, ready - self._time.now()))
        before = self._count(EventType.TAPPED)
        for name in names:
            self.hands.tap(bytes.fromhex(self._cards[name]))
            self._last_tap[name] = self._time.now()
        for _ in range(30):
            self.pass_by(ROUND_S)
            if self._count(EventType.TAPPED) > before:
                break
        self.reads = self.screen
        self.pass_by(0.5)  # as long as a lock's pulse
        return self.reads

    def has_card(self, name: str, number: str) -> None:
        """From now on, whoever is called that taps that card."""
        self._cards[name] = number

    def shut(self, cubby: int) -> None:
        """Push a door shut."""
        self.hands.close(cubby)
        self.pass_by(0.5)

    def uses_door(self, name: str) -> int:
        """A tap; the door springs open, and is shut again. Which door it was.

        Raises:
            LookupError: none opened; what the kiosk said instead.
        """
        were = self.open_doors
        said = self.tap(name)
        opened = self.open_doors - were
        if len(opened) != 1:
            raise LookupError(said)
        (cubby,) = opened
        self.pass_by(3)
        self.shut(cubby)
        return cubby

    def hand_in(self, *names: str) -> dict[str, int]:
        """These hand in, one after another; whose is where."""
        return {name: self.uses_door(name) for name in names or PUPILS}

    @property
    def open_doors(self) -> set[int]:
        """The doors themselves, whatever any switch says."""
        world = World.open(self._settings.world)
        now_ns = round(self._time.now() * 1e9)
        return {n for n in world.cubbies if world.state(n, now_ns).door is Door.OPEN}

    # staff

    def console(self, verb: str, **args: Any) -> dict[str, Any]:
        """A verb of the command line, on the machine itself."""
        return self._verbs.call(verb, args)

    def staff(self, who: str, verb: str, **args: Any) -> dict[str, Any]:
        """The same in somebody's own name and with their password."""
        return self.console(verb, **args, user=who, password=PASSWORD)

    def refuses(self, who: str, verb: str, **args: Any) -> str:
        """Why somebody may not do that."""
        try:
            self.staff(who, verb, **args)
        except BadInput as refused:
            return str(refused)
        raise AssertionError(f"{who} did {verb}")

    def page(self, command: Command) -> Outcome:
        """What the button of a page asks for."""
        outcome = self._daemon.submit(command)
        self.pass_by(0.7)
        return outcome

    def states(self, who: str, name: str, what: Reason) -> None:
        """A member of staff says what is true of somebody's device."""
        outcome = self.page(StateCustody(self.user(who), self.kept(name).id, what))
        if not outcome.granted:
            raise LookupError(outcome.reason)

    def supply_teacher(self, name: str) -> None:
        """Somebody comes to look after 7A for a day: a user and a card for today."""
        number, card, today = "2001", "04CCCCCCCCCCCC", self.now.date()
        row = {"admission": number, "forename": "Mr", "surname": name, "kind": "staff"}
        self.console("roster_import", rows=[row])
        self.staff("Rosa", "card_enrol", admission=number, uid=card, today=True)
        known = next(p.id for p in self.people() if p.admission == number)
        user = User("50", name, HASH, ("teacher",), known, ("7A",), today, today)
        self.page(SaveUser("console", user))
        self.has_card(name, card)

    def user(self, name: str) -> str:
        """The id of who is called that."""
        users = self._daemon.standing().roster.users.values()
        return next(user.id for user in users if user.name == name)

    def browser(self, who: str) -> Site:
        """The pages, as a member of staff has them who has just signed in."""
        if self._app is None:
            self._app = create_app(self._daemon, secure_cookies=False, trusted_hosts=["localhost"])
            self._app.testing = True
        nothing: Any = None
        site = Site(*[nothing] * 3, self._app, self._app.test_client(), nothing, nothing)
        site.post("/sign-in", page="/sign-in", name=who, password=PASSWORD)
        return site

    # what anybody sees

    @property
    def screen(self) -> str:
        """What stands on the kiosk's screen now."""
        return pupil_words(self._daemon.screen())

    @property
    def state(self) -> State:
        """All that the record adds up to."""
        return self._daemon.standing().state

    def people(self) -> Sequence[Person]:
        """Everybody on the roster."""
        return list(self._daemon.standing().roster.people.values())

    def person(self, name: str) -> Person:
        """Who is called that."""
        return next(p for p in self.people() if p.admission == admission(name))

    def kept(self, name: str) -> Deposit:
        """What the record has of somebody's device."""
        kept = self.state.deposit_of(self.person(name).id)
        if kept is None:
            raise LookupError(f"nothing is kept for {name}")
        return kept

    def hold_on(self, name: str) -> int:
        """The number of the only hold on somebody's device."""
        (hold,) = self.state.holds_on(self.kept(name).id)
        return hold.id

    def where(self, name: str) -> str:
        """Where somebody's device is by the record."""
        kept = self.state.deposit_of(self.person(name).id)
        if kept is None:
            return "with its owner"
        if kept.place is Place.OFFICE:
            return "the office"
        if kept.place is Place.CARRIED:
            return "carried by staff"
        if kept.cubby is None:
            return "nobody knows"
        place = "out, its place kept: cubby" if kept.place is Place.OUT else "cubby"
        return f"{place} {kept.cubby}{', not certain' if kept.doubt else ''}"

    def list(self, name: str, column: str = "name") -> Sequence[Any]:
        """A list for the office: whom it names, or another column of it."""
        return [row[column] for row in self.console("list", name=name)["rows"]]

    def alerts(self) -> set[str]:
        """What staff are told without asking."""
        return {alert["alert"] for alert in self.console("status")["alerts"]}

    def record(self) -> Sequence[str]:
        """What was put on record since this was last asked, as staff read it; pulses left out."""
        events = self.console("events", after=self._read, limit=1000)["events"]
        self._read = events[-1]["seq"] if events else self._read
        told = (e for e in events if not e["type"].startswith(("pulse", "door", "signed", "alert")))
        return [": ".join(filter(None, (e["what"], e["details"]))) for e in told]

    def events(self, type: str) -> Sequence[dict[str, Any]]:
        """All of a type that are on record, as the command line has them."""
        events = self.console("events", limit=1000)["events"]
        return [event for event in events if event["type"] == type]

    def why(self, name: str) -> str:
        """Why their tap would be granted or refused, as the office is told."""
        return str(self.console("explain", admission=admission(name))["staff"])

    def _count(self, type: EventType) -> int:
        return sum(event.type is type for event in self._core.history.recent)


def admission(name: str) -> str:
    """Pupils have numbers from 1001 on, staff from 1007."""
    return str(1001 + EVERYBODY.index(name))


def uid(name: str) -> str:
    """The number of somebody's card."""
    index = EVERYBODY.index(name)
    return f"04A1B2{index:02X}C3D4{index:02X}"
