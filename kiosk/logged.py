"""The log: one line a message, whatever stands in it."""

import logging
import sys
from types import TracebackType
from typing import Any

FORMAT = "%(levelname)s %(name)s: %(message)s"
INDENT = "\n  "  # of what follows an entry: no line of it can be taken for an entry of its own

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    """Writes what is not printable in a message as its escape: a name on a card, an address asked
    for or the words of another program can forge no line, and no terminal obeys them."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The message, in one line."""
        return "".join(map(_shown, super().formatMessage(record)))

    def formatException(self, ei: ExcInfo | Any) -> str:  # noqa: N802 - logging's name
        """Where it broke, each line of it moved in."""
        lines = super().formatException(ei).split("\n")
        return "  " + INDENT.join("".join(map(_shown, line)) for line in lines)


def log_to_stderr(level: int) -> None:
    """Log from here on, for the system log or whoever typed the command."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
