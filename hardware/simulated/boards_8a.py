"""A simulated "8A" board: ``HEAD BOARD LOCK FN XOR``, in the ways that its makers differ."""

from dataclasses import dataclass

from hardware.simulated.boards import Fitting, SimulatedBoard


@dataclass(frozen=True, slots=True)
class Ways:
    """How one make differs from another.

    ``status_bytes``: in its answer about all locks, 0: it gives none; ``low_first``: their first
    one has locks 1 to 8; ``set_is_11``: a set bit there is what is 11 in the answer about one
    lock. ``reports``: it tells of a door that moved, unasked, before its next answer.
    """

    status_bytes: int = 3
    low_first: bool = True
    set_is_11: bool = True
    reports: bool = False


class Simulated8a(SimulatedBoard):
    """One board of 8 locks for each of its status bytes."""

    def __init__(self, address: int, fitting: Fitting, ways: Ways | None = None) -> None:
        super().__init__(address, fitting)
        self.ways = ways or Ways()
        self._told = {channel: self.bit(channel) for channel in fitting.cubbies}

    @property
    def locks(self) -> range:
        """The lock numbers it has."""
        return range(1, 8 * (self.ways.status_bytes or 3) + 1)

    def _size(self, data: bytes) -> int:
        if data[0] == 0x90:
            return 3 + self.ways.status_bytes
        return 5 if data[0] in (0x80, 0x8A, 0x9A, 0x9B) else 0

    def _is_right(self, frame: bytes) -> bool:
        check = 0
        for byte in frame:
            check ^= byte
        return check == 0

    def _is_for_us(self, frame: bytes) -> bool:
        return frame[1] == self.address

    def _obey(self, frame: bytes) -> bytes:
        head, lock = frame[0], frame[2]
        locks = self.locks if lock == 0 else [lock] if lock in self.locks else []
        reports = self._reports()
        if head == 0x8A and frame[3] == 0x11:
            for each in locks:
                self.pulse(each)
        elif head in (0x9A, 0x9B) and frame[3] == 0x11:
            for each in locks:
                self.hold(each, head == 0x9A)
        elif head == 0x80 and frame[3] == 0x33 and lock == 0:
            return reports + self._all()
        elif head == 0x90:
            wanted = int.from_bytes(frame[2:-1], "little")
            for each in self.locks:
                if wanted >> each - 1 & 1:
                    self.pulse(each)
            return reports
        return reports + self._one(head, lock) if locks else reports

    def _one(self, head: int, lock: int) -> bytes:
        return _checked(bytes([head, self.address, lock, 0x11 if self.bit(lock) else 0x00]))

    def _all(self) -> bytes:
        if not self.ways.status_bytes:
            return b""
        bits = self.bits(lambda lock: self.bit(lock) is self.ways.set_is_11, self.ways.status_bytes)
        if not self.ways.low_first:
            bits = bits[::-1]
        return _checked(bytes([0x80, self.address]) + bits + b"\x33")

    def _reports(self) -> bytes:
        """What it has to say of doors that moved since it was last heard."""
        now = {channel: self.bit(channel) for channel in self.fitting.cubbies}
        moved = [channel for channel in now if now[channel] is not self._told[channel]]
        self._told = now
        return b"".join(self._one(0x82, channel) for channel in moved if self.ways.reports)


def _checked(body: bytes) -> bytes:
    check = 0
    for byte in body:
        check ^= byte
    return body + bytes([check])
