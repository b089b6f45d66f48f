"""What an RDM6300 sends: frames of 14 bytes, found in whatever comes over the line. Pure.

A frame is 02, ten hexadecimal digits for the five bytes of an EM4100 number, two for their sum by
exclusive or, and 03 (RDM6300 data sheet, "ASCII data format"). Neither 02 nor 03 is a digit, so a
frame can begin at any 02, and noise before it never hides it.
"""

BEGIN, END = 0x02, 0x03
_DIGITS = frozenset(b"0123456789ABCDEFabcdef")
_DIGIT_COUNT = 12
UID_BYTES = 5


def frame_of(uid: bytes) -> bytes:
    """The frame for a number of five bytes."""
    return bytes([BEGIN]) + f"{uid.hex()}{_sum(uid):02x}".upper().encode() + bytes([END])


class Frames:
    """Takes bytes as they come, and gives the numbers of whole frames.

    ``bad`` counts frames that were begun and dropped: cut short, too long, or of a wrong sum.
    """

    def __init__(self) -> None:
        self.bad = 0
        self._digits: bytearray | None = None  # of a frame begun

    def feed(self, data: bytes) -> list[bytes]:
        """The numbers, of five bytes each, of the frames that ``data`` completes."""
        return [uid for byte in data if (uid := self._take(byte)) is not None]

    def forget(self) -> None:
        """The bytes that follow are not the next ones."""
        self._digits = None

    def _take(self, byte: int) -> bytes | None:
        begun = self._digits
        if byte == BEGIN:
            self.bad += begun is not None
            self._digits = bytearray()
        elif begun is not None and byte in _DIGITS and len(begun) < _DIGIT_COUNT:
            begun.append(byte)
        elif begun is not None:
            self._digits = None
            return self._finish(bytes(begun) if byte == END else b"")
        return None

    def _finish(self, digits: bytes) -> bytes | None:
        """The number, if the digits are as many as they must be, and their sum fits."""
        if len(digits) == _DIGIT_COUNT:
            *uid, check = bytes.fromhex(digits.decode())
            if _sum(bytes(uid)) == check:
                return bytes(uid)
        self.bad += 1
        return None


def _sum(uid: bytes) -> int:
    check = 0
    for byte in uid:
        check ^= byte
    return check
