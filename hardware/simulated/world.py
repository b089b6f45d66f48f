"""The simulated cabinet's file: its lines, coils and doors, in memory that outlives the process.

A process that is killed leaves a Raspberry Pi's outputs as they were. So the simulated lines
live in a file that every process may map: the guard can turn them off, and a test can see it.
Times are nanoseconds of CLOCK_MONOTONIC, which all processes share, and always an argument;
one that is left out is that of the latest act.
"""

import mmap
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hardware.errors import BackendUnavailable, UnknownCubby
from hardware.ports import Door, LockLimits
from hardware.simulated import physics
from hardware.simulated.layout import Mapped, check_shape, new_file
from hardware.simulated.physics import Broken, Cell, Position, Supply, Voltage

# Pulses remembered in the process, a cubby: enough for any test, too little to fill memory.
REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class SimulatedCubby:
    """One cubby as it is. ``door`` is the door itself, whatever its switch says: shut once it is
    latched. ``on_at_ns``, ``off_at_ns``: the last of each, 0 for never; ``pulses``, ``forced``:
    how often its coil went on, its locked door was forced; ``longest_ns``: its longest pulse that
    has ended; ``heat``: its coil's, 0 cold to 1 burnt."""

    is_on: bool = False
    door: Door = Door.CLOSED
    is_ajar: bool = False
    broken: Broken = Broken.NOTHING
    on_at_ns: int = 0
    off_at_ns: int = 0
    pulses: int = 0
    longest_ns: int = 0
    forced: int = 0
    heat: float = 0.0

    @property
    def is_jammed(self) -> bool:
        """Whether the door sticks."""
        return Broken.JAMMED in self.broken


class World:
    """The file, mapped. Get one from ``create``, ``open`` or ``open_or_create``.

    Nothing here takes a lock, so that a signal handler may turn lines off; only ``switch`` and
    ``board_pulse`` ever energise anything. Every act may be done twice; two processes may both
    turn a line off. Looking changes nothing. The map is let go with the object.

    ``sag_listeners`` are called, in the process and the thread that does it, when an act makes
    the supply sag: what else hangs on it loses its power for a moment.
    """

    def __init__(self, memory: mmap.mmap) -> None:
        self._file = Mapped(memory)
        self._places = {record.cubby: n for n, record in enumerate(self._file.records)}
        self._pulses: dict[int, dict[int, int]] = {cubby: {} for cubby in self._places}
        self.sag_listeners: list[Callable[[], None]] = []

    @classmethod
    def create(
        cls, path: Path, cubbies: Collection[int], supply_coils: int | None = None
    ) -> "World":
        """A new cabinet, all doors shut, in a new file of mode 0600 that appears whole.

        ``supply_coils``: how many coils at once the supply carries; None: all of them.

        Raises:
            OSError: it cannot be written.
        """
        carries = len(set(cubbies)) if supply_coils is None else supply_coils
        unborn = path.with_name(f"{path.name}.{os.getpid()}")
        fd = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(new_file(cubbies, carries))
        os.replace(unborn, path)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "World":
        """The cabinet as it was left.

        Raises:
            FileNotFoundError: there is none.
            BackendUnavailable: the file is something else.
        """
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            check_shape(path, os.pread(fd, 256, 0), os.fstat(fd).st_size)
            return cls(mmap.mmap(fd, 0))
        finally:
            os.close(fd)

    @classmethod
    def open_or_create(
        cls, path: Path, cubbies: Collection[int], supply_coils: int | None = None
    ) -> "World":
        """The cabinet with these cubbies, as it was left, or new if there is none yet.

        Raises:
            BackendUnavailable: the file is something else, or a cabinet of other cubbies.
        """
        if not path.exists():
            return cls.create(path, cubbies, supply_coils)
        world = cls.open(path)
        if world.cubbies != frozenset(cubbies):
            raise BackendUnavailable(
                f"{path} is a simulated cabinet with {len(world.cubbies)} cubbies, not with the"
                f" {len(set(cubbies))} that are set: remove the file to begin a new one."
            )
        if supply_coils is not None:
            world.supply_coils = supply_coils
        return world

    # -- looking -------------------------------------------------------------------------------

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers in the file."""
        return frozenset(self._places)

    @property
    def supply_coils(self) -> int:
        """How many coils at once the supply carries. With more, none pulls."""
        return self._file.header.supply_coils

    @supply_coils.setter
    def supply_coils(self, coils: int) -> None:
        self._file.header.supply_coils = coils

    @property
    def voltage(self) -> Voltage:
        """What ``set_voltage`` has made of the coils' supply."""
        return Voltage(self._file.header.voltage)

    def state(self, cubby: int, now_ns: int | None = None) -> SimulatedCubby:
        """One cubby, as it is then. Raises UnknownCubby."""
        cell = self._at(now_ns, cubby)[cubby]
        return SimulatedCubby(
            is_on=cell.is_on,
            door=Door.CLOSED if cell.position is Position.LATCHED else Door.OPEN,
            is_ajar=cell.position is Position.AJAR,
            broken=cell.broken,
            on_at_ns=cell.on_at_ns,
            off_at_ns=cell.off_at_ns,
            pulses=cell.pulses,
            longest_ns=cell.longest_ns,
            forced=cell.forced,
            heat=cell.heat,
        )

    def lines_on(self, now_ns: int | None = None) -> frozenset[int]:
        """The cubbies whose coil is energised, by a line or by a board that times the pulse."""
        return frozenset(cubby for cubby, cell in self._at(now_ns).items() if cell.is_on)

    def door_level(self, cubby: int, now_ns: int | None = None, *, shut_makes: bool = True) -> Door:
        """What the door's switch says then, which is not always what the door does.

        ``shut_makes``: its contact is closed while the door is shut. A broken wire is an open
        contact, which for the other kind of switch means a door that is shut.

        Raises:
            UnknownCubby: there is no such cubby.
        """
        if self._file.is_anything_energised:
            cell = self._at(now_ns, cubby)[cubby]
        else:  # nothing moves by itself; this is asked for every door, some twenty times a second
            cell = self._file.read(self._place(cubby))
        return physics.level(cell, self._time(now_ns), shut_makes=shut_makes)

    def supply_sags(self, now_ns: int | None = None) -> bool:
        """Whether the supply's voltage is too low then for any coil to pull."""
        return physics.sags(self._at(now_ns), self._supply())

    def pulses(self, cubby: int) -> list[tuple[int, int]]:
        """When its coil went on and off, in ns, oldest first: the last hundred that ended here.

        One that a board times is there from its beginning, with the end it will have.
        """
        self._place(cubby)
        return list(self._pulses[cubby].items())

    def violations(self, limits: LockLimits, now_ns: int) -> list[str]:
        """Every promise of ``limits`` that was broken in this file's life, one sentence each."""
        ceiling_ns = round(limits.ceiling_s * 1e9)
        found = [
            f"cubby {cubby} was energised for {longest_ns / 1e9:.3f} s"
            for cubby, cell in self._at(now_ns, *self._places).items()
            if (longest_ns := physics.longest_ns(cell, now_ns)) > ceiling_ns
        ]
        if (most_on := self._file.header.most_on) > limits.max_concurrent:
            found.append(f"{most_on} coils were energised at once")
        return found

    # -- what energises ------------------------------------------------------------------------

    def switch(self, cubby: int, on: bool, at_ns: int) -> None:
        """Drive a coil's line. An energised coil lets the door spring open, unless it is jammed.

        Raises:
            UnknownCubby: there is no such cubby.
        """
        place = self._place(cubby)
        if not on:
            self._let_go([cubby], at_ns)
        elif not self._file.lines[place]:
            self._energise(cubby, at_ns)

    def board_pulse(self, cubby: int, at_ns: int, until_ns: int) -> None:
        """A lock board energises the coil; its own timer ends that, whatever becomes of us.

        While it is on already, the pulse goes on until the new end: ``at_ns`` ends it now.

        Raises:
            UnknownCubby: there is no such cubby.
        """
        if until_ns <= at_ns and not self.state(cubby, at_ns).is_on:
            return
        self._energise(cubby, at_ns, until_ns)
        self._remember(cubby, self._read(cubby)[cubby].on_at_ns, until_ns)

    def all_off(self, at_ns: int, cubbies: Collection[int] | None = None) -> None:
        """Drive every line off, or those of these cubbies. A pulse that a board times goes on."""
        self._let_go(self._places.keys() & (self._places if cubbies is None else cubbies), at_ns)

    def _energise(self, cubby: int, at_ns: int, ends_at_ns: int = 0) -> None:
        place = self._place(cubby)
        sagged = self.supply_sags(at_ns)
        before, now = self._begin(at_ns, cubby)
        now[cubby] = physics.energised(now[cubby], at_ns, ends_at_ns)
        self._file.records[place].on_at_ns = now[cubby].on_at_ns
        if ends_at_ns:
            self._file.ends_at_ns[place] = ends_at_ns
        else:
            self._file.lines[place] = 1
        on = sum(cell.is_on for cell in now.values())
        self._file.header.most_on = max(self._file.header.most_on, on)
        self._end(before, now, at_ns)
        self._tell_if_it_sags(sagged)

    def _let_go(self, cubbies: Collection[int], at_ns: int) -> None:
        before = self._read(*cubbies)
        for cubby in cubbies:
            self._file.lines[self._places[cubby]] = 0  # before all that takes time
        self._file.header.seen_ns = at_ns
        now = physics.settled(before, self._supply(), at_ns)
        for cubby in cubbies:
            if before[cubby].line:
                now[cubby] = physics.released(now[cubby], self._supply(), at_ns)
                self._remember(cubby, now[cubby].on_at_ns, at_ns)
        self._end(before, now, at_ns)

    # -- what hands do -------------------------------------------------------------------------

    def open_door(self, cubby: int, at_ns: int | None = None) -> None:
        """Pull it open: by its handle, or by force if it is locked. A jammed one stays."""
        self._handle(cubby, at_ns, physics.pulled_open)

    def close_door(self, cubby: int, at_ns: int | None = None) -> None:
        """Push it shut. It latches unless its coil pulls or it is worn; a jammed one stays."""
        self._handle(cubby, at_ns, physics.pushed)

    def leave_ajar(self, cubby: int, at_ns: int | None = None) -> None:
        """Push it to, so that it looks shut, but does not latch."""
        self._handle(cubby, at_ns, partial(physics.pushed, gently=True))

    def jam(self, cubby: int, jammed: bool = True, at_ns: int | None = None) -> None:
        """Let it stick as it is, or come loose: then an energised coil opens it."""
        self.break_cubby(cubby, Broken.JAMMED, jammed, at_ns)

    def break_cubby(
        self, cubby: int, what: Broken, on: bool = True, at_ns: int | None = None
    ) -> None:
        """Break something about a cubby, or mend it. Raises UnknownCubby."""
        before, now = self._begin(at_ns, cubby)
        now[cubby] = physics.broken(now[cubby], what, on)
        self._end(before, now, at_ns)

    def set_voltage(self, voltage: Voltage, at_ns: int | None = None) -> None:
        """Let the supply sag, so that no coil pulls; set it too high; or set it right."""
        sagged = self.supply_sags(at_ns)
        before, now = self._begin(at_ns)
        self._file.header.voltage = voltage
        self._end(before, now, at_ns)
        self._tell_if_it_sags(sagged)

    def _handle(
        self, cubby: int, at_ns: int | None, move: Callable[[Cell, int, bool], Cell]
    ) -> None:
        before, now = self._begin(at_ns, cubby)
        is_held = not now[cubby].draws or physics.sags(now, self._supply())
        now[cubby] = move(now[cubby], self._time(at_ns), is_held)
        self._end(before, now, at_ns)

    # -- the file ------------------------------------------------------------------------------

    def _begin(self, at_ns: int | None, *cubbies: int) -> tuple[dict[int, Cell], dict[int, Cell]]:
        """These and all that are energised: as the file has them, and what became of them."""
        before, time_ns = self._read(*cubbies), self._time(at_ns)
        self._file.header.seen_ns = time_ns
        return before, physics.settled(before, self._supply(), time_ns)

    def _end(self, before: Mapping[int, Cell], now: Mapping[int, Cell], at_ns: int | None) -> None:
        """Doors spring, and what changed is written."""
        for cubby, cell in physics.sprung(now, self._supply(), self._time(at_ns)).items():
            self._file.write(self._places[cubby], before[cubby], cell)

    def _at(self, now_ns: int | None, *cubbies: int) -> dict[int, Cell]:
        """What is then of these and of all that are energised."""
        return physics.settled(self._read(*cubbies), self._supply(), self._time(now_ns))

    def _read(self, *cubbies: int) -> dict[int, Cell]:
        """These and all that are energised, as the file has them."""
        file, energised = self._file, []
        if file.is_anything_energised:
            places = enumerate(zip(file.lines, file.ends_at_ns, strict=True))
            energised = [place for place, (line, ends_at_ns) in places if line or ends_at_ns]
        wanted = {*energised, *map(self._place, cubbies)}
        return {file.records[place].cubby: file.read(place) for place in wanted}

    def _supply(self) -> Supply:
        return Supply(self.supply_coils, self.voltage)

    def _time(self, at_ns: int | None) -> int:
        return self._file.header.seen_ns if at_ns is None else at_ns

    def _place(self, cubby: int) -> int:
        try:
            return self._places[cubby]
        except KeyError:
            raise UnknownCubby(f"there is no cubby {cubby}") from None

    def _remember(self, cubby: int, on_at_ns: int, off_at_ns: int) -> None:
        remembered = self._pulses[cubby]
        remembered[on_at_ns] = off_at_ns
        if len(remembered) > REMEMBERED:
            del remembered[next(iter(remembered))]

    def _tell_if_it_sags(self, sagged: bool) -> None:
        if not sagged and self.supply_sags():
            for listener in self.sag_listeners:
                listener()
