"""Secrets that people type: of letters and digits that nobody mixes up."""

import hashlib
import secrets

# No i, l, o, u: nobody takes them for digits, and no word comes out that a school would mind.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROUP = 4  # characters, with a hyphen after them
BITS = 5  # of a character


def drawn(characters: int) -> str:
    """A secret of so many characters, in groups."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(characters))
    return "-".join(text[n : n + GROUP] for n in range(0, characters, GROUP))


def digest(text: str) -> str:
    """What stands for one; without salt or delay, as there is nothing to guess. Capitals, hyphens
    and spaces do not matter."""
    typed = text.replace("-", "").replace(" ", "").lower()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
