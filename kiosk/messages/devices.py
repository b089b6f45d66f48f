"""What lies together in somebody's keeping place, as a command. A pure value."""

from dataclasses import dataclass

from kiosk.model import DeviceKind


@dataclass(frozen=True, slots=True)
class NoteDevices:
    """So many devices of these kinds are kept for one person, in one cubby. Names its actor, a
    user's id, and may be refused."""

    actor: str
    deposit: int
    count: int
    kinds: frozenset[DeviceKind]
