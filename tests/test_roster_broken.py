"""A hundred broken rosters: each is refused, says where, and leaves the record as it was."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kiosk_process import KioskProcess
from roster_broken_files import ARCHIVES, FILES_AS_A_WHOLE, Broken
from roster_broken_rows import CARD, SHEET_ROWS, TEXT_ROWS, WHOLE_ROLLS
from roster_fixtures import ANA_CELLS, BEN_CELLS, csv_file

from kiosk.cli import cli
from kiosk.errors import BadInput

EVERY = {
    f"{kind}, {name}": broken
    for kind, group in (
        ("file", FILES_AS_A_WHOLE),
        ("archive", ARCHIVES),
        ("row", TEXT_ROWS),
        ("sheet", SHEET_ROWS),
        ("roll", WHOLE_ROLLS),
    )
    for name, broken in group.items()
}


class Kiosk:
    """A record with ten pupils and a card, and the command line in this process."""

    def __init__(self, folder: Path) -> None:
        KioskProcess(folder)
        self.folder = folder
        people = [ANA_CELLS, *[(str(2000 + n), "Given", f"Family {n}x", "8A") for n in range(9)]]
        self.import_file(csv_file(*people))
        assert self.run("card", "enrol", "1001", "--uid", CARD).exit_code == 0

    def run(self, *args: str) -> Any:
        config = self.folder / "config.toml"
        return CliRunner().invoke(cli, [*args, "--config", str(config)])

    def import_file(self, data: bytes, *options: str) -> Any:
        file = self.folder / "roster.csv"
        file.write_bytes(data)
        return self.run("roster", "import", str(file), *options)

    def record(self) -> bytes:
        return (self.folder / "data" / "current.journal").read_bytes()


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Kiosk:
    return Kiosk(tmp_path_factory.mktemp("kiosk"))


@pytest.mark.parametrize("broken", EVERY.values(), ids=EVERY)
def test_a_broken_roster_is_refused_says_where_and_leaves_the_record_as_it_was(
    kiosk: Kiosk, broken: Broken
) -> None:
    data = broken.data if isinstance(broken.data, bytes) else broken.data()
    before = kiosk.record()

    result = kiosk.import_file(data, *broken.options)

    assert isinstance(result.exception, BadInput), result.output
    assert broken.words in str(result.exception)
    assert kiosk.record() == before


def test_there_are_more_than_a_hundred_and_a_sound_one_would_change_the_record(
    tmp_path: Path,
) -> None:
    kiosk = Kiosk(tmp_path)
    before = kiosk.record()

    result = kiosk.import_file(csv_file(BEN_CELLS))

    assert len(EVERY) > 100
    assert result.exit_code == 0, result.exception
    assert kiosk.record().startswith(before)
    assert kiosk.record() != before
