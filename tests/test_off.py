"""Turning everything off from outside: in which order, and whatever fails on the way."""

import logging
from pathlib import Path

import pytest

from hardware import off
from hardware.errors import LockFault
from hardware.off import all_off
from hardware.settings import (
    BankSettings,
    BoardWiring,
    GpioWiring,
    HardwareSettings,
    LockPins,
    ReaderSettings,
)

BOARD = BankSettings("board", BoardWiring("waveshare", "/dev/x", 1, {1: 1}))
HEADER = BankSettings("header", GpioWiring({2: LockPins(17)}))
OTHER = BankSettings("other", GpioWiring({3: LockPins(27)}))


def cabinet(*banks: BankSettings) -> HardwareSettings:
    return HardwareSettings(ReaderSettings("rc522"), banks, Path("world"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The banks in the order in which they were told; those called faulty fail."""
    told: list[str] = []

    def turn_off(bank: BankSettings, *more: object) -> None:
        told.append(bank.name)
        if bank.name in ("board", "other"):
            raise RuntimeError("it cannot be reached")

    monkeypatch.setattr(off, "_bank_off", turn_off)
    return told


def test_what_nobody_else_ends_comes_first_and_boards_are_only_told(
    told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        all_off(cabinet(BOARD, HEADER))
    assert told == ["header", "board"]
    assert "bank board could not be told to end its pulses" in caplog.text


def test_a_bank_that_fails_in_any_way_does_not_keep_the_next_one_on(told: list[str]) -> None:
    with pytest.raises(LockFault, match="bank other: it cannot be reached"):
        all_off(cabinet(OTHER, BOARD, HEADER))
    assert told == ["other", "header", "board"]
