"""The demo that somebody looks on: a simulated kiosk with its pages, in a folder that is gone
afterwards."""

import json
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosk import bootstrap
from kiosk.clock import SkippingClock, SystemClock
from kiosk.config import make_config
from kiosk.demo.school import DemoSchool, demo_settings, furnish, school_days
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
        said = demo_settings(Path(folder), school.cubbies, name=school.name, port=port)
        file = Path(folder) / "config.toml"
        file.write_text(as_toml(said), encoding="utf-8")
        config = make_config(said, str(file))
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
                f"  commands  {sys.argv[0]} VERB --config {file}\n"
                "Ctrl-C ends it and leaves nothing behind."
            ),
        )


def as_toml(settings: Mapping[str, Any]) -> str:
    """Settings as a file of them: a line each section. Of strings, JSON and TOML say the same."""
    return "".join(f"{name} = {_value(section)}\n" for name, section in settings.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


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
