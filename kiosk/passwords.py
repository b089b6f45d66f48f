"""Passwords: hashed with Argon2id, and the few rules that a new one has to meet."""

import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's least memory for Argon2id; more would not fit twice into a small board beside the rest.
MEMORY_KIB, TIME_COST, PARALLELISM = 19_456, 2, 1
MIN_LENGTH = 12  # characters; ASVS 5.0 asks for 8 at least
MAX_LENGTH = 1_024  # a bound on work, far beyond any passphrase
# Powers of ten: who knows what people choose would find it in so many tries. Three random words are
# beyond 13; a common word with a year and a sign is below.
LEAST_GUESSES = 8
LOOKED_AT = 72  # characters; the work grows with their square, and no guess is longer

# Nobody's: verified where there is no such user, so that both answers take the same time.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$lxYK2rnopePPbxcsm2fUOQ"
    "$PH6vQYWjmjzAvZyLs6Fre3aS6NzS7Pm3+HKRBUro7rA"
)


def hash_password(password: str) -> str:
    """The password as it is stored, salted."""
    return _hasher().hash(_normal(password))


def verify_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed. A damaged hash fits none."""
    try:
        return _hasher().verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with less work than passwords are hashed with today."""
    try:
        made = extract_parameters(password_hash)
    except InvalidHashError:
        return False  # it fits no password, so nobody could renew it
    is_weaker = made.memory_cost < MEMORY_KIB or made.time_cost < TIME_COST
    return is_weaker or made.type is not Type.ID


def password_fault(password: str, name: str, school: str) -> str | None:
    """What is wrong with a new password, in a sentence; None if it may be used."""
    if len(password) < MIN_LENGTH:
        return (
            f"A password has at least {MIN_LENGTH} characters. Three random words are a good one."
        )
    if len(password) > MAX_LENGTH:
        return f"A password has at most {MAX_LENGTH} characters."
    folded = _normal(password).casefold()
    for whose, word in (("your name", name), ("the school's name", school)):
        if len(word.strip()) >= 3 and _normal(word.strip()).casefold() in folded:
            return f"Choose a password without {whose} in it."
    if _guesses(password, (name, school)) < LEAST_GUESSES:
        return "That is one of the first that somebody would try. Choose three random words."
    return None


def _guesses(password: str, known: Sequence[str]) -> float:
    """How many tries it takes who has the lists of common passwords, words and names, and knows
    these too: as a power of ten."""
    from zxcvbn import zxcvbn  # its lists take 14 MiB: only where somebody chooses a password

    found = zxcvbn(_normal(password)[:LOOKED_AT], user_inputs=list(known))
    return float(found["guesses_log10"])


def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM, type=Type.ID
    )


def _normal(text: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", text)
