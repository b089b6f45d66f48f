"""A whole kiosk whose time is turned by hand: the daemon's work without its threads, round after
round, on simulated hardware. A day passes in a second, and the same way each time. A part of
bootstrap.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

from hardware.factory import Timing
from hardware.ports import Hands, Hardware
from hardware.presence import Presence
from hardware.simulated.clock import VirtualClock
from kiosk import __version__
from kiosk.acts import Pulse, Show
from kiosk.background import Foreground
from kiosk.bootstrap import OpenRecord, make_upkeep, offline_verbs, open_hardware
from kiosk.cards import make_card
from kiosk.clock import TurnedClock
from kiosk.config import Config
from kiosk.drafting import Outcome, Standing
from kiosk.errors import KioskError
from kiosk.events import Event, EventType
from kiosk.journal import Hasty
from kiosk.loops import BusLoop, ReaderLoop
from kiosk.messages import Command, Message
from kiosk.messages.sensed import Started, Stopping, Tick
from kiosk.store import Query

ROUND_S = 0.06  # between two looks at the reader, as in a daemon
IDLE_S = 300.0  # between two ticks while nobody is there
HANDLING_S = 4.0  # a hand puts something in or takes it out, and shuts the door
PATIENCE_S = 60.0  # whatever is begun at the kiosk is over by then, one way or the other


class TurnedKiosk:
    """One kiosk at work, and whoever stands before it. Time passes in its own calls alone.

    ``shown``: the last sign on its screen. ``verbs``: what the command line may ask of it.
    """

    def __init__(self, opened: OpenRecord, hardware: Hardware, time: VirtualClock) -> None:
        if hardware.hands is None:
            raise ValueError("only simulated hardware lives in a time that is turned by hand")
        self.opened = opened
        self.core = opened.core
        self.verbs = offline_verbs(opened)
        self.hands: Hands = hardware.hands
        self.shown: Show | None = None
        self._time = time
        self._inbox: deque[Message] = deque()
        self._upkeep = make_upkeep(opened, time.now, Foreground())
        self._presence = Presence()
        self._reader = ReaderLoop(
            hardware.reader,
            self._presence,
            self._inbox.append,
            to_card=lambda seen, is_new: make_card(opened.keys, seen, is_new),
            monotonic=time.now,
            seen=lambda cards: None,
        )
        self._buses = [
            BusLoop(name, bank, self._inbox.append, time.now, wait_s=0)
            for name, bank in hardware.banks.items()
        ]
        self._bus_of = {cubby: bus for bus in self._buses for cubby in bus.cubbies}

    @property
    def standing(self) -> Standing:
        """The state, and everybody."""
        return self.core.standing

    @property
    def local(self) -> datetime:
        """Now, on the school's wall."""
        return self.core.rules.timetable.local(self.core.clock.now().at)

    def start(self) -> None:
        """Begin, as a daemon does."""
        doors = {c: is_open for bus in self._buses for c, is_open in bus.find_doors().items()}
        self._take(Started(__version__, True, doors))

    def stop(self) -> None:
        """End in good order."""
        self._take(Stopping())

    def submit(self, command: Command) -> Outcome:
        """Carry out a command of staff."""
        outcome = self._take(command)
        if outcome is None:
            raise KioskError("the command left no outcome")
        return outcome

    def until(self, at: datetime) -> None:
        """Let time pass to that moment; one that is past changes nothing."""
        while (left := (at - self.core.clock.now().at) / timedelta(seconds=1)) > 0:
            self._time.sleep(min(left, IDLE_S))
            self._tick()
            self._upkeep.round()

    def tap(self, uid: bytes) -> Event:
        """Hold a card to the reader and do what one does then; the tap's event."""
        before = self.standing.state.seq
        self.hands.tap(uid)
        self._rounds_until(lambda: self._tap_after(before) is not None)
        self.settle()
        self._rounds_until(lambda: not self._presence.lying)
        event = self._tap_after(before)
        if event is None:
            raise KioskError("the tap left no event")
        return event

    def settle(self) -> None:
        """Whoever is at a door that springs open puts in or takes out, and shuts it."""
        while self._is_busy():
            self._rounds_until(lambda: bool(self._open_doors()) or not self._is_busy())
            self._shut(self._open_doors())

    def _shut(self, cubbies: frozenset[int]) -> None:
        if cubbies:
            self._time.sleep(HANDLING_S)
        for cubby in sorted(cubbies):
            self.hands.close(cubby)
        self._rounds_until(lambda: not cubbies & self._open_doors())

    def _open_doors(self) -> frozenset[int]:
        return self.standing.state.open_doors

    def _is_busy(self) -> bool:
        return bool(self.standing.state.transactions or self._open_doors())

    def _tap_after(self, seq: int) -> Event | None:
        if self.standing.state.seq == seq:
            return None
        query = Query(after=seq, types=(EventType.TAPPED,))
        return next(self.core.history.oldest_first(query), None)

    def _rounds_until(self, is_so: Callable[[], bool]) -> None:
        give_up = self._time.now() + PATIENCE_S
        while not is_so():
            if self._time.now() > give_up:
                raise KioskError("the simulated kiosk does not come to an end")
            self._round()

    def _round(self) -> None:
        self._reader.round()
        used = self.standing.state.transactions.keys() | self._open_doors()
        for bus in self._buses:
            if bus.cubbies & used:  # nobody is at the doors of the others
                bus.round()
        self._tick()
        self._time.sleep(ROUND_S)

    def _tick(self) -> None:
        while self._inbox:
            self._take(self._inbox.popleft())
        self._take(Tick())

    def _take(self, message: Message) -> Outcome | None:
        acts, outcome = self.core.take(message)
        for act in acts:
            if isinstance(act, Pulse):
                self._bus_of[act.cubby].ask(act)
            else:
                self.shown = act
        return outcome


@contextmanager
def turned_kiosk(config: Config, start: datetime) -> Iterator[TurnedKiosk]:
    """A kiosk of that config at ``start``, not started yet. Nothing waits for the disk: its record
    is for nobody to keep.

    Raises:
        KioskError, HardwareError: it cannot be put together.
    """
    time = VirtualClock()
    timing = Timing(time.now, time.sleep, time.after, time.advance)
    with ExitStack() as built:
        opened = OpenRecord.of(config, TurnedClock(time.now, start), system=Hasty())
        built.callback(opened.store.close)
        hardware = open_hardware(config, timing)
        built.callback(hardware.close)
        yield TurnedKiosk(opened, hardware, time)
