"""The simulated parts of one cabinet, put together, and hands on all of them."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.boards import BoardLocks, SerialBus, open_serial_bus
from hardware.ports import CardReader, Hands, Lights, LockBank
from hardware.rc522 import Wiring
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    HardwareSettings,
    ReaderSettings,
)
from hardware.simulated.boards import SimulatedBoard
from hardware.simulated.boards_fitted import simulated_board, simulated_bus
from hardware.simulated.boards_line import SimulatedLine
from hardware.simulated.cabinet import simulated_gpio, simulated_world
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.expander import simulated_expander
from hardware.simulated.faults import Breakable, board_breakables, toggle
from hardware.simulated.field import Field
from hardware.simulated.hands import DeviceParts, ReaderHand, ReaderParts, SimulatedHands
from hardware.simulated.keyboard import SimulatedKeyboard, simulated_keyboard_reader
from hardware.simulated.lights import SimulatedLights, simulated_lights
from hardware.simulated.rdm6300 import SimulatedRdm6300, simulated_rdm6300_reader
from hardware.simulated.reader import simulated_reader
from hardware.simulated.world import World

if TYPE_CHECKING:
    from hardware.factory import Timing


class Simulation:
    """Makes the simulated parts, each once. ``close`` ends what runs behind them.

    In real time a lock board's line is a pseudo-terminal, which pyserial opens as it would a real
    one. A clock that is turned by hand cannot wait for a device, so there it is an object.
    """

    def __init__(self, settings: HardwareSettings, timing: "Timing") -> None:
        self._settings = settings
        self._timing = timing
        self._reader: ReaderHand | None = None
        self._world: World | None = None
        self._lights: SimulatedLights | None = None
        self.has_weak_supply = False
        self._breakables = [Breakable.of("computer", "under-voltage", self, "has_weak_supply")]
        self._lines: dict[str, SerialBus] = {}
        self._running = ExitStack()

    def reader(self, reader: ReaderSettings) -> CardReader:
        """The reader's own driver on a simulated device."""
        timing = self._timing
        match reader.backend:
            case "rc522":
                field = Field(timing.now)
                chip = Mfrc522Chip(field, timing)
                self._reader = ReaderParts(field, chip)
                wiring = Wiring(reader.bus, reader.device, reader.reset_pin)
                return simulated_reader(chip, timing, wiring)
            case "keyboard":
                keyboard = SimulatedKeyboard(timing.now, reader.profile)
                self._reader = DeviceParts(keyboard)
                return simulated_keyboard_reader(keyboard, timing.now)
            case "rdm6300":
                module = SimulatedRdm6300(timing.now)
                self._reader = DeviceParts(module, (toggle("reader", "deaf", module.kill),))
                return simulated_rdm6300_reader(module, timing.now)

    def bank(self, bank: BankSettings) -> LockBank:
        """A bank's own driver on simulated lines, chips or boards."""
        timing, world = self._timing, self._cabinet()
        match bank.wiring:
            case ExpanderWiring() as wiring:
                chip = simulated_expander(
                    wiring, bank, world, after=timing.after, monotonic=timing.now
                )
                self._breakables += chip.breakables(bank.name)
                return chip.locks
            case BoardWiring() as wiring:
                return BoardLocks(wiring, bank.limits, self._line(wiring))
            case wiring:
                header = simulated_gpio(
                    wiring, bank, world, after=timing.after, monotonic=timing.now
                )
                self._breakables += header.breakables(bank.name)
                return header.locks

    def lights(self) -> Lights:
        """Lights that only remember."""
        self._lights = simulated_lights(self._settings, self._timing.now)
        return self._lights

    def hands(self) -> Hands:
        """Hands on all that was made."""
        return SimulatedHands(
            self._reader, self._world, self._breakables, lights=self._lights, now_ns=self._now_ns
        )

    def power_is_low(self) -> bool:
        """Whether the computer's own supply is too weak."""
        return self.has_weak_supply

    def close(self) -> None:
        """End what runs behind the parts. The cabinet's file stays."""
        self._running.close()

    def _now_ns(self) -> int:
        return round(self._timing.now() * 1e9)

    def _cabinet(self) -> World:
        if self._world is None:
            self._world = simulated_world(self._settings)
        return self._world

    def _line(self, wiring: BoardWiring) -> SerialBus:
        """The line of a board, made with all boards that are on it."""
        if wiring.port not in self._lines:
            boards = {
                bank.name: simulated_board(bank.wiring, bank.limits, self._cabinet(), self._now_ns)
                for bank in self._settings.banks
                if bank.simulated
                and isinstance(bank.wiring, BoardWiring)
                and bank.wiring.port == wiring.port
            }
            self._lines[wiring.port] = self._lay_line(wiring, boards)
        return self._lines[wiring.port]

    def _lay_line(self, wiring: BoardWiring, boards: dict[str, SimulatedBoard]) -> SerialBus:
        timing = self._timing
        bus, cable = simulated_bus(list(boards.values()), sleep=timing.sleep, monotonic=timing.now)
        socket: SimulatedLine | None = None
        if timing.sleep is time.sleep:
            socket = SimulatedLine(cable, self._settings.world.parent, Path(wiring.port).name)
            self._running.callback(socket.close)
            path = str(socket.path)
            bus = open_serial_bus(path, wiring.protocol, sleep=timing.sleep, monotonic=timing.now)
        for name, board in boards.items():
            self._breakables += board_breakables(name, board, cable, socket)
        return bus
