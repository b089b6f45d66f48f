"""Imports evdev when a keyboard reader is chosen, and two calls of the kernel that it lacks.

Numbers and layouts are those of linux/input.h.
"""

import fcntl
import importlib
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hardware.errors import BackendUnavailable

EVIOCGVERSION = 0x80044501
EVIOCSCLOCKID = 0x400445A0
_INT = struct.Struct("i")

Ioctl = Callable[[int, int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Library:
    """The module ``evdev``, and ``fcntl.ioctl`` beside it."""

    evdev: Any
    ioctl: Ioctl

    def stamp_by_monotonic_clock(self, fd: int) -> None:
        """Let the kernel stamp this device's events by CLOCK_MONOTONIC, not by the clock on the
        wall, which jumps. Raises OSError."""
        self.ioctl(fd, EVIOCSCLOCKID, _INT.pack(time.CLOCK_MONOTONIC))

    def prove_alive(self, fd: int) -> None:
        """Raises OSError if the device behind ``fd`` is gone: the kernel answers nothing for it."""
        self.ioctl(fd, EVIOCGVERSION, bytes(_INT.size))


def load() -> Library:
    """This machine's own.

    Raises:
        BackendUnavailable: evdev is missing or cannot run here; the message says what to do.
    """
    try:
        evdev = importlib.import_module("evdev")
    except ModuleNotFoundError as error:
        raise BackendUnavailable(
            "The Python module evdev is missing: sudo apt install python3-evdev"
        ) from error
    except (ImportError, OSError) as error:
        raise BackendUnavailable(f"The Python module evdev cannot run here: {error}") from error
    return Library(evdev, fcntl.ioctl)
