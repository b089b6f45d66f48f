"""What a reader has counted since it was opened, for whoever looks after it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware.rc522.faults import Cause


@dataclass(frozen=True, slots=True)
class ReaderStatistics:
    """Counts since the reader was opened.

    ``polls``: of the field; ``cards``: that came into it; ``bad_frames``: answers dropped, by
    cause; ``probes``: cards asked whether they are copies, and ``copies``: those that are;
    ``resets``: initialisations, the first and those of an idle reader among them;
    ``disturbed``: bytes from the chip that a second reading put right; ``transfers``: on the bus.
    """

    polls: int
    cards: int
    bad_frames: Mapping[Cause, int]
    probes: int
    copies: int
    resets: int
    disturbed: int
    transfers: int

    def in_words(self) -> dict[str, int]:
        """What of it tells a technician how well cards are read."""
        causes = {f"dropped: {cause}": count for cause, count in self.bad_frames.items()}
        others = {
            "copies": self.copies,
            "bytes disturbed": self.disturbed,
            "resets": self.resets,
        }
        return {"cards": self.cards, **causes, **others}


@dataclass(slots=True)
class Tally:
    """The counts of one reader as they grow."""

    polls: int = 0
    cards: int = 0
    probes: int = 0
    copies: int = 0
    resets: int = 0
    bad_frames: Counter[Cause] = field(default_factory=Counter)

    def drop(self, cause: Cause) -> None:
        """An answer was dropped."""
        self.bad_frames[cause] += 1

    def snapshot(self, disturbed: int, transfers: int) -> ReaderStatistics:
        """The counts as they are now."""
        return ReaderStatistics(
            self.polls,
            self.cards,
            dict(self.bad_frames),
            self.probes,
            self.copies,
            self.resets,
            disturbed,
            transfers,
        )
