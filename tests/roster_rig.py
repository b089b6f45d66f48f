"""The verbs of the roster on a record of their own, and as they are typed."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from conftest import FakeClock, make_rules
from kiosk_process import KioskProcess
from roster_fixtures import read

from kiosk.cli import cli
from kiosk.core import Core
from kiosk.keys import Keys
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed
from kiosk.offline import Offline
from kiosk.spelled import card_reader
from kiosk.store import Store
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)


class Rig:
    """The verbs on a record of their own."""

    def __init__(self, folder: Path) -> None:
        self.clock = clock = FakeClock()
        self.store = Store(folder, kiosk="test", keys=KEYS)
        self.core = Core(self.store, make_rules(), clock)
        upkeep = Upkeep(self.core, clock.monotonic)
        self.verbs = Verbs(Offline(self.core, upkeep, school="A", is_simulated=True), KEYS)

    def call(self, verb: str, data: bytes, **terms: Any) -> dict[str, Any]:
        """Ask for what is in a file, as the command line does."""
        profile = terms.get("profile", "hex")
        file = read(data, read_card=card_reader(profile))
        args = {
            "rows": [row.to_record() for row in file.rows],
            "fields": sorted(file.fields),
            "mentioned": sorted(file.mentioned),
            **terms,
        }
        return self.verbs.call(verb, json.loads(json.dumps(args)))

    def people(self) -> dict[str, Any]:
        return {p.admission: p for p in self.core.standing.roster.people.values()}

    def hand_in(self, kind: str, number: bytes) -> None:
        """Somebody's device comes into custody by that card."""
        self.core.take(Presented((Card(KEYS.card_digest(kind, number)),)))
        cubby = next(iter(self.core.standing.state.transactions))
        for fact in (Pulsed(cubby), Opened(cubby), Closed(cubby)):
            self.core.take(fact)


class Typed:
    """A kiosk at rest, and somebody at its command line."""

    def __init__(self, folder: Path) -> None:
        self.kiosk = KioskProcess(folder)

    def run(self, verb: str, data: bytes, *options: str) -> Any:
        """A verb about a file."""
        file = self.kiosk.folder / "list"
        file.write_bytes(data)
        config = str(self.kiosk.folder / "config.toml")
        return CliRunner().invoke(cli, ["roster", verb, str(file), *options, "--config", config])
