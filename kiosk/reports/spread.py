"""Many durations in little memory, for their median. Pure."""

from collections import Counter

LONGEST_S = 600.0


class Spread:
    """Durations in seconds, counted by the tenth; those beyond ``LONGEST_S`` count as that."""

    def __init__(self) -> None:
        self._tenths: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one of 0 s or more."""
        self._tenths[round(min(seconds, LONGEST_S) * 10)] += 1

    def median(self) -> float | None:
        """The middle one, or the mean of the two in the middle, in seconds; None of none."""
        count = self._tenths.total()
        if not count:
            return None
        return (self._at((count - 1) // 2) + self._at(count // 2)) / 20

    def _at(self, place: int) -> int:
        passed = 0
        for tenths in sorted(self._tenths):
            passed += self._tenths[tenths]
            if passed > place:
                return tenths
        raise LookupError(f"there are not so many: {place}")
