"""`kiosk doctor`: what it looks at beside the hardware, and how it tells it."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from doctor_fixtures import (
    DATA,
    FILES,
    KEYS,
    KIOSK,
    SIMULATED,
    Bench,
    found,
    only,
    verdicts,
)
from hypothesis import given
from hypothesis import strategies as st

from hardware.doctor import Check, Finding, Verdict
from hardware.doctor.machine import Node
from kiosk.doctor import (
    data_folder,
    guard,
    has_fault,
    health_findings,
    how_it_runs,
    in_json,
    in_words,
    is_running,
    keys,
    port_of_the_pages,
    record,
    unit,
)

UNIT = "/etc/systemd/system/kiosk.service"
KEY = "ab" * 32 + "\n"
OWN = Node(KIOSK, KIOSK, 0o600)
LISTENING = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    """A Raspberry Pi with a kiosk that does not run."""
    bench = Bench.pi(tmp_path)
    for name in ("card.key", "chain.key"):
        bench.write(f"{KEYS}/{name}", KEY)
        bench.at(KEYS / name).chmod(0o600)
        bench.nodes[str(KEYS / name)] = OWN
    bench.write(f"{DATA}/current.journal", "x" * 2048)
    return bench


@contextmanager
def not_root() -> Iterator[None]:
    """Root may look everywhere: be somebody else for a moment."""
    asker = os.geteuid()
    os.seteuid(asker or 65534)
    try:
        yield
    finally:
        os.seteuid(asker)


# one check at a time


@pytest.mark.parametrize("check", [guard, data_folder, keys, record, unit])
def test_on_a_good_machine_all_is_well(pi: Bench, check: Check) -> None:
    assert verdicts(check, pi.subject()) == [Verdict.OK]


@pytest.mark.parametrize(
    ("release", "verdict"),
    [("5.3.0", Verdict.OK), ("5.2.21", Verdict.FAULT), ("", Verdict.UNKNOWN)],
)
def test_the_guard_needs_a_kernel_that_tells_of_deaths(
    pi: Bench, release: str, verdict: Verdict
) -> None:
    pi.write("/proc/sys/kernel/osrelease", release)
    assert only(guard, pi.subject()).verdict is verdict


@pytest.mark.parametrize(
    ("node", "verdict", "word"),
    [
        (Node(0, 0, 0o700), Verdict.FAULT, "runs as kiosk"),
        (Node(KIOSK, KIOSK, 0o500), Verdict.FAULT, "may not write"),
        (Node(KIOSK, KIOSK, 0o755), Verdict.WARNING, "others"),
    ],
)
def test_the_data_folder_is_the_kiosks_alone(
    pi: Bench, node: Node, verdict: Verdict, word: str
) -> None:
    pi.nodes[str(DATA)] = node
    finding = only(data_folder, pi.subject())
    assert finding.verdict is verdict
    assert word in finding.words
    assert "sudo ch" in finding.hint


def test_before_the_first_start_there_is_no_data_folder(pi: Bench) -> None:
    subject = replace(pi.subject(), data=Path("/var/lib/none"))
    assert verdicts(data_folder, subject) == [Verdict.UNKNOWN]
    assert found(record, subject) == [(Verdict.OK, "none yet")]


def test_a_missing_key_is_a_fault(pi: Bench) -> None:
    pi.remove(f"{KEYS}/card.key")
    finding = only(keys, pi.subject())
    assert finding.verdict is Verdict.FAULT
    assert "card.key is missing" in finding.words


def test_a_key_that_others_may_read_is_a_fault(pi: Bench) -> None:
    pi.at(KEYS / "chain.key").chmod(0o640)
    assert "chain.key can be read by others" in only(keys, pi.subject()).words


def test_a_key_of_somebody_else_is_a_fault(pi: Bench) -> None:
    pi.nodes[str(KEYS / "card.key")] = Node(0, 0, 0o600)
    finding = only(keys, pi.subject())
    assert finding.verdict is Verdict.FAULT
    assert finding.words == "card.key belongs to root, and the kiosk runs as kiosk"


def test_keys_in_the_data_folder_are_a_fault(pi: Bench) -> None:
    inside = replace(pi.subject(), keys=DATA / "keys")
    verdict, words = found(keys, inside)[0]
    assert verdict is Verdict.FAULT
    assert "whoever copies the data" in words
    pi.link("/srv/keys", "../var/lib/kiosk")
    hidden = replace(pi.subject(), keys=Path("/srv/keys"))
    assert "whoever copies the data" in found(keys, hidden)[0][1]


def test_what_may_not_be_read_is_unknown(pi: Bench) -> None:
    subject = pi.subject()
    for folder in (KEYS, DATA):
        pi.at(folder).chmod(0)
    with not_root():
        told = [*keys(subject), *record(subject)]
    for folder in (KEYS, DATA):
        pi.at(folder).chmod(0o700)
    assert [finding.verdict for finding in told] == [Verdict.UNKNOWN] * 2


def test_what_was_put_aside_beside_the_record_is_told(pi: Bench) -> None:
    pi.write(f"{DATA}/current.journal.damaged-3", "x")
    ok, warning = record(pi.subject())
    assert (ok.verdict, warning.verdict) == (Verdict.OK, Verdict.WARNING)
    assert "current.journal.damaged-3" in warning.words


@pytest.mark.parametrize(
    ("line", "instead", "trouble"),
    [
        ("Type=notify", "Type=simple", "when the kiosk is ready"),
        ("Restart=always", "", "stays so"),
        ("StartLimitIntervalSec=0", "StartLimitIntervalSec=10", "gives up"),
        ("WatchdogSec=10", "WatchdogSec=0", "hangs"),
        ("LimitRTPRIO=1", "", "guard"),
        ("ExecStopPost=/opt/kiosk/venv/bin/kiosk all-off", "", "leave a coil on"),
    ],
)
def test_what_the_unit_leaves_out_is_a_warning(
    pi: Bench, line: str, instead: str, trouble: str
) -> None:
    pi.write(UNIT, pi.at(UNIT).read_text().replace(line, instead))
    finding = only(unit, pi.subject())
    assert finding.verdict is Verdict.WARNING
    assert trouble in finding.words


def test_the_unit_that_comes_with_the_kiosk_says_what_it_must(pi: Bench) -> None:
    pi.write(UNIT, (Path(__file__).parents[1] / "systemd" / "kiosk.service").read_bytes())
    assert verdicts(unit, pi.subject()) == [Verdict.OK]


def test_without_a_unit_a_real_cabinet_is_warned_and_a_simulated_one_not(pi: Bench) -> None:
    pi.remove(UNIT)
    assert verdicts(unit, pi.subject()) == [Verdict.WARNING]
    assert found(unit, pi.subject(reader=SIMULATED, simulated=True)) == []


def test_a_port_that_another_program_has_is_a_fault(pi: Bench) -> None:
    assert [f.verdict for f in port_of_the_pages(pi.subject(), 8080)] == [Verdict.OK]
    pi.add("/proc/net/tcp", LISTENING)
    assert [f.verdict for f in port_of_the_pages(pi.subject(), 8080)] == [Verdict.FAULT]
    assert [f.verdict for f in port_of_the_pages(pi.subject(), 8081)] == [Verdict.OK]
    connected = LISTENING.replace(" 0A ", " 01 ")
    pi.write("/proc/net/tcp", connected)
    assert [f.verdict for f in port_of_the_pages(pi.subject(), 8080)] == [Verdict.OK]


def test_the_port_of_a_running_kiosk_is_its_own(pi: Bench) -> None:
    pi.add("/proc/net/tcp", LISTENING)
    assert list(port_of_the_pages(pi.subject(in_use=True), 8080)) == []
    assert list(port_of_the_pages(pi.subject(), 0)) == []  # any free one


OTHERS = ["/proc/net/tcp6", f"{KEYS}/card.key", f"{KEYS}/chain.key", f"{UNIT}.d/x.conf"]


@given(st.dictionaries(st.sampled_from([*FILES, *OTHERS]), st.binary(max_size=200), min_size=1))
def test_no_check_fails_whatever_stands_in_the_files(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.pi(Path(folder))
        for path, data in files.items():
            bench.write(path, data)
        for check in (guard, data_folder, keys, record, unit):
            assert all(finding.words for finding in check(bench.subject()))
        assert list(port_of_the_pages(bench.subject(), 8080))


# whether one runs, and what it says


def test_a_socket_that_nobody_listens_on_is_no_kiosk(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    assert is_running(path) is False
    with socket.socket(socket.AF_UNIX) as channel:
        channel.bind(str(path))
        assert is_running(path) is False
        channel.listen()
        assert is_running(path) is True
    assert is_running(tmp_path / ("x" * 200)) is False


def test_whoever_may_not_look_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0)
    with not_root():
        assert is_running(tmp_path / "data" / "control.sock") is None


def test_what_cannot_be_seen_is_unknown(pi: Bench) -> None:
    (finding,) = how_it_runs(pi.subject(in_use=None), Path("/nowhere"))
    assert finding.verdict is Verdict.UNKNOWN


def test_a_unit_that_does_not_run_is_a_warning_and_a_demo_folder_is_not(pi: Bench) -> None:
    (finding,) = how_it_runs(pi.subject(), Path("/nowhere"))
    assert (finding.verdict, "systemctl start" in finding.hint) == (Verdict.WARNING, True)
    (finding,) = how_it_runs(replace(pi.subject(), data=Path("/tmp/x")), Path("/nowhere"))
    assert finding.verdict is Verdict.OK


def test_a_kiosk_that_went_away_meanwhile_is_a_fault(pi: Bench, tmp_path: Path) -> None:
    (finding,) = how_it_runs(pi.subject(in_use=True), tmp_path / "gone.sock")
    assert finding.verdict is Verdict.FAULT


def test_the_health_of_a_running_kiosk_is_told_part_by_part() -> None:
    well = dict.fromkeys(("reader", "locks", "lights", "store"), "ok")
    good: dict[str, object] = {**well, "clock": "trusted"}
    assert {f.verdict for f in health_findings(good)} == {Verdict.OK}
    bad = {**good, "reader": "does not answer", "store": "failing", "clock": "not trusted"}
    bad["details"] = {"reader": "MISO is low"}
    assert [(f.verdict, f.words) for f in health_findings(bad)] == [
        (Verdict.FAULT, "does not answer: MISO is low"),
        (Verdict.OK, "works"),
        (Verdict.OK, "works"),
        (Verdict.FAULT, "failing"),
        (Verdict.WARNING, "not trusted: nobody collects by card"),
    ]
    assert has_fault(list(health_findings({})))


# in words


WELL = Finding.ok("supply", "well")
DOUBTFUL = Finding.unknown("clock", "not to be told")
POOR = Finding.warning("room", "little", "clean up")
BROKEN = Finding.fault("card reader", "it does not answer", "look at the wires")


def test_the_worst_comes_last_with_its_hint_and_then_the_count() -> None:
    assert in_words([BROKEN, WELL, POOR, DOUBTFUL, WELL]).splitlines() == [
        "ok       supply       well",
        "ok       supply       well",
        "unknown  clock        not to be told",
        "warning  room         little",
        "                      -> clean up",
        "fault    card reader  it does not answer",
        "                      -> look at the wires",
        "",
        "1 fault, 1 warning, 1 unknown, 2 ok",
    ]


def test_nothing_found_is_said_too() -> None:
    assert in_words([]) == "\n0 faults, 0 warnings, 0 unknown, 0 ok"


def test_json_has_every_finding_in_the_order_of_the_checks() -> None:
    told = in_json([BROKEN, WELL])
    assert told["findings"][0] == {
        "name": "card reader",
        "verdict": "fault",
        "words": "it does not answer",
        "hint": "look at the wires",
    }
    assert told["counts"] == {"fault": 1, "warning": 0, "unknown": 0, "ok": 1}


def test_only_a_fault_is_a_fault() -> None:
    assert not has_fault([WELL, DOUBTFUL, POOR])
    assert has_fault([WELL, BROKEN])


@given(st.lists(st.builds(Finding, st.text(), st.sampled_from(Verdict), st.text(), st.text())))
def test_whatever_was_found_prints_and_commands_no_terminal(findings: list[Finding]) -> None:
    told = in_words(findings)
    told.encode()
    assert all(character.isprintable() for character in told.replace("\n", ""))
    assert len(told.splitlines()) >= len(findings) + 1
    json.dumps(in_json(findings)).encode()
