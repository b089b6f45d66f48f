"""Work that the thread that owns the core has done in a thread of its own."""

import threading
from collections.abc import Callable


class Background:
    """Runs one piece of work at a time in a thread of its own, of that name."""

    def __init__(self, name: str = "background") -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self.fault: Exception | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Begin it."""
        self._thread = threading.Thread(
            target=self._run, args=(work,), name=self._name, daemon=True
        )
        self._thread.start()

    def is_done(self) -> bool:
        """Whether it has ended; ``fault`` then says how, if badly."""
        return self._thread is not None and not self._thread.is_alive()

    def _run(self, work: Callable[[], None]) -> None:
        self.fault = None
        try:
            work()
        except Exception as fault:  # told by the owner's thread
            self.fault = fault


class Foreground(Background):
    """The same where time is turned by hand: it is done on return."""

    def start(self, work: Callable[[], None]) -> None:
        """Do it."""
        self._run(work)

    def is_done(self) -> bool:
        """It has ended."""
        return True
