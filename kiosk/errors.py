"""The kiosk's own errors. A refusal is a value; these are things that broke or were misused."""

from collections.abc import Sequence


class KioskError(Exception):
    """Something is wrong, said in words for the person who has to mend it."""


class ConfigError(KioskError, ValueError):
    """The config cannot be used. Carries every fault found, not the first."""

    def __init__(self, where: str, faults: list[str]) -> None:
        self.where = where
        self.faults = faults
        super().__init__(
            "\n".join([f"{where}: cannot be used", *(f"  {fault}" for fault in faults)])
        )


def key_path(keys: Sequence[str | int]) -> str:
    """Where in a file: its keys, and of a list which one, counted from 1 as people count."""
    words = ""
    for before, key in zip([None, *keys], keys, strict=False):
        if isinstance(key, int):
            words += f" {key + 1}"
        else:
            words += ("" if before is None else ", " if isinstance(before, int) else ".") + key
    return words


class BadInput(KioskError, ValueError):
    """A file, form or argument cannot be used; nothing was changed."""


class AlreadyRunning(KioskError):
    """Another daemon holds this data."""


class NotRunning(KioskError):
    """This needs a running daemon, and none answers."""


class NotMade(KioskError):
    """A list, report or paper could not be made now; nothing was changed."""


class RecordFault(KioskError):
    """The record cannot be written or read; nothing that was asked for has happened."""


class RecordDamaged(RecordFault):
    """The open file of the record holds bytes that no crash explains. It was left as it is."""
