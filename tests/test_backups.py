"""Backups that the pages ask for: made and checked by a process of its own, in files without a
name."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import pytest
from record_fixtures import KEYS, KIOSK, NOW, Recorded

from kiosk.backups import SPARE, OwnBackups, run_on
from kiosk.config import Config, load_config
from kiosk.errors import BadInput, KioskError
from kiosk.keys import CARD_KEY, CHAIN_KEY
from kiosk.store import FILE_NAME
from kiosk.store.backup import copy_sealed
from kiosk.store.restore import look_into

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Of a kiosk with a day on record, and with its keys."""
    data, key_dir = tmp_path / "data", tmp_path / "keys"
    key_dir.mkdir(0o700)
    for name, key in ((CARD_KEY, KEYS.card), (CHAIN_KEY, KEYS.chain)):
        (key_dir / name).touch(0o600)
        (key_dir / name).write_text(key.hex())
    Recorded(data).furnish().days(1).close()
    config = load_config(EXAMPLE)
    update = {"data": data, "key_dir": key_dir, "id": KIOSK}
    return config.model_copy(update={"kiosk": config.kiosk.model_copy(update=update)})


def names(config: Config) -> list[str]:
    return sorted(path.name for path in config.kiosk.data.iterdir())


def test_one_is_made_and_this_kiosk_reads_it(config: Config, tmp_path: Path) -> None:
    before = names(config)
    made = OwnBackups(config).make()
    with made.file as file:
        copy = tmp_path / "copy"
        copy.write_bytes(file.read())
    found = look_into(copy, tmp_path, KEYS, KIOSK)
    assert (made.anchor, made.size) == (found.verified.anchor, copy.stat().st_size)
    assert names(config) == before


def test_one_is_checked_and_told(config: Config) -> None:
    before = names(config)
    with OwnBackups(config).room(0) as file:
        made = copy_sealed(config.kiosk.data, file, KEYS, KIOSK, NOW)
        found = OwnBackups(config).check(file)
    assert (found["kiosk"], found["anchor"]) == (KIOSK, list(made.anchor))
    assert (found["findings"], found["counts"]["people"] > 0) == ([], True)
    assert names(config) == before


def test_what_is_none_is_refused_in_words_without_the_name_of_a_pipe(config: Config) -> None:
    with OwnBackups(config).room(0) as file:
        file.write(b"something else")
        with pytest.raises(BadInput) as refusal:
            OwnBackups(config).check(file)
    assert "stdin" not in str(refusal.value)


def test_a_full_disk_is_said_before_anything_is_written(config: Config, mocker: Any) -> None:
    usage = mocker.patch("kiosk.backups.shutil.disk_usage")
    usage.return_value.free = SPARE + 10
    OwnBackups(config).room(10).close()
    with pytest.raises(KioskError, match="the disk has"):
        OwnBackups(config).room(11)


def test_one_at_a_time(config: Config) -> None:
    def run(command: Sequence[str], file: IO[bytes], limit_s: float) -> bytes:
        with pytest.raises(KioskError, match="another backup"):
            backups.check(file)
        return b"{}"

    backups = OwnBackups(config, run)
    assert backups.check(io.BytesIO()) == backups.check(io.BytesIO()) == {}


def test_what_went_wrong_leaves_no_file_open(config: Config) -> None:
    files: list[IO[bytes]] = []

    def run(command: Sequence[str], file: IO[bytes], limit_s: float) -> bytes:
        files.append(file)
        raise KioskError("no end within 1 s")

    with pytest.raises(KioskError, match="no end"):
        OwnBackups(config, run).make()
    assert files[0].closed


def test_a_process_that_fails_is_told_in_words(mocker: Any) -> None:
    mocker.patch("kiosk.backups.subprocess.run", side_effect=OSError("gone"))
    with pytest.raises(KioskError, match="gone"):
        run_on(("tool",), io.BytesIO(), 1)


def test_the_record_is_looked_through_and_a_change_is_counted(config: Config) -> None:
    told = OwnBackups(config).verify()
    assert (told["findings"], told["events"] == told["anchor"][0] > 0) == (0, True)
    (config.kiosk.key_dir / CHAIN_KEY).write_text("00" * 32)  # as if by another hand
    assert OwnBackups(config).verify()["findings"] > 0


@pytest.mark.parametrize("is_gone", [True, False])
def test_an_open_file_that_the_disk_does_not_give_back_is_found(
    config: Config, is_gone: bool
) -> None:
    (path := config.kiosk.data / FILE_NAME).unlink()
    if not is_gone:
        path.symlink_to("/proc/self/mem")  # every read of it is an EIO
    found = {"events": 0, "anchor": [0, ""], "findings": 1, "files": [FILE_NAME]}
    assert OwnBackups(config).verify() == found
