"""The composition root: the one place that sees the rules, the hardware and the pages together.

Importing it opens nothing. Each function builds one thing out of a config.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hardware import factory
from hardware.gpio.pins import limit_faults, pin_faults
from hardware.ports import CardSeen, Hardware, LockLimits
from hardware.presence import Presence
from hardware.settings import HardwareSettings, LockPins, LockSettings, ReaderSettings
from kiosk.arguments import card_json
from kiosk.clock import Clock, SkippingClock, SystemClock
from kiosk.collaborators import Collaborators
from kiosk.config import WEEKDAYS, Config
from kiosk.control import ControlServer, ask, is_answering
from kiosk.core import Core
from kiosk.daemon import Daemon
from kiosk.drafting import Deadlines, Rules
from kiosk.errors import ConfigError
from kiosk.guard import Guard
from kiosk.keys import CARD_KEY, CHAIN_KEY, Keys, load_keys
from kiosk.messages import Card
from kiosk.model import Cubby
from kiosk.offline import Offline
from kiosk.policy.tap import Graces
from kiosk.retention import Retention, Series
from kiosk.store import FILE_NAME, Store
from kiosk.systemd import ServiceManager
from kiosk.timetable import Timetable
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs
from webui.server import WebServer
from webui.simulator import SimCard as SimCard

WORLD_FILE = "simulated-world"
SOCKET_FILE = "control.sock"
FIRST_SIMULATED_PIN = 100


def make_rules(config: Config) -> Rules:
    """The school's rules and its cabinet, as the config has them."""
    week = {WEEKDAYS.index(day): entry.day() for entry in config.school.week for day in entry.days}
    times = config.times
    columns = config.cabinet.columns
    cubbies = {
        number: Cubby(
            number,
            row=(number - 1) // columns,
            column=(number - 1) % columns,
            has_sensor=_lock_pins(config)[number].door is not None,
        )
        for number in range(1, config.cabinet.cubbies + 1)
    }
    return Rules(
        Timetable(ZoneInfo(config.school.zone), week),
        cubbies,
        Graces(timedelta(seconds=times.reopen_s), timedelta(seconds=times.left_inside_s)),
        Deadlines(
            repeat_s=times.repeat_s,
            open_s=times.open_s,
            remind_s=times.remind_s,
            left_open_s=times.left_open_s,
            presume_s=times.presume_s,
        ),
    )


def hardware_settings(config: Config) -> HardwareSettings:
    """What the hardware factory is told."""
    reader, locks = config.reader, config.locks
    return HardwareSettings(
        ReaderSettings(reader.backend, reader.bus, reader.device, reader.reset_pin),
        LockSettings(
            locks.backend,
            _lock_pins(config),
            LockLimits(locks.pulse_s, locks.ceiling_s, locks.rest_s, locks.max_concurrent),
            active_high=locks.active_high,
            closed_is_low=locks.closed_is_low,
        ),
        config.kiosk.data / WORLD_FILE,
    )


def check_pins(config: Config, where: str) -> None:
    """Raises ConfigError listing every pin and limit that cannot be used as the config says."""
    settings = hardware_settings(config)
    if faults := [*pin_faults(settings), *limit_faults(settings.locks.limits)]:
        raise ConfigError(where, faults)


def check_folders(config: Config, where: str) -> None:
    """Raises ConfigError if the keys are kept in the data folder: whoever copies or takes the
    data must not have the keys to it."""
    data, keys = config.kiosk.data.resolve(), config.kiosk.key_dir.resolve()
    if keys.is_relative_to(data):
        raise ConfigError(
            where, [f"kiosk.key_dir: {keys} is in the data folder; keep the keys apart from it"]
        )


def _lock_pins(config: Config) -> Mapping[int, LockPins]:
    if config.locks.pins:
        return {n: LockPins(p.lock, p.door) for n, p in sorted(config.locks.pins.items())}
    first, sensors = FIRST_SIMULATED_PIN, config.locks.sensors
    return {
        number: LockPins(first + 2 * number, first + 2 * number + 1 if sensors else None)
        for number in range(1, config.cabinet.cubbies + 1)
    }


def all_off(config: Config) -> Callable[[], None]:
    """What turns every lock off from a process that does not own them: guard and stop-hook."""
    settings = hardware_settings(config)
    return lambda: factory.all_off(settings)


def prepare_all_off(config: Config) -> Callable[[], None]:
    """What the guard does first, so that ``all_off`` finds everything loaded."""
    settings = hardware_settings(config)
    return lambda: factory.prepare_all_off(settings)


def open_keys(config: Config, *, for_restore: bool = False) -> Keys:
    """The keys. ``for_restore``: the record there does not matter.

    Raises:
        ConfigError: one is missing or unsafe; says so plainly when the record needs it.
    """
    folder = config.kiosk.key_dir
    record = config.kiosk.data / FILE_NAME
    lost = [name for name in (CARD_KEY, CHAIN_KEY) if not (folder / name).exists()]
    if lost and not for_restore and record.exists() and record.stat().st_size:
        raise ConfigError(
            str(folder),
            [
                f"{name} is missing, but {record} was made with it: bring back its backup"
                for name in lost
            ],
        )
    return load_keys(folder)


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A kiosk's record, opened, with what goes with it. Whoever opened it closes the store."""

    config: Config
    keys: Keys
    store: Store
    core: Core

    @classmethod
    def of(cls, config: Config, clock: Clock | None = None, *, mends: bool = False) -> "OpenRecord":
        """Open it. ``mends``: a damaged one is repaired, as far as it can be.

        Raises:
            ConfigError: a key is missing or unsafe.
            AlreadyRunning: another process has the record open.
            RecordFault: it is damaged.
        """
        keys = open_keys(config)
        store = Store(config.kiosk.data, kiosk=config.kiosk.id, keys=keys, mends=mends)
        newest: list[Core] = []
        clock = clock or SystemClock(
            rtc_battery=config.kiosk.rtc_battery,
            not_before=lambda: newest[0].standing.state.trusted_at if newest else None,
        )
        try:
            core = Core(store, make_rules(config), clock)
            core.note_damage()
        except BaseException:
            store.close()
            raise
        newest.append(core)
        return cls(config, keys, store, core)


def check_cabinet(opened: OpenRecord) -> None:
    """Raises ConfigError if the record has a device in a cubby that the config does not have."""
    kept = opened.core.standing.state.in_cubby.keys()
    lost = sorted(kept - opened.core.rules.cubbies.keys())
    if lost:
        faults = [f"cubby {n} holds a device, and the cabinet has no such cubby" for n in lost]
        raise ConfigError("the cabinet", faults)


def open_hardware(config: Config) -> Hardware:
    """The reader and the locks. Raises BackendUnavailable; never simulates instead."""
    return factory.build(hardware_settings(config))


def offline_verbs(opened: OpenRecord) -> Verbs:
    """The verbs of a kiosk that does not run."""
    config = opened.config
    service = Offline(
        opened.core,
        make_upkeep(opened),
        school=config.school.name,
        is_simulated=config.is_simulated,
    )
    return Verbs(service, opened.keys)


def make_daemon(
    opened: OpenRecord,
    hardware: Hardware,
    guard: Guard,
    *,
    clock: SkippingClock | None = None,
    cards: Callable[[], Sequence[SimCard]] = lambda: (),
) -> tuple[Daemon, WebServer]:
    """The daemon with its pages and its control socket, not running yet; ``stop_servers`` of one
    that never runs closes both.

    ``clock`` is given when its wall may be moved on; ``cards`` lists those on the simulator page.
    """
    config = opened.config
    given = Collaborators(
        core=opened.core,
        upkeep=make_upkeep(opened),
        hardware=hardware,
        presence=Presence(),
        to_card=lambda seen, is_new: make_card(opened.keys, seen, is_new),
        manager=ServiceManager(os.environ),
        monotonic=time.monotonic,
        school=config.school.name,
        poll_s=config.reader.poll_s,
        beat_guard=guard.beat,
        guard_is_alive=guard.alive,
    )
    daemon = Daemon(given)
    skip = _skipper(daemon, clock) if clock else None
    verbs = Verbs(
        daemon,
        opened.keys,
        hands=hardware.hands,
        skip=skip,
        next_presentation=daemon.next_presentation,
    )
    web = WebServer(
        daemon,
        host=config.web.host,
        port=config.web.port,
        trusted_hosts=config.web.trusted_hosts,
        hands=hardware.hands,
        skip_time=skip,
        cards=cards,
    )
    given.status = f"pages at {web.address}"
    given.servers = [web]
    try:
        given.servers = [web, ControlServer(socket_path(config), verbs.call)]
    except BaseException:
        daemon.stop_servers()
        raise
    return daemon, web


def make_upkeep(opened: OpenRecord) -> Upkeep:
    """What looks after the record."""
    days = opened.config.retention
    ages = {
        Series.TAPS: timedelta(days=days.taps_days),
        Series.ACTS: timedelta(days=days.acts_days),
    }
    return Upkeep(opened.core, time.monotonic, retention=Retention(ages))


def _skipper(daemon: Daemon, clock: SkippingClock) -> Callable[[], None]:
    def skip() -> None:
        change = daemon.rules.timetable.next_change(daemon.now().at)
        if change is not None:
            clock.skip_to(change)

    return skip


@contextmanager
def card_source(config: Config) -> Iterator[Callable[[float], Sequence[dict[str, Any]]]]:
    """What waits for the next presentation's cards, for so many seconds: a running daemon's
    reader, or else the reader itself.

    Raises:
        ReaderLost, BackendUnavailable: there is no reader, or it is dead.
    """
    path = socket_path(config)
    if is_answering(path):
        yield lambda wait_s: ask(path, "card_read", {"timeout": wait_s})["cards"]
        return
    reader = factory.build_reader(hardware_settings(config))
    try:
        reader.check()
        presence = Presence()

        def next_cards(wait_s: float) -> Sequence[dict[str, Any]]:
            give_up = time.monotonic() + wait_s
            while time.monotonic() < give_up:
                told = presence.poll(reader.read())
                if told:
                    return [card_json(card) for card in told.came]
                time.sleep(config.reader.poll_s)
            return ()

        yield next_cards
    finally:
        reader.close()


def make_card(keys: Keys, seen: CardSeen, is_new: bool) -> Card:
    """A card as the station knows it: by the digest of its number."""
    if seen.is_random:
        return Card("random", seen.kind, is_random=True, is_new=is_new)  # its number means nothing
    return Card(keys.card_digest(seen.kind, seen.uid), seen.kind, is_new=is_new)


def socket_path(config: Config) -> Path:
    """Where a running daemon answers."""
    return config.kiosk.data / SOCKET_FILE
