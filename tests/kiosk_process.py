"""A kiosk in a process of its own, as the unit runs it, and the command line to talk to it."""

import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import prefork
from prefork import Begun

from hardware.simulated.world import World
from kiosk.control import ask
from kiosk.keys import new_keys

LIMIT_S = 60.0
HELD_AGAIN_S = 5.0  # a machine that stood still for a tenth read nothing; so does whoever tapped
AWAY_S = 0.3  # a hand takes a card away after a tenth, and is seen to be away

CONFIG = """
[kiosk]
id = "test"
data = "data"
key_dir = "keys"
rtc_battery = true
[school]
zone = "{zone}"
[[school.week]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
{times}
[cabinet]
cubbies = {cubbies}
columns = 6
[reader]
backend = "rc522"
simulated = true
poll_s = 0.02
[locks]
pulse_s = {pulse_s}
ceiling_s = 1.5
rest_s = 0.05
[[locks.banks]]
name = "main"
backend = "gpio"
simulated = true
cubbies = "1-{cubbies}"
[times]
open_s = 1
reopen_s = 0.01
left_inside_s = 0.01
[web]
port = 0
"""

# The zone is chosen so that it is about noon there: all day long is on one side of these.
ARRIVAL = 'arrival = "00:00"\nlocked = "23:57"\nrelease = "23:58"\nclosed = "23:59"'
LOCKED = 'arrival = "00:00"\nlocked = "00:01"\nrelease = "23:58"\nclosed = "23:59"'
RELEASE = 'arrival = "00:00"\nlocked = "00:01"\nrelease = "00:02"\nclosed = "23:59"'


def noon_zone() -> str:
    """A zone in which it is between 11:00 and 13:00 now. Etc/GMT-3 is three hours *ahead*."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def wait_until(true: Callable[[], object], what: str) -> None:
    """Wait in short steps, and not for ever."""
    pause = threading.Event()
    give_up = time.monotonic() + LIMIT_S
    while not true():
        if time.monotonic() > give_up:
            raise TimeoutError(f"it did not happen within {LIMIT_S} s: {what}")
        pause.wait(0.005)


class KioskProcess:
    """One kiosk's folder, and the process that runs on it now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: Begun | None = None
        self.configure()
        new_keys(folder / "keys")

    def configure(self, times: str = ARRIVAL, *, cubbies: int = 24, pulse_s: float = 0.2) -> None:
        """Write the config; it counts from the next start."""
        config = CONFIG.format(zone=noon_zone(), times=times, cubbies=cubbies, pulse_s=pulse_s)
        (self.folder / "config.toml").write_text(config)

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "KIOSK_CONFIG": str(self.folder / "config.toml"), **more}

    def cli(self, *args: str, stdin: str = "", status: int = 0) -> str:
        """Run one verb of the command line; what it printed, on both streams."""
        ended, said = prefork.run(list(args), self.environment(), stdin, LIMIT_S)
        assert ended == status, said
        return said

    def start(self) -> None:
        """Start the daemon, and return when it has told the service manager that it is ready."""
        address = self.folder / "notify"
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(address))
            manager.settimeout(LIMIT_S)
            log = (self.folder / "log").open("a")
            env = self.environment(NOTIFY_SOCKET=str(address), WATCHDOG_USEC="10000000")
            self.process = prefork.begin(["run"], env, stdout=log, stderr=log)
            log.close()
            assert manager.recv(100) == b"READY=1", self.log()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def spawn(self, *args: str) -> Begun:
        """Begin one verb that waits for something."""
        return prefork.begin(list(args), self.environment())

    def signal(self, number: signal.Signals) -> int:
        """Send a signal; when it was sent, by the monotonic clock (ns)."""
        assert self.process is not None
        self.process.send_signal(number)
        return time.monotonic_ns()

    def kill_and_see(self) -> int:
        """kill -9; when the process was seen to be dead, which a busy machine takes its time for
        (ns, monotonic)."""
        assert self.process is not None
        process = os.pidfd_open(self.process.pid)
        try:
            self.signal(signal.SIGKILL)
            assert select.select([process], [], [], LIMIT_S)[0], "it does not die"
            return time.monotonic_ns()
        finally:
            os.close(process)

    def kill(self) -> int:
        """kill -9."""
        at = self.signal(signal.SIGKILL)
        self.wait()
        return at

    def kill_guard(self) -> None:
        """kill -9 to the daemon's only child process."""
        assert self.process is not None
        pid = self.process.pid
        (guard,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(guard), signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as the service manager sends it; the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        assert self.process is not None
        status = self.process.wait(timeout=LIMIT_S)
        self.process = None
        return status

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.wait()

    def ask(self, verb: str, **args: Any) -> Any:
        return ask(self.folder / "data" / "control.sock", verb, args)

    def hand(self, hand: str, **args: Any) -> None:
        self.ask("sim", hand=hand, **args)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        events = self.ask("events", limit=100_000)["events"]
        return [event for event in events if not kind or event["type"] == kind]

    def world(self) -> World:
        return World.open(self.folder / "data" / "simulated-world")

    def fault(self, part: str, name: str, on: bool = True) -> None:
        """Break a simulated part, or mend it."""
        self.hand("fault", part=part, name=name, on=on)

    def enrol(self, count: int) -> list[str]:
        """That many pupils with a card each; the cards' numbers. The daemon does not run."""
        uids = [f"04A1B2{index:02X}C3D4{index:02X}" for index in range(count)]
        roster = "\n".join(f"{i},Pupil{i},Test,7A" for i in range(count))
        file = self.folder / "roster.csv"
        file.write_text(f"Admission Number,Forename,Surname,Form\n{roster}\n")
        assert f"{count} added" in self.cli("roster", "import", str(file))
        self.start()
        for index, uid in enumerate(uids):
            self.ask("card_enrol", admission=str(index), uid=uid)
        return uids

    def tap(self, uid: str) -> dict[str, Any]:
        """Hold a card to the reader; the event of its tap."""
        before = self.ask("status")["events"]
        self.hand("tap", uid=uid)
        held_at = time.monotonic()

        def taps() -> list[dict[str, Any]]:
            nonlocal held_at
            if time.monotonic() > held_at + HELD_AGAIN_S:
                self.hand("tap", uid=uid)
                held_at = time.monotonic()
            events = self.ask("events", after=before, limit=100)["events"]
            return [event for event in events if event["type"] == "tapped"]

        wait_until(taps, f"a tap of {uid}")
        threading.Event().wait(AWAY_S)
        return taps()[0]

    def tap_until(self, true: Callable[[], object], uid: str) -> None:
        """Tap a card again and again, as somebody does who waits for something to happen."""

        def tapped() -> object:
            self.hand("tap", uid=uid)
            threading.Event().wait(AWAY_S)
            return true()

        wait_until(tapped, f"what a tap of {uid} is for")

    def finish(self, cubby: int, kind: str) -> None:
        """Wait for the door to spring open, shut it, and wait for what that means."""
        wait_until(lambda: self.state(cubby) == "open", f"cubby {cubby} open")
        world = self.world()  # a door does not latch while its coil is energised
        wait_until(lambda: not world.state(cubby).is_on, f"the lock of {cubby} off")
        before = self.ask("status")["events"]
        self.hand("close", cubby=cubby)
        wait_until(
            lambda: (
                kind in [e["type"] for e in self.ask("events", after=before, limit=100)["events"]]
            ),
            f"{kind} at cubby {cubby}",
        )

    def state(self, cubby: int) -> str:
        return str(self.ask("status")["cubbies"][cubby - 1]["state"])

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.cli("status", "--json")))
