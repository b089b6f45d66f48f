"""How much of a campaign is run: a part in `make test`, all of it with KIOSK_THOROUGH=1, as
`make thorough` does, and few examples with KIOSK_BRIEF=1, as `make mutants` does, which runs the
tests thousands of times. Either way it is the same each time."""

import os

IS_THOROUGH = bool(os.environ.get("KIOSK_THOROUGH"))
# Of a property, where it does not say.
EXAMPLES = 100 if IS_THOROUGH else 15 if os.environ.get("KIOSK_BRIEF") else 60


def of(whole: int, part: int = 5) -> int:
    """So many tries of ``whole``: all, or one in ``part``."""
    return whole if IS_THOROUGH else max(1, whole // part)
