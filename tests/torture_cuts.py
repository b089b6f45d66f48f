"""The power goes at every point of what a store does, and takes all that it may take."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from torture_disk import Log, RecordingDisk
from torture_faults import (
    KILL,
    SYNCS,
    TORN,
    Fault,
    FaultySystem,
    Outcome,
    attempt,
    calls_of,
    judge,
    quick_folder,
)
from torture_states import crash_states
from torture_workloads import Workload


def record(workload: Workload) -> Log:
    """What a run does to the folder."""
    with quick_folder() as folder:
        workload.prepare(folder)
        disk = RecordingDisk(folder)
        workload.run(folder, disk, disk.acknowledge)
        disk.verify()
    return disk.log


def cut_everywhere(workload: Workload, seed: int = 0) -> Outcome:
    """Check every state after a power cut during one run.

    ``count`` counts the states that differ in what is in the folder. One that comes again with
    more acknowledged is checked again, not counted again.
    """
    return check_states(workload, record(workload), seed)


def check_states(workload: Workload, log: Log, seed: int = 0, since: int = 0) -> Outcome:
    """Check the states after a power cut in a log, from its operation ``since`` on."""
    outcome = Outcome()
    for state in crash_states(log, seed, since):
        with quick_folder() as folder:
            state.image.write_to(folder)
            outcome.add(judge(workload, folder, state.acknowledged), f"{workload.name} {state.at}")
        outcome.count -= not state.is_new
    return outcome


def cut_after_fault(
    make: Callable[[], Workload], faults: Iterable[Fault], seed: int = 0
) -> Outcome:
    """A call fails or kills; the store is opened again while the power is on; then it is cut.

    What was written and not synced is seen by the second run, as it is in the system's memory.
    """
    outcome = Outcome()
    for fault in faults:
        workload = make()
        with quick_folder() as folder:
            workload.prepare(folder)
            disk = RecordingDisk(folder)
            attempt(workload, folder, FaultySystem(fault, disk), disk.acknowledge)
            since = len(disk.log.ops)
            workload.run(folder, disk, disk.acknowledge)
            disk.verify()
        found = check_states(workload, disk.log, seed, since)
        found.failures = [f"{fault}: {failure}" for failure in found.failures]
        outcome.merge(found)
    return outcome


def every_death(workload: Workload, step: int = 1) -> Iterator[Fault]:
    """Death before every call, and in the middle of every write, of one run; or one in ``step``."""
    calls: Counter[str] = calls_of(workload)
    yield from (Fault("any", at, KILL) for at in range(1, calls["any"] + 1, step))
    yield from (Fault("write", at, TORN) for at in range(1, calls["write"] + 1, step))


def every_failed_sync(workload: Workload) -> Iterator[Fault]:
    """An error at the k-th sync of each kind, for all k."""
    calls = calls_of(workload)
    yield from (Fault(call, at) for call in SYNCS for at in range(1, calls[call] + 1))
