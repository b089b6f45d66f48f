"""Every kind of lock bank on a bench, each its own driver on simulated hardware.

A new backend adds one line to ``BACKENDS``: a function that builds it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from expander_fixtures import expander_bench
from lgpio_fixtures import lgpio_bench
from lock_fixtures import Bench, Time, hardware_settings, simulated_bench

from hardware.boards.locks import BoardLocks
from hardware.settings import BankSettings, BoardProtocol, BoardWiring, GpioWiring
from hardware.simulated.boards_fitted import simulated_board, simulated_bus
from hardware.simulated.cabinet import simulated_world

Build = Callable[[Path, BankSettings], Bench]


def board_bench(protocol: BoardProtocol, folder: Path, bank: BankSettings) -> Bench:
    """The bank's cubbies as the locks of one board, numbered from 2, that it is not the same."""
    on_header = bank.wiring
    assert isinstance(on_header, GpioWiring)
    channels = {cubby: n for n, cubby in enumerate(sorted(on_header.pins), start=2)}
    wiring = BoardWiring(protocol, "line", 1, channels, sensors=bool(on_header.sensed))
    time = Time()
    world = simulated_world(hardware_settings(folder, bank))
    board = simulated_board(wiring, bank.limits, world, lambda: round(time.now() * 1e9))
    bus, _ = simulated_bus([board], sleep=time.pass_by, monotonic=time.monotonic)
    locks = BoardLocks(wiring, bank.limits, bus)
    return Bench(locks, world, time, ends_pulses=protocol == "waveshare")


BACKENDS: Mapping[str, Build] = {
    "gpio": simulated_bench,
    "lgpio": lgpio_bench,
    "expander": expander_bench,
    "kerong": partial(board_bench, "kerong"),
    "kerong48": partial(board_bench, "kerong48"),
    "board8a": partial(board_bench, "board8a"),
    "waveshare": partial(board_bench, "waveshare"),
}
