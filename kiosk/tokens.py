"""Tokens that other programs read the kiosk with: their secrets, and how often each is used."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from kiosk.model import Token

MARK = "kiosk"  # what secrets that strayed into files are found by
LONGEST = 200  # characters of a token that are looked at
SECRET_BYTES = 32  # none is ever guessed, so that a plain digest of it is enough
_NOBODYS = "-" * 64  # compared with where there is no such token: both take the same time


def new_token(name: str, scopes: Sequence[str]) -> tuple[Token, str]:
    """A token, and the text that its program has to send; it cannot be had again."""
    id, secret = secrets.token_hex(8), secrets.token_urlsafe(SECRET_BYTES)
    return Token(id, name, _digest(secret), tuple(scopes)), f"{MARK}_{id}_{secret}"


def find_token(tokens: Mapping[str, Token], text: str) -> Token | None:
    """The token that this text is of; None for any other text, after the same time."""
    _, _, rest = text[:LONGEST].partition("_")
    id, _, secret = rest.partition("_")
    known = tokens.get(id)
    fits = hmac.compare_digest(_digest(secret), known.digest if known else _NOBODYS)
    return known if fits else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class Used(NamedTuple):
    """How often a token was used since the kiosk started, and the last day of that."""

    times: int = 0
    last: date | None = None


class TokenUses:
    """Counts the uses of tokens, from any thread: in memory, as writing would cost more than the
    reading that it tells of."""

    def __init__(self) -> None:
        self._used: dict[str, Used] = {}
        self._guard = threading.Lock()

    def note(self, id: str, on: date) -> None:
        """That token was used on that day."""
        with self._guard:
            self._used[id] = Used(self.of(id).times + 1, on)

    def of(self, id: str) -> Used:
        """What is known of its uses."""
        return self._used.get(id, Used())
