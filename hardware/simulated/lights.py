"""Lamp, buzzer and cubby lamps made of software: they remember what they showed."""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace

from hardware.lights.errors import LightFault
from hardware.lights.ranges import check_brightness, check_tone
from hardware.ports import Colour, Shining
from hardware.settings import HardwareSettings

# Changes remembered: some minutes of a busy kiosk.
HISTORY = 1000


class SimulatedLights:
    """Implements ``Lights``. ``now``: monotonic seconds.

    ``broken``: while it is set, nothing does as told. ``history``: every change, with its time;
    the last thousand of them.
    """

    def __init__(
        self,
        cubbies: Collection[int],
        now: Callable[[], float],
        *,
        has_lamp: bool = True,
        has_buzzer: bool = True,
    ) -> None:
        self.shining = Shining()
        self.history: deque[tuple[float, Shining]] = deque(maxlen=HISTORY)
        self.broken = False
        self._now = now
        self._cubbies = frozenset(cubbies)
        self._has_lamp = has_lamp
        self._has_buzzer = has_buzzer
        self._closed = False

    @property
    def has_lamp(self) -> bool:
        """Whether the kiosk has a lamp."""
        return self._has_lamp

    @property
    def has_buzzer(self) -> bool:
        """Whether it has a buzzer."""
        return self._has_buzzer

    @property
    def lit_cubbies(self) -> frozenset[int]:
        """The numbers of the cubbies that have a lamp."""
        return self._cubbies

    def lamp(self, colour: Colour, brightness: float) -> None:
        """Let the lamp shine steadily. See ``Lights.lamp``."""
        check_brightness(brightness)
        if not self._has_lamp:
            return
        if colour is Colour.OFF or brightness == 0:
            colour, brightness = Colour.OFF, 0.0
        self._change("lamp", replace(self.shining, colour=colour, brightness=brightness))

    def cubby_lamps(self, lit: Collection[int]) -> None:
        """Let the lamps of exactly these cubbies shine. See ``Lights.cubby_lamps``."""
        if self._cubbies:
            now_lit = self._cubbies & frozenset(lit)
            self._change("cubby lamps", replace(self.shining, lit=now_lit))

    def tone(self, hz: float | None) -> None:
        """Begin a tone, or end it. See ``Lights.tone``."""
        check_tone(hz)
        if self._has_buzzer:
            self._change("buzzer", replace(self.shining, hz=hz))

    def check(self) -> None:
        """Look whether they do as told. See ``Lights.check``."""
        if self.broken and not self._closed:
            raise LightFault("simulated fault: the lights do not do as told")

    def close(self) -> None:
        """Make everything dark and silent."""
        self.broken = False  # a line that is let go is off, whatever it did before
        self._change("whole", Shining())
        self._closed = True

    def _change(self, part: str, new: Shining) -> None:
        if self._closed:
            return
        if self.broken:
            raise LightFault(f"simulated fault: the {part} did not do as told")
        if new != self.shining:
            self.shining = new
            self.history.append((self._now(), new))


def simulated_lights(settings: HardwareSettings, now: Callable[[], float]) -> SimulatedLights:
    """What the settings name; where they name no pin at all, everything a kiosk can have."""
    lights = settings.lights
    if lights.lamp is None and lights.buzzer is None and not lights.cubbies:
        every = frozenset[int]().union(*(bank.wiring.cubbies for bank in settings.banks))
        return SimulatedLights(every, now)
    return SimulatedLights(
        lights.cubbies,
        now,
        has_lamp=lights.lamp is not None,
        has_buzzer=lights.buzzer is not None,
    )
