"""Sends one message by apprise, in a process of its own: what it loads is large, how long it takes
is others' affair, and it is ended when its time is over. The address comes by standard input, as
anybody may read a process's arguments.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from kiosk.outgoing.courier import Unsent

LIMIT_S = 60.0
COMMAND = (sys.executable, "-I", "-m", "kiosk.outgoing.apprised")
MISSING = (
    "apprise is not installed: in the kiosk's environment, pip install --require-hashes "
    "-r requirements/alerts.txt"
)
NOT_AN_ADDRESS = "apprise knows no such address: see its list of services"
NOT_TAKEN = "the service did not take it; the address, its password or the network may be wrong"
UNSENT = 3  # exit status: the words say why; any other but 0 is a fault

Run = Callable[[Sequence[str], bytes], subprocess.CompletedProcess[bytes]]


def run(command: Sequence[str], sent: bytes) -> subprocess.CompletedProcess[bytes]:
    """A process, until it ends or its time is over."""
    return subprocess.run(command, input=sent, capture_output=True, timeout=LIMIT_S, check=False)


def notify(url: str, title: str, words: str, run: Run = run) -> None:
    """Send a message. Raises Unsent, in words without the address."""
    asked = json.dumps({"url": url, "title": title, "words": words}).encode()
    try:
        done = run(COMMAND, asked)
    except subprocess.TimeoutExpired:
        raise Unsent(f"no end within {LIMIT_S:.0f} s") from None
    except OSError as fault:
        raise Unsent(fault.strerror or "it could not be started") from None
    if done.returncode == UNSENT:
        raise Unsent(done.stdout.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        raise Unsent("apprise failed")


def send(asked: dict[str, Any]) -> str:
    """Send it here and now; what went wrong, or ""."""
    try:
        import apprise
    except ImportError:
        return MISSING
    sender = apprise.Apprise()
    if not sender.add(asked["url"]):
        return NOT_AN_ADDRESS
    return "" if sender.notify(title=asked["title"], body=asked["words"]) else NOT_TAKEN


def main() -> int:
    """What the process does."""
    wrong = send(json.load(sys.stdin))
    sys.stdout.write(wrong)
    return UNSENT if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
