"""How often a password may be tried. Time is an argument, in seconds of a monotonic clock."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

LIMIT = 10  # failures of one account or one source
WINDOW_S = 300.0  # within which they count
LONGEST_S = 1800.0  # a delay grows no further
FORGET_S = 3600.0  # after this much quiet, the delay begins small again
MOST_KEYS = 4096  # remembered; a flood of names must not fill the memory


@dataclass(slots=True)
class _Tries:
    failures: list[float] = field(default_factory=list)
    strikes: int = 0
    until: float = 0.0

    def prune(self, now: float) -> None:
        self.failures = [at for at in self.failures if now - at < WINDOW_S]
        if self.strikes and now - self.until >= FORGET_S:
            self.strikes = 0

    def wait(self, now: float) -> float:
        if self.until > now:
            return self.until - now
        if len(self.failures) >= LIMIT:
            return self.failures[-LIMIT] + WINDOW_S - now
        return 0.0

    def add(self, now: float) -> None:
        self.failures.append(now)
        if self.strikes or len(self.failures) >= LIMIT:
            self.until = now + min(WINDOW_S * 2**self.strikes, LONGEST_S)
            self.strikes += 1


class Throttle:
    """Counts failures by key. A try counts as failed until it is known to have succeeded, so that
    many at the same moment cannot slip through together. ``is_recalled``: failures from before the
    start were counted too."""

    def __init__(self) -> None:
        self._tries: dict[str, _Tries] = {}
        self._guard = threading.Lock()
        self.is_recalled = False

    def begin(self, keys: Iterable[str], now: float) -> float:
        """0 if the try may be made, and then it counts; else the seconds to wait."""
        with self._guard:
            tries = [self._of(key, now) for key in keys]
            wait = max(one.wait(now) for one in tries)
            if wait <= 0:
                for one in tries:
                    one.add(now)
            return max(wait, 0.0)

    def succeeded(self, account: str, source: str, now: float) -> None:
        """The try begun just now was right: the account starts afresh, the source loses one."""
        with self._guard:
            self._tries.pop(account, None)
            tries = self._of(source, now)
            if tries.failures:
                tries.failures.pop()
            if tries.until > now:
                tries.until, tries.strikes = now, max(0, tries.strikes - 1)

    def _of(self, key: str, now: float) -> _Tries:
        tries = self._tries.pop(key, None) or _Tries()
        tries.prune(now)
        self._tries[key] = tries  # the one used last stands last
        while len(self._tries) > MOST_KEYS:
            del self._tries[next(iter(self._tries))]
        return tries
