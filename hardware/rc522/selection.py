"""Finding every card in the field by its whole UID (ISO 14443-3, 6.5).

WUPA wakes all cards, also those halted by the poll before. We walk the tree of their UIDs: at a
collision we take one branch and remember the other, select the card at the end, halt it, and wake
all again for the next branch. A REQA then asks for newcomers that a stronger card drowned out:
they alone are not halted.

What makes a UID is that its card answered a select of it, with a CRC over both. The bytes of the
anticollision before are protected by a mere exclusive or, but a UID that was misread there is
nobody's, and nobody answers to it. What is left is a select's answer that is itself forged: one
disturbed byte never does it, noise in the place of all three does once in 65,536, and could cut
a UID short or bring one into being. So a UID not seen before must answer a second selection, on
its own, in the same poll.

One thing stays hidden: a 4-byte UID that begins 88 and whose next three bytes begin a 7-byte UID
also in the field. Both are selected as one on the first level; the longer one is found.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from hardware.ports import CardSeen
from hardware.rc522 import frames
from hardware.rc522.chip import ANSWER_WAIT_MS, Answer
from hardware.rc522.faults import BadAnswer, BadCheck, BadFrame, Cause, NoAnswer
from hardware.rc522.frames import Bits

MAX_CARDS = 8
HALT_WAIT_MS = 1  # a card that answers a HLTA within 1 ms has not obeyed (ISO 14443-3, 6.4.3)
_NO_ATQA = b"\0\0"


class Air(Protocol):
    """What a selection needs of ``Rc522Chip``, where the methods are explained."""

    def exchange(
        self, frame: bytes, tx_bits: int = 0, rx_align: int = 0, wait_ms: int = ANSWER_WAIT_MS
    ) -> Answer:
        """Send a frame, return the answer."""

    def cycle_field(self) -> None:
        """Take the power from all cards for a moment."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A way into the tree of UIDs: the parts above, and the first bits of the next one."""

    parts: tuple[bytes, ...] = ()
    known: Bits = ()


class Selection:
    """The selecting of cards through one chip. ``drop`` is told of every answer dropped.

    ``is_sure``: whether the last ``find`` has understood all it heard, so that whoever answered
    at all is among what it found.
    """

    def __init__(
        self, air: Air, monotonic: Callable[[], float], drop: Callable[[Cause], None]
    ) -> None:
        self._air = air
        self._monotonic = monotonic
        self._tell = drop
        self._settled = True
        self._deadline = 0.0
        self.is_sure = True

    def find(self, deadline: float) -> dict[bytes, CardSeen]:
        """The cards in the field by UID, at most 8 of them; all end up halted.

        What is begun ends soon after ``deadline``, a reading of the monotonic clock; so do the
        other methods.

        Raises:
            ReaderLost: see ``Rc522Chip.exchange``.
        """
        self._deadline = deadline
        self.is_sure = True
        found: dict[bytes, CardSeen] = {}
        self._walk(frames.WUPA, found)
        if found:
            self._walk(frames.REQA, found)
        return found

    def confirmed(self, card: CardSeen) -> CardSeen | None:
        """The card, if it answers a selection of its UID alone; it is halted again.

        Its ATQA has no check bytes: one that differs this time is unknown. Raises ReaderLost.
        """
        if self._is_late():
            return None
        atqa = self._wake(frames.WUPA)
        parts = frames.parts_of(card.uid)
        try:
            saks = [self._select(level, part) for level, part in enumerate(parts)]
        except (BadAnswer, NoAnswer):
            saks = []
        if not saks or saks[-1] != card.sak:
            self._drop(Cause.UNCONFIRMED)
            self._settled = False
            return None
        self._halt()
        return card if atqa == card.atqa else replace(card, atqa=_NO_ATQA)

    def is_copy(self) -> bool | None:
        """Whether a halted card answers the back door of first-generation copies.

        Genuine cards are silent and stay as they are. One that answers waits for commands that
        we shall not send, and may not hear a WUPA any more: it is woken by taking its power
        away. None where the answer was unclear. Raises ReaderLost.
        """
        try:
            answer = self._air.exchange(bytes([frames.BACK_DOOR]), frames.SHORT_FRAME_BITS)
            is_copy = True if answer == Answer(frames.ACK) else None
        except NoAnswer:
            return False
        except BadFrame as error:
            self._drop(error.cause)
            is_copy = None
        self._air.cycle_field()
        self._settled = True
        return is_copy

    def begin_anew(self) -> None:
        """The field was off: no card remembers anything."""
        self._settled = True

    def _drop(self, cause: Cause) -> None:
        self._tell(cause)
        self.is_sure = False

    def _is_late(self) -> bool:
        return self._monotonic() >= self._deadline

    def _walk(self, wake: int, found: dict[bytes, CardSeen]) -> None:
        branches = [Branch()]
        while branches and len(found) < MAX_CARDS and not self._is_late():
            atqa = self._wake(wake)
            if atqa is None:
                break
            card = self._follow(branches.pop(), branches, atqa)
            if card is not None:
                found[card.uid] = card
        if branches not in ([], [Branch()]):  # somebody was heard of, and not called again
            self.is_sure = False

    def _wake(self, wake: int) -> bytes | None:
        """The ATQA, zeros where several answered differently, or None where nobody did.

        A card left behind in mid-selection meets the first call with silence (ISO 14443-3,
        figure 7) and only falls back to sleep by it; so after a broken exchange we call twice.
        """
        calls = 1 if self._settled else 2
        self._settled = True
        for _ in range(calls):
            try:
                answer = self._air.exchange(bytes([wake]), frames.SHORT_FRAME_BITS)
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
        except BadAnswer as error:
            self._drop(error.cause)
            self._settled = False
            return None
        except NoAnswer:
            self._settled = self.is_sure = False
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
        raise BadCheck(Cause.LEVELS)

    def _resolve(self, branch: Branch, others: list[Branch]) -> bytes:
        """The whole part of one card on this level that begins with the bits known."""
        level, known = len(branch.parts), branch.known
        while not self._is_late():
            spare = len(known) % 8
            answer = self._air.exchange(frames.anticollision_frame(level, known), spare, spare)
            if answer.collision is None:
                return frames.checked_part(known + answer.bits)
            count = frames.bits_before_collision(answer.collision, len(known))
            if len(answer.bits) < count or len(known) + count >= frames.UID_BITS:
                raise BadFrame(Cause.COLLISION)
            known += answer.bits[:count]
            others.append(Branch(branch.parts, (*known, 0)))
            known = (*known, 1)
        raise BadFrame(Cause.TIME)

    def _select(self, level: int, part: bytes) -> int | None:
        """The SAK; None where two cards answered with different ones, having the same part."""
        answer = self._air.exchange(frames.select_frame(level, part))
        if answer.collision is not None:
            return None
        return frames.checked_sak(frames.to_bytes(answer.bits))

    def _halt(self) -> None:
        """Silence is a card's way to say that it obeys; some copies obey and answer."""
        try:
            self._air.exchange(frames.HLTA, wait_ms=HALT_WAIT_MS)
        except NoAnswer:
            return
        except BadFrame as error:
            self._drop(error.cause)
        self._settled = False
