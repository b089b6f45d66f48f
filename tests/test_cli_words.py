"""What the command line makes of a status: words for whoever stands before the cabinet."""

import pytest

from kiosk.cli.cabinet import _is_used
from kiosk.cli.looking import _status_words

STATUS = {
    "runs": True,
    "health": {
        "simulated": False,
        "ready": True,
        "reader": "ok",
        "locks": "ok",
        "lights": "ok",
        "power": "ok",
        "store": "ok",
        "history": "ok",
        "clock": "ok",
    },
    "time": "2026-03-02T08:40:00",
    "phase": "arrival",
    "counts": {"stored": 1, "cubbies": 3, "free": 1, "open": 0, "unknown": 0, "faults": 1},
    "cubbies": [
        {"number": 1, "state": "free", "used": False, "alerts": []},
        {"number": 2, "state": "fault", "used": True, "alerts": ["not_opened"]},
        {"number": 3, "state": "in", "used": True, "alerts": []},
    ],
    "alerts": [{"alert": "not_opened", "words": "Cubby 2 did not open", "cubby": 2, "seq": 7}],
}


def test_a_status_names_every_cubby_that_is_not_free_and_each_alert_in_words() -> None:
    lines = _status_words(STATUS).splitlines()

    assert lines[2:] == [
        "  cubby   2  fault, used",
        "  cubby   3  in",
        "  alert: Cubby 2 did not open",
    ]


@pytest.mark.parametrize(
    ("state", "has_device", "used"),
    [
        ("free", False, False),
        ("fault", False, False),
        ("out_of_service", False, False),
        ("fault", True, True),
        ("out_of_service", True, True),
        ("in", True, True),
        ("unknown", True, True),
        ("open", False, True),
        ("opening", False, True),
    ],
)
def test_a_lock_is_tested_where_no_device_and_nobodys_hand_is(
    state: str, has_device: bool, used: bool
) -> None:
    assert _is_used({"state": state, "used": has_device}) is used
