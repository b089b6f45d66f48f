"""The config file: what the machine is. Every key stands in config.example.toml."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from kiosk.errors import ConfigError, key_path
from kiosk.fittings import LightsSection, LocksSection, ReaderSection, Section
from kiosk.outgoing.sections import TellSection
from kiosk.timetable import Day
from kiosk.toml_lines import by_line, why_no_config, with_its_line

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BANKS = ("locks", "banks")
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
LONGEST_HOST = 253  # characters (RFC 1035)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
Seconds = Annotated[float, Field(gt=0, le=86400)]


class KioskSection(Section):
    """Who this kiosk is, and where it keeps what it must not lose."""

    id: str = Field("front", pattern=r"^[a-z0-9-]{1,20}$")
    data: Path = Path("/var/lib/kiosk")
    key_dir: Path = Path("/etc/kiosk/keys")
    rtc_battery: bool = False


class WeekEntry(Section):
    """The phases of some days of the week, in local time."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    arrival: time
    locked: time
    release: time
    closed: time

    @field_validator("arrival", "locked", "release", "closed", mode="before")
    @classmethod
    def _hours_and_minutes(cls, value: object) -> object:
        if isinstance(value, str) and len(value) == 5 and value[2] == ":":
            return value
        raise ValueError('write a time as "08:20"')

    def day(self) -> Day:
        """As the timetable has it."""
        return Day(self.arrival, self.locked, self.release, self.closed)

    @model_validator(mode="after")
    def _in_order(self) -> "WeekEntry":
        if not self.day().is_ordered():
            raise ValueError("arrival, locked, release and closed must follow one another")
        return self


class SchoolSection(Section):
    """The school's name, zone and week."""

    name: str = Field("Example School", min_length=1, max_length=80)
    zone: str = "Europe/London"
    papers: str = ""
    week: tuple[WeekEntry, ...] = Field(min_length=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'no time zone is called "{value}"; try "Europe/London"') from None
        return value

    @model_validator(mode="after")
    def _each_day_once(self) -> "SchoolSection":
        days = [day for entry in self.week for day in entry.days]
        twice = sorted({day for day in days if days.count(day) > 1}, key=WEEKDAYS.index)
        if twice:
            raise ValueError(f"stands in the week more than once: {', '.join(twice)}")
        return self


class CabinetSection(Section):
    """How many cubbies there are, and how they stand: counted in rows from the top left."""

    cubbies: int = Field(ge=1, le=1000)
    columns: int = Field(4, ge=1, le=50)


class TimesSection(Section):
    """How long the kiosk waits for people, in seconds."""

    repeat_s: Seconds = 3
    open_s: Seconds = 5
    remind_s: Seconds = 15
    left_open_s: Seconds = 30
    presume_s: Seconds = 10
    reopen_s: Seconds = 120
    left_inside_s: Seconds = 300


class RetentionSection(Section):
    """How long what happened is kept."""

    taps_days: int = Field(90, ge=1)
    visitors_days: int = Field(30, ge=1)
    acts_years: int = Field(1, ge=0, le=25)
    unknown_hours: int = Field(24, ge=1, le=24)


class WebSection(Section):
    """The office's pages."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    trusted_hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    certificate_key: Path | None = None
    allow_plain_http: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the pages."""
        return self.host in LOOPBACK

    @property
    def uses_tls(self) -> bool:
        """Whether the pages are encrypted: always, but on this machine alone, or by choice."""
        return self.certificate is not None or not (self.is_loopback or self.allow_plain_http)

    @field_validator("certificate", "certificate_key", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("trusted_hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _is_host(name):
                raise ValueError(
                    f'"{name}" is no name or address of a host; write "kiosk.local" or '
                    '"10.0.0.5", without https:// and without a port'
                )
        return tuple(name.lower() for name in value)

    @model_validator(mode="after")
    def _one_way_to_serve(self) -> "WebSection":
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key go together: name both, or neither")
        if self.certificate is not None and self.allow_plain_http:
            raise ValueError("allow_plain_http = true and a certificate contradict each other")
        if not self.is_loopback and not self.trusted_hosts:
            raise ValueError(
                'trusted_hosts must list the names that browsers use, such as "kiosk.local"'
            )
        return self


def _is_host(text: str) -> bool:
    """Whether it is an address, a name, or ``.name`` for all names below it."""
    try:
        ip_address(text)
    except ValueError:
        labels = text.removeprefix(".").split(".")
        return len(text) <= LONGEST_HOST and all(map(_LABEL.fullmatch, labels))
    return True


class Config(Section):
    """The whole file."""

    kiosk: KioskSection = KioskSection()
    school: SchoolSection
    cabinet: CabinetSection
    reader: ReaderSection
    locks: LocksSection
    lights: LightsSection = LightsSection()
    times: TimesSection = TimesSection()
    retention: RetentionSection = RetentionSection()
    web: WebSection = WebSection()
    tell: TellSection = TellSection()
    _where: str = PrivateAttr("the config")

    @property
    def where(self) -> str:
        """The file that says all this."""
        return self._where

    def said_by(self, where: str) -> "Config":
        """This one, once it is known which file says it."""
        self._where = where
        return self

    @property
    def is_simulated(self) -> bool:
        """Whether any part of what people touch is simulated."""
        return self.reader.simulated or any(bank.simulated for bank in self.locks.banks)


def load_config(path: Path, *, data: Path | None = None) -> Config:
    """Read a config file; ``data`` replaces its data folder. Paths in it count from its folder,
    and are whole afterwards.

    Raises:
        ConfigError: it cannot be used; every fault is listed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = "there is no such file: name yours with --config; config.example.toml is one to copy"
        raise ConfigError(str(path), [hint]) from None
    except OSError as fault:
        raise ConfigError(str(path), [fault.strerror or "it cannot be read"]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), ["this is no text in UTF-8"]) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(str(path), why_no_config(str(fault), text)) from None
    return make_config(raw, str(path), base=path.parent.absolute(), data=data, text=text)


def make_config(
    raw: dict[str, Any],
    where: str,
    *,
    base: Path = Path(),
    data: Path | None = None,
    text: str = "",
) -> Config:
    """A config from what a file says. ``text``: how it says it, for the lines that faults are on.

    Raises:
        ConfigError: it cannot be used; every fault is listed.
    """
    between = _lock_faults(raw)
    try:
        config = Config.model_validate(raw)
    except ValidationError as errors:
        faults = by_line(_faults(errors.errors(), raw, text))
        raise ConfigError(where, [*faults, *between]) from None
    if between:
        raise ConfigError(where, between)
    kiosk = config.kiosk.model_copy(
        update={"data": base / (data or config.kiosk.data), "key_dir": base / config.kiosk.key_dir}
    )
    files = {
        name: base / file
        for name, file in (
            ("certificate", config.web.certificate),
            ("certificate_key", config.web.certificate_key),
        )
        if file is not None
    }
    web = config.web.model_copy(update=files)
    hooks = tuple(
        one.model_copy(update={"authority": base / one.authority}) if one.authority else one
        for one in config.tell.webhooks
    )
    tell = config.tell.model_copy(update={"webhooks": hooks})
    papers = config.school.papers
    own = {"papers": str(base / papers) if papers else ""}
    school = config.school.model_copy(update=own)
    whole = {"kiosk": kiosk, "web": web, "school": school, "tell": tell}
    return config.model_copy(update=whole).said_by(str(base / where))


def _lock_faults(raw: Mapping[str, Any]) -> list[str]:
    """Which cubbies have no lock, and which locks no cubby; nothing where one of both sections is
    not sound."""
    try:
        cabinet = CabinetSection.model_validate(raw.get("cabinet"))
        locks = LocksSection.model_validate(raw.get("locks"))
    except ValidationError:
        return []
    numbers = set(range(1, cabinet.cubbies + 1))
    missing, beyond = sorted(numbers - locks.numbers), sorted(locks.numbers - numbers)
    return [
        *([f"no bank of locks has cubby {_list(missing)}"] if missing else []),
        *([f"a bank has cubby {_list(beyond)}, beyond the cabinet"] if beyond else []),
    ]


def _faults(errors: Sequence[Any], raw: Mapping[str, Any], text: str) -> list[str]:
    """Each fault once: a list is not called empty because its items were faulty."""
    places = [tuple(error["loc"]) for error in errors]
    return [
        with_its_line(_words(error, raw), text, _keys(place))
        for error, place in zip(errors, places, strict=True)
        if error["type"] != "too_short"
        or not any(len(p) > len(place) and p[: len(place)] == place for p in places)
    ]


def _words(error: Any, raw: Mapping[str, Any]) -> str:
    """One fault in words: where, what, and what was there instead."""
    where = _where(error["loc"], raw)
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such key; see config.example.toml"
    if error["type"] == "missing":
        return f"{where}: is missing"
    message = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message}"


def _keys(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The keys down to the fault as the file has them: a bank's backend is not one."""
    return (*loc[:3], *loc[4:]) if loc[:2] == _BANKS else loc


def _where(loc: Sequence[str | int], raw: Mapping[str, Any]) -> str:
    """The keys down to the fault; a bank by its name where it has one."""
    if tuple(loc[:2]) == _BANKS and len(loc) > 2:
        bank = raw["locks"]["banks"][loc[2]]
        if isinstance(bank, dict) and isinstance(name := bank.get("name"), str) and name:
            return ": ".join([f"bank {name}", *([key_path(loc[4:])] if loc[4:] else [])])
    return key_path(loc) or "the file"


def _list(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)
