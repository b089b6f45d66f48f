"""The reader that types: what a poll sees, and what is wrong when it is lost."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType

import pytest
from reader_fixtures import FOUR, SEVEN, Desk, uids

from hardware.errors import BackendUnavailable, ReaderLost
from hardware.keyboard import loader, open_keyboard
from hardware.keyboard.reader import STALE_S
from hardware.ports import CardSeen
from hardware.profiles import PROFILES, read_number, spell
from hardware.simulated.clock import VirtualClock
from hardware.simulated.keyboard import (
    PATH,
    SimulatedKeyboard,
    library_for,
    simulated_keyboard_reader,
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk.new()
    with closing(desk.reader):
        yield desk


def lost(desk: Desk) -> str:
    """What the reader says is wrong."""
    with pytest.raises(ReaderLost) as error:
        desk.reader.read()
    return str(error.value)


@pytest.mark.parametrize("profile", ["hex", "hex-rev", "dec", "dec-rev", "bcc-dec", "cl1"])
def test_a_number_that_lost_nothing_is_the_card(profile: str):
    desk = Desk.new(profile)
    desk.keyboard.swipe(FOUR)
    assert list(desk.reader.read()) == [CardSeen(FOUR)]


@pytest.mark.parametrize("profile", PROFILES)
def test_any_number_is_what_its_profile_reads(profile: str):
    desk = Desk.new(profile)
    desk.keyboard.swipe(FOUR)
    kind, number = read_number(profile, spell(profile, FOUR))
    assert list(desk.reader.read()) == [CardSeen(number, kind=kind)]


def test_a_claim_is_a_card_of_its_own_kind():
    desk = Desk.new("w26")
    desk.keyboard.swipe(bytes.fromhex("946EBD28"))
    assert list(desk.reader.read()) == [CardSeen(bytes.fromhex("6EBD28"), kind="claim:w26")]


def test_an_unknown_profile_is_a_fault_in_the_settings():
    keyboard = SimulatedKeyboard(VirtualClock().now)
    with pytest.raises(ValueError, match="no such card profile"):
        open_keyboard(PATH, "morse", VirtualClock().now, library_for(keyboard))


def test_what_was_typed_is_told_as_it_is_to_find_its_profile(desk: Desk):
    desk.keyboard.type_text("0683503252")
    desk.keyboard.type_text("110,48424")
    desk.keyboard.type_text("12", enter=False)
    assert desk.reader.texts() == ["0683503252", "110,48424"]
    assert desk.reader.bad_numbers == 0
    assert desk.poll() == []


# several numbers, and late ones


def test_numbers_typed_between_two_polls_are_cards_of_two_polls(desk: Desk):
    for uid in (FOUR, SEVEN):
        desk.keyboard.swipe(uid)
    assert [desk.poll() for _ in range(3)] == [[FOUR], [SEVEN], []]


def test_the_same_card_twice_is_read_twice(desk: Desk):
    for _ in range(2):
        desk.keyboard.swipe(FOUR)
    assert [desk.poll() for _ in range(3)] == [[FOUR], [FOUR], []]


def test_a_number_that_nobody_read_in_time_opens_nothing_later(desk: Desk, caplog):
    desk.keyboard.swipe(FOUR)
    desk.clock.sleep(STALE_S + 0.1)
    desk.keyboard.swipe(SEVEN)
    assert [desk.poll(), desk.poll()] == [[SEVEN], []]
    assert desk.reader.bad_numbers == 1
    assert "was dropped" in caplog.text


def test_a_reset_forgets_numbers_not_reported_yet(desk: Desk):
    desk.keyboard.swipe(FOUR)
    desk.keyboard.swipe(SEVEN)
    assert desk.poll() == [FOUR]
    desk.reader.reset()
    assert desk.poll() == []


def test_a_crowd_of_numbers_is_read_within_the_poll(desk: Desk):
    begun = desk.clock.now()
    for _ in range(200):
        desk.keyboard.swipe(FOUR)
    desk.reader.read()
    assert desk.clock.now() == begun


# the device


def test_what_is_typed_reaches_no_other_program(desk: Desk):
    other = library_for(desk.keyboard).evdev.InputDevice(PATH)
    with closing(other):
        desk.keyboard.swipe(FOUR)
        with pytest.raises(BlockingIOError):
            next(other.read())
    assert desk.poll() == [FOUR]


def test_a_reader_that_is_not_plugged_in_says_so_and_what_it_looked_for():
    desk = Desk.new()
    desk.keyboard.unplug()
    reader = simulated_keyboard_reader(desk.keyboard, desk.clock.now)
    with pytest.raises(ReaderLost, match=f"not plugged in: there is no {PATH}"):
        reader.read()


def test_a_reader_pulled_out_is_lost_with_what_it_had_begun(desk: Desk):
    desk.keyboard.type_text("1234", enter=False)
    desk.poll()
    desk.keyboard.unplug()
    assert "not plugged in" in lost(desk)
    desk.keyboard.plug_in()
    desk.reader.reset()
    desk.keyboard.type_text("5678")
    assert desk.poll() == []


def test_a_check_alone_finds_that_it_was_pulled_out(desk: Desk):
    desk.keyboard.unplug()
    with pytest.raises(ReaderLost, match="not plugged in"):
        desk.reader.check()


def test_a_reader_plugged_in_anew_needs_a_reset(desk: Desk):
    desk.keyboard.unplug()
    desk.keyboard.plug_in()
    assert "not plugged in" in lost(desk)
    desk.reader.reset()
    desk.keyboard.swipe(FOUR)
    assert desk.poll() == [FOUR]


def test_a_reader_that_another_program_has_says_so_and_is_got_once_it_is_free():
    clock = VirtualClock()
    keyboard = SimulatedKeyboard(clock.now)
    with closing(keyboard.grab_elsewhere()):
        reader = simulated_keyboard_reader(keyboard, clock.now)
        for act in (reader.read, reader.check, reader.reset):
            with pytest.raises(ReaderLost, match="in use by another program"):
                act()
    reader.reset()
    keyboard.swipe(FOUR)
    assert uids(reader.read()) == [FOUR]


def test_a_reader_that_may_not_be_opened_names_the_group(desk: Desk):
    desk.keyboard.is_forbidden = True
    with pytest.raises(ReaderLost, match="group input"):
        desk.reader.reset()
    assert "group input" in lost(desk)


def test_the_mouse_that_some_readers_also_are_is_refused(desk: Desk):
    desk.keyboard.has_keys = False
    with pytest.raises(ReaderLost, match=r"types no numbers.*-event-kbd"):
        desk.reader.reset()


def test_any_other_trouble_is_told_in_the_systems_words(desk: Desk, mocker):
    mocker.patch.object(desk.keyboard, "take", side_effect=OSError(5, "Input/output error"))
    assert "does not work: [Errno 5] Input/output error" in lost(desk)


def test_a_device_that_reads_as_ended_is_no_endless_poll(desk: Desk, mocker):
    mocker.patch.object(desk.keyboard, "take", return_value=[])
    assert desk.poll() == []


def test_a_device_that_vanishes_while_it_is_opened_is_lost(desk: Desk, mocker):
    """evdev's own calls then end in a SystemError."""
    mocker.patch.object(desk.keyboard, "open", side_effect=SystemError("returned NULL"))
    with pytest.raises(ReaderLost, match="does not work"):
        desk.reader.reset()


def test_a_device_that_could_not_be_had_is_let_go_of():
    keyboard = SimulatedKeyboard(VirtualClock().now)
    other = keyboard.grab_elsewhere()
    simulated_keyboard_reader(keyboard, VirtualClock().now)
    other.close()
    assert keyboard.open_files == 0


def test_a_closed_reader_gives_the_device_back(desk: Desk):
    desk.reader.close()
    assert desk.keyboard.open_files == 0
    with pytest.raises(ReaderLost, match="is closed"):
        desk.reader.read()


# nothing of a number is ever said


@pytest.mark.parametrize("text", ["683503252", "12345", "DEADBEEFDEADBEEFDEADBEEFDEADBEEFD",
                                  "ZZZZZZ"])  # fmt: skip
def test_no_log_and_no_error_has_a_number(desk: Desk, caplog, text: str):
    caplog.set_level(logging.DEBUG)
    desk.keyboard.type_text(text)
    desk.keyboard.type_text(text, enter=False)
    desk.poll()
    desk.clock.sleep(5.0)
    desk.keyboard.swipe(FOUR)
    desk.clock.sleep(5.0)
    desk.poll()
    desk.keyboard.unplug()
    said = caplog.text + lost(desk)
    assert caplog.records
    assert text not in said
    assert FOUR.hex() not in said.lower()


# the module


def test_evdev_is_imported_when_a_reader_is_opened(monkeypatch: pytest.MonkeyPatch):
    evdev = ModuleType("evdev")
    monkeypatch.setitem(sys.modules, "evdev", evdev)
    assert loader.load().evdev is evdev


def test_a_missing_evdev_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "evdev", None)
    with pytest.raises(BackendUnavailable, match="sudo apt install python3-evdev"):
        open_keyboard(PATH, "hex", VirtualClock().now)


def test_the_kernel_is_asked_through_the_real_call(monkeypatch: pytest.MonkeyPatch):
    """Something that is no input device answers that it knows no such call."""
    monkeypatch.setitem(sys.modules, "evdev", ModuleType("evdev"))
    library = loader.load()
    with open(os.devnull) as file:
        for ask in (library.prove_alive, library.stamp_by_monotonic_clock):
            with pytest.raises(OSError, match="Inappropriate ioctl"):
                ask(file.fileno())


def test_an_evdev_that_cannot_run_says_why(monkeypatch: pytest.MonkeyPatch):
    def refuse(name: str) -> ModuleType:
        raise ImportError("undefined symbol: _Py_NewRef")

    monkeypatch.setattr(loader.importlib, "import_module", refuse)
    with pytest.raises(BackendUnavailable, match="cannot run here: undefined symbol"):
        loader.load()
