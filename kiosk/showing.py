"""What the pupils are shown, from tap to answer, and when the bell is rung for it."""

import logging
from collections import deque
from collections.abc import Callable

from kiosk.acts import Show, Sign
from kiosk.bell import Bell
from kiosk.policy.signals import Profile
from kiosk.screen import Screen, shown_calmly

log = logging.getLogger(__name__)

READING_S = 0.3  # a card's disk may take longer to be sure of it: whoever tapped is told to wait


class Showing:
    """The sign that stands on the screens, and the bell for those who wait for another.

    The main loop shows; any thread may look. ``done_s``: how long the school wants "done" to stay,
    in seconds; ``at_rest``: the sign while nobody does anything; ``is_stuck``: whether what takes
    cards makes no progress.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        profile: Profile,
        *,
        done_s: Callable[[], float],
        at_rest: Callable[[], Show],
        is_stuck: Callable[[], bool],
    ) -> None:
        self.bell = Bell()
        self._monotonic = monotonic
        self._profile = profile
        self._at_rest = at_rest
        self._is_stuck = is_stuck
        self._screen = Screen(monotonic, profile, done_s)
        self._undecided: deque[float] = deque()  # when each presentation came, the first one first
        self._announced = Show(Sign.READY)

    def tapped(self) -> None:
        """Somebody waits for an answer from now on. Called from the reader's thread."""
        self._undecided.append(self._monotonic())

    def decided(self) -> None:
        """Whoever tapped first has an answer."""
        if self._undecided:
            self._undecided.popleft()

    def show(self, new: Show) -> bool:
        """Show a sign, unless it has to leave another where it is. Whether somebody was shown it
        anew, for whom it is rung; a reminder is for nobody in particular."""
        is_anew = self._screen.show(new) and not new.is_reminder
        if is_anew:
            self.announce(is_anew=True)
        return is_anew

    def shown(self) -> Show:
        """What the pupils are shown now."""
        shown = Show(Sign.WAIT) if self._is_long_undecided() else self._screen.shown()
        return shown_calmly(self._at_rest() if shown.sign is Sign.READY else shown, self._profile)

    def lit(self) -> Show:
        """What the lights show. Their thread rings for "wait" as well: the main loop, whose work
        that is, waits for the disk then. Where both ring, a screen looks once more than it must."""
        if self._is_long_undecided():
            self.announce()
        return self.shown()

    def announce(self, *, is_anew: bool = False) -> None:
        """Ring for a sign that was shown just now, or that has become another by itself. Whatever
        fails here, taps go on: the screens look by themselves every few seconds."""
        try:
            shown = self.shown()
        except Exception:
            log.exception("what the pupils are shown cannot be told")
            return
        if is_anew or shown != self._announced:
            self._announced = shown
            self.bell.ring()

    def _is_long_undecided(self) -> bool:
        """Whether somebody has tapped and sees no answer. No longer once the kiosk is stuck."""
        try:
            since = self._undecided[0]
        except IndexError:
            return False
        return self._monotonic() - since > READING_S and not self._is_stuck()
