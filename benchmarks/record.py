"""The whole record with a year in it: start, memory, one pupil's year, all as CSV and verified."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.figure import Effort, Figure, Report, interleaved, median_ratio, seconds
from benchmarks.tap import ARRIVING, Tapping
from benchmarks.year import KEYS, KIOSK, make_year, people
from kiosk.bootstrap import make_rules
from kiosk.clock import SkippingClock, SystemClock
from kiosk.core import Core
from kiosk.demo.school import demo_config
from kiosk.policy.roles import Permission
from kiosk.store import Query, Store
from kiosk.store.export import write_csv
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import chain_of, verify

_IMPORTS = "import benchmarks.record"
_OPEN = f"{_IMPORTS} as r; core, store = r.opened(r.Path({{0!r}}))"
_RSS = "; print(r.peak_kb())"
_CHECK = "import benchmarks.record as r; r.check(r.Path({0!r}))"
_CSV = "import benchmarks.record as r; r.export(r.Path({0!r}))"


def measure(effort: Effort) -> Report:
    """The figures of a record with as many events as the largest size."""
    most, least, runs = effort.sizes[-1], effort.sizes[0], effort.runs
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as name:
        big, small = Path(name, "big").absolute(), Path(name, "small").absolute()
        made_s = seconds(lambda: make_year(big, most))
        make_year(small, least)
        with_events = f"with {most:,} past events"
        return Report(
            [
                Figure(f"making the year, {most:,} events: s", made_s, 600),
                Figure(
                    f"start to ready {with_events}, above importing: s",
                    _start_s(big, runs),
                    1,
                ),
                Figure(f"resident after the start {with_events}: MB", _memory_mb(big), 96),
                Figure(
                    f"one pupil's year {with_events}: ratio to reading all",
                    _pupil(big, runs),
                    1,
                ),
                Figure(f"all {with_events} as CSV: resident, MB", _csv_mb(big), 96),
                Figure(f"all {with_events} as CSV: us an event", _csv_us(big, most), 60),
                Figure(f"all {with_events} verified: resident, MB", _verified_mb(big), 96),
                Figure(f"all {with_events} verified: us an event", _verified_us(big, most), 60),
                Figure(
                    f"a tap {with_events}: ratio to the same with {least:,}",
                    _taps(big, small, effort),
                    1.1,
                ),
            ]
        )


def opened(folder: Path) -> tuple[Core, Store]:
    """The record and its core, as the daemon opens them."""
    store = Store(folder, kiosk=KIOSK, keys=KEYS)
    rules = make_rules(demo_config(folder))
    return Core(store, rules, SkippingClock(SystemClock(), ARRIVING)), store


def peak_kb() -> int:
    """The most that this process has had resident, in KiB. Not ``ru_maxrss``: that begins with what
    the process had that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def export(folder: Path) -> None:
    """Everything as CSV, into nowhere."""
    with take_snapshot(folder) as snapshot, open(os.devnull, "w", encoding="utf-8") as nowhere:
        write_csv(snapshot, nowhere, frozenset(Permission))


def check(folder: Path) -> None:
    """Everything verified, as the kiosk does once a day. Raises ValueError: there are findings."""
    with take_snapshot(folder) as snapshot:
        if findings := verify(snapshot, chain_of(KEYS, KIOSK)).findings:
            raise ValueError(str(findings[0]))


def _start_s(folder: Path, times: int) -> float:
    """Seconds that opening takes above importing the same packages, both as whole processes."""
    pairs = [
        (seconds(lambda: _python(_OPEN.format(str(folder)))), seconds(lambda: _python(_IMPORTS)))
        for _ in range(times)
    ]
    return median(opened_s - imported_s for opened_s, imported_s in pairs)


def _memory_mb(folder: Path) -> float:
    return int(_python(_OPEN.format(str(folder)) + _RSS)) / 1024


def _csv_mb(folder: Path) -> float:
    return int(_python(_CSV.format(str(folder)) + _RSS)) / 1024


def _csv_us(folder: Path, events: int) -> float:
    return seconds(lambda: _python(_CSV.format(str(folder)))) / events * 1e6


def _verified_mb(folder: Path) -> float:
    return int(_python(_CHECK.format(str(folder)) + _RSS)) / 1024


def _verified_us(folder: Path, events: int) -> float:
    return seconds(lambda: _python(_CHECK.format(str(folder)))) / events * 1e6


def _python(code: str) -> str:
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here
    )
    return done.stdout.strip()


def _pupil(folder: Path, times: int) -> float:
    core, store = opened(folder)
    pupil = people()[0].id

    def by_index() -> None:
        found = sum(1 for _ in core.history.newest_first(Query(person=pupil)))
        if not found:
            raise LookupError("the pupil has no past")

    def read_all() -> None:
        for path in [*(folder / "history").glob("*.segment"), folder / "current.journal"]:
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass

    ratios = [seconds(by_index) / seconds(read_all) for _ in range(times)]
    store.close()
    return median(ratios)


def _taps(big: Path, small: Path, effort: Effort) -> float:
    works: dict[str, Callable[[], object]] = {}
    taps, stores = [], []
    for name, folder in (("big", big), ("small", small)):
        core, store = opened(folder)
        taps.append(Tapping(core))
        works[name] = taps[-1].tap
        stores.append(store)

    def prepare() -> None:
        for tapping in taps:
            tapping.prepare()

    ratio = median_ratio(interleaved(works, effort, prepare), "big", "small")
    for store in stores:
        store.close()
    return ratio
