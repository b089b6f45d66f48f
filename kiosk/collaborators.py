"""What the daemon is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hardware.ports import CardSeen, Hardware
from hardware.presence import Presence
from kiosk.core import Core
from kiosk.messages.sensed import Card
from kiosk.orders.apart import Press
from kiosk.policy.signals import Profile
from kiosk.scrub import Scrub
from kiosk.systemd import ServiceManager
from kiosk.upkeep import Upkeep


class Server(Protocol):
    """Something served from a thread of its own: the pages, the control socket."""

    @property
    def name(self) -> str:
        """The thread's name."""

    def serve(self) -> None:
        """Serve until ``stop``. Called again where it failed."""

    def stop(self) -> None:
        """End ``serve``, from another thread."""


@dataclass(slots=True)
class Collaborators:
    """What the daemon is made of; bootstrap puts it together.

    ``status`` is what the service manager shows of it once it is ready.
    """

    core: Core
    upkeep: Upkeep
    scrub: Scrub
    hardware: Hardware
    presence: Presence
    to_card: Callable[[CardSeen, bool], Card]
    manager: ServiceManager
    monotonic: Callable[[], float]
    school: str
    poll_s: float
    profile: Profile = Profile.NORMAL
    beat_guard: Callable[[], None] = lambda: None
    tell_guard_of_pulse: Callable[[bool], None] = lambda begins: None
    guard_is_alive: Callable[[], bool] = lambda: True
    status: str = ""
    press: Press = field(default_factory=Press)
    servers: Sequence[Server] = field(default_factory=list)
