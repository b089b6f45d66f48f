"""Twenty browsers, each with a session of its own, that watch the cabinet's page of a kiosk with a
year on record, while pupils hand in: how long the page's changing part takes, and what that does to
a tap.

Each tap opens a door, and the door is shut again before the next. The browsers are threads of
another process, at addresses of their own, as they are other machines' in a school.
"""

import http.client
import itertools
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from statistics import median
from typing import IO, NamedTuple, cast
from urllib.parse import SplitResult, urlencode, urlsplit
from zoneinfo import ZoneInfo

from benchmarks.doors import Doors
from benchmarks.figure import Effort, Figure, Report, percentile, seconds
from benchmarks.screen import LIMIT_S, NoGuard
from benchmarks.year import PUPILS, card_of, make_year, people
from kiosk.bootstrap import OpenRecord, make_daemon, open_hardware
from kiosk.clock import SkippingClock, SystemClock
from kiosk.daemon import Daemon
from kiosk.demo.school import FEWEST, demo_config
from kiosk.guard import Guard
from kiosk.keys import new_keys
from kiosk.messages.commands import SaveUser
from kiosk.messages.sensed import Card, Presented
from kiosk.model import Person, User
from kiosk.passwords import hash_password
from kiosk.state import State

HERE = Path(__file__).parent.parent
WATCHERS = 20
EVERY_S = 0.5  # as the page asks
TAP_EVERY_S = 0.25
EVENTS_A_CUBBY = 1_000  # of the year: a million of them go with a cubby for each pupil
PASSWORD = "three random words"
LONDON = ZoneInfo("Europe/London")
NONE: Mapping[str, str] = {}
IN_ARRIVAL = time_of_day(8, 21)  # the demo's school takes phones until 8:50


class Answer(NamedTuple):
    """What a browser was answered, and after how many seconds."""

    status: int
    took_s: float


class Pupils(NamedTuple):
    """One after another: ``tap`` until a door is opened, ``hand_in`` until it is shut again."""

    tap: Callable[[], None]
    hand_in: Callable[[], None]


def measure(effort: Effort) -> Report:
    """The 99th percentile of the page, and the tap's median against the one without watchers."""
    taps = max(4, effort.runs * effort.rounds // 2)
    with (
        tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as name,
        _running(Path(name), effort.sizes[-1]) as (pupils, address),
    ):
        idle = [_timed(pupils) for _ in range(taps)]
        with _watched(address) as stop:
            watched = [_timed(pupils) for _ in range(taps)]
            answers = stop()
    what = f"a tap that opens a door meanwhile, {taps} of them: ratio to an idle one"
    return Report([*_pages(answers), Figure(what, median(watched) / median(idle), 1.3)])


def _pages(answers: Sequence[Answer]) -> list[Figure]:
    """Of all that was answered, and of the answers that brought something new."""
    whole = [answer for answer in answers if answer.status == http.client.OK]
    same = len(answers) - len(whole)
    page = f"the cabinet's page, {WATCHERS} browsers watching"
    return [
        Figure(f"{page}, {len(whole)} whole and {same} unchanged: p99, ms", _p99(answers), 100),
        Figure(f"the same, the {len(whole)} whole ones alone: p99, ms", _p99(whole), 100),
    ]


def _p99(answers: Sequence[Answer]) -> float:
    return percentile([answer.took_s for answer in answers], 99) * 1000


def _timed(pupils: Pupils) -> float:
    time.sleep(TAP_EVERY_S)
    taken = seconds(pupils.tap)
    pupils.hand_in()
    return taken


@contextmanager
def _running(folder: Path, events: int) -> Iterator[tuple[Pupils, str]]:
    config = demo_config(folder, min(PUPILS, max(FEWEST, events // EVENTS_A_CUBBY)))
    keys = new_keys(config.kiosk.key_dir)
    today = make_year(config.kiosk.data, events, config.kiosk.id, keys)
    opened = OpenRecord.of(config, SkippingClock(SystemClock(), _arriving(today)))
    password = hash_password(PASSWORD)
    for number in range(WATCHERS):
        user = User(f"ab{number:02x}", _name(number), password, ("reception",))
        opened.core.take(SaveUser("console", user))
    doors = Doors(config.cabinet.cubbies)
    hardware = open_hardware(demo_config(folder))
    hardware.banks = {"doors": doors}
    daemon, web = make_daemon(opened, hardware, cast(Guard, NoGuard()))
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield _pupils(daemon, doors), web.address
    finally:
        daemon.ask_to_stop()
        thread.join(LIMIT_S)
        hardware.close()
        opened.store.close()


def _name(number: int) -> str:
    return f"desk {number}"


def _arriving(today: date) -> datetime:
    """When pupils come, on that date or the first day of school after it."""
    while today.weekday() > 4:
        today += timedelta(days=1)
    return datetime.combine(today, IN_ARRIVAL, LONDON).astimezone(UTC)


def _pupils(daemon: Daemon, doors: Doors) -> Pupils:
    waiting = iter(people())
    tapped: list[Person] = []

    def tap() -> None:
        person = next(waiting)
        tapped.append(person)
        daemon.post(Presented((Card(card_of(person).key),)))
        _until(daemon, lambda state: _cubby(state, person), "the tap opened nothing")

    def hand_in() -> None:
        person = tapped[-1]
        cubby = _cubby(daemon.standing().state, person)
        _until(daemon, lambda state: cubby in state.open_doors, "the door stayed shut")
        doors.shut(cubby)
        _until(daemon, lambda state: person.id in state.of_person, "nothing was handed in")

    return Pupils(tap, hand_in)


def _cubby(state: State, person: Person) -> int:
    """Which is being opened for somebody; 0 for none."""
    found = (one.cubby for one in state.transactions.values() if one.person == person.id)
    return next(found, 0)


def _until(daemon: Daemon, holds: Callable[[State], object], otherwise: str) -> None:
    give_up = time.monotonic() + LIMIT_S
    while not holds(daemon.standing().state):
        if time.monotonic() > give_up:
            raise LookupError(otherwise)
        time.sleep(0.0001)


@contextmanager
def _watched(address: str) -> Iterator[Callable[[], list[Answer]]]:
    """Browsers at work; what ends them, and tells what they were answered."""
    command = [sys.executable, "-m", "benchmarks.watchers", address]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=HERE, text=True, **pipes) as it:
        cast(IO[str], it.stdout).readline()  # they have signed in

        def stop() -> list[Answer]:
            told, _ = it.communicate("stop\n", timeout=LIMIT_S)
            return [Answer(*answer) for answer in json.loads(told)]

        yield stop


def _watch(address: str) -> None:
    """The other process: until a line comes in."""
    browsers = [Browser(urlsplit(address), number) for number in range(WATCHERS)]
    for browser in browsers:
        browser.sign_in()
    over = threading.Event()
    threads = [threading.Thread(target=browser.watch, args=(over,)) for browser in browsers]
    for thread in threads:
        thread.start()
    print("watching", flush=True)
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(list(itertools.chain(*(browser.answers for browser in browsers)))))


class Browser:
    """One of them, at an address of its own: one address may have few connections."""

    def __init__(self, kiosk: SplitResult, number: int) -> None:
        self.answers: list[Answer] = []
        self._origin = f"{kiosk.scheme}://{kiosk.netloc}"
        self._name = _name(number)
        self._lag_s = EVERY_S * number / WATCHERS
        self._cookie = self._mark = ""
        here = (f"127.0.0.{2 + number}", 0)
        self._client = http.client.HTTPConnection(
            str(kiosk.hostname), kiosk.port, timeout=LIMIT_S, source_address=here
        )

    def sign_in(self) -> None:
        """By the form."""
        page, text = self._asked("GET", "/sign-in")
        token = re.findall(r'name="csrf_token" value="([^"]*)"', text)[0]
        self._cookie = _cookie(page)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        form = urlencode({"name": self._name, "password": PASSWORD, "csrf_token": token})
        answer, _ = self._asked("POST", "/sign-in", form, headers)
        self._cookie = _cookie(answer)

    def watch(self, over: threading.Event) -> None:
        """Look every half second, as the page does. They were not all opened at one moment."""
        is_over = over.wait(self._lag_s)
        while not is_over:
            begun = time.perf_counter()
            answer = self._look()
            self._mark = answer.headers["ETag"]
            self.answers.append(Answer(answer.status, time.perf_counter() - begun))
            is_over = over.wait(EVERY_S)

    def _look(self) -> http.client.HTTPResponse:
        """A connection that the kiosk has closed meanwhile is opened anew, as a browser does."""
        asked = ("GET", "/cabinet/grid", None, {"If-None-Match": self._mark})
        try:
            return self._asked(*asked)[0]
        except (http.client.RemoteDisconnected, ConnectionError):
            self._client.close()
            return self._asked(*asked)[0]

    def _asked(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = NONE
    ) -> tuple[http.client.HTTPResponse, str]:
        self._client.request(method, path, body, {**headers, "Cookie": self._cookie})
        answer = self._client.getresponse()
        text = answer.read().decode()
        if answer.status not in (200, 303, 304):
            raise LookupError(f"{path} was answered with {answer.status}")
        return answer, text


def _cookie(answer: http.client.HTTPResponse) -> str:
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


if __name__ == "__main__":
    _watch(sys.argv[1])
