"""Following one opening to its end, for whoever stands before the door."""

import time
from collections.abc import Iterator

from kiosk.cli.place import Json, Place

LOOK_EVERY_S = 0.1
ENDS = frozenset({"pulse_failed", "pulse_unknown", "door_closed"})


def follow(place: Place, cause: int, timeout_s: float) -> Iterator[str]:
    """One line for each thing that comes of the act ``cause``, until the door is shut again."""
    begun = time.monotonic()
    last = cause
    while time.monotonic() - begun < timeout_s:
        for event in place.ask_running("events", after=last, limit=50)["events"]:
            last = event["seq"]
            if event.get("cause") == cause:
                yield _line(event, time.monotonic() - begun)
                if event["type"] in ENDS:
                    return
        time.sleep(LOOK_EVERY_S)
    yield f"Nothing more happened within {timeout_s:.0f} s."


def _line(event: Json, after_s: float) -> str:
    details = f": {event['details']}" if event["details"] else ""
    return f"{after_s:5.1f} s  {event['what']}{details}"
