"""The supply that all banks of a cabinet share: so many coils at once, over all of them."""

import threading
from collections.abc import Mapping

from hardware.errors import LockBusy
from hardware.ports import Door, LockBank, LockLimits


class Supply:
    """What one supply can carry: ``max_concurrent`` coils at once, on whichever banks (I1).

    A coil that was told to go off in vain is counted no more: its bank may be out of reach for
    days, and the others have to give phones back. Staff are told to cut its power.
    """

    def __init__(self, max_concurrent: int) -> None:
        self.max_concurrent = max_concurrent
        self._banks: list[LockBank] = []
        self._one_at_a_time = threading.Lock()

    def feed(self, bank: LockBank) -> LockBank:
        """The bank, held to the supply's limit beside its own."""
        self._banks.append(bank)
        return _FedBank(bank, self)

    def is_spent(self) -> bool:
        """Whether no further coil may be switched on now."""
        on = sum(bank.on() - len(bank.stuck()) for bank in self._banks)
        return on >= self.max_concurrent

    def unlock(self, bank: LockBank, cubby: int) -> None:
        """Begin a pulse if the supply can carry it. Raises as ``LockBank.unlock``."""
        with self._one_at_a_time:  # two banks have two threads
            if self.is_spent():
                raise LockBusy(f"no more than {self.max_concurrent} may be on at once")
            bank.unlock(cubby)


class _FedBank:
    """A ``LockBank`` that asks the supply first."""

    def __init__(self, bank: LockBank, supply: Supply) -> None:
        self._bank = bank
        self._supply = supply

    @property
    def cubbies(self) -> frozenset[int]:
        """The cubby numbers it drives."""
        return self._bank.cubbies

    @property
    def limits(self) -> LockLimits:
        """What the bank promises by itself."""
        return self._bank.limits

    def unlock(self, cubby: int) -> None:
        """Begin one pulse and return. See ``LockBank.unlock``."""
        self._supply.unlock(self._bank, cubby)

    def on(self) -> int:
        """How many of this bank's coils are on."""
        return self._bank.on()

    def stuck(self) -> frozenset[int]:
        """The cubbies whose coil may be on though it should not."""
        return self._bank.stuck()

    def busy(self) -> bool:
        """Whether the bank's limit or the supply's is reached."""
        return self._bank.busy() or self._supply.is_spent()

    def doors(self) -> Mapping[int, Door]:
        """The state of every door."""
        return self._bank.doors()

    def all_off(self) -> None:
        """Turn every coil off. Takes no lock: a signal handler may call it."""
        self._bank.all_off()

    def close(self) -> None:
        """Turn every coil off and let go of the lines."""
        self._bank.close()
