"""Bytes that arrive with other bits than they were sent with."""

import random
from collections.abc import Sequence


class Noise:
    """Disturbs bytes on one way. Of every ``every``-th byte it turns one bit, each time another.

    With ``dice`` it is a byte in ``every`` on average, and any number of its bits: as noise is,
    and not as a test wants it.
    """

    def __init__(self) -> None:
        self._seen = 0

    def disturb(self, byte: int, every: int, dice: random.Random | None = None) -> int:
        """That byte as it arrives. ``every``: 0 for never."""
        if not every:
            return byte
        if dice is not None:
            return byte ^ dice.randrange(1, 256) if dice.random() * every < 1 else byte
        self._seen += 1
        if self._seen % every:
            return byte
        return byte ^ 1 << self._seen // every % 8

    def disturb_all(
        self, data: Sequence[int], every: int, dice: random.Random | None = None
    ) -> Sequence[int]:
        """Those bytes as they arrive."""
        return [self.disturb(byte, every, dice) for byte in data] if every else data
