"""Limits that a process takes on itself, so that whatever it is given harms nobody else."""

import math
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

NICER = 10


def confine(limit_s: float, memory: int) -> None:
    """Take no more than that (seconds, bytes), and give way to everybody else."""
    signal.alarm(math.ceil(limit_s) + 5)  # should nobody be left to end it
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # the unit may not allow it
        os.nice(NICER)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
