"""Where an alert is looked into: the page that says whom or what it is about. Pure, but for the
address of that page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from flask import url_for

from kiosk.events import Alert
from kiosk.policy.roles import Permission, Rights


class Way(NamedTuple):
    """A page: its endpoint, the list that it is, if it is one, and all that it takes to see it."""

    endpoint: str
    needs: tuple[Permission, ...]
    list: str = ""


_HEALTH = Way("technician.show", (Permission.ALERTS,))
WAYS: Mapping[Alert, Way] = MappingProxyType(
    {
        Alert.NOT_SEEN: Way("lists.show", (Permission.LISTS,), "not-seen"),
        Alert.UNCOLLECTED: Way("lists.show", (Permission.LISTS,), "uncollected"),
        Alert.OVERDUE: Way("lists.show", (Permission.LISTS,), "overdue"),
        Alert.REVIEW_DUE: Way("lists.show", (Permission.LISTS, Permission.PASS), "reviews"),
        Alert.NOTE_WAITING: Way("lead.show", (Permission.LEAD_NOTES,)),
        Alert.ROLES_WAITING: Way("roles.show", (Permission.CONFIRM_ROLES,)),
        Alert.READER_LOST: _HEALTH,
        Alert.LOCKS_LOST: _HEALTH,
        Alert.LIGHTS_LOST: _HEALTH,
        Alert.POWER_LOW: _HEALTH,
        Alert.RECORD_FAILING: _HEALTH,
        Alert.RECORD_DAMAGED: _HEALTH,
        Alert.RECORD_UNSOUND: _HEALTH,
        Alert.FIRE: Way("everybody.show", (Permission.FIRE,)),
    }
)


def ways_for(rights: Rights) -> frozenset[Alert]:
    """The alerts whose page somebody with these rights may open, if for their own forms alone."""
    return frozenset(
        alert for alert, way in WAYS.items() if all(map(rights.may_somewhere, way.needs))
    )


def address_of(alert: Alert, cubby: int | None, ways: frozenset[Alert]) -> str:
    """Where it is looked into: the page of its cubby, or its own; "" where there is none."""
    if cubby is not None:
        return url_for("cubbies.show", number=cubby)
    if alert not in ways:
        return ""
    way = WAYS[alert]
    return url_for(way.endpoint, name=way.list) if way.list else url_for(way.endpoint)
