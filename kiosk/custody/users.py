"""The fold over roles that wait for a lead's word. Pure."""

from collections.abc import Callable, Mapping

from kiosk.events import Event, EventType
from kiosk.state import State
from kiosk.state.users import RoleRequest

Effect = Callable[[State, Event], State]


def _requested(state: State, event: Event) -> State:
    """Whoever asks for the same user again asks for something else."""
    user = event.data["user"]
    asked = RoleRequest(event.seq, user, tuple(event.data["roles"]), event.actor, event.now.at)
    return state._replace(role_requests={**state.role_requests, user: asked})


def _settled(state: State, event: Event) -> State:
    left = {user: one for user, one in state.role_requests.items() if one.id != event.cause}
    return state._replace(role_requests=left)


USERS: Mapping[EventType, Effect] = {
    EventType.ROLES_REQUESTED: _requested,
    EventType.ROLES_CONFIRMED: _settled,
    EventType.ROLES_DECLINED: _settled,
}
