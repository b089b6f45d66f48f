"""Checking passwords without telling who has one, and without filling the memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.passwords import MAX_LENGTH, NOBODY, hash_password, is_outdated, verify_password

AT_ONCE = 2  # hashes under way; each needs 19 MiB
PATIENCE_S = 5.0  # a sign-in waits no longer for its turn


class Busy(Exception):
    """Too many passwords are being checked at once."""


class PasswordCheck:
    """Checks passwords, few at a time, and takes as long for a user that does not exist."""

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience_s = patience_s

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; None is nobody's hash.

        Raises:
            Busy: no turn came within ``patience_s``.
        """
        with self._turn():
            fits = verify_password(password_hash or NOBODY, password[:MAX_LENGTH])
        return fits and password_hash is not None

    def renewed(self, password_hash: str, password: str) -> str | None:
        """The hash of a password that fits as it is made today; None where it was made so already.

        Raises:
            Busy: no turn came within ``patience_s``.
        """
        if not is_outdated(password_hash):
            return None
        with self._turn():
            return hash_password(password)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience_s):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()
