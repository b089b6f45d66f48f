"""Every campaign: what it does to which stores, how often, and what must come of it.

A further store: add its workloads to the three functions of workloads, and rows to ``CAMPAIGNS``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torture_controls import JsonUpdates, Replaces, SlowSync, SqliteInserts
from torture_cuts import (
    cut_after_fault,
    cut_everywhere,
    every_death,
    every_failed_sync,
    record,
)
from torture_damage import a_morning, a_week, destroying, flipping, tampering
from torture_faults import (
    Outcome,
    every_fault,
    every_kill,
    every_sigkill,
    fault_campaign,
    quick_folder,
    sync_errors,
)
from torture_flips import flip_campaign, open_journal
from torture_kill import kill_campaign
from torture_power import power_campaign, why_not
from torture_pulse import (
    FREEZE_LIMIT_S,
    LIMIT_S,
    Death,
    crash,
    freeze,
    kill,
    pulse_campaign,
    terminate,
)
from torture_record import EndlessRecord, WholeRecord
from torture_rules import unsafe_replaces
from torture_workloads import (
    Everything,
    Inserts,
    Removals,
    Rewrites,
    TornStart,
    Updates,
    Workload,
)

Make = Callable[[], Workload]
LEAST_STATES = 10_000
PATIENCE = 200  # trials at most until a control is caught


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done, and what its random choices come from."""

    seed: int = 0
    is_short: bool = False

    def pick(self, short: int, full: int) -> int:
        """One of two numbers."""
        return short if self.is_short else full


def _always() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Campaign:
    """One row. ``is_control``: it has to fail. ``why_not``: why it cannot be run here, if so."""

    name: str
    what: str
    run: Callable[[Scale], Outcome]
    is_control: bool = False
    why_not: Callable[[], str | None] = _always


def cut_workloads(scale: Scale) -> list[Make]:
    """What is cut at every point."""
    steps, seeds = scale.pick(3, 40), scale.pick(1, 8)
    counted: list[Make] = [partial(kind, steps) for kind in (Inserts, Updates, Removals)]
    every: list[Make] = [partial(Everything, 2 * steps, scale.seed + n) for n in range(seeds)]
    torn: list[Make] = [partial(TornStart, 3, scale.seed + n) for n in range(2 * seeds)]
    whole = partial(WholeRecord, scale.pick(4, None))
    return [*counted, *every, *torn, partial(Rewrites, steps, scale.seed), whole]


def called_workloads(scale: Scale) -> list[Make]:
    """What each call fails under: few operations, as all is done again for each call."""
    steps, seed = scale.pick(4, 25), scale.seed
    counted: list[Make] = [partial(kind, steps, 3) for kind in (Inserts, Updates, Removals)]
    every: list[Make] = [partial(kind, steps, seed, 3) for kind in (Everything, Rewrites)]
    whole = partial(WholeRecord, scale.pick(4, None))
    return [*counted, *every, *_torn(scale), whole]


def reopened_workloads(scale: Scale) -> list[Make]:
    """What is cut after it was opened again: shorter still."""
    steps, seed = scale.pick(1, 4), scale.seed
    counted: list[Make] = [partial(kind, steps) for kind in (Inserts, Updates)]
    every: list[Make] = [partial(kind, steps, seed) for kind in (Everything, Rewrites)]
    torn = _torn(scale)
    return [*counted[:1], *every, *torn[:1]] if scale.is_short else [*counted, *every, *torn]


def _torn(scale: Scale) -> list[Make]:
    return [partial(TornStart, scale.pick(1, 4), scale.seed + n) for n in range(2)]


def _all(makes: Iterable[Make], campaign: Callable[[Make], Outcome]) -> Outcome:
    outcome = Outcome()
    for make in makes:
        outcome.merge(campaign(make))
    return outcome


def _cuts(scale: Scale) -> Outcome:
    outcome = _all(cut_workloads(scale), lambda make: cut_everywhere(make(), scale.seed))
    if outcome.count < scale.pick(0, LEAST_STATES):
        outcome.failures.append(f"fewer than {LEAST_STATES} states")
    return outcome


def _cuts_after_kill(scale: Scale) -> Outcome:
    return _all(
        reopened_workloads(scale),
        lambda make: cut_after_fault(make, every_death(make(), scale.pick(12, 1)), scale.seed),
    )


def _cuts_after_failed_sync(scale: Scale) -> Outcome:
    return _all(
        reopened_workloads(scale),
        lambda make: cut_after_fault(make, every_failed_sync(make()), scale.seed),
    )


def _faults(scale: Scale) -> Outcome:
    return _all(called_workloads(scale), lambda make: fault_campaign(make(), every_fault))


def _kills_at_calls(scale: Scale) -> Outcome:
    return _all(called_workloads(scale), lambda make: fault_campaign(make(), every_kill))


def _sigkills_at_calls(scale: Scale) -> Outcome:
    kills = partial(every_sigkill, step=scale.pick(4, 1))  # each is a process of its own
    return _all(called_workloads(scale), lambda make: fault_campaign(make(), kills))


def _sync_errors(scale: Scale) -> Outcome:
    return _all(called_workloads(scale), lambda make: sync_errors(make()))


def _replaces(scale: Scale) -> Outcome:
    outcome = Outcome()
    for make in (*cut_workloads(scale), Replaces):
        count, wrong = unsafe_replaces(record(make()))
        outcome.merge(Outcome(count, wrong))
    return outcome


def _unsafe_replaces(scale: Scale) -> Outcome:
    """Both faults have to be found, by the rule and by cutting; else nothing counts as found."""
    outcome, is_blind = Outcome(), False
    for skip in ("file", "folder"):
        count, wrong = unsafe_replaces(record(Replaces(skip=skip)))
        cut = cut_everywhere(Replaces(skip=skip), scale.seed)
        is_blind = is_blind or not (wrong and cut.failures)
        outcome.merge(Outcome(count, wrong)).merge(cut)
    return Outcome(outcome.count) if is_blind else outcome


def _flips(scale: Scale) -> Outcome:
    workload = Everything(scale.pick(10, 40), scale.seed)
    return flip_campaign(workload, open_journal, scale.pick(400, 4000), scale.seed)


def _damage(
    campaign: Callable[..., Outcome], make: Callable[[Path], Path], short: int, full: int
) -> Callable[[Scale], Outcome]:
    def run(scale: Scale) -> Outcome:
        with quick_folder() as folder:
            count = scale.pick(short, full)
            return campaign(make(folder / "record"), count=count, seed=scale.seed)

    return run


def _killed(kind: Make) -> Callable[[Scale], Outcome]:
    return lambda scale: kill_campaign(kind, scale.pick(10, 1000), scale.seed)


def _powered(kind: Make) -> Callable[[Scale], Outcome]:
    return lambda scale: power_campaign(kind, scale.pick(2, 300), scale.seed)


def _control_power(kind: Make) -> Callable[[Scale], Outcome]:
    return lambda scale: power_campaign(
        kind, scale.pick(PATIENCE, 60), scale.seed, until_caught=scale.is_short
    )


def _control_kill(scale: Scale) -> Outcome:
    return kill_campaign(
        JsonUpdates, PATIENCE, scale.seed, system=SlowSync(), until_caught=scale.is_short
    )


def _control_power_full(scale: Scale) -> Outcome:
    return power_campaign(partial(SqliteInserts, "FULL"), scale.pick(2, 60), scale.seed)


def _pulses(
    die: Death, short: int, full: int, *, is_guarded: bool = True, limit_s: float = LIMIT_S
) -> Callable[[Scale], Outcome]:
    return lambda scale: pulse_campaign(
        scale.pick(short, full), scale.seed, die, is_guarded=is_guarded, limit_s=limit_s
    )


CAMPAIGNS = (
    Campaign(
        "pulse-kill", "kill -9 in mid-pulse: every coil off in 100 ms", _pulses(kill, 8, 1000)
    ),
    Campaign("pulse-crash", "a crash in mid-pulse", _pulses(crash, 2, 100)),
    Campaign(
        "pulse-freeze",
        "frozen in mid-pulse: every coil off in 450 ms, before its ceiling",
        _pulses(freeze, 2, 100, limit_s=FREEZE_LIMIT_S),
    ),
    Campaign("pulse-term", "SIGTERM in mid-pulse", _pulses(terminate, 2, 100)),
    Campaign(
        "pulse-unguarded",
        "control: kill -9 in mid-pulse, no guard",
        _pulses(kill, 2, 20, is_guarded=False),
        is_control=True,
    ),
    Campaign("cuts", "every state after a power cut at every point", _cuts),
    Campaign("cuts-after-kill", "killed at every call, opened again, then cut", _cuts_after_kill),
    Campaign(
        "cuts-after-failed-sync",
        "each sync failed, opened again, then cut",
        _cuts_after_failed_sync,
    ),
    Campaign(
        "cuts-json",
        "control: TinyDB's JSONStorage at every point",
        lambda scale: cut_everywhere(JsonUpdates(6), scale.seed),
        is_control=True,
    ),
    Campaign("calls-kill", "killed before every call, in every write", _kills_at_calls),
    Campaign("calls-sigkill", "kill -9 before every call", _sigkills_at_calls),
    Campaign("calls-error", "EIO, ENOSPC, EROFS, short write at every call", _faults),
    Campaign(
        "calls-json",
        "control: TinyDB's JSONStorage, killed before every call",
        lambda scale: fault_campaign(JsonUpdates(6), every_kill),
        is_control=True,
    ),
    Campaign("sync-error", "EIO from every sync: no promise, no second try", _sync_errors),
    Campaign("replace", "every replace is synced before and after", _replaces),
    Campaign(
        "replace-unsafe",
        "control: replaces that lack one of the two syncs",
        _unsafe_replaces,
        is_control=True,
    ),
    Campaign("flips", "single bits flipped anywhere", _flips),
    Campaign("record-flips", "single bits of a whole record", _damage(flipping, a_week, 50, 4000)),
    Campaign(
        "record-blocks",
        "blocks of 4 KiB destroyed: starts, says so, loses few",
        _damage(destroying, a_morning, 10, 500),
    ),
    Campaign(
        "record-tampering",
        "records edited, deleted, put in, swapped, cut off",
        _damage(tampering, a_week, 20, 1000),
    ),
    Campaign("kill-record", "kill -9 at random: a kiosk's life", _killed(EndlessRecord)),
    Campaign("kill-insert", "kill -9 at random: inserts", _killed(Inserts)),
    Campaign("kill-update", "kill -9 at random: insert and update", _killed(Updates)),
    Campaign("kill-removal", "kill -9 at random: insert, removal", _killed(Removals)),
    Campaign(
        "kill-json",
        "control: TinyDB's JSONStorage, kill -9 at random",
        _control_kill,
        is_control=True,
    ),
    Campaign("power-insert", "ext4 power cut: inserts", _powered(Inserts), why_not=why_not),
    Campaign(
        "power-update", "ext4 power cut: insert and update", _powered(Updates), why_not=why_not
    ),
    Campaign(
        "power-removal", "ext4 power cut: insert, removal", _powered(Removals), why_not=why_not
    ),
    Campaign(
        "power-record", "ext4 power cut: a kiosk's life", _powered(EndlessRecord), why_not=why_not
    ),
    Campaign(
        "power-json",
        "control: TinyDB's JSONStorage, ext4 power cut",
        _control_power(JsonUpdates),
        is_control=True,
        why_not=why_not,
    ),
    Campaign(
        "power-sqlite",
        "control: SQLite, synchronous=NORMAL, ext4 power cut",
        _control_power(partial(SqliteInserts, "NORMAL")),
        is_control=True,
        why_not=why_not,
    ),
    Campaign(
        "power-sqlite-full",
        "SQLite, synchronous=FULL, ext4 power cut: to compare",
        _control_power_full,
        why_not=why_not,
    ),
)
