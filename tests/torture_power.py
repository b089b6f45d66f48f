"""Real power cuts: an ext4 on a loop file, whose device goes away while a store is written.

What has not reached the device when the EXT4_IOC_SHUTDOWN comes is lost, as at a power cut; the
mount after it replays ext4's own journal. Device writes are not reordered: torture_states does
that.
"""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

from journal_disk import QUICK_DISK
from torture_faults import Outcome, judge
from torture_kill import ROUNDS_A_FOLDER, Writer
from torture_workloads import Workload

SIZE = 64 << 20  # bytes
LONGEST_DELAY_S = 0.020
_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN, from linux/ext4.h
_TOOLS = ("mkfs.ext4", "mount", "umount")


@cache
def why_not() -> str | None:
    """Why no power can be cut here; None if it can. It mounts a disk once, to see."""
    if os.geteuid() != 0:
        return "a power cut needs root, to mount a disk of its own"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"a power cut needs {', '.join(missing)}"
    if not os.path.exists("/dev/loop-control"):
        return "a power cut needs a loop device, and this system has none"
    try:
        with LoopDisk():
            return None
    except (OSError, subprocess.CalledProcessError) as fault:
        return f"a disk on a loop device cannot be mounted here: {_reason(fault)}"


def _reason(fault: Exception) -> str:
    said = getattr(fault, "stderr", None)
    return said.decode(errors="replace").strip() if said else str(fault)


class LoopDisk:
    """An ext4 of its own, mounted at ``mount``, whose power can be cut; cleaned up after."""

    def __init__(self) -> None:
        self._home = Path(mkdtemp(prefix="loop-", dir=QUICK_DISK))
        self._image = self._home / "disk"
        self.mount = self._home / "mount"
        self._is_mounted = False

    def __enter__(self) -> Self:
        try:
            self.mount.mkdir()
            with self._image.open("wb") as image:
                image.truncate(SIZE)
            _call("mkfs.ext4", "-q", "-F", str(self._image))
            self._mount()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clean_up()

    def cut(self) -> None:
        """Nothing that is not on the device by now gets there any more."""
        descriptor = os.open(self.mount, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def restart(self) -> None:
        """The power is back."""
        _call("umount", str(self.mount))
        self._is_mounted = False
        self._mount()

    def settle(self) -> None:
        """Bring all that was written until now to the device."""
        descriptor = os.open(self.mount, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _syncfs(descriptor)
        finally:
            os.close(descriptor)

    def _mount(self) -> None:
        _call("mount", "-t", "ext4", "-o", "loop", str(self._image), str(self.mount))
        self._is_mounted = True

    def _clean_up(self) -> None:
        if self._is_mounted:
            try:
                _call("umount", str(self.mount))
            except subprocess.CalledProcessError:
                _call("umount", "--lazy", str(self.mount))
            self._is_mounted = False
        shutil.rmtree(self._home)


def _call(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=30)


def _syncfs(descriptor: int) -> None:
    _call("sync", "--file-system", f"/proc/{os.getpid()}/fd/{descriptor}")


def power_campaign(
    make: Callable[[], Workload], cuts: int, seed: int = 0, *, until_caught: bool = False
) -> Outcome:
    """Cut the power of a running workload so many times; after each, recover and check.

    Only what was acknowledged before the cut counts: after it a sync may return as if it had
    succeeded. With ``until_caught`` it ends at the first failure: for a control.
    """
    outcome, rng, slowest = Outcome(), random.Random(seed), 0.0
    with LoopDisk() as disk:
        while outcome.count < cuts and not (until_caught and outcome.failures):
            workload, folder = make(), disk.mount / f"folder-{outcome.count}"
            folder.mkdir()
            workload.prepare(folder)
            disk.settle()
            for _ in range(min(ROUNDS_A_FOLDER, cuts - outcome.count)):
                acknowledged = _cut(disk, workload, folder, rng.uniform(0, LONGEST_DELAY_S))
                begun = time.monotonic()
                wrong = judge(workload, folder, acknowledged)
                slowest = max(slowest, time.monotonic() - begun)
                outcome.add(wrong, f"{workload.name}, cut {outcome.count + 1}")
                if wrong:
                    break
            shutil.rmtree(folder)
    outcome.note = f"slowest recovery and check {slowest:.2f} s"
    return outcome


def _cut(disk: LoopDisk, workload: Workload, folder: Path, delay_s: float) -> list[Any]:
    writer = Writer(workload, folder)
    try:
        writer.await_first()
        time.sleep(delay_s)
        acknowledged = writer.drain()
        disk.cut()
    finally:
        writer.kill()
    disk.restart()
    return acknowledged
