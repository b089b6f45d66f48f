"""A whole cabinet, every kind of bank in it, run by the loops of the kiosk's threads: on time that
is turned by hand."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lock_fixtures import Time

from hardware.factory import Timing, build
from hardware.off import all_off
from hardware.ports import Hands, LockLimits
from hardware.presence import Presence
from hardware.settings import (
    BankSettings,
    BoardWiring,
    ExpanderWiring,
    GpioWiring,
    HardwareSettings,
    LightSettings,
    LockPins,
    ReaderBackend,
    ReaderSettings,
    Wiring,
)
from hardware.simulated.world import World
from kiosk.acts import Show, Sign
from kiosk.fittings import TURNING_OFF_S
from kiosk.loops import BusLoop, LightsLoop, ReaderLoop
from kiosk.messages import Message
from kiosk.messages.sensed import Card
from kiosk.policy.signals import Profile
from kiosk.pulsing import Pulsing
from kiosk.signalling import Signalling

REPORT_S = 5.0
# For how long a guard hears nothing of a pulse before it ends the kiosk (``ceiling_s`` less
# ``pulse_s``, and less what turning off takes): the limits here are the defaults.
SILENCE_S = LockLimits().ceiling_s - LockLimits().pulse_s - TURNING_OFF_S
ROUND_S = 0.05
BANKS: dict[str, Wiring] = {
    "header": GpioWiring({1: LockPins(101, 201), 2: LockPins(102, 202)}),
    "expander": ExpanderWiring({3: LockPins(0, 8), 4: LockPins(1, 9)}),
    "kerong": BoardWiring("kerong", "k", 0, {5: 1, 6: 2}),
    "kerong48": BoardWiring("kerong48", "k48", 1, {11: 1, 12: 48}),
    "board8a": BoardWiring("board8a", "a", 1, {7: 1, 8: 2}),
    "waveshare": BoardWiring("waveshare", "w", 1, {9: 1, 10: 2}, sensors=False),
}


class Site:
    """A cabinet with every kind of bank, and the loops of the kiosk's threads, one round each in
    turn on time that is turned by hand."""

    def __init__(
        self,
        folder: Path,
        backend: ReaderBackend = "rc522",
        banks: Mapping[str, Wiring] = BANKS,
    ) -> None:
        self.time = Time()
        self.at_transfer: dict[int, Callable[[], None]] = {}
        self.transfers = 0
        self._timing = Timing(
            self.time.monotonic, self.time.pass_by, self.time.after, self._advance
        )
        self._settings = HardwareSettings(
            ReaderSettings(backend, simulated=True),
            tuple(BankSettings(name, wiring, simulated=True) for name, wiring in banks.items()),
            folder / "world",
            lights=LightSettings(simulated=True),
        )
        self.world = self._settings.world
        self.told: list[tuple[float, Message]] = []
        self.heard_at: float | None = None  # when the guard last heard of a pulse under way
        self.start()

    def start(self) -> None:
        """Build the hardware anew on the cabinet as it is, and its loops."""
        self.hardware = build(self._settings, self._timing)
        self.reader = ReaderLoop(
            self.hardware.reader,
            Presence(),
            self._post,
            to_card=lambda card, is_new: Card(card.uid.hex(), card.kind, is_new=is_new),
            monotonic=self.time.monotonic,
            seen=lambda cards: None,
        )
        pulsing = Pulsing(self._guard_hears)
        self.buses = {
            name: BusLoop(
                name,
                bank,
                self._post,
                self.time.monotonic,
                (lambda is_on: None)
                if name in self.hardware.self_timed
                else partial(pulsing.hear, name),
                wait_s=0,
            )
            for name, bank in self.hardware.banks.items()
        }
        for bus in self.buses.values():
            bus.find_doors()
        signs = Signalling(
            self.hardware.lights, lambda: Show(Sign.READY), self.time.monotonic, Profile.NORMAL
        )
        self.lights = LightsLoop(signs, self._post)
        self.run(0.5)
        self.told.clear()

    def stop(self) -> None:
        """Turn all off and let go of it, as the daemon does at its end."""
        self.hardware.close()
        self.heard_at = None

    def freeze(self) -> None:
        """Hang, as a process that is stopped: no round, no timer of ours ends anything. A guard
        that heard of a pulse turns all off once its patience is over; else nobody does."""
        self.time.timers.clear()
        if self.heard_at is not None:
            left_s = self.heard_at + SILENCE_S - self.time.now()
            self.time.pass_by(max(0.0, left_s))
            all_off(self._settings, self.time.now)
        self.hardware.close()

    def _guard_hears(self, is_on: bool) -> None:
        self.heard_at = self.time.now() if is_on else None

    @property
    def hands(self) -> Hands:
        assert self.hardware.hands is not None
        return self.hardware.hands

    def run(self, seconds: float) -> None:
        end = self.time.now() + seconds
        while self.time.now() < end:
            self.reader.round()
            for bus in self.buses.values():
                bus.round()
            self.lights.round()
            self.time.pass_by(ROUND_S)

    def lost(self) -> set[str]:
        """The parts that are lost now, by the name that hands know them by."""
        parts = [self.reader.part, self.lights.part, *(bus.part for bus in self.buses.values())]
        return {part.name.replace("locks ", "bank ") for part in parts if part.is_lost}

    def promises_hold(self) -> bool:
        """Whether no coil was on for longer than it may be, and no two at once."""
        world = World.open(self.world)
        return world.violations(LockLimits(), round(self.time.now() * 1e9)) == []

    def when(self, kind: type[Message]) -> float:  # type: ignore[valid-type]
        return next(at for at, message in self.told if isinstance(message, kind))

    def messages(self, *kinds: type) -> list[Message]:
        return [message for _, message in self.told if isinstance(message, kinds)]

    def bus_of(self, cubby: int) -> BusLoop:
        return next(bus for bus in self.buses.values() if cubby in bus.cubbies)

    def pulses(self, cubby: int) -> int:
        return World.open(self.world).state(cubby).pulses

    def coils_on(self) -> frozenset[int]:
        return World.open(self.world).lines_on(round(self.time.now() * 1e9))

    def _post(self, message: Message) -> None:
        self.told.append((self.time.now(), message))

    def _advance(self, seconds: float) -> None:
        self.transfers += 1
        if happen := self.at_transfer.pop(self.transfers, None):
            happen()
        self.time.pass_by(seconds)


@contextmanager
def site(backend: ReaderBackend = "rc522", banks: Mapping[str, Wiring] = BANKS) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        built = Site(Path(folder), backend, banks)
        try:
            yield built
        finally:
            built.stop()
