"""The composition root: the one place that sees the rules, the hardware and the pages together.

Importing it opens nothing. Each function builds one thing out of a config.
"""

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from hardware import factory, off
from hardware.ports import Hardware
from hardware.presence import Presence
from kiosk.assembly import check_wiring as check_wiring
from kiosk.assembly import hardware_settings, poll_s
from kiosk.background import Background
from kiosk.backups import OwnBackups
from kiosk.cards import make_card
from kiosk.clock import Clock, SkippingClock, SystemClock
from kiosk.collaborators import Collaborators, Server
from kiosk.config import WEEKDAYS, Config
from kiosk.control import ControlServer, socket_in
from kiosk.core import Core
from kiosk.daemon import Daemon
from kiosk.drafting import Deadlines, Rules
from kiosk.errors import ConfigError
from kiosk.fittings import TURNING_OFF_S, BoardBank
from kiosk.guard import Guard
from kiosk.journal import System
from kiosk.keys import CARD_KEY, CHAIN_KEY, Keys, load_keys
from kiosk.model import Cubby
from kiosk.offline import Offline
from kiosk.outgoing.making import make_outgoing
from kiosk.outgoing.outgoing import Outgoing
from kiosk.paper.papers import Papers
from kiosk.policy.facts import Graces
from kiosk.policy.signals import Profile
from kiosk.retention import Retention, Series
from kiosk.rostering import RosterDesk
from kiosk.school.school import rules_by
from kiosk.scrub import Scrub
from kiosk.setup_codes import SetupCodes
from kiosk.store import FILE_NAME, Store
from kiosk.store.made_with import other_keys
from kiosk.systemd import ServiceManager
from kiosk.timetable import Timetable
from kiosk.tls import Examined, Source, load_context, read_source, source_of
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs
from kiosk.workshop import OwnWorkshop
from webui.api.telling import batch_since
from webui.server import WebServer
from webui.simulator import SimCard as SimCard


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
            has_sensor=number in bank.wiring.sensed,
            bank=bank.name,
        )
        for bank in hardware_settings(config).banks
        for number in sorted(bank.wiring.cubbies)
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
            unknown_s=timedelta(hours=config.retention.unknown_hours) / timedelta(seconds=1),
        ),
        at_once=config.locks.max_concurrent,
    )


def check_folders(config: Config, where: str) -> None:
    """Raises ConfigError if the keys are kept in the data folder: whoever copies or takes the
    data must not have the keys to it."""
    data, keys = config.kiosk.data.resolve(), config.kiosk.key_dir.resolve()
    if keys.is_relative_to(data):
        raise ConfigError(
            where, [f"kiosk.key_dir: {keys} is in the data folder; keep the keys apart from it"]
        )


def all_off(config: Config) -> Callable[[], None]:
    """What turns every lock off from a process that does not own them: guard and stop-hook."""
    settings = hardware_settings(config)
    return lambda: off.all_off(settings)


def pulse_silence_s(config: Config) -> float:
    """For how long the guard may hear nothing of a pulse under way, so that a coil of a kiosk that
    hangs is off before its ceiling. Infinity where only boards time pulses."""
    locks = config.locks
    ours = [bank for bank in locks.banks if not isinstance(bank, BoardBank)]
    return min((locks.room_of(bank) - TURNING_OFF_S for bank in ours), default=math.inf)


def prepare_all_off(config: Config) -> Callable[[], None]:
    """What the guard does first, so that ``all_off`` finds everything loaded."""
    settings = hardware_settings(config)
    return lambda: off.prepare_all_off(settings)


def open_keys(config: Config, *, for_restore: bool = False) -> Keys:
    """The keys. ``for_restore``: the record there does not matter.

    Raises:
        ConfigError: one is missing or unsafe, or is not the record's; says so plainly.
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
    keys = load_keys(folder)
    if not for_restore and (faults := other_keys(config.kiosk.data, keys)):
        raise ConfigError(str(folder), faults)
    return keys


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A kiosk's record, opened, with what goes with it. Whoever opened it closes the store."""

    config: Config
    keys: Keys
    store: Store
    core: Core

    @classmethod
    def of(
        cls,
        config: Config,
        clock: Clock | None = None,
        *,
        mends: bool = False,
        system: System | None = None,
    ) -> "OpenRecord":
        """Open it. ``mends``: a damaged one is repaired, as far as it can be. ``system``: another
        disk than the real one.

        Raises:
            ConfigError: a key is missing or unsafe.
            AlreadyRunning: another process has the record open.
            RecordFault: it is damaged.
        """
        keys = open_keys(config)
        store = Store(
            config.kiosk.data, kiosk=config.kiosk.id, keys=keys, mends=mends, system=system
        )
        newest: list[Core] = []
        clock = clock or SystemClock(
            rtc_battery=config.kiosk.rtc_battery,
            not_before=lambda: newest[0].standing.state.trusted_at if newest else None,
        )
        try:
            rules = make_rules(config)
            core = Core(store, rules, clock, partial(rules_by, rules))
            core.note_damage()
        except BaseException:
            store.close()
            raise
        newest.append(core)
        return cls(config, keys, store, core)


def examine_tls(config: Config, clock: Clock | None = None) -> tuple[Source, Examined] | None:
    """The files that the pages are encrypted with, judged; None where they are not encrypted."""
    source = source_of(config)
    if source is None:
        return None
    now = (clock or SystemClock(rtc_battery=config.kiosk.rtc_battery)).now()
    return source, read_source(source, config.web.trusted_hosts, now)


def check_tls(config: Config) -> list[str]:
    """What keeps browsers from taking the certificate, if anything.

    Raises:
        ConfigError: the pages cannot be encrypted as the config wants it.
    """
    found = examine_tls(config)
    if found is None:
        return []
    source, it = found
    if it.faults:
        raise ConfigError("the pages' certificate", list(it.faults))
    load_context(source)
    return [f"the pages' certificate: {trouble}" for trouble in it.troubles]


def check_cabinet(opened: OpenRecord) -> None:
    """Raises ConfigError if the record has a device in a cubby that the config does not have."""
    kept = opened.core.standing.state.in_cubby.keys()
    lost = sorted(kept - opened.core.rules.cubbies.keys())
    if lost:
        faults = [f"cubby {n} holds a device, and the cabinet has no such cubby" for n in lost]
        raise ConfigError("the cabinet", faults)


def open_hardware(config: Config, timing: factory.Timing = factory.REAL_TIME) -> Hardware:
    """The reader and the locks. Raises BackendUnavailable; never simulates instead."""
    return factory.build(hardware_settings(config), timing)


def offline_verbs(opened: OpenRecord) -> Verbs:
    """The verbs of a kiosk that does not run."""
    config = opened.config
    service = Offline(
        opened.core,
        make_upkeep(opened),
        school=config.school.name,
        is_simulated=config.is_simulated,
    )
    outgoing = make_outgoing(config, service, batch_since, time.monotonic)
    return Verbs(service, opened.keys, outgoing=outgoing)


def make_daemon(
    opened: OpenRecord,
    hardware: Hardware,
    guard: Guard,
    *,
    clock: SkippingClock | None = None,
    cards: Callable[[], Sequence[SimCard]] | None = None,
) -> tuple[Daemon, WebServer]:
    """The daemon with its pages and its control socket, not running yet; ``stop_servers`` of one
    that never runs closes both.

    ``clock`` is given when its wall may be moved on; ``cards`` lists those on the simulator page;
    None: they are the made-up ones of those on the roster.
    """
    config = opened.config
    backups, upkeep = OwnBackups(config), make_upkeep(opened)
    given = Collaborators(
        core=opened.core,
        upkeep=upkeep,
        scrub=Scrub(opened.core, backups.verify, time.monotonic, renew=upkeep.rotate_soon),
        hardware=hardware,
        presence=Presence(),
        to_card=lambda seen, is_new: make_card(opened.keys, seen, is_new),
        manager=ServiceManager(os.environ),
        monotonic=time.monotonic,
        school=config.school.name,
        poll_s=poll_s(config),
        profile=Profile.LOW_SENSORY if config.lights.low_sensory else Profile.NORMAL,
        beat_guard=guard.beat,
        tell_guard_of_pulse=guard.pulsing,
        guard_is_alive=guard.alive,
    )
    daemon = Daemon(given)
    skip = _skipper(daemon, clock) if clock else None
    tls, codes = examine_tls(config), SetupCodes(time.monotonic)
    outgoing = make_outgoing(config, daemon, batch_since, time.monotonic)
    verbs = Verbs(
        daemon,
        opened.keys,
        hands=hardware.hands,
        skip=skip,
        next_presentation=daemon.next_presentation,
        lights=daemon.signalling,
        setup_codes=codes,
        outgoing=outgoing,
    )
    web = WebServer(
        daemon,
        host=config.web.host,
        port=config.web.port,
        trusted_hosts=config.web.trusted_hosts,
        hands=hardware.hands,
        skip_time=skip,
        cards=cards,
        workshop=OwnWorkshop(config),
        backups=backups,
        desk=RosterDesk(daemon, lambda number: opened.keys.card_digest(*number)),
        context=load_context(tls[0]) if tls else None,
        papers_of_school=make_papers(config),
        setup_codes=codes,
        outgoing=outgoing,
        start_anew=daemon.ask_to_stop,
    )
    given.status = f"pages at {web.address}"
    given.servers = [web]
    try:
        control = ControlServer(socket_in(config.kiosk.data), verbs.call)
        given.servers = [web, control, *_if_any(outgoing)]
    except BaseException:
        daemon.stop_servers()
        raise
    return daemon, web


def _if_any(outgoing: Outgoing) -> list[Server]:
    return [outgoing] if outgoing.receivers else []


def make_papers(config: Config) -> Papers:
    """What the school hands out and puts up."""
    folder = Path(config.school.papers) if config.school.papers else None
    return Papers(folder, config.retention.taps_days, config.retention.acts_years)


def make_upkeep(
    opened: OpenRecord,
    monotonic: Callable[[], float] = time.monotonic,
    background: Background | None = None,
) -> Upkeep:
    """What looks after the record."""
    kept = opened.config.retention
    ages = {
        Series.TAPS: timedelta(days=kept.taps_days),
        Series.VISITORS: timedelta(days=kept.visitors_days),
    }
    retention = Retention(ages, {Series.ACTS: kept.acts_years})
    return Upkeep(opened.core, monotonic, retention=retention, background=background)


def _skipper(daemon: Daemon, clock: SkippingClock) -> Callable[[], None]:
    def skip() -> None:
        change = daemon.rules.timetable.next_change(daemon.now().at)
        if change is not None:
            clock.skip_to(change)

    return skip
