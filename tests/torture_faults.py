"""A store whose every system call is, in turn, the last one, or the one that fails."""

import errno
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from journal_disk import QUICK_DISK
from torture_disk import CALLS, Acknowledge, RecordingDisk
from torture_workloads import Workload

from kiosk.journal import System

ERRORS = (errno.EIO, errno.ENOSPC, errno.EROFS)
SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "pwrite")
KILL, TORN, SIGKILL, SHORT = "kill", "torn", "SIGKILL", "short"


class Killed(BaseException):
    """The process would be dead now."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at the ``at``-th ``call`` (from 1; "any" counts all of them).

    ``what``: an errno; "short": half of a write is done; "kill": the call and all that follow are
    not done, and Killed is raised; "torn": the same after half of a write; "SIGKILL": a real one.
    """

    call: str = ""
    at: int = 0
    what: int | str = errno.EIO


class FaultySystem(System):
    """Does every call through another System, and counts it, until the fault is due.

    ``trace`` tells what became of each call: its name, its first argument, and whether it failed.
    """

    def __init__(self, fault: Fault | None = None, inner: System | None = None) -> None:
        self.calls: Counter[str] = Counter()
        self.trace: list[tuple[str, Any, bool]] = []
        self.is_dead = False
        self._fault = fault or Fault()
        self._inner = inner or System()
        for name in CALLS:
            setattr(self, name, partial(self._do, name))

    def acknowledge(self, token: Any) -> None:
        """Put an acknowledgement among the calls."""
        self.trace.append(("acknowledge", token, False))

    def _do(self, name: str, *args: Any) -> Any:
        real = getattr(self._inner, name)
        if self.is_dead:
            return self._after_death(name, real, args)
        self.calls.update((name, "any"))
        is_due = (
            self._fault.call in (name, "any") and self.calls[self._fault.call] == self._fault.at
        )
        if is_due:
            self.trace.append((name, args[0] if args else None, True))
            return self._fail(name, real, args)
        result = real(*args)
        self.trace.append((name, args[0] if args else None, False))
        return result

    def _after_death(self, name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if name == "close":  # the kernel does it for a process that dies
            return real(*args)
        raise Killed

    def _fail(self, name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        what = self._fault.what
        if what in (SHORT, TORN) and name in WRITES:
            written = real(args[0], args[1][: len(args[1]) // 2], *args[2:])
            if what == SHORT:
                return written
        if what == SIGKILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if isinstance(what, str):
            self.is_dead = True
            if name == "close":
                real(*args)
            raise Killed
        if name == "close":  # Linux has let go of the descriptor, whatever it answers
            real(*args)
        if name in SYNCS and isinstance(self._inner, RecordingDisk):
            self._inner.failed_sync(args[0])
        raise OSError(what, os.strerror(what))


@dataclass
class Outcome:
    """How a campaign went: how many trials, and what was wrong, each in a sentence."""

    count: int = 0
    failures: list[str] = field(default_factory=list)
    note: str = ""

    def add(self, wrong: str | None, where: object = "") -> None:
        """Count a trial."""
        self.count += 1
        if wrong:
            self.failures.append(f"{where}: {wrong}" if where else wrong)

    def merge(self, other: "Outcome") -> "Outcome":
        """Count the trials of another campaign too."""
        self.count += other.count
        self.failures += other.failures
        return self


@contextmanager
def quick_folder() -> Iterator[Path]:
    """An empty folder, in memory where there is such a place."""
    with TemporaryDirectory(dir=QUICK_DISK) as folder:
        yield Path(folder)


def judge(workload: Workload, folder: Path, acknowledged: Sequence[Any]) -> str | None:
    """What the workload's check says; an exception from it is a failure too."""
    try:
        return workload.check(folder, acknowledged)
    except Exception as fault:
        return f"the check ended in {fault!r}"


def attempt(
    workload: Workload, folder: Path, system: System, acknowledge: Acknowledge
) -> str | None:
    """Run until the fault ends it; what is wrong with how it ended, or None."""
    try:
        workload.run(folder, system, acknowledge)
    except Killed:
        return None
    except workload.refusals:
        return None
    except Exception as fault:
        return f"ended in {fault!r}, which is not a refusal"
    return None


def calls_of(workload: Workload) -> Counter[str]:
    """How many calls of each kind the workload makes when nothing fails."""
    with quick_folder() as folder:
        workload.prepare(folder)
        system = FaultySystem()
        workload.run(folder, system, system.acknowledge)
    return system.calls


def every_fault(calls: Counter[str], errors: Sequence[int | str] = ERRORS) -> Iterator[Fault]:
    """An error at the k-th call of each kind, for all k; short writes too."""
    for call in sorted(set(calls) - {"any", "urandom"}):
        whats = (*errors, SHORT) if call in WRITES else errors
        for at in range(1, calls[call] + 1):
            yield from (Fault(call, at, what) for what in whats)


def every_kill(calls: Counter[str]) -> Iterator[Fault]:
    """Death before every call, and in the middle of every write."""
    yield from (Fault("any", at, KILL) for at in range(1, calls["any"] + 1))
    for call in WRITES:
        yield from (Fault(call, at, TORN) for at in range(1, calls[call] + 1))


def every_sigkill(calls: Counter[str], step: int = 1) -> Iterator[Fault]:
    """A real kill -9 before every call, or one in ``step``."""
    yield from (Fault("any", at, SIGKILL) for at in range(1, calls["any"] + 1, step))


def fault_campaign(
    workload: Workload, faults: Callable[[Counter[str]], Iterator[Fault]]
) -> Outcome:
    """Run the workload once with each fault, and check what is left each time."""
    outcome = Outcome()
    for fault in faults(calls_of(workload)):
        with quick_folder() as folder:
            workload.prepare(folder)
            acknowledged: list[Any] = []
            if fault.what == SIGKILL:
                acknowledged, wrong = in_child(workload, folder, fault)
            else:
                wrong = attempt(workload, folder, FaultySystem(fault), acknowledged.append)
            outcome.add(wrong or judge(workload, folder, acknowledged), fault)
    return outcome


def in_child(workload: Workload, folder: Path, fault: Fault) -> tuple[list[Any], str | None]:
    """Run in a process of its own, which the fault kills; what it acknowledged, what was wrong."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        run_and_exit(workload, folder, FaultySystem(fault), writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        sent = pipe.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    wrong = None if ended == -signal.SIGKILL else f"the child ended by itself, with {ended}"
    return received(sent), wrong


def run_and_exit(workload: Workload, folder: Path, system: System, pipe: int) -> None:
    """The life of a child: run, send each acknowledgement down the pipe, and be gone."""
    status = 1
    try:
        workload.run(folder, system, lambda token: send(pipe, token))
        status = 0
    finally:
        os._exit(status)


def send(pipe: int, token: Any) -> None:
    """One acknowledgement, in one write: a pipe takes it wholly or not at all."""
    os.write(pipe, json.dumps(token).encode("ascii") + b"\n")


def received(sent: bytes) -> list[Any]:
    """The acknowledgements that came through a pipe."""
    return [json.loads(line) for line in sent.splitlines(keepends=True) if line.endswith(b"\n")]


def sync_errors(workload: Workload) -> Outcome:
    """Every sync fails once: nothing is promised and nothing synced on its handle after it."""
    outcome = Outcome()
    for fault in every_fault(calls_of(workload), (errno.EIO,)):
        if fault.call not in SYNCS:
            continue
        with quick_folder() as folder:
            workload.prepare(folder)
            system = FaultySystem(fault)
            acknowledged: list[Any] = []

            def acknowledge(
                token: Any, system: FaultySystem = system, acknowledged: list[Any] = acknowledged
            ) -> None:
                system.acknowledge(token)
                acknowledged.append(token)

            wrong = attempt(workload, folder, system, acknowledge)
            wrong = wrong or after_failed_sync(system.trace)
            outcome.add(wrong or judge(workload, folder, acknowledged), fault)
    return outcome


def after_failed_sync(trace: Sequence[tuple[str, Any, bool]]) -> str | None:
    """What was done on a handle after its sync had failed, if anything that must not be."""
    failed: Any = None
    for call, argument, has_failed in trace:
        if call in SYNCS and has_failed:
            failed = argument
        elif failed is None:
            continue
        elif call == "close" and argument == failed:
            return None
        elif call in SYNCS and argument == failed:
            return "a second sync was tried on the descriptor whose sync had failed"
        elif call == "acknowledge":
            return f"operation {argument} was acknowledged after a failed sync"
    return None
