"""Verbs for the roster: what a file would change, importing it, taking that back."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO

import click

from hardware.profiles import PROFILES
from kiosk.cli.place import Json, Place, as_json, on_a_kiosk, say
from kiosk.errors import BadInput
from kiosk.roster import (
    RosterFile,
    counts,
    diff_lines,
    read_roster,
    taken_back_counts,
    taken_back_lines,
)
from kiosk.roster.faults import told
from kiosk.spelled import card_reader

SHOWN = 20  # lines of each kind, when importing


def of_a_file(command: Any) -> Any:
    """Give a command the file and the options that say how to read it."""
    for option in (
        click.argument("file", type=click.File("rb")),
        click.option(
            "--full", is_flag=True, help="The file is the whole roll: who is not in it has left."
        ),
        click.option(
            "--profile",
            default="hex",
            show_default=True,
            type=click.Choice(list(PROFILES)),
            help="How the file spells card numbers.",
        ),
        click.option(
            "--legal-names", is_flag=True, help="Keep legal names beside those that are used."
        ),
    ):
        command = option(command)
    return command


@click.group()
def roster() -> None:
    """The roster of people."""


@roster.command("diff")
@on_a_kiosk
@of_a_file
@as_json
def roster_diff(
    place: Place, file: BinaryIO, full: bool, profile: str, legal_names: bool, in_json: bool
) -> None:
    """Print what importing FILE would change; change nothing."""
    read = _read(file, profile, legal_names)
    found = place.ask("roster_diff", **_asked(read, profile, full))
    faults = [*told(read.faults), *found["faults"]]
    notes = [*read.notes, *found["notes"]]
    if in_json:
        say(json.dumps({**found, "faults": faults, "notes": notes}))
        return
    _print(found, notes)
    for stop, words in found["stops"].items():
        say(f"To be confirmed: {_stop_words(stop, words)}")
    for fault in faults:
        say(f"fault: {fault}")
    say("This is what importing it would do; nothing is changed.")


@roster.command("import")
@on_a_kiosk
@of_a_file
@click.option("--skip-faulty", is_flag=True, help="Do without the faulty rows, and list them.")
@click.option("--many-leavers", is_flag=True, help="Yes, more than one pupil in five has left.")
@click.option(
    "--lost-zeros", is_flag=True, help="Yes, numbers that differ by zeros are other people."
)
def roster_import(
    place: Place,
    file: BinaryIO,
    full: bool,
    profile: str,
    legal_names: bool,
    skip_faulty: bool,
    **confirmed: bool,
) -> None:
    """Add and change people from a FILE: CSV, a workbook (XLSX) or a OneRoster export.

    All of it or nothing; `kiosk roster undo` takes it back within a day.
    """
    read = _read(file, profile, legal_names)
    if not skip_faulty:
        read.check()
    if full:
        read.check_whole_roll()
    asked = _asked(read, profile, full)
    with place.caller() as call:
        found = call("roster_diff", asked)
        _check_stops(found["stops"], confirmed)
        terms = {"skip_faulty": skip_faulty, "expects": found["fingerprint"], **confirmed}
        call("roster_import", {**asked, **terms})
    _print(found, [*read.notes, *found["notes"]], SHOWN)
    for fault in (*told(read.faults), *found["faults"]):
        say(f"left out: {fault}")


@roster.command("undo")
@on_a_kiosk
@click.option("--look", is_flag=True, help="Print what it would change; change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@as_json
def roster_undo(place: Place, look: bool, yes: bool, in_json: bool) -> None:
    """Take the last import back, within a day of it.

    People are again as they were; who was added is gone. What somebody did since stays: a field
    that was changed again, and who was added and tapped a card, say, becomes a leaver.
    """
    if in_json and not look:
        raise BadInput("--json: only with --look")
    found = place.ask("roster_undo_look")
    if in_json:
        say(json.dumps(found))
        return
    say(f"The import of {found['when']} (event {found['seq']}), taken back:")
    for line in (*taken_back_lines(found), taken_back_counts(found)):
        say(line)
    if look:
        return
    if not yes:
        click.confirm("Take it back?", abort=True)
    done = place.ask("roster_undo", expects=found["fingerprint"])
    say(f"It is taken back (event {done['seq']}).")


def _read(file: BinaryIO, profile: str, legal_names: bool) -> RosterFile:
    return read_roster(
        file.read(),
        today=date.today(),
        read_card=card_reader(profile),
        keep_legal=legal_names,
    )


def _asked(read: RosterFile, profile: str, full: bool) -> Json:
    if not read.rows:
        read.check()
        raise BadInput("there is nobody in it")
    return {
        "rows": [row.to_record() for row in read.rows],
        "fields": sorted(read.fields),
        "mentioned": sorted(read.mentioned),
        "profile": profile,
        "full": full,
    }


def _check_stops(stops: Mapping[str, str], confirmed: Mapping[str, bool]) -> None:
    """Raises BadInput: something is to be looked at first, and by which option it is confirmed."""
    left = [_stop_words(stop, words) for stop, words in stops.items() if not confirmed[stop]]
    if left:
        raise BadInput("\n".join(["nothing was imported:", *(f"  {words}" for words in left)]))


def _stop_words(stop: str, words: str) -> str:
    return f"{words} If so, import it with --{stop.replace('_', '-')}"


def _print(found: Json, notes: list[str], most: int | None = None) -> None:
    for line in diff_lines({**found, "notes": notes}, most):
        say(line)
    say(counts(found))
