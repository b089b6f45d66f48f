"""A simulated Kerong CU16: 16 locks, ``02 ADDR CMD [data] 03 SUM``."""

from hardware.simulated.boards import Fitting, SimulatedBoard

LOCKS = 16


class SimulatedKerong(SimulatedBoard):
    """``answers_unlock``: it says its status after an unlock, as one public program expects."""

    def __init__(self, address: int, fitting: Fitting, *, answers_unlock: bool = False) -> None:
        super().__init__(address, fitting)
        self.answers_unlock = answers_unlock
        self.occupied = 0  # what the infrared sensors see, a bit a lock

    def _size(self, data: bytes) -> int:
        if data[0] != 0x02:
            return 0
        return 7 if data[2:3] == b"\x37" else 5

    def _is_right(self, frame: bytes) -> bool:
        return frame[-2] == 0x03 and frame[-1] == sum(frame[:-1]) % 256

    def _is_for_us(self, frame: bytes) -> bool:
        return frame[1] >> 4 in (self.address, 0xF)

    def _obey(self, frame: bytes) -> bytes:
        command, lock = frame[2], (frame[1] & 0x0F) + 1
        if command == 0x30:
            return self._status(0x35)
        if command == 0x32:
            return self._status(0x36)
        if command == 0x31:
            self.pulse(lock)
            return self._status(0x35) if self.answers_unlock else b""
        if command == 0x33:
            for each in range(1, LOCKS + 1):
                self.pulse(each)
        return b""

    def _status(self, command: int) -> bytes:
        hooks = self.bits(self.bit, 2)
        body = bytes([0x02, self.address << 4, command, *hooks])
        body += self.occupied.to_bytes(2, "little") + b"\x03"
        return body + bytes([sum(body) % 256])
