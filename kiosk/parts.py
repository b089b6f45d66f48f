"""A part of the hardware as its thread sees it: whether it is lost, and its rounds without end."""

import logging
import threading
from collections.abc import Callable

from kiosk.messages import Message
from kiosk.messages.sensed import PartBack, PartLost

log = logging.getLogger(__name__)

AFTER_CRASH_S = 1.0
CHECK_EVERY_S = 2.0  # so that a dead reader, or dead lights, are reported within 5 s

Post = Callable[[Message], None]


class Part:
    """One part of the hardware: lost with the first trouble it has, back when the last is over.

    ``kind`` is "reader", "locks", "lights" or "power"; of banks of locks there may be several.
    Belongs to the thread of that part; any may ask for its ``detail``.
    """

    def __init__(self, kind: str, post: Post, bank: str = "") -> None:
        self.name = f"{kind} {bank}".rstrip()
        self._kind = kind
        self._bank = bank
        self._post = post
        self._troubles: dict[str, str] = {}

    @property
    def is_lost(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self._troubles)

    @property
    def detail(self) -> str:
        """What is seen of it now, in words for a technician; "" while all is well."""
        return "; ".join(dict.fromkeys(self._troubles.copy().values()))

    def begin(self, trouble: str, detail: str) -> bool:
        """It has that trouble now, in words for a technician, which may change; whether the
        trouble is news."""
        is_news = trouble not in self._troubles
        if not self._troubles:
            self._post(PartLost(self._kind, self._bank, detail))
        self._troubles[trouble] = detail
        return is_news

    def end(self, trouble: str) -> bool:
        """It does not have that trouble; whether that is news."""
        if trouble not in self._troubles:
            return False
        del self._troubles[trouble]
        if not self._troubles:
            self._post(PartBack(self._kind, self._bank))
        return True


def keep_going(
    part: Part,
    round: Callable[[], None],
    *,
    stop: threading.Event,
    beat: Callable[[], None],
    pause_s: float = 0.0,
) -> None:
    """A thread's whole work: round after round until ``stop``. A round that fails is tried again
    after a second; the part counts as lost meanwhile, and the log has the first failure.

    It beats after such a round too: a thread that tries again makes progress, and no new start of
    the kiosk mends a driver, while it would take the cubbies of every other bank away for seconds.
    """
    while not stop.is_set():
        wait_s = pause_s
        try:
            round()
        except Exception:
            if part.begin("crash", "its driver failed: see the log"):
                log.exception("%s: a round failed", part.name)
            wait_s = AFTER_CRASH_S
        else:
            if part.end("crash"):
                log.info("%s: works again", part.name)
        beat()
        if wait_s:
            stop.wait(wait_s)
