"""Which free cubby a deposit gets."""

from collections.abc import Collection, Mapping

from kiosk.model import Cubby


def free_cubby(
    cubbies: Mapping[int, Cubby],
    *,
    taken: Collection[int],
    faulty: Collection[int],
    open_doors: Collection[int],
    last_used: Mapping[int, int],
) -> int | None:
    """The free cubby used longest ago; neighbours of an open door only when there is no other.

    ``taken`` are those with a deposit or a transaction; ``last_used`` gives each cubby's last
    opening by seq. None when no cubby is free and usable.
    """
    usable = [n for n in cubbies if n not in taken and n not in faulty and n not in open_doors]
    beside = {n for n in usable if _is_beside_open(cubbies, n, open_doors)} if open_doors else ()
    return min(usable, key=lambda n: (n in beside, last_used.get(n, 0), n), default=None)


def _is_beside_open(cubbies: Mapping[int, Cubby], number: int, open_doors: Collection[int]) -> bool:
    here = cubbies[number]
    return any(
        max(abs(there.row - here.row), abs(there.column - here.column)) == 1
        for there in (cubbies[n] for n in open_doors if n in cubbies)
    )
