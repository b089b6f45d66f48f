"""The demo that somebody looks on: a simulated kiosk with its pages, in a folder that is gone
afterwards."""

import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk import bootstrap
from kiosk.clock import SkippingClock, SystemClock
from kiosk.demo.school import DemoSchool, demo_config, furnish, school_days
from kiosk.errors import BadInput
from kiosk.keys import new_keys
from kiosk.model import User
from kiosk.passwords import hash_password
from kiosk.run import run
from kiosk.timetable import Timetable

USER = "office"
AFTER_THE_BELL = timedelta(minutes=10)


def demo(say: Callable[[str], None], school: DemoSchool, *, port: int = 0) -> int:
    """Run until Ctrl-C. Prints the address and a one-time password through ``say``."""
    with TemporaryDirectory(prefix="kiosk-demo-") as folder:
        config = demo_config(Path(folder), school.cubbies, name=school.name, port=port)
        new_keys(config.kiosk.key_dir)
        password = secrets.token_hex(6)
        start = first_bell(datetime.now(UTC), school.timetable)
        clock = SkippingClock(SystemClock(), start)
        opened = bootstrap.OpenRecord.of(config, clock)
        user = User(secrets.token_hex(8), USER, hash_password(password), ("reception", "admin"))
        furnish(opened, school, [user])
        opened.store.close()
        return run(
            config,
            clock=clock,
            cards=lambda: [
                bootstrap.SimCard(person.name, school.uids[person.id]) for person in school.people
            ],
            announce=lambda address: say(
                f"The simulated kiosk runs at {address}/simulator\n"
                f"  user      {USER}\n"
                f"  password  {password}   (made for this run)\n"
                f"  commands  {sys.argv[0]} VERB --config config.example.toml "
                f"--data {config.kiosk.data}\n"
                "Ctrl-C ends it and leaves nothing behind."
            ),
        )


def first_bell(now: datetime, timetable: Timetable) -> datetime:
    """Ten minutes after the coming school day has begun: pupils are arriving. Where the last term
    is over, it is the first day of the first.

    Raises:
        BadInput: there is no school day.
    """
    today = timetable.local(now).date()
    coming = (*islice(school_days(timetable, today), 1), *islice(school_days(timetable), 1))
    day = timetable.day(coming[0]) if coming else None
    if day is None:
        raise BadInput("there is no school day in the school file")
    return datetime.combine(coming[0], day.arrival, timetable.zone) + AFTER_THE_BELL
