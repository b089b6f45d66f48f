"""How the kiosk's hardware is, in a few words for health checks and status. Pure."""

from collections.abc import Collection, Sequence

from kiosk.cabinet.usable import (
    lost_banks,
)
from kiosk.events import Alert
from kiosk.state import (
    State,
)

SILENT, STILL = "does not answer", "makes no progress"
TOO_WEAK, NOT_TOLD = "too weak", "not told"
DISOBEY = "do not do as told"
UNSOUND, NOT_READ = "not as it was written", "not looked through for two days"
NOT_RUNNING = "not running"  # of every part, where only the record is looked at


def reader_words(state: State, late: Collection[str]) -> str:
    """ "ok", or what is wrong with the reader."""
    return _words((Alert.READER_LOST, None) in state.alerts, "reader" in late)


def lights_words(state: State, late: Collection[str]) -> str:
    """ "ok", or what is wrong with the lamps and the buzzer. The kiosk works without them."""
    is_lost = (Alert.LIGHTS_LOST, None) in state.alerts
    return DISOBEY if is_lost else _words(False, "lights" in late)


def power_words(state: State, *, is_told: bool) -> str:
    """ "ok", or how the computer's own supply is; not every computer tells."""
    if (Alert.POWER_LOW, None) in state.alerts:
        return TOO_WEAK
    return "ok" if is_told else NOT_TOLD


def history_words(state: State, *, is_overdue: bool = False) -> str:
    """ "ok", as far as is known; or that what was written before is not so any more, or that nobody
    has looked for so long."""
    if (Alert.RECORD_UNSOUND, None) in state.alerts:
        return UNSOUND
    return NOT_READ if is_overdue else "ok"


def locks_words(state: State, late: Collection[str], banks: Sequence[str]) -> str:
    """ "ok", or what is wrong with which banks of locks; the one bank is not named."""
    lost = lost_banks(state)
    words = {bank: _words(bank in lost, f"locks {bank}" in late) for bank in banks}
    wrong = {bank: how for bank, how in words.items() if how != "ok"}
    if len(banks) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{bank} {how}" for bank, how in wrong.items()) or "ok"


def _words(is_lost: bool, is_late: bool) -> str:
    if is_lost:
        return SILENT
    return STILL if is_late else "ok"
