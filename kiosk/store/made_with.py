"""With which keys a record was made, told by its open file alone: nothing is opened or locked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.journal import Damaged, NewerFormat
from kiosk.journal.changes import Tables, apply, parse
from kiosk.journal.lines import Lines
from kiosk.keys import Keys
from kiosk.store.tables import ABOUT, FILE_NAME, about_of


def other_keys(folder: Path, keys: Keys) -> list[str]:
    """Which of the keys are not those of the record in ``folder``, in words, and what to do; none
    where there is no record, or where it does not tell.

    Raises:
        OSError: it may not be read.
    """
    return others_in_words(made_with(folder), keys.fingerprints())


def others_in_words(made_with: Mapping[str, Any], fingerprints: Mapping[str, str]) -> list[str]:
    """What is wrong with keys of these fingerprints beside a record made with those."""
    return [
        f"{name} is not the key that this record was made with: bring back the copy of the one "
        "that was; or, to begin anew, move the record away"
        for name, mark in fingerprints.items()
        if made_with.get(name, mark) != mark
    ]


def made_with(folder: Path) -> Mapping[str, Any]:
    """What the record says of itself, which it says in its first lines.

    Raises:
        OSError: it may not be read.
    """
    tables: Tables = {}
    try:
        with (folder / FILE_NAME).open("rb") as file:
            for payload in Lines(FILE_NAME, file):
                apply(tables, parse(payload.decode("ascii")))
                if ABOUT in tables:
                    return about_of(tables)
    except FileNotFoundError:
        return {}
    except (Damaged, NewerFormat, ValueError, TypeError, AttributeError):
        return {}  # whoever opens it tells what is wrong with it
    return {}
