"""One MCP23017 whose outputs drive locks, and which is set up so that no line ever blips.

Like a coil, it is touched by its owner, by timers and by whoever a signal interrupted, so nothing
here takes a lock. What each line is to be is written down first, each in a place of its own; then
its port is written from all of those, and again until what the chip holds is what is written down
then. Whoever comes last therefore leaves the chip right, and no writer undoes another's: one that
wrote an old value because it was interrupted looks once more. Such a value is there for one
transfer, less than a millisecond, which moves no solenoid.
"""

import contextlib
import errno

from hardware.expander.bus import I2cBus
from hardware.expander.registers import IOCON_OF_BANK_1, LINES, PORTS, Register
from hardware.settings import ExpanderWiring

# A port that does not hold what was written to it is written again, so often.
ATTEMPTS = 5


class Mcp23017:
    """The chip at ``wiring.address``. Lines 0 to 7 are A0 to A7, 8 to 15 are B0 to B7.

    Lock lines are outputs; all others are inputs, pulled up by some 100 kOhm (data sheet 1.4).
    Every method but ``all_off`` raises OSError when the chip does not answer.
    """

    def __init__(self, bus: I2cBus, wiring: ExpanderWiring) -> None:
        self._bus = bus
        self._address = wiring.address
        self._locks = sorted(pins.lock for pins in wiring.pins.values())
        self._inputs = ~_mask(self._locks) & _mask(range(LINES))
        self._off = not wiring.active_high
        self._levels = dict.fromkeys(self._locks, self._off)

    def set_up(self) -> None:
        """Turn every lock off, then make its line an output: also one that was on before."""
        # Whatever BANK is, this makes it 0; with BANK = 0 the first write changes nothing.
        self._bus.write_byte_data(self._address, IOCON_OF_BANK_1, 0)
        self._bus.write_byte_data(self._address, Register.IOCON, 0)
        self._want_all_off()
        self._write(Register.OLAT, _mask(self._locks) if self._off else 0)
        self._write(Register.IPOL, 0)
        self._write(Register.GPPU, self._inputs)
        self._write(Register.IODIR, self._inputs)
        for port in PORTS:
            self._push(port)

    def is_set_up(self) -> bool:
        """Whether it is as ``set_up`` left it. After a reset every line is an input."""
        return self._read(Register.IODIR) == self._inputs

    def drive(self, line: int, level: bool) -> None:
        """Set the level of a lock's line.

        Raises:
            OSError: the chip does not answer, or does not hold what was written to it.
        """
        self._levels[line] = level
        self._push(line // 8)

    def levels(self) -> int:
        """The levels of all lines now, line n in bit n."""
        return self._read(Register.GPIO)

    def all_off(self) -> bool:
        """Turn every lock off: whether that is sure. Never raises; both ports are tried."""
        self._want_all_off()
        ports_off = 0
        for port in PORTS:
            with contextlib.suppress(Exception):
                self._push(port)
                ports_off += 1
        return ports_off == len(PORTS)

    def close(self) -> None:
        """Let go of the bus."""
        self._bus.close()

    def _want_all_off(self) -> None:
        for line in self._locks:
            self._levels[line] = self._off

    def _push(self, port: int) -> None:
        """Write one port until the chip holds what is wanted."""
        for _ in range(ATTEMPTS):
            wanted = self._wanted(port)
            self._bus.write_byte_data(self._address, Register.OLAT + port, wanted)
            held = self._bus.read_byte_data(self._address, Register.OLAT + port)
            if held == wanted == self._wanted(port):
                return
        raise OSError(errno.EIO, f"port {'AB'[port]} does not hold what was written to it")

    def _wanted(self, port: int) -> int:
        return sum(
            1 << line % 8 for line in self._locks if line // 8 == port and self._levels[line]
        )

    def _read(self, register: Register) -> int:
        low, high = self._bus.read_i2c_block_data(self._address, register, 2)
        return low | high << 8

    def _write(self, register: Register, value: int) -> None:
        self._bus.write_i2c_block_data(self._address, register, [value & 0xFF, value >> 8])


def _mask(lines: "range | list[int]") -> int:
    return sum(1 << line for line in lines)
