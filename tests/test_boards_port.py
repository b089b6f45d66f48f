"""The real serial port: what is said when it cannot be had."""

import errno
import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from hardware.boards import open_serial_bus
from hardware.boards.port import explain, load_pyserial, open_port
from hardware.errors import BackendUnavailable
from hardware.simulated.clock import VirtualClock


@pytest.fixture
def device() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: its other end, and its path."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    for fd in (slave, master):
        os.close(fd)


def test_bytes_go_both_ways(device: tuple[int, str]) -> None:
    master, path = device
    with closing(open_port(path, 19200)) as port:
        port.write(b"\x02\x00\x30\x03\x35")
        assert os.read(master, 99) == b"\x02\x00\x30\x03\x35"
        os.write(master, b"\x02\x0a\x0d\x11\x13\x03")  # what a terminal would take for its own
        assert port.read(6) == b"\x02\x0a\x0d\x11\x13\x03"


def test_the_speed_is_set(device: tuple[int, str]) -> None:
    with closing(open_port(device[1], 19200)):
        fd = os.open(device[1], os.O_RDWR | os.O_NOCTTY)
        speeds = termios.tcgetattr(fd)[4:6]
        os.close(fd)
    assert speeds == [termios.B19200, termios.B19200]


def test_a_read_that_finds_nothing_comes_back(device: tuple[int, str]) -> None:
    with closing(open_port(device[1], 9600)) as port:
        assert port.read(5) == b""


def test_what_came_unasked_can_be_thrown_away(device: tuple[int, str]) -> None:
    with closing(open_port(device[1], 9600)) as port:
        os.write(device[0], b"old")
        assert port.read(1) == b"o"  # it has arrived
        port.reset_input_buffer()
        assert port.read(2) == b""


def test_a_second_program_on_the_same_port_is_refused(device: tuple[int, str]) -> None:
    with (
        closing(open_port(device[1], 9600)),
        pytest.raises(OSError, match="in use by another program: only one may speak"),
    ):
        open_port(device[1], 9600)


def test_a_port_that_is_not_there_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"serial port .*/usb is not there: .*/dev/serial/by-id"):
        open_port(str(tmp_path / "usb"), 9600)


def test_something_else_than_a_port_is_named(tmp_path: Path) -> None:
    (tmp_path / "usb").write_text("no port")
    with pytest.raises(OSError, match=r"serial port .*/usb cannot be opened"):
        open_port(str(tmp_path / "usb"), 9600)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "put the kiosk's user into the group dialout"),
        (errno.ENXIO, "is not there"),
        (errno.EBUSY, "in use by another program"),
        (errno.EIO, "cannot be opened: "),
    ],
)
def test_why_it_cannot_be_opened_is_one_sentence(number: int, words: str) -> None:
    sentence = explain("/dev/line", OSError(number, os.strerror(number)))
    assert sentence.startswith("the serial port /dev/line ")
    assert words in sentence


def test_a_device_that_is_pulled_out_is_named() -> None:
    master, slave = os.openpty()
    path = os.ttyname(slave)
    with closing(open_port(path, 9600)) as port:
        os.close(slave)
        os.close(master)
        for act in (lambda: port.read(1), lambda: port.write(b"x"), port.reset_input_buffer):
            with pytest.raises(OSError, match=f"the serial port {path} failed: "):
                act()


def test_without_pyserial_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    clock = VirtualClock()
    with pytest.raises(BackendUnavailable, match="pip install pyserial"):
        open_serial_bus("/dev/line", "kerong", sleep=clock.sleep, monotonic=clock.now)


def test_another_package_of_that_name_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", ModuleType("serial"))
    with pytest.raises(BackendUnavailable, match="is not pyserial"):
        load_pyserial()
