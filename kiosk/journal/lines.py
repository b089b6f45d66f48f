"""The sound lines of a journal file, read in order, and what stands after the last of them."""

from collections.abc import Iterator
from typing import BinaryIO

from kiosk.journal import frame
from kiosk.journal.errors import Damaged, NewerFormat


class Lines:
    """Reads a journal once, from its start. Iterating gives each operation's payload.

    ``size``, ``head``, ``count`` and ``generation`` tell how far it has come: bytes up to the end
    of the last sound line, that line's digest, operations so far, the header's id. When it has
    ended, ``torn`` holds the bytes of a torn tail, or none; ``is_begun`` whether these begin as the
    line that was due begins, and so are certainly a part of that alone.

    Raises, while iterating:
        Damaged: it is no journal, or holds bytes that no crash explains.
        NewerFormat: a later version of this software wrote it.
    """

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.path = path
        self.generation = ""
        self.count = 0
        self.size = 0
        self.head = b""
        self.torn = b""
        self.last = b""  # the last sound line itself
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        first = self._file.readline()
        if not first or not self._is_headed(first):
            return
        for line in self._file:
            sound = frame.decode(line)
            if sound is None:
                self.torn = self._tail(line + self._file.read())
                return
            if sound.previous != self.head:
                raise self.damaged("it does not follow the line before it; the chain is broken")
            yield sound.payload
            self._advance(line)
            self.count += 1

    @property
    def is_begun(self) -> bool:
        """See above."""
        return frame.announced(self.torn, self.head) is not None

    def damaged(self, what: str) -> Damaged:
        """The error for the line after those read so far."""
        return Damaged(self.path, self.count + 2, self.size, what)

    def _is_headed(self, first: bytes) -> bool:
        header = frame.decode_header(first)
        if header is None:
            self.torn = self._torn_header(first + self._file.read())
            return False
        if header.version > frame.VERSION:
            raise NewerFormat(self.path, header.version, frame.VERSION)
        self.generation = header.generation
        self._advance(first)
        return True

    def _torn_header(self, start: bytes) -> bytes:
        if frame.is_torn_header(start):
            return start
        raise Damaged(self.path, 1, 0, "this is not the first line of a journal")

    def _tail(self, tail: bytes) -> bytes:
        """A bad end is a torn line only if it can be one line, the last that was written: each
        was synced before the next was begun."""
        after = frame.find_sound(tail)
        if after is not None:
            where = f"byte {self.size + after}"
            raise self.damaged(
                f"its checksum or length is wrong, and a sound line follows at {where}"
            )
        if b"\n" in tail[:-1] or len(tail) > (frame.announced(tail, self.head) or len(tail)):
            raise self.damaged("more than one line at the end is not sound")
        return tail

    def _advance(self, line: bytes) -> None:
        self.size += len(line)
        self.head = frame.digest(line)
        self.last = line
