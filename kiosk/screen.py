"""What the pupils are shown: which sign takes the place of which, and for how long."""

from collections.abc import Callable, Collection
from dataclasses import replace

from kiosk.acts import Show, Sign
from kiosk.events import Alert
from kiosk.policy.signals import Profile, profile_for, stays_s
from kiosk.policy.signs import DONE_S
from kiosk.timetable import Phase


class Screen:
    """The sign shown now. One thread shows; any may look. ``done_s``: how long the school wants
    "done" to stay, in seconds."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        profile: Profile = Profile.NORMAL,
        done_s: Callable[[], float] = lambda: DONE_S,
    ) -> None:
        self._monotonic = monotonic
        self._profile = profile
        self._done_s = done_s
        self._shown = (Show(Sign.READY), 0.0)

    def show(self, new: Show) -> bool:
        """Show a sign, unless it has to leave another where it is; whether it was shown."""
        if not replaces(self.shown(), new):
            return False
        stays = stays_s(new, self._profile, self._done_s())
        until = self._monotonic() + stays if stays else 0.0
        self._shown = (Show(Sign.READY) if new.sign is Sign.READY else new, until)
        return True

    def shown(self) -> Show:
        """The sign; READY once the time of the last one has run out."""
        show, until = self._shown
        return Show(Sign.READY) if until and self._monotonic() > until else show


def replaces(shown: Show, new: Show) -> bool:
    """Whether a new sign takes the place of the one shown. A reminder hides no sign that is for
    somebody else; READY with a cubby takes down a sign about that cubby, and no other."""
    is_about_it = new.cubby is not None and new.cubby == shown.cubby
    if new.is_reminder:
        return is_about_it or shown.sign is Sign.READY
    return is_about_it or new.sign is not Sign.READY or new.cubby is None


def shown_calmly(show: Show, profile: Profile) -> Show:
    """The sign, said to be calm where the whole kiosk is."""
    is_calm = profile_for(show, profile) is Profile.LOW_SENSORY
    return replace(show, to=replace(show.to, is_low_sensory=is_calm))


def at_rest(phase: Phase | None, alerts: Collection[Alert], *, is_stuck: bool = False) -> Show:
    """What stands on the screen while nobody does anything: an invitation, unless it is vain.

    ``is_stuck``: what takes cards makes no progress.
    """
    if Alert.FIRE in alerts:
        return Show(Sign.LEAVE)
    if is_stuck or Alert.READER_LOST in alerts or Alert.LOCKS_LOST in alerts:
        return Show(Sign.BROKEN)
    if Alert.RECORD_FAILING in alerts and phase in (Phase.ARRIVAL, Phase.LOCKED):
        return Show(Sign.ASK_OFFICE)  # nothing is taken in; what may be given back still is
    return Show(Sign.CLOSED if phase is Phase.CLOSED else Sign.READY)
