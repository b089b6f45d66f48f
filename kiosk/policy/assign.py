"""Which free cubby a deposit gets, where its owner has none of their own."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from datetime import datetime
from types import MappingProxyType

from kiosk.model import Cubby, CubbySize, Wishes

ANY = Wishes()
_LARGE = CubbySize.LARGE


def free_cubby(
    cubbies: Mapping[int, Cubby],
    *,
    taken: Collection[int],
    faulty: Collection[int],
    open_doors: Collection[int],
    last_used: Mapping[int, int],
    kept_back: Collection[int] = (),
    wishes: Wishes = ANY,
    special: frozenset[int] | None = None,
    emptied: Mapping[int, datetime] = MappingProxyType({}),
    today: datetime | None = None,
) -> int | None:
    """The first of those preferred; else the one used longest ago. None when none may be used.

    ``taken``: those with a deposit or a transaction. ``kept_back``: those that are somebody's own,
    or a class's box. Each of these comes only where there is no other: one that others need
    (``special``; None: to be found out), one beside an open door or near it, one from which
    something was ``emptied`` since ``today`` began. ``last_used`` gives each cubby's last opening
    by seq. Source: the school's rules, "Cubby".
    """
    usable = cubbies.keys() - {*taken, *faulty, *open_doors, *kept_back}
    for wished in wishes.preferred:
        if wished in usable:
            return wished
    first = _first(usable, last_used)
    special = needed_by_some(cubbies) if special is None else special
    if not (open_doors or emptied) and special.isdisjoint(usable):
        return first  # they are all alike
    wanted = (
        _fits(cubbies, usable, wishes, special),
        _is_apart(cubbies, open_doors, _BESIDE),
        _is_apart(cubbies, open_doors, _AROUND),
        _is_fresh(emptied, today),
    )
    if first is None or all(suits is None or suits(first) for suits in wanted):
        return first  # as nearly always: then the others need not be looked at
    for suits in wanted:
        if suits is not None:
            usable = {n for n in usable if suits(n)} or usable
    return _first(usable, last_used)


def _first(usable: Set[int], last_used: Mapping[int, int]) -> int | None:
    """The lowest that was never used, else the one used longest ago."""
    never_used = usable - last_used.keys()
    return min(never_used) if never_used else min(usable, key=last_used.__getitem__, default=None)


Suits = Callable[[int], bool] | None  # None: all do


def needed_by_some(cubbies: Mapping[int, Cubby]) -> frozenset[int]:
    """Those of a make that somebody needs: within reach, or large."""
    return frozenset(n for n, one in cubbies.items() if one.accessible or one.size is _LARGE)


def _fits(
    cubbies: Mapping[int, Cubby],
    usable: Collection[int],
    wishes: Wishes,
    special: frozenset[int],
) -> Suits:
    """Whoever needs a cubby of some make gets it, and nobody else does while there are others.

    Reach comes first: a large cubby that nobody can reach helps nobody.
    """
    if special.isdisjoint(usable):
        return None
    makes = {(cubbies[n].accessible, cubbies[n].size is CubbySize.LARGE) for n in usable}
    needed = (wishes.accessible, wishes.large)
    best = min(makes, key=lambda make: (make[0] != needed[0], make[1] != needed[1]))
    return lambda n: (cubbies[n].accessible, cubbies[n].size is CubbySize.LARGE) == best


# By how many rows and columns another is away: one that shares a side, where doors and people meet;
# and all that are near, the eight around it.
_BESIDE = ((-1, 0), (1, 0), (0, -1), (0, 1))
_AROUND = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1))


def neighbours(cubbies: Mapping[int, Cubby]) -> Mapping[int, frozenset[int]]:
    """Those beside each: to its left and right, above and below, in the same cabinet."""
    at: defaultdict[tuple[str, int, int], set[int]] = defaultdict(set)
    for number, cubby in cubbies.items():
        at[cubby.cabinet, cubby.row, cubby.column].add(number)
    return {
        number: frozenset(n for place in _places(cubby, _BESIDE) for n in at.get(place, ()))
        for number, cubby in cubbies.items()
    }


def _places(cubby: Cubby, away: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    return ((cubby.cabinet, cubby.row + down, cubby.column + right) for down, right in away)


def _is_apart(
    cubbies: Mapping[int, Cubby], open_doors: Collection[int], away: Iterable[tuple[int, int]]
) -> Suits:
    """So far from any open door: two people would stand in each other's way."""
    if not open_doors:
        return None
    doors = (cubbies[n] for n in open_doors if n in cubbies)
    crowded = {place for door in doors for place in _places(door, away)}
    return lambda n: (cubbies[n].cabinet, cubbies[n].row, cubbies[n].column) not in crowded


def _is_fresh(emptied: Mapping[int, datetime], today: datetime | None) -> Suits:
    """Nothing was collected from it today: something may have been left inside."""
    if today is None or not emptied:
        return None
    return lambda n: n not in emptied or emptied[n] < today
