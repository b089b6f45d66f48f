"""New files for what names people: readable by their owner alone, and never in the data folder."""

import os
from collections.abc import Mapping
from pathlib import Path

from kiosk.errors import BadInput, KioskError


def check_new_file(file: Path) -> None:
    """Look before anything is done whether a file can be made there.

    Raises:
        BadInput: it is there already, or its folder is not, or cannot be written to.
    """
    if file.exists():
        raise BadInput(f"{file} is there already; it is not replaced")
    folder = file.absolute().parent
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder that is there: make it first, or name another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(f"{folder} is no folder that can be written to")


def check_new(folder: Path, names: Mapping[str, str] | tuple[str, ...], data: Path) -> None:
    """Look before anything is asked for whether the files can be made there.

    Raises:
        BadInput: one is there already, or they would lie in the data folder, where whoever is
            forgotten has to be in no file.
    """
    if folder.resolve().is_relative_to(data.resolve()):
        raise BadInput(f"{folder} is in the data folder: write it somewhere else")
    for name in names:
        if (folder / name).exists():
            raise BadInput(f"{folder / name} is there already; it is not replaced")
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise BadInput(f"{folder} is no folder that can be written to")


def write_new(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files that are not there yet, 0600, in a folder that is made 0700 if need be.

    Raises:
        KioskError: they could not be written; none is left.
    """
    made: list[Path] = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made.append(path)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as fault:
        for path in made:
            path.unlink(missing_ok=True)
        raise KioskError(f"{folder}: could not be written: {fault}") from fault
