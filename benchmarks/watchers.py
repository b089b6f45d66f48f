"""Twenty browsers that watch the cabinet's page of a kiosk with a year on record, while pupils tap:
how long the page's changing part takes, and what that does to a tap.

The browsers are threads of another process, as they are other machines' in a school.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import IO, Any, cast
from urllib.parse import urlencode, urlsplit

from benchmarks.figure import Effort, Figure, Report
from benchmarks.screen import LIMIT_S, NoGuard
from benchmarks.tap import ARRIVING
from benchmarks.year import card_of, make_year, people
from kiosk.bootstrap import OpenRecord, make_daemon, open_hardware
from kiosk.clock import SkippingClock, SystemClock
from kiosk.daemon import Daemon
from kiosk.demo.school import demo_config
from kiosk.guard import Guard
from kiosk.keys import new_keys
from kiosk.messages.commands import SaveUser
from kiosk.messages.sensed import Card, Presented
from kiosk.model import User
from kiosk.passwords import hash_password

HERE = Path(__file__).parent.parent
WATCHERS = 20
EVERY_S = 0.5  # as the page asks
TAP_EVERY_S = 0.25
CUBBIES = 24
NAME, PASSWORD = "desk", "three random words"


def measure(effort: Effort) -> Report:
    """The 99th percentile of the page, and the tap's median against the one without watchers."""
    taps = max(4, effort.runs * effort.rounds // 2)
    with (
        tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as name,
        _running(Path(name), effort.sizes[-1]) as (daemon, address),
    ):
        tap = _tapping(daemon)
        idle = [_timed(tap) for _ in range(taps)]
        with _watched(address) as stop:
            watched = [_timed(tap) for _ in range(taps)]
            pages = stop()
    page_ms = sorted(pages)[len(pages) * 99 // 100] * 1000
    return Report(
        [
            Figure(f"the cabinet's page, {WATCHERS} browsers watching: p99, ms", page_ms, 100),
            Figure("a tap meanwhile: ratio to an idle one", median(watched) / median(idle), 1.3),
        ]
    )


def _timed(work: Callable[[], None]) -> float:
    time.sleep(TAP_EVERY_S)
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def _running(folder: Path, events: int) -> Iterator[tuple[Daemon, str]]:
    config = demo_config(folder, CUBBIES)
    make_year(config.kiosk.data, events, config.kiosk.id, new_keys(config.kiosk.key_dir))
    opened = OpenRecord.of(config, SkippingClock(SystemClock(), ARRIVING))
    opened.core.take(SaveUser("console", User("ab", NAME, hash_password(PASSWORD), ("reception",))))
    hardware = open_hardware(config)
    daemon, web = make_daemon(opened, hardware, cast(Guard, NoGuard()))
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield daemon, web.address
    finally:
        daemon.ask_to_stop()
        thread.join(LIMIT_S)
        hardware.close()
        opened.store.close()


def _tapping(daemon: Daemon) -> Callable[[], None]:
    """What taps one pupil's card after another's, and returns once the kiosk has answered."""
    cards = itertools.cycle(card_of(person).key for person in people())

    def tap() -> None:
        before = daemon.standing().state.seq
        daemon.post(Presented((Card(next(cards)),)))
        give_up = time.monotonic() + LIMIT_S
        while daemon.standing().state.seq == before and time.monotonic() < give_up:
            time.sleep(0.0001)

    return tap


@contextmanager
def _watched(address: str) -> Iterator[Callable[[], list[float]]]:
    """Browsers at work; what ends them, and tells how long each answer took, in seconds."""
    command = [sys.executable, "-m", "benchmarks.watchers", address]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=HERE, text=True, **pipes) as it:
        cast(IO[str], it.stdout).readline()  # they have signed in

        def stop() -> list[float]:
            told, _ = it.communicate("stop\n", timeout=LIMIT_S)
            return cast(list[float], json.loads(told))

        yield stop


def _watch(address: str) -> None:
    """The other process: until a line comes in."""
    parts = urlsplit(address)
    cookie, taken, over = _signed_in(parts), list[float](), threading.Event()
    threads = [
        threading.Thread(target=_browse, args=(parts, cookie, taken, over)) for _ in range(WATCHERS)
    ]
    for thread in threads:
        thread.start()
    print("watching", flush=True)
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(taken))


def _browse(parts: Any, cookie: str, taken: list[float], over: threading.Event) -> None:
    """Look every half second, as the page does. A connection that the kiosk has closed meanwhile is
    opened anew, as a browser does."""
    client = http.client.HTTPConnection(parts.hostname, parts.port, timeout=LIMIT_S)
    mark, is_over = "", False
    while not is_over:
        begun = time.perf_counter()
        headers = {"Cookie": cookie, "If-None-Match": mark}
        try:
            mark = _answer(client, "GET", "/cabinet/grid", headers=headers).headers["ETag"]
        except (http.client.RemoteDisconnected, ConnectionError):
            client.close()
            mark = _answer(client, "GET", "/cabinet/grid", headers=headers).headers["ETag"]
        taken.append(time.perf_counter() - begun)
        is_over = over.wait(EVERY_S)


def _answer(client: http.client.HTTPConnection, *asked: Any, **more: Any) -> Any:
    client.request(*asked, **more)
    answer = client.getresponse()
    answer.body = answer.read().decode()  # type: ignore[attr-defined]
    if answer.status not in (200, 303, 304):
        raise LookupError(f"{asked[1]} was answered with {answer.status}")
    return answer


def _signed_in(parts: Any) -> str:
    """The cookie of somebody who has signed in by the form."""
    client = http.client.HTTPConnection(parts.hostname, parts.port, timeout=LIMIT_S)
    page = _answer(client, "GET", "/sign-in")
    token = re.findall(r'name="csrf_token" value="([^"]*)"', page.body)[0]
    headers = {
        "Cookie": _cookie(page),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"{parts.scheme}://{parts.netloc}",
    }
    form = urlencode({"name": NAME, "password": PASSWORD, "csrf_token": token})
    return _cookie(_answer(client, "POST", "/sign-in", form, headers))


def _cookie(answer: Any) -> str:
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


if __name__ == "__main__":
    _watch(sys.argv[1])
