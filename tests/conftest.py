"""What several test modules share."""

import gc
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import scale
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from journal_disk import MoodyDisk
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.routing import Rule

from kiosk.drafting import Rules
from kiosk.events import Moment
from kiosk.model import Cubby
from kiosk.timetable import Day, Timetable

if TYPE_CHECKING:
    from storytelling import School

# The same examples in every run, however slow the machine is.
settings.register_profile("kiosk", derandomize=True, deadline=None, max_examples=scale.EXAMPLES)
settings.load_profile("kiosk")

# Twelve thousand tests stay where they are. To look for garbage among them while they are being
# collected, and then again and again, is a sixth of the run.
gc.disable()


def pytest_collection_finish() -> None:
    """They are never looked at again."""
    gc.freeze()
    gc.enable()


class CompiledOnce(BytecodeCache):
    """Templates that were compiled for one app need not be for the next: half of a page's test."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


class BuiltOnce:
    """What makes a route's addresses, compiled for one app, serves the next: most of making one."""

    def __init__(self) -> None:
        self._compile = Rule._compile_builder
        self._made: dict[Any, Any] = {}

    def __call__(self, rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in self._made:
            self._made[key] = self._compile(rule, append_unknown)
        return self._made[key]


_built_once = BuiltOnce()
Rule._compile_builder = lambda rule, unknown=True: _built_once(rule, unknown)  # type: ignore
Flask.jinja_options = {"bytecode_cache": CompiledOnce()}

LONDON = ZoneInfo("Europe/London")
SCHOOL_DAY = Day(time(8, 20), time(8, 50), time(15, 10), time(16, 30))


def make_rules(cubbies: int = 6, columns: int = 3, *, has_sensor: bool = True) -> Rules:
    """A school that is open on weekdays, and a cabinet."""
    return Rules(
        Timetable(LONDON, dict.fromkeys(range(5), SCHOOL_DAY)),
        {
            n: Cubby(n, (n - 1) // columns, (n - 1) % columns, has_sensor)
            for n in range(1, cubbies + 1)
        },
    )


class FakeClock:
    """A clock that moves when told to. It starts on Monday 2 March 2026 at 08:30, trusted."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
        self.mono = 1000.0
        self.boot = "boot-1"
        self.trusted = True

    def now(self) -> Moment:
        return Moment(self.at, self.mono, self.boot, self.trusted)

    def monotonic(self) -> float:
        return self.mono

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.mono += seconds

    def to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Move on to that reading of the clock on the wall."""
        wall = self.at.astimezone(LONDON).replace(hour=hour, minute=minute, second=0)
        self.advance((wall + timedelta(days=days) - self.at).total_seconds())

    def reboot(self) -> None:
        self.boot, self.mono = self.boot + "'", 5.0


@pytest.fixture
def short_path() -> Iterator[Path]:
    """An empty folder with a short name: the path of a socket in it has at most 107 bytes."""
    with TemporaryDirectory(prefix="k") as folder:
        yield Path(folder)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rules() -> Rules:
    return make_rules()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; the tests bring none of their own."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = [shutil.which(name) for name in names]
    path = next((p for p in found if p), None)
    if path is None:
        pytest.fail("There is no Chromium: apt install chromium")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium. Its own sandbox does not work for root, or in a container."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def disk() -> MoodyDisk:
    """A disk that fails when it is told to."""
    return MoodyDisk()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without cookies."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def school(tmp_path: Path) -> Iterator["School"]:
    """The school of the stories."""
    from storytelling import School  # here, as few tests need all that it imports

    told = School(tmp_path)
    yield told
    told.switch_off()
