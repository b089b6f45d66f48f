"""The unit, as systemd reads it."""

from pathlib import Path

import pytest
from doctor_fixtures import Bench

from hardware.doctor.service import Unit, find_unit

LIB = "/usr/lib/systemd/system/kiosk.service"
ETC = "/etc/systemd/system/kiosk.service"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def unit(bench: Bench) -> Unit:
    found = find_unit(bench.machine())
    assert found is not None
    return found


def test_without_a_file_there_is_none(bench: Bench) -> None:
    assert find_unit(bench.machine()) is None


def test_the_administrators_file_goes_before_the_packages(bench: Bench) -> None:
    bench.write(LIB, "[Service]\nUser=package\n")
    assert unit(bench).last("User") == "package"
    bench.write(ETC, "[Service]\nUser=administrator\n")
    assert (unit(bench).path, unit(bench).last("User")) == (ETC, "administrator")


def test_drop_ins_follow_in_the_order_of_their_names(bench: Bench) -> None:
    bench.write(LIB, "[Service]\nUser=a\nDeviceAllow=one\n")
    bench.write(f"{ETC}.d/20-second.conf", "User=c\nDeviceAllow=three\n")
    bench.write(f"{LIB}.d/10-first.conf", "User=b\nDeviceAllow=\nDeviceAllow=two\n")
    bench.write(f"{ETC}.d/README", "User=d\n")
    assert unit(bench).last("User") == "c"
    assert unit(bench).words("DeviceAllow") == ["two", "three"]


def test_of_two_drop_ins_with_one_name_the_administrators_counts(bench: Bench) -> None:
    bench.write(LIB, "User=a\n")
    bench.write(f"{LIB}.d/x.conf", "User=package\n")
    bench.write(f"{ETC}.d/x.conf", "User=administrator\n")
    assert unit(bench).last("User") == "administrator"


def test_comments_sections_and_long_lines_are_understood(bench: Bench) -> None:
    bench.write(ETC, "[Service]\n# User=a\n; User=b\nUser = c \\\nd\nnonsense\n")
    assert unit(bench).settings == {"User": ["c  d"]}


def test_variables_and_specifiers_are_read(bench: Bench) -> None:
    bench.write(ETC, 'Environment=A=1 "LG_WD=%t/kiosk"\nEnvironment=A=2\nWorkingDirectory=%S/x\n')
    assert unit(bench).environment("LG_WD") == "/run/kiosk"
    assert unit(bench).environment("A") == "2"
    assert unit(bench).environment("B") == ""
    assert unit(bench).last("WorkingDirectory") == "/var/lib/x"
