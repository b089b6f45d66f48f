"""What somebody types who fits a cabinet, or mends one: one lock, the lights, a card's spelling."""

import json
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from kiosk_process import LIMIT_S, KioskProcess
from prefork import Begun
from pytest_mock import MockerFixture

from hardware import factory
from hardware.simulated.keyboard import SimulatedKeyboard, simulated_keyboard_reader
from kiosk import workbench
from kiosk.cli import cli
from kiosk.control import is_answering

FIRST, SECOND = "04A1B2C3", "3A5B7C91"  # four bytes: a list may have them back to front


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def line_of(process: Begun) -> str:
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], LIMIT_S)[0], "it said nothing"
    return process.stdout.readline()


def test_a_lock_is_tested_well_if_its_door_was_seen_to_open(kiosk: KioskProcess) -> None:
    (card,) = kiosk.enrol(1)
    told = kiosk.cli("cubby", "test", "3", "--timeout", "1")
    assert "Door opened" in told
    assert "The door is still open: push it shut." in told

    kiosk.fault("cubby 4", "jammed")
    told = kiosk.cli("cubby", "test", "4", "--timeout", "1", status=1)
    assert "the door of cubby 4 was not seen to open" in told

    cubby = kiosk.tap(card)["cubby"]
    kiosk.finish(cubby, "deposited")
    told = kiosk.cli("cubby", "test", str(cubby), status=2)
    assert "--even-if-used does it all the same" in told
    assert kiosk.state(cubby) == "in"


def test_the_lights_of_a_running_kiosk_are_tested_one_after_another(kiosk: KioskProcess) -> None:
    assert "No lamp and no buzzer is fitted" in kiosk.cli("lights", "test")
    config = kiosk.folder / "config.toml"
    config.write_text(config.read_text() + "\n[lights]\nsimulated = true\nbuzzer = 12\n")
    kiosk.start()
    kiosk.fault("lights", "broken")
    told = kiosk.cli("lights", "test", status=1)
    assert told.splitlines()[0] == "a tone"
    assert "simulated fault: the buzzer did not do as told" in told


def test_parts_are_broken_and_mended_as_it_is_typed(kiosk: KioskProcess) -> None:
    kiosk.start()
    assert kiosk.cli("sim", "faults") == "Nothing is broken. --all lists what can be.\n"
    assert kiosk.cli("sim", "fault", "cubby 7", "jammed") == ""
    told = kiosk.cli("sim", "faults")
    assert told.startswith("[x] cubby 7      jammed")
    listed = json.loads(kiosk.cli("sim", "faults", "cubby 7", "--json"))
    assert {fault["name"] for fault in listed if fault["is_on"]} == {"jammed"}
    assert len(listed) > 1
    kiosk.cli("sim", "fault", "cubby 7", "jammed", "--off")
    assert kiosk.cli("sim", "faults") == "Nothing is broken. --all lists what can be.\n"
    for part, name in (("cubby 99", "jammed"), ("cubby 7", "sad"), ("kettle", "jammed")):
        told = kiosk.cli("sim", "fault", part, name, status=2)
        assert told.startswith("kiosk: "), told
        assert "Traceback" not in told


def test_the_spelling_of_a_list_is_found_by_two_cards(kiosk: KioskProcess) -> None:
    kiosk.start()
    numbers = [bytes.fromhex(uid)[::-1].hex() for uid in (FIRST, SECOND)]
    finding = kiosk.spawn("card", "profile", *numbers)
    for uid, number in zip((FIRST, SECOND), numbers, strict=True):
        assert line_of(finding) == f"Tap the card that is {number} there.\n"
        kiosk.tap_until(lambda: select.select([finding.stdout], [], [], 0)[0], uid)
    assert line_of(finding) == "hex-rev: use it as `profile`.\n"
    assert finding.wait(LIMIT_S) == 0
    assert finding.stdout is not None
    finding.stdout.close()


# a reader that types, while the kiosk is stopped

KEYBOARD = """
[kiosk]
id = "test"
data = "data"
key_dir = "keys"
[school]
zone = "Europe/London"
[[school.week]]
days = ["mon"]
arrival = "08:00"
locked = "09:00"
release = "15:00"
closed = "16:00"
[cabinet]
cubbies = 2
[reader]
backend = "keyboard"
path = "/dev/input/by-id/usb-reader-event-kbd"
[locks]
[[locks.banks]]
name = "main"
backend = "gpio"
simulated = true
cubbies = "1-2"
"""
Profile = Callable[..., tuple[int, str]]


@pytest.fixture
def profile(tmp_path: Path, mocker: MockerFixture) -> Profile:
    """What types `kiosk card profile --reader`, at a reader that spells so, to which these cards
    are held one after another; the exit status, and the last thing said."""

    def typed(
        spelling: str, cards: list[str], *numbers: str, toml: str = KEYBOARD
    ) -> tuple[int, str]:
        config = tmp_path / "config.toml"
        config.write_text(toml)
        keyboard = SimulatedKeyboard(time.monotonic, spelling)
        taps = map(keyboard.swipe, map(bytes.fromhex, cards))
        reader = simulated_keyboard_reader(keyboard, time.monotonic)
        keyboard.swipe(bytes.fromhex("DEADBEEF"))  # before anybody was asked for a card
        mocker.patch.object(factory, "build_reader", return_value=reader)
        mocker.patch.object(workbench.time, "sleep", side_effect=taps)
        args = ["card", "profile", "--reader", *numbers, "--timeout", "5", "-c", str(config)]
        done = CliRunner().invoke(cli, args)
        return done.exit_code, str(done.exception or done.output.splitlines()[-1])

    return typed


@pytest.mark.parametrize("spelling", ["hex-rev", "dec", "w26", "dec32-rev"])
def test_the_spelling_of_a_reader_that_types_is_found_by_two_cards(
    profile: Profile, spelling: str
) -> None:
    told = profile(spelling, [FIRST, SECOND], FIRST, SECOND)
    same = {"dec": "dec", "dec32-rev": "dec-rev"}  # of four bytes, the low four are all there are
    assert told == (0, f"{same.get(spelling, spelling)}: use it as `profile`.")


def test_cards_that_were_tapped_out_of_turn_have_no_profile(profile: Profile) -> None:
    assert profile("hex", [SECOND, FIRST], FIRST, SECOND) == (
        1,
        "no profile explains these numbers: was a card tapped out of turn?",
    )


def test_the_whole_numbers_of_the_cards_are_asked_for_and_no_others(profile: Profile) -> None:
    for number in ("110,48424", "8804A1B2"):  # the second is what a first level alone tells
        status, told = profile("dec", [FIRST], number)
        assert (status, told.startswith(number), "in hex" in told) == (1, True, True)


def test_a_reader_that_tells_whole_numbers_has_no_profile(profile: Profile) -> None:
    rc522 = KEYBOARD.replace('"keyboard"', '"rc522"').replace("path =", "# path =")
    status, told = profile("hex", [FIRST], FIRST, toml=rc522)
    assert (status, "a profile is for one that types" in told) == (1, True)


def test_a_reader_that_a_running_kiosk_has_is_left_to_it(
    profile: Profile, mocker: MockerFixture
) -> None:
    mocker.patch.object(workbench, is_answering.__name__, return_value=True)
    status, told = profile("hex", [FIRST], FIRST)
    assert (status, "stop it first" in told) == (1, True)
