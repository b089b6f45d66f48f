"""The RC522 card reader: an MFRC522 chip on SPI, through the unmodified mfrc522 package."""

from collections.abc import Callable

from hardware.rc522.chip import open_chip
from hardware.rc522.loader import Library, load
from hardware.rc522.reader import PROBED, Rc522Reader
from hardware.rc522.statistics import ReaderStatistics
from hardware.rc522.wiring import Wiring

__all__ = ["Rc522Reader", "ReaderStatistics", "Wiring", "open_rc522"]


def open_rc522(
    wiring: Wiring,
    sleep: Callable[[float], None],
    monotonic: Callable[[], float],
    library: Library | None = None,
    probed: frozenset[int] = PROBED,
) -> Rc522Reader:
    """The reader at ``wiring``, by this machine's SPI and GPIO unless another ``library`` is given.

    ``probed``: see ``Rc522Reader``. A reader that does not answer is no error here: the first
    ``read`` says so.

    Raises:
        BackendUnavailable: this machine lacks a part; the message names it and what to do.
    """
    return Rc522Reader(open_chip(library or load(), wiring, sleep), monotonic, probed)
