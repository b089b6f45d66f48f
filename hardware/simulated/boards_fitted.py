"""Simulated lock boards as the settings want them, on a simulated line: for the factory."""

from collections.abc import Callable, Sequence

from hardware.boards.bus import SerialBus
from hardware.ports import LockLimits
from hardware.settings import BoardWiring
from hardware.simulated.boards import Fitting, SimulatedBoard
from hardware.simulated.boards_8a import Simulated8a, Ways
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.boards_kerong import SimulatedKerong
from hardware.simulated.boards_kerong48 import SimulatedKerong48
from hardware.simulated.boards_waveshare import SimulatedWaveshare
from hardware.simulated.world import World


def simulated_board(
    wiring: BoardWiring, limits: LockLimits, world: World, now_ns: Callable[[], int]
) -> SimulatedBoard:
    """The smallest board of that kind that has all the locks, set to the pulse of ``limits``.

    ``now_ns``: CLOCK_MONOTONIC in nanoseconds.
    """
    fitting = Fitting(
        world,
        {channel: cubby for cubby, channel in wiring.channels.items()},
        now_ns,
        pulse_ns=round(limits.pulse_s * 1e9),
        shut_makes=wiring.closed_bit,
    )
    highest = max(wiring.channels.values())
    if wiring.protocol == "kerong":
        return SimulatedKerong(wiring.address, fitting)
    if wiring.protocol == "kerong48":
        return SimulatedKerong48(wiring.address, fitting)
    if wiring.protocol == "board8a":
        return Simulated8a(wiring.address, fitting, Ways(status_bytes=3 if highest <= 24 else 7))
    relays = next(size for size in (8, 16, 32) if highest <= size)
    return SimulatedWaveshare(wiring.address, fitting, relays)


def simulated_bus(
    boards: Sequence[SimulatedBoard],
    *,
    sleep: Callable[[float], None],
    monotonic: Callable[[], float],
) -> tuple[SerialBus, SimulatedCable]:
    """A line with these boards on it, for their ``BoardLocks``; and the cable, to be pulled."""
    cable = SimulatedCable(boards)
    return SerialBus(lambda: cable.open(sleep), sleep, monotonic), cable
