"""A small whole kiosk for the pages' tests: the real rules and the real fold, without threads,
files or clocks, and hands on its doors."""

import io
import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hardware.ports import Fault, Shining
from kiosk.acts import Note, Pulse, SchoolFile, Show, Sign
from kiosk.backups import Made
from kiosk.bell import Bell
from kiosk.drafting import Outcome, Rules, Standing, Versions
from kiosk.errors import KioskError
from kiosk.events import Event, EventType, Moment
from kiosk.messages import Command, Message
from kiosk.messages.sensed import Card, Closed, Opened, PartBack, PartLost, Presented, Pulsed, Tick
from kiosk.model import Credential, Cubby, Person, Roster, User
from kiosk.orders.making import made
from kiosk.orders.sources import Sources
from kiosk.orders.uploads import Uploaded, read_upload
from kiosk.orders.wanted import Format, Wanted
from kiosk.rostering import RosterDesk
from kiosk.school.school import rules_by
from kiosk.service import Health, Service
from kiosk.setup_codes import SetupCodes
from kiosk.staff.acting import private_id
from kiosk.station import decide
from kiosk.store import History
from kiosk.support import make_bundle
from kiosk.taps.facts import current_phase
from kiosk.timetable import Day, Phase, Timetable
from kiosk.tokens import TokenUses
from webui import create_app, password_check
from webui.simulator import SimCard

MONDAY = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
PASSWORD = "three random words"
# As little work as Argon2id can be, and not made anew for it: almost every test of a page signs in.
password_check.is_outdated = lambda _: False
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
SCHOOL_DAY = Day(time(8, 0), time(9, 0), time(15, 10), time(16, 30))
ANA = Person("p-ana", "1001", "Ana", "Silva", "7 Beech")
BEN = Person("p-ben", "1002", "Ben", "Okafor", "7 Beech")
CAT = Person("p-cat", "1003", "Catherine", "Featherstonehaugh-Smythe", "11M")
NASTY = Person("p-nasty", "1004", "<img src=x onerror=alert(1)>", "\u202e'\"&{{7*7}}", "<b>")
PEOPLE = (ANA, BEN, CAT, NASTY)
ROLE_NAMES = ("reception", "teacher", "pastoral", "headteacher", "dsl", "technician", "admin")
ORIGIN = {"Origin": "http://localhost"}


def uid_of(person: Person) -> bytes:
    """The number of that person's card."""
    return bytes.fromhex("04A1B2C3D4") + int(person.admission).to_bytes(2, "big")


def key_of(uid: bytes) -> str:
    """Stands for the keyed digest."""
    return f"key-{uid.hex()}"


def school(
    cubbies: int = 12, columns: int = 4, people: Sequence[Person] = PEOPLE
) -> tuple[Rules, Roster]:
    """A cabinet numbered row by row, with some people and a user for each role."""
    cabinet = {n + 1: Cubby(n + 1, row=n // columns, column=n % columns) for n in range(cubbies)}
    rules = Rules(Timetable(ZoneInfo("Europe/London"), {d: SCHOOL_DAY for d in range(5)}), cabinet)
    users = [User(f"u-{role}", role, PASSWORD_HASH, (role,)) for role in ROLE_NAMES]
    return rules, Roster(
        people={person.id: person for person in people},
        credentials={key_of(uid_of(p)): Credential(key_of(uid_of(p)), p.id) for p in people},
        users={user.id: user for user in users},
    )


class FakeService:
    """A kiosk in memory. Doors spring open at a pulse unless they are jammed."""

    school = "Oak Lane School"

    def __init__(
        self, cubbies: int = 12, columns: int = 4, people: Sequence[Person] = PEOPLE
    ) -> None:
        self.rules, roster = school(cubbies, columns, people)
        self.moment = Moment(MONDAY, 1000.0, boot="boot-1")
        self.record: list[Event] = []
        self.rows: dict[str, Note] = {}
        self.pulses: list[int] = []
        self.jammed: set[int] = set()
        self.shown = Show(Sign.READY)
        self.bell = Bell()
        self.state_of_parts = Health(True, False, "ok", "ok", "ok", "ok", "ok", "trusted", "0.1.0")
        self.fault: KioskError | None = None
        self.file: SchoolFile | None = None
        self.token_uses = TokenUses()
        self._standing = Standing(roster=roster)
        self._guard = threading.RLock()

    def standing(self) -> Standing:
        return self._standing

    def now(self) -> Moment:
        return self.moment

    def phase(self) -> Phase | None:
        return current_phase(self.rules, self._standing, self.moment)

    def screen(self) -> Show:
        return self.shown

    def health(self) -> Health:
        return self.state_of_parts

    def submit(self, command: Command) -> Outcome:
        if self.fault is not None:
            raise self.fault
        outcome = self.take(command)
        assert outcome is not None
        return outcome

    def events(
        self,
        *,
        before: int | None = None,
        after: int = 0,
        limit: int = 50,
        person: str | None = None,
        cubby: int | None = None,
        cause: int | None = None,
        types: Collection[EventType] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Event]:
        found = [
            event
            for event in reversed(self.record)
            if (before is None or event.seq < before)
            and event.seq > after
            and person in (None, event.person)
            and cubby in (None, event.cubby)
            and (cause is None or cause in (event.seq, event.cause))
            and (not types or event.type in types)
            and (since is None or event.now.at >= since)
            and (until is None or event.now.at < until)
        ]
        return found[:limit]

    def history(self) -> History:
        return History(Path(), (), self.record)

    def anchor(self) -> tuple[int, str]:
        return len(self.record), "seal"

    def make(self, wanted: Wanted, format: Format) -> bytes:
        return made(wanted, format, Sources.of(self))

    def read_upload(self, uploaded: Uploaded) -> bytes:
        return read_upload(uploaded)

    def school_file(self) -> SchoolFile | None:
        return self.file

    def versions(self) -> Versions:
        return Versions(self.rules, {self.file.version: self.file} if self.file else {})

    def private_note(self, seq: int) -> Note | None:
        return self.rows.get(private_id(seq))

    def note(self, id: str) -> str:
        return self.rows[id].text if id in self.rows else ""

    def take(self, message: Message) -> Outcome | None:
        """What the daemon's loop does with one message."""
        with self._guard:
            step = decide(self.rules, self._standing, message, self.moment)
            self.record.extend(step.events)
            self.rows.update({row.id: row for row in step.rows if isinstance(row, Note)})
            for row in step.rows:
                if isinstance(row, SchoolFile):
                    self.file = row
                    self.rules = rules_by(self.rules, row, step.standing.roster)
            self._standing = step.standing
            for act in step.acts:
                if isinstance(act, Show):
                    self.show(act)
                else:
                    self._pulse(act)
            return step.outcome

    def show(self, show: Show) -> None:
        """Show a sign, and let the screens know."""
        self.shown = show
        self.bell.ring()

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and the kiosk notice."""
        at = self.moment.at + timedelta(seconds=seconds)
        self.moment = replace(self.moment, at=at, mono=self.moment.mono + seconds)
        self.take(Tick())

    def keep(self, roster: Roster) -> None:
        """Change the people behind everybody's back."""
        self._standing = self._standing._replace(roster=roster)

    def _pulse(self, pulse: Pulse) -> None:
        self.pulses.append(pulse.cubby)
        self.take(Pulsed(pulse.cubby))
        if pulse.cubby not in self.jammed:
            self.take(Opened(pulse.cubby))


@dataclass
class FakeHands:
    """People at the cabinet of a FakeService; remembers what they did."""

    service: FakeService
    done: list[tuple[object, ...]] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    shines: Shining | None = None

    def tap(self, uid: bytes) -> None:
        self.done.append(("tap", uid))
        self.service.take(Presented((Card(key_of(uid), is_random=uid[0] == 8),)))

    def place(self, uid: bytes) -> None:
        self.done.append(("place", uid))

    def lift(self, uid: bytes) -> None:
        self.done.append(("lift", uid))

    def open(self, cubby: int) -> None:
        self.done.append(("open", cubby))
        if cubby not in self.service.jammed:
            self.service.take(Opened(cubby))

    def close(self, cubby: int) -> None:
        self.done.append(("close", cubby))
        if cubby not in self.service.jammed:
            self.service.take(Closed(cubby))

    def leave_ajar(self, cubby: int) -> None:
        self.done.append(("ajar", cubby))

    def faults(self, part: str | None = None) -> list[Fault]:
        known = [("reader", "unplugged", "its cable is out")]
        known += [
            (f"cubby {n}", "jammed", "its door stays as it is") for n in self.service.rules.cubbies
        ]
        every = [Fault(*each, is_on=each[:2] in self.broken) for each in known]
        return [fault for fault in every if part in (None, fault.part)]

    def fault(self, part: str, name: str, on: bool = True) -> None:
        self.done.append(("fault", part, name, on))
        (self.broken.add if on else self.broken.discard)((part, name))
        if part == "reader":
            self.service.take(PartLost("reader") if on else PartBack("reader"))
            reader = "does not answer" if on else "ok"
            self.service.state_of_parts = replace(self.service.state_of_parts, reader=reader)
        else:
            cubby = int(part.removeprefix("cubby "))
            (self.service.jammed.add if on else self.service.jammed.discard)(cubby)

    def shining(self) -> Shining | None:
        return self.shines


@dataclass
class FakeTime:
    """A monotonic clock that a test turns."""

    now: float = 5000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Site:
    """The pages over one small kiosk, and a browser without eyes."""

    service: FakeService
    hands: FakeHands
    time: FakeTime
    app: Flask
    client: FlaskClient
    workshop: "FakeWorkshop"
    backups: "FakeBackups"
    codes: SetupCodes = field(default_factory=lambda: SetupCodes(FakeTime()))

    def sign_in(self, role: str = "reception", password: str = PASSWORD) -> TestResponse:
        """Sign in as the user of that role, by the form."""
        return self.post("/sign-in", page="/sign-in", name=role, password=password)

    def get(self, path: str, **headers: str) -> TestResponse:
        """A page."""
        return self.client.get(path, headers=headers, buffered=True)

    def token(self, page: str) -> str:
        """The form token on a page; "" where it has no form."""
        return field_of(self.client.get(page).text, "csrf_token")

    def post(self, path: str, page: str = "/", **fields: str) -> TestResponse:
        """Send a form as a browser would that shows ``page``."""
        data = {"csrf_token": self.token(page), **fields}
        return self.client.post(path, data=data, headers=ORIGIN)

    def override(self, number: int, reason: str = "medical", **fields: str) -> TestResponse:
        """Open a cubby by its form."""
        page = self.client.get(f"/cubbies/{number}").text
        hidden = {name: field_of(page, name) for name in ("csrf_token", "person", "request")}
        data = {**hidden, "reason": reason, **fields}
        return self.client.post(f"/cubbies/{number}/open", data=data, headers=ORIGIN)


class FakeBackups:
    """Makes backups of a few bytes, and finds in them what it is told to find, or fails."""

    def __init__(self) -> None:
        self.rooms: list[int] = []
        self.files: list[io.BytesIO] = []
        self.checked: list[bytes] = []
        self.waiting: list[bytes] = []
        self.refused = ""
        self.findings: list[str] = []
        self.damaged: list[str] = []
        self.fault: KioskError | None = None

    def room(self, size: int) -> io.BytesIO:
        if isinstance(self.fault, NoRoom):
            raise self.fault
        self.rooms.append(size)
        self.files.append(io.BytesIO())
        return self.files[-1]

    def make(self) -> Made:
        if self.fault is not None:
            raise self.fault
        file = self.room(0)
        file.write(b"sealed")
        file.seek(0)
        return Made(file, (7, "5ea1"), 6, "5a", ())

    def verify(self) -> dict[str, Any]:
        if self.fault is not None:
            raise self.fault
        found = len(self.findings)
        return {"events": 7, "anchor": [7, "5ea1"], "findings": found, "files": self.damaged}

    def put_back_at_start(self, file: IO[bytes]) -> None:
        self.check(file)
        self.waiting.append(self.checked[-1])

    def why_not_put_back(self) -> str:
        return self.refused

    def check(self, file: IO[bytes]) -> dict[str, Any]:
        file.seek(0)
        self.checked.append(file.read())
        if self.fault is not None:
            raise self.fault
        counts = {"people": 1234, "cards": 5, "users": 6}
        found = {"kiosk": "front", "made_at": "2026-11-20T03:00:00+00:00", "anchor": [1, "5ea1"]}
        return {**found, "events": 1, "counts": counts, "findings": self.findings}


class NoRoom(KioskError):
    """The disk is full."""


class FakeWorkshop:
    """Finds what it is told to find, or fails."""

    config_file = "/etc/kiosk/config.toml"

    def __init__(self) -> None:
        self.findings: list[dict[str, str]] = []
        self.log: list[str] = []
        self.fault: KioskError | None = None

    def examine(self) -> dict[str, Any]:
        if self.fault is not None:
            raise self.fault
        return {"findings": self.findings, "counts": {}}

    def bundle(self, service: Service) -> dict[str, Any]:
        return make_bundle(service, {}, self.examine(), self.log)


def site(*, simulated: bool = False, secure: bool = False, **size: int) -> Site:
    """The pages over a new kiosk."""
    return site_of(FakeService(**size), simulated=simulated, secure=secure)


def site_of(
    service: FakeService, *, simulated: bool = False, secure: bool = False, **more: Any
) -> Site:
    """The pages over that kiosk."""
    people = service.standing().roster.people.values()
    clock, hands, workshop = FakeTime(), FakeHands(service), FakeWorkshop()
    backups = FakeBackups()
    codes = SetupCodes(clock)
    app = create_app(
        service,
        secure_cookies=secure,
        trusted_hosts=["localhost", "127.0.0.1"],
        hands=hands if simulated else None,
        skip_time=(lambda: service.pass_time(1800)) if simulated else None,
        cards=lambda: [SimCard(f"{p.name}, {p.form}", uid_of(p)) for p in people],
        monotonic=clock,
        workshop=workshop,
        backups_of_record=backups,
        desk=RosterDesk(service, lambda number: key_of(number[1])),
        setup_codes=codes,
        **more,
    )
    app.testing = True
    return Site(service, hands, clock, app, app.test_client(), workshop, backups, codes)


def field_of(page: str, name: str) -> str:
    """The value of a hidden field; "" where there is none."""
    _, found, rest = page.partition(f'name="{name}" value="')
    return rest.partition('"')[0] if found else ""


def shown(page: str) -> str:
    """A page without the tokens in it: they are drawn anew for each, so that two pages alike differ
    in them, and any short word may turn up in one."""
    return re.sub(r'(name="(?:csrf_token|request)" value=)"[^"]*"', r"\1", page)


def hand_in(service: FakeService, person: Person) -> int:
    """A pupil taps, puts the phone in, and shuts the door; the cubby."""
    FakeHands(service).tap(uid_of(person))
    cubby = service.pulses[-1]
    service.take(Closed(cubby))
    return cubby
