"""The MCP23017 as its registers behave, by its data sheet, and the I2C bus it hangs on."""

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hardware.expander.locks import ExpanderLocks
from hardware.gpio.timer import After
from hardware.ports import Door
from hardware.settings import BankSettings, ExpanderWiring
from hardware.simulated.faults import Breakable, momentary
from hardware.simulated.world import World

# The registers of one port, in the order of their addresses (DS20001952, tables 3-2 and 3-3).
_PORT_REGISTERS = "IODIR IPOL GPINTEN DEFVAL INTCON IOCON GPPU INTF INTCAP GPIO OLAT"
_KINDS = _PORT_REGISTERS.split()
_BANK_1 = 0x80
_READ_ONLY = ("INTF", "INTCAP")


class SimulatedMcp23017:
    """A chip whose lines drive coils of the world and read its door switches.

    Not modelled: interrupts, and the byte mode of IOCON.SEQOP. A chip keeps its outputs when the
    process that drove it dies, so one whose coils are on in the world comes up driving them.

    Faults to set: ``is_unplugged`` (no power: everything forgotten, every line let go) and
    ``is_silent`` (SDA is stuck: nothing gets through, the outputs stay).
    """

    def __init__(self, world: World, wiring: ExpanderWiring, *, now_ns: Callable[[], int]) -> None:
        self.is_silent = False
        self._is_unplugged = False
        self._world = world
        self._wiring = wiring
        self._now_ns = now_ns
        self._clear()
        if world.lines_on(now_ns()) & wiring.cubbies:
            self._take_up()

    @property
    def is_unplugged(self) -> bool:
        """Whether its cable is out, power and all."""
        return self._is_unplugged

    @is_unplugged.setter
    def is_unplugged(self, unplugged: bool) -> None:
        self._is_unplugged = unplugged
        if unplugged:
            self.reset()

    def reset(self) -> None:
        """RESET, or a dip of the supply: every register as after power-up, every line an input."""
        self._clear()
        self._drive()

    def read(self, address: int) -> int:
        """One register's value. Raises OSError while nothing gets through."""
        self._check()
        kind, port = self._register(address)
        if kind == "GPIO":
            return self._port_level(port)
        return self._registers[kind][port]

    def write(self, address: int, value: int) -> None:
        """Set a register. Raises OSError while nothing gets through."""
        self._check()
        kind, port = self._register(address)
        if kind == "IOCON":
            self._registers[kind] = [value, value]  # one register at two addresses
        elif kind == "GPIO":
            self._registers["OLAT"][port] = value
        elif kind not in _READ_ONLY:
            self._registers[kind][port] = value
        self._drive()

    def _clear(self) -> None:
        self._registers = {kind: [0, 0] for kind in _KINDS}
        self._registers["IODIR"] = [0xFF, 0xFF]

    def _take_up(self) -> None:
        on = self._world.lines_on(self._now_ns())
        for cubby, pins in self._wiring.pins.items():
            self._registers["IODIR"][pins.lock // 8] &= ~(1 << pins.lock % 8)
            if (cubby in on) == self._wiring.active_high:
                self._registers["OLAT"][pins.lock // 8] |= 1 << pins.lock % 8

    def _check(self) -> None:
        if self.is_unplugged:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        if self.is_silent:
            raise OSError(errno.ETIMEDOUT, "Connection timed out")

    def _register(self, address: int) -> tuple[str, int]:
        """Which one is at an address: port A's and B's in turn, or a bank for each."""
        if self._registers["IOCON"][0] & _BANK_1:
            kind, port = address & 0x0F, address >> 4
        else:
            kind, port = divmod(address, 2)
        if kind >= len(_KINDS) or port > 1:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return _KINDS[kind], port

    def _is(self, kind: str, line: int) -> bool:
        return bool(self._registers[kind][line // 8] >> line % 8 & 1)

    def _port_level(self, port: int) -> int:
        lines = range(8 * port, 8 * port + 8)
        level = sum(1 << line % 8 for line in lines if self._level(line))
        return level ^ self._registers["IPOL"][port] & self._registers["IODIR"][port]

    def _level(self, line: int) -> bool:
        """The level at a line. An open switch without its pull-up floats: low, to be found out."""
        if not self._is("IODIR", line):
            return self._is("OLAT", line)
        for cubby, pins in self._wiring.pins.items():
            if line == pins.lock:
                return not self._wiring.active_high  # the driver's resistor
            if line == pins.door and self._makes(cubby):
                return False
        return self._is("GPPU", line)

    def _makes(self, cubby: int) -> bool:
        """Whether the door's switch pulls its line to ground."""
        closed_is_low = self._wiring.closed_is_low
        door = self._world.door_level(cubby, self._now_ns(), shut_makes=closed_is_low)
        return (door is Door.CLOSED) is closed_is_low

    def _drive(self) -> None:
        """Tell the world what the lock lines do now; those that go off come first."""
        drives = {cubby: self._drives(pins.lock) for cubby, pins in self._wiring.pins.items()}
        for cubby, on in sorted(drives.items(), key=lambda item: item[1]):
            self._world.switch(cubby, on, self._now_ns())

    def _drives(self, line: int) -> bool:
        is_output = not self._is("IODIR", line)
        return is_output and self._is("OLAT", line) == self._wiring.active_high


class SimulatedI2cBus:
    """As much of ``smbus2.SMBus`` as the drivers use, with chips at their addresses."""

    def __init__(self, chips: Mapping[int, SimulatedMcp23017]) -> None:
        self.transfers = 0
        self._chips = chips
        self._is_closed = False

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """One register."""
        return self.read_i2c_block_data(i2c_addr, register, 1)[0]

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """Set one register."""
        self.write_i2c_block_data(i2c_addr, register, [value])

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]:
        """Registers in a row."""
        chip = self._chip(i2c_addr)
        return [chip.read(register + n) for n in range(length)]

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int]) -> None:
        """Set registers in a row."""
        chip = self._chip(i2c_addr)
        for n, value in enumerate(data):
            chip.write(register + n, value)

    def close(self) -> None:
        """Transfers fail from now on."""
        self._is_closed = True

    def _chip(self, address: int) -> SimulatedMcp23017:
        if self._is_closed:
            raise OSError(errno.EBADF, "Bad file descriptor")
        self.transfers += 1
        if address not in self._chips:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return self._chips[address]


@dataclass(frozen=True, slots=True)
class SimulatedExpander:
    """The real bank on a simulated chip, with the chip and its bus."""

    locks: ExpanderLocks
    chip: SimulatedMcp23017
    bus: SimulatedI2cBus

    def breakables(self, bank: str) -> list[Breakable]:
        """How it can break. ``bank``: its name."""
        part = f"bank {bank}"
        return [
            Breakable.of(part, "unplugged", self.chip, "is_unplugged"),
            Breakable.of(part, "silent", self.chip, "is_silent"),
            momentary(part, "reset", self.chip.reset),
        ]


def simulated_expander(
    wiring: ExpanderWiring,
    bank: BankSettings,
    world: World,
    *,
    after: After,
    monotonic: Callable[[], float],
) -> SimulatedExpander:
    """Locks on a simulated expander. Setting it up turns off what an earlier process left on.

    Raises:
        ValueError: the limits cannot be promised.
        LockFault: two cubbies share a line.
    """
    chip = SimulatedMcp23017(world, wiring, now_ns=lambda: round(monotonic() * 1e9))
    bus = SimulatedI2cBus({wiring.address: chip})
    locks = ExpanderLocks(wiring, bank.limits, bus, after=after, monotonic=monotonic)
    return SimulatedExpander(locks, chip, bus)
