"""Whom the kiosk runs as, and what that user may open. From files alone, so also asked by root."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardware.doctor.finding import Finding
from hardware.doctor.machine import Machine, Node

READ = 4
WRITE = 2
_ROOT = 0
_NUMBER = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class User:
    """A user by number, name and the numbers of all groups they are in."""

    uid: int
    name: str
    groups: frozenset[int]

    def may(self, node: Node, wanted: int = READ | WRITE) -> bool:
        """Whether the permission bits allow it. Access lists beside them are not looked at."""
        if self.uid == _ROOT:
            return True
        shift = 6 if node.owner == self.uid else 3 if node.group in self.groups else 0
        return node.mode >> shift & wanted == wanted


def find_user(machine: Machine, who: int | str, more_groups: Iterable[str] = ()) -> User | None:
    """The user of that number or name, with the groups of /etc/group and ``more_groups``.

    A number that /etc/passwd does not have has itself for a name; a name that it does not have is
    None.
    """
    rows = _rows(machine, "/etc/passwd", 4)
    row = next((row for row in rows if str(who) in (row[0], row[2])), None)
    if row is None and isinstance(who, str):
        return None
    uid, name = (int(row[2]), row[0]) if row else (int(who), str(who))
    groups = set() if row is None else {int(row[3])}
    wanted = set(more_groups)
    for group in _rows(machine, "/etc/group", 3):
        if group[0] in wanted or name in ":".join(group[3:]).split(","):
            groups.add(int(group[2]))
    return User(uid, name, frozenset(groups))


def device(machine: Machine, user: User, name: str, path: str, group: str, missing: str) -> Finding:
    """Whether a device is there and the user may use it. ``missing``: the hint if it is not."""
    node = machine.stat(path)
    if node is None:
        return Finding.fault(name, f"{path} is not there", missing)
    if not user.may(node):
        return Finding.fault(
            name,
            f"the user {user.name} may not open {path}",
            f"sudo usermod -aG {group} {user.name}, or SupplementaryGroups={group} in the unit;"
            " then restart the kiosk",
        )
    return Finding.ok(name, f"{path} is there, and {user.name} may use it")


def _rows(machine: Machine, path: str, least: int) -> Iterator[list[str]]:
    """The rows of a file like /etc/passwd that have so many fields, from the third on numbers."""
    for line in (machine.read(path) or "").splitlines():
        row = line.split(":")
        if len(row) >= least and all(_NUMBER.fullmatch(text) for text in row[2:least]):
            yield row
