"""The seam between the doctor and a machine, on an invented one and on this one."""

import os
import sys
from pathlib import Path

import pytest
from doctor_fixtures import Bench

from hardware.doctor.machine import Machine, Package, this_machine


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


@pytest.fixture
def here() -> Machine:
    return this_machine()


def test_what_cannot_be_read_is_none_and_raises_nothing(pi: Bench) -> None:
    machine = pi.machine()
    for path in ("/nowhere", "/dev", "/nul\0byte", "/" + "x" * 5000, "/etc/passwd/x"):
        assert machine.read(path) is None
        assert not machine.exists(path) or path == "/dev"
        assert machine.names(path) == [] or path == "/dev"
        assert machine.link(path) == ""
        machine.target(path)
    assert this_machine().stat("/nul\0byte") is None


def test_text_comes_without_its_zero_byte_and_whatever_bytes_it_has(pi: Bench) -> None:
    assert pi.machine().model == "Raspberry Pi 4 Model B Rev 1.4"
    pi.write("/proc/device-tree/model", b"Raspberry Pi \xff\xfe")
    assert pi.machine().is_pi


@pytest.mark.parametrize(
    ("release", "version"),
    [("6.12.25+rpt-rpi-v8", (6, 12)), ("5.3", (5, 3)), ("", (0, 0)), ("6.x", (0, 0))],
)
def test_the_kernels_version_is_two_numbers(
    pi: Bench, release: str, version: tuple[int, int]
) -> None:
    pi.write("/proc/sys/kernel/osrelease", release)
    assert pi.machine().kernel == version


def test_links_lead_where_the_machine_has_them(pi: Bench) -> None:
    assert pi.machine().target("/dev/serial0") == Path("/dev/ttyS0")
    pi.link("/dev/away", "/etc/hostname")
    assert pi.machine().target("/dev/away") == Path("/dev/away")  # it leads out of the tree


def test_a_command_of_this_machine_is_run(here: Machine) -> None:
    assert here.run(("echo", "yes"), 10) == "yes\n"


@pytest.mark.parametrize(
    "command",
    [("false",), ("/nowhere/at-all",), ("echo", "nul\0byte"), ("tail", "-f", "/dev/null")],
)
def test_a_command_that_fails_or_hangs_is_none(here: Machine, command: tuple[str, ...]) -> None:
    assert here.run(command, 0.05) is None


def test_this_machine_knows_itself(here: Machine, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o640)
    node, room = here.stat(file), here.room(tmp_path)
    assert node is not None
    assert room is not None
    assert (node.owner, node.mode, here.uid) == (os.getuid(), 0o640, os.geteuid())
    assert 0 < room.free <= room.size
    assert here.room(tmp_path / "nothing") is None
    assert here.kernel > (3, 0)
    assert here.python == sys.version_info[:2]


def test_packages_and_modules_of_this_machine_are_found_without_importing(here: Machine) -> None:
    assert Package("mfrc522", "0.0.7") in here.packages()
    package = here.module("mfrc522")
    assert package is not None
    assert (package / "MFRC522.py").exists()
    assert here.module("tomllib") is not None
    assert here.module("no_such_module_anywhere") is None
    assert here.module("") is None
