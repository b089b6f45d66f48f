"""Requests that wait for something to happen: each keeps a thread, so there is room for few."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

ALL = 12  # of the server's 32 threads; the office's pages have the others
EACH = 2  # a page that is loaded anew, and the request of the one before


class Seats:
    """``most`` may wait, and ``each`` of those who ask by the same name. Whoever finds no seat has
    to be answered at once."""

    def __init__(self, most: int = ALL, each: int = EACH) -> None:
        self._most = most
        self._each = each
        self._taken: Counter[str] = Counter()
        self._guard = threading.Lock()

    @contextmanager
    def seat(self, who: str) -> Iterator[bool]:
        """Whether there is one; it is free again at the end."""
        has_seat = self._take(who)
        try:
            yield has_seat
        finally:
            if has_seat:
                self._leave(who)

    def _take(self, who: str) -> bool:
        with self._guard:
            if self._taken.total() >= self._most or self._taken[who] >= self._each:
                return False
            self._taken[who] += 1
            return True

    def _leave(self, who: str) -> None:
        with self._guard:
            self._taken[who] -= 1
            self._taken += Counter()  # forget who has none
