"""Lamp, buzzer and cubby lamps on lines of the header, real or mock: that is the pin factory's."""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

from hardware.lights.errors import LightFault
from hardware.lights.line import PulsedLine
from hardware.lights.ranges import check_brightness, check_tone
from hardware.ports import Colour
from hardware.settings import LightSettings

# A dimmed LED is pulsed. What pulses below 90 Hz may be seen (IEEE 1789-2015), so this is well
# above; but each pulse wakes lgpio's thread twice, all day, so it is no more than that.
LAMP_HZ = 200.0

# A square wave: the loudest that a piezo can be.
TONE_SHARE = 0.5

PARTS = ("red", "green", "blue")

# Which of red, green and blue shine. Amber is both red and green: three separate LEDs show it too,
# and nobody takes two of them for one.
MIXED: Mapping[Colour, tuple[bool, bool, bool]] = {
    Colour.OFF: (False, False, False),
    Colour.WHITE: (True, True, True),
    Colour.GREEN: (False, True, False),
    Colour.AMBER: (True, True, False),
    Colour.RED: (True, False, False),
    Colour.BLUE: (False, False, True),
}


class GpioLights:
    """LEDs on lines of their own, and a passive piezo. Implements ``Lights``.

    ``pin_factory`` is gpiozero's and stays open: its pins are one table for the whole process, so
    closing it would let go of the locks' lines too. Its owner closes it after everybody.

    Raises:
        LightFault: a line could not be claimed. Those claimed before it are dark and given back.
    """

    def __init__(self, settings: LightSettings, pin_factory: Any) -> None:
        self._lamp: dict[str, PulsedLine] = {}
        self._cubbies: dict[int, PulsedLine] = {}
        self._buzzer: PulsedLine | None = None
        self._one_at_a_time = threading.Lock()
        self._closed = False
        try:
            self._claim(settings, pin_factory)
        except BaseException:
            self.close()
            raise

    @property
    def has_lamp(self) -> bool:
        """Whether the kiosk has a lamp."""
        return bool(self._lamp)

    @property
    def has_buzzer(self) -> bool:
        """Whether it has a buzzer."""
        return self._buzzer is not None

    @property
    def lit_cubbies(self) -> frozenset[int]:
        """The numbers of the cubbies that have a lamp."""
        return frozenset(self._cubbies)

    def lamp(self, colour: Colour, brightness: float) -> None:
        """Let the lamp shine steadily. See ``Lights.lamp``."""
        check_brightness(brightness)
        shares = dict(zip(PARTS, MIXED[colour], strict=True))
        self._do(
            (f"the lamp's {part}", partial(_shine, line, brightness if shares[part] else 0.0))
            for part, line in self._lamp.items()
        )

    def cubby_lamps(self, lit: Collection[int]) -> None:
        """Let the lamps of exactly these cubbies shine. See ``Lights.cubby_lamps``."""
        self._do(
            (f"the lamp of cubby {cubby}", partial(line.steady, cubby in lit))
            for cubby, line in self._cubbies.items()
        )

    def tone(self, hz: float | None) -> None:
        """Begin a tone, or end it. See ``Lights.tone``."""
        check_tone(hz)
        if self._buzzer is None:
            return
        if hz is None:
            self._do([("the buzzer", partial(self._buzzer.steady, False))])
        else:
            self._do([("the buzzer", partial(self._buzzer.pulsed, hz, TONE_SHARE))])

    def check(self) -> None:
        """Ask the kernel for each line. See ``Lights.check``. An LED that is torn off answers
        nothing, and is not missed."""
        self._do(
            (f"GPIO {line.pin}", line.check)
            for line in (*self._lamp.values(), *self._cubbies.values(), self._buzzer)
            if line is not None
        )

    def close(self) -> None:
        """Make everything dark and silent, and give the lines back. A second call does nothing."""
        with self._one_at_a_time:
            if self._closed:
                return
            self._closed = True
            buzzer = [] if self._buzzer is None else [self._buzzer]
            for line in (*buzzer, *self._lamp.values(), *self._cubbies.values()):
                with contextlib.suppress(Exception):  # the others are to be dark all the same
                    line.close()

    def _claim(self, settings: LightSettings, pin_factory: Any) -> None:
        def line(pin: int, use: str, active_high: bool = settings.active_high) -> PulsedLine:
            try:
                return PulsedLine(pin, active_high, pin_factory)
            except Exception as error:
                raise LightFault(f"GPIO {pin} ({use}) cannot be claimed: {error}") from error

        for part, pin in zip(PARTS, settings.lamp or (), strict=False):
            self._lamp[part] = line(pin, f"{part} of the lamp")
        for cubby, pin in sorted(settings.cubbies.items()):
            self._cubbies[cubby] = line(pin, f"lamp of cubby {cubby}")
        if settings.buzzer is not None:
            # It rests low whatever the LEDs do: behind a transistor, high would be a current.
            self._buzzer = line(settings.buzzer, "buzzer", active_high=True)

    def _do(self, writes: Iterable[tuple[str, Callable[[], None]]]) -> None:
        """All of them, whatever happens to one; the faults are told together."""
        faults: list[str] = []
        with self._one_at_a_time:
            if self._closed:
                return
            for name, write in writes:
                try:
                    write()
                except Exception as error:
                    faults.append(f"{name}: {error}")
        if faults:
            raise LightFault("; ".join(faults))


def _shine(line: PulsedLine, brightness: float) -> None:
    if brightness in (0, 1):
        line.steady(bool(brightness))
    else:
        line.pulsed(LAMP_HZ, brightness)
