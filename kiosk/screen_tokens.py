"""Tokens of the tablets that show the pupils' screen: such as are typed, and good for that alone.

They stand among the tokens of other programs, with a scope that opens nothing else, and that no
other token has.
"""

import secrets
from collections.abc import Iterable, Mapping

from kiosk.model import Token
from kiosk.typed import digest, drawn

SCREEN = "screen"  # their scope, which is none of ``kiosk.policy.scopes``

CHARACTERS = 28  # 140 bits: nobody finds one by trying; ASVS asks for 128


def new_screen_token(name: str) -> tuple[Token, str]:
    """A token, and the text to be typed on the tablet, in groups of four characters. It cannot be
    had again."""
    text = drawn(CHARACTERS)
    return Token(secrets.token_hex(8), name, digest(text), (SCREEN,)), text


def find_screen(tokens: Mapping[str, Token], text: str) -> Token | None:
    """The screen's token that this text is of; None for any other text."""
    wanted = digest(text)
    return next((token for token in screens(tokens.values()) if token.digest == wanted), None)


def screens(tokens: Iterable[Token]) -> list[Token]:
    """Those of them that are for screens."""
    return [token for token in tokens if token.scopes == (SCREEN,)]
