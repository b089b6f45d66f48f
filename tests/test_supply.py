"""One supply for all banks."""

import pytest
from test_loops import FakeBank

from hardware.errors import LockBusy
from hardware.supply import Supply


class Bank(FakeBank):
    def on(self) -> int:
        return len(self.unlocked)


def two(max_concurrent: int = 1) -> tuple[Supply, Bank, Bank]:
    supply, one, other = Supply(max_concurrent), Bank(), Bank()
    return supply, one, other


def test_what_one_bank_draws_is_not_there_for_the_other() -> None:
    supply, one, other = two()
    first, second = supply.feed(one), supply.feed(other)
    first.unlock(1)

    assert second.busy()
    with pytest.raises(LockBusy, match="no more than 1"):
        second.unlock(2)
    assert other.unlocked == []


def test_it_carries_as_many_as_it_can() -> None:
    supply, one, other = two(2)
    first, second = supply.feed(one), supply.feed(other)
    first.unlock(1)
    second.unlock(2)
    assert (one.unlocked, other.unlocked, first.busy()) == ([1], [2], True)


def test_a_coil_that_cannot_be_switched_off_does_not_stop_the_other_banks() -> None:
    supply, one, other = two()
    first, second = supply.feed(one), supply.feed(other)
    first.unlock(1)
    one.burning = {1}

    second.unlock(2)
    assert (other.unlocked, first.stuck()) == ([2], frozenset({1}))
