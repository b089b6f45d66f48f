"""The process that turns everything off when the daemon dies or hangs.

A Raspberry Pi keeps its outputs driven after the process that set them is gone, and a coil that
stays on burns. So the daemon forks this guard before anything else. It does nothing but wait: on a
pipe, for a heartbeat, a goodbye, or the silence of a daemon that hangs; and on the daemon's pidfd,
which tells of its death even while some child of it still holds the pipe. Linux 5.3 or later.
"""

import contextlib
import gc
import math
import os
import select
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NoReturn

BEAT = b"."
GOODBYE = b"q"
PULSE = b"p"
NO_PULSE = b"o"

# A machine that was frozen wakes up with every time limit past. So the daemon is given the
# limit in parts, and has to let all of them pass.
PARTS = 2

# A line may be held for a moment longer by a process that is being torn down.
TRIES = 20
BETWEEN_TRIES_S = 0.05

# How long a killed daemon may take to die, and a guard to leave, before it goes on without.
DEATH_S = 1.0
LEAVE_S = 2.0

# What a shell, a terminal or a service manager may send to the whole group; SIGABRT is systemd's
# when its watchdog had no ping, and just then the guard is needed.
IGNORED = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGABRT,
    signal.SIGTERM,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGTSTP,
)


class Verdict(Enum):
    """How the daemon ended."""

    LEFT = "left"
    DIED = "died"
    HUNG = "hung"


class Guard:
    """The daemon's side. Belongs to the process that started it."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        os.set_blocking(pipe, False)
        # A file object, not a number: after stop() the number may be another file's.
        self._pipe = open(pipe, "wb", buffering=0)  # noqa: SIM115
        self._pidfd = os.pidfd_open(pid)

    def beat(self) -> None:
        """Say that the daemon is well. One short write; never waits, never raises.

        To be called several times in half of ``hang_s``. A full pipe or a guard that is gone is
        no reason to stop: ask ``alive``.
        """
        with contextlib.suppress(OSError, ValueError):
            self._pipe.write(BEAT)

    def pulsing(self, begins: bool) -> None:
        """Say that a pulse is under way, or (not ``begins``) that none is left. Never waits, never
        raises.

        To be said again and again while one is: a daemon that falls silent for ``pulse_s`` then is
        killed, as a coil must not stay on for as long as a daemon may hang.
        """
        with contextlib.suppress(OSError, ValueError):
            self._pipe.write(PULSE if begins else NO_PULSE)

    def alive(self) -> bool:
        """Whether the guard is there."""
        return not self._pipe.closed and not _is_ready(self._pidfd, 0)

    def stop(self) -> None:
        """Say goodbye and see the guard off: it turns nothing off. A second call does nothing."""
        if self._pipe.closed:
            return
        with contextlib.suppress(OSError):
            self._pipe.write(GOODBYE)
        self._pipe.close()
        if not _is_ready(self._pidfd, LEAVE_S):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # somebody else has reaped it
            os.waitpid(self.pid, 0)
        os.close(self._pidfd)


def start(
    all_off: Callable[[], None],
    *,
    hang_s: float = 5.0,
    pulse_s: float = 5.0,
    prepare: Callable[[], None] = lambda: None,
) -> Guard:
    """Fork the guard. To be called before any thread is started.

    ``all_off`` turns everything off, may be called again after a failure, and opens whatever it
    needs: the guard holds no file of the daemon's. ``prepare`` runs once in the guard, for what
    must not be loaded before a fork; ``all_off`` should find everything imported. After ``hang_s``
    seconds without a beat the daemon is killed, and after ``pulse_s`` without a word of a pulse
    that is under way.

    Raises:
        RuntimeError: there are threads already.
        ValueError: ``hang_s`` is not above 0.
        OSError: the system has no processes or pipes left.
    """
    if not hang_s > 0:
        raise ValueError(f"hang_s is {hang_s}: it must be above 0")
    if threading.active_count() > 1:
        raise RuntimeError("the guard must be started before any thread")
    daemon = os.pidfd_open(os.getpid())
    hears, says = os.pipe()
    with _signals_held():
        pid = os.fork()
        if pid == 0:
            _live(hears, daemon, all_off, prepare, hang_s, pulse_s)
    os.close(hears)
    os.close(daemon)
    return Guard(pid, says)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """The guard must not run one of the daemon's handlers before it has its own."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(
    pipe: int,
    daemon: int,
    all_off: Callable[[], None],
    prepare: Callable[[], None],
    hang_s: float,
    pulse_s: float,
) -> NoReturn:
    """The guard's whole life. It leaves by _exit: the daemon's exit handlers are not its own."""
    done = False
    try:
        _cut_loose(pipe, daemon)
        _attempt(prepare, "could not prepare")
        done = _act(watch(pipe, daemon, hang_s, pulse_s), daemon, all_off)
    except BaseException:
        _say(traceback.format_exc())
    finally:
        os._exit(0 if done else 1)


def _cut_loose(*keep: int) -> None:
    """Become a process of its own: session, signals, files, name."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    gc.disable()  # the daemon's objects are not to be finalised here
    _close_all_but(*keep)
    _take_precedence()
    with contextlib.suppress(OSError), open("/proc/self/comm", "w") as name:
        name.write("kiosk-guard")


def _take_precedence() -> None:
    """Run before all that is not urgent: a coil must not stay on because the machine is busy. Where
    the system does not allow it (the unit does, by LimitRTPRIO=) the guard waits its turn."""
    urgent = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, urgent, os.sched_param(os.sched_get_priority_min(os.SCHED_FIFO)))


def _close_all_but(*keep: int) -> None:
    """Keep stderr and these. Above all, a file lock of the daemon's must not outlive it here."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    kept = sorted({2, *keep})
    for low, high in zip(kept, [*kept[1:], os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(low + 1, high)


def watch(pipe: int, daemon: int, hang_s: float, pulse_s: float = math.inf) -> Verdict:
    """Wait for the end of the daemon. ``daemon`` is its pidfd; it hangs after ``hang_s`` without a
    word, or ``pulse_s`` after its last word of a pulse that is under way."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    poll.register(daemon, select.POLLIN)
    silent, off_by = 0, math.inf
    while silent < PARTS and time.monotonic() < off_by:
        wait_s = min(hang_s / PARTS, off_by - time.monotonic())
        ready = {fd for fd, _ in poll.poll(max(0.0, wait_s) * 1000)}
        if pipe in ready:
            heard = os.read(pipe, 4096)
            if GOODBYE in heard:
                return Verdict.LEFT
            if not heard:
                return Verdict.DIED
            off_by = _off_by(heard, off_by, pulse_s)
        elif ready:
            return Verdict.DIED
        elif wait_s == hang_s / PARTS:
            silent += 1
        silent = 0 if ready else silent
    return Verdict.HUNG


def _off_by(heard: bytes, before: float, pulse_s: float) -> float:
    """By when the end of the last pulse has to be told; infinity while there is none."""
    last = max(heard.rfind(PULSE), heard.rfind(NO_PULSE))
    if last < 0:
        return before
    return time.monotonic() + pulse_s if heard[last : last + 1] == PULSE else math.inf


def _act(verdict: Verdict, daemon: int, all_off: Callable[[], None]) -> bool:
    if verdict is Verdict.LEFT:
        return True
    if verdict is Verdict.HUNG:
        _say("the daemon hangs: killing it")
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(daemon, signal.SIGKILL)
        _is_ready(daemon, DEATH_S)
    done = turn_off(all_off, time.sleep)
    _say(f"the daemon {verdict.value}: everything {'is' if done else 'COULD NOT BE'} turned off")
    return done


def turn_off(all_off: Callable[[], None], sleep: Callable[[float], None]) -> bool:
    """Call ``all_off`` until it succeeds, ``TRIES`` times at most. Whether it did."""
    for tries_left in reversed(range(TRIES)):
        if _attempt(all_off, "could not turn everything off"):
            return True
        if tries_left:
            sleep(BETWEEN_TRIES_S)
    return False


def _attempt(act: Callable[[], None], otherwise: str) -> bool:
    try:
        act()
    except Exception as error:
        _say(f"{otherwise}: {error!r}")
        return False
    return True


def _is_ready(pidfd: int, wait_s: float) -> bool:
    """Whether the process has ended, or does within the time."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(wait_s * 1000))


def _say(text: str) -> None:
    """To stderr and nowhere else: the daemon's log handlers are not the guard's."""
    with contextlib.suppress(OSError):
        os.write(2, f"kiosk-guard: {text}\n".encode())
