"""A simulated Kerong CU48: 48 locks, ``02 DEV LOCK CMD 03 SUM``."""

from hardware.simulated.boards import SimulatedBoard


class SimulatedKerong48(SimulatedBoard):
    """It answers a status, and no open."""

    def _size(self, data: bytes) -> int:
        return 6 if data[0] == 0x02 else 0

    def _is_right(self, frame: bytes) -> bool:
        return frame[-2] == 0x03 and frame[-1] == sum(frame[:-1]) % 256

    def _is_for_us(self, frame: bytes) -> bool:
        return frame[1] == self.address

    def _obey(self, frame: bytes) -> bytes:
        lock, command = frame[2], frame[3]
        if command == 0x61:
            self.pulse(lock + 1)
            return b""
        if command == 0x60:
            body = bytes([0x02, self.address, lock, 0x75, 0x06, *self.bits(self.bit, 6), 0x03])
            return body + bytes([sum(body) % 256])
        return b""
