"""The timer that ends a pulse, as an argument, so that tests can turn it by hand."""

import threading
from collections.abc import Callable
from typing import Protocol


class Handle(Protocol):
    """A timer that is running."""

    def cancel(self) -> None:
        """Stop it; nothing happens if it has fired already. Never raises."""


class After(Protocol):
    """Calls something back later, in a thread of its own."""

    def __call__(self, seconds: float, callback: Callable[[], None], /) -> Handle:
        """Start a timer that is running on return.

        Raises:
            Exception: it could not be started, and ``callback`` will never be called.
        """


def after_in_thread(seconds: float, callback: Callable[[], None], /) -> Handle:
    """Call ``callback`` in ``seconds`` seconds, from a new thread.

    The thread is no daemon thread: an interpreter that ends in good order waits for it, so
    a pulse ends before the process does.

    Raises:
        RuntimeError: no thread could be started.
    """
    timer = threading.Timer(seconds, callback)
    timer.name = "coil-off"
    timer.start()
    return timer
