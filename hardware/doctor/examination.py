"""Who is examined, and how: every check at once, each held to one limit of time."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from hardware.doctor.access import User, find_user
from hardware.doctor.finding import Finding
from hardware.doctor.machine import Machine
from hardware.doctor.service import Unit, find_unit
from hardware.settings import BankSettings, HardwareSettings
from hardware.wiring import wiring_faults

LIMIT_S = 8.0


@dataclass(frozen=True, slots=True)
class Subject:
    """The machine, and what the kiosk's config makes of it.

    ``data`` must outlast the power; ``keys`` too. ``rtc_battery``: whether the config trusts the
    machine's own clock. ``in_use``: whether a running kiosk has the hardware; None: that cannot be
    seen. ``user``: whom the kiosk runs as. ``unit``: its service, where one is installed.
    """

    machine: Machine
    settings: HardwareSettings
    data: Path
    keys: Path
    rtc_battery: bool
    in_use: bool | None
    user: User
    unit: Unit | None

    @classmethod
    def of(
        cls,
        machine: Machine,
        settings: HardwareSettings,
        *,
        data: Path,
        keys: Path,
        rtc_battery: bool = False,
        in_use: bool | None = False,
    ) -> "Subject":
        """With the unit that is installed, and the user that it, or the data folder, names."""
        unit = find_unit(machine)
        user = _runs_as(machine, unit, data)
        return cls(machine, settings, data, keys, rtc_battery, in_use, user, unit)

    @property
    def is_the_units(self) -> bool:
        """Whether the unit runs on this data folder, and not somebody on one of their own."""
        return _is_state_of(self.unit, self.data)

    def name_of(self, uid: int) -> str:
        """The name of a user's number; the number where it has none."""
        user = find_user(self.machine, uid)
        return user.name if user else str(uid)

    @property
    def real_banks(self) -> list[BankSettings]:
        """The banks that are no software."""
        return [bank for bank in self.settings.banks if not bank.simulated]


Check = Callable[[Subject], Iterable[Finding]]


def why_not_asked(subject: Subject, name: str) -> Finding | None:
    """Why a device is not asked itself: a running kiosk may have it, or a wrong number in the
    config could make it another's. None where it may be."""
    if subject.in_use is None:
        hint = "ask as root, or as the user that the kiosk runs as"
        return Finding.unknown(name, "not asked: a running kiosk may have it", hint)
    if wiring_faults(subject.settings):
        return Finding.unknown(name, "not asked before the wiring is right")
    return None


def parsed(told: str | None) -> object:
    """What a program that was asked printed as JSON; None if it did not."""
    try:
        return json.loads(told or "")
    except (ValueError, RecursionError):
        return None


def on_a_pi(
    name: str, wanted: Callable[[Subject], bool] = lambda subject: True
) -> Callable[[Check], Check]:
    """A check of what only a Raspberry Pi has: elsewhere one finding says that it was not made.

    Where nothing is wanted of it, it is not made at all.
    """

    def decorate(check: Check) -> Check:
        @wraps(check)
        def examined(subject: Subject) -> Iterable[Finding]:
            if not wanted(subject):
                return []
            if subject.machine.is_pi:
                return check(subject)
            return [Finding.unknown(name, "this is no Raspberry Pi: it cannot be checked here")]

        return examined

    return decorate


def carry_out(
    checks: Sequence[Check], subject: Subject, *, limit_s: float = LIMIT_S
) -> list[Finding]:
    """What every check finds, in their order. All run at once, in threads that end with us.

    A check that fails, or has not ended after ``limit_s`` seconds, is a finding too.
    """
    results: dict[int, list[Finding]] = {}

    def examine(index: int, check: Check) -> None:
        try:
            results[index] = list(check(subject))
        except Exception as error:
            words = f"could not be checked: {type(error).__name__}: {error}"
            results[index] = [Finding.unknown(_name(check), words)]

    threads = [
        threading.Thread(target=examine, args=(index, check), daemon=True)
        for index, check in enumerate(checks)
    ]
    for thread in threads:
        thread.start()
    give_up = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, give_up - time.monotonic()))
    findings = []
    for index, check in enumerate(checks):
        late = [Finding.unknown(_name(check), f"could not be checked within {limit_s:g} s")]
        findings += results.get(index, late)
    return findings


def _name(check: Check) -> str:
    return getattr(check, "__name__", "a check").replace("_", " ")


def _runs_as(machine: Machine, unit: Unit | None, data: Path) -> User:
    """The unit's user where the data are the unit's; else the data's owner, else who asks."""
    groups = unit.words("SupplementaryGroups") if unit else []
    if unit and _is_state_of(unit, data):
        user = find_user(machine, unit.last("User") or 0, groups)
        if user is not None:
            return user
    node = machine.stat(data)
    uid = machine.uid if node is None else node.owner
    return find_user(machine, uid) or User(uid, str(uid), frozenset())


def _is_state_of(unit: Unit | None, data: Path) -> bool:
    if unit is None:
        return False
    return any(data == Path("/var/lib") / name for name in unit.words("StateDirectory"))
