"""Everything about a simulated cabinet that can break, under one name each.

A simulated part contributes a ``Breakable`` for each way in which it can break; whoever puts the
parts together hands them all to ``SimulatedHands``, which need not know the parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.ports import Fault
from hardware.simulated.boards import SimulatedBoard
from hardware.simulated.boards_cable import SimulatedCable
from hardware.simulated.chip import Mfrc522Chip
from hardware.simulated.field import Field
from hardware.simulated.lights import SimulatedLights
from hardware.simulated.physics import Broken, Voltage
from hardware.simulated.world import World

# What can be wrong with each kind of part, and in which words. The lists are closed: a test, the
# command line and the page speak of the same faults.
FAULTS = {
    "reader": {
        "unplugged": "its cable is out",
        "miso-low": "its answers read 00: MISO is stuck low",
        "miso-high": "its answers read FF: MISO is stuck high",
        "wedged": "it never finishes a command; RST cures it",
        "deaf": "it hears no card",
        "browned-out": "its supply dips for a moment: settings lost, field off",
        "noisy": "some of what it hears has wrong bits",
        "pulled": "every card is pulled away before it is read whole",
    },
    "cubby": {
        "jammed": "its door stays as it is",
        "burnt": "its coil is burnt",
        "switch-open": "its switch says open for ever",
        "switch-closed": "its switch says shut for ever",
        "wire-broken": "the wire to its switch is broken",
        "bounces": "its switch is worn and chatters",
        "ajar": "its latch does not catch",
    },
    "bank": {
        "unplugged": "its cable is out",
        "silent": "it does not answer",
        "busy": "it is busy for seconds after each pulse",
        "noisy": "some of what it says has wrong bits",
        "reset": "its supply dips for a moment: settings lost, lines let go",
    },
    "lights": {
        "broken": "no lamp and no buzzer does as told",
    },
    "computer": {
        "under-voltage": "its own supply is too weak",
    },
    "supply": {
        "sagging": "its voltage is too low for any coil",
        "too-high": "its voltage is twice what the coils are made for: they burn",
        "shared": "the card reader hangs on it too, and dips when it sags",
    },
}

OF_CUBBY = {
    "jammed": Broken.JAMMED,
    "burnt": Broken.BURNT,
    "switch-open": Broken.SWITCH_OPEN,
    "switch-closed": Broken.SWITCH_CLOSED,
    "wire-broken": Broken.WIRE,
    "bounces": Broken.BOUNCES,
    "ajar": Broken.LATCH,
}

# One wrong bit in so many bytes off the air: most readings fail, some come through.
NOISE_EVERY = 40

# On a board's line a byte in so many: an answer in three is wrong.
LINE_NOISE_EVERY = 30

BUSY_NS = 3_000_000_000

# Answers of a card that is pulled away: it says that it is there, and then a part of its UID.
PULLED_AFTER = 2


class Pluggable(Protocol):
    """A simulated device with a cable."""

    def unplug(self) -> None:
        """Pull it out."""

    def plug_in(self) -> None:
        """Put it back."""


@dataclass(frozen=True, slots=True)
class Breakable:
    """One way in which one part breaks, for hands to use.

    ``part``: "reader", "cubby 7", "bank left", "computer" or "supply"; ``name``: one of ``FAULTS``
    for that kind of part. ``turn(True)`` breaks it, ``turn(False)`` mends it; both may be done
    twice.
    """

    part: str
    name: str
    is_on: Callable[[], bool]
    turn: Callable[[bool], None]

    def __post_init__(self) -> None:
        if self.name not in FAULTS.get(self.kind, ()):
            raise ValueError(f"{self.part} cannot be {self.name}: it is not in the list")

    @classmethod
    def of(
        cls,
        part: str,
        name: str,
        owner: object,
        attribute: str,
        on: object = True,
        off: object = False,
    ) -> "Breakable":
        """One that is an attribute of a simulated part: ``on`` while broken, else ``off``."""

        def is_on() -> bool:
            return bool(getattr(owner, attribute) == on)

        def turn(broken: bool) -> None:
            if broken or is_on():  # mending one fault leaves another of the same attribute alone
                setattr(owner, attribute, on if broken else off)

        return cls(part, name, is_on, turn)

    @property
    def kind(self) -> str:
        """The kind of part: the first word of its name."""
        return self.part.partition(" ")[0]

    def look(self) -> Fault:
        """How it is now."""
        return Fault(self.part, self.name, FAULTS[self.kind][self.name], self.is_on())


def momentary(part: str, name: str, happen: Callable[[], None]) -> Breakable:
    """Something that happens and is over: breaking it does it, mending it does nothing."""
    return Breakable(part, name, lambda: False, lambda broken: happen() if broken else None)


def toggle(part: str, name: str, turn: Callable[[bool], None]) -> Breakable:
    """One whose part does not say how it is: what it was last told is remembered."""
    told = {"broken": False}

    def tell(broken: bool) -> None:
        turn(broken)
        told["broken"] = broken

    return Breakable(part, name, lambda: told["broken"], tell)


def cubby_breakables(world: World, now_ns: Callable[[], int]) -> list[Breakable]:
    """What can break about every cubby of the world, in the order of their numbers."""
    return [
        _of_cubby(world, now_ns, cubby, name, what)
        for cubby in sorted(world.cubbies)
        for name, what in OF_CUBBY.items()
    ]


def supply_breakables(world: World, now_ns: Callable[[], int]) -> list[Breakable]:
    """What can break about the coils' supply."""

    def voltage(name: str, wrong: Voltage) -> Breakable:
        def turn(broken: bool) -> None:
            if broken or world.voltage is wrong:
                world.set_voltage(wrong if broken else Voltage.RIGHT, now_ns())

        return Breakable("supply", name, lambda: world.voltage is wrong, turn)

    return [voltage("sagging", Voltage.LOW), voltage("too-high", Voltage.HIGH)]


def shared_supply(world: World, dip: Callable[[], None]) -> Breakable:
    """A reader that hangs on the coils' supply: ``dip`` happens to it whenever that sags."""
    shared = toggle("supply", "shared", lambda broken: None)
    world.sag_listeners.append(lambda: dip() if shared.is_on() else None)
    return shared


def lights_breakables(lights: SimulatedLights) -> list[Breakable]:
    """What can break about the lamps and the buzzer."""
    return [Breakable.of("lights", "broken", lights, "broken")]


def board_breakables(
    bank: str, board: SimulatedBoard, cable: SimulatedCable, adapter: Pluggable | None = None
) -> list[Breakable]:
    """What can break about a lock board and its line. ``bank``: its name. ``adapter``: what is
    pulled out, where it is not the cable's own end.

    Boards on one line are unplugged together, and the noise is theirs all.
    """
    part, plug = f"bank {bank}", adapter or cable
    return [
        Breakable(
            part,
            "unplugged",
            lambda: not cable.is_plugged,
            lambda out: plug.unplug() if out else plug.plug_in(),
        ),
        Breakable(part, "silent", lambda: board.faults.is_dead, board.lose_power),
        Breakable.of(part, "busy", board.faults, "busy_ns", BUSY_NS, 0),
        Breakable.of(part, "noisy", cable, "noise_every", LINE_NOISE_EVERY, 0),
    ]


def plug(device: Pluggable) -> Breakable:
    """The cable of a reader."""
    return toggle("reader", "unplugged", lambda out: device.unplug() if out else device.plug_in())


def rc522_breakables(chip: Mfrc522Chip, field: Field) -> list[Breakable]:
    """What can break about an RC522, and at its antenna."""
    return [
        plug(chip),
        Breakable.of("reader", "miso-low", chip, "miso_stuck", 0x00, None),
        Breakable.of("reader", "miso-high", chip, "miso_stuck", 0xFF, None),
        Breakable.of("reader", "wedged", chip, "wedged"),
        Breakable.of("reader", "deaf", chip, "deaf"),
        momentary("reader", "browned-out", chip.brown_out),
        Breakable.of("reader", "noisy", chip, "corrupt_air_every", NOISE_EVERY, 0),
        Breakable.of("reader", "pulled", field, "pulled_after", PULLED_AFTER, 0),
    ]


def _of_cubby(
    world: World, now_ns: Callable[[], int], cubby: int, name: str, what: Broken
) -> Breakable:
    return Breakable(
        f"cubby {cubby}",
        name,
        lambda: what in world.state(cubby, now_ns()).broken,
        lambda on: world.break_cubby(cubby, what, on, now_ns()),
    )
