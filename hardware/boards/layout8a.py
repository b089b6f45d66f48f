"""How an "8A" board lays out its answer about all locks, found out from its answers about one.

Public programs differ in which status byte comes first, and in what a set bit means; an answer
about a single lock names the lock, and they agree on it. So nothing is read out of an answer about
all locks until answers about single ones have ruled out every other reading of it, which takes
some rounds of asking for each lock. Pure: whoever asks is elsewhere.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

# A contact that chatters can speak against the truth, for 150 ms if it is worn. So many rounds, of
# three questions each at least, take longer.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to read it. ``size``: status bytes; ``low_first``: the first one has locks 1 to 8;
    ``set_is_11``: a set bit is what is 11 in the answer about one lock."""

    size: int
    low_first: bool
    set_is_11: bool

    def state(self, answer: bytes, channel: int) -> bool | None:
        """Whether that lock's state is 11; None if it has no bit."""
        index, bit = divmod(channel - 1, 8)
        if index >= self.size:
            return None
        byte = answer[index if self.low_first else self.size - 1 - index]
        return bool(byte >> bit & 1) is self.set_is_11

    def fits(self, answer: bytes, singles: Mapping[int, bool]) -> bool:
        """Whether nothing in the answers about single locks speaks against it."""
        return all(self.state(answer, c) in (state, None) for c, state in singles.items())


class Layouts:
    """The layouts that are possible still, for one board. None known at first."""

    def __init__(self) -> None:
        self._possible: frozenset[Layout] = frozenset()
        self._before: bytes | None = None
        self._verdict: frozenset[Layout] = frozenset()
        self._rounds = 0

    @property
    def size(self) -> int | None:
        """How many status bytes the board sends, once that is known."""
        return next((layout.size for layout in self._possible), None)

    def forget(self) -> None:
        """It may be another board from now on."""
        self._possible, self._before, self._rounds = frozenset(), None, 0

    def read(self, answer: bytes, channels: Collection[int]) -> dict[int, bool]:
        """The states, 11 or not, of those locks that every possible layout agrees on."""
        found = {}
        for channel in channels:
            states = {layout.state(answer, channel) for layout in self._possible}
            if len(states) == 1 and (state := states.pop()) is not None:
                found[channel] = state
        return found

    def learn(self, answer: bytes, singles: Mapping[int, bool], again: bytes) -> None:
        """Rule out what the answers about single locks speak against.

        ``answer`` and ``again`` came before and after them. Nothing is learnt from a round in
        which a door moved, nor before three rounds have said the same. If no layout is left,
        nothing is known any more.
        """
        is_still = answer == again == self._before
        self._before = again
        if not is_still:
            self._rounds = 0
            return
        possible = self._possible or frozenset(_every_layout(len(answer)))
        verdict = frozenset(layout for layout in possible if layout.fits(answer, singles))
        self._rounds = self._rounds + 1 if verdict == self._verdict else 1
        self._verdict = verdict
        if self._rounds >= ROUNDS:
            self._possible, self._rounds = verdict, 0


def _every_layout(size: int) -> Iterator[Layout]:
    for low_first, set_is_11 in product((True, False), repeat=2):
        yield Layout(size, low_first, set_is_11)
