"""Verbs for the cubbies themselves: service, owners, boxes, reconciliation, the key, fire."""

import json
from typing import Any

import click

from kiosk.cli.cabinet import cubby
from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.policy.words import REASONS, SERVICE_REASONS


@cubby.command("list")
@on_a_kiosk
@as_json
def cubby_list(place: Place, in_json: bool) -> None:
    """Whose each cubby is, and which are out of service or unknown."""
    result = place.ask("cubbies")
    if in_json:
        say(json.dumps(result))
        return
    for one in result["cubbies"]:
        say(f"{one['number']:>4}  {_cubby_words(one)}")


def _cubby_words(one: Json) -> str:
    said = [f"own of {' and '.join(one['owners'])}"] if one["owners"] else []
    said += [f"box of {one['form']}"] if one["form"] else []
    said += ["accessible"] if one["accessible"] else []
    said += [one["size"]] if one["size"] != "standard" else []
    said += [f"out of service: {REASONS[one['service']]}"] if one["service"] else []
    said += ["unknown: look inside"] if one["unknown"] else []
    return ", ".join(said) or "anybody's"


@cubby.command("out")
@in_a_name
@click.argument("number", type=int)
@click.option("--reason", required=True, type=click.Choice([r.value for r in SERVICE_REASONS]))
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_out(place: Place, who: Who, number: int, reason: str, note: str) -> None:
    """Take a cubby out of service. What is inside still opens for its owner."""
    place.ask("cubby_out", number=number, reason=reason, note=note, **who)
    say(f"Cubby {number} is out of service.")


@cubby.command("back")
@in_a_name
@click.argument("number", type=int)
def cubby_back(place: Place, who: Who, number: int) -> None:
    """Put a cubby back in service."""
    place.ask("cubby_back", number=number, **who)
    say(f"Cubby {number} is in service.")


@cubby.command("own")
@in_a_name
@click.argument("number", type=int)
@click.argument("admission")
@click.option("--with-others", is_flag=True, help="It is a brother's or sister's already.")
def cubby_own(place: Place, who: Who, number: int, admission: str, with_others: bool) -> None:
    """Make a cubby the own one of the person with that ADMISSION number."""
    result = place.ask(
        "cubby_own", number=number, admission=admission, with_others=with_others, **who
    )
    say(f"Cubby {number} is {result['person']}'s{' too' if with_others else ''}.")


@cubby.command("box")
@in_a_name
@click.argument("number", type=int)
@click.argument("form")
def cubby_box(place: Place, who: Who, number: int, form: str) -> None:
    """Make a cubby the box of a FORM: its pupils' taps are noted, and its staff open it."""
    place.ask("cubby_box", number=number, form=form, **who)
    say(f"Cubby {number} is the box of {form}.")


@cubby.command("anybodys")
@in_a_name
@click.argument("number", type=int)
@click.argument("admission", default="")
def cubby_anybodys(place: Place, who: Who, number: int, admission: str) -> None:
    """Take a cubby from its owner with that ADMISSION number, or from the form whose box it is."""
    place.ask("cubby_anybodys", number=number, admission=admission, **who)
    say(f"Cubby {number} is {'theirs' if admission else 'a box'} no longer.")


@cubby.command("wishes")
@in_a_name
@click.argument("admission")
@click.argument("preferred", type=int, nargs=-1)
@click.option("--accessible", is_flag=True, help="They need one within reach.")
@click.option("--large", is_flag=True, help="They need one that takes more.")
def cubby_wishes(place: Place, who: Who, preferred: tuple[int, ...], **options: Any) -> None:
    """Say which cubbies somebody gets first, in that order. None: whichever is free."""
    result = place.ask("cubby_wishes", preferred=list(preferred), **options, **who)
    say(f"{result['person']}: noted.")


@cubby.command("not-empty")
@in_a_name
@click.argument("number", type=int)
def cubby_not_empty(place: Place, who: Who, number: int) -> None:
    """Say that a cubby that should be empty has something in it."""
    place.ask("cubby_not_empty", number=number, **who)
    say(f"Cubby {number} is given to nobody until somebody says what is in it.")


@cubby.group("reconcile")
def reconcile() -> None:
    """Make every cubby known again: open one, look, say what is there, go to the next.

    Which are left stands in the record: the walk can be stopped, and goes on where it was.
    """


@reconcile.command("list")
@on_a_kiosk
@as_json
def reconcile_list(place: Place, in_json: bool) -> None:
    """The cubbies that are unknown, each with why; and the devices that nobody can find."""
    result = place.ask("reconcile")
    say(json.dumps(result) if in_json else _left_words(result))


@reconcile.command("say")
@in_a_name
@click.argument("number", type=int)
@click.argument("what", nargs=-1, required=True)
def reconcile_say(place: Place, who: Who, number: int, what: tuple[str, ...]) -> None:
    """Say WHAT is in a cubby, all of it: "empty"; "theirs", as the record has it; "unowned", a
    device that nobody knows; or the admission numbers of those whose devices are there."""
    say(_left_words(place.ask("reconcile_say", number=number, what=list(what), **who)))


def _left_words(result: Json) -> str:
    lines = [
        f"cubby {one['number']:>3}  {one['words']}, since {one['since'][:16].replace('T', ' ')}"
        + (f": {' and '.join(one['people'])}" if one["people"] else "")
        for one in result["cubbies"]
    ]
    lines += [f"not found: the device of {one['person']}" for one in result["missing"]]
    if not result["cubbies"]:
        lines.insert(0, "Every cubby is known.")
    return "\n".join(lines)


@cubby.command("key-used")
@in_a_name
@click.option("--by", multiple=True, required=True, help="Both who used it: user or admission.")
@click.option("--given", multiple=True, type=int, help="A cubby whose owner was given theirs.")
@click.option("--inside", multiple=True, type=int, help="A cubby that keeps it still.")
@click.option("--empty", multiple=True, type=int, help="A cubby with nothing in it.")
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_key_used(place: Place, who: Who, note: str, **named: Any) -> None:
    """Enter afterwards that the mechanical key was used. All cubbies that are not named are unknown
    from now on."""
    lists = {name: list(values) for name, values in named.items()}
    say(_left_words(place.ask("key_used", note=note, **lists, **who)))


@click.group()
def box() -> None:
    """Boxes that whole classes share."""


@box.command("returned")
@in_a_name
@click.argument("form")
@click.option("--except", "kept", multiple=True, help="Admission number: theirs is in it still.")
@click.option("--note", default="", help="A few words, kept with the event.")
def box_returned(place: Place, who: Who, form: str, kept: tuple[str, ...], note: str) -> None:
    """Say that all that was in the box of a FORM was given back, but for some."""
    place.ask("box_returned", form=form, kept=list(kept), note=note, **who)
    say(f"The box of {form}: all returned{f' except {len(kept)}' if kept else ''}.")


@click.command("fire")
@in_a_name
@click.argument("act", required=False, type=click.Choice(["on", "clear"]))
def fire(place: Place, who: Who, act: str | None) -> None:
    """Fire alarm: no door opens, and every tap is told to leave, until the all-clear. Without an
    argument: whether there is one."""
    since = place.ask("fire", act=act or "", **who)["since"]
    if since is None:
        say("No fire alarm: doors open by the rules.")
    else:
        say(f"Fire alarm since {since[:16].replace('T', ' ')}: no door opens. No roll call.")
