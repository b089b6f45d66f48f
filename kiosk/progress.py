"""Which parts made progress, and when: the watchdog is fed by nothing else."""

from collections.abc import Callable


class Progress:
    """Each part reports in; one that has not for ``limit_s`` seconds is late."""

    def __init__(self, monotonic: Callable[[], float], limit_s: float) -> None:
        self._monotonic = monotonic
        self._limit_s = limit_s
        self._last: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """That part did its round."""
        self._last[part] = self._monotonic()

    def late(self) -> list[str]:
        """The parts that have stopped; none while all is well."""
        now = self._monotonic()
        return sorted(p for p, at in self._last.items() if now - at > self._limit_s)
