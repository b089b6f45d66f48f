"""Rules that the log of a store must keep. To see them broken, no power need be cut."""

from torture_disk import Acknowledged, DataOp, Log, NameOp, Node, Rename, Sync, apply_name


def unsafe_replaces(log: Log) -> tuple[int, list[str]]:
    """How many replaces there are in a log, and what is wrong with them, in sentences.

    A file is synced before it takes the name of another, and the folder of that name after it:
    before the next acknowledgement, or the end.
    """
    watch = _Watch(log)
    for at, op in enumerate(log.ops, 1):
        if isinstance(op, Acknowledged):
            watch.promise()
        elif isinstance(op, DataOp):
            watch.unsynced.add(op.node)
        elif isinstance(op, Sync):
            watch.sync(op.node)
        elif isinstance(op, NameOp):
            watch.rename(at, op)
    watch.promise()
    return watch.replaces, watch.wrong


class _Watch:
    """What has not been synced yet, as one goes along a log."""

    def __init__(self, log: Log) -> None:
        self.replaces = 0
        self.wrong: list[str] = []
        self.unsynced: set[Node] = set()
        self._owed: dict[Node, str] = {}  # folders to be synced; for which name
        self._names = dict(log.start.names)

    def sync(self, node: Node) -> None:
        self.unsynced.discard(node)
        self._owed.pop(node, None)

    def rename(self, at: int, op: NameOp) -> None:
        if isinstance(op, Rename):
            self.replaces += 1
            folder, name = op.target
            self._owed[folder] = f"operation {at}: {name}"
            if self._names[op.source] in self.unsynced:
                self.wrong.append(f"operation {at}: {name} was replaced by a file not synced")
        apply_name(self._names, op)

    def promise(self) -> None:
        self.wrong += [
            f"{what} was replaced, its folder not synced" for what in self._owed.values()
        ]
        self._owed.clear()
