"""A cabinet to play scenes on: real drivers on simulated hardware, hands, and virtual time.

    scene.tap(ANA)
    scene.after(0.2).unlock(7)
    scene.after(1).close(7)
    scene.fault("reader", "unplugged")

Time passes in ``after`` alone. The reader and the banks are polled meanwhile, as a kiosk's threads
would, and ``scene.story`` tells what they saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lock_fixtures import Time

from hardware.errors import LockFault, ReaderLost
from hardware.factory import Timing, build
from hardware.off import all_off
from hardware.ports import Door, Hardware, LockBank, LockLimits
from hardware.presence import Presence
from hardware.settings import (
    BankSettings,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
    Wiring,
)
from hardware.simulated.hands import SimulatedHands
from hardware.simulated.world import World

ANA = bytes.fromhex("04A1B2C3D4E5F6")
BEN = bytes.fromhex("0411223344BB66")
NAMES = {ANA: "Ana", BEN: "Ben"}

READER_EVERY_S = 0.06
CHECK_EVERY_S = 2.0
DOORS_EVERY_S = 0.05

HEADER = GpioWiring({n: LockPins(100 + n, 200 + n) for n in range(1, 5)})
EXPANDER = ExpanderWiring({n: LockPins(n - 5, n + 3) for n in range(5, 9)}, address=0x21)


def scene_settings(
    folder: Path, banks: Mapping[str, Wiring] | None = None, max_concurrent: int = 2
) -> HardwareSettings:
    """A simulated cabinet: cubbies 1 to 4 on bank "left", a header, unless said otherwise."""
    limits = LockLimits(max_concurrent=max_concurrent)
    return HardwareSettings(
        ReaderSettings("rc522", simulated=True),
        tuple(
            BankSettings(name, wiring, limits, simulated=True)
            for name, wiring in (banks or {"left": HEADER}).items()
        ),
        folder / "world",
        max_concurrent,
    )


@dataclass(slots=True)
class Scene:
    """One cabinet, its hardware as the factory builds it, and what was seen. Close it."""

    settings: HardwareSettings
    time: Time = field(default_factory=Time)
    story: list[str] = field(default_factory=list)
    hardware: Hardware = field(init=False)
    world: World = field(init=False)
    _presence: Presence = field(init=False)
    _lost: set[str] = field(init=False)
    _doors: dict[int, Door] = field(init=False)
    _due: dict[str, float] = field(init=False)
    _killed: list[Hardware] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    # -- the process ---------------------------------------------------------------------------

    def start(self) -> "Scene":
        """A process opens the hardware and knows nothing yet."""
        timing = Timing(self.time.monotonic, self.time.pass_by, self.time.after, self.time.pass_by)
        self.hardware = build(self.settings, timing)
        self.world = World.open(self.settings.world)
        self._presence = Presence()
        self._lost = set()
        self._doors = {}
        self._due = dict.fromkeys(["reader", "check", *self.hardware.banks], self.time.now())
        return self

    def kill(self) -> "Scene":
        """The process dies at once: its timers with it, its outputs stay as they are."""
        self.time.timers.clear()
        self._killed.append(self.hardware)  # gpiozero turns a device off that nobody holds
        return self

    def guard(self) -> "Scene":
        """What the guard does then."""
        all_off(self.settings, self.time.monotonic)
        return self

    def close(self) -> None:
        """The end, in good order."""
        self.hardware.close()

    # -- what people do ------------------------------------------------------------------------

    @property
    def hands(self) -> SimulatedHands:
        """Hands on all of it."""
        assert isinstance(self.hardware.hands, SimulatedHands)
        return self.hardware.hands

    def tap(self, *uids: bytes) -> "Scene":
        """Hold a card to the reader, or several."""
        for uid in uids:
            self.hands.tap(uid)
        return self

    def place(self, uid: bytes) -> "Scene":
        """Lay a card on the reader."""
        self.hands.place(uid)
        return self

    def lift(self, uid: bytes) -> "Scene":
        """Take it away."""
        self.hands.lift(uid)
        return self

    def open(self, cubby: int) -> "Scene":
        """Pull a door open."""
        self.hands.open(cubby)
        return self

    def close_door(self, cubby: int) -> "Scene":
        """Push a door shut."""
        self.hands.close(cubby)
        return self

    def leave_ajar(self, cubby: int) -> "Scene":
        """Push a door to."""
        self.hands.leave_ajar(cubby)
        return self

    def fault(self, part: str, name: str) -> "Scene":
        """Break something."""
        self.hands.fault(part, name)
        return self

    def mend(self, part: str, name: str) -> "Scene":
        """Mend it."""
        self.hands.fault(part, name, False)
        return self

    # -- what the kiosk does -------------------------------------------------------------------

    def unlock(self, cubby: int) -> "Scene":
        """Pulse a lock. Raises as ``LockBank.unlock``."""
        self.bank(cubby).unlock(cubby)
        return self

    def bank(self, cubby: int) -> LockBank:
        """The bank that drives it."""
        return next(bank for bank in self.hardware.banks.values() if cubby in bank.cubbies)

    def after(self, seconds: float) -> "Scene":
        """Let time pass."""
        end = self.time.now() + seconds
        while (due := min(self._due, key=lambda part: self._due[part])) and self._due[due] <= end:
            self.time.pass_by(max(0.0, self._due[due] - self.time.now()))
            self._poll(due)
        self.time.pass_by(max(0.0, end - self.time.now()))
        return self

    def doors(self, *cubbies: int) -> list[Door]:
        """What their switches say now."""
        return [self.bank(cubby).doors()[cubby] for cubby in cubbies]

    @property
    def lines_on(self) -> frozenset[int]:
        """The cubbies whose coil is energised now."""
        return self.world.lines_on(round(self.time.now() * 1e9))

    @property
    def violations(self) -> list[str]:
        """Promises that were broken."""
        limits = LockLimits(max_concurrent=self.settings.max_concurrent)
        return self.world.violations(limits, round(self.time.now() * 1e9))

    def _poll(self, part: str) -> None:
        if part == "reader":
            self._due[part] += READER_EVERY_S
            self._read_cards()
        elif part == "check":
            self._due[part] += CHECK_EVERY_S
            self._check_reader()
        else:
            self._due[part] += DOORS_EVERY_S
            self._read_doors(part)

    def _read_cards(self) -> None:
        try:
            if "reader" in self._lost:
                self.hardware.reader.reset()
            cards = self.hardware.reader.read()
        except ReaderLost:
            self._lose("reader")
            return
        self._find("reader")
        if (told := self._presence.poll(cards)) is not None:
            names = sorted(NAMES.get(card.uid, card.uid.hex()) for card in told.cards)
            self.story.append(" and ".join(names))

    def _check_reader(self) -> None:
        try:
            self.hardware.reader.check()
        except ReaderLost:
            self._lose("reader")

    def _read_doors(self, name: str) -> None:
        try:
            doors = self.hardware.banks[name].doors()
        except LockFault:
            self._lose(name)
            return
        self._find(name)
        for cubby, door in doors.items():
            if self._doors.get(cubby, door) is not door:
                self.story.append(f"{cubby} {door.value}")
            self._doors[cubby] = door

    def _lose(self, part: str) -> None:
        if part not in self._lost:
            self._lost.add(part)
            self.story.append(f"{part} lost")

    def _find(self, part: str) -> None:
        if part in self._lost:
            self._lost.remove(part)
            self.story.append(f"{part} back")
