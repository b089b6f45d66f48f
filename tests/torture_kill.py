"""A child that works on a store, and is killed by signal 9 at a random moment."""

import os
import random
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from torture_faults import Outcome, judge, received, run_and_exit
from torture_workloads import Workload

from kiosk.journal import System

LONGEST_DELAY_S = 0.015  # from the first acknowledgement to the kill
START_S = 20.0  # a child that has not acknowledged anything by then never will
ROUNDS_A_FOLDER = 25  # so that what is opened stays small


class Writer:
    """A forked child that runs a workload, and the pipe with what it acknowledged.

    Forked before anything is opened, from a process that has all modules loaded: a round costs
    milliseconds.
    """

    def __init__(self, workload: Workload, folder: Path, system: System | None = None) -> None:
        self._reading, writing = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._reading)
            run_and_exit(workload, folder, system or System(), writing)
        os.close(writing)
        os.set_blocking(self._reading, False)
        self._sent = b""
        self.ended_itself = False

    def await_first(self) -> None:
        """Wait until something was acknowledged, or the child has ended."""
        select.select([self._reading], [], [], START_S)

    def drain(self) -> list[Any]:
        """What was acknowledged until now; it does not wait for more."""
        try:
            while part := os.read(self._reading, 1 << 16):
                self._sent += part
        except BlockingIOError:
            pass
        return received(self._sent)

    def kill(self) -> list[Any]:
        """End the child, and return all that it acknowledged."""
        os.kill(self._child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        self.ended_itself = ended != -signal.SIGKILL
        acknowledged = self.drain()
        os.close(self._reading)
        return acknowledged


def kill_campaign(
    make: Callable[[], Workload],
    rounds: int,
    seed: int = 0,
    *,
    system: System | None = None,
    until_caught: bool = False,
) -> Outcome:
    """Kill a running workload so many times; after each, recover and check what it left.

    One folder is worked on through several kills, each run going on where the last one ended,
    until something is wrong with it. ``system``: what it works through. With ``until_caught`` the
    campaign ends at the first failure: for a control.
    """
    outcome, rng = Outcome(), random.Random(seed)
    while outcome.count < rounds and not (until_caught and outcome.failures):
        with TemporaryDirectory() as name:
            workload = make()
            workload.prepare(Path(name))
            for _ in range(min(ROUNDS_A_FOLDER, rounds - outcome.count)):
                if not _round(
                    workload, Path(name), rng.uniform(0, LONGEST_DELAY_S), outcome, system
                ):
                    break
    return outcome


def _round(
    workload: Workload, folder: Path, delay_s: float, outcome: Outcome, system: System | None
) -> bool:
    writer = Writer(workload, folder, system)
    writer.await_first()
    time.sleep(delay_s)
    acknowledged = writer.kill()
    wrong = "the child ended by itself" if writer.ended_itself or not acknowledged else None
    wrong = wrong or judge(workload, folder, acknowledged)
    outcome.add(wrong, f"{workload.name}, kill {outcome.count + 1}")
    return not wrong
