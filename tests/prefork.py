"""Processes of the kiosk that begin at once: forked from one that has loaded all of it, which takes
longer than most of what a test asks of them. They are what `kiosk` is from ``main`` on; how
it begins as a program, the demo's tests see.

Run as a program, this is the process that is forked. It is asked on a socket: one JSON line, with
the three standard streams beside it. It answers with the id of the new process, and later with how
that ended.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, NoReturn

MODULES = ("kiosk.cli", "kiosk.bootstrap", "kiosk.run", "kiosk.doctor")
ROOT = Path(__file__).parent.parent
MOST_BYTES = 1 << 20
BEGIN_S = 60.0


class Begun:
    """A process that has begun, as subprocess.Popen tells of one."""

    def __init__(self, answers: socket.socket, stdout: IO[str] | None) -> None:
        self._answers = answers
        self._lines = answers.makefile("r")
        self.stdout = stdout
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """How it ended. Raises subprocess.TimeoutExpired: it has not."""
        if self.returncode is None:
            if not select.select([self._answers], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kiosk", timeout or 0.0)
            self.returncode = int(self._lines.readline())
            self._lines.close()
            self._answers.close()
        return self.returncode

    def poll(self) -> int | None:
        """How it ended; None while it has not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)


@cache
def _server() -> str:
    """The address of the process that is forked. It ends with this one."""
    folder = TemporaryDirectory(prefix="k")
    atexit.register(folder.cleanup)
    address = f"{folder.name}/asks"
    server = subprocess.Popen(
        [sys.executable, __file__, address], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(server.wait)
    atexit.register(server.kill)
    if server.stdout is None or server.stdout.readline() != b"ready\n":
        raise RuntimeError("the process that is forked did not begin")
    return address


def begin(
    args: list[str],
    env: dict[str, str],
    stdin: IO[Any] | None = None,
    stdout: IO[Any] | None = None,
    stderr: IO[Any] | None = None,
) -> Begun:
    """Begin ``kiosk args``. Without a ``stdout``, what it prints can be read from it."""
    channel = socket.socket(socket.AF_UNIX)
    channel.settimeout(None)
    channel.connect(_server())
    reads, writes = (None, None) if stdout else os.pipe()
    out = stdout.fileno() if stdout else writes
    with open(os.devnull) as nothing:
        streams = (stdin or nothing).fileno(), out, stderr.fileno() if stderr else 2
        asked = json.dumps({"args": args, "env": env, "cwd": os.getcwd()}).encode() + b"\n"
        socket.send_fds(channel, [asked], list(streams))
    if writes is not None:
        os.close(writes)
    return Begun(channel, None if reads is None else os.fdopen(reads))


def run(args: list[str], env: dict[str, str], stdin: str, timeout: float) -> tuple[int, str]:
    """Carry out ``kiosk args``: how it ended, and what it said, first what it printed.

    Raises:
        subprocess.TimeoutExpired: it has not ended by then; it is killed.
    """
    with TemporaryFile("w+") as typed, TemporaryFile("w+") as said, TemporaryFile("w+") as wrong:
        typed.write(stdin)
        typed.seek(0)
        begun = begin(args, env, typed, said, wrong)
        try:
            status = begun.wait(timeout)
        except subprocess.TimeoutExpired:
            begun.kill()
            raise
        said.seek(0)
        wrong.seek(0)
        return status, said.read() + wrong.read()


# The process that is forked


def _serve(address: str) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(16)
    os.write(1, b"ready\n")
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    poll.register(0, select.POLLHUP)  # closed when whoever began this has ended
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for found, what in poll.poll():
            if found == 0 and what & (select.POLLHUP | select.POLLIN):
                return
            if found == listener.fileno():
                pidfd, pid, channel = _begin(listener)
                running[pidfd] = pid, channel
                poll.register(pidfd, select.POLLIN)
            elif found in running:
                poll.unregister(found)
                pid, channel = running.pop(found)
                os.close(found)
                _tell(channel, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                channel.close()


def _begin(listener: socket.socket) -> tuple[int, int, socket.socket]:
    channel, _ = listener.accept()
    asked, streams, _, _ = socket.recv_fds(channel, MOST_BYTES, 3)
    pid = os.fork()
    if pid == 0:
        listener.close()
        _live(json.loads(asked), streams)
    for stream in streams:
        os.close(stream)
    _tell(channel, pid)
    return os.pidfd_open(pid), pid, channel


def _tell(channel: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # whoever asked may be gone
        channel.sendall(f"{number}\n".encode())


def _live(asked: dict[str, Any], streams: list[int]) -> NoReturn:
    """The life of one: as of a program that begins with these streams, and nothing else open."""
    status = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 256)
        sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
        sys.stderr = os.fdopen(2, "w", buffering=1)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.argv = ["kiosk", *asked["args"]]
        status = _main()
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _main() -> int:
    from kiosk.cli import main

    try:
        main()
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for name in MODULES:
        __import__(name)
    _serve(sys.argv[1])
