"""A disk that writes down all that a store does to a folder, so that a power cut can be played."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from kiosk.journal import System

ROOT = 0
Node = int  # a file or a folder, whatever it is called; the folder itself is ROOT
Place = tuple[Node, str]  # a folder, and a name in it
Acknowledge = Callable[[Any], None]

# Every call of a System, by its name; so that one that is added there is noticed here.
CALLS = tuple(name for name, value in vars(System).items() if isinstance(value, staticmethod))
_RECORDED = {"open", "close", "write", "pwrite", "fdatasync", "fsync", "ftruncate"}
_RECORDED |= {"replace", "link", "unlink", "mkdir"}
_CHANGES_NOTHING = {"flock", "statvfs", "urandom"}


@dataclass(frozen=True, slots=True)
class Bind:
    """A name appears: a file or folder was made, or a file got a further name."""

    place: Place
    node: Node
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Unbind:
    """A name goes."""

    place: Place


@dataclass(frozen=True, slots=True)
class Rename:
    """A name moves, in one step, over one that may be there."""

    source: Place
    target: Place


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes are put into a file, at an offset."""

    node: Node
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file is given a size."""

    node: Node
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """A file's content, or a folder's names, were made durable."""

    node: Node


@dataclass(frozen=True, slots=True)
class FailedSync:
    """A file's sync failed: what it was to make durable may be lost, and counts as written."""

    node: Node


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The store promised that what ``token`` stands for is durable."""

    token: Any


NameOp = Bind | Unbind | Rename
DataOp = Write | Truncate
Op = NameOp | DataOp | Sync | FailedSync | Acknowledged


@dataclass
class Image:
    """What a folder holds: names, what they stand for, and what is in the files."""

    names: dict[Place, Node] = field(default_factory=dict)
    contents: dict[Node, bytes] = field(default_factory=dict)
    folders: set[Node] = field(default_factory=lambda: {ROOT})

    @classmethod
    def scan(cls, folder: Path) -> "Image":
        """What is in a folder now. Links are taken for files of their own."""
        image = cls()
        image._scan(folder, ROOT)
        return image

    def _scan(self, folder: Path, node: Node) -> None:
        for entry in sorted(folder.iterdir()):
            child = len(self.names) + 1
            self.names[node, entry.name] = child
            if entry.is_dir():
                self.folders.add(child)
                self._scan(entry, child)
            else:
                self.contents[child] = entry.read_bytes()

    def walk(self, folder: Node = ROOT, path: str = "") -> Iterator[tuple[str, Node]]:
        """Every path that can be reached, folders before what is in them."""
        for (parent, name), node in sorted(self.names.items()):
            if parent == folder:
                yield path + name, node
                if node in self.folders:
                    yield from self.walk(node, f"{path}{name}/")

    def files(self) -> dict[str, bytes]:
        """The content of every file that can be reached."""
        return {p: self.contents[node] for p, node in self.walk() if node not in self.folders}

    def write_to(self, folder: Path) -> None:
        """Make it in an empty folder; two names of one file are links."""
        made: dict[Node, Path] = {}
        for path, node in self.walk():
            target = folder / path
            if node in self.folders:
                target.mkdir()
            elif node in made:
                os.link(made[node], target)
            else:
                target.write_bytes(self.contents[node])
                target.chmod(0o600)
                made[node] = target


def apply_data(content: bytes, op: DataOp) -> bytes:
    """A file's content after a write or a cut; a gap is zeros."""
    if isinstance(op, Truncate):
        return content[: op.size].ljust(op.size, b"\0")
    before = content[: op.offset].ljust(op.offset, b"\0")
    return before + op.data + content[op.offset + len(op.data) :]


def apply_name(names: dict[Place, Node], op: NameOp) -> None:
    """Names after one came, went or moved; one that is not there cannot go or move."""
    if isinstance(op, Bind):
        names[op.place] = op.node
    elif isinstance(op, Unbind):
        names.pop(op.place, None)
    elif op.source in names:
        names[op.target] = names.pop(op.source)


@dataclass
class Log:
    """What was in a folder at first, and what was then done to it, in order."""

    start: Image
    ops: list[Op] = field(default_factory=list)

    def tokens(self) -> list[Any]:
        """What was acknowledged."""
        return [op.token for op in self.ops if isinstance(op, Acknowledged)]

    def final(self) -> Image:
        """The folder with all of it done: what a reader sees as long as the power stays on."""
        image = Image(dict(self.start.names), dict(self.start.contents), set(self.start.folders))
        for op in self.ops:
            if isinstance(op, DataOp):
                image.contents[op.node] = apply_data(image.contents[op.node], op)
            elif isinstance(op, NameOp):
                apply_name(image.names, op)
                if isinstance(op, Bind):
                    declare(image, op)
        return image


def declare(image: Image, op: Bind) -> None:
    """Let an image know of a new file, empty, or of a new folder."""
    if op.is_folder:
        image.folders.add(op.node)
    else:
        image.contents.setdefault(op.node, b"")


class RecordingDisk(System):
    """Does the calls in a folder, and keeps a log of those that change something in it.

    What was in the folder before counts as durable. ``acknowledge`` marks a promise in the log.
    Calls on paths outside the folder are done and not recorded. A file that was made, changed or
    removed behind the System's back is an AssertionError: at once, or from ``verify``.
    """

    def __init__(self, folder: Path) -> None:
        missed = set(CALLS) - _RECORDED - _CHANGES_NOTHING
        assert not missed, f"the recording disk does not know these calls: {sorted(missed)}"
        self._folder = os.path.realpath(folder)
        self.log = Log(Image.scan(folder))
        self._names = dict(self.log.start.names)
        self._nodes = 1 + len(self._names)
        self._open: dict[int, tuple[Node, bool]] = {}  # by descriptor; whether it appends
        self._lock = RLock()
        self._random = random.Random(0)

    def acknowledge(self, token: Any) -> None:
        """The store says that this is durable."""
        with self._lock:
            self.log.ops.append(Acknowledged(token))

    def verify(self) -> None:
        """Raise AssertionError if the folder is not what the log says: something went past it."""
        real = Image.scan(Path(self._folder)).files()
        assert self.log.final().files() == real, "the folder was changed behind the System's back"

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        with self._lock:
            descriptor = os.open(path, flags, mode)
            self._open.pop(descriptor, None)
            place = self._place(path)
            if place is not None:
                node = ROOT if place == (ROOT, "") else self._opened(place, flags)
                self._open[descriptor] = (node, bool(flags & os.O_APPEND))
            return descriptor

    def close(self, descriptor: int) -> None:
        with self._lock:
            self._open.pop(descriptor, None)
            os.close(descriptor)

    def write(self, descriptor: int, data: bytes) -> int:
        with self._lock:
            offset = os.lseek(descriptor, 0, os.SEEK_CUR)
            return self._written(descriptor, offset, data, os.write(descriptor, data))

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        with self._lock:
            return self._written(descriptor, offset, data, os.pwrite(descriptor, data, offset))

    def ftruncate(self, descriptor: int, size: int) -> None:
        with self._lock:
            os.ftruncate(descriptor, size)
            if descriptor in self._open:
                self.log.ops.append(Truncate(self._open[descriptor][0], size))

    def fsync(self, descriptor: int) -> None:
        with self._lock:
            os.fsync(descriptor)
            self._record_sync(descriptor)

    def fdatasync(self, descriptor: int) -> None:
        with self._lock:
            os.fdatasync(descriptor)
            self._record_sync(descriptor)

    def failed_sync(self, descriptor: int) -> None:
        """Note that a sync was asked for and failed, as a disk with a bad block would do it."""
        with self._lock:
            if descriptor in self._open:
                self.log.ops.append(FailedSync(self._open[descriptor][0]))

    def replace(self, source: str, target: str) -> None:
        with self._lock:
            os.replace(source, target)
            self._rename(Rename(self._inside(source), self._inside(target)))

    def link(self, source: str, target: str) -> None:
        with self._lock:
            os.link(source, target)
            self._rename(Bind(self._inside(target), self._names[self._inside(source)]))

    def unlink(self, path: str) -> None:
        with self._lock:
            os.unlink(path)
            self._rename(Unbind(self._inside(path)))

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        with self._lock:
            os.mkdir(path, mode)
            place = self._place(path)
            if place is not None and place != (ROOT, ""):
                self._rename(Bind(place, self._new_node(), is_folder=True))

    def urandom(self, size: int) -> bytes:
        """Bytes that are the same in every run."""
        return self._random.randbytes(size)

    def _written(self, descriptor: int, offset: int, data: bytes, written: int) -> int:
        if descriptor in self._open and written:
            node, appends = self._open[descriptor]
            if appends:  # Linux appends then, whatever offset it is told
                offset = os.fstat(descriptor).st_size - written
            self.log.ops.append(Write(node, offset, bytes(data[:written])))
        return written

    def _record_sync(self, descriptor: int) -> None:
        if descriptor in self._open:
            self.log.ops.append(Sync(self._open[descriptor][0]))

    def _rename(self, op: NameOp) -> None:
        apply_name(self._names, op)
        self.log.ops.append(op)

    def _opened(self, place: Place, flags: int) -> Node:
        """The file behind a path that was just opened; it is new if its name is."""
        if place not in self._names:
            assert flags & os.O_CREAT, f"{place[1]} was made behind the System's back"
            self._rename(Bind(place, self._new_node()))
        node = self._names[place]
        if flags & os.O_TRUNC:
            self.log.ops.append(Truncate(node, 0))
        return node

    def _new_node(self) -> Node:
        self._nodes += 1
        return self._nodes - 1

    def _inside(self, path: str) -> Place:
        place = self._place(path)
        assert place is not None, f"{path} is outside of the folder that is recorded"
        return place

    def _place(self, path: str) -> Place | None:
        """Where a path is; None outside of the folder, (ROOT, "") for the folder itself."""
        full = os.path.join(os.path.realpath(os.path.dirname(os.fspath(path)) or "."), "")
        full = os.path.normpath(full + os.path.basename(os.fspath(path)))
        if full == self._folder:
            return (ROOT, "")
        if not full.startswith(self._folder + "/"):
            return None
        *folders, name = full[len(self._folder) + 1 :].split("/")
        parent = ROOT
        for folder in folders:
            assert (parent, folder) in self._names, f"{folder} was made behind the System's back"
            parent = self._names[parent, folder]
        return parent, name
