"""`kiosk doctor`: what it looks at beside the hardware, and how it tells what it found.

It reads, and changes nothing. What only the hardware knows is examined in ``hardware.doctor``.
"""

import re
import socket
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk import workbench
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.control import ask, socket_in
from kiosk.errors import ConfigError, KioskError
from kiosk.events import Moment
from kiosk.keys import CARD_KEY, CHAIN_KEY, load_keys
from kiosk.store import FILE_NAME
from kiosk.store.folder import put_aside
from kiosk.store.made_with import other_keys
from kiosk.tls import Source, read_source, source_of
from kiosk.workbench import Finding, Machine, Subject, Verdict

# pidfd_open(2), by which the guard learns of the daemon's death.
GUARD_KERNEL = (5, 3)
WIDTH = 100
_MIB = 1 << 20
_CONNECT_S = 2.0
_SHARED = 0o077
# What to do where a running kiosk says that one of these is not well.
_TO_DO = {
    "reader": "its cable and its supply; it comes back by itself. Why: journalctl -u kiosk -n 50",
    "locks": "the bank's cable and supply; it comes back by itself. Why: journalctl -u kiosk -n 50",
    "lights": "their wires; the kiosk works without them. kiosk lights test shows each",
    "store": "make room on the disk, or have the memory card changed; it goes on by itself",
}
# What the unit must say, and what goes wrong without it.
_UNIT_SAYS = (
    ("Type=notify", r"notify", "systemd does not know when the kiosk is ready"),
    ("WatchdogSec=10", r"[1-9].*", "a kiosk that hangs is not started again"),
    ("Restart=always", r"always", "a kiosk that ended stays so, with the phones in it"),
    ("StartLimitIntervalSec=0", r"0s?", "after a few failed starts systemd gives up for good"),
    ("ExecStopPost=… all-off", r".*\ball-off\b.*", "a crash may leave a coil on"),
    ("LimitRTPRIO=1", r"[1-9][0-9]*|infinity", "a busy machine may hold up the guard's hand"),
)


def examine(config: Config, machine: Machine | None = None) -> list[Finding]:
    """Everything that is found, of this machine unless another is given. Takes some seconds."""
    path = socket_in(config.kiosk.data)
    subject = workbench.make_subject(config, in_use=is_running(path), machine=machine)

    def running_kiosk(subject: Subject) -> Iterator[Finding]:
        return how_it_runs(subject, path)

    def pages(subject: Subject) -> Iterator[Finding]:
        return port_of_the_pages(subject, config.web.port)

    def certificate(subject: Subject) -> Iterator[Finding]:
        return certificate_of_the_pages(subject, source_of(config), config.web.trusted_hosts)

    own = (running_kiosk, guard, data_folder, keys, certificate, record, unit, pages)
    return workbench.examine(subject, own)


def is_running(path: Path) -> bool | None:
    """Whether a daemon listens on this control socket; None if whoever asks may not know."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(_CONNECT_S)
        try:
            channel.connect(str(path))
        except (TimeoutError, BlockingIOError):
            return True  # it is there, and slow
        except PermissionError:
            return None
        except OSError:
            return False
    return True


def how_it_runs(subject: Subject, path: Path) -> Iterator[Finding]:
    """What a running kiosk says of itself."""
    name = "running kiosk"
    if subject.in_use is None:
        hint = "ask as root, or as the user that the kiosk runs as"
        yield Finding.unknown(name, f"whether one runs on {subject.data} cannot be seen", hint)
    elif subject.in_use:
        try:
            yield from health_findings(ask(path, "status", {})["health"])
        except KioskError as error:
            hint = "journalctl -u kiosk -n 50; then sudo systemctl restart kiosk"
            yield Finding.fault(name, f"it runs, and does not answer: {error}", hint)
    elif subject.is_the_units:
        hint = "sudo systemctl start kiosk; why it ended: journalctl -u kiosk -n 50"
        yield Finding.warning(name, "the kiosk does not run", hint)
    else:
        yield Finding.ok(name, "none runs on this data folder")


def health_findings(health: dict[str, Any]) -> Iterator[Finding]:
    """The health of a running kiosk as findings."""
    details = health.get("details", {})
    for part in ("reader", "locks", "lights", "store"):
        words = str(health.get(part))
        name = f"running kiosk's {'record' if part == 'store' else part}"
        if words == "ok":
            yield Finding.ok(name, "works")
        else:
            seen = [str(detail) for lost, detail in details.items() if lost.startswith(part)]
            yield Finding.fault(name, ": ".join([words, *seen]), _TO_DO[part])
    if health.get("clock") != "trusted":
        yield Finding.warning(
            "running kiosk's clock",
            "not trusted: nobody collects by card",
            "let it be synchronised, or let staff confirm the time: kiosk clock confirm",
        )


def guard(subject: Subject) -> Iterator[Finding]:
    """Whether the guard process can do its work on this kernel."""
    kernel = subject.machine.kernel
    if kernel == (0, 0):
        yield Finding.unknown("guard", "the kernel does not tell its version")
    elif kernel < GUARD_KERNEL:
        words = f"Linux {kernel[0]}.{kernel[1]} cannot tell it that the daemon died"
        yield Finding.fault("guard", words, "update the kernel: it takes Linux 5.3 or later")
    else:
        yield Finding.ok("guard", "this kernel tells it when the daemon dies")


def data_folder(subject: Subject) -> Iterator[Finding]:
    """Whether the record's folder is the kiosk's, and nobody else's."""
    name, folder, user = "data folder", subject.data, subject.user
    node = subject.machine.stat(folder)
    if node is None:
        yield Finding.unknown(name, f"{folder} is not there yet, or cannot be seen")
    elif node.owner != user.uid:
        yield Finding.fault(
            name,
            f"{folder} belongs to {subject.name_of(node.owner)}, and the kiosk runs as {user.name}",
            f"sudo chown -R {user.name}: {folder}",
        )
    elif node.mode & 0o700 != 0o700:
        words = f"{user.name} may not write in {folder}"
        yield Finding.fault(name, words, f"sudo chmod 700 {folder}")
    elif node.mode & _SHARED:
        words = f"others than {user.name} may look into {folder}"
        yield Finding.warning(name, words, f"sudo chmod 700 {folder}")
    else:
        yield Finding.ok(name, f"{folder} is {user.name}'s alone")


def keys(subject: Subject) -> Iterator[Finding]:
    """Whether the keys are there, whole, the kiosk's alone, and apart from the data."""
    name, machine, user = "keys", subject.machine, subject.user
    folder = machine.at(subject.keys)
    if machine.target(subject.keys).is_relative_to(machine.target(subject.data)):
        words = f"{subject.keys} is in the data folder: whoever copies the data has the keys too"
        yield Finding.fault(name, words, "move it, and change kiosk.key_dir")
    try:
        loaded = load_keys(folder)
        others = other_keys(machine.at(subject.data), loaded)
    except ConfigError as error:
        for fault in error.faults:
            yield Finding.fault(name, fault, "a lost key means enrolling every card again")
        return
    except PermissionError:
        yield Finding.unknown(name, f"{subject.keys} may not be read", "ask as root")
        return
    for other in others:
        words, _, hint = other.partition(": ")
        yield Finding.fault(name, words, hint)
    if others:
        return
    for key in (CARD_KEY, CHAIN_KEY):
        node = machine.stat(subject.keys / key)
        if node is not None and node.owner != user.uid:
            owner = subject.name_of(node.owner)
            words = f"{key} belongs to {owner}, and the kiosk runs as {user.name}"
            yield Finding.fault(name, words, f"sudo chown {user.name}: {subject.keys / key}")
            return
    yield Finding.ok(name, f"{subject.keys} has both; keep a copy apart from the backups")


def certificate_of_the_pages(
    subject: Subject, source: Source | None, names: Sequence[str], now: Moment | None = None
) -> Iterator[Finding]:
    """Whether what encrypts the pages fits together, for whom it is, and until when.

    ``now``: by the machine's clock, unless given.
    """
    name = "certificate"
    if source is None:
        return
    at = subject.machine.at
    placed = replace(source, certificate=at(source.certificate), key=at(source.key))
    now = now or SystemClock(rtc_battery=subject.rtc_battery).now()
    try:
        it = read_source(placed, names, now)
    except PermissionError:
        yield Finding.unknown(name, f"{source.key} may not be read", "ask as root")
        return
    hint = (
        "see web.certificate in the config, and docs/tls.md" if source.is_own else "kiosk key tls"
    )
    for fault in it.faults:
        yield Finding.fault(name, fault, hint)
    for trouble in it.troubles:
        yield Finding.warning(name, trouble, f"{hint}; then sudo systemctl restart kiosk")
    node = subject.machine.stat(source.key)
    if not source.is_own and node is not None and node.owner != subject.user.uid:
        words = f"{source.key.name} belongs to {subject.name_of(node.owner)}, "
        words += f"and the kiosk runs as {subject.user.name}"
        yield Finding.fault(name, words, f"sudo chown {subject.user.name}: {source.key}")
    elif it.certificate is not None and not it.faults and not it.troubles:
        yield Finding.ok(name, it.certificate.in_words())


def record(subject: Subject) -> Iterator[Finding]:
    """How large the open file is, and what was put aside beside it. `kiosk verify` reads it."""
    folder = subject.machine.at(subject.data)
    try:
        size = (folder / FILE_NAME).stat().st_size
        aside = put_aside(folder)
    except FileNotFoundError:
        yield Finding.ok("record", "none yet")
        return
    except PermissionError:
        yield Finding.unknown("record", f"{subject.data} may not be read", "ask as root")
        return
    yield Finding.ok("record", f"{size / _MIB:.1f} MiB; `kiosk verify` reads whether it is whole")
    if aside:
        yield Finding.warning(
            "record",
            f"put aside after damage or a restore: {', '.join(path.name for path in aside)}",
            "see docs/record.md; remove them once nobody needs them, as they hold names",
        )


def unit(subject: Subject) -> Iterator[Finding]:
    """Whether the kiosk starts by itself, again and again, and leaves everything off."""
    name, found = "unit", subject.unit
    if found is None:
        if subject.real_banks:
            words = "no kiosk.service is installed: the kiosk does not start by itself"
            yield Finding.warning(name, words, "see systemd/README.md")
        return
    wrong = [
        Finding.warning(name, f"{line} is missing: {trouble}", f"edit {found.path}")
        for line, said, trouble in _UNIT_SAYS
        if not re.fullmatch(said, found.last(line.partition("=")[0]))
    ]
    yield from wrong
    if not wrong:
        yield Finding.ok(name, f"{found.path} says what it must")


def port_of_the_pages(subject: Subject, port: int) -> Iterator[Finding]:
    """Whether the pages' port is free for a kiosk that does not run."""
    if subject.in_use is not False or not port:
        return
    lines = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in (subject.machine.read(table) or "").splitlines()
    ]
    listening = "0A"  # TCP_LISTEN, in include/net/tcp_states.h
    taken = any(
        len(line) > 3 and line[3] == listening and line[1].endswith(f":{port:04X}")
        for line in lines
    )
    if taken:
        hint = f"which: sudo ss -ltnp | grep :{port}; or set web.port"
        yield Finding.fault("pages", f"port {port} is another program's already", hint)
    else:
        yield Finding.ok("pages", f"port {port} is free")


def has_fault(findings: Sequence[Finding]) -> bool:
    """Whether anything keeps the kiosk from working."""
    return any(finding.verdict is Verdict.FAULT for finding in findings)


def in_words(findings: Sequence[Finding]) -> str:
    """A row a finding, the worst at the end, where a terminal stands; then how many there are."""
    names = max((len(finding.name) for finding in findings), default=0)
    order = list(Verdict)
    rows = sorted(findings, key=lambda finding: order.index(finding.verdict))
    lines = [line for finding in rows for line in _row(finding, names)]
    return "\n".join([*lines, "", _counts_words(findings)])


def in_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for a program, in the order of the checks."""
    return {
        "findings": [
            {"name": f.name, "verdict": f.verdict.value, "words": f.words, "hint": f.hint}
            for f in findings
        ],
        "counts": _counts(findings),
    }


def _row(finding: Finding, names: int) -> list[str]:
    start = f"{finding.verdict.value:<8} {_printable(finding.name):<{names}}  "
    left = " " * len(start)
    lines = textwrap.wrap(_printable(finding.words), WIDTH - len(left)) or [""]
    if finding.hint and finding.verdict is not Verdict.OK:
        lines += textwrap.wrap(f"-> {_printable(finding.hint)}", WIDTH - len(left))
    return [(left if index else start) + line for index, line in enumerate(lines)]


def _printable(text: str) -> str:
    """One line that no terminal takes for a command: it may hold what stood in a file."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    found = Counter(finding.verdict for finding in findings)
    return {verdict.value: found[verdict] for verdict in reversed(Verdict)}


def _counts_words(findings: Sequence[Finding]) -> str:
    counts = _counts(findings)
    more = {"fault": "faults", "warning": "warnings"}
    return ", ".join(
        f"{count} {more.get(verdict, verdict) if count != 1 else verdict}"
        for verdict, count in counts.items()
    )
