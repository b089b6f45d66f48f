"""Tokens of the tablets that show the pupils' screen: such as are typed, and good for that alone.

They stand among the tokens of other programs, with a scope that opens nothing else, and that no
other token has.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping

from kiosk.model import Token

SCREEN = "screen"  # their scope, which is none of ``kiosk.policy.scopes``

# No i, l, o, u: nobody takes them for digits, and no word comes out that a school would mind.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CHARACTERS, GROUP = 20, 4  # 100 bits: nobody finds one by trying


def new_screen_token(name: str) -> tuple[Token, str]:
    """A token, and the text to be typed on the tablet, in groups of four characters. It cannot be
    had again."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
    text = "-".join(drawn[n : n + GROUP] for n in range(0, CHARACTERS, GROUP))
    return Token(secrets.token_hex(8), name, _digest(text), (SCREEN,)), text


def find_screen(tokens: Mapping[str, Token], text: str) -> Token | None:
    """The screen's token that this text is of; None for any other text."""
    digest = _digest(text)
    return next((token for token in screens(tokens.values()) if token.digest == digest), None)


def screens(tokens: Iterable[Token]) -> list[Token]:
    """Those of them that are for screens."""
    return [token for token in tokens if token.scopes == (SCREEN,)]


def _digest(text: str) -> str:
    """Without salt or delay, as there is nothing to guess; capitals and hyphens do not matter."""
    typed = text.replace("-", "").lower()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
