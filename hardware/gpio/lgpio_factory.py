"""gpiozero's pins on lgpio, without the blip and without the guesswork.

Importing lgpio starts a thread and makes a pipe in the working directory (or ``LG_WD``), so it is
imported when a factory is asked for, and by nobody who will fork later.
"""

import importlib
from typing import Any

from hardware.errors import BackendUnavailable


def load_lgpio() -> tuple[Any, Any]:
    """The lgpio module and gpiozero's module on top of it.

    Raises:
        BackendUnavailable: this machine has no working lgpio.
    """
    try:
        import lgpio

        pins = importlib.import_module("gpiozero.pins.lgpio")
    except Exception as error:  # lgpio raises what it likes when its pipe cannot be made
        raise BackendUnavailable(
            f"This machine has no usable lgpio library ({error}):"
            " install it with 'apt install python3-lgpio'."
        ) from error
    return lgpio, pins


def open_lgpio_factory() -> Any:
    """A pin factory on this machine's own GPIO chip, closed by its owner.

    Raises:
        BackendUnavailable: there is no lgpio, no Raspberry Pi, or no chip that may be opened.
    """
    lgpio, pins = load_lgpio()
    try:
        factory = pins.LGPIOFactory()
    except Exception as error:
        raise BackendUnavailable(
            f"This machine has no GPIO chip that can be opened ({error}): it takes a Raspberry Pi,"
            " a user in the group gpio, and 'apt install python3-lgpio'."
        ) from error
    factory.pin_class = _quiet_pin_class(lgpio, pins)
    return factory


def _quiet_pin_class(lgpio: Any, pins: Any) -> type:
    class QuietPin(pins.LGPIOPin):  # type: ignore[misc]  # gpiozero is untyped
        """A pin whose line never shows a level that nobody asked for.

        gpiozero claims an output low and sets its level afterwards: a driver that is on when low
        gets a blip at each start. And it gives a line back floating: here it goes back with a
        pull towards the level it began with, which is the driver's "off".
        """

        def __init__(self, factory: Any, info: Any) -> None:
            self._first_level: bool | None = None
            super().__init__(factory, info)

        def output_with_state(self, state: bool) -> None:
            handle = self.factory._handle  # noqa: SLF001  # a pin's own factory
            lgpio.gpio_claim_output(handle, self._number, int(state))
            self._first_level = bool(state)

        def close(self) -> None:
            handle = self.factory._handle  # noqa: SLF001  # a pin's own factory
            if self._first_level is None or handle is None:
                super().close()
                return
            pull = lgpio.SET_PULL_UP if self._first_level else lgpio.SET_PULL_DOWN
            # A claimed line keeps its flags; it has to be freed to get new ones.
            lgpio.gpio_free(handle, self._number)
            lgpio.gpio_claim_input(handle, self._number, pull)

    return QuietPin
