"""The reader of 125 kHz cards: who lies there, and its port."""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest
from reader_fixtures import FOB, OTHER_FOB, SEVEN, uids

from hardware.errors import BackendUnavailable, ReaderLost
from hardware.ports import CardSeen
from hardware.rdm6300 import Rdm6300Reader, open_rdm6300
from hardware.rdm6300.frames import frame_of
from hardware.rdm6300.reader import GONE_S, STALE_S, open_serial
from hardware.simulated.clock import VirtualClock
from hardware.simulated.rdm6300 import (
    PATH,
    REPEAT_S,
    TAP_S,
    SimulatedRdm6300,
    simulated_rdm6300_reader,
)

POLL_S = 0.075
DATA_SHEET = b"\x0262E3086CED08\x03"


class Line:
    """A module, the reader on it, and their clock."""

    def __init__(self) -> None:
        self.clock = VirtualClock(10.0)
        self.module = SimulatedRdm6300(self.clock.now)
        self.reader = simulated_rdm6300_reader(self.module, self.clock.now)

    def poll(self) -> list[bytes]:
        seen = uids(self.reader.read())
        self.clock.sleep(POLL_S)
        return seen

    def polls(self, seconds: float) -> list[list[bytes]]:
        return [self.poll() for _ in range(round(seconds / POLL_S))]


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    with closing(line.reader):
        yield line


def test_a_card_is_an_em4100_of_five_bytes(line: Line):
    line.module.place(FOB)
    assert list(line.reader.read()) == [CardSeen(FOB, kind="em4100")]


def test_a_card_that_lies_there_is_seen_at_each_poll_though_frames_are_fewer(line: Line):
    line.module.place(FOB)
    assert line.polls(3.0) == [[FOB]] * 40


def test_a_card_is_gone_half_a_second_after_its_last_frame(line: Line):
    line.module.place(FOB)
    line.reader.read()
    line.module.lift(FOB)
    line.clock.sleep(GONE_S - 0.01)
    assert uids(line.reader.read()) == [FOB]
    line.clock.sleep(0.01)
    assert uids(line.reader.read()) == []


def test_a_tapping_hand_goes_when_the_card_was_read(line: Line):
    line.module.tap(FOB)
    seen = line.polls(1.5)
    assert seen[0] == [FOB]
    assert seen[int(GONE_S / POLL_S) + 1 :] == [[]] * (20 - int(GONE_S / POLL_S) - 1)


def test_a_tap_that_nobody_reads_ends_after_a_second(line: Line):
    line.module.kill()
    line.module.tap(FOB)
    line.clock.sleep(TAP_S)
    line.module.kill(False)
    assert line.polls(0.5) == [[]] * 7


def test_another_card_ends_the_stay_of_the_one_before(line: Line):
    line.module.tap(FOB)
    assert line.poll() == [FOB]
    line.module.tap(OTHER_FOB)
    line.clock.sleep(REPEAT_S)
    assert line.poll() == [OTHER_FOB]


def test_frames_of_a_card_long_gone_are_no_card(line: Line):
    """As after a stop of the whole machine: what the kernel kept is thrown away."""
    line.module.tap(FOB)
    line.clock.sleep(STALE_S + 0.1)
    assert line.polls(0.5) == [[]] * 7


def test_a_card_that_still_lies_there_after_a_pause_is_seen_again(line: Line):
    line.module.place(FOB)
    line.clock.sleep(STALE_S + 60.0)
    assert [FOB] in line.polls(0.5)


def test_half_a_frame_before_a_pause_and_half_after_it_are_no_card(line: Line):
    line.module.noise(DATA_SHEET[:8])
    line.poll()
    line.clock.sleep(STALE_S)
    line.poll()
    line.module.noise(DATA_SHEET[8:])
    assert line.poll() == []


def test_of_two_cards_between_two_polls_the_last_is_seen(line: Line):
    line.module.noise(frame_of(FOB) + frame_of(OTHER_FOB))
    assert line.poll() == [OTHER_FOB]


def test_noise_is_no_card_and_bad_frames_are_counted(line: Line):
    line.module.noise(b"\xff\x00" + DATA_SHEET[:6])
    line.module.noise(DATA_SHEET[:11] + b"99\x03")
    assert line.poll() == []
    assert line.reader.bad_frames == 2


def test_a_dead_module_looks_like_no_card(line: Line):
    """Nobody can tell: the module's text says so, and this is the proof."""
    line.module.kill()
    line.module.place(FOB)
    line.reader.check()
    assert line.poll() == []


# the port


def lost(act: Any) -> str:
    with pytest.raises(ReaderLost) as error:
        act()
    return str(error.value)


def test_an_adapter_pulled_out_is_lost_with_what_lay_there(line: Line):
    line.module.place(FOB)
    line.poll()
    line.module.unplug()
    assert "is gone; is it plugged in?" in lost(line.reader.read)
    assert "is gone" in lost(line.reader.check)
    assert f"the serial port {PATH} is not there" in lost(line.reader.reset)
    line.module.lift(FOB)
    line.module.plug_in()
    line.reader.reset()
    assert line.poll() == []


def test_a_check_alone_finds_that_it_was_pulled_out(line: Line):
    line.module.unplug()
    assert "is gone" in lost(line.reader.check)


def test_a_port_that_may_not_be_opened_names_the_group(line: Line):
    line.module.is_forbidden = True
    assert "group dialout" in lost(line.reader.reset)
    assert "group dialout" in lost(line.reader.read)


def test_a_port_that_another_program_has_says_so_and_is_got_once_it_is_free(line: Line):
    line.module.is_taken = True
    assert "in use by another program" in lost(line.reader.reset)
    line.module.is_taken = False
    line.reader.reset()
    line.module.place(FOB)
    assert [FOB] in line.polls(0.3)


def test_after_a_long_loss_the_first_card_is_seen_at_once(line: Line):
    line.module.unplug()
    lost(line.reader.read)
    line.clock.sleep(60.0)
    line.module.plug_in()
    line.reader.reset()
    line.module.place(FOB)
    assert line.poll() == [FOB]


def test_half_a_frame_before_a_reset_spoils_nothing(line: Line):
    line.module.noise(DATA_SHEET[:8])
    line.poll()
    line.reader.reset()
    line.module.noise(DATA_SHEET[8:])
    assert line.poll() == []
    assert line.reader.bad_frames == 0


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), termios.error(5, "I/O")])
def test_whatever_a_port_fails_with_is_a_lost_reader(line: Line, mocker, error: Exception):
    mocker.patch.object(line.module, "receive", side_effect=error)
    assert "is gone" in lost(line.reader.read)


def test_a_closed_reader_says_so(line: Line):
    line.reader.close()
    assert "is closed" in lost(line.reader.read)


def test_a_card_of_another_length_is_refused(line: Line):
    with pytest.raises(ValueError, match="five bytes, not 7"):
        line.module.place(SEVEN)


# pyserial


class FakeSerial(ModuleType):
    """pyserial's module: keeps how it was asked."""

    def __init__(self) -> None:
        super().__init__("serial")
        self.asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def Serial(self, *how: Any, **more: Any) -> "FakeSerial":
        self.asked.append((how, more))
        return self


def test_a_port_is_opened_for_us_alone_and_never_waits():
    serial = FakeSerial()
    open_serial(serial)("/dev/ttyUSB0")
    assert serial.asked == [(("/dev/ttyUSB0", 9600), {"timeout": 0, "exclusive": True})]


def test_a_missing_pyserial_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(BackendUnavailable, match="pip install pyserial"):
        open_rdm6300(PATH, VirtualClock().now)


def test_a_port_that_is_not_there_is_no_error_before_the_first_poll():
    reader = open_rdm6300("/dev/serial/by-id/nobody", VirtualClock().now)
    assert "/dev/serial/by-id/nobody is not there" in lost(reader.read)


def test_it_reads_a_real_terminal_through_pyserial():
    """A pseudo-terminal stands for the serial port."""
    module, ours = os.openpty()
    clock = VirtualClock()
    reader: Rdm6300Reader = open_rdm6300(os.ttyname(ours), clock.now)
    try:
        assert uids(reader.read()) == []
        os.write(module, frame_of(FOB))
        assert uids(reader.read()) == [FOB]
        reader.check()
    finally:
        reader.close()
        os.close(module)
        os.close(ours)


def test_a_real_terminal_that_hangs_up_is_a_lost_reader():
    module, ours = os.openpty()
    reader = open_rdm6300(os.ttyname(ours), VirtualClock().now)
    os.close(ours)
    os.close(module)
    assert "is gone" in lost(reader.read)
    reader.close()
