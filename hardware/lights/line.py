"""One line of the header that lights an LED or drives a piezo."""

from typing import Any

from gpiozero import DigitalOutputDevice


class PulsedLine:
    """A line that is off, on, or pulsed in between. It begins off.

    gpiozero's own PWM devices pulse a line for as long as they are open, fully on or off too, and
    claim it low first, which lights an LED that is on when low. This one claims it off, and pulses
    it only while it has to: software pulses cost some of a core, and tremble when it is busy.

    ``pin_factory`` is gpiozero's, with pins that can be pulsed, and stays open.
    """

    def __init__(self, pin: int, active_high: bool, pin_factory: Any) -> None:
        self.pin = pin
        self._active_high = active_high
        self._device = DigitalOutputDevice(pin, active_high=active_high, pin_factory=pin_factory)

    def steady(self, is_on: bool) -> None:
        """On or off, without pulses."""
        self._device.pin.frequency = None
        self._device.value = is_on

    def pulsed(self, hz: float, share: float) -> None:
        """On for this ``share`` (0-1) of each of ``hz`` periods a second."""
        pin = self._device.pin
        pin.frequency = hz
        pin.state = share if self._active_high else 1 - share

    def check(self) -> None:
        """Raises OSError if it is no output of ours any more; or what the kernel says."""
        if self._device.pin.function != "output":
            raise OSError("it is no output any more")

    def close(self) -> None:
        """Off; the line goes back. A second call does nothing."""
        if self._device.closed:
            return
        try:
            self.steady(False)
        finally:
            self._device.close()
