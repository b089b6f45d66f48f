"""What somebody types who fits a cabinet, or mends one: one lock, the lights, a card's spelling."""

import select
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import LIMIT_S, KioskProcess
from prefork import Begun

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
