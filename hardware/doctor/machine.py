"""The machine as the doctor sees it: everything that is read or asked, behind one seam.

Nothing here writes, and nothing here raises for what it finds: what cannot be read is None or
empty. A test gives a folder tree as ``root`` and its own answers for the rest.
"""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

COMMAND_LIMIT_S = 2.0
_MOST_READ = 1 << 20  # bytes; nothing that is looked at comes near it


@dataclass(frozen=True, slots=True)
class Node:
    """Owner, group and permission bits of a file, folder or device."""

    owner: int
    group: int
    mode: int


@dataclass(frozen=True, slots=True)
class Room:
    """Of a file system, for those who are not root: bytes and inodes, free and in all.

    ``inodes`` is 0 for one that does not count them.
    """

    free: int
    size: int
    free_inodes: int
    inodes: int


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution, its name in lower case with hyphens."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Machine:
    """``root``: where its files begin; ``uid``: who examines it; ``folder``: where it is done.

    ``run`` gives a command's output, or None where it fails or takes longer than so many seconds;
    ``module`` says where an importable module lies, without importing it.
    """

    root: Path
    uid: int
    folder: Path
    run: Callable[[Sequence[str], float], str | None]
    packages: Callable[[], Sequence[Package]]
    module: Callable[[str], Path | None]
    room: Callable[[Path], Room | None]
    node: Callable[[Path], Node | None]
    environ: Mapping[str, str] = field(default_factory=dict)
    python: tuple[int, int] = sys.version_info[:2]

    def at(self, path: str | Path) -> Path:
        """Where an absolute path is to be found."""
        return self.root / str(path).lstrip("/")

    def exists(self, path: str | Path) -> bool:
        """Whether something is there that can be seen."""
        try:
            return self.at(path).exists()
        except (OSError, ValueError):
            return False

    def read(self, path: str | Path) -> str | None:
        """A file's text, without the space and zero bytes around it; None if it cannot be read."""
        try:
            with self.at(path).open("rb") as file:
                return file.read(_MOST_READ).decode("utf-8", "replace").strip("\0\n\r\t ")
        except (OSError, ValueError):
            return None

    def names(self, folder: str | Path) -> list[str]:
        """What a folder holds, in order; nothing if it cannot be read."""
        try:
            return sorted(entry.name for entry in self.at(folder).iterdir())
        except (OSError, ValueError):
            return []

    def target(self, path: str | Path) -> Path:
        """Where links lead: the real path, as seen from ``root``."""
        try:
            real = Path(os.path.realpath(self.at(path)))
            return Path("/") / real.relative_to(os.path.realpath(self.root))
        except (OSError, ValueError):  # no file can have that name, or it leads out of a tree
            return Path(path)

    def link(self, path: str | Path) -> str:
        """What a link says; "" for anything else."""
        try:
            return os.readlink(self.at(path))
        except (OSError, ValueError):
            return ""

    def processes(self) -> dict[str, str]:
        """What runs, as far as whoever asks may see: names by process id."""
        ids = filter(str.isdecimal, self.names("/proc"))
        return {id: self.read(f"/proc/{id}/comm") or "a process" for id in ids}

    def stat(self, path: str | Path) -> Node | None:
        """Owner, group and mode; None if it is not there."""
        return self.node(self.at(path))

    @property
    def model(self) -> str:
        """As a Raspberry Pi tells its own; "" elsewhere."""
        return (self.read("/proc/device-tree/model") or "").replace("\0", "")

    @property
    def is_pi(self) -> bool:
        """Whether it is a Raspberry Pi."""
        return "Raspberry Pi" in self.model

    @property
    def kernel(self) -> tuple[int, int]:
        """The kernel's version, as (6, 12); (0, 0) if it cannot be told."""
        found = re.match(r"(\d{1,4})\.(\d{1,4})", self.read("/proc/sys/kernel/osrelease") or "")
        return (int(found[1]), int(found[2])) if found else (0, 0)


def this_machine() -> Machine:
    """The one that this runs on."""
    return Machine(
        root=Path("/"),
        uid=os.geteuid(),
        folder=Path.cwd(),
        run=_run,
        packages=_packages,
        module=_module,
        room=_room,
        node=_node,
        environ=os.environ,
    )


def _run(command: Sequence[str], limit_s: float = COMMAND_LIMIT_S) -> str | None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


@cache  # a Pi Zero takes its time to look through them all
def _packages() -> list[Package]:
    found = ((d.metadata["Name"], d.version) for d in importlib.metadata.distributions())
    return [
        Package(re.sub(r"[-_.]+", "-", name).lower(), version or "")
        for name, version in found
        if name  # a half-removed package has none
    ]


def _module(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    places = [*(spec.submodule_search_locations or ()), spec.origin]
    return next((Path(place) for place in places if place), None)


def _room(path: Path) -> Room | None:
    try:
        told = os.statvfs(path)
    except OSError:
        return None
    block = told.f_frsize
    return Room(told.f_bavail * block, told.f_blocks * block, told.f_favail, told.f_files)


def _node(path: Path) -> Node | None:
    try:
        told = path.stat()
    except (OSError, ValueError):
        return None
    return Node(told.st_uid, told.st_gid, told.st_mode & 0o7777)
