"""A daemon that is killed in the middle of a pulse: how soon every coil is off.

The coils are simulated, in a file that outlives every process, as a Raspberry Pi's outputs and an
expander's do. So is a lock board, whose pulses end by the board's own timer.
"""

import faulthandler
import os
import random
import select
import signal
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from torture_faults import Outcome

from hardware.factory import build
from hardware.off import all_off, prepare_all_off
from hardware.ports import LockLimits
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
)
from hardware.simulated.world import World
from kiosk import guard
from kiosk.acts import Pulse
from kiosk.fittings import ROOM_S, TURNING_OFF_S
from kiosk.loops import BusLoop
from kiosk.messages import Message
from kiosk.messages.sensed import Pulsed
from kiosk.pulsing import Pulsing

LIMIT_S = 0.1
PULSE_S = 0.3
START_S = 20.0
STARTS = 10
# The least room between a pulse and its ceiling that a config may leave.
LIMITS = LockLimits(pulse_s=PULSE_S, ceiling_s=PULSE_S + ROOM_S, rest_s=0.0, max_concurrent=4)
# For how long the guard may hear nothing of a pulse; it is told of it so often.
SILENCE_S = ROOM_S - TURNING_OFF_S
BEAT_S = 0.02
FREEZE_LIMIT_S = SILENCE_S + LIMIT_S

HEADER = GpioWiring({1: LockPins(101), 2: LockPins(102)})
EXPANDER = ExpanderWiring({5: LockPins(0), 6: LockPins(1)})
# Whose pulses nobody ends but the kiosk.
OURS = HEADER.cubbies | EXPANDER.cubbies

# Ends a daemon, and says when it was signalled, and since when it is dead, or was asked to end: in
# ns, monotonic. How long a busy machine takes to end a process that was killed is not the guard's
# doing; both times are told.
Death = Callable[[int], tuple[int, int]]


def settings_in(folder: Path) -> HardwareSettings:
    """Two locks on a header, two on an expander and two on a lock board, all of them simulated."""
    board = BoardWiring("kerong", "board", 0, {3: 1, 4: 2})
    return HardwareSettings(
        ReaderSettings("rc522", simulated=True),
        (
            BankSettings("header", HEADER, LIMITS, simulated=True),
            BankSettings("expander", EXPANDER, LIMITS, simulated=True),
            BankSettings("board", board, LIMITS, simulated=True),
        ),
        folder / "world",
        max_concurrent=4,
    )


def kill(pid: int) -> tuple[int, int]:
    """As by kill -9, or by the kernel when memory runs out."""
    return _dead(pid, signal.SIGKILL)


def crash(pid: int) -> tuple[int, int]:
    """As a fault in a library does."""
    return _dead(pid, signal.SIGSEGV)


def terminate(pid: int) -> tuple[int, int]:
    """As the service manager does."""
    asked_ns = time.monotonic_ns()
    os.kill(pid, signal.SIGTERM)
    return asked_ns, asked_ns


def freeze(pid: int) -> tuple[int, int]:
    """As where a process is stopped, or its memory is on a disk that does not answer. The guard
    hears it by its silence, and kills it."""
    frozen_ns = time.monotonic_ns()
    os.kill(pid, signal.SIGSTOP)
    return frozen_ns, frozen_ns


def _dead(pid: int, by: signal.Signals) -> tuple[int, int]:
    signalled_ns = time.monotonic_ns()
    os.kill(pid, by)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return signalled_ns, time.monotonic_ns()


def pulse_campaign(
    rounds: int,
    seed: int,
    die: Death = kill,
    *,
    is_guarded: bool = True,
    limit_s: float = LIMIT_S,
) -> Outcome:
    """Let a daemon die in mid-pulse so many times. Each coil on the header and the expander has
    to be off ``limit_s`` later, and each on the board when the board's own timer says so."""
    outcome, rng = Outcome(), random.Random(seed)
    took, took_in_all, in_mid_pulse = list[float](), list[float](), 0
    for _ in range(rounds):
        with TemporaryDirectory(prefix="pulse-") as folder:
            settings = settings_in(Path(folder))
            delay_s = rng.uniform(0, PULSE_S / 3)
            death = _one_death(settings, delay_s, die, is_guarded)
        off_after_s, in_all_s, was_on, broken = death
        late = f"a coil was on {off_after_s * 1e3:.0f} ms later" if off_after_s > limit_s else None
        took.append(off_after_s)
        took_in_all.append(in_all_s)
        in_mid_pulse += was_on
        outcome.add("; ".join(broken) or late, f"death {outcome.count + 1}")
    outcome.note = (
        f"off {_told(took)} after the death; {_told(took_in_all)} after the signal;"
        f" {in_mid_pulse} with a coil on"
    )
    return outcome


def _told(times_s: Sequence[float]) -> str:
    return f"{statistics.median(times_s) * 1e3:.1f} ms ({max(times_s) * 1e3:.1f} at worst)"


def _one_death(
    settings: HardwareSettings, delay_s: float, die: Death, is_guarded: bool
) -> tuple[float, float, bool, list[str]]:
    """Seconds from the daemon's death, and from its signal, until a coil of ours was last on;
    whether one was on then, as a slow machine may be late; every promise broken in its life."""
    pid = _in_mid_pulse(settings, is_guarded)
    time.sleep(delay_s)
    world = World.open(settings.world)
    was_on = bool(world.lines_on(time.monotonic_ns()) & OURS)
    signalled_ns, died_ns = die(pid)
    os.waitpid(pid, 0)
    give_up_ns = died_ns + round((LIMITS.ceiling_s + LIMIT_S) * 1e9)
    on_ns = died_ns  # when a coil of ours was last seen on: whoever looks may be late itself
    while (lines := world.lines_on(now_ns := time.monotonic_ns())) and now_ns < give_up_ns:
        on_ns = now_ns if lines & OURS else on_ns
        time.sleep(0.0005)
    broken = world.violations(LIMITS, now_ns)
    return (on_ns - died_ns) / 1e9, (on_ns - signalled_ns) / 1e9, was_on, broken


def _in_mid_pulse(settings: HardwareSettings, is_guarded: bool) -> int:
    """A daemon that pulses now; its process id. On a busy machine the board may be found silent:
    then it is begun anew, as the service manager does."""
    for _ in range(STARTS):
        hears, says = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(hears)
            _live(settings, says, is_guarded)
        os.close(says)
        select.select([hears], [], [], START_S)
        pulses = os.read(hears, 1)
        os.close(hears)
        if pulses:
            return pid
        os.waitpid(pid, 0)
    raise RuntimeError(f"the daemon ended before it pulsed, {STARTS} times")


def _teller(bank: str, pulsing: Pulsing) -> Callable[[bool], None]:
    return (lambda is_on: None) if bank == "board" else partial(pulsing.hear, bank)


def _live(settings: HardwareSettings, says: int, is_guarded: bool) -> None:
    """The child's whole life: a guard, the hardware, a pulse of each bank by the loops of the
    kiosk, and a wait for the end."""
    faulthandler.disable()  # a crash on purpose needs no report
    try:
        if is_guarded:
            watcher = guard.start(
                partial(all_off, settings),
                hang_s=60,
                pulse_s=SILENCE_S,
                prepare=partial(prepare_all_off, settings),
            )
        hardware = build(settings)

        def end(number: int, frame: object) -> None:
            hardware.all_off()
            os._exit(0)

        signal.signal(signal.SIGTERM, end)
        pulsing = Pulsing(watcher.pulsing if is_guarded else lambda is_on: None)
        pulsed: list[Message] = []
        buses = [
            BusLoop(name, bank, pulsed.append, time.monotonic, _teller(name, pulsing), BEAT_S)
            for name, bank in hardware.banks.items()
        ]
        for bus in buses:
            bus.find_doors()
            bus.ask(Pulse(min(bus.cubbies), cause=1))
        while sum(isinstance(message, Pulsed) for message in pulsed) < len(buses):
            for bus in buses:
                bus.round()
        os.write(says, b"!")
        while True:
            for bus in buses:
                bus.round()
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(1)
