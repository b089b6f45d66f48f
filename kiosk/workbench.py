"""What a technician does beside the daemon or without it: read a card, test the lights, look for
what is wrong with the machine. A part of bootstrap."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardware import factory
from hardware.doctor import CHECKS, carry_out, this_machine
from hardware.doctor import Check as Check
from hardware.doctor import Finding as Finding
from hardware.doctor import Machine as Machine
from hardware.doctor import Subject as Subject
from hardware.doctor import Verdict as Verdict
from hardware.presence import Presence
from kiosk.arguments import card_json
from kiosk.assembly import hardware_settings, poll_s
from kiosk.config import Config
from kiosk.control import ask, is_answering, socket_in
from kiosk.errors import BadInput
from kiosk.policy.signals import Profile
from kiosk.signalling import ROUND_S, run_self_test


@contextmanager
def card_source(config: Config) -> Iterator[Callable[[float], Sequence[dict[str, Any]]]]:
    """What waits for the next presentation's cards, for so many seconds: a running daemon's
    reader, or else the reader itself.

    Raises:
        ReaderLost, BackendUnavailable: there is no reader, or it is dead.
    """
    path = socket_in(config.kiosk.data)
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
                time.sleep(poll_s(config))
            return ()

        yield next_cards
    finally:
        reader.close()


@contextmanager
def typing_reader(config: Config) -> Iterator[Callable[[float], str]]:
    """What waits for the next number that a reader types, for so many seconds, and tells it as it
    was typed; nothing if none came. Only while no daemon has the reader.

    Raises:
        BadInput: the reader is none that types, or a running kiosk has it.
        ReaderLost, BackendUnavailable: there is no reader, or it is dead.
    """
    if config.reader.backend != "keyboard":
        raise BadInput(
            f"[reader] backend is {config.reader.backend}, which tells whole numbers: a profile is"
            " for one that types, a keyboard"
        )
    if is_answering(socket_in(config.kiosk.data)):
        raise BadInput("the running kiosk has the reader: stop it first, `systemctl stop kiosk`")
    reader = factory.build_typing_reader(hardware_settings(config))
    try:
        reader.check()
        reader.texts()  # what was typed before anybody asked
        waiting: deque[str] = deque()

        def next_text(wait_s: float) -> str:
            give_up = time.monotonic() + wait_s
            waiting.extend(reader.texts())
            while not waiting and time.monotonic() < give_up:
                time.sleep(poll_s(config))
                waiting.extend(reader.texts())
            return waiting.popleft() if waiting else ""

        yield next_text
    finally:
        reader.close()


def test_lights(config: Config, tell: Callable[[str], None]) -> list[str]:
    """Show every light in turn, by the running daemon or else directly; what does not work.

    Raises:
        BackendUnavailable: this machine cannot run them.
    """
    path = socket_in(config.kiosk.data)
    if is_answering(path):
        return _test_running_lights(path, tell)
    profile = Profile.LOW_SENSORY if config.lights.low_sensory else Profile.NORMAL
    with factory.lights_alone(hardware_settings(config)) as lights:
        return run_self_test(lights, profile, monotonic=time.monotonic, sleep=time.sleep, tell=tell)


def _test_running_lights(path: Path, tell: Callable[[str], None]) -> list[str]:
    found: dict[str, None] = {}
    told, now = "", ask(path, "lights", {"test": True})
    while now["testing"] is not None:
        if now["testing"] and now["testing"] != told:
            told = now["testing"]
            tell(told)
        time.sleep(ROUND_S)
        now = ask(path, "lights", {})
        found |= dict.fromkeys(now["faults"])  # also what the last part leaves behind
    return list(found)


def make_subject(config: Config, *, in_use: bool | None, machine: Machine | None = None) -> Subject:
    """What the doctor examines: this machine unless another is given, with this config.

    ``in_use``: whether a running kiosk has the hardware; None: that cannot be seen.
    """
    return Subject.of(
        machine or this_machine(),
        hardware_settings(config),
        data=config.kiosk.data,
        keys=config.kiosk.key_dir,
        rtc_battery=config.kiosk.rtc_battery,
        in_use=in_use,
    )


def examine(subject: Subject, more: Sequence[Check]) -> list[Finding]:
    """What the checks of machine and hardware find, and ``more`` of them. Takes some seconds."""
    return carry_out([*CHECKS, *more], subject)
