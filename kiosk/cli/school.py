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


@school.command("check")
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def school_check(place: Place, file: Path) -> None:
    """Look whether FILE could be the school's rules; change nothing."""
    result = place.ask("school_check", text=read_file(file), where=str(file))
    for remark in result["remarks"]:
        say(f"Note: {remark}")
    say(f"{file} has no fault.")


@school.command("dates")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A new file, not to screen.")
def school_dates(file: Path, output: Path | None) -> None:
    """Term dates out of FILE, a calendar (iCalendar) or a CSV sheet, as sections of a school file.

    Terms, half-terms, INSET days and closed days, to be put into the school file. Whatever does not
    plainly say what it is stands below them as a remark. Nothing changes by it.
    """
    from kiosk.school.term_dates import read_term_dates  # its library takes a second on a Pi
    from kiosk.school.writing import dates_as_sections

    dates = read_term_dates(file.read_bytes())
    if output is None:
        say(dates_as_sections(dates).rstrip("\n"))
        return
    with output.open("x", encoding="utf-8") as made:
        made.write(dates_as_sections(dates))
    say(
        f"{len(dates.terms)} terms and {len(dates.closures)} closed days are in {output}; "
        f"{len(dates.not_understood)} entries were left out: look at its end."
    )


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
