"""How often a password may be tried. Time is an argument, in seconds of a monotonic clock.

An account's delay never grows: whoever knows its password gets in within five minutes of trying,
however long a stranger goes on. The stranger's address is what waits longer and longer, and longer
than the account from the first delay on.
"""

import threading
from dataclasses import dataclass, field

LIMIT = 10  # failures of one account or one source
WINDOW_S = 300.0  # within which they count
ACCOUNT_S = 300.0  # the delay of an account
SOURCE_S = 600.0  # the first delay of a source, doubled each time
LONGEST_S = 1800.0  # a source's delay grows no further
FORGET_S = 3600.0  # after this much quiet, a source's delay begins small again
MOST_KEYS = 4096  # remembered of each kind; a flood of names must not fill the memory


@dataclass(slots=True)
class _Tries:
    failures: list[float] = field(default_factory=list)
    delays: int = 0
    until: float = 0.0

    def prune(self, now: float) -> None:
        self.failures = [at for at in self.failures if now - at < WINDOW_S]
        if self.delays and now - self.until >= FORGET_S:
            self.delays = 0

    def add(self, now: float, first_s: float, longest_s: float) -> None:
        self.failures.append(now)
        if len(self.failures) >= LIMIT:
            self.until = now + min(first_s * 2**self.delays, longest_s)
            self.delays += 1

    def take_back(self, at: float) -> None:
        if at not in self.failures:
            return
        self.failures.remove(at)
        if self.until > at:
            self.until, self.delays = at, self.delays - 1


@dataclass(slots=True)
class _Ledger:
    """All accounts, or all sources."""

    first_s: float
    longest_s: float
    tries: dict[str, _Tries] = field(default_factory=dict)

    def of(self, key: str, now: float) -> _Tries:
        tries = self.tries.pop(key, None) or _Tries()
        tries.prune(now)
        self.tries[key] = tries  # the one used last stands last
        while len(self.tries) > MOST_KEYS:
            del self.tries[next(iter(self.tries))]
        return tries

    def wait(self, key: str, now: float) -> float:
        return max(0.0, self.of(key, now).until - now)

    def add(self, key: str, now: float) -> None:
        self.of(key, now).add(now, self.first_s, self.longest_s)


class Throttle:
    """Counts failures by account and by source. A try counts as failed until it is known to have
    succeeded, so that many at the same moment cannot slip through together. ``is_recalled``:
    failures from before the start were counted too."""

    def __init__(self) -> None:
        self._accounts = _Ledger(ACCOUNT_S, ACCOUNT_S)
        self._sources = _Ledger(SOURCE_S, LONGEST_S)
        self._guard = threading.Lock()
        self.is_recalled = False

    def begin(self, account: str, source: str, now: float) -> float:
        """0 if the try may be made, and then it counts; else the seconds to wait."""
        with self._guard:
            wait = max(self._accounts.wait(account, now), self._sources.wait(source, now))
            if wait == 0:
                self._accounts.add(account, now)
                self._sources.add(source, now)
            return wait

    def succeeded(self, account: str, source: str, began: float) -> None:
        """The try begun then was right: the account starts afresh, the source loses one."""
        with self._guard:
            self._accounts.tries.pop(account, None)
            self._sources.of(source, began).take_back(began)

    def not_made(self, account: str, source: str, began: float) -> None:
        """The try begun then was never checked: it told nobody anything."""
        with self._guard:
            self._accounts.of(account, began).take_back(began)
            self._sources.of(source, began).take_back(began)
