"""Orders carried out in a process of their own, so that no tap waits for them.

In a thread they would share the interpreter's lock with the main loop, and a tap takes that lock a
dozen times. The process has a limit of time and of memory, ends by itself at the latest soon after
its limit, and is the first that the kernel ends when memory is short.
"""

import copyreg
import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import IO, Any

from kiosk.confined import confine
from kiosk.errors import BadInput, NotMade
from kiosk.events import Event
from kiosk.orders.sources import Sources
from kiosk.orders.uploads import Uploaded, read_upload
from kiosk.orders.wanted import ExplanationWanted, Format, Wanted
from kiosk.state import State
from kiosk.store import History

log = logging.getLogger(__name__)

LIMIT_S = 180.0  # the taps of 90 days of a large school, on a Pi
MEMORY = 144 << 20  # bytes; with the daemon's own 96 MB less than the unit allows
BATCH = 100  # events sent at once: between two batches a waiting tap goes first
WAIT_S = 20.0  # how long an order waits for those before it
COMMAND = (sys.executable, "-I", "-m", "kiosk.orders.apart")
DONE, BAD_INPUT = 0, 3  # exit statuses; any other is a fault

BUSY = "Other lists and reports are being made. Try again in a moment."
CLOSED = "The kiosk is stopping. Nothing was made."
TOO_MUCH = "This could not be made within the limits of time and memory. Ask for fewer days."
TOO_LARGE = (
    "This file could not be read within the limits of time and memory. Export only the rows and "
    "columns that are needed."
)

Order = tuple[Wanted, Format, Sources]


class Press:
    """Carries out one order after another; from any thread. ``limit_s``: for each, ``memory``: in
    bytes, ``wait_s``: for those before it."""

    def __init__(
        self,
        *,
        limit_s: float = LIMIT_S,
        memory: int = MEMORY,
        wait_s: float = WAIT_S,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._limit_s = limit_s
        self._wait_s = wait_s
        self._command = (*command, f"{limit_s}", f"{memory}")
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def make(self, wanted: Wanted, format: Format, sources: Sources) -> bytes:
        """What ``made`` gives.

        Raises:
            BadInput: it cannot be made, and says why.
            NotMade: it took too long or too much, or others were before it.
        """
        status, result, complaint = self._in_turn(
            partial(send, wanted=wanted, format=format, sources=sources), TOO_MUCH
        )
        if status != DONE:
            log.error(
                "an order ended with status %s: %s", status, complaint.decode(errors="replace")
            )
            raise NotMade(TOO_MUCH)
        return result

    def read(self, uploaded: Uploaded) -> bytes:
        """What ``read_upload`` gives. Nothing of the file comes into the log.

        Raises:
            BadInput: it is no such list, and why.
            NotMade: as in ``make``.
        """
        status, result, _ = self._in_turn(partial(pickle.dump, uploaded), TOO_LARGE)
        if status != DONE:
            log.error("reading an uploaded list ended with status %s", status)
            raise NotMade(TOO_LARGE)
        return result

    def close(self) -> None:
        """End what is under way, and carry out nothing more. From any thread; waits for nobody."""
        self._is_closed = True
        if (worker := self._worker) is not None:
            worker.kill()

    def _in_turn(
        self, give: Callable[[IO[bytes]], None], too_much: str
    ) -> tuple[int, bytes, bytes]:
        """How the worker ended, what it made, and what it said on its standard error."""
        if not self._turn.acquire(timeout=self._wait_s):
            raise NotMade(BUSY)
        try:
            ended = self._carried_out(give, too_much)
        finally:
            self._turn.release()
        if ended[0] == BAD_INPUT:
            raise BadInput(ended[1].decode())
        return ended

    def _carried_out(
        self, give: Callable[[IO[bytes]], None], too_much: str
    ) -> tuple[int, bytes, bytes]:
        with subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as worker:
            self._worker = worker
            if self._is_closed:  # by now; or whoever closes sees the worker
                worker.kill()
            try:
                if worker.stdin is not None:
                    with suppress(BrokenPipeError):  # it has ended already; its status says why
                        give(worker.stdin)
                result, complaint = worker.communicate(timeout=self._limit_s)
            except subprocess.TimeoutExpired:
                worker.kill()
                raise NotMade(too_much) from None
            finally:
                self._worker = None
        if self._is_closed:
            raise NotMade(CLOSED)
        return worker.returncode, result, complaint


def send(out: IO[bytes], wanted: Wanted, format: Format, sources: Sources) -> None:
    """Write an order: what is wanted and made from, then its recent events, batch by batch, then
    an empty batch."""
    history = sources.history
    begun = history.begun if isinstance(wanted, ExplanationWanted) else State()
    rest = History(history.folder, history.segments, begun=begun._replace(requests={}))
    recent = history.recent
    batches = (recent[n : n + BATCH] for n in range(0, len(recent), BATCH))
    for part in ((wanted, format, replace(sources, history=rest)), *batches, []):
        _Packer(out, pickle.HIGHEST_PROTOCOL).dump(part)
        out.flush()  # which lets others have the interpreter


def receive(stream: IO[bytes]) -> Order | Uploaded:
    """An order, or a list to be read, as it was sent."""
    first: Order | Uploaded = pickle.load(stream)
    if isinstance(first, Uploaded):
        return first
    wanted, format, sources = first
    recent: list[Event] = []
    while batch := pickle.load(stream):
        recent += batch
    rest = sources.history
    history = History(rest.folder, rest.segments, recent, rest.begun)
    return wanted, format, replace(sources, history=history)


def _thawed(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


class _Packer(pickle.Pickler):
    """Knows the mappings that nobody can change, too."""

    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[MappingProxyType] = lambda mapping: (_thawed, (dict(mapping),))


def main(limit_s: float, memory: int) -> int:
    """Carry out the order on standard input; the result is on standard output."""
    confine(limit_s, memory)
    # Of a letter that the printed fonts lack, the letter is in what they log.
    for name in ("fpdf", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    order = receive(sys.stdin.buffer)
    try:
        result, status = _result(order), DONE
    except BadInput as fault:
        result, status = str(fault).encode(), BAD_INPUT
    sys.stdout.buffer.write(result)
    return status


def _result(order: Order | Uploaded) -> bytes:
    if isinstance(order, Uploaded):
        return read_upload(order)
    from kiosk.orders.making import made  # within the limits

    return made(*order)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2])))
