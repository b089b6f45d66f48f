"""What the doctor says of banks of locks on other buses."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from board_fixtures import PROTOCOLS, bench, wiring
from doctor_fixtures import (
    BOARD,
    EXPANDER,
    LINES,
    Bench,
    found,
    hints,
    only,
    verdicts,
)

from hardware.doctor.ask_bank import ask, ask_board, ask_expander, question
from hardware.doctor.banks import (
    answer_finding,
    banks,
    door_sensors,
    duty,
    expanders,
    several_at_once,
)
from hardware.doctor.finding import Verdict
from hardware.ports import LockLimits
from hardware.settings import BankSettings, BoardProtocol, BoardWiring, GpioWiring, LockPins
from hardware.simulated.expander import SimulatedI2cBus, SimulatedMcp23017
from hardware.simulated.world import World


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def test_doors_without_a_sensor_are_counted(pi: Bench) -> None:
    assert found(door_sensors, pi.subject()) == []
    half = GpioWiring({1: LockPins(17, 20), 2: LockPins(18)})
    finding = only(door_sensors, pi.subject(half))
    assert finding.verdict is Verdict.OK
    assert finding.words.startswith("1 of 2 doors have no sensor")


def test_an_expanders_bus_is_there_and_its_risk_is_told(pi: Bench) -> None:
    findings = found(expanders, pi.subject(EXPANDER))
    assert [verdict for verdict, _ in findings] == [Verdict.OK, Verdict.OK]
    assert "keeps its outputs" in findings[1][1]
    assert found(expanders, pi.subject(LINES)) == found(expanders, pi.subject(BOARD)) == []


def test_an_expander_that_the_kernel_drives_is_a_fault(pi: Bench) -> None:
    pi.write("/sys/bus/i2c/devices/1-0020/driver/uevent")
    assert Verdict.FAULT in verdicts(expanders, pi.subject(EXPANDER))
    assert "dtoverlay=mcp23017" in hints(expanders, pi.subject(EXPANDER))


def test_i2c_that_is_off_is_a_fault(pi: Bench) -> None:
    pi.remove("/dev/i2c-1")
    assert verdicts(expanders, pi.subject(EXPANDER))[0] is Verdict.FAULT
    assert "do_i2c" in hints(expanders, pi.subject(EXPANDER))


def test_a_board_is_asked_with_all_that_its_config_says(pi: Bench) -> None:
    assert found(banks, pi.subject(BOARD)) == [(Verdict.OK, "it answers: 2 of 2 doors are shut")]
    ((python, _, module, told),) = pi.asked
    assert (python, module) == (sys.executable, "hardware.doctor.ask_bank")
    assert json.loads(told)["channels"] == [[1, 1], [2, 2]]


def test_lines_of_the_header_are_asked_nothing(pi: Bench) -> None:
    assert found(banks, pi.subject(LINES)) == []
    assert pi.asked == []


def test_banks_are_left_alone_where_a_kiosk_may_have_them(pi: Bench) -> None:
    assert found(banks, pi.subject(BOARD, in_use=True)) == []
    assert verdicts(banks, pi.subject(BOARD, EXPANDER, in_use=None)) == [Verdict.UNKNOWN] * 2
    assert pi.asked == []


def test_a_bank_that_is_wired_wrongly_is_not_asked(pi: Bench) -> None:
    twice = replace(BOARD, channels={1: 1, 2: 1})
    assert verdicts(banks, pi.subject(twice)) == [Verdict.UNKNOWN]
    assert pi.asked == []


@pytest.mark.parametrize(("wired", "hint"), [(BOARD, "A and B"), (EXPANDER, "i2cdetect")])
def test_a_bank_that_does_not_answer_is_a_fault_with_where_to_look(
    pi: Bench, wired: GpioWiring, hint: str
) -> None:
    pi.answers["ask_bank"] = '{"fault": "nobody answers"}'
    assert found(banks, pi.subject(wired)) == [(Verdict.FAULT, "nobody answers")]
    assert hint in hints(banks, pi.subject(wired))


@pytest.mark.parametrize(
    ("doors", "open_ones", "verdict"),
    [(16, 16, Verdict.WARNING), (16, 15, Verdict.OK), (3, 3, Verdict.WARNING), (2, 2, Verdict.OK)],
)
def test_a_board_whose_every_door_is_open_may_be_read_the_wrong_way_round(
    doors: int, open_ones: int, verdict: Verdict
) -> None:
    told = json.dumps({"words": "it answers", "doors": doors, "open": open_ones})
    finding = answer_finding("bank a", told, True)
    assert finding.verdict is verdict
    assert ("closed_bit" in finding.hint) is (verdict is Verdict.WARNING)


@pytest.mark.parametrize("wired", [LINES, BOARD, EXPANDER])
def test_a_lock_that_rests_too_little_grows_hot(pi: Bench, wired: GpioWiring | BoardWiring) -> None:
    assert found(duty, pi.subject(wired)) == []
    short = pi.subject(wired, limits=LockLimits(pulse_s=0.5, rest_s=2.0))
    ((verdict, words),) = found(duty, short)
    assert (verdict, words[:42]) == (Verdict.WARNING, "a lock may be on for 20% of the time, and ")
    assert "rest_s = 4.5" in hints(duty, short)
    assert found(duty, pi.subject(wired, simulated=True, limits=LockLimits(rest_s=0))) == []


@pytest.mark.parametrize(("count", "found_"), [(1, []), (2, [Verdict.OK]), (3, [Verdict.WARNING])])
def test_the_supply_has_to_give_for_all_that_may_be_on_at_once(
    pi: Bench, count: int, found_: list[Verdict]
) -> None:
    assert verdicts(several_at_once, pi.subject(BOARD, max_concurrent=count)) == found_
    assert found(several_at_once, pi.subject(simulated=True, max_concurrent=count)) == []


@pytest.mark.parametrize("told", [None, "", "Traceback", "[]", '{"words": 1}'])
def test_an_answer_that_is_none_is_unknown(told: str | None) -> None:
    assert answer_finding("bank a", told, True).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_board_tells_its_doors_and_opens_none(protocol: BoardProtocol, tmp_path: Path) -> None:
    with bench(tmp_path, wiring(protocol)) as it:
        bus = it.locks._bus  # the line that the doctor would open anew
        it.world.open_door(2, it.now_ns)
        it.clock.sleep(1)
        told = ask_board(wiring(protocol), 0.4, bus)
        assert told == {"words": "it answers: 3 of 4 doors are shut", "doors": 4, "open": 1}
        blind = ask_board(wiring(protocol, sensors=False), 0.4, bus)
        assert blind == {"words": "it answers"}
        assert [it.world.state(cubby).pulses for cubby in it.world.cubbies] == [0] * 4
        it.board.lose_power(True)
        assert "nobody answers" in ask_board(wiring(protocol), 0.4, bus)["fault"]


def test_an_expander_answers_or_does_not(tmp_path: Path) -> None:
    world = World.create(tmp_path / "world", [1])
    bus = SimulatedI2cBus({0x20: SimulatedMcp23017(world, EXPANDER, now_ns=lambda: 0)})
    assert ask_expander(0x20, bus) == {"words": "a chip answers at 0x20"}
    assert ask_expander(0x21, bus)["fault"].startswith("nothing answers at 0x21")


def test_a_question_has_all_that_is_needed_to_ask(tmp_path: Path) -> None:
    gone = BoardWiring("kerong", str(tmp_path / "gone"), 0, {1: 1})
    told = question(BankSettings("a", gone))
    assert told is not None
    assert "is not there" in ask(json.loads(told))["fault"]
    nowhere = question(BankSettings("b", replace(EXPANDER, bus=99)))
    assert nowhere is not None
    assert re.search("I2C bus 99|smbus2", ask(json.loads(nowhere))["fault"])  # one is missing here
    assert question(BankSettings("c", LINES)) is None
