"""Lists for the office: who was not seen, what is left, out, held, or due. Pure.

They are made when asked for and at no other time. Lines have ids; ``list_table`` fills in the
names that the reader may know.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.custody import believed
from kiosk.lists.kinds import LISTS, Kind, lists_for
from kiosk.lists.lines import MAKERS, Entry
from kiosk.lists.seen import Scene, Seen, register
from kiosk.lists.table import (
    Cell,
    Names,
    Table,
    by_form,
    counts_by_form,
    printed,
    stamp,
)

__all__ = [
    "LISTS",
    "NO_ROLL_CALL",
    "UNTRUSTED",
    "Entry",
    "Kind",
    "Listing",
    "Names",
    "Scene",
    "Seen",
    "Table",
    "list_table",
    "lists_for",
    "make_list",
    "printed",
    "register",
]

NO_ROLL_CALL = "No roll call: it tells where devices are, not people."
UNTRUSTED = "The kiosk's clock is not trusted: days and times here may be wrong."


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as of ``scene.now``: its lines in order, and how many there are by form."""

    name: str
    scene: Scene
    entries: tuple[Entry, ...]
    counts: tuple[tuple[str, int], ...]
    notices: tuple[str, ...]


def make_list(
    name: str, scene: Scene, form: str = "", forms: frozenset[str] | None = None
) -> Listing:
    """That list, of everybody or of one form; ``forms`` (case folded): all that the reader may
    see, None for any. Raises KeyError where there is no such list."""
    kind = LISTS[name]
    scene = scene._replace(now=believed(scene.state, scene.now))
    wanted = frozenset({form.casefold()}) if form else None
    spans = [some for some in (wanted, forms) if some is not None]
    entries = [e for e in MAKERS[name](scene) if all(e.form.casefold() in some for some in spans)]
    entries.sort(key=lambda entry: _surname_first(scene, entry))
    if kind.is_by_form:
        entries.sort(key=lambda entry: by_form(entry.form))
    else:
        entries.sort(key=lambda entry: entry.cubby or 0)
    notices = (*kind.notices, NO_ROLL_CALL, *(() if scene.now.trusted else (UNTRUSTED,)))
    counts = counts_by_form(entry.group for entry in entries)
    return Listing(name, scene, tuple(entries), counts, notices)


def list_table(listing: Listing, names: Names) -> Table:
    """The list as the reader may see it."""
    kind = LISTS[listing.name]
    local = listing.scene.rules.timetable.local
    rows = (_cells(listing, entry, names) for entry in listing.entries)
    return Table(
        listing.name,
        kind.title,
        stamp(local, listing.scene.now.at) or "",
        kind.columns,
        tuple(tuple(cells[column.key] for column in kind.columns) for cells in rows),
        listing.counts,
        listing.notices,
    )


def _cells(listing: Listing, entry: Entry, names: Names) -> dict[str, Cell]:
    local = listing.scene.rules.timetable.local
    return {
        "name": entry.instead or names.person(entry.person),
        "form": names.form(entry.person),
        "cubby": entry.cubby,
        "place": entry.place,
        "keeper": names.actor(entry.keeper) if entry.keeper else "",
        "since": stamp(local, entry.since),
        "due": stamp(local, entry.due) if isinstance(entry.due, datetime) else _day(entry.due),
        "number": entry.number,
        "note": entry.note,
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _surname_first(scene: Scene, entry: Entry) -> tuple[str, str, str, int]:
    person = scene.standing.roster.people.get(entry.person or "")
    if person is None:
        return ("", "", entry.person or "", entry.number or 0)
    return (person.surname.casefold(), person.forename.casefold(), person.id, entry.number or 0)
