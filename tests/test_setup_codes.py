"""Set-up codes: easy to type, good once and for half an hour, told to nobody else."""

import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import FakeClock, make_rules
from kiosk_process import ARRIVAL, CONFIG

from kiosk.cli import cli
from kiosk.control import ControlServer, socket_in
from kiosk.core import Core
from kiosk.errors import BadInput, NotRunning
from kiosk.keys import Keys
from kiosk.messages.commands import SaveUser
from kiosk.model import User
from kiosk.offline import Offline
from kiosk.setup_codes import VALID_S, SetupCodes
from kiosk.store import Store
from kiosk.typed import ALPHABET
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)


class Hands:
    """A monotonic clock that is turned by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def codes(clock: Hands) -> SetupCodes:
    return SetupCodes(clock)


def test_a_code_is_three_groups_of_four_plain_characters(codes: SetupCodes) -> None:
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", codes.new())


def test_a_code_is_good_once_however_it_is_typed(codes: SetupCodes) -> None:
    text = codes.new()
    assert [codes.use(text.upper().replace("-", " ")), codes.use(text)] == [True, False]


def test_a_code_is_good_for_half_an_hour(codes: SetupCodes, clock: Hands) -> None:
    first = codes.new()
    clock.now += VALID_S - 1
    assert codes.use(first)
    second = codes.new()
    clock.now += VALID_S
    assert not codes.use(second)


def test_another_one_takes_its_place(codes: SetupCodes) -> None:
    first, second = codes.new(), codes.new()
    assert [codes.use(first), codes.use(second)] == [False, True]


@pytest.mark.parametrize("text", ["", "-", "0000-0000-0000", "\ud800", "x" * 1000])
def test_no_other_text_is_the_code_with_one_or_without(codes: SetupCodes, text: str) -> None:
    assert not codes.use(text)
    codes.new()
    assert not codes.use(text)


def test_of_many_who_send_it_at_once_one_is_let_in(codes: SetupCodes) -> None:
    text, let_in = codes.new(), []
    threads = [threading.Thread(target=lambda: let_in.append(codes.use(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let_in) == [False] * 7 + [True]


# the verb


def verbs(folder: Path, codes: SetupCodes | None) -> tuple[Core, Verbs]:
    clock = FakeClock()
    core = Core(Store(folder, kiosk="test", keys=KEYS), make_rules(), clock)
    upkeep = Upkeep(core, clock.monotonic)
    service = Offline(core, upkeep, school="A School", is_simulated=True)
    return core, Verbs(service, KEYS, setup_codes=codes)


def test_the_verb_gives_a_code_that_the_pages_take(tmp_path: Path, codes: SetupCodes) -> None:
    _, asked = verbs(tmp_path, codes)
    made = asked.call("setup_code", {})
    assert made["minutes"] == 30
    assert codes.use(made["code"])


def test_a_kiosk_that_does_not_run_gives_none(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match="start it first"):
        verbs(tmp_path, None)[1].call("setup_code", {})


@pytest.mark.parametrize(
    ("user", "is_given"),
    [
        (User("a1", "Ada", "hash", ("admin",)), False),
        (User("a1", "Ada", "", ("admin",)), True),  # who does not sign in
        (User("a1", "Ada", "hash", ("reception",)), True),
    ],
)
def test_no_code_is_given_once_somebody_signs_in_who_may_add_users(
    tmp_path: Path, codes: SetupCodes, user: User, is_given: bool
) -> None:
    core, asked = verbs(tmp_path, codes)
    core.take(SaveUser("console", user))
    if is_given:
        assert asked.call("setup_code", {})["code"]
        return
    with pytest.raises(BadInput, match="looks after the users already"):
        asked.call("setup_code", {})


def test_neither_record_nor_log_has_the_code(
    tmp_path: Path, codes: SetupCodes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    core, asked = verbs(tmp_path, codes)
    code = asked.call("setup_code", {})["code"]
    assert list(core.history.recent) == []
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert code.encode() not in written
    assert code not in caplog.text


# as it is typed


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    text = CONFIG.format(zone="Europe/London", times=ARRIVAL, cubbies=6, pulse_s=0.05)
    (tmp_path / "config.toml").write_text(text)
    return tmp_path / "config.toml"


@pytest.fixture
def running(config: Path, tmp_path: Path, codes: SetupCodes) -> Iterator[Path]:
    server = ControlServer(socket_in(config.parent / "data"), verbs(tmp_path / "r", codes)[1].call)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield config
    server.stop()
    thread.join()


def test_the_command_prints_the_code_alone_and_says_beside_it_where_it_goes(
    running: Path, codes: SetupCodes
) -> None:
    result = CliRunner().invoke(cli, ["setup-code", "--config", str(running)])
    assert result.exit_code == 0
    assert "at /setup, within 30 minutes" in result.stderr
    assert codes.use(result.stdout.strip())


def test_the_command_says_that_the_kiosk_has_to_run(config: Path) -> None:
    result = CliRunner().invoke(cli, ["setup-code", "--config", str(config)])
    assert "no running kiosk answers" in str(result.exception)
