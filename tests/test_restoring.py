"""Restoring from the command line and at the first run: who was forgotten stays so, nobody else's
files are made, and a backup that waits is put back by the next start, or refused in words."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cabinet import ANA, BEN
from kiosk_process import KioskProcess
from webui_fixtures import field_of

from kiosk.acts import Pulse
from kiosk.backups import OwnBackups
from kiosk.bootstrap import OpenRecord
from kiosk.cli.record import _check_owner
from kiosk.config import load_config
from kiosk.errors import AlreadyRunning, BadInput
from kiosk.journal import System
from kiosk.journal.lock import held
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed
from kiosk.model import Credential
from kiosk.restoring import NOT_BLANK, restore_waiting
from kiosk.store.folder import REFUSED, WAITING
from kiosk.store.tables import FILE_NAME


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def test_who_was_forgotten_after_a_backup_is_forgotten_again_when_it_is_put_back(
    kiosk: KioskProcess,
) -> None:
    roster = kiosk.folder / "roster.csv"
    roster.write_text(
        "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n1002,Ben,Lee,7B\n"
    )
    kiosk.cli("roster", "import", str(roster))
    kiosk.cli("backup", file := str(kiosk.folder / "backup.tar"))
    assert "is not replaced" in kiosk.cli("backup", file, status=2)
    kiosk.cli("person", "erase", "1001", "--yes")

    assert "put back" in kiosk.cli("restore", file)
    assert "nobody on the roster" in kiosk.cli("card", "block", "1001", status=2)
    assert "Ben Lee has no card" in kiosk.cli("card", "block", "1002")
    assert b"Silva" not in (kiosk.folder / "data" / "current.journal").read_bytes()
    assert "as it was written" in kiosk.cli("verify")


def test_a_restore_by_another_user_than_the_kiosks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_owner(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(BadInput, match=r"belongs to .*run this as"):
        _check_owner(tmp_path)


def test_a_file_that_is_no_backup_is_refused_in_words(kiosk: KioskProcess) -> None:
    (kiosk.folder / "wrong.tar").write_text("a shopping list")

    said = kiosk.cli("restore", str(kiosk.folder / "wrong.tar"), status=2)
    assert "is no backup of a kiosk, or only a part of one" in said


# at the first run


ROSTER = "Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n"


def furnish(kiosk: KioskProcess) -> None:
    """Ana is on the roster, and somebody looks after users."""
    file = kiosk.folder / "roster.csv"
    file.write_text(ROSTER)
    kiosk.cli("roster", "import", str(file))
    words = "three random words and one\n"
    kiosk.cli("user", "add", "ada", "--role", "admin", "--password-stdin", stdin=words)


def own(kiosk: KioskProcess) -> OwnBackups:
    return OwnBackups(load_config(kiosk.folder / "config.toml"))


def sealed(kiosk: KioskProcess) -> bytes:
    with own(kiosk).make().file as file:
        return file.read()


def keep(kiosk: KioskProcess, backup: bytes) -> None:
    """What the page does with a backup that was sent."""
    backups = own(kiosk)
    with backups.room(len(backup)) as file:
        file.write(backup)
        backups.put_back_at_start(file)


def begin_anew(kiosk: KioskProcess) -> Path:
    """The record is gone, with whatever lay beside it; its folder."""
    shutil.rmtree(kiosk.folder / "data", ignore_errors=True)
    (kiosk.folder / "data").mkdir()
    return kiosk.folder / "data"


def start_up(kiosk: KioskProcess) -> None:
    """What a start does before anything else."""
    restore_waiting(load_config(kiosk.folder / "config.toml"))


def test_one_that_waits_is_put_back_where_nobody_is_on_record(kiosk: KioskProcess) -> None:
    furnish(kiosk)
    backup = sealed(kiosk)
    data = begin_anew(kiosk)
    keep(kiosk, backup)
    assert not (data / FILE_NAME).exists()  # nothing is replaced until the next start
    assert (data / WAITING).stat().st_mode & 0o777 == 0o600

    start_up(kiosk)

    assert not (data / WAITING).exists()
    assert "Ana Silva has no card" in kiosk.cli("card", "block", "1001")
    assert "ada" in kiosk.cli("user", "list")
    assert "as it was written" in kiosk.cli("verify")
    assert own(kiosk).why_not_put_back() == ""


def test_where_somebody_is_on_record_it_is_not_put_back(kiosk: KioskProcess) -> None:
    furnish(kiosk)
    keep(kiosk, sealed(kiosk))
    before = (kiosk.folder / "data" / FILE_NAME).read_bytes()

    start_up(kiosk)

    assert own(kiosk).why_not_put_back() == NOT_BLANK
    assert (kiosk.folder / "data" / FILE_NAME).read_bytes() == before
    assert not (kiosk.folder / "data" / WAITING).exists()


def test_what_became_garbage_while_it_waited_is_refused_and_the_kiosk_starts(
    kiosk: KioskProcess,
) -> None:
    data = begin_anew(kiosk)
    (data / WAITING).write_text("a shopping list")

    start_up(kiosk)

    assert "is no backup of a kiosk" in own(kiosk).why_not_put_back()
    assert {path.name for path in data.iterdir()} <= {REFUSED, FILE_NAME}


def test_one_with_a_device_in_a_cubby_that_there_is_not_is_refused(kiosk: KioskProcess) -> None:
    opened = OpenRecord.of(load_config(kiosk.folder / "config.toml"))
    for person, card in ((ANA, "a" * 32), (BEN, "b" * 32)):
        opened.core.take(ImportRoster("console", (person,), 1, 0))
        opened.core.take(EnrolCard("console", Credential(card, person.id)))
        acts, _ = opened.core.take(Presented((Card(card),)))
        (cubby,) = (act.cubby for act in acts if isinstance(act, Pulse))
        for fact in (Pulsed(cubby), Opened(cubby), Closed(cubby)):
            opened.core.take(fact)
    opened.store.close()
    backup = sealed(kiosk)
    begin_anew(kiosk)
    kiosk.configure(cubbies=1)
    keep(kiosk, backup)

    start_up(kiosk)

    assert f"a device is in its cubby {cubby}" in own(kiosk).why_not_put_back()


def test_while_another_has_the_record_open_it_waits_on(kiosk: KioskProcess) -> None:
    furnish(kiosk)
    backup = sealed(kiosk)
    data = begin_anew(kiosk)
    keep(kiosk, backup)

    with held(str(data / FILE_NAME), System()), pytest.raises(AlreadyRunning):
        start_up(kiosk)
    assert (data / WAITING).exists()


@pytest.mark.parametrize("case", ["garbage", "cut short", "other keys"])
def test_what_cannot_be_put_back_is_not_kept(
    kiosk: KioskProcess, case: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    furnish(kiosk)
    backup = sealed(kiosk)
    data = begin_anew(kiosk)
    spoiled = {"garbage": b"a shopping list", "cut short": backup[:-100]}.get(case, backup)
    if case == "other keys":
        other = KioskProcess(tmp_path_factory.mktemp("other"))
        shutil.copytree(other.folder / "keys", kiosk.folder / "keys", dirs_exist_ok=True)
    words = {"other keys": "chain.key is not the key", "cut short": "cut short after"}

    with pytest.raises(BadInput, match=words.get(case, "is no backup of a kiosk")):
        keep(kiosk, spoiled)
    assert not [path for path in data.iterdir() if path.name.startswith(WAITING)]


class Browser:
    """Somebody at the pages of a kiosk in its own process. On loopback a browser keeps secure
    cookies without TLS, which Python's own does not."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._cookie = ""

    def get(self, path: str) -> str:
        return self._told(path, None)

    def post(self, path: str, file: bytes = b"", **fields: str) -> str:
        fields["csrf_token"] = field_of(self.get("/setup"), "csrf_token")
        parts = [f'"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
        if file:
            parts.append(b'"file"; filename="b"\r\n\r\n' + file + b"\r\n")
        head = b"--x\r\nContent-Disposition: form-data; name="
        return self._told(path, b"".join(head + part for part in parts) + b"--x--\r\n")

    def _told(self, path: str, data: bytes | None) -> str:
        kind = {"Content-Type": "multipart/form-data; boundary=x"} if data else {}
        headers = {"Origin": self.address, "Cookie": self._cookie, **kind}
        address = urlsplit(self.address)
        connection = HTTPConnection(address.hostname or "", address.port)
        with closing(connection):
            connection.request("POST" if data else "GET", path, data, headers)
            answer = connection.getresponse()
            cookie = answer.getheader("Set-Cookie", self._cookie)
            self._cookie = cookie.partition(";")[0]
            assert answer.status < 400, answer.read()
            return answer.read().decode()


def address_of(kiosk: KioskProcess) -> str:
    return kiosk.log().rpartition("pages at ")[2].split()[0]


def test_from_the_page_of_the_first_run_to_the_next_start(kiosk: KioskProcess) -> None:
    furnish(kiosk)
    backup = sealed(kiosk)
    begin_anew(kiosk)
    kiosk.start()
    browser = Browser(address_of(kiosk))
    browser.post("/setup/code", code=kiosk.ask("setup_code")["code"])

    assert "The backup is sound" in browser.post("/setup/restore", backup)
    assert kiosk.wait() == 0  # its service manager starts it again

    kiosk.start()
    assert "Ana Silva has no card" in kiosk.cli("card", "block", "1001")
    assert "User name" in Browser(address_of(kiosk)).get("/sign-in")
    (restored,) = kiosk.events("record_restored")
    assert restored["actor"] == "user:console"
