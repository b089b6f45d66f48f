"""Following one opening to its end, for whoever stands before the door."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from kiosk.cli.place import Json, Place

LOOK_EVERY_S = 0.1
ENDS = frozenset({"pulse_failed", "pulse_unknown", "door_closed"})


class Step(NamedTuple):
    """One thing that came of an act: the type of its event, "" for none; and a line of words."""

    kind: str
    words: str


def follow(place: Place, cause: int, timeout_s: float) -> Iterator[Step]:
    """Each thing that comes of the act ``cause``, until the door is shut again."""
    begun = time.monotonic()
    last, is_open = cause, False
    while time.monotonic() - begun < timeout_s:
        for event in place.ask_running("events", after=last, limit=50)["events"]:
            last = event["seq"]
            if event.get("cause") == cause:
                yield Step(event["type"], _line(event, time.monotonic() - begun))
                is_open = event["type"] == "door_opened"
                if event["type"] in ENDS:
                    return
        time.sleep(LOOK_EVERY_S)
    words = "The door is still open: push it shut." if is_open else "Nothing more happened."
    yield Step("", f"{timeout_s:5.1f} s  {words}")


def _line(event: Json, after_s: float) -> str:
    details = f": {event['details']}" if event["details"] else ""
    return f"{after_s:5.1f} s  {event['what']}{details}"
