"""The RC522 as a ``CardReader``: every poll selects every card in the field, by its whole UID.

SPI transfers a poll, counted by the simulated chip: nobody there 11; one card of 4, 7 or 10
bytes that lies there 55, 78 or 101; two of 7 bytes 146. A card that newly comes is selected
twice, and one of 4 bytes asked whether it is a copy: 99, 122 or 157. A poll of the package's
own takes 2,013 for nobody.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from hardware.errors import ReaderLost
from hardware.ports import CardSeen
from hardware.rc522.selection import Air, Selection
from hardware.rc522.session import FieldSession
from hardware.rc522.statistics import ReaderStatistics, Tally

POLL_LIMIT_S = 0.4  # the port promises 0.5 s; the exchange under way may still end
REFRESH_IDLE_S = 60.0
PROBED = frozenset({4})
PROBES, ANSWERS = 4, 2  # how often a card is asked at most, and has to answer


class Chip(Air, Protocol):
    """What the reader needs of ``Rc522Chip``, where the methods are explained."""

    transfers: int
    disturbed: int

    def check(self, doubt: bool = False) -> None:
        """Prove the chip alive."""

    def restart(self) -> None:
        """Reset and initialise."""

    def Close_MFRC522(self) -> None:  # noqa: N802
        """Switch the field off and let go of the bus."""


class Rc522Reader:
    """A ``CardReader`` on an RC522; see the module's text. One thread may use it.

    Chips of this kind are known to go deaf after hours or days, to answer every register and to
    hear no card, until they are initialised anew; nothing but a card can tell. So one that saw
    nobody for a minute is reset, which takes 51 ms, and a deaf one serves again within a minute.

    ``probed``: the lengths of UID, in bytes, of cards that are asked by the short frame 40
    whether they are first-generation copies, once while they lie there. Such copies have 4 bytes;
    genuine cards of any length meet the question with silence, and it takes 5 ms.
    """

    def __init__(
        self, chip: Chip, monotonic: Callable[[], float], probed: frozenset[int] = PROBED
    ) -> None:
        self._chip = chip
        self._monotonic = monotonic
        self._tally = Tally()
        self._session = FieldSession(probed)
        self._selection = Selection(chip, monotonic, self._tally.drop)
        self._dropped_before = 0
        self._last_sign_of_life = monotonic()
        with suppress(ReaderLost), _os_error_means_lost():  # the first poll will tell
            self._restart()

    @property
    def statistics(self) -> ReaderStatistics:
        """What was counted since the reader was opened. Any thread may ask."""
        return self._tally.snapshot(self._chip.disturbed, self._chip.transfers)

    @property
    def bad_frames(self) -> int:
        """How many answers were dropped for wrong check bytes, or worse; why: ``statistics``."""
        return self._tally.bad_frames.total()

    def read(self) -> Sequence[CardSeen]:
        """Every card in the field, at most 8. Raises ReaderLost."""
        with _os_error_means_lost():
            if self._monotonic() - self._last_sign_of_life >= REFRESH_IDLE_S:
                self._restart()
            return self._poll(self._monotonic() + POLL_LIMIT_S)

    def check(self) -> None:
        """Raises ReaderLost unless a known chip answers, set up as it was, on a quiet bus.

        Ten SPI transfers; 64 more where bytes were disturbed, or answers dropped since the last
        check: then the bus is tried.
        """
        with _os_error_means_lost():
            doubt = self.bad_frames > self._dropped_before
            self._dropped_before = self.bad_frames
            self._chip.check(doubt)

    def reset(self) -> None:
        """Reset by the RST line and initialise anew. Raises ReaderLost if it stays lost."""
        with _os_error_means_lost():
            self._restart()

    def counts(self) -> Mapping[str, int]:
        """Cards, answers dropped and why, copies, disturbed bytes, resets."""
        return self.statistics.in_words()

    def close(self) -> None:
        """Switch the field off and let go of the bus."""
        self._chip.Close_MFRC522()

    def _restart(self) -> None:
        self._tally.resets += 1
        self._chip.restart()
        self._selection.begin_anew()
        self._last_sign_of_life = self._monotonic()

    def _poll(self, deadline: float) -> list[CardSeen]:
        found = self._selection.find(deadline)
        strangers = self._session.strangers(found)
        confirmed = [card for card in map(self._selection.confirmed, strangers) if card]
        seen = self._session.poll(found, confirmed)
        self._tally.polls += 1
        self._tally.cards += len(confirmed)
        if found:
            self._last_sign_of_life = self._monotonic()
        uid = self._session.suspect(found)
        if uid is None or not self._selection.is_sure:
            return seen
        return [self._probed(card, deadline) if card.uid == uid else card for card in seen]

    def _probed(self, card: CardSeen, deadline: float) -> CardSeen:
        """The card, and whether it is a copy. Asked at once, as it is presented once.

        Silence clears it. An answer is another card's, if that has come in the meantime or is too
        weak to be read: so we look around, and only who is alone still and answers again is a copy.
        """
        answers = 0
        for _ in range(PROBES):
            self._tally.probes += 1
            is_copy = self._selection.is_copy()
            answers += is_copy is True
            if answers == ANSWERS or (is_copy is False and not answers):
                break
            if not self._is_alone(card.uid, deadline):
                return card
        self._tally.copies += answers == ANSWERS
        return self._session.judge(card.uid, answers == ANSWERS)

    def _is_alone(self, uid: bytes, deadline: float) -> bool:
        found = self._selection.find(deadline)
        return self._session.own(found) == [uid] and self._selection.is_sure


@contextmanager
def _os_error_means_lost() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReaderLost(f"The card reader's bus does not work: {error}") from error
