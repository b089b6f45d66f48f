"""What the pages share: the kiosk they speak to, and what is known of who asks."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from hardware.ports import Hands
from kiosk.backups import Backups
from kiosk.outgoing.outgoing import Outgoing
from kiosk.paper.papers import Papers
from kiosk.rights import has_keeper, may_sign_in
from kiosk.rostering import RosterDesk
from kiosk.service import Service
from kiosk.setup_codes import SetupCodes
from kiosk.workshop import Workshop
from webui.api.pace import Pace
from webui.live import Renderings
from webui.once import Once
from webui.pads import Pads
from webui.password_check import PasswordCheck
from webui.pending import Pending
from webui.permits import Permits
from webui.seats import Seats
from webui.sessions import Sessions
from webui.throttle import Throttle


@dataclass(frozen=True, slots=True)
class SimCard:
    """A card of the simulated kiosk: whose it is, in words, and its number."""

    label: str
    uid: bytes


OURS = Papers()  # neutral papers, for the usual times of keeping
NOBODY = Outgoing()  # is told anything


@dataclass(frozen=True, slots=True)
class Office:
    """One application's collaborators. ``hands`` only where the cabinet is simulated.
    ``start_anew`` ends the kiosk, for its service manager to start it again."""

    service: Service
    sessions: Sessions
    permits: Permits
    hands: Hands | None = None
    skip_time: Callable[[], None] | None = None
    cards: Callable[[], Sequence[SimCard]] | None = None
    monotonic: Callable[[], float] = time.monotonic
    is_plain_http: bool = False
    workshop: Workshop | None = None
    papers: Papers = OURS
    desk: RosterDesk | None = None
    backups: Backups | None = None
    pending: Pending = field(default_factory=lambda: Pending(time.monotonic))
    setup_codes: SetupCodes | None = None
    outgoing: Outgoing = NOBODY
    start_anew: Callable[[], None] | None = None
    throttle: Throttle = field(default_factory=Throttle)
    passwords: PasswordCheck = field(default_factory=PasswordCheck)
    seats: Seats = field(default_factory=Seats)
    grids: Renderings = field(init=False)
    pace: Pace = field(default_factory=Pace)
    once: Once = field(default_factory=Once)
    pads: Pads = field(init=False)

    def __post_init__(self) -> None:
        pads = Pads(self.service, self.passwords, secrets.token_bytes(32))
        object.__setattr__(self, "pads", pads)
        object.__setattr__(self, "grids", Renderings(self.monotonic))

    @property
    def is_simulated(self) -> bool:
        """Whether there are no real doors."""
        return self.hands is not None or self.service.health().simulated

    @property
    def is_to_be_set_up(self) -> bool:
        """Whether nobody can sign in who may add users, and somebody can become the first."""
        service = self.service
        return self.setup_codes is not None and not has_keeper(
            service.rules, service.standing(), service.now()
        )

    @property
    def has_users(self) -> bool:
        """Whether anybody can sign in."""
        service = self.service
        standing, now = service.standing(), service.now()
        users = standing.roster.users.values()
        return any(may_sign_in(service.rules, standing, user, now) for user in users)


def office() -> Office:
    """The application's that answers this request."""
    return cast(Office, current_app.extensions["office"])
