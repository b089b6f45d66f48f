"""Turns every coil off from a process that does not own the locks: the guard, the stop-hook."""

import contextlib
import importlib
import logging
import time
from collections.abc import Callable

from hardware.errors import LockFault
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
)

log = logging.getLogger(__name__)

Now = Callable[[], float]


def prepare_all_off(settings: HardwareSettings) -> None:
    """Import what ``all_off`` will need, so that it acts within milliseconds.

    For GPIO that starts a thread of lgpio's, so a guard calls this after its fork, not before.

    Raises:
        BackendUnavailable: this machine cannot run a backend.
    """
    for bank in settings.banks:
        if bank.simulated:
            importlib.import_module("hardware.simulated.world")
        elif isinstance(bank.wiring, ExpanderWiring):
            importlib.import_module("hardware.expander.off")
        elif isinstance(bank.wiring, GpioWiring):
            from hardware.gpio.lgpio_factory import load_lgpio

            importlib.import_module("hardware.gpio.off")
            load_lgpio()
        else:
            importlib.import_module("hardware.boards.off")


def all_off(settings: HardwareSettings, now: Now = time.monotonic) -> None:
    """Turn every coil off. May be called again.

    Lines and ports belong to one process: this works once their owner is dead. Every bank is
    tried, those first whose pulses nobody else ends. Boards that time their pulses come last, as
    they may take seconds; they are told once, where they know such a word, and what they answer is
    logged: their pulses end by themselves, and asking again would only be in a new owner's way.

    Raises:
        LockFault: some lines could not be turned off; the message names them all.
        BackendUnavailable: this machine cannot run a backend, or the simulated cabinet's file is
            something else.
    """
    lines = [bank for bank in settings.banks if not _times_itself(bank)]
    faults: dict[str, Exception] = {}
    for bank in lines:
        try:
            _bank_off(bank, settings, now)
        except Exception as fault:  # whatever it is, the next bank is turned off too
            faults[bank.name] = fault
    for bank in settings.banks:
        if bank not in lines:
            _tell_board(bank, settings, now)
    if len(faults) == 1 and len(settings.banks) == 1:
        raise next(iter(faults.values()))
    if faults:
        raise LockFault("; ".join(f"bank {name}: {fault}" for name, fault in faults.items()))


def _times_itself(bank: BankSettings) -> bool:
    return isinstance(bank.wiring, BoardWiring) and not bank.simulated


def _tell_board(bank: BankSettings, settings: HardwareSettings, now: Now) -> None:
    try:
        _bank_off(bank, settings, now)
    except Exception as fault:
        log.warning("bank %s could not be told to end its pulses: %s", bank.name, fault)


def _bank_off(bank: BankSettings, settings: HardwareSettings, now: Now) -> None:
    match bank.wiring:
        case wiring if bank.simulated:
            from hardware.simulated.world import World

            if settings.world.exists():  # no file, no coil that could be on
                world = World.open(settings.world)
                world.all_off(round(now() * 1e9), wiring.cubbies & world.cubbies)
        case ExpanderWiring() as wiring:
            from hardware.expander.off import expander_off

            expander_off(wiring)
        case GpioWiring() as wiring:
            from hardware.gpio.lgpio_factory import open_lgpio_factory
            from hardware.gpio.off import drive_off

            with contextlib.closing(open_lgpio_factory()) as pins:
                drive_off(wiring, pins)
        case BoardWiring() as wiring:
            from hardware.boards import open_serial_bus
            from hardware.boards.off import board_off

            bus = open_serial_bus(wiring.port, wiring.protocol, sleep=time.sleep, monotonic=now)
            board_off(wiring, bank.limits.pulse_s, bus)
