"""The code that lets the first administrator in: shown on the machine itself, typed on the pages.

It is kept as a digest, in memory alone: no record, no log and no backup ever has it, a new start
forgets it, and a clock that is set meanwhile makes it neither longer nor shorter.
"""

import hmac
import threading
from collections.abc import Callable

from kiosk.typed import digest, drawn

CHARACTERS = 12  # 60 bits: nobody finds one in the tries that they have
VALID_S = 1800.0


class SetupCodes:
    """One code at a time, from any thread. ``monotonic``: seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._digest = ""
        self._until = 0.0

    def new(self) -> str:
        """Another code, good once and for ``VALID_S``; the one before is good no more."""
        text = drawn(CHARACTERS)
        with self._guard:
            self._digest, self._until = digest(text), self._monotonic() + VALID_S
        return text

    def use(self, text: str) -> bool:
        """Whether that is the code; then it is used up."""
        with self._guard:
            is_good = bool(self._digest) and self._monotonic() < self._until
            fits = hmac.compare_digest(digest(text), self._digest or digest("")) and is_good
            if fits:
                self._digest = ""
        return fits
