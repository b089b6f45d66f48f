"""Card readers that type each number like a keyboard, through evdev."""

from collections.abc import Callable

from hardware.keyboard.loader import Library, load
from hardware.keyboard.reader import POLL_S, KeyboardReader

__all__ = ["POLL_S", "KeyboardReader", "open_keyboard"]


def open_keyboard(
    path: str,
    profile: str,
    monotonic: Callable[[], float],
    library: Library | None = None,
) -> KeyboardReader:
    """The reader at ``path``, a stable name such as /dev/input/by-id/usb-…-event-kbd.

    ``profile`` is how it spells numbers (``hardware.profiles``). ``monotonic`` must be the
    machine's monotonic clock, by which the kernel stamps what is typed, unless another
    ``library`` is given. A reader that is not there is no error here: the first ``read`` says so.

    Raises:
        BackendUnavailable: the Python module evdev is missing or cannot run.
        ValueError: there is no such profile.
    """
    return KeyboardReader(library or load(), path, profile, monotonic)
