"""Imports the unmodified ``mfrc522`` package against the ``spidev`` and ``RPi.GPIO`` it is given.

The package binds both when it is imported. So it is imported anew for each chip, with the
wanted modules in ``sys.modules`` for that moment, and taken out again: two loads are independent.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hardware.errors import BackendUnavailable

_PACKAGE = "mfrc522"
_OURS = (_PACKAGE, "mfrc522.MFRC522", "mfrc522.SimpleMFRC522")
_HINTS = {
    "spidev": "The Python module spidev is missing: sudo apt install python3-spidev",
    "RPi.GPIO": "The Python module RPi.GPIO is missing: sudo apt install python3-rpi-lgpio",
    _PACKAGE: "The Python package mfrc522 is missing: pip install --no-deps mfrc522",
}


@dataclass(frozen=True, slots=True)
class Library:
    """One load of the package: its module, and the ``RPi.GPIO`` it is bound to."""

    package: ModuleType
    gpio: Any

    @property
    def chip_class(self) -> type[Any]:
        """The package's ``MFRC522``, as it is."""
        found: type[Any] = self.package.MFRC522
        return found


def load(spidev: ModuleType | None = None, rpi: ModuleType | None = None) -> Library:
    """The package, bound to the given modules, or to this machine's own where none is given.

    ``rpi`` is an ``RPi`` with its ``GPIO``. ``sys.modules`` is for a moment not what other
    threads expect: load before starting any.

    Raises:
        BackendUnavailable: a part is missing; the message names it and how to install it.
    """
    spidev = spidev or _import("spidev")
    rpi = rpi or _import_rpi()
    bound = {"spidev": spidev, "RPi": rpi, "RPi.GPIO": rpi.GPIO}
    with _modules_replaced(bound):
        package = _import(_PACKAGE)
    return Library(package, rpi.GPIO)


def _import_rpi() -> ModuleType:
    _import("RPi.GPIO")
    return sys.modules["RPi"]


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BackendUnavailable(_HINTS[name]) from error
    except (ImportError, RuntimeError, OSError) as error:
        raise BackendUnavailable(f"The Python module {name} cannot run here: {error}") from error


@contextmanager
def _modules_replaced(bound: Mapping[str, ModuleType]) -> Iterator[None]:
    names = (*bound, *_OURS)
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in names:
        sys.modules.pop(name, None)
    sys.modules.update(bound)
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)
