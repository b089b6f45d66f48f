"""A file that only its own kiosk can read: for a copy that leaves by somebody who may not read it.

AES-256-GCM in pieces, each with its number, and the last one marked, so that none can be changed,
moved or cut off (the construction "STREAM" of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The
key is made from the chain key and a number drawn for each file.
"""

import hmac
import io
import secrets
from typing import Any, BinaryIO

from kiosk.errors import BadInput, ConfigError
from kiosk.keys import CHAIN_KEY, Keys

SPOILED = "was changed or cut short after it was made"
MAGIC = b"kiosk backup, sealed 1\n"
_PIECE = 1 << 16
_TAG = 16
_SALT = 32
_MARK = 8


class SealedWriter(io.RawIOBase):
    """Writes sealed to ``out``, which stays open. Only when this is closed the file is whole."""

    def __init__(self, out: BinaryIO, keys: Keys) -> None:
        salt = secrets.token_bytes(_SALT)
        self._cipher = _cipher(keys, salt)
        self._out = out
        self._left = bytearray()
        self._number = 0
        self._at = 0
        out.write(MAGIC + _mark(keys) + salt)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Takes all of it."""
        self._left += data
        self._at += len(data)
        while len(self._left) > _PIECE:  # the last piece waits until it is known to be the last
            self._seal(self._left[:_PIECE], is_last=False)
            del self._left[:_PIECE]
        return len(data)

    def tell(self) -> int:
        """How many bytes were written, before they were sealed."""
        return self._at

    def close(self) -> None:
        """Seal what is left, as the last."""
        if not self.closed:
            self._seal(self._left, is_last=True)
        super().close()

    def _seal(self, piece: bytearray, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, is_last), bytes(piece), None))
        self._number += 1


class SealedReader:
    """Reads what ``SealedWriter`` wrote, from its beginning to its end. ``name``: for its errors.

    Raises:
        ConfigError: it was made with other keys.
        BadInput: it is not as it was made.
    """

    def __init__(self, file: BinaryIO, keys: Keys, name: str) -> None:
        file.seek(len(MAGIC))
        mark, salt = file.read(_MARK), file.read(_SALT)
        if mark != _mark(keys):
            raise ConfigError(name, [f"{CHAIN_KEY} is not the key that this backup was made with"])
        self._file = file
        self._name = name
        self._cipher = _cipher(keys, salt)
        self._next = file.read(_PIECE + _TAG)
        self._number = 0
        self._opened = b""
        if not self._next:
            raise BadInput(f"{name}: {SPOILED}")

    def read(self, size: int) -> bytes:
        """So many bytes; less only at the end."""
        while len(self._opened) < size and self._next:
            piece, self._next = self._next, self._file.read(_PIECE + _TAG)
            self._opened += self._open(piece, is_last=not self._next)
        some, self._opened = self._opened[:size], self._opened[size:]
        return some

    def _open(self, piece: bytes, *, is_last: bool) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            opened: bytes = self._cipher.decrypt(_nonce(self._number, is_last), piece, None)
        except InvalidTag:
            raise BadInput(f"{self._name}: {SPOILED}") from None
        self._number += 1
        return opened


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file is one of these; it is at its beginning before and after."""
    head = file.read(len(MAGIC))
    file.seek(0)
    return head == MAGIC


def _cipher(keys: Keys, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # takes memory, seldom needed

    return AESGCM(hmac.digest(keys.chain, b"sealed backup\0" + salt, "sha256"))


def _mark(keys: Keys) -> bytes:
    return bytes.fromhex(keys.fingerprints()[CHAIN_KEY])


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
