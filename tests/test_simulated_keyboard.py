"""The simulated reader that types, and the kernel before it."""

import errno
import struct
import time
from collections.abc import Iterator

import pytest
from reader_fixtures import FOUR, SEVEN, Desk

from hardware.keyboard.keys import EV_KEY, EV_SYN, KEYS, SYN_DROPPED, SYN_REPORT
from hardware.keyboard.loader import EVIOCGVERSION, EVIOCSCLOCKID
from hardware.profiles import BadNumber
from hardware.simulated.clock import VirtualClock
from hardware.simulated.keyboard import (
    EV_MSC,
    KEY_ENTER,
    KEY_LEFTSHIFT,
    PATH,
    UP,
    InputDevice,
    InputEvent,
    SimulatedKeyboard,
    library_for,
)

KEY_A = 30


@pytest.fixture
def keyboard() -> SimulatedKeyboard:
    return SimulatedKeyboard(VirtualClock(5.0).now)


@pytest.fixture
def device(keyboard: SimulatedKeyboard) -> Iterator[InputDevice]:
    device = InputDevice(keyboard, PATH)
    yield device
    device.close()


def everything(device: InputDevice) -> list[InputEvent]:
    events: list[InputEvent] = []
    while True:
        try:
            events.extend(device.read())
        except BlockingIOError:
            return events


def keys(events: list[InputEvent]) -> list[tuple[int, int]]:
    return [(event.code, event.value) for event in events if event.type == EV_KEY]


def test_each_report_is_scan_code_key_and_end(keyboard, device):
    keyboard.press(KEY_A)
    keyboard.press(KEY_A, UP)
    kinds = [(event.type, event.code, event.value) for event in everything(device)]
    scan = (EV_MSC, 4, 0x70000 + KEY_A)
    end = (EV_SYN, SYN_REPORT, 0)
    assert kinds == [scan, (EV_KEY, KEY_A, 1), end, scan, (EV_KEY, KEY_A, 0), end]


def test_a_capital_is_typed_with_shift_and_a_number_ends_with_enter(keyboard, device):
    keyboard.type_text("A1")
    assert keys(everything(device)) == [
        (KEY_LEFTSHIFT, 1), (KEY_A, 1), (KEY_A, 0), (KEY_LEFTSHIFT, 0),
        (2, 1), (2, 0), (KEY_ENTER, 1), (KEY_ENTER, 0),
    ]  # fmt: skip


def test_a_held_key_repeats(keyboard, device):
    keyboard.hold("a", times=2)
    assert keys(everything(device)) == [(KEY_A, 1), (KEY_A, 2), (KEY_A, 2)]


@pytest.mark.parametrize("profile", ["hex", "dec-rev", "w26"])
def test_what_the_hand_swipes_is_what_the_reader_reads(profile: str):
    desk = Desk.new(profile)
    desk.keyboard.tap(FOUR)
    assert len(desk.poll()) == 1
    desk.keyboard.lift(FOUR)
    assert desk.poll() == []


def test_a_card_that_the_reader_has_no_number_for_is_refused():
    keyboard = SimulatedKeyboard(VirtualClock().now, "bcc-dec")
    with pytest.raises(BadNumber):
        keyboard.swipe(SEVEN)


def test_a_sign_that_no_key_has_is_refused_before_anything_is_typed(keyboard, device):
    with pytest.raises(ValueError, match="no key"):
        keyboard.type_text("12é")
    assert everything(device) == []


def test_every_sign_of_a_number_has_a_key(keyboard, device):
    for sign in set(KEYS.values()):
        keyboard.type_text(sign, enter=False)
        [(code, _), *_] = [k for k in keys(everything(device)) if k[0] != KEY_LEFTSHIFT]
        assert KEYS[code] == sign


# the kernel's rules


def test_nothing_typed_means_try_again(device):
    with pytest.raises(BlockingIOError) as error:
        next(device.read())
    assert error.value.errno == errno.EAGAIN


def test_a_full_buffer_is_thrown_away_and_says_so():
    keyboard = SimulatedKeyboard(VirtualClock().now, buffer=64)
    device = InputDevice(keyboard, PATH)
    for _ in range(21):
        keyboard.press(KEY_A)
    assert len(everything(device)) == 63
    for _ in range(22):
        keyboard.press(KEY_A)
    kinds = [(event.type, event.code) for event in everything(device)]
    assert kinds[0] == (EV_SYN, SYN_DROPPED)
    assert len(kinds) < 6
    device.close()


def test_half_a_packet_is_not_readable_after_an_overrun():
    """The newest event is kept, but only the end of its report makes it readable."""
    keyboard = SimulatedKeyboard(VirtualClock().now, buffer=5)
    device = InputDevice(keyboard, PATH)
    keyboard.press(KEY_A)
    keyboard.press(KEY_A, UP)
    kinds = [(event.type, event.code) for event in everything(device)]
    assert kinds == [(EV_SYN, SYN_DROPPED), (EV_KEY, KEY_A), (EV_SYN, SYN_REPORT)]
    device.close()


def test_a_grab_leaves_others_with_nothing_until_it_ends(keyboard, device):
    with pytest.raises(OSError, match="Invalid argument"):
        device.ungrab()
    other = keyboard.grab_elsewhere()
    with pytest.raises(OSError, match="Device or resource busy"):
        device.grab()
    keyboard.swipe(FOUR)
    assert everything(device) == []
    assert everything(other)
    other.close()
    keyboard.swipe(FOUR)
    assert everything(device)


def test_events_bear_the_time_on_the_wall_until_the_clock_is_chosen(keyboard, device):
    keyboard.press(KEY_A)
    assert {event.timestamp() for event in everything(device)} == {1_700_000_005.0}
    library_for(keyboard).stamp_by_monotonic_clock(device.fd)
    keyboard.press(KEY_A, UP)
    assert {event.timestamp() for event in everything(device)} == {5.0}


def test_choosing_the_clock_throws_away_what_was_typed(keyboard, device):
    keyboard.press(KEY_A)
    library_for(keyboard).stamp_by_monotonic_clock(device.fd)
    keyboard.press(KEY_A, UP)
    kinds = [(event.type, event.code) for event in everything(device)]
    assert kinds[0] == (EV_SYN, SYN_DROPPED)
    assert (EV_KEY, KEY_A) in kinds


def test_the_kernel_knows_two_calls(keyboard, device):
    assert keyboard.ioctl(device.fd, EVIOCGVERSION, bytes(4)) == struct.pack("i", 0x010001)
    for request, argument in [(0x80084502, bytes(4)), (EVIOCSCLOCKID, struct.pack("i", 99))]:
        with pytest.raises(OSError, match="Invalid argument"):
            keyboard.ioctl(device.fd, request, argument)
    with pytest.raises(OSError, match="Bad file descriptor"):
        keyboard.ioctl(1, EVIOCGVERSION, bytes(4))


def test_the_numbers_of_the_calls_are_those_of_the_kernels_macros():
    """_IOR('E', 0x01, int) and _IOW('E', 0xa0, int) of linux/input.h."""

    def number(direction: int, which: int) -> int:
        return direction << 30 | 4 << 16 | ord("E") << 8 | which

    assert number(2, 0x01) == EVIOCGVERSION
    assert number(1, 0xA0) == EVIOCSCLOCKID
    assert time.CLOCK_MONOTONIC == 1


def test_a_device_pulled_out_is_gone_for_good(keyboard, device):
    keyboard.swipe(FOUR)
    keyboard.unplug()
    keyboard.plug_in()
    for act in (lambda: next(device.read()), device.grab,
                lambda: keyboard.ioctl(device.fd, EVIOCGVERSION, bytes(4))):  # fmt: skip
        with pytest.raises(OSError, match="No such device"):
            act()
    other = InputDevice(keyboard, PATH)
    with pytest.raises(BlockingIOError):
        next(other.read())
    other.close()


def test_typing_into_nothing_is_no_error(keyboard):
    keyboard.unplug()
    keyboard.swipe(FOUR)
    with pytest.raises(FileNotFoundError):
        InputDevice(keyboard, PATH)
    keyboard.plug_in()
    with pytest.raises(FileNotFoundError):
        InputDevice(keyboard, "/dev/input/event0")


def test_a_device_may_be_closed_twice(keyboard):
    device = InputDevice(keyboard, PATH)
    device.close()
    device.close()
    assert keyboard.open_files == 0
