"""The process that turns everything off when the daemon dies or hangs."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.simulated.world import World
from kiosk.guard import (
    BEAT,
    BETWEEN_TRIES_S,
    GOODBYE,
    NO_PULSE,
    PULSE,
    TRIES,
    Verdict,
    start,
    turn_off,
    watch,
)

MS = 1_000_000
LIMIT_S = 20

# A daemon in small: a guard, one line that is on, and orders on its standard input.
DAEMON = """
import atexit, fcntl, os, select, sys, threading, time
from functools import partial
from pathlib import Path
from hardware.off import all_off, prepare_all_off
from hardware.settings import (
    BankSettings, GpioWiring, HardwareSettings, LockPins, ReaderSettings
)
from hardware.simulated.world import World
from kiosk import guard

folder, hang_s = Path(sys.argv[1]), float(sys.argv[2])
wiring = GpioWiring({1: LockPins(101), 2: LockPins(102)})
banks = (BankSettings("main", wiring, simulated=True),)
settings = HardwareSettings(ReaderSettings("rc522", simulated=True), banks, folder / "world")

def prepare():
    prepare_all_off(settings)
    (folder / "preparing").touch()  # renamed once closed: who sees it sees no open file
    (folder / "preparing").rename(folder / "prepared")

fcntl.flock(held := open(folder / "lock", "w"), fcntl.LOCK_EX)
daemon = os.getpid()
atexit.register(lambda: (folder / f"exited-{os.getpid() == daemon}").touch())
guarded = guard.start(partial(all_off, settings), hang_s=hang_s, prepare=prepare)
World.create(settings.world, [1, 2]).switch(1, True, time.monotonic_ns())
print(guarded.pid, flush=True)
while True:
    if select.select([0], [], [], hang_s / 20)[0]:
        order = os.read(0, 1)
        if not order:
            break
        elif order == b"s":
            guarded.stop()
        elif order == b"f" and os.fork() == 0:
            os._exit(len(os.read(0, 1)))
        print(guarded.alive(), flush=True)
    guarded.beat()
"""


@dataclass(slots=True)
class Daemon:
    process: "subprocess.Popen[bytes]"
    guard_pid: int
    guard_pidfd: int
    folder: Path
    world: World

    def order(self, letter: bytes) -> bool:
        """Carry out an order; whether its guard is alive afterwards."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(letter)
        return self.process.stdout.readline() == b"True\n"

    def guard_has_left(self) -> bool:
        poll = select.poll()
        poll.register(self.guard_pidfd, select.POLLIN)
        return bool(poll.poll(LIMIT_S * 1000))


@contextmanager
def running(folder: Path, hang_s: float) -> Iterator[Daemon]:
    command = [sys.executable, "-c", DAEMON, str(folder), str(hang_s)]
    with subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        pidfd = os.pidfd_open(pid)
        try:
            eventually((folder / "prepared").exists)
            yield Daemon(process, pid, pidfd, folder, World.open(folder / "world"))
        finally:
            process.kill()
            os.close(pidfd)


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < end
        select.select([], [], [], 0.005)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with running(tmp_path, hang_s=60) as daemon:
        yield daemon


def test_a_killed_daemon_leaves_no_line_on(daemon: Daemon) -> None:
    assert daemon.world.lines_on() == {1}
    killed_at = time.monotonic_ns()
    daemon.process.kill()
    assert daemon.guard_has_left()
    assert daemon.world.lines_on() == frozenset()
    assert daemon.world.state(1).off_at_ns - killed_at < 100 * MS


def test_a_daemon_that_ends_without_goodbye_leaves_no_line_on(daemon: Daemon) -> None:
    assert daemon.process.stdin is not None
    daemon.process.stdin.close()
    assert daemon.guard_has_left()
    assert daemon.world.lines_on() == frozenset()


def test_a_killed_daemon_whose_child_lives_on_leaves_no_line_on(daemon: Daemon) -> None:
    daemon.order(b"f")
    daemon.process.kill()
    assert daemon.guard_has_left()
    assert daemon.world.lines_on() == frozenset()


def test_signals_for_the_whole_group_do_not_end_the_guard(daemon: Daemon) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT):
        os.kill(daemon.guard_pid, number)
    daemon.process.kill()
    assert daemon.guard_has_left()
    assert daemon.world.lines_on() == frozenset()


def test_a_daemon_that_hangs_is_killed_and_its_lines_turned_off(tmp_path: Path) -> None:
    with running(tmp_path, hang_s=1) as daemon:
        stopped_at = time.monotonic_ns()
        daemon.process.send_signal(signal.SIGSTOP)
        assert daemon.guard_has_left()
        assert daemon.process.wait(LIMIT_S) == -signal.SIGKILL
        assert daemon.world.lines_on() == frozenset()
        assert daemon.world.state(1).off_at_ns - stopped_at < 1100 * MS


def test_a_goodbye_leaves_no_guard_and_turns_nothing_off(daemon: Daemon) -> None:
    assert daemon.order(b"s") is False
    assert daemon.guard_has_left()
    assert not Path(f"/proc/{daemon.guard_pid}").exists()
    assert daemon.order(b"s") is False
    assert daemon.world.lines_on() == {1}


def test_a_guard_that_was_killed_is_missed_and_hurts_nobody(daemon: Daemon) -> None:
    assert daemon.order(b"?") is True
    os.kill(daemon.guard_pid, signal.SIGKILL)
    assert daemon.guard_has_left()
    assert daemon.order(b"?") is False
    assert daemon.order(b"s") is False
    assert daemon.process.poll() is None


def test_the_guard_has_a_session_and_a_name_of_its_own(daemon: Daemon) -> None:
    assert os.getsid(daemon.guard_pid) == daemon.guard_pid
    assert Path(f"/proc/{daemon.guard_pid}/comm").read_text() == "kiosk-guard\n"


def test_the_guard_holds_no_file_of_the_daemon(daemon: Daemon) -> None:
    files = Path(f"/proc/{daemon.guard_pid}/fd")
    assert sorted(os.readlink(fd).partition(":")[0] for fd in files.iterdir()) == [
        "/dev/null",
        "/dev/null",
        "/dev/null",
        "anon_inode",
        "pipe",
    ]


def test_the_guard_runs_no_exit_handler_of_the_daemon(daemon: Daemon) -> None:
    daemon.process.kill()
    assert daemon.guard_has_left()
    assert list(daemon.folder.glob("exited-*")) == []


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def living() -> Iterator[int]:
    pidfd = os.pidfd_open(os.getpid())
    yield pidfd
    os.close(pidfd)


def test_a_goodbye_behind_many_beats_is_heard(pipe: tuple[int, int], living: int) -> None:
    os.write(pipe[1], BEAT * 9 + GOODBYE)
    assert watch(pipe[0], living, 60) is Verdict.LEFT


def test_silence_is_a_daemon_that_hangs(pipe: tuple[int, int], living: int) -> None:
    os.write(pipe[1], BEAT)
    assert watch(pipe[0], living, 0.01) is Verdict.HUNG


def test_a_pulse_whose_end_is_not_told_is_a_daemon_that_hangs(
    pipe: tuple[int, int], living: int
) -> None:
    os.write(pipe[1], BEAT + PULSE)
    assert watch(pipe[0], living, 60, pulse_s=0.01) is Verdict.HUNG


@pytest.mark.parametrize("told", [PULSE + NO_PULSE, PULSE + BEAT + NO_PULSE, BEAT])
def test_a_pulse_that_is_over_is_waited_for_no_more(
    pipe: tuple[int, int], living: int, told: bytes
) -> None:
    os.write(pipe[1], told + GOODBYE)
    assert watch(pipe[0], living, 60, pulse_s=0.0) is Verdict.LEFT


def test_a_pipe_that_nobody_holds_is_a_daemon_that_died(living: int) -> None:
    hears, says = os.pipe()
    os.close(says)
    assert watch(hears, living, 60) is Verdict.DIED
    os.close(hears)


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (3, True), (TRIES, False)])
def test_what_cannot_be_turned_off_is_tried_again(
    failures: int, succeeds: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    outcomes = iter([OSError("line busy")] * failures)
    waits: list[float] = []

    def all_off() -> None:
        if error := next(outcomes, None):
            raise error

    assert turn_off(all_off, waits.append) is succeeds
    assert waits == [BETWEEN_TRIES_S] * min(failures, TRIES - 1)
    complaint = "kiosk-guard: could not turn everything off: OSError('line busy')\n"
    assert capfd.readouterr().err == complaint * failures


def test_it_is_not_started_beside_a_thread() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="before any thread"):
            start(lambda: None)
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("hang_s", [0, -1, float("nan")])
def test_it_needs_a_time_limit(hang_s: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        start(lambda: None, hang_s=hang_s)
