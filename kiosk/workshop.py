"""What takes seconds and looks at the whole machine: the doctor in a process of its own, the log,
and the bundle of both. Only when somebody asks, and one at a time."""

import json
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kiosk.config import Config
from kiosk.errors import KioskError
from kiosk.service import Service
from kiosk.support import make_bundle, plain_config

Json = dict[str, Any]
Run = Callable[[Sequence[str], bytes, float], bytes]

EXAMINATION_S = 60.0  # it takes two on a Pi; a device that hangs must not hold a page for ever
LOG_S = 10.0
LOG_LINES = 200
LOG = ("journalctl", "-u", "kiosk", "-n", str(LOG_LINES), "--no-pager", "-o", "short-iso")


class Workshop(Protocol):
    """What a technician may ask for on the pages."""

    @property
    def config_file(self) -> str:
        """The config by which the kiosk runs."""

    def examine(self) -> Json:
        """What the doctor finds, as `kiosk doctor --json` prints it. Raises KioskError."""

    def bundle(self, service: Service) -> Json:
        """All that helps whoever helps from afar. Raises KioskError."""


def run(command: Sequence[str], sent: bytes, limit_s: float) -> bytes:
    """What a program prints. Raises KioskError: it failed, or took longer than ``limit_s``."""
    try:
        done = subprocess.run(command, input=sent, capture_output=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired:
        raise KioskError(f"{command[0]}: no end within {limit_s:.0f} s") from None
    except (OSError, subprocess.CalledProcessError) as fault:
        raise KioskError(f"{command[0]}: {fault}") from fault
    return done.stdout


class OwnWorkshop:
    """The workshop of a kiosk that runs by this config."""

    def __init__(self, config: Config, run: Run = run) -> None:
        self._config = config
        self._run = run
        self._turn = threading.Lock()

    @property
    def config_file(self) -> str:
        """See ``Workshop.config_file``."""
        return self._config.where

    def examine(self) -> Json:
        """See ``Workshop.examine``. In a process of its own: it may hang, and it imports much."""
        if not self._turn.acquire(blocking=False):
            raise KioskError("the machine is being examined already")
        try:
            command = (sys.executable, "-m", "kiosk.examination")
            found: Json = json.loads(self._run(command, pickle.dumps(self._config), EXAMINATION_S))
        finally:
            self._turn.release()
        return found

    def bundle(self, service: Service) -> Json:
        """See ``Workshop.bundle``."""
        return make_bundle(service, plain_config(self._config), self.examine(), read_log(self._run))


def read_log(run: Run = run) -> list[str]:
    """The last lines of the kiosk's log; none where it may not be read."""
    try:
        return run(LOG, b"", LOG_S).decode("utf-8", "replace").splitlines()
    except KioskError:
        return []
