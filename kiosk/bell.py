"""A bell that is rung when what the pupils are shown may have changed, so that whoever waits looks.

It says nothing of what is shown: who waits looks for themselves. Whoever rings waits for nobody.
"""

import threading


class Bell:
    """Counts its rings. Any thread may ring, any may wait."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._rings = 0
        self._is_over = False

    @property
    def rings(self) -> int:
        """How often it was rung. To be read before looking: then no ring is missed."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._rung:
            self._rings += 1
            self._rung.notify_all()

    def wait(self, heard: int, timeout_s: float) -> int:
        """How often it was rung: at once if that is not ``heard`` times, else at the next ring, or
        after ``timeout_s`` seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._is_over or self._rings != heard, timeout_s)
            return self._rings

    def end(self) -> None:
        """Nobody waits any more: the kiosk is stopping."""
        with self._rung:
            self._is_over = True
            self._rung.notify_all()
