"""How much of a campaign is run: a part in `make test`, all of it with KIOSK_THOROUGH=1, as
`make thorough` does. Either way it is the same each time."""

import os

IS_THOROUGH = bool(os.environ.get("KIOSK_THOROUGH"))


def of(whole: int, part: int = 5) -> int:
    """So many tries of ``whole``: all, or one in ``part``."""
    return whole if IS_THOROUGH else max(1, whole // part)
