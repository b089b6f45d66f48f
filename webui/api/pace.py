"""How often a token may ask. Time is an argument, in seconds of a monotonic clock."""

import threading

AT_ONCE = 60  # requests that may come together
PER_S = 2.0  # and so many a second for good


class Pace:
    """A bucket of turns for each token; it fills by ``per_s`` up to ``at_once``."""

    def __init__(self, at_once: int = AT_ONCE, per_s: float = PER_S) -> None:
        self._at_once = at_once
        self._per_s = per_s
        self._full_at: dict[str, float] = {}
        self._guard = threading.Lock()

    def wait(self, id: str, now: float) -> float:
        """0 if it may be asked now, and then a turn is taken; else the seconds to wait."""
        turn_s = 1 / self._per_s
        with self._guard:
            full_at = max(self._full_at.get(id, now), now) + turn_s
            wait = full_at - now - self._at_once * turn_s
            if wait > 0:
                return wait
            self._full_at[id] = full_at
            return 0.0
