"""Builds the hardware that the settings name, and turns it all off from outside.

A backend is imported when it is chosen, and not before. One that this machine cannot run is an
error, never a reason to simulate.
"""

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardware.gpio.pins import limit_faults, pin_faults
from hardware.gpio.timer import After, after_in_thread
from hardware.ports import CardReader, Hardware, LockBank
from hardware.settings import HardwareSettings

if TYPE_CHECKING:
    from hardware.simulated.hands import ReaderParts
    from hardware.simulated.world import World


@dataclass(frozen=True, slots=True)
class Timing:
    """Time for all hardware. ``now``: monotonic seconds; ``after``: starts the timers that end
    pulses; ``advance`` is told how long the simulated chip's work took, for a virtual clock."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    after: After = after_in_thread
    advance: Callable[[float], None] = lambda seconds: None


REAL_TIME = Timing()


def build(settings: HardwareSettings, timing: Timing = REAL_TIME) -> Hardware:
    """The hardware, ready for use. Its owner closes the reader and the locks.

    A reader that does not answer is no error here: its first ``read`` says so.

    Raises:
        ValueError: pins or limits cannot be used; every reason is in the message.
        BackendUnavailable: this machine cannot run a chosen backend, or the simulated cabinet's
            file is something else.
        LockFault: a lock's line could not be claimed.
    """
    if faults := [*pin_faults(settings), *limit_faults(settings.locks.limits)]:
        raise ValueError("\n".join(faults))
    reader, parts = _build_reader(settings, timing)
    try:
        locks, world = _build_locks(settings, timing)
    except BaseException:
        reader.close()
        raise
    hardware = Hardware(reader, locks, warnings=_warnings(settings))
    if parts is not None or world is not None:
        from hardware.simulated.hands import SimulatedHands

        hardware.hands = SimulatedHands(parts, world)
    return hardware


def build_reader(settings: HardwareSettings, timing: Timing = REAL_TIME) -> CardReader:
    """The reader alone, closed by whoever asked for it. A simulated one never sees a card.

    Raises:
        BackendUnavailable: this machine cannot run the backend.
    """
    return _build_reader(settings, timing)[0]


def prepare_all_off(settings: HardwareSettings) -> None:
    """Import what ``all_off`` will need, so that it acts within milliseconds.

    For GPIO that starts a thread of lgpio's, so a guard calls this after its fork, not before.

    Raises:
        BackendUnavailable: this machine cannot run the backend.
    """
    if settings.locks.backend == "simulated":
        importlib.import_module("hardware.simulated.world")
        return
    from hardware.gpio.lgpio_factory import load_lgpio

    importlib.import_module("hardware.gpio.off")
    load_lgpio()


def all_off(settings: HardwareSettings, now: Callable[[], float] = time.monotonic) -> None:
    """Turn every coil off, from a process that does not own the locks. May be called again.

    GPIO lines belong to one process: this works once their owner is dead. Every line is tried.

    Raises:
        LockFault: some lines could not be turned off; the message names them all.
        BackendUnavailable: this machine cannot run the backend, or the simulated cabinet's file is
            something else.
    """
    if settings.locks.backend == "simulated":
        from hardware.simulated.world import World

        if settings.world.exists():  # no file, no coil that could be on
            World.open(settings.world).all_off(round(now() * 1e9))
        return
    from hardware.gpio.lgpio_factory import open_lgpio_factory
    from hardware.gpio.off import drive_off

    pins = open_lgpio_factory()
    try:
        drive_off(settings.locks, pins)
    finally:
        pins.close()


def _build_reader(
    settings: HardwareSettings, timing: Timing
) -> "tuple[CardReader, ReaderParts | None]":
    from hardware.rc522 import Wiring, open_rc522

    reader = settings.reader
    wiring = Wiring(reader.bus, reader.device, reader.reset_pin)
    if reader.backend == "rc522":
        return open_rc522(wiring, timing.sleep, timing.now), None
    from hardware.simulated.chip import Mfrc522Chip
    from hardware.simulated.field import Field
    from hardware.simulated.hands import ReaderParts
    from hardware.simulated.reader import simulated_reader

    field = Field(timing.now)
    chip = Mfrc522Chip(field, timing)
    return simulated_reader(chip, timing, wiring), ReaderParts(field, chip)


def _build_locks(settings: HardwareSettings, timing: Timing) -> "tuple[LockBank, World | None]":
    if settings.locks.backend == "simulated":
        from hardware.simulated.cabinet import simulated_locks

        return simulated_locks(settings, after=timing.after, monotonic=timing.now)
    from hardware.gpio.lgpio_factory import open_lgpio_factory
    from hardware.gpio.locks import GpioLocks

    pins = open_lgpio_factory()
    return GpioLocks(settings.locks, pins, after=timing.after, monotonic=timing.now), None


def _warnings(settings: HardwareSettings) -> list[str]:
    if settings.locks.backend == "simulated":
        return []
    from hardware.gpio.kernel import output_warnings

    return output_warnings()
