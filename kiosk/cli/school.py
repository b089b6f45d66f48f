"""Verbs for the school's rules: terms, times, exceptions, in one file."""

from pathlib import Path

import click

from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.school.school import read_file


@click.group()
def school() -> None:
    """The school's rules: terms, times, exceptions."""


@school.command("import")
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def school_import(place: Place, file: Path) -> None:
    """Decide by the rules in FILE from now on. Nothing changes if it has a fault."""
    result = place.ask("school_import", text=read_file(file), where=str(file))
    for remark in result["remarks"]:
        say(f"Note: {remark}")
    say(f"The rules of {file} hold from now on (event {result['seq']}).")


@school.command("export")
@on_a_kiosk
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A new file, not to screen.")
def school_export(place: Place, output: Path | None) -> None:
    """The rules in force, as they were imported."""
    result = place.ask("school_export")
    if output is None:
        say(result["text"].rstrip("\n"))
        return
    with output.open("x", encoding="utf-8") as file:
        file.write(result["text"])
    say(f"Version {result['version']} is in {output}.")
