"""Kinds of devices, and how many lie together, in words. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kiosk.model import DeviceKind

DEVICES: Mapping[DeviceKind, str] = {
    DeviceKind.PHONE: "phone",
    DeviceKind.WATCH: "smart watch",
    DeviceKind.TABLET: "tablet",
    DeviceKind.EARBUDS: "earbuds",
    DeviceKind.CONSOLE: "console",
    DeviceKind.OTHER: "another device",
}


def kinds_words(kinds: Collection[DeviceKind]) -> str:
    """Those kinds, in the order in which they are listed everywhere; "" for none."""
    return ", ".join(DEVICES[kind] for kind in DeviceKind if kind in kinds)


def devices_words(count: int, kinds: Collection[DeviceKind]) -> str:
    """How many of which, as "2: phone, smart watch"; "" while nobody has said. One kind of one
    device needs no number."""
    told = kinds_words(kinds)
    if not count or (count == 1 and told):
        return told
    return f"{count}: {told}" if told else f"{count} devices" if count > 1 else "1 device"


def kinds_of(said: Iterable[str]) -> tuple[DeviceKind, ...]:
    """The kinds that these words of an event or a file name, each once, in their order. Raises
    ValueError."""
    named = {DeviceKind(each) for each in said}
    return tuple(kind for kind in DeviceKind if kind in named)


def devices_data(count: int, kinds: Collection[DeviceKind]) -> dict[str, Any]:
    """The same as an event says it; nothing while nobody has said."""
    data: dict[str, Any] = {"count": count} if count else {}
    return {**data, "kinds": [kind.value for kind in kinds]} if kinds else data
