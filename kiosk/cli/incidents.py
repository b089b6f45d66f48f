"""Verbs for incidents, searches, and notes for the duty lead."""

import json
from typing import Any

import click

from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, say
from kiosk.policy.words import DONT_LOOK
from kiosk.state.incidents import IncidentKind, SearchDone


@click.group()
def incident() -> None:
    """What pupils did with a device, and what follows. Needs --as."""


@incident.command("note")
@in_a_name
@click.argument("admission")
@click.argument("kind", type=click.Choice([kind.value for kind in IncidentKind]))
@click.option("--at", default="", help="12:30, or 2026-03-02 12:30; now if none is said.")
@click.option("--where", default="")
@click.option("--note", default="", help="A content concern is none: `kiosk lead refer`.")
@click.option("--parents", default="", help="When the parents were told, if they were.")
@click.option("--parents-by", default="", help="By which user, if not by you.")
def incident_note(place: Place, who: Who, **options: Any) -> None:
    """Note an incident of the pupil with that ADMISSION number."""
    result = place.ask("incident_note", **options, **who)
    say(f"Incident {result['seq']} of {result['person']} is noted.")


@incident.command("parents")
@in_a_name
@click.argument("number", type=int)
@click.option("--at", default="", help="When; now if none is said.")
@click.option("--by", default="", help="By which user, if not by you.")
def incident_parents(place: Place, who: Who, number: int, **options: Any) -> None:
    """Note that the parents were told of incident NUMBER."""
    place.ask("incident_parents", number=number, **options, **who)
    say(f"The parents know of incident {number}.")


@incident.command("list")
@in_a_name
@click.argument("admission")
@as_json
def incident_list(place: Place, who: Who, admission: str, in_json: bool) -> None:
    """Print a pupil's incidents, and what the school's stages propose. A person decides."""
    found = place.ask("incidents", admission=admission, **who)
    if in_json:
        say(json.dumps(found))
        return
    for each in found["incidents"]:
        say(_incident_line(each))
    for proposal in found["proposals"]:
        say(_proposal_line(proposal, is_only=len(found["proposals"]) == 1))
    say(f"Arranged for them: {', '.join(found['accommodations']) or 'nothing'}.")


def _proposal_line(proposal: Json, *, is_only: bool) -> str:
    counted = len(proposal["counted"])
    which = "" if is_only else f" of {', '.join(proposal['kinds'])}"
    named = f" ({proposal['stage']})" if proposal["stage"] else ""
    return f"{counted} count{which}. Proposed: {proposal['words'] or 'nothing'}{named}."


def _incident_line(each: Json) -> str:
    parents = f"; parents told {each['parents']}" if each["parents"] else ""
    decided = "" if each["decided"] is None else f"; decided: {each['decided'] or 'nothing'}"
    excused = "; does not count" if each["excused"] else ""
    return f"{each['number']}  {each['at']}  {each['kind']}{excused}{parents}{decided}"


@incident.command("decide")
@in_a_name
@click.argument("number", type=int)
@click.option("--stage", default="", help="A stage's key; none of them if none is said.")
@click.option("--note", default="")
def incident_decide(place: Place, who: Who, number: int, **options: Any) -> None:
    """Decide what follows incident NUMBER."""
    place.ask("consequence_decide", number=number, **options, **who)
    say(f"Incident {number} is decided.")


@incident.command("withdraw")
@in_a_name
@click.argument("number", type=int)
@click.option("--note", required=True, help="Why it was none.")
def incident_withdraw(place: Place, who: Who, number: int, note: str) -> None:
    """Say that incident NUMBER was none."""
    place.ask("incident_withdraw", number=number, note=note, **who)
    say(f"Incident {number} is withdrawn.")


@click.group()
def search() -> None:
    """Searches of pupils. The duty lead is told of each by itself. Needs --as."""


@search.command("note")
@in_a_name
@click.argument("admission")
@click.option("--at", default="", help="When; now if none is said.")
@click.option("--where", required=True)
@click.option("--searcher", required=True, help="A user's name, or staff on the roster.")
@click.option("--witness", required=True, help="Somebody else.")
@click.option("--grounds", required=True)
@click.option("--found", required=True)
@click.option("--done", default="", type=click.Choice(["", *(d.value for d in SearchDone)]))
@click.option("--authority", default="", help="Whose authority for that: a user.")
@click.option("--reason", default="", help="The good reason for that.")
def search_note(place: Place, who: Who, **options: Any) -> None:
    """Note a search of the pupil with that ADMISSION number."""
    result = place.ask("search_note", **options, **who)
    say(f"Search {result['seq']} of {result['person']} is noted.")


@search.command("confirm")
@in_a_name
@click.argument("number", type=int)
def search_confirm(place: Place, who: Who, number: int) -> None:
    """Confirm that what was done in search NUMBER had authority."""
    place.ask("search_confirm", number=number, **who)
    say(f"Search {number} is confirmed.")


@search.command("list")
@in_a_name
@as_json
def search_list(place: Place, who: Who, in_json: bool) -> None:
    """Print every search on record."""
    found = place.ask("searches", **who)["searches"]
    say(json.dumps(found)) if in_json else _say_searches(found)


def _say_searches(searches: list[Json]) -> None:
    for each in searches:
        open_ = each["done"] and not each["confirmed_by"]
        state = f"; {each['done']}{', not confirmed' if open_ else ''}" if each["done"] else ""
        say(f"{each['number']}  {each['at']}  {each['person']}{state}")
        say(each["words"])


@click.group()
def lead() -> None:
    """Notes for the duty lead. Needs --as."""


@lead.command("note")
@in_a_name
@click.argument("note")
@click.option("--about", "admission", default="", help="An admission number.")
def lead_note(place: Place, who: Who, note: str, admission: str) -> None:
    """Leave the words of NOTE for the duty lead."""
    result = place.ask("lead_note", note=note, admission=admission, **who)
    say(f"Note {result['seq']} waits for the duty lead.")


@lead.command("refer")
@in_a_name
@click.argument("admission")
def lead_refer(place: Place, who: Who, admission: str) -> None:
    """Tell of a concern about what is on the device of the pupil with that ADMISSION number."""
    result = place.ask("refer", admission=admission, **who)
    say(DONT_LOOK)
    say(f"Note {result['seq']} waits for the duty lead.")


@lead.command("list")
@in_a_name
@as_json
def lead_list(place: Place, who: Who, in_json: bool) -> None:
    """Print what waits for the duty lead."""
    found = place.ask("lead_notes", **who)
    if in_json:
        say(json.dumps(found))
        return
    for each in found["notes"]:
        new = "" if each["read"] else "  NEW"
        say(f"{each['number']}  {each['at']}  {each['kind']}  {each['person']}{new}")
        say(f"    from {each['by']}. {each['words']}".rstrip())
    _say_searches(found["searches"])


@lead.command("read")
@in_a_name
@click.argument("number", type=int)
def lead_read(place: Place, who: Who, number: int) -> None:
    """Say that note or search NUMBER was seen."""
    place.ask("lead_note_act", number=number, act="read", **who)
    say(f"{number} is seen.")


@lead.command("close")
@in_a_name
@click.argument("number", type=int)
@click.confirmation_option(prompt="Its words are forgotten here. Are they where they belong?")
def lead_close(place: Place, who: Who, number: int) -> None:
    """Say that note NUMBER is dealt with, and forget its words."""
    place.ask("lead_note_act", number=number, act="close", **who)
    say(f"Note {number} is closed.")


@lead.command("kept")
@in_a_name
@as_json
def lead_kept(place: Place, who: Who, in_json: bool) -> None:
    """Print the words of safeguarding and police holds: they stay until they are transferred."""
    found = place.ask("lead_kept", **who)
    if in_json:
        say(json.dumps(found))
        return
    for each in found["rows"]:
        state = "" if each["over"] else "in force"
        parts = (str(each["number"]), each["kind"], state, each["person"], each["words"])
        say("  ".join(filter(None, parts)))


@lead.command("transferred")
@in_a_name
@click.argument("numbers", nargs=-1, type=int)
@click.confirmation_option(prompt="Their words are forgotten here. Are they where they belong?")
def lead_transferred(place: Place, who: Who, numbers: tuple[int, ...]) -> None:
    """Forget the words of holds NUMBERS, as they are where the lead keeps such things; with none,
    of all that are over.

    Do it each term, whether or not there is anything: then nobody can tell by it that there was.
    """
    place.ask("lead_transferred", numbers=list(numbers), **who)
    say("What was named is forgotten here.")
