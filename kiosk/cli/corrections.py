"""Verbs that correct the record, report on a device, and say who is not expected."""

import json
from typing import Any, BinaryIO

import click

from kiosk.cli.place import Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.roster import absence_file, refusal
from kiosk.roster.absences import unknown
from kiosk.state.incidents import Why
from kiosk.verbs.corrections import REPORTS


@click.group()
def correct() -> None:
    """Say what is true where the record is mistaken. Nobody is to blame."""


@correct.command("place")
@in_a_name
@click.argument("admission")
@click.argument("cubby", type=int)
@click.option("--swap", is_flag=True, help="What is on record there is in their cubby.")
@click.option("--note", default="")
def correct_place(place: Place, who: Who, **options: Any) -> None:
    """Say that the device of the person with that ADMISSION number is in CUBBY."""
    result = place.ask("correct_place", **options, **who)
    say(f"The device of {result['person']} is in cubby {options['cubby']}.")


@correct.command("tap")
@in_a_name
@click.argument("number", type=int)
@click.option("--by", default="", help="Whose tap it was: an admission number.")
@click.option("--note", default="")
def correct_tap(place: Place, who: Who, number: int, **options: Any) -> None:
    """Say that the tap with event NUMBER was not the card owner's."""
    place.ask("correct_tap", number=number, **options, **who)
    say(f"Tap {number} was somebody else's.")


@correct.command("dispute")
@in_a_name
@click.argument("admission")
@click.argument("claimant")
@click.option("--need-met", is_flag=True, help="The note says how a medical need is met meanwhile.")
@click.option("--note", default="")
def correct_dispute(place: Place, who: Who, **options: Any) -> None:
    """Say that the CLAIMANT, too, says that the device of ADMISSION is theirs: no card opens."""
    place.ask("dispute", **options, **who)
    say("No card opens for it until it is settled. Whoever unlocks it is its owner; don't look.")


@correct.command("settle")
@in_a_name
@click.argument("admission")
@click.argument("owner")
@click.option("--note", default="")
def correct_settle(place: Place, who: Who, **options: Any) -> None:
    """Say that the disputed device in the name of ADMISSION is the OWNER's."""
    result = place.ask("dispute_settle", **options, **who)
    say(f"It is {result['person']}'s.")


@correct.command("report")
@in_a_name
@click.argument("admission")
@click.argument("what", type=click.Choice(list(REPORTS)))
@click.option("--note", required=True, help="What happened, and who says so.")
def correct_report(place: Place, who: Who, **options: Any) -> None:
    """Report that the device of the person with that ADMISSION number was lost or damaged."""
    result = place.ask("device_report", **options, **who)
    say(f"Report {result['seq']} for {result['person']} is on record.")


@correct.command("story")
@on_a_kiosk
@click.argument("number", type=int)
@as_json
def correct_story(place: Place, number: int, in_json: bool) -> None:
    """Print what befell the device of report NUMBER. Nobody else is named in it."""
    found = place.ask("device_story", number=number)
    if in_json:
        say(json.dumps(found))
        return
    say(f"{found['person']}: {found['what']}. {found['words']}")
    for line in found["lines"]:
        cubby = "" if line["cubby"] is None else f", cubby {line['cubby']}"
        say(f"{line['at']}  {line['what']}{cubby}, by {line['by']}")


@click.group()
def today() -> None:
    """Who is not expected today. All of them read alike."""


@today.command("skip")
@in_a_name
@click.argument("admission")
@click.argument("why", type=click.Choice([why.value for why in Why]))
def today_skip(place: Place, who: Who, admission: str, why: str) -> None:
    """Say that somebody hands nothing in today, or comes late."""
    result = place.ask("not_expected", admission=admission, why=why, **who)
    say(f"{result['person']} is not expected today.")


@today.command("expect")
@in_a_name
@click.argument("admission")
def today_expect(place: Place, who: Who, admission: str) -> None:
    """Say that they are expected after all."""
    result = place.ask("expected", admission=admission, **who)
    say(f"{result['person']} is expected.")


@today.command("absences")
@in_a_name
@click.argument("file", type=click.File("rb"))
@click.option("--skip-unknown", is_flag=True, help="Do without those who are not on the roster.")
def today_absences(place: Place, who: Who, file: BinaryIO, skip_unknown: bool) -> None:
    """Take the absences in FILE, a CSV or a workbook, in place of any before.

    Why somebody is away is not read. All faults are told by row; with one, nothing is taken in.
    """
    read = absence_file(file.read())
    rows = [each.to_record() for each in read.absences]
    with place.caller() as call:
        strangers = [read.absences[n] for n in call("absences_look", {"rows": rows})["unknown"]]
        faults = [*read.faults, *(unknown(a.row, a.admission) for a in strangers)]
        if read.faults or (strangers and not skip_unknown):
            raise refusal(faults)
        result = call("absences", {"rows": rows, "skip_unknown": skip_unknown, **who})
    skipped = f" {result['skipped']} are not on the roster." if result["skipped"] else ""
    say(f"Absences of {result['people']} taken in.{skipped}")
