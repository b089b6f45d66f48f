"""The computer's own supply: what the kernel tells, and who hears of it."""

from pathlib import Path

import pytest
from conftest import FakeClock

from hardware.power import under_voltage
from kiosk.loops import LOW_WORDS, PowerWatch
from kiosk.messages import Message
from kiosk.messages.sensed import PartBack, PartLost


def sensor(hwmon: Path, number: int, name: str, alarm: str) -> None:
    folder = hwmon / f"hwmon{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "in0_lcrit_alarm").write_text(alarm)


@pytest.mark.parametrize(
    ("alarm", "is_low"), [("0\n", False), ("1\n", True), ("", None), ("2", None)]
)
def test_the_kernel_tells_whether_the_supply_is_too_low(
    tmp_path: Path, alarm: str, is_low: bool | None
) -> None:
    sensor(tmp_path, 0, "cpu_thermal", "1\n")
    sensor(tmp_path, 1, "rpi_volt", alarm)
    assert under_voltage(tmp_path) is is_low


def test_another_computer_does_not_tell(tmp_path: Path) -> None:
    assert under_voltage(tmp_path / "none") is None
    sensor(tmp_path, 0, "coretemp", "1\n")
    assert under_voltage(tmp_path) is None
    (tmp_path / "hwmon0" / "name").write_bytes(b"\xff")
    assert under_voltage(tmp_path) is None


def test_a_supply_that_drops_is_told_once_with_what_is_seen_and_when_it_holds_again(
    clock: FakeClock,
) -> None:
    said: list[bool | None] = [False, True, True, False, None]
    posted: list[Message] = []
    watch = PowerWatch(lambda: said.pop(0), posted.append, clock.monotonic)
    for _ in range(5):
        watch.round()
        watch.round()  # not time yet
        clock.advance(2)
    assert posted == [PartLost("power", "", LOW_WORDS), PartBack("power")]
    assert said == []
    assert watch.is_told is False
