"""Running a kiosk, as the unit does and as the demo does: a function with an exit code."""

import gc
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType

from kiosk import bootstrap, guard
from kiosk.clock import SkippingClock
from kiosk.config import Config
from kiosk.restoring import restore_waiting
from kiosk.store.damage import repair_words

log = logging.getLogger(__name__)

HANG_S = 10.0  # a card's fsync may take seconds; a main loop that is silent for ten hangs


def run(
    config: Config,
    *,
    clock: SkippingClock | None = None,
    cards: Callable[[], Sequence[bootstrap.SimCard]] | None = None,
    announce: Callable[[str], None] = lambda address: None,
) -> int:
    """Run until SIGTERM or SIGINT. ``announce`` is told the pages' address once it is bound.

    The exit status is 1 where only a new start can help, else 0.

    Raises:
        KioskError, HardwareError: it cannot start, and says why; nothing was energised.
    """
    for trouble in bootstrap.check_tls(config):
        log.warning("%s", trouble)
    restore_waiting(config)
    with ExitStack() as built:
        opened = bootstrap.OpenRecord.of(config, clock, mends=True)
        built.callback(opened.store.close)
        bootstrap.check_cabinet(opened)
        if opened.store.repaired:
            log.error("the record was damaged: %s", repair_words(opened.store.repaired))
        if opened.store.set_aside:
            log.warning("the record: %s", opened.store.set_aside)
        # The guard comes before any thread and any line: it must outlive whatever happens to us.
        watcher = guard.start(
            bootstrap.all_off(config),
            hang_s=HANG_S,
            pulse_s=bootstrap.pulse_silence_s(config),
            prepare=bootstrap.prepare_all_off(config),
        )
        built.callback(watcher.stop)
        hardware = bootstrap.open_hardware(config)
        built.callback(hardware.close)
        for warning in hardware.warnings:
            log.warning("%s", warning)
        daemon, web = bootstrap.make_daemon(opened, hardware, watcher, clock=clock, cards=cards)
        built.callback(daemon.stop_servers)
        stop_on_signals(daemon.ask_to_stop)
        log.info("%s: pages at %s", _kind(config), web.address)
        announce(web.address)
        gc.freeze()  # what there is stays: a tap is not to wait while all of it is looked over
        return daemon.run()


def stop_on_signals(ask_to_stop: Callable[[], None]) -> None:
    """Turn a request to end into an orderly one: everything off first."""

    def handle(number: int, frame: FrameType | None) -> None:
        ask_to_stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _kind(config: Config) -> str:
    simulated = " SIMULATED, no real doors," if config.is_simulated else ""
    return f"kiosk {config.kiosk.id}{simulated} in process {os.getpid()}"
