"""Verbs for people and their devices."""

import json

import click

from kiosk.cli.place import Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.cli.roster import roster as roster
from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.messages.commands import STATEMENTS
from kiosk.model import DeviceKind
from kiosk.passwords import hash_password
from kiosk.pins import pin_fault
from kiosk.policy.words import REASONS


@click.group()
def person() -> None:
    """People, and the devices that are kept for them."""


@person.command("find")
@in_a_name
@click.argument("words", nargs=-1)
@click.option("--form", default="", help="Only that form.")
@as_json
def person_find(place: Place, who: Who, words: tuple[str, ...], form: str, in_json: bool) -> None:
    """Find who has all these WORDS in their name, form or admission number: of none, everybody.

    Every other verb is told a person by the admission number, which this one prints first.
    """
    result = place.ask("person_find", words=" ".join(words), form=form, **who)
    if in_json:
        say(json.dumps(result))
        return
    for one in result["people"]:
        kind = one["form"] or one["kind"]
        say(f"{one['admission']:<10} {kind:<8} {one['name']}{', left' if one['left'] else ''}")
    if result["more"]:
        say(f"and {result['more']} more: name more of what they are called")
    elif not result["people"]:
        say("Nobody on the roster is called so.")


@person.command("state")
@on_a_kiosk
@click.argument("admission")
@click.argument("what", type=click.Choice([statement.value for statement in STATEMENTS]))
def person_state(place: Place, admission: str, what: str) -> None:
    """Say what is true of the device of the person with that ADMISSION number.

    "never_put_in": its door was shut without it. Nothing is kept then, and nobody has collected it.
    """
    result = place.ask("person_state", admission=admission, what=what)
    cubby = "" if result["cubby"] is None else f", cubby {result['cubby']}"
    say(f"{result['person']}{cubby}: {REASONS[Reason(what)]}.")


@person.command("devices")
@in_a_name
@click.argument("admission")
@click.argument("kinds", nargs=-1, type=click.Choice([kind.value for kind in DeviceKind]))
@click.option("--count", default=0, help="How many together; one of each kind if none is said.")
def person_devices(
    place: Place, who: Who, admission: str, kinds: tuple[str, ...], count: int
) -> None:
    """Say which KINDS of devices the person with that ADMISSION number has handed in."""
    asked = {"admission": admission, "kinds": list(kinds), "count": count}
    result = place.ask("person_devices", **asked, **who)
    say(f"{result['person']}: {result['devices']}.")


@person.command("agreement")
@in_a_name
@click.argument("admission")
@click.option("--on", default="", help="The day, as 2026-09-07; none: it is not signed.")
@click.option("--by", default="", help="Who signed it.")
def person_agreement(place: Place, who: Who, admission: str, on: str, by: str) -> None:
    """Note when the home-school agreement of the pupil with that ADMISSION number was signed."""
    result = place.ask("person_agreement", admission=admission, on=on, by=by, **who)
    say(f"{result['person']}: {f'signed on {on}' if result['on'] else 'not signed'}.")


@person.command("lead-first")
@in_a_name
@click.argument("admission")
@click.option("--yes/--no", default=True)
def person_lead_first(place: Place, who: Who, admission: str, yes: bool) -> None:
    """Ask that the duty lead be called before the device of the person with that ADMISSION number
    is handed to anybody else. No cause is asked for."""
    result = place.ask("person_lead_first", admission=admission, yes=yes, **who)
    say(f"{result['person']}: {'call the duty lead first' if yes else 'nobody is called first'}.")


@person.command("pin")
@in_a_name
@click.argument("admission")
@click.option("--none", "is_none", is_flag=True, help="Take it away.")
def person_pin(place: Place, who: Who, admission: str, is_none: bool) -> None:
    """Set the PIN of the member of staff with that ADMISSION number: they type it here, twice, and
    at the kiosk after their card. One that was locked works again."""
    pin = "" if is_none else click.prompt("PIN", hide_input=True, confirmation_prompt=True)
    if pin and (fault := pin_fault(pin)):
        raise BadInput(fault)
    digest = hash_password(pin) if pin else ""
    result = place.ask("person_pin", admission=admission, pin_hash=digest, **who)
    say(f"{result['person']}: {'the PIN is set' if pin else 'no PIN any more'}.")


@person.command("erase")
@on_a_kiosk
@click.argument("admission")
@click.confirmation_option(prompt="Their name, cards and notes cannot be brought back. Go on?")
def person_erase(place: Place, admission: str) -> None:
    """Forget the person with that ADMISSION number: name, cards and the notes about them.

    What happened stays on record, of somebody unknown. What repairs and restores had put aside
    in the data folder is removed with them; backups made before still name them, and so does
    whatever was taken together for subject access.
    """
    result = place.ask("person_erase", admission=admission)
    say("Forgotten.")
    if result["removed"]:
        say(f"Removed, as they may have named them: {', '.join(result['removed'])}.")
