"""Whatever hands, wires and the supply do, in any order: no wrong UID, no dead reader unnoticed."""

import scale
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rc522_fixtures import PHONE, Scene, copy_of, phone
from reader_fixtures import FOUR, SEVEN, TEN

from hardware.rc522.registers import Register
from hardware.simulated.cards import Card

CHECK_EVERY_S = 2.0  # as the kiosk does
REPORTED_S = 5.0

NEARLY = FOUR[:3] + bytes([FOUR[3] ^ 1])
COPY = bytes.fromhex("10203040")
CARDS = {
    FOUR: lambda: Card(FOUR),
    NEARLY: lambda: Card(NEARLY),
    SEVEN: lambda: Card(SEVEN),
    TEN: lambda: Card(TEN),
    COPY: lambda: copy_of(COPY),
    PHONE: phone,
}
UIDS = st.sampled_from(list(CARDS))
NOISES = st.sampled_from(["corrupt_air_every", "corrupt_to_cards_every", "corrupt_miso_every"])
ROUNDS = st.sampled_from([1, 10, 80])
SETTINGS = st.sampled_from([Register.TX_CONTROL, Register.TX_ASK, Register.T_MODE])


class ReaderMachine(RuleBasedStateMachine):
    """The reader in the kiosk's loop: polls, a check every two seconds, a reset while it is lost.

    ``broken_since``: since when nothing can be read, though the loop was not told so.
    """

    @initialize()
    def set_up(self) -> None:
        self.scene = Scene()
        self.is_lost, self.checked = False, self.scene.clock.now()
        self.broken_since: float | None = None
        self.is_unplugged = False

    # -- hands

    @rule(uid=UIDS)
    def place(self, uid: bytes) -> None:
        self.scene.place(CARDS[uid]())

    @rule(uid=UIDS)
    def lift(self, uid: bytes) -> None:
        self.scene.lift(uid)

    @rule(uid=UIDS)
    def tap(self, uid: bytes) -> None:
        self.scene.tap(CARDS[uid]())

    @rule(seconds=st.sampled_from([0.01, 0.3, 3.0, 61.0]))
    def nobody_polls_for(self, seconds: float) -> None:
        """The machine is busy elsewhere. Nobody can be told of anything meanwhile."""
        self.scene.wait(seconds)
        if self.broken_since is not None:
            self.broken_since += seconds

    # -- what breaks

    def _break(self) -> None:
        if self.broken_since is None and not self.is_lost:
            self.broken_since = self.scene.clock.now()

    @rule()
    def brown_out(self) -> None:
        self.scene.chip.brown_out()
        self._break()

    @rule(lost=st.sets(SETTINGS, min_size=1))
    def half_a_brown_out(self, lost: set[Register]) -> None:
        self.scene.chip.forget(*lost)
        self._break()

    @rule()
    def hang(self) -> None:
        self.scene.chip.wedged = True
        self._break()

    @precondition(lambda self: not self.is_unplugged)
    @rule()
    def unplug(self) -> None:
        self.scene.chip.unplug()
        self.is_unplugged = True
        self._break()

    @precondition(lambda self: self.is_unplugged)
    @rule()
    def plug_in(self) -> None:
        self.scene.chip.plug_in()
        self.is_unplugged = False

    # -- the loop

    @rule(count=ROUNDS)
    def go_round(self, count: int) -> None:
        for _ in range(count):
            self._round()

    @rule(count=ROUNDS, way=NOISES, every=st.sampled_from([7, 20, 50]))
    def go_round_in_noise(self, count: int, way: str, every: int) -> None:
        """What may be reported late is only what the noise hides."""
        begun = self.scene.clock.now()
        setattr(self.scene.chip, way, every)
        self.go_round(count)
        setattr(self.scene.chip, way, 0)
        if self.broken_since is not None:
            self.broken_since += self.scene.clock.now() - begun

    def _round(self) -> None:
        if self.is_lost and self.scene.lost(self.scene.reader.reset):
            self.scene.wait()
            return
        words = self.scene.lost(self._poll)
        if not words and self.scene.clock.now() >= self.checked + CHECK_EVERY_S:
            words = self.scene.lost(self.scene.reader.check)
            self.checked = self.scene.clock.now()
        self.is_lost = bool(words)
        if words or self.is_healthy():
            self.broken_since = None

    def is_healthy(self) -> bool:
        """By looking into the chip itself."""
        chip = self.scene.chip
        kept = all(chip._registers[each] for each in (Register.TX_ASK, Register.T_MODE))
        return kept and chip._has_field() and not chip.wedged and not chip._unplugged

    def _poll(self) -> None:
        """A phone makes up a UID at each power-up, and a poll may be two of them."""
        before = set(self.scene.field.uids)
        seen = self.scene.seen()
        assert {PHONE if card.is_random else card.uid for card in seen} <= before
        assert {card.uid for card in seen if card.is_copy} <= {COPY}

    @invariant()
    def no_dead_reader_is_taken_for_an_empty_field(self) -> None:
        if self.broken_since is not None:
            assert self.scene.clock.now() - self.broken_since <= REPORTED_S + 1e-9

    def teardown(self) -> None:
        """Once the trouble is over, all is well again within three polls."""
        self.scene.chip.plug_in()
        self.scene.wait(1.1)  # taps are over
        self.scene.reader.reset()
        self.scene.reader.check()
        self.scene.polls(2)
        placed = set(self.scene.field.uids) - {PHONE}
        read = {card.uid: card for card in self.scene.seen()}
        assert placed <= read.keys()
        assert placed != {COPY} or read[COPY].is_copy


TestReaderMachine = ReaderMachine.TestCase
TestReaderMachine.settings = settings(max_examples=scale.of(100, 2), stateful_step_count=30)
