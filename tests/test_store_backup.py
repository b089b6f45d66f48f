"""A backup is whole or refused; a restore replaces nothing before it has verified."""

import shutil
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD
from journal_disk import Disk, PowerCut
from record_fixtures import KEYS, KIOSK, NOW, Recorded, verified
from torture_damage import destroy

from kiosk.acts import Note
from kiosk.core import Core
from kiosk.errors import AlreadyRunning, BadInput, ConfigError
from kiosk.events import Alert, EventType, Reason
from kiosk.journal import System
from kiosk.keys import Keys
from kiosk.messages.forgetting import ErasePerson
from kiosk.messages.record import Restored
from kiosk.store import FILE_NAME, Query, Store
from kiosk.store.backup import Backup, make_backup
from kiosk.store.folder import HISTORY
from kiosk.store.restore import check_backup, restore


@pytest.fixture
def kiosk(tmp_path: Path) -> Recorded:
    kiosk = Recorded(tmp_path / "data").furnish().days(2)
    kiosk.rotate()
    kiosk.clock.to(8, 40)
    kiosk.hand_in(BENS_CARD)
    return kiosk


def back_up(kiosk: Recorded, file: Path) -> Backup:
    return make_backup(kiosk.folder, file, KEYS, KIOSK, NOW)


def put_back(file: Path, kiosk: Recorded, system: System | None = None) -> Path | None:
    def complete(folder: Path) -> None:
        store = Store(folder, kiosk=KIOSK, keys=KEYS, reserve_bytes=0)
        Core(store, kiosk.core.rules, kiosk.clock).take(Restored("u", {"file": file.name}))
        store.close()

    return restore(file, kiosk.folder, KEYS, KIOSK, complete, system)


def test_a_backup_of_a_running_kiosk_checks_and_names_its_anchor(
    kiosk: Recorded, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    made = back_up(kiosk, file)
    checked = check_backup(file, tmp_path, KEYS, KIOSK)

    assert made.anchor == checked.anchor == verified(kiosk.folder).anchor
    assert made.size == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.tar", "data"]


def test_a_restored_record_is_the_one_that_was_backed_up(kiosk: Recorded, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    events = list(kiosk.core.history.oldest_first(Query()))
    kiosk.clock.to(15, 20)
    kiosk.hand_in(BENS_CARD)  # collects: after the backup
    kiosk.rotate()
    kiosk.close()
    kept = put_back(file, kiosk)

    again = Recorded(kiosk.folder, kiosk.clock)
    assert list(again.core.history.oldest_first(Query()))[: len(events)] == events
    assert verified(kiosk.folder).findings == []
    assert kept is not None
    old = Recorded(kept, kiosk.clock)
    assert old.kept == {}
    old.close()
    again.close()


def test_what_a_repair_kept_goes_with_the_record_that_was_repaired(
    kiosk: Recorded, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    kiosk.close()
    path = kiosk.folder / FILE_NAME
    destroy(path, path.stat().st_size // 2, 20)
    repaired = Recorded(kiosk.folder, kiosk.clock, mends=True)
    repaired.close()
    assert (kiosk.folder / f"{FILE_NAME}.damaged-1").exists()
    kept = put_back(file, kiosk)

    again = Recorded(kiosk.folder, kiosk.clock)
    again.core.note_damage()
    told = [event.type for event in again.core.history.oldest_first(Query())]
    assert EventType.RECORD_REPAIRED not in told
    assert kept is not None
    assert (kept / f"{FILE_NAME}.damaged-1").exists()
    again.close()


def test_after_a_restore_every_cubby_has_to_be_looked_into(kiosk: Recorded, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    kiosk.close()
    put_back(file, kiosk)
    again = Recorded(kiosk.folder, kiosk.clock)
    state = again.core.standing.state

    assert [d.doubt for d in state.deposits.values()] == [Reason.RECORD_RESTORED]
    assert sum(alert is Alert.LOOK_INSIDE for alert, _ in state.alerts) == 5
    again.close()


def test_a_backup_is_put_back_on_an_empty_machine(kiosk: Recorded, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    kiosk.close()
    kiosk.folder = tmp_path / "new"
    assert put_back(file, kiosk) is None

    again = Recorded(tmp_path / "new", kiosk.clock)
    assert [e.type for e in again.events if e.type is EventType.RECORD_RESTORED]
    again.close()


def copies(kiosk: Recorded, folder: Path) -> Iterator[tuple[int, Path, Path]]:
    """The record and a backup of its past, again and again; for stops at one call after another."""
    file = folder / "backup.tar"
    back_up(kiosk, file)
    kiosk.clock.to(15, 20)
    kiosk.hand_in(BENS_CARD)
    kiosk.close()
    for at in range(1, 500):
        yield at, Path(shutil.copytree(kiosk.folder, folder / str(at))), file


def test_a_restore_that_is_stopped_at_any_call_leaves_the_one_or_the_other(
    kiosk: Recorded, tmp_path: Path
) -> None:
    stops = 0
    for at, folder, file in copies(kiosk, tmp_path):
        kiosk.folder = folder
        try:
            put_back(file, kiosk, Disk("any", at, "cut"))
        except PowerCut:
            stops += 1
        again = Recorded(folder, kiosk.clock)
        is_new = EventType.RECORD_RESTORED in [event.type for event in again.events]
        assert list(again.kept) == (["b2"] if is_new else [])
        assert verified(folder).findings == []
        again.close()
        if stops < at:
            assert is_new
            break
    assert stops > 20


def test_a_segment_that_cannot_be_read_keeps_nothing_else_out_of_a_backup(
    kiosk: Recorded, tmp_path: Path
) -> None:
    rotten = min(kiosk.core.history.segments, key=lambda row: row.first)
    path = kiosk.folder / HISTORY / rotten.file_name
    path.unlink()
    path.symlink_to("/proc/self/mem")  # every read of it is an EIO
    file = tmp_path / "backup.tar"
    made = back_up(kiosk, file)
    assert any(rotten.file_name in finding for finding in made.findings)
    assert check_backup(file, tmp_path, KEYS, KIOSK).anchor == made.anchor

    events = list(kiosk.core.history.oldest_first(Query()))
    kiosk.close()
    put_back(file, kiosk)
    again = Recorded(kiosk.folder, kiosk.clock)
    assert list(again.core.history.oldest_first(Query()))[: len(events)] == events
    assert verified(kiosk.folder).files == [rotten.file_name]
    again.close()


def test_a_backup_that_is_stopped_at_any_call_is_whole_or_not_there(
    kiosk: Recorded, tmp_path: Path
) -> None:
    for at in range(1, 100):
        file = tmp_path / f"{at}.tar"
        try:
            make_backup(kiosk.folder, file, KEYS, KIOSK, NOW, Disk("any", at, "cut"))
        except PowerCut:
            assert not file.exists() or check_backup(file, tmp_path, KEYS, KIOSK).events
        else:
            break
    assert at >= 5
    assert check_backup(file, tmp_path, KEYS, KIOSK).events


def test_nothing_is_restored_under_a_running_kiosk(kiosk: Recorded, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)

    with pytest.raises(AlreadyRunning, match="stop the kiosk"):
        put_back(file, kiosk)


def edited(file: Path, name: str, change: bytes | None) -> None:
    """The same archive with one entry changed, or taken out."""
    entries = []
    with tarfile.open(file) as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            assert content is not None
            entries.append((entry.name, content.read()))
    with tarfile.open(file, "w") as archive:
        for entry_name, data in entries:
            if entry_name == name and change is None:
                continue
            if entry_name == name and change is not None:
                data = data.replace(data[20:24], change, 1) if name != "manifest.json" else change
            info = tarfile.TarInfo(entry_name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


def content_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("what", ["open file", "segment", "missing", "manifest", "junk", "empty"])
def test_a_tampered_backup_is_refused_and_nothing_is_touched(
    kiosk: Recorded, tmp_path: Path, what: str
) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    kiosk.close()
    before = content_of(kiosk.folder)
    segment = f"{HISTORY}/{kiosk.core.history.segments[0].file_name}"
    match what:
        case "open file":
            edited(file, FILE_NAME, b"XXXX")
        case "segment":
            edited(file, segment, b"XXXX")
        case "missing":
            edited(file, segment, None)
        case "manifest":
            edited(file, "manifest.json", b'{"format":1}')
        case "junk":
            file.write_bytes(b"no tar at all" * 1000)
        case "empty":
            file.write_bytes(b"")

    with pytest.raises(BadInput, match=r"backup\.tar"):
        put_back(file, kiosk)
    assert content_of(kiosk.folder) == before


def test_a_backup_that_names_a_path_outside_the_record_is_refused(
    kiosk: Recorded, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)
    kiosk.close()
    with tarfile.open(file, "a") as archive:
        info = tarfile.TarInfo("../../escaped")
        info.size = 2
        archive.addfile(info, BytesIO(b"hi"))

    with pytest.raises(BadInput, match="manifest does not name"):
        put_back(file, kiosk)
    assert not (tmp_path.parent / "escaped").exists()


def test_a_backup_made_with_other_keys_is_refused_in_words(kiosk: Recorded, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(kiosk, file)

    with pytest.raises(ConfigError, match=r"card\.key is not the key"):
        check_backup(file, tmp_path, Keys(b"x" * 32, KEYS.chain), KIOSK)


def test_a_record_that_is_not_as_it_was_written_is_backed_up_and_says_so(
    kiosk: Recorded, tmp_path: Path
) -> None:
    segment = min((kiosk.folder / HISTORY).glob("taps-*"))
    segment.write_bytes(segment.read_bytes().replace(b"tapped", b"topped"))

    made = back_up(kiosk, tmp_path / "backup.tar")

    assert made.findings
    assert segment.name in made.findings[0]
    checked = check_backup(tmp_path / "backup.tar", tmp_path, KEYS, KIOSK)
    assert tuple(map(str, checked.findings)) == made.findings


def test_an_erased_person_is_in_no_file_and_no_backup_made_afterwards(
    kiosk: Recorded, tmp_path: Path
) -> None:
    kiosk.open_by_staff(3, f"{ANA.surname}'s mother asked", "ab")
    torn = kiosk.folder / f"{FILE_NAME}.torn-9"
    torn.write_text(ANA.surname)
    kiosk.take(ErasePerson("console", ANA.id, (Note("ab", ""),)))
    kiosk.keep_up()
    kiosk.core.remove_put_aside()
    back_up(kiosk, file := tmp_path / "backup.tar")

    everywhere = b"".join([*content_of(kiosk.folder).values(), file.read_bytes()])
    for word in (ANA.surname, ANA.forename, f'"key":"{ANAS_CARD}"', "mother"):
        assert word.encode() not in everywhere
    assert ANA.id.encode() in everywhere  # what happened stays, of somebody unknown
    assert verified(kiosk.folder).findings == []
    again = kiosk.again()
    assert ANA.id not in again.core.standing.roster.people
    again.close()


def test_nobody_is_erased_while_their_device_is_kept(kiosk: Recorded) -> None:
    _, outcome = kiosk.core.take(ErasePerson("console", "b2"))

    assert outcome is not None
    assert (outcome.granted, outcome.reason) == (False, Reason.STILL_KEPT)
