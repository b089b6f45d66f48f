"""The RC522 as a ``CardReader``: every poll selects every card in the field, by its whole UID.

A poll wakes all cards with WUPA, which reaches those halted by the poll before, and walks the
tree of their UIDs: at a collision it takes one branch and remembers the other, selects the card
at the end, halts it, and wakes all again for the next branch. A REQA then asks for newcomers
that a stronger card drowned out: they alone are not halted.

SPI transfers a poll, counted by the simulated chip: nobody there 11; one card of 4, 7 or 10
bytes 76, 114 or 152; two of 7 bytes 220. A poll of the package's own takes 2,013 for nobody.

One thing stays hidden: a 4-byte UID that begins 88 and whose next three bytes begin a 7-byte UID
also in the field. Both are selected as one on the first level; the longer one is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from hardware.errors import ReaderLost
from hardware.ports import CardSeen
from hardware.rc522 import frames
from hardware.rc522.chip import Answer, BadFrame, NoAnswer
from hardware.rc522.frames import BadCheck, Bits

MAX_CARDS = 8
POLL_LIMIT_S = 0.4  # the port promises 0.5 s; the exchange under way may still end
REFRESH_IDLE_S = 300.0
_NO_ATQA = b"\0\0"


class Chip(Protocol):
    """What the reader needs of ``Rc522Chip``, where the methods are explained."""

    def exchange(self, frame: bytes, tx_bits: int = 0, rx_align: int = 0) -> Answer:
        """Send a frame, return the answer."""

    def check(self) -> None:
        """Prove the chip alive."""

    def restart(self) -> None:
        """Reset and initialise."""

    def Close_MFRC522(self) -> None:  # noqa: N802
        """Switch the field off and let go of the bus."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A way into the tree of UIDs: the parts above, and the first bits of the next one."""

    parts: tuple[bytes, ...] = ()
    known: Bits = ()


class Rc522Reader:
    """A ``CardReader`` on an RC522; see the module's text. One thread may use it.

    ``bad_frames`` counts answers dropped since the start for wrong check bytes or worse.
    Chips of this kind are known to go deaf after days. One that saw nobody for five minutes
    is reset, which takes 51 ms: it costs nothing, and no test can tell deaf from alone.
    """

    def __init__(self, chip: Chip, monotonic: Callable[[], float]) -> None:
        self._chip = chip
        self._monotonic = monotonic
        self._settled = True
        self._deadline = 0.0
        self.bad_frames = 0
        with suppress(ReaderLost), _os_error_means_lost():  # the first poll will tell
            chip.restart()
        self._last_sign_of_life = monotonic()

    def read(self) -> Sequence[CardSeen]:
        """Every card in the field, at most 8. Raises ReaderLost."""
        with _os_error_means_lost():
            self._refresh_if_long_idle()
            self._deadline = self._monotonic() + POLL_LIMIT_S
            found: dict[bytes, CardSeen] = {}
            self._walk(frames.WUPA, found)
            if found:
                self._walk(frames.REQA, found)
                self._last_sign_of_life = self._monotonic()
            return list(found.values())

    def check(self) -> None:
        """Raises ReaderLost unless a known chip answers and its field is on."""
        with _os_error_means_lost():
            self._chip.check()

    def reset(self) -> None:
        """Reset by the RST line and initialise anew. Raises ReaderLost if it stays lost."""
        with _os_error_means_lost():
            self._chip.restart()
        self._settled = True
        self._last_sign_of_life = self._monotonic()

    def close(self) -> None:
        """Switch the field off and let go of the bus."""
        self._chip.Close_MFRC522()

    def _refresh_if_long_idle(self) -> None:
        if self._monotonic() - self._last_sign_of_life >= REFRESH_IDLE_S:
            self.reset()

    def _walk(self, wake: int, found: dict[bytes, CardSeen]) -> None:
        branches = [Branch()]
        while branches and len(found) < MAX_CARDS and self._monotonic() < self._deadline:
            atqa = self._wake(wake)
            if atqa is None:
                return
            card = self._follow(branches.pop(), branches, atqa)
            if card is not None:
                found[card.uid] = card

    def _wake(self, wake: int) -> bytes | None:
        """The ATQA, zeros where several answered differently, or None where nobody did.

        A card left behind in mid-selection meets the first call with silence (ISO 14443-3,
        figure 7) and only falls back to sleep by it; so after a broken exchange we call twice.
        """
        calls = 1 if self._settled else 2
        self._settled = True
        for _ in range(calls):
            try:
                answer = self._chip.exchange(bytes([wake]), tx_bits=frames.SHORT_FRAME_BITS)
            except NoAnswer:
                continue
            except BadFrame:
                return _NO_ATQA
            whole = len(answer.bits) == 16 and answer.collision is None
            return frames.to_bytes(answer.bits) if whole else _NO_ATQA
        return None

    def _follow(self, branch: Branch, others: list[Branch], atqa: bytes) -> CardSeen | None:
        """The card at the end of ``branch``, halted; or None. Adds branches not taken."""
        try:
            for level, part in enumerate(branch.parts):
                self._select(level, part)
            uid, sak = self._descend(branch, others)
        except (BadFrame, BadCheck):
            self.bad_frames += 1
            self._settled = False
            return None
        except NoAnswer:
            self._settled = False
            return None
        self._halt()
        return CardSeen(uid, sak, atqa)

    def _descend(self, branch: Branch, others: list[Branch]) -> tuple[bytes, int]:
        parts = branch.parts
        while len(parts) < len(frames.SELECT):
            level = len(parts)
            part = self._resolve(Branch(parts, branch.known), others)
            parts, branch = (*parts, part), Branch()
            sak = self._select(level, part)
            if sak is not None and frames.is_complete(sak):
                return frames.uid_of(parts), sak
        raise BadCheck("a UID of more than three levels")

    def _resolve(self, branch: Branch, others: list[Branch]) -> bytes:
        """The whole part of one card on this level that begins with the bits known."""
        level, known = len(branch.parts), branch.known
        while self._monotonic() < self._deadline:
            spare = len(known) % 8
            answer = self._chip.exchange(frames.anticollision_frame(level, known), spare, spare)
            if answer.collision is None:
                return frames.checked_part(known + answer.bits)
            count = frames.bits_before_collision(answer.collision, len(known))
            if len(answer.bits) < count or len(known) + count >= frames.UID_BITS:
                raise BadFrame("a collision past the bits received")
            known += answer.bits[:count]
            others.append(Branch(branch.parts, (*known, 0)))
            known = (*known, 1)
        raise BadFrame("the poll's time is up")

    def _select(self, level: int, part: bytes) -> int | None:
        """The SAK; None where two cards answered with different ones, having the same part."""
        answer = self._chip.exchange(frames.select_frame(level, part))
        if answer.collision is not None:
            return None
        return frames.checked_sak(frames.to_bytes(answer.bits))

    def _halt(self) -> None:
        """Silence is a card's way to say that it obeys (ISO 14443-3, 6.4.3)."""
        try:
            self._chip.exchange(frames.HLTA)
        except NoAnswer:
            return
        except BadFrame:
            self.bad_frames += 1
        self._settled = False


@contextmanager
def _os_error_means_lost() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReaderLost(f"The card reader's bus does not work: {error}") from error
