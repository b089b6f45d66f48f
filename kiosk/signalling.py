"""The thread that turns the sign shown into light and sound. It decides nothing, and nothing that
befalls it stops anybody: a kiosk whose lamp is broken takes phones in all the same.
"""

import logging
import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from hardware.errors import HardwareError
from hardware.ports import Colour, Lights
from kiosk.acts import Show, Sign
from kiosk.parts import CHECK_EVERY_S
from kiosk.policy.signals import (
    STEADY_S,
    Fitted,
    LightState,
    Profile,
    Step,
    level_at,
    self_test,
    signal,
)

log = logging.getLogger(__name__)

ROUND_S = 0.05  # the shortest tone is three of them
RETRY_S = 5.0
ROUNDS_UNTIL_DARK = math.ceil(STEADY_S / ROUND_S) + 1

T = TypeVar("T")


class _Output(Generic[T]):
    """One thing that shines or sounds: what it was told last, and whether it did so."""

    def __init__(self, name: str, write: Callable[[T], None], at_first: T) -> None:
        self.fault = ""
        self._name = name
        self._write = write
        self._told = at_first
        self._retry_at = float("-inf")

    def tell(self, wanted: T, now: float) -> bool:
        """Write what is news, and now and then what failed. Whether anything was written."""
        if wanted == self._told and not (self.fault and now >= self._retry_at):
            return False
        self.write(wanted, now)
        return True

    def write(self, wanted: T, now: float) -> None:
        """Write it, whatever was told before."""
        self._told = wanted
        try:
            self._write(wanted)
        except Exception as fault:
            self._fail(fault, now)
            return
        if self.fault:
            log.info("lights: %s: works again", self._name)
        self.fault = ""

    def _fail(self, fault: Exception, now: float) -> None:
        is_ours = not isinstance(fault, HardwareError)
        sentence = f"{self._name}: {fault!r}" if is_ours else str(fault)
        if not self.fault:
            log.warning("lights: %s", sentence, exc_info=is_ours)
        self.fault = sentence
        self._retry_at = now + RETRY_S


class _Test:
    """A self-test under way. Its time runs from its first round."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._began_at: float | None = None

    @property
    def has_begun(self) -> bool:
        """Whether it has had a round."""
        return self._began_at is not None

    def step_at(self, now: float) -> Step | None:
        """What it shows; None when it is over."""
        if self._began_at is None:
            self._began_at = now
        left_s = now - self._began_at
        for step in self._steps:
            if left_s < step.seconds:
                return step
            left_s -= step.seconds
        return None


class Signalling:
    """The lights: ``round`` shows what is to be shown now, and looks whether they can be told.

    What shines keeps still for ``STEADY_S`` after each change, a sign that came meanwhile waits,
    and one that has gone again by then is never seen on the lamp. So signs that chase each other,
    as with hurried taps at the gate, make no flicker; a lamp that goes dark is no exception, as
    each flash ends so. Sound follows at once.

    ``shown`` is asked in each round. ``monotonic`` counts seconds. The lights are dark at first,
    and belong to this thread.
    """

    def __init__(
        self,
        lights: Lights,
        shown: Callable[[], Show],
        monotonic: Callable[[], float],
        profile: Profile,
    ) -> None:
        self._lights = lights
        self._shown = shown
        self._monotonic = monotonic
        self._profile = profile
        self._lamp = _Output("the lamp", lambda it: lights.lamp(*it), (Colour.OFF, 0.0))
        self._cubbies = _Output("the cubbies' lamps", lights.cubby_lamps, frozenset[int]())
        self._tone = _Output[float | None]("the buzzer", lights.tone, None)
        self._ask = _Output[None]("the lights", lambda _: lights.check(), None)
        self._check_at = float("-inf")
        self._changed_at = monotonic()
        self._sign: tuple[Sign, frozenset[int]] | None = None
        self._since = 0.0
        self._is_anew = False
        self._test: _Test | None = None
        self._testing = ""

    def round(self) -> None:
        """Look at the sign, and write what has changed. A light's fault is logged, once.

        Raises:
            Exception: the sign could not be asked for. A tone ends rather than going on for ever.
        """
        now = self._monotonic()
        if now >= self._check_at:
            self._check_at = now + CHECK_EVERY_S
            self._ask.write(None, now)
        try:
            state = self._state(now)
        except Exception:
            self._tone.tell(None, now)
            raise
        self._tone.tell(state.tone, now)
        if now - self._changed_at < STEADY_S:
            return
        lit = state.cubbies & self._lights.lit_cubbies
        told_lamp = self._lamp.tell((Colour(state.lamp), state.brightness), now)
        told_cubbies = self._cubbies.tell(lit, now)
        if told_lamp or told_cubbies:
            self._changed_at = now

    def shown_anew(self) -> None:
        """Somebody was shown a sign just now: its tones begin anew, even if the sign is the same.

        From any thread. To be called for every sign alike, whatever it was shown for.
        """
        self._is_anew = True

    def self_test(self) -> None:
        """Show everything that is fitted, over the next rounds. From any thread."""
        has = fitted(self._lights)
        self._test = _Test(self_test(has, self._lights.lit_cubbies, self._profile))

    @property
    def testing(self) -> str | None:
        """Which part a self-test is showing, "" before its first; None without a test."""
        return None if self._test is None else self._testing

    @property
    def faults(self) -> list[str]:
        """What does not work at the moment, one sentence each. From any thread."""
        outputs = (self._ask, self._lamp, self._cubbies, self._tone)
        return [fault for output in outputs if (fault := output.fault)]

    def _state(self, now: float) -> LightState:
        show = self._shown()
        whole = signal(show, self._profile)
        sign = (show.sign, whole.cubbies)
        is_new = sign != self._sign or self._is_anew
        if is_new:
            self._sign, self._since, self._is_anew = sign, now, False
        return self._tested(is_new, now) or level_at(whole, now - self._since)

    def _tested(self, is_new: bool, now: float) -> LightState | None:
        """What a self-test shows; None without one. A new sign is for somebody, and ends it."""
        test = self._test
        if test is None:
            return None
        step = None if test.has_begun and is_new else test.step_at(now)
        if step is None:
            self._test, self._testing = None, ""
            return None
        self._testing = step.part
        return step.state


def fitted(lights: Lights) -> Fitted:
    """What these lights have."""
    return Fitted(lights.has_lamp, bool(lights.lit_cubbies), lights.has_buzzer)


def run_self_test(
    lights: Lights,
    profile: Profile,
    *,
    monotonic: Callable[[], float],
    sleep: Callable[[float], None],
    tell: Callable[[str], None] = lambda part: None,
) -> list[str]:
    """Test the lights of a kiosk that is not running: they begin dark, end dark, and stay open.

    ``tell`` hears which part is shown now. Returns what did not work, one sentence each.
    """
    signalling = Signalling(lights, lambda: Show(Sign.CLOSED), monotonic, profile)
    signalling.self_test()
    faults: dict[str, None] = {}
    told: str | None = ""
    while signalling.testing is not None:
        signalling.round()
        faults |= dict.fromkeys(signalling.faults)
        if signalling.testing and signalling.testing != told:
            told = signalling.testing
            tell(told)
        sleep(ROUND_S)
    for _ in range(ROUNDS_UNTIL_DARK):
        signalling.round()
        sleep(ROUND_S)
    return list(faults)
