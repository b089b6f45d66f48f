"""What the service manager is told, and the unit it is told by."""

import configparser
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.progress import Progress
from kiosk.systemd import ServiceManager

UNIT = Path(__file__).parent.parent / "systemd" / "kiosk.service"
SCREEN = UNIT.with_name("kiosk-screen.service")


@pytest.fixture
def manager_socket(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(5)
        yield heard


def test_each_state_is_one_datagram(manager_socket: socket.socket) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": manager_socket.getsockname()})

    manager.ready()
    manager.alive()
    manager.status("two words")
    manager.stopping()

    assert [manager_socket.recv(100) for _ in range(4)] == [
        b"READY=1",
        b"WATCHDOG=1",
        b"STATUS=two words",
        b"STOPPING=1",
    ]


def test_without_a_manager_there_is_silence() -> None:
    ServiceManager({}).ready()


def test_a_manager_that_went_away_is_no_error(tmp_path: Path) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()


def test_a_part_is_late_once_it_made_no_progress_for_the_limit() -> None:
    now = [0.0]
    progress = Progress(lambda: now[0], limit_s=5)
    progress.beat("reader")
    progress.beat("locks")
    now[0] = 4
    progress.beat("locks")
    assert progress.late() == []
    now[0] = 6

    assert progress.late() == ["reader"]


def unit(path: Path = UNIT) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def test_the_unit_notifies_is_watched_and_turns_all_off_afterwards() -> None:
    service = unit()["Service"]

    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) >= 10
    assert service["User"] == "kiosk"
    assert service["SupplementaryGroups"].split() == ["gpio", "spi", "i2c", "dialout", "input"]
    assert service["StateDirectory"] == service["RuntimeDirectory"] == "kiosk"
    assert service["ExecStopPost"].endswith(" all-off")


def test_the_unit_may_ask_whether_the_clock_is_synchronised() -> None:
    text = UNIT.read_text()

    assert "ProtectClock" not in text.replace("So no ProtectClock.", "")
    denied = text.index("SystemCallFilter=~@privileged")
    assert text.index("SystemCallFilter=adjtimex clock_adjtime clock_adjtime64") > denied


@pytest.mark.parametrize("call", ["sched_setscheduler", "setpriority"])
def test_the_guard_may_be_urgent_and_what_works_apart_may_give_way(call: str) -> None:
    text = UNIT.read_text()
    assert text.index(f"SystemCallFilter={call}\n") > text.index("SystemCallFilter=~@privileged")


def test_the_unit_never_gives_up() -> None:
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit()["Service"]["Restart"] == "always"


def test_the_screens_unit_reaches_the_kiosk_alone_and_is_never_waited_for() -> None:
    screen = unit(SCREEN)
    service = screen["Service"]

    assert service["ExecStart"].endswith(" http://127.0.0.1:8080/screen")
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    assert (service["User"], "SupplementaryGroups" in service) == ("kiosk-screen", False)
    assert (screen["Unit"]["Wants"], "Requires" in screen["Unit"]) == ("kiosk.service", False)
    assert service["Restart"] == "always"
    assert "kiosk-screen" not in UNIT.read_text()


def analyze(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *args], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.fixture
def analyzer() -> None:
    try:
        analyze("--version")
    except FileNotFoundError:
        pytest.skip("this machine has no systemd-analyze to judge the unit with")


@pytest.mark.usefixtures("analyzer")
def test_the_units_exposure_is_at_most_two() -> None:
    judged = analyze("security", "--offline=true", "--threshold=20", str(UNIT))

    assert judged.returncode == 0, judged.stdout[-2000:]
