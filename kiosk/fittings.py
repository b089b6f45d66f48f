"""The sections of the config file that say which hardware is fitted: reader, locks, lights."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    field_validator,
    model_validator,
)

from hardware.profiles import PROFILES

Pin = Annotated[int, Field(ge=0, le=9999)]

# Lines of a simulated header, where there are as many as anybody asks for.
_FIRST_MADE_UP_PIN = 100

# A chip of 16 lines: locks from its first line on, door switches from the second half's on.
_FIRST_MADE_UP_DOOR = 8
_MOST_ON_A_CHIP = {True: 6, False: 16}

# A pulse that is asked for again after a rest must begin within 10 s: the loops drop it then.
_LONGEST_REST_S = 8.0
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")


class Section(BaseModel):
    """A table of the config file: no key that is not known, and nothing changes it later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _short_enough(rest_s: float) -> float:
    if rest_s > _LONGEST_REST_S:
        raise ValueError(
            f"a second pulse would come too late for whoever waits: at most {_LONGEST_REST_S:g} s"
        )
    return rest_s


Rest = Annotated[float, Field(ge=0), AfterValidator(_short_enough)]


class ReaderSection(Section):
    """The card reader."""

    backend: Literal["rc522", "keyboard", "rdm6300"]
    simulated: StrictBool = False
    bus: int = Field(0, ge=0, le=9)
    device: int = Field(0, ge=0, le=9)
    reset_pin: Pin = 25
    path: str = ""
    profile: str = "hex"
    poll_s: float = Field(0.075, ge=0.02, le=1)

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, value: str) -> str:
        if value not in PROFILES:
            raise ValueError(f"there is no such profile; there are {', '.join(PROFILES)}")
        return value

    @model_validator(mode="after")
    def _path_where_there_is_one(self) -> "ReaderSection":
        if self.backend != "rc522" and not self.simulated and not self.path:
            folder = "input" if self.backend == "keyboard" else "serial"
            raise ValueError(f"path is missing: which of /dev/{folder}/by-id is the reader?")
        return self

    @model_validator(mode="after")
    def _profile_of_one_that_types(self) -> "ReaderSection":
        if self.backend != "keyboard" and self.profile != "hex":
            raise ValueError(
                f"profile is for a keyboard reader alone: {self.backend} tells whole numbers. For a"
                " list, give the profile where it is imported"
            )
        return self


class PinPair(Section):
    """One cubby's lines: to its lock's driver and, where there is one, its door's switch."""

    lock: Pin
    door: Pin | None = None


class Bank(Section):
    """What every bank of locks has. The times are those of all banks where it has none."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,20}$")
    simulated: StrictBool = False
    cubbies: str = ""
    pulse_s: float | None = Field(None, gt=0, le=2)
    ceiling_s: float | None = Field(None, gt=0, le=2)
    rest_s: Rest | None = None

    @field_validator("cubbies")
    @classmethod
    def _a_range(cls, value: str) -> str:
        if value and not list(span(value)):
            raise ValueError('write the first and the last cubby, as "7-22"')
        return value

    @property
    def numbers(self) -> list[int]:
        """The cubbies that are wired to it."""
        return list(span(self.cubbies))


class _LineBank(Bank):
    """Locks on lines of their own, one each."""

    active_high: bool = True
    closed_is_low: bool = True
    sensors: bool = True
    pins: dict[int, PinPair] = Field(default_factory=dict)

    @property
    def wired(self) -> Mapping[int, PinPair]:
        """The lines of each cubby; made up where a simulated bank says only which cubbies."""
        if self.pins:
            return dict(sorted(self.pins.items()))
        first, sensors = _FIRST_MADE_UP_PIN, self.sensors
        return {
            n: PinPair(lock=first + 2 * n, door=first + 2 * n + 1 if sensors else None)
            for n in span(self.cubbies)
        }

    @property
    def numbers(self) -> list[int]:
        """The cubbies that are wired to it."""
        return list(self.wired)

    @model_validator(mode="after")
    def _pins_or_simulated(self) -> "_LineBank":
        if self.pins and self.cubbies:
            raise ValueError("pins say which cubbies these are: take cubbies away")
        if self.cubbies and not self.simulated:
            raise ValueError("pins are missing: which lines is each cubby wired to?")
        if not self.pins and not self.cubbies:
            raise ValueError("pins is missing: no cubby is wired to this bank")
        if not self.sensors and any(pair.door is not None for pair in self.pins.values()):
            raise ValueError("sensors = false, but pins name door switches: take one of them away")
        return self


class GpioBank(_LineBank):
    """Locks on this machine's own header."""

    backend: Literal["gpio"]


class ExpanderBank(_LineBank):
    """Locks on an MCP23017 on I2C."""

    backend: Literal["mcp23017"]
    bus: int = Field(1, ge=0, le=99)
    address: int = 0x20

    @property
    def wired(self) -> Mapping[int, PinPair]:
        """The lines of each cubby; made up where a simulated bank says only which cubbies."""
        if self.pins:
            return dict(sorted(self.pins.items()))
        first_door = _FIRST_MADE_UP_DOOR if self.sensors else None
        return {
            number: PinPair(lock=line, door=None if first_door is None else first_door + line)
            for line, number in enumerate(span(self.cubbies))
        }

    @model_validator(mode="after")
    def _room_on_the_chip(self) -> "ExpanderBank":
        most = _MOST_ON_A_CHIP[self.sensors]
        if len(span(self.cubbies)) > most:
            kind = "with" if self.sensors else "without"
            raise ValueError(f"an MCP23017 has room for {most} cubbies {kind} sensors")
        return self


class BoardBank(Bank):
    """Locks on a board that ends its own pulses, on a serial line."""

    backend: Literal["kerong", "kerong48", "board8a", "waveshare"]
    port: str = ""
    address: int = Field(0, ge=0, le=255)
    channels: dict[int, int] = Field(default_factory=dict)
    closed_bit: bool = True
    sensors: bool = True

    @property
    def wired(self) -> Mapping[int, int]:
        """The board's lock number of each cubby; from 1 on where only the cubbies are said."""
        if self.channels:
            return dict(sorted(self.channels.items()))
        return {cubby: lock for lock, cubby in enumerate(span(self.cubbies), 1)}

    @property
    def numbers(self) -> list[int]:
        """The cubbies that are wired to it."""
        return list(self.wired)

    @model_validator(mode="after")
    def _port_and_cubbies(self) -> "BoardBank":
        if bool(self.channels) is bool(self.cubbies):
            raise ValueError('say either cubbies = "7-22" or channels = { 7 = 1, 8 = 2 }')
        if not self.port and not self.simulated:
            raise ValueError("port is missing: which of /dev/serial/by-id is the board's?")
        return self


AnyBank = Annotated[GpioBank | ExpanderBank | BoardBank, Field(discriminator="backend")]


# Between a pulse's end and its ceiling: for the guard to hear that a kiosk hangs, and to turn off.
ROOM_S = 0.5
# Of that, what turning off takes: 33 ms at worst in a thousand kills, on a machine with other work.
TURNING_OFF_S = 0.15
_ROUNDED = 1e-9


class LocksSection(Section):
    """The locks and their doors: what holds for all of them, and the banks."""

    max_concurrent: int = Field(1, ge=1, le=8)
    pulse_s: float = Field(0.4, gt=0, le=2)
    ceiling_s: float = Field(1.0, gt=0, le=2)
    rest_s: Rest = 3.6
    banks: tuple[AnyBank, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _pulses_below_ceilings(self) -> "LocksSection":
        for bank in self.banks:
            room_s = self.room_of(bank)
            if room_s < 0:
                raise ValueError(f"bank {bank.name}: pulse_s must not be above ceiling_s")
            if not isinstance(bank, BoardBank) and room_s < ROOM_S - _ROUNDED:
                raise ValueError(
                    f"bank {bank.name}: ceiling_s must be {ROOM_S} above pulse_s, so that a coil"
                    " is turned off in time when the kiosk hangs"
                )
        return self

    def room_of(self, bank: AnyBank) -> float:
        """Seconds between the end of a bank's pulses and their ceiling."""
        return (bank.ceiling_s or self.ceiling_s) - (bank.pulse_s or self.pulse_s)

    @model_validator(mode="after")
    def _each_cubby_once(self) -> "LocksSection":
        numbers = [number for bank in self.banks for number in bank.numbers]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise ValueError(f"wired more than once: cubby {', '.join(map(str, twice))}")
        return self

    @property
    def numbers(self) -> set[int]:
        """Every cubby that is wired to a bank."""
        return {number for bank in self.banks for number in bank.numbers}


class LightsSection(Section):
    """The kiosk's lamp and buzzer, and the cubbies' lamps. Nothing is fitted by default."""

    simulated: StrictBool = False
    lamp: tuple[Pin, ...] = ()
    buzzer: Pin = 0
    cubbies: dict[int, Pin] = Field(default_factory=dict)
    active_high: bool = True
    low_sensory: bool = False

    @field_validator("lamp")
    @classmethod
    def _three_or_none(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) not in (0, 3):
            raise ValueError("write the lines of red, green and blue, as [5, 6, 4], or []")
        return value


def span(text: str) -> range:
    """The numbers of "7-22"; none where it is no range."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return range(0)
    first, last = map(int, found.groups())
    return range(first, last + 1) if first >= 1 else range(0)
