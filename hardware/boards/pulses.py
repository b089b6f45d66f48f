"""Which locks may be on, by the clock alone: a board that times its pulses does not say. Pure."""

from collections.abc import Iterable

from hardware.ports import LockLimits


class Pulses:
    """The pulses of one bank. Times are monotonic seconds, always an argument.

    A pulse that may have begun counts until it must be over; so does a coil that the board itself
    called on, until it says otherwise. Only the bank's thread writes; any thread may read.
    """

    def __init__(self, limits: LockLimits) -> None:
        self._limits = limits
        self._until: dict[int, float] = {}
        self._strange: dict[int, float] = {}

    def begin(self, cubby: int, now: float) -> None:
        """Its pulse begins at ``now``, at the latest. Told again: later than was thought."""
        # A new dict each time: another thread may be looking at the old one.
        self._until = {**self._until, cubby: now + self._limits.pulse_s}

    def all_ended(self, now: float) -> None:
        """Every coil is off at ``now``. Those that were on begin their rest."""
        self._until = {cubby: min(until, now) for cubby, until in self._until.items()}
        self._strange = {}

    def saw(self, cubbies: Iterable[int], now: float) -> None:
        """The board has just said that these are on, and no others."""
        known = self._strange
        strange = frozenset(cubbies) - self._timed(now)
        self._strange = {cubby: known.get(cubby, now) for cubby in strange}

    @property
    def strange(self) -> frozenset[int]:
        """Those that the board called on when it last spoke, and no pulse of ours explains."""
        return frozenset(self._strange)

    def stuck(self, now: float) -> frozenset[int]:
        """Those that no pulse of ours explains, for as long as the ceiling or longer."""
        ceiling_s = self._limits.ceiling_s
        return frozenset(c for c, since in self._strange.items() if now - since >= ceiling_s)

    def on(self, now: float) -> frozenset[int]:
        """Those that are on, or may be."""
        return self._timed(now) | self.strange

    def refusal(self, cubby: int, now: float) -> str | None:
        """Why no pulse of that cubby may begin now; None if it may."""
        on = self.on(now)
        if cubby in on:
            return f"the lock of cubby {cubby} is on"
        if cubby in self._until and now - self._until[cubby] < self._limits.rest_s:
            return f"the lock of cubby {cubby} is resting"
        if len(on) >= self._limits.max_concurrent:
            return f"no more than {self._limits.max_concurrent} may be on at once"
        return None

    def _timed(self, now: float) -> frozenset[int]:
        return frozenset(cubby for cubby, until in self._until.items() if now < until)
