"""How checks are carried out: all of them, whatever some of them do."""

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from doctor_fixtures import (
    ANSWERS,
    BOARD,
    EXPANDER,
    FILES,
    KEYBOARD,
    LINES,
    MODULES,
    RC522,
    SERIAL_READER,
    Bench,
    found,
)
from hypothesis import given
from hypothesis import strategies as st

from hardware.doctor import CHECKS, Finding, Subject, Verdict, carry_out
from hardware.doctor.examination import on_a_pi
from hardware.settings import BoardWiring, ReaderSettings

RTC = "/sys/class/rtc/rtc0"
PATHS = sorted(
    {
        *FILES,
        "/sys/module/pinctrl_rp1/parameters/persist_gpio_outputs",
        "/sys/block/mmcblk0/mmcblk0p2/partition",
        "/sys/block/mmcblk0/device/life_time",
        f"{RTC}/name",
        f"{RTC}/battery_voltage",
        "/etc/fake-hwclock.data",
        "/proc/501/comm",
        "/etc/systemd/system/kiosk.service.d/x.conf",
    }
)


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


def works(subject: Subject) -> Iterator[Finding]:
    yield Finding.ok("one", "well")
    yield Finding.warning("two", "so so", "look")


def breaks_off(subject: Subject) -> Iterator[Finding]:
    yield Finding.ok("before", "well")
    raise RuntimeError("this broke")


def test_findings_come_in_the_order_of_their_checks(pi: Bench) -> None:
    found = carry_out([works, works], pi.subject())
    assert [finding.name for finding in found] == ["one", "two", "one", "two"]


def test_a_check_that_fails_is_a_finding_and_no_end(pi: Bench) -> None:
    first, *rest = carry_out([breaks_off, works], pi.subject())
    assert first.verdict is Verdict.UNKNOWN
    assert (first.name, first.words) == (
        "breaks off",
        "could not be checked: RuntimeError: this broke",
    )
    assert len(rest) == 2


def test_a_check_that_hangs_is_a_finding_and_no_end(pi: Bench) -> None:
    end = threading.Event()

    def hangs(subject: Subject) -> Iterator[Finding]:
        end.wait()
        yield Finding.ok("late", "well")

    late, *rest = carry_out([hangs, works], pi.subject(), limit_s=0.5)
    end.set()
    assert (late.verdict, late.words) == (Verdict.UNKNOWN, "could not be checked within 0.5 s")
    assert len(rest) == 2


def test_what_only_a_pi_has_is_unknown_elsewhere_and_silent_where_it_is_not_wanted(
    tmp_path: Path, pi: Bench
) -> None:
    wanted = on_a_pi("a thing")(works)
    unwanted = on_a_pi("a thing", lambda subject: False)(works)
    other = Bench(tmp_path / "other")
    assert len(found(wanted, pi.subject())) == 2
    (unknown,) = wanted(other.subject())
    assert (unknown.name, unknown.verdict) == ("a thing", Verdict.UNKNOWN)
    assert found(unwanted, pi.subject()) == found(unwanted, other.subject()) == []


def test_on_a_pi_where_all_is_well_nothing_is_wrong(pi: Bench) -> None:
    found = carry_out(CHECKS, pi.subject())
    assert {finding.verdict for finding in found} == {Verdict.OK}
    assert len(found) > 20


def test_nothing_is_written(pi: Bench) -> None:
    def tree() -> dict[Path, tuple[int, bytes]]:
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
            for path in pi.root.rglob("*")
        }

    before = tree()
    for reader in (RC522, KEYBOARD, SERIAL_READER):
        carry_out(CHECKS, pi.subject(LINES, BOARD, EXPANDER, reader=reader))
    assert tree() == before


# One file or answer more often than all: a check gives up at the first thing it cannot read.
garbage = st.binary(max_size=200) | st.sampled_from(
    [b"9" * 5000, b"=", b":" * 40, b"0x", b"\xff\0", b" - ", b"throttled=0x", b"ro", b"[" * 9000]
)
broken = st.dictionaries(st.sampled_from(PATHS), garbage, min_size=1, max_size=4)
answers = st.dictionaries(st.sampled_from(sorted(ANSWERS)), st.none() | st.text(max_size=80))


@given(
    broken,
    answers,
    st.sampled_from([RC522, KEYBOARD, SERIAL_READER]),
    st.sampled_from([LINES, EXPANDER, BOARD]),
    st.lists(st.sampled_from(sorted(MODULES))),
)
def test_no_check_fails_whatever_stands_in_the_files(
    files: dict[str, bytes],
    told: dict[str, str | None],
    reader: ReaderSettings,
    wiring: BoardWiring,
    missing: list[str],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.pi(Path(folder))
        bench.link("/sys/dev/block/179:2", "../../block/mmcblk0/mmcblk0p2")
        for path, data in files.items():
            bench.write(path, data)
        bench.answers |= told
        for module in missing:
            bench.modules.pop(module, None)
        subject = bench.subject(wiring, reader=reader)
        for check in CHECKS:
            for finding in check(subject):
                assert finding.words
