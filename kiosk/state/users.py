"""What is asked for those who sign in, and waits for a lead. Pure values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """Roles that ``user`` is to be given. ``id``: the event's seq; ``by``: the actor who asked."""

    id: int
    user: str
    roles: tuple[str, ...]
    by: str
    at: datetime
