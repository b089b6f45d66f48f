"""Events as CSV: told out of their records as out of themselves, and of each what the asker may
know."""

import csv
import io
import json
from pathlib import Path

import pytest
from life_fixtures import Life

from kiosk.event_csv import COLUMNS, csv_lines
from kiosk.events import Event
from kiosk.policy.disclosure import as_seen
from kiosk.policy.roles import ROLES, Permission
from kiosk.store.export import write_csv
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import all_documents

EVERYTHING = frozenset(Permission)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A life with every kind of event, half of them history by now."""
    life = Life(tmp_path_factory.mktemp("life") / "data").live()
    life.rotate()
    return life


def written(folder: Path, may_see: frozenset[Permission]) -> str:
    out = io.StringIO()
    with take_snapshot(folder) as snapshot:
        assert write_csv(snapshot, out, may_see) == 0
    return out.getvalue()


def events_in(folder: Path) -> list[Event]:
    with take_snapshot(folder) as snapshot:
        return [Event.from_record(document) for document in all_documents(snapshot)]


@pytest.mark.parametrize("role", [*sorted(ROLES), "nobody", "everything"])
def test_the_record_says_what_its_events_say(lived: Life, role: str) -> None:
    may_see = {"nobody": frozenset[Permission](), "everything": EVERYTHING, **ROLES}[role]
    events = events_in(lived.folder)
    assert len(events) > 100
    assert written(lived.folder, may_see) == "".join(csv_lines(events, may_see))


def test_a_cell_says_what_the_event_does(lived: Life) -> None:
    seen = (as_seen(event, EVERYTHING) for event in events_in(lived.folder))
    rows = list(csv.DictReader(io.StringIO(written(lived.folder, EVERYTHING))))
    assert tuple(rows[0]) == COLUMNS
    for event, row in zip(filter(None, seen), rows, strict=True):
        said = event.to_record()
        assert json.loads(row.pop("data") or "{}") == said.pop("data", {})
        assert row == {name: str(said.get(name, "")) for name in COLUMNS if name != "data"}
