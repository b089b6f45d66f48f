"""Turning a board's locks off from outside: when the process that drove them is gone."""

from hardware.boards.board import Board
from hardware.boards.bus import SerialBus
from hardware.boards.dialects import dialect_of, name_of
from hardware.settings import BoardWiring


def board_off(wiring: BoardWiring, pulse_s: float, bus: SerialBus) -> None:
    """Turn every coil of a board off, and be told that they are. The bus is left afterwards.

    A Kerong or an 8A board cannot be told: its pulses end by themselves, and nothing is done.

    Raises:
        BankLost: nobody answers, or the port is gone.
        LockFault: the board answers nonsense, or a coil stays on.
        ValueError: see ``BoardLocks``.
    """
    bus.join()
    try:
        Board(name_of(wiring), bus, dialect_of(wiring, pulse_s)).end_all()
    finally:
        bus.leave()
