"""From a tap taken by the daemon until its sign is before the pupil, in milliseconds.

It is the whole way: the decision, the record durable, the ring, the answer to a screen that waits
over the loopback, and where there is a Chromium, the page that draws it.
"""

import http.client
import itertools
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, cast
from urllib.parse import urlsplit

from benchmarks.figure import Effort, Figure, Report
from kiosk.bootstrap import OpenRecord, make_daemon, open_hardware
from kiosk.clock import SystemClock
from kiosk.daemon import Daemon
from kiosk.demo.school import demo_config
from kiosk.guard import Guard
from kiosk.keys import new_keys
from kiosk.messages.sensed import Card, Presented
from kiosk.policy.signals import STEADY_S

BUDGET_MS = 300
PACE_S = STEADY_S + 0.1  # a page that changed just now keeps still on purpose
LIMIT_S = 30.0
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# The moment at which the page has drawn each new sign, by the machine's clock.
WATCH = """() => {
    window.drawn = [];
    new MutationObserver(() => requestAnimationFrame(() => {
        window.drawn.push(performance.timeOrigin + performance.now());
    })).observe(document.getElementById("sign"), { childList: true });
}"""
DRAWN = "() => window.drawn.length"
LAST = "() => window.drawn.at(-1)"


def measure(effort: Effort) -> Report:
    """The medians over all taps, to a client without eyes and to a page."""
    rounds = max(2, effort.runs * effort.rounds // 4)
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as name, _running(Path(name)) as it:
        figures = [_figure("a client's hands", _to_a_client(*it, rounds))]
        if browser := next(filter(None, map(shutil.which, BROWSERS)), None):
            figures.append(_figure("a browser's page", _to_a_page(*it, rounds, browser)))
    return Report(figures)


def _figure(where: str, taken: list[float]) -> Figure:
    return Figure(f"a tap until its sign is in {where}: ms", median(taken) * 1000, BUDGET_MS)


class NoGuard:
    """Nothing here has to be turned off."""

    def beat(self) -> None: ...

    def pulsing(self, begins: bool) -> None: ...

    def alive(self) -> bool:
        return True


@contextmanager
def _running(folder: Path) -> Iterator[tuple[Callable[[], None], str]]:
    """A simulated kiosk at work: what taps a card there that nobody owns, and its address."""
    config = demo_config(folder)
    new_keys(config.kiosk.key_dir)
    opened = OpenRecord.of(config, SystemClock())
    hardware = open_hardware(config)
    daemon, web = make_daemon(opened, hardware, cast(Guard, NoGuard()))
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield _tapping(daemon), web.address
    finally:
        daemon.ask_to_stop()
        thread.join(LIMIT_S)
        hardware.close()
        opened.store.close()


def _tapping(daemon: Daemon) -> Callable[[], None]:
    numbers = itertools.count()
    return lambda: daemon.post(Presented((Card(f"{next(numbers):032x}"),)))


def _to_a_client(tap: Callable[[], None], address: str, rounds: int) -> list[float]:
    parts = urlsplit(address)
    client = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=LIMIT_S)
    mark, taken = _other_than("", client), []
    with ThreadPoolExecutor(1) as pool:
        for _ in range(rounds):
            waiting = pool.submit(_other_than, mark, client)
            time.sleep(PACE_S)
            begun = time.perf_counter()
            tap()
            mark = waiting.result(LIMIT_S)
            taken.append(time.perf_counter() - begun)
    client.close()
    return taken


def _other_than(mark: str, client: http.client.HTTPConnection) -> str:
    """The mark of what is shown, once it is another."""
    found = mark
    while found == mark:
        client.request("GET", "/screen/now", headers={"If-None-Match": mark})
        answer = client.getresponse()
        answer.read()
        found = answer.headers["ETag"]
    return found


def _to_a_page(tap: Callable[[], None], address: str, rounds: int, browser: str) -> list[float]:
    from playwright.sync_api import sync_playwright  # a client needs none

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"{address}/screen")
        page.evaluate(WATCH)
        taken = [_until_drawn(page, tap) for _ in range(rounds)]
        chromium.close()
    return taken


def _until_drawn(page: Any, tap: Callable[[], None]) -> float:
    time.sleep(PACE_S)
    before = page.evaluate(DRAWN)
    begun = time.time()
    tap()
    while page.evaluate(DRAWN) == before:
        time.sleep(0.005)
    return float(page.evaluate(LAST)) / 1000 - begun
