"""How coils, doors and their switches behave. Pure; times are nanoseconds, and arguments.

The figures are assumptions, of the size that makers of small 12 V cabinet solenoids give: pulses
of some tenths of a second, a duty of 10 %, some ten seconds until the winding is destroyed. Of
twice the voltage a winding makes four times the heat.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, IntFlag

from hardware.ports import Door

S = 1_000_000_000

# A winding warms and cools with this time constant. Held on for ever it would reach HEAT_HELD; at
# 1 it is destroyed: after 9.7 s on from cold, or a minute of 0.4 s on and 0.6 s off. Pulses of
# 0.4 s at 10 % duty never warm it beyond 0.3.
HEAT_TIME_S = 20.0
HEAT_HELD = 2.6
HEAT_BURNS = 1.0
# 24 V on a coil for 12 V: it is destroyed after 2 s.
HEAT_HELD_HIGH = 4 * HEAT_HELD

# A switch chatters for so long after its door has moved; a worn one longer.
BOUNCE_NS = 30_000_000
WORN_BOUNCE_NS = 150_000_000
_CHATTER_NS = 2_000_000


class Position(IntEnum):
    """Where a door is. Ajar: pushed to, but its latch has not caught."""

    LATCHED = 0
    AJAR = 1
    OPEN = 2


class Broken(IntFlag):
    """What is broken about one cubby.

    JAMMED: the door stays as it is. BURNT: the coil carries no current. SWITCH_OPEN,
    SWITCH_CLOSED: the switch says that for ever. WIRE: its wire is broken. BOUNCES: it is worn
    and chatters. LATCH: the latch does not catch, so that a door pushed shut stays ajar.
    """

    NOTHING = 0
    JAMMED = 1
    BURNT = 2
    SWITCH_OPEN = 4
    SWITCH_CLOSED = 8
    WIRE = 16
    BOUNCES = 32
    LATCH = 64


class Voltage(IntEnum):
    """The coils' supply as it is set. LOW: it carries no coil. HIGH: twice what they are made for,
    so that each of them gets too hot."""

    RIGHT = 0
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Supply:
    """The coils' supply. ``coils``: how many at once it carries."""

    coils: int
    voltage: Voltage = Voltage.RIGHT

    @property
    def heat_held(self) -> float:
        """What heat a coil would reach that it kept on for ever."""
        return HEAT_HELD_HIGH if self.voltage is Voltage.HIGH else HEAT_HELD


@dataclass(frozen=True, slots=True)
class Cell:
    """One cubby: its coil, its door, its switch, and what befell them.

    ``line``: a line of ours keeps the coil on; ``ends_at_ns``: a board does, until then (0: it
    does not). ``heat``, 0 to 1, is that of ``heat_at_ns``. ``moved_at_ns``: when the switch last
    changed. Of each time 0 means never.
    """

    line: bool = False
    ends_at_ns: int = 0
    on_at_ns: int = 0
    off_at_ns: int = 0
    longest_ns: int = 0
    heat: float = 0.0
    heat_at_ns: int = 0
    position: Position = Position.LATCHED
    moved_at_ns: int = 0
    broken: Broken = Broken.NOTHING
    pulses: int = 0
    forced: int = 0

    @property
    def is_on(self) -> bool:
        """Whether the coil is energised; a burnt one carries no current all the same."""
        return self.line or self.ends_at_ns != 0

    @property
    def draws(self) -> bool:
        """Whether it draws current."""
        return self.is_on and Broken.BURNT not in self.broken


Cells = Mapping[int, Cell]


def sags(cells: Cells, supply: Supply) -> bool:
    """Whether the supply's voltage is too low for any coil to pull."""
    return (
        supply.voltage is Voltage.LOW or sum(cell.draws for cell in cells.values()) > supply.coils
    )


def settled(cells: Cells, supply: Supply, now_ns: int) -> dict[int, Cell]:
    """What became of them until ``now_ns``, in the order in which it happened.

    Pulses that a board timed end, coils burn out, and doors spring open once the supply carries
    what is left.
    """
    settled = dict(cells)
    while events := [
        (at_ns, cubby, after)
        for cubby, cell in settled.items()
        for at_ns, after in _events(cell, supply, now_ns)
    ]:
        at_ns, cubby, settled[cubby] = min(events, key=lambda event: event[0])
        settled = sprung(settled, supply, at_ns)
    return {cubby: _warmed(cell, supply, now_ns) for cubby, cell in settled.items()}


def sprung(cells: Cells, supply: Supply, at_ns: int) -> dict[int, Cell]:
    """Every door whose coil pulls has sprung open, unless it is jammed."""
    if sags(cells, supply):
        return dict(cells)
    return {cubby: _spring(cell, at_ns) for cubby, cell in cells.items()}


def energised(cell: Cell, at_ns: int, ends_at_ns: int = 0) -> Cell:
    """The coil is switched on: by a line, or by a board that ends it at ``ends_at_ns``."""
    if not cell.is_on:
        cell = replace(cell, on_at_ns=at_ns, pulses=cell.pulses + 1)
    return replace(cell, ends_at_ns=ends_at_ns) if ends_at_ns else replace(cell, line=True)


def released(cell: Cell, supply: Supply, at_ns: int) -> Cell:
    """Its line lets go of the coil. A pulse that a board times goes on."""
    return _let_go(replace(cell, line=False), supply, at_ns) if cell.line else cell


def pulled_open(cell: Cell, at_ns: int, is_held: bool) -> Cell:
    """Somebody pulls at the door. ``is_held``: its coil does not hold the latch back."""
    if Broken.JAMMED in cell.broken or cell.position is Position.OPEN:
        return cell
    forced = cell.position is Position.LATCHED and is_held
    return replace(_moved(cell, Position.OPEN, at_ns), forced=cell.forced + forced)


def pushed(cell: Cell, at_ns: int, is_held: bool, gently: bool = False) -> Cell:
    """Somebody pushes the door shut, or ``gently``: to, without latching it."""
    if Broken.JAMMED in cell.broken or cell.position is Position.LATCHED or not is_held:
        return cell
    catches = not gently and Broken.LATCH not in cell.broken
    return _moved(cell, Position.LATCHED if catches else Position.AJAR, at_ns)


def broken(cell: Cell, what: Broken, on: bool) -> Cell:
    """Something breaks, or is mended: a burnt coil by a new one, which is cold."""
    if not on:
        mended = replace(cell, broken=cell.broken & ~what)
        return replace(mended, heat=0.0) if Broken.BURNT in what else mended
    others = Broken.SWITCH_OPEN | Broken.SWITCH_CLOSED  # it cannot be stuck in both ways
    kept = cell.broken & ~others if what & others else cell.broken
    return replace(cell, broken=kept | what)


def level(cell: Cell, now_ns: int, *, shut_makes: bool = True) -> Door:
    """What the door's switch says now. ``shut_makes``: its contact is closed while it is shut."""
    is_shut = cell.position is Position.LATCHED
    if Broken.WIRE in cell.broken:
        is_shut = not shut_makes
    elif cell.broken & (Broken.SWITCH_OPEN | Broken.SWITCH_CLOSED):
        is_shut = Broken.SWITCH_CLOSED in cell.broken
    elif _chatters(cell, now_ns):
        is_shut = not is_shut
    return Door.CLOSED if is_shut else Door.OPEN


def longest_ns(cell: Cell, now_ns: int) -> int:
    """Its longest pulse; one that goes on counts up to now, or to when its board ended it.

    The clock begins anew at boot: no pulse is negative.
    """
    return max(cell.longest_ns, now_ns - cell.on_at_ns) if cell.is_on else cell.longest_ns


def _events(cell: Cell, supply: Supply, now_ns: int) -> list[tuple[int, Cell]]:
    """What happens to it by itself until now, each with its time, as if it were alone."""
    events = []
    if cell.ends_at_ns and not cell.on_at_ns <= now_ns < cell.ends_at_ns:
        ended = _let_go(replace(cell, ends_at_ns=0), supply, cell.ends_at_ns)
        events.append((cell.ends_at_ns, ended))
    if cell.draws and (at_ns := _burns_at_ns(cell, supply)) <= now_ns:
        burnt = replace(cell, broken=cell.broken | Broken.BURNT, heat=HEAT_BURNS, heat_at_ns=at_ns)
        events.append((at_ns, burnt))
    return events


def _let_go(cell: Cell, supply: Supply, at_ns: int) -> Cell:
    """One of two that may keep it on has let go."""
    if cell.is_on:
        return cell
    was_on = replace(cell, line=True)
    warm = _warmed(was_on, supply, at_ns)
    return replace(warm, line=False, off_at_ns=at_ns, longest_ns=longest_ns(was_on, at_ns))


def _warmed(cell: Cell, supply: Supply, now_ns: int) -> Cell:
    passed_s = max(0, now_ns - cell.heat_at_ns) / S
    held = supply.heat_held if cell.draws else 0.0
    heat = held + (cell.heat - held) * math.exp(-passed_s / HEAT_TIME_S)
    return replace(cell, heat=heat, heat_at_ns=now_ns)


def _burns_at_ns(cell: Cell, supply: Supply) -> int:
    left = (supply.heat_held - cell.heat) / (supply.heat_held - HEAT_BURNS)
    return cell.heat_at_ns + max(0, math.ceil(HEAT_TIME_S * math.log(left) * S))


def _spring(cell: Cell, at_ns: int) -> Cell:
    is_free = cell.draws and Broken.JAMMED not in cell.broken
    return _moved(cell, Position.OPEN, at_ns) if is_free else cell


def _moved(cell: Cell, to: Position, at_ns: int) -> Cell:
    """The switch is at the latch: a door that was ajar and is opened does not move it."""
    turns = (cell.position is Position.LATCHED) is not (to is Position.LATCHED)
    return replace(cell, position=to, moved_at_ns=at_ns if turns else cell.moved_at_ns)


def _chatters(cell: Cell, now_ns: int) -> bool:
    """Whether the contact says the opposite just now: by lot, drawn from the moment it moved."""
    passed_ns = now_ns - cell.moved_at_ns
    lasts_ns = WORN_BOUNCE_NS if Broken.BOUNCES in cell.broken else BOUNCE_NS
    if not cell.moved_at_ns or not _CHATTER_NS <= passed_ns < lasts_ns:
        return False
    lots = cell.moved_at_ns * 0x9E3779B97F4A7C15 >> 32 & 0xFFFFFFFF
    return bool(lots >> passed_ns // _CHATTER_NS % 32 & 1)
