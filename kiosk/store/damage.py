"""What opening a damaged record could not save, and which cubbies were heard of since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.events import Event, EventType
from kiosk.journal import Damaged, Recovered
from kiosk.journal.salvage import Repair
from kiosk.store.history import History, Query
from kiosk.store.tables import FILE_NAME

# A tap's line is shorter. More bytes that do not begin as a line was due to begin may be several
# acknowledged lines that a bad block has taken.
TORN_AT_MOST = 2048

# After one of these, what is known of a cubby no longer rests on what came before.
_SETTLES = frozenset(
    {
        EventType.DEPOSITED,
        EventType.COLLECTED,
        EventType.CUSTODY_STATED,
        EventType.CUSTODY_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Damage:
    """``facts``: what the event says of it; ``certain``: cubbies that were heard of since."""

    facts: Mapping[str, Any]
    certain: frozenset[int] = frozenset()


def find_damage(
    folder: Path,
    history: History,
    through: int,
    repair: Repair | None,
    recovered: Recovered | None,
) -> Damage | None:
    """What opening the record in ``folder`` could not save, and no event tells of yet; if anything.

    ``through``: the last event that is history.
    """
    if repair is not None:
        return damage_of(repair, Path(repair.kept_as).name, history.recent, through)
    if (untold := _untold_repair(folder, history)) is not None:
        return damage_of(None, untold, history.recent, through)
    if recovered is not None and not recovered.is_one_line and recovered.size > TORN_AT_MOST:
        return damage_at_end(recovered)
    return None


def _untold_repair(folder: Path, history: History) -> str | None:
    """The original that a repair kept before its process was stopped."""
    kept = {path.name for path in folder.glob(f"{FILE_NAME}.damaged-*")}
    if not kept:
        return None
    # Marks alone are read: there are few of them.
    repairs = history.newest_first(Query(types=(EventType.RECORD_REPAIRED,)))
    return max(kept - {event.data.get("kept_as") for event in repairs}, default=None)


def damage_of(repair: Repair | None, kept_as: str, events: Sequence[Event], through: int) -> Damage:
    """The damage that a repair could not undo; of a ``repair`` that nobody told of, all is
    uncertain. ``through``: the last event that is history."""
    gaps = repair.gaps if repair else ()
    lost = _missing(events, through)
    after = lost[-1][1] if lost else through
    is_last = repair is None or any(gap.lines >= repair.lines for gap in gaps)
    certain = frozenset(
        event.cubby
        for event in ([] if is_last else events)
        if event.seq > after and event.type in _SETTLES and event.cubby is not None
    )
    return Damage(
        {
            "bytes": sum(gap.size for gap in gaps),
            "places": len(gaps),
            "lost": lost,
            "kept_as": kept_as,
        },
        certain,
    )


def damage_at_end(recovered: Recovered) -> Damage:
    """The damage of a torn end that may be more than one line."""
    kept_as = Path(recovered.side_file).name
    return Damage({"bytes": recovered.size, "places": 1, "lost": [], "kept_as": kept_as})


def damaged_words(fault: Damaged) -> str:
    """A damaged open file, for the technician: where, and what can be done."""
    return (
        f"{fault.where}; {fault.line - 1} sound lines stand before it. It was left as it is: a "
        "kiosk that runs has all of it in memory, and writes it anew once it finds this; else "
        "`kiosk run` and `kiosk repair` save what is sound, say what is lost, and keep the "
        "original; or restore a backup"
    )


def torn_words(recovered: Recovered) -> str:
    """What became of a torn line's bytes, for the technician."""
    torn = f"{recovered.size} bytes of a torn line"
    if not recovered.side_file:
        return f"{torn} were cut off, and not kept: the disk is full"
    return f"{torn} were set aside in {recovered.side_file}"


def repair_words(repair: Repair) -> str:
    """What a repair saved and what it could not, in a sentence for the technician."""
    places = ", ".join(f"{gap.size} bytes at byte {gap.offset}" for gap in repair.gaps[:10])
    more = f", and {len(repair.gaps) - 10} more" if len(repair.gaps) > 10 else ""
    return (
        f"{repair.lines} lines are saved; lost: {places or 'nothing'}{more}. "
        f"The original is kept as {repair.kept_as}. What it may have touched is marked unknown"
    )


def _missing(events: Sequence[Event], through: int) -> list[list[int]]:
    """The numbers that are gone, as pairs of a first and a last."""
    lost: list[list[int]] = []
    due = through + 1
    for event in events:
        if event.seq > due:
            lost.append([due, event.seq - 1])
        due = event.seq + 1
    return lost
