"""Single bits change in the files of a store, as on a worn card."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torture_disk import Image
from torture_faults import Outcome, quick_folder
from torture_workloads import JOURNAL, Workload

from kiosk.journal import Damaged, JournalDB, System


@dataclass(frozen=True, slots=True)
class Opened:
    """What a store made of the files it found: its content, and the bytes that it set aside."""

    content: Any
    kept: bytes = b""


Opener = Callable[[Path], Opened]


def flip_campaign(
    workload: Workload,
    opener: Opener,
    flips: int,
    seed: int = 0,
    *,
    refusals: tuple[type[Exception], ...] = (Damaged,),
    may_heal: bool = False,
) -> Outcome:
    """Flip so many bits, one at a time, anywhere in any file that a run of the workload leaves.

    Each is noticed: it is refused; or the flipped byte is among those set aside, and what is then
    left is the content as it was some operations before. ``may_heal``: a store that has it twice
    may also open to just what it was.
    """
    image, contents = _histories(workload, opener)
    outcome, rng = Outcome(), random.Random(seed)
    files = sorted(image.files().items())
    for _ in range(flips):
        path, content = rng.choices(files, [len(content) for _, content in files])[0]
        at, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
        with quick_folder() as folder:
            image.write_to(folder)
            flipped = content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]
            (folder / path).write_bytes(flipped)
            wrong = _noticed(folder, opener, contents, flipped[at:], refusals, may_heal=may_heal)
        outcome.add(wrong, f"bit {bit:#04x} of byte {at} of {path}")
    return outcome


def _histories(workload: Workload, opener: Opener) -> tuple[Image, list[Any]]:
    """The files after a run, and the content after each of its operations."""
    contents: list[Any] = []
    with quick_folder() as folder:
        workload.prepare(folder)
        workload.run(folder, System(), lambda _: contents.append(_copy_opened(folder, opener)))
        image = Image.scan(folder)
    assert image.files(), "the workload left no files"
    return image, contents


def _copy_opened(folder: Path, opener: Opener) -> Any:
    """The content, from a copy: the folder itself is in use."""
    with quick_folder() as copy:
        Image.scan(folder).write_to(copy)
        return opener(copy).content


def _noticed(
    folder: Path,
    opener: Opener,
    contents: Sequence[Any],
    tail: bytes,
    refusals: tuple[type[Exception], ...],
    *,
    may_heal: bool,
) -> str | None:
    before = Image.scan(folder).files()
    try:
        opened = opener(folder)
    except refusals:
        return None if Image.scan(folder).files() == before else "refused, but files were changed"
    if may_heal and opened.content == contents[-1]:
        return None
    if not opened.kept.endswith(tail) or opened.content not in contents[:-1]:
        return "it was opened as if nothing had happened, or to something that never was"
    return None


def open_journal(folder: Path) -> Opened:
    """A JournalDB, and the torn tail that it set aside."""
    with JournalDB(folder / JOURNAL) as db:
        kept = Path(db.recovered.side_file).read_bytes() if db.recovered else b""
        return Opened(db.storage.read(), kept)
