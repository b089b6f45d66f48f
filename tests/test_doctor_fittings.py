"""What the doctor says of the card reader and of banks on other buses."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    KEYBOARD,
    SCANNER,
    SIMULATED,
    Bench,
    found,
    hints,
    only,
    verdicts,
)
from reader_fixtures import WIRING
from reader_fixtures import Bench as ChipBench

from hardware.doctor import fittings
from hardware.doctor.ask_rc522 import ask
from hardware.doctor.finding import Finding, Verdict
from hardware.doctor.fittings import (
    CLONES,
    COUNTERFEIT,
    GENUINE,
    answer_finding,
    keyboard,
    rc522,
    simulated_parts,
    spi,
)
from hardware.errors import BackendUnavailable
from hardware.rc522.chip import open_chip
from hardware.rc522.health import KNOWN_VERSIONS
from hardware.settings import GpioWiring, LockPins, ReaderSettings

UNIT = "/etc/systemd/system/kiosk.service"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def ask_simulated(bench: ChipBench) -> dict[str, int | str]:
    return ask(lambda: open_chip(bench.library(), WIRING, bench.clock.sleep))


def test_simulated_parts_have_nothing_to_check(pi: Bench) -> None:
    subject = pi.subject(reader=SIMULATED, simulated=True)
    assert list(simulated_parts(subject)) == [
        Finding.ok("card reader", "simulated: nothing to check"),
        Finding.ok("bank bank1", "simulated: nothing to check"),
    ]
    typed = pi.subject(reader=replace(KEYBOARD, simulated=True), simulated=True)
    assert all(found(check, subject) == [] for check in fittings.CHECKS[1:])
    assert all(found(check, typed) == [] for check in fittings.CHECKS[1:])
    assert pi.asked == []


def test_spi_is_there_and_the_kiosk_may_use_it(pi: Bench) -> None:
    assert verdicts(spi, pi.subject()) == [Verdict.OK]


def test_spi_that_is_off_is_a_fault_with_the_way_to_turn_it_on(pi: Bench) -> None:
    pi.remove("/dev/spidev0.0")
    assert "config.txt has dtparam=spi=on already" in only(spi, pi.subject()).hint
    pi.write("/boot/firmware/config.txt", "")
    assert "raspi-config nonint do_spi 0" in only(spi, pi.subject()).hint
    other = ReaderSettings("rc522", bus=1)
    assert "dtoverlay=spi1-1cs" in only(spi, pi.subject(reader=other)).hint


def test_a_user_who_may_not_use_spi_is_told_the_group(pi: Bench) -> None:
    pi.write(UNIT, "[Service]\nUser=kiosk\nStateDirectory=kiosk\nSupplementaryGroups=gpio\n")
    finding = only(spi, pi.subject())
    assert finding.words == "the user kiosk may not open /dev/spidev0.0"
    assert "spi" in finding.hint


def test_a_reader_that_answers_is_told_by_its_version(pi: Bench) -> None:
    finding = only(rc522, pi.subject())
    assert (
        finding.words == "it answers: MFRC522 version 2 (92); its field goes on, its bus is quiet"
    )
    (command,) = pi.asked
    assert command == (sys.executable, "-m", "hardware.doctor.ask_rc522", "0", "0", "25")


def test_every_version_that_the_driver_takes_has_words() -> None:
    assert {*GENUINE, *CLONES, COUNTERFEIT} == KNOWN_VERSIONS


@pytest.mark.parametrize(
    ("version", "verdict", "word"),
    [
        (0x91, Verdict.OK, "version 1"),
        (0x88, Verdict.OK, "clone"),
        (0x12, Verdict.WARNING, "counterfeit"),
        (0x42, Verdict.OK, "unknown chip (42)"),
    ],
)
def test_what_the_chip_answers_is_judged(version: int, verdict: Verdict, word: str) -> None:
    finding = answer_finding(json.dumps({"version": version, "heeds_reset": True}))
    assert finding.verdict is verdict
    assert word in finding.words


def test_a_reader_whose_rst_is_not_wired_is_a_warning() -> None:
    finding = answer_finding('{"version": 146, "heeds_reset": false}')
    assert (finding.verdict, "RST does not obey" in finding.words) == (Verdict.WARNING, True)
    assert "reader.reset_pin" in finding.hint


def test_what_kept_the_chip_from_being_asked_is_a_fault() -> None:
    finding = answer_finding('{"fault": "There is no /dev/spidev0.0"}')
    assert (finding.verdict, finding.words) == (Verdict.FAULT, "There is no /dev/spidev0.0")


@pytest.mark.parametrize("told", [None, "", "Traceback", "[]", '{"version": "x"}', "[" * 10**5])
def test_an_answer_that_is_none_is_unknown(told: str | None) -> None:
    assert answer_finding(told).verdict is Verdict.UNKNOWN


def test_the_reader_of_a_running_kiosk_is_left_alone(pi: Bench) -> None:
    assert found(rc522, pi.subject(in_use=True)) == []
    assert verdicts(rc522, pi.subject(in_use=None)) == [Verdict.UNKNOWN]
    assert pi.asked == []


def test_a_reader_whose_reset_may_be_a_lock_is_left_alone(pi: Bench) -> None:
    shared = GpioWiring({1: LockPins(25)})
    assert verdicts(rc522, pi.subject(shared)) == [Verdict.UNKNOWN]
    assert pi.asked == []


def test_the_chip_itself_is_asked_and_let_go() -> None:
    bench = ChipBench.new()
    answer = ask_simulated(bench)
    assert answer_finding(json.dumps(answer)).verdict is Verdict.OK
    assert bench.modules.wires.closed


def test_a_chip_that_answers_while_rst_is_low_is_found_out() -> None:
    bench = ChipBench.new()
    library = bench.library()
    bench.chip.reset_line = lambda high: None  # type: ignore[method-assign]  # no wire
    answer = ask(lambda: open_chip(library, WIRING, bench.clock.sleep))
    assert answer == {"version": 0x92, "heeds_reset": False}


def test_a_disturbed_bus_is_a_fault() -> None:
    bench = ChipBench.new()
    bench.chip.corrupt_miso_every = 9
    assert "disturbed" in str(ask_simulated(bench)["fault"])


def test_a_chip_that_is_not_there_is_a_fault_that_says_where_to_look() -> None:
    bench = ChipBench.new()
    bench.chip.unplug()
    finding = answer_finding(json.dumps(ask_simulated(bench)))
    assert finding.verdict is Verdict.FAULT
    assert "does not answer" in finding.words


@pytest.mark.parametrize("error", [BackendUnavailable("no spidev"), OSError("a stuck bus")])
def test_a_chip_that_cannot_be_opened_says_why(error: Exception) -> None:
    def fail() -> None:
        raise error

    assert ask(fail) == {"fault": str(error)}  # type: ignore[arg-type]


def test_a_keyboard_reader_is_there_by_its_lasting_name(pi: Bench) -> None:
    assert verdicts(keyboard, pi.subject(reader=KEYBOARD)) == [Verdict.OK]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/dev/input/event3", "after the next start"),
        ("/dev/input/by-id/usb-Sycreader_08FF-event-mouse", "the half of it that types"),
    ],
)
def test_a_keyboard_reader_by_a_bad_name_is_a_warning(pi: Bench, path: str, word: str) -> None:
    pi.nodes[path] = pi.nodes[SCANNER]
    findings = found(keyboard, pi.subject(reader=replace(KEYBOARD, path=path)))
    assert [verdict for verdict, _ in findings] == [Verdict.OK, Verdict.WARNING]
    assert word in findings[1][1]


def test_a_keyboard_reader_that_is_unplugged_is_a_fault_that_names_others(pi: Bench) -> None:
    gone = replace(KEYBOARD, path="/dev/input/by-id/usb-Other-event-kbd")
    assert verdicts(keyboard, pi.subject(reader=gone)) == [Verdict.FAULT]
    assert "usb-Sycreader_08FF-event-kbd" in hints(keyboard, pi.subject(reader=gone))
