"""The demo: an invented school on a simulated cabinet, in a folder that is gone afterwards."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from kiosk import bootstrap
from kiosk.clock import Clock, SkippingClock, SystemClock
from kiosk.config import Config, make_config
from kiosk.keys import new_keys
from kiosk.messages.commands import EnrolCard, ImportRoster, SaveUser
from kiosk.model import Credential, Person, User
from kiosk.passwords import hash_password
from kiosk.run import run
from kiosk.verbs import Verbs

USER = "office"

# Invented. Two of the cards share their first three bytes, as cards of one batch do.
PUPILS: tuple[tuple[str, str, str, str], ...] = (
    ("Amara", "Okafor", "7A", "04A13B22C15680"),
    ("Ben", "Lister", "7A", "04A13B97D25680"),
    ("Chloe", "Nowak", "7A", "04C43BC21C2680"),
    ("Dylan", "Price", "7B", "946EBD28"),
    ("Ewa", "Kowalska", "7B", "04E9110A5F6180"),
    ("Farah", "Aziz", "7B", "0417A2B3C4D580"),
    ("George", "Webb", "8A", "042B3C4D5E6F80"),
    ("Hana", "Sato", "8A", "880B4D7A"),
    ("Isaac", "Mensah", "8A", "045566778899AA"),
    ("Jade", "O'Neill", "8B", "04D00DFEEDBEEF"),
    ("Kofi", "Boateng", "8B", "04112233445566"),
    ("Lena", "Fischer", "8B", "0401020304050607AABB"),
)


def demo(say: Callable[[str], None], *, port: int = 0) -> int:
    """Run until Ctrl-C. Prints the address and a one-time password through ``say``."""
    with TemporaryDirectory(prefix="kiosk-demo-") as folder:
        config = demo_config(Path(folder), port)
        new_keys(config.kiosk.key_dir)
        password = secrets.token_hex(6)
        clock = SkippingClock(SystemClock(), start=first_bell(datetime.now(UTC), config))
        furnish(config, clock, password)
        return run(
            config,
            clock=clock,
            cards=lambda: [
                bootstrap.SimCard(f"{p[0]} {p[1]}", bytes.fromhex(p[3])) for p in PUPILS
            ],
            announce=lambda address: say(
                f"The simulated kiosk runs at {address}/simulator\n"
                f"  user      {USER}\n"
                f"  password  {password}   (made for this run)\n"
                "Ctrl-C ends it and leaves nothing behind."
            ),
        )


def demo_config(folder: Path, port: int) -> Config:
    """Sixteen simulated cubbies, and a school week with every phase."""
    return make_config(
        {
            "kiosk": {"id": "demo", "data": str(folder / "data"), "key_dir": str(folder / "keys")},
            "school": {
                "name": "Invented School",
                "week": [
                    {
                        "days": ["mon", "tue", "wed", "thu", "fri"],
                        "arrival": "08:20",
                        "locked": "08:50",
                        "release": "15:10",
                        "closed": "16:30",
                    }
                ],
            },
            "cabinet": {"cubbies": 16, "columns": 4},
            "reader": {"backend": "rc522", "simulated": True},
            "locks": {
                "max_concurrent": 2,
                "banks": [
                    {"name": "left", "backend": "gpio", "simulated": True, "cubbies": "1-8"},
                    {"name": "right", "backend": "kerong", "simulated": True, "cubbies": "9-16"},
                ],
            },
            "lights": {"simulated": True},
            # Short graces, because a visitor's school day lasts minutes.
            "times": {"reopen_s": 2, "left_inside_s": 20},
            "web": {"port": port},
        },
        "the demo",
    )


def furnish(config: Config, clock: Clock, password: str) -> None:
    """Put the invented pupils, their cards and one user on record."""
    opened = bootstrap.OpenRecord.of(config, clock)
    people = tuple(
        Person(secrets.token_hex(8), str(1001 + index), forename, surname, form)
        for index, (forename, surname, form, _) in enumerate(PUPILS)
    )
    opened.core.take(ImportRoster(Verbs.ACTOR, people, len(people), 0))
    for person, (_, _, _, uid) in zip(people, PUPILS, strict=True):
        key = opened.keys.card_digest("iso14443a", bytes.fromhex(uid))
        opened.core.take(EnrolCard(Verbs.ACTOR, Credential(key, person.id)))
    user = User(secrets.token_hex(8), USER, hash_password(password), ("reception", "admin"))
    opened.core.take(SaveUser(Verbs.ACTOR, user))
    opened.store.close()


def first_bell(now: datetime, config: Config) -> datetime:
    """Half past eight on the coming school day: pupils are arriving."""
    local = now.astimezone(ZoneInfo(config.school.zone))
    day = local + timedelta(days=0 if local.weekday() < 5 else 7 - local.weekday())
    return day.replace(hour=8, minute=30, second=0, microsecond=0)
