"""Every state in which a power cut may leave a folder, from the log of what was done to it.

The model: a sync of a file makes its content durable, a sync of a folder the names in it, and
nothing else does. What was not synced may be there wholly, in part, or not at all, and what came
later may be there without what came earlier; names and contents are independent of each other.
A rename is one step, durable with the folder that it leads into. Within a file the disk writes
sectors of 512 bytes, each wholly or not.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar

from torture_disk import (
    Acknowledged,
    Bind,
    DataOp,
    FailedSync,
    Image,
    Log,
    NameOp,
    Node,
    Op,
    Place,
    Rename,
    Sync,
    Truncate,
    Write,
    apply_data,
    apply_name,
    declare,
)

SECTOR = 512
CUTS = 8  # random bytes at which a write is cut, beside every sector's edge
SUBSETS = 8  # random choices of a write's sectors
MIXES = 8  # random choices of a content for each of several files
DROPS = 12  # at most so many choices of an earlier operation that is left out
FEW = 4  # with more pending than this, what follows one that is left out is not torn as well

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CrashState:
    """A folder after a power cut, and what had been acknowledged before it."""

    image: Image
    acknowledged: tuple[Any, ...]
    at: int  # how many operations of the log had been begun
    is_new: bool  # no state before it had the same files


def crash_states(log: Log, seed: int = 0, since: int = 0) -> Iterator[CrashState]:
    """The states after a power cut at any point of the log, from its operation ``since`` on.

    Each folder comes once for each number of acknowledgements that it has to honour. The same
    log and seed give the same states in the same order.
    """
    platter = _Platter(log.start, seed)
    seen: set[tuple[bytes, int]] = set()
    folders: set[bytes] = set()
    acknowledged: tuple[Any, ...] = ()
    for at, op in enumerate([None, *log.ops]):
        if isinstance(op, Acknowledged):
            acknowledged = (*acknowledged, op.token)
        elif op is not None:
            platter.do(op)
        if at < since:
            continue
        changed = op.node if isinstance(op, DataOp) and at > since else None
        for image in platter.images(changed):
            key = _digest(image)
            if (key, len(acknowledged)) not in seen:
                seen.add((key, len(acknowledged)))
                yield CrashState(image, acknowledged, at, key not in folders)
                folders.add(key)


def _digest(image: Image) -> bytes:
    hashing = blake2b(digest_size=16)
    for path, node in image.walk():
        content = image.contents.get(node, b"") if node not in image.folders else b"/"
        hashing.update(f"{path}\0{len(content)}\0".encode())
        hashing.update(content)
    return hashing.digest()


@dataclass
class _Branch:
    """One story of a file: what is certain, what is pending, and what may come of that."""

    base: bytes
    pending: list[DataOp] = field(default_factory=list)
    variants: list[bytes] = field(default_factory=list)
    fresh: int = 0  # where in ``variants`` those begin that the last operation brought

    @classmethod
    def of(cls, base: bytes, pending: Iterable[DataOp], rng: random.Random) -> "_Branch":
        branch = cls(base, [], [base])
        for op in pending:
            branch.add(op, rng)
        return branch

    def everything(self) -> bytes:
        return _all_of(self.base, self.pending)

    def add(self, op: DataOp, rng: random.Random) -> None:
        self.fresh = len(self.variants)
        for kept in _without_one(self.pending, rng):
            before = _all_of(self.base, kept)
            if len(kept) == len(self.pending) or len(kept) < FEW:
                self.variants += _outcomes(before, op, rng)
            else:
                self.variants.append(apply_data(before, op))
        self.pending.append(op)

    def without_data(self) -> list[DataOp]:
        """What is pending once the data are lost: the system remembers the sizes alone."""
        size, sizes = len(self.base), list[DataOp]()
        for op in self.pending:
            grown = max(size, op.offset + len(op.data)) if isinstance(op, Write) else op.size
            if grown != size:
                sizes.append(Truncate(op.node, grown))
            size = grown
        return sizes


class _File:
    """What a file may hold. After a failed sync there are two stories of it."""

    def __init__(self, content: bytes) -> None:
        self.branches = [_Branch(content, [], [content])]

    def settle(self) -> None:
        """A sync succeeded: what was pending is certain."""
        contents = dict.fromkeys(branch.everything() for branch in self.branches)
        self.branches = [_Branch(content, [], [content]) for content in contents]

    def doubt(self, rng: random.Random) -> None:
        """A sync failed: the data that were pending may come still, or never any more."""
        self.branches += [_Branch.of(b.base, b.without_data(), rng) for b in self.branches]

    def add(self, op: DataOp, rng: random.Random) -> None:
        for branch in self.branches:
            branch.add(op, rng)

    def variants(self, *, fresh: bool = False) -> list[bytes]:
        """What may be there now; or only what the last operation added to it."""
        return [c for b in self.branches for c in b.variants[b.fresh if fresh else 0 :]]


class _Platter:
    """What is on the disk for certain at one point of a log, and what is still on its way."""

    def __init__(self, start: Image, seed: int) -> None:
        self._names = dict(start.names)
        self._pending: list[NameOp] = []
        self._known = Image({}, {}, set(start.folders))
        self._files = {node: _File(content) for node, content in start.contents.items()}
        self._rng = random.Random(seed)

    def do(self, op: Op) -> None:
        """Go on by one operation."""
        if isinstance(op, DataOp):
            self._files[op.node].add(op, self._rng)
        elif isinstance(op, NameOp):
            self._pending.append(op)
            if isinstance(op, Bind):
                self._meet(op)
        elif isinstance(op, Sync) and op.node in self._known.folders:
            self._settle_names(op.node)
        elif isinstance(op, Sync):
            self._files[op.node].settle()
        elif isinstance(op, FailedSync) and op.node not in self._known.folders:
            self._files[op.node].doubt(self._rng)

    def images(self, changed: Node | None) -> Iterator[Image]:
        """What may be left now; with ``changed`` only what that file's last operation brought."""
        for names in self._layouts():
            for contents in self._contents(changed):
                yield Image(names, contents, self._known.folders)

    def _meet(self, op: Bind) -> None:
        declare(self._known, op)
        if not op.is_folder:
            self._files.setdefault(op.node, _File(b""))

    def _settle_names(self, folder: Node) -> None:
        pending, self._pending = self._pending, []
        for op in pending:
            place = op.target if isinstance(op, Rename) else op.place
            if place[0] == folder:
                apply_name(self._names, op)
            else:
                self._pending.append(op)

    def _layouts(self) -> Iterator[dict[Place, Node]]:
        for end in range(len(self._pending) + 1):
            last = self._pending[end - 1 : end]
            for kept in _without_one(self._pending[: max(0, end - 1)], self._rng):
                names = dict(self._names)
                for op in [*kept, *last]:
                    apply_name(names, op)
                yield names

    def _contents(self, changed: Node | None) -> Iterator[dict[Node, bytes]]:
        """One file in each of its variants, the others all as synced or all as written."""
        variants = {node: file.variants() for node, file in self._files.items()}
        unsure = [node for node, contents in variants.items() if len(contents) > 1]
        synced = {node: file.branches[0].base for node, file in self._files.items()}
        written = {node: file.branches[0].everything() for node, file in self._files.items()}
        yield synced
        yield written
        for node in unsure if changed is None else [changed]:
            for variant in self._files[node].variants(fresh=changed is not None):
                yield {**synced, node: variant}
                if len(unsure) > 1:
                    yield {**written, node: variant}
        for _ in range(MIXES if len(unsure) > 1 else 0):
            yield synced | {node: self._rng.choice(variants[node]) for node in unsure}


def _all_of(content: bytes, ops: Iterable[DataOp]) -> bytes:
    for op in ops:
        content = apply_data(content, op)
    return content


def _without_one(ops: Sequence[_T], rng: random.Random) -> Iterator[Sequence[_T]]:
    """All of them; then all but one, for each of them, or for a choice if they are many."""
    yield ops
    every = range(len(ops))
    for dropped in every if len(ops) <= DROPS else sorted(rng.sample(every, DROPS)):
        yield [*ops[:dropped], *ops[dropped + 1 :]]


def _outcomes(before: bytes, op: DataOp, rng: random.Random) -> Iterator[bytes]:
    """What one operation may leave when the power goes."""
    after = apply_data(before, op)
    yield after
    if isinstance(op, Truncate):
        return
    if len(after) > len(before):
        yield before.ljust(len(after), b"\0")  # the size grew, the data never came
        yield after[: len(before)]  # the data came, the size did not grow
    for cut in _cuts(op, rng):
        torn = apply_data(before, Write(op.node, op.offset, op.data[:cut]))
        yield torn
        yield torn.ljust(len(after), b"\0")
    for _ in range(SUBSETS):
        yield _some_sectors(before.ljust(len(after), b"\0"), after, op, rng)


def _cuts(op: Write, rng: random.Random) -> list[int]:
    """After how many bytes a write is cut: at each sector's edge, and at random."""
    first = SECTOR - op.offset % SECTOR
    edges = range(first, len(op.data), SECTOR)
    return sorted({*edges, *(rng.randrange(len(op.data)) for _ in range(CUTS))})


def _some_sectors(before: bytes, after: bytes, op: Write, rng: random.Random) -> bytes:
    """The content with some of the sectors that a write touched, chosen at random."""
    content = bytearray(before)
    for start in range(op.offset // SECTOR * SECTOR, op.offset + len(op.data), SECTOR):
        if rng.random() < 0.5:
            content[start : start + SECTOR] = after[start : start + SECTOR]
    return bytes(content)
