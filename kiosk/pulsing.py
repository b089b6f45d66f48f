"""What the guard hears of pulses that only the kiosk ends, from several banks as one."""

import threading
from collections.abc import Callable


class Pulsing:
    """``tell`` hears True again and again while a pulse is under way, and False when none is left.

    Of several banks with a coil on, every one has to be heard before it hears True again: the
    silence of a single one is silence, whatever the others say. From any thread.
    """

    def __init__(self, tell: Callable[[bool], None]) -> None:
        self._tell = tell
        self._one_at_a_time = threading.Lock()
        self._on: set[str] = set()
        self._heard: set[str] = set()

    def hear(self, bank: str, is_on: bool) -> None:
        """That bank has a coil on, or none any more."""
        with self._one_at_a_time:
            was_on = bank in self._on
            for banks in (self._on, self._heard):
                (banks.add if is_on else banks.discard)(bank)
            if not self._on:
                if was_on:
                    self._tell(False)
            elif self._heard >= self._on:
                self._heard.clear()
                self._tell(True)
