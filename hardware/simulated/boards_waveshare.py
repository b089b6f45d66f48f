"""A simulated Waveshare Modbus RTU relay board, with an input for each relay."""

from hardware.simulated.boards import Fitting, SimulatedBoard

_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3


class SimulatedWaveshare(SimulatedBoard):
    """``relays``: how many it has, 8, 16 or 32."""

    def __init__(self, address: int, fitting: Fitting, relays: int = 8) -> None:
        super().__init__(address, fitting)
        self.relays = relays

    def _size(self, data: bytes) -> int:
        return 8

    def _is_right(self, frame: bytes) -> bool:
        return _crc(frame[:-2]) == frame[-2:]

    def _is_for_us(self, frame: bytes) -> bool:
        return frame[0] == self.address

    def _obey(self, frame: bytes) -> bytes:
        function = frame[1]
        at, value = int.from_bytes(frame[2:4]), int.from_bytes(frame[4:6])
        if function in (1, 2):
            return self._read(function, at, value)
        if function == 5:
            return self._write(at, value) or frame
        return self._refuse(function, _ILLEGAL_FUNCTION)

    def _read(self, function: int, at: int, count: int) -> bytes:
        if not 0 < count <= self.relays - at:
            return self._refuse(function, _ILLEGAL_ADDRESS)
        size = (count + 7) // 8
        of = self.is_on if function == 1 else self.bit
        levels = self.bits(lambda n: n <= at + count and of(n), size, first=at + 1)
        return self._checked(bytes([self.address, function, size]) + levels)

    def _write(self, at: int, value: int) -> bytes | None:
        """A refusal, or None when it is done."""
        page, relay = at >> 8, (at & 0xFF) + 1
        if relay > self.relays and at != 0x00FF:
            return self._refuse(5, _ILLEGAL_ADDRESS)
        if page == 2:
            self.pulse(relay, value * 100_000_000)
        elif page == 0 and value in (0x0000, 0xFF00):
            for each in range(1, self.relays + 1) if at == 0x00FF else (relay,):
                self.hold(each, value == 0xFF00)
        else:
            return self._refuse(5, _ILLEGAL_VALUE if page == 0 else _ILLEGAL_ADDRESS)
        return None

    def _refuse(self, function: int, why: int) -> bytes:
        return self._checked(bytes([self.address, function | 0x80, why]))

    def _checked(self, body: bytes) -> bytes:
        return body + _crc(body)


def _crc(data: bytes) -> bytes:
    """By table, unlike the driver's."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return bytes([crc & 0xFF, crc >> 8])


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_TABLE = [_entry(byte) for byte in range(256)]
