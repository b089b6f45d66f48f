"""Builds the hardware that the settings name.

A backend is imported when it is chosen, and not before. One that this machine cannot run is an
error, never a reason to simulate. Turning all off from outside is ``hardware.off``'s.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hardware.boards import BoardLocks, SerialBus, open_serial_bus
from hardware.gpio.timer import After, after_in_thread
from hardware.lights.errors import LightFault
from hardware.lights.none import NoLights
from hardware.ports import CardReader, Hardware, Lights, LockBank
from hardware.power import under_voltage
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LightSettings,
)
from hardware.supply import Supply
from hardware.wiring import wiring_faults

if TYPE_CHECKING:
    from hardware.keyboard import KeyboardReader
    from hardware.simulated.assembly import Simulation


@dataclass(frozen=True, slots=True)
class Timing:
    """Time for all hardware. ``now``: monotonic seconds; ``after``: starts the timers that end
    pulses; ``advance`` is told how long the simulated chip's work took, for a virtual clock."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    after: After = after_in_thread
    advance: Callable[[float], None] = lambda seconds: None


REAL_TIME = Timing()


def build(settings: HardwareSettings, timing: Timing = REAL_TIME) -> Hardware:
    """The hardware, ready for use. Its owner closes it.

    A reader or a board that does not answer is no error here: its first ``read`` says so.

    Raises:
        ValueError: lines or limits cannot be used; every reason is in the message.
        BackendUnavailable: this machine cannot run a chosen backend, or the simulated cabinet's
            file is something else.
        LockFault: a lock's line could not be claimed.
    """
    if faults := wiring_faults(settings):
        raise ValueError("\n".join(faults))
    with ExitStack() as built:
        workshop = _Workshop(settings, timing, built)
        reader = workshop.reader()
        supply = Supply(settings.max_concurrent)
        banks = {bank.name: supply.feed(workshop.bank(bank)) for bank in settings.banks}
        try:
            lights, dark = workshop.lights(), []
        except LightFault as fault:  # a kiosk without a lamp takes phones in all the same
            lights, dark = NoLights(), [str(fault)]
        return Hardware(
            reader,
            banks,
            lights=lights,
            hands=workshop.hands(),
            power_is_low=workshop.power_is_low(),
            warnings=[*_warnings(settings), *dark],
            closes=built.pop_all().close,
            self_timed=frozenset(
                bank.name for bank in settings.banks if isinstance(bank.wiring, BoardWiring)
            ),
        )


def build_reader(settings: HardwareSettings, timing: Timing = REAL_TIME) -> CardReader:
    """The reader alone, closed by whoever asked for it. A simulated one never sees a card.

    Raises:
        BackendUnavailable: this machine cannot run the backend.
    """
    return _Workshop(settings, timing, ExitStack()).reader()


def build_typing_reader(settings: HardwareSettings, timing: Timing = REAL_TIME) -> "KeyboardReader":
    """The reader alone, one that types, for what it types as it is. Closed by whoever asked.

    Raises:
        ValueError: it is another kind of reader.
        BackendUnavailable: this machine cannot run the backend.
    """
    from hardware.keyboard import KeyboardReader

    reader = build_reader(settings, timing)
    if isinstance(reader, KeyboardReader):
        return reader
    reader.close()
    raise ValueError("only a keyboard reader types")


@contextmanager
def lights_alone(settings: HardwareSettings, timing: Timing = REAL_TIME) -> Iterator[Lights]:
    """The lamps and the buzzer alone, dark again afterwards.

    Raises:
        BackendUnavailable: this machine cannot run them.
        LightFault: one of their lines could not be claimed.
    """
    with ExitStack() as built:
        yield _Workshop(settings, timing, built).lights()


class _Workshop:
    """Makes each part once, and has what it makes closed again, the last one first."""

    def __init__(self, settings: HardwareSettings, timing: Timing, built: ExitStack) -> None:
        self._settings = settings
        self._timing = timing
        self._built = built
        self._header: Any = None
        self._lines: dict[str, SerialBus] = {}
        self._simulation: Simulation | None = None

    def reader(self) -> CardReader:
        """The card reader."""
        reader = self._make_reader()
        self._built.callback(reader.close)
        return reader

    def bank(self, bank: BankSettings) -> LockBank:
        """One bank of locks."""
        made = self._simulated().bank(bank) if bank.simulated else self._make_bank(bank)
        self._built.callback(made.close)
        return made

    def lights(self) -> Lights:
        """The lamps and the buzzer; none where none are fitted."""
        lights = self._make_lights(self._settings.lights)
        self._built.callback(lights.close)
        return lights

    def hands(self) -> Any:
        """Hands on what is simulated; None where nothing is."""
        return self._simulation.hands() if self._simulation else None

    def power_is_low(self) -> Callable[[], bool | None]:
        """What tells of the computer's supply; where anything is simulated, so is that."""
        return self._simulation.power_is_low if self._simulation else under_voltage

    def _simulated(self) -> "Simulation":
        if self._simulation is None:
            from hardware.simulated.assembly import Simulation

            self._simulation = Simulation(self._settings, self._timing)
            self._built.callback(self._simulation.close)
        return self._simulation

    def _make_reader(self) -> CardReader:
        reader, timing = self._settings.reader, self._timing
        if reader.simulated:
            return self._simulated().reader(reader)
        match reader.backend:
            case "rc522":
                from hardware.rc522 import Wiring, open_rc522

                wiring = Wiring(reader.bus, reader.device, reader.reset_pin)
                return open_rc522(wiring, timing.sleep, timing.now)
            case "keyboard":
                from hardware.keyboard import open_keyboard

                return open_keyboard(reader.path, reader.profile, timing.now)
            case "rdm6300":
                from hardware.rdm6300 import open_rdm6300

                return open_rdm6300(reader.path, timing.now)

    def _make_bank(self, bank: BankSettings) -> LockBank:
        timing = self._timing
        match bank.wiring:
            case ExpanderWiring() as wiring:
                from hardware.expander import open_expander

                return open_expander(wiring, bank.limits, timing.after, timing.now)
            case GpioWiring() as wiring:
                from hardware.gpio.locks import GpioLocks

                return GpioLocks(
                    wiring,
                    bank.limits,
                    self._own_header(),
                    after=timing.after,
                    monotonic=timing.now,
                )
            case BoardWiring() as wiring:
                return BoardLocks(wiring, bank.limits, self._line(wiring))

    def _make_lights(self, lights: LightSettings) -> Lights:
        if lights.simulated:
            return self._simulated().lights()
        if lights.lamp is None and lights.buzzer is None and not lights.cubbies:
            return NoLights()
        from hardware.lights.gpio import GpioLights

        return GpioLights(lights, self._own_header())

    def _own_header(self) -> Any:
        """This machine's pins: one factory for all, as two would share a table of pins."""
        if self._header is None:
            from hardware.gpio.lgpio_factory import open_lgpio_factory

            self._header = open_lgpio_factory()
            self._built.callback(self._header.close)
        return self._header

    def _line(self, wiring: BoardWiring) -> SerialBus:
        """The serial line that a board hangs on; boards with one path share it."""
        if wiring.port not in self._lines:
            self._lines[wiring.port] = open_serial_bus(
                wiring.port,
                wiring.protocol,
                sleep=self._timing.sleep,
                monotonic=self._timing.now,
            )
        return self._lines[wiring.port]


def _warnings(settings: HardwareSettings) -> list[str]:
    on_header = any(type(b.wiring) is GpioWiring and not b.simulated for b in settings.banks)
    if not on_header:
        return []
    from hardware.gpio.kernel import output_warnings

    return output_warnings()
