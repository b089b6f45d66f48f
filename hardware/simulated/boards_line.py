"""A simulated serial line behind a pseudo-terminal, so that the real pyserial can open it."""

import contextlib
import os
import queue
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

from hardware.simulated.boards_cable import SimulatedCable

NAME = "lock-boards"
_CHUNK = 4096


class SimulatedLine:
    """A cable with a device of its own, served by a thread. Closed by its owner.

    ``path`` is a stable name in the given folder, as /dev/serial/by-id has them: it is there while
    the adapter is plugged in, and leads to another pseudo-terminal each time.

    Raises:
        FileExistsError: something else has that name. What a killed process left is replaced.
    """

    def __init__(self, cable: SimulatedCable, folder: Path, name: str = NAME) -> None:
        self.cable = cable
        self.path = folder / name
        if self.path.exists() and not self.path.is_symlink():
            raise FileExistsError(f"{self.path} is in the way of a simulated serial port")
        self._master = -1
        self._slave = -1
        self._orders: queue.SimpleQueue[tuple[Callable[[], None], threading.Event]]
        self._orders = queue.SimpleQueue()
        self._wake_read, self._wake_write = os.pipe()
        self._ended = False
        self._open()
        self._thread = threading.Thread(target=self._serve, name="simulated-line", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the adapter out: whoever has the port open gets an error, and the path is gone."""
        self._order(self._shut)

    def plug_in(self) -> None:
        """Plug it in again, under the same name. Nothing happens if it is plugged in."""
        self._order(self._open)

    def close(self) -> None:
        """Unplug it for good, and end the thread."""
        if self._thread.is_alive():
            self._order(self._end)
            self._thread.join()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _order(self, order: Callable[[], None]) -> None:
        """Have the thread do it, and wait until it is done: no byte passes meanwhile."""
        done = threading.Event()
        self._orders.put((order, done))
        os.write(self._wake_write, b"!")
        done.wait()

    def _serve(self) -> None:
        while not self._ended:
            wanted = [self._wake_read, *([self._master] if self._master >= 0 else [])]
            ready, _, _ = select.select(wanted, [], [])
            if self._wake_read in ready:
                os.read(self._wake_read, 1)
                order, done = self._orders.get()
                order()
                done.set()
            elif ready:
                self._pass_on()

    def _pass_on(self) -> None:
        if answer := self.cable.carry(os.read(self._master, _CHUNK)):
            os.write(self._master, answer)

    def _open(self) -> None:
        if self._master >= 0:
            return
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        # Our own end of the slave stays open: else the master fails whenever nobody has it open.
        unborn = self.path.with_name(f".{self.path.name}")
        unborn.unlink(missing_ok=True)
        unborn.symlink_to(os.ttyname(self._slave))
        unborn.replace(self.path)
        self.cable.plug_in()

    def _shut(self) -> None:
        if self._master < 0:
            return
        self.path.unlink(missing_ok=True)
        for fd in (self._slave, self._master):
            with contextlib.suppress(OSError):
                os.close(fd)
        self._master = self._slave = -1
        self.cable.unplug()

    def _end(self) -> None:
        self._shut()
        self._ended = True
