"""Invented machines for the doctor: a folder tree, and answers to what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware.doctor import Check, Finding, Machine, Subject, Verdict
from hardware.doctor.machine import Node, Package, Room
from hardware.ports import LockLimits
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
)

MIB = 1 << 20
DATA = Path("/var/lib/kiosk")
KEYS = Path("/etc/kiosk/keys")
ADAPTER = "/dev/serial/by-id/usb-FTDI_A50285BI-if00-port0"
SCANNER = "/dev/input/by-id/usb-Sycreader_08FF-event-kbd"

RC522 = ReaderSettings("rc522")
KEYBOARD = ReaderSettings("keyboard", path=SCANNER)
SERIAL_READER = ReaderSettings("rdm6300", path="/dev/serial0")
SIMULATED = ReaderSettings("rc522", simulated=True)
LINES = GpioWiring({1: LockPins(17, 20), 2: LockPins(18, 21)})
LIMITS = LockLimits(pulse_s=0.4, rest_s=3.6)
BOARD = BoardWiring("kerong", ADAPTER, 0, {1: 1, 2: 2})
EXPANDER = ExpanderWiring({1: LockPins(0, 8)})

KIOSK = 998  # the user that the unit names
FILES = {
    "/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "/proc/sys/kernel/osrelease": "6.12.25+rpt-rpi-v8\n",
    "/proc/cmdline": "console=tty1 root=PARTUUID=1-02 rootfstype=ext4\n",
    "/proc/self/mountinfo": (
        "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n"
        "23 22 0:21 / /proc rw,relatime shared:2 - proc proc rw\n"
        "24 22 0:22 / /run rw,nosuid shared:3 - tmpfs tmpfs rw,size=9k\n"
    ),
    "/proc/net/tcp": "  sl  local_address rem_address   st\n",
    "/etc/os-release": 'PRETTY_NAME="Debian 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
    "/etc/passwd": f"root:x:0:0:root:/root:/bin/sh\nkiosk:x:{KIOSK}:{KIOSK}::/:/bin/false\n",
    "/etc/group": (
        f"root:x:0:\ndialout:x:20:\ngpio:x:986:\ni2c:x:988:\ninput:x:995:\nspi:x:989:\n"
        f"kiosk:x:{KIOSK}:\n"
    ),
    "/boot/firmware/config.txt": (
        "# made by hand\ndtparam=spi=on,strict_gpiod\ngpio=12,13,16-24,26,27=op,dl\n[all]\n"
    ),
    "/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs": "N\n",
    "/dev/watchdog": "",
    "/dev/spidev0.0": "",
    "/dev/gpiochip0": "",
    "/dev/i2c-1": "",
    "/dev/ttyUSB0": "",
    "/dev/ttyS0": "",
    "/dev/input/event3": "",
    "/usr/lib/python3/dist-packages/RPi/GPIO/__init__.py": "import lgpio\n",
    "/etc/systemd/system/kiosk.service": (
        "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=notify\nRestart=always\n"
        "WatchdogSec=10\nLimitRTPRIO=1\nUser=kiosk\n"
        "ExecStopPost=/opt/kiosk/venv/bin/kiosk all-off\n"
        "SupplementaryGroups=gpio spi dialout input i2c\nStateDirectory=kiosk\n"
        "RuntimeDirectory=kiosk\nWorkingDirectory=%t/kiosk\nEnvironment=LG_WD=%t/kiosk\n"
        "DevicePolicy=closed\nDeviceAllow=char-gpiochip rw\nDeviceAllow=/dev/spidev0.0 rw\n"
        "DeviceAllow=char-ttyUSB rw\nDeviceAllow=char-input r\nDeviceAllow=char-i2c rw\n"
    ),
}
LINKS = {
    ADAPTER: "../../ttyUSB0",
    SCANNER: "../event3",
    "/dev/serial0": "ttyS0",
}
NODES = {
    "/dev/spidev0.0": Node(0, 989, 0o660),
    "/dev/gpiochip0": Node(0, 986, 0o660),
    "/dev/i2c-1": Node(0, 988, 0o660),
    ADAPTER: Node(0, 20, 0o660),
    "/dev/ttyUSB0": Node(0, 20, 0o660),
    "/dev/serial0": Node(0, 20, 0o660),
    SCANNER: Node(0, 995, 0o660),
    "/dev/input/event3": Node(0, 995, 0o660),
    str(DATA): Node(KIOSK, KIOSK, 0o700),
}
ANSWERS: dict[str, str | None] = {
    "vcgencmd": "throttled=0x0\n",
    "systemctl": "RuntimeWatchdogUSec=10s\n",
    "timedatectl": "yes\n",
    "pinctrl": "17: ip    pd | lo // GPIO17 = input\n18: op dl pn | lo // GPIO18 = output\n",
    "ask_rc522": '{"version": 146, "heeds_reset": true}\n',
    "ask_bank": '{"words": "it answers: 2 of 2 doors are shut"}\n',
}
PACKAGES = {"gpiozero": "2.0.1.post3", "mfrc522": "0.0.7", "rpi-lgpio": "0.6"}
MODULES = {
    "RPi": "/usr/lib/python3/dist-packages/RPi",
    **{name: f"/usr/lib/{name}" for name in ("lgpio", "spidev", "evdev", "serial", "smbus2")},
}


@dataclass(slots=True)
class Bench:
    """A machine under ``root``, a Raspberry Pi where all is well until a test breaks it."""

    root: Path
    nodes: dict[str, Node] = field(default_factory=lambda: dict(NODES))
    answers: dict[str, str | None] = field(default_factory=lambda: dict(ANSWERS))
    packages: dict[str, str] = field(default_factory=lambda: dict(PACKAGES))
    modules: dict[str, str] = field(default_factory=lambda: dict(MODULES))
    environ: dict[str, str] = field(default_factory=dict)
    asked: list[Sequence[str]] = field(default_factory=list)
    room_asked: list[Path] = field(default_factory=list)
    room: Room | None = field(default_factory=lambda: Room(8000 * MIB, 9000 * MIB, 10**6, 10**7))
    uid: int = 0

    @classmethod
    def pi(cls, root: Path) -> "Bench":
        bench = cls(root)
        for path, text in FILES.items():
            bench.write(path, text)
        for path, target in LINKS.items():
            bench.link(path, target)
        return bench

    def at(self, path: str | Path) -> Path:
        return self.root / str(path).lstrip("/")

    def write(self, path: str, text: str | bytes = "") -> None:
        self.at(path).parent.mkdir(parents=True, exist_ok=True)
        self.at(path).write_bytes(text if isinstance(text, bytes) else text.encode())

    def add(self, path: str, text: str) -> None:
        self.write(path, self.at(path).read_text() + text)

    def link(self, path: str, target: str) -> None:
        self.at(path).parent.mkdir(parents=True, exist_ok=True)
        self.at(path).symlink_to(target)

    def process(self, number: int, name: str, *files: str) -> None:
        """A process that has these files open."""
        self.write(f"/proc/{number}/comm", f"{name}\n")
        for descriptor, file in enumerate(files, 3):
            self.link(f"/proc/{number}/fd/{descriptor}", file)

    def remove(self, *paths: str) -> None:
        for path in paths:
            self.at(path).unlink()
            self.nodes.pop(path, None)

    def machine(self) -> Machine:
        return Machine(
            root=self.root,
            uid=self.uid,
            folder=Path("/home/technician"),
            run=self._run,
            packages=lambda: [Package(*item) for item in self.packages.items()],
            module=lambda name: Path(self.modules[name]) if name in self.modules else None,
            room=self._room,
            node=self._node,
            environ=self.environ,
        )

    def subject(
        self,
        *wirings: GpioWiring | ExpanderWiring | BoardWiring,
        reader: ReaderSettings = RC522,
        simulated: bool = False,
        limits: LockLimits = LIMITS,
        max_concurrent: int = 1,
        **more: object,
    ) -> Subject:
        """With a bank for each wiring; without any, with lines of the header."""
        banks = tuple(
            BankSettings(f"bank{n}", wiring, limits, simulated)
            for n, wiring in enumerate(wirings or (LINES,), 1)
        )
        settings = HardwareSettings(reader, banks, DATA / "simulated-world", max_concurrent)
        subject = Subject.of(self.machine(), settings, data=DATA, keys=KEYS)
        return replace(subject, **more)  # type: ignore[arg-type]

    def _run(self, command: Sequence[str], limit_s: float) -> str | None:
        self.asked.append(command)
        module = command[2] if "-m" in command else command[0]
        name = module.rpartition(".")[2]
        return self.answers[name]

    def _room(self, path: Path) -> Room | None:
        self.room_asked.append(path)
        return self.room

    def _node(self, path: Path) -> Node | None:
        known = self.nodes.get("/" + str(path.relative_to(self.root)))
        return known or (Node(0, 0, 0o755) if path.exists() else None)


def found(check: Check, subject: Subject) -> list[tuple[Verdict, str]]:
    """What a check finds: verdicts and words."""
    return [(finding.verdict, finding.words) for finding in check(subject)]


def only(check: Check, subject: Subject) -> Finding:
    """The one finding that a check makes."""
    (finding,) = check(subject)
    return finding


def verdicts(check: Check, subject: Subject) -> list[Verdict]:
    """The verdicts alone."""
    return [finding.verdict for finding in check(subject)]


def hints(check: Check, subject: Subject) -> str:
    """All hints, to look for a word in."""
    return " ".join(finding.hint for finding in check(subject))
