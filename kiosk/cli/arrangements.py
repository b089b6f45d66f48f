"""Verbs for what staff arrange: passes, going home, release now, exemptions, holds."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kiosk.cli.place import Place, Who, in_a_name, say
from kiosk.model import DeviceKind
from kiosk.state.arrangements import SEEN_TO, ExemptionEffect, ExemptionKind, HoldKind, SeenTo

_F = TypeVar("_F", bound=Callable[..., Any])


@click.group("pass")
def passes() -> None:
    """Permission to take a device out once."""


@passes.command("give")
@in_a_name
@click.argument("admissions", nargs=-1, required=True)
@click.option("--from", "begins", required=True, help="12:30, or 2026-03-02 12:30.")
@click.option("--to", "ends", required=True, help="When it is due back.")
@click.option("--no-return", is_flag=True, help="They are not expected back.")
@click.option("--note", default="")
def pass_give(
    place: Place, who: Who, admissions: tuple[str, ...], no_return: bool, **options: Any
) -> None:
    """Let somebody, or several, take their devices out once, between two times."""
    asked = {"admissions": list(admissions), "back": not no_return, **options}
    result = place.ask("pass_list", **asked, **who)
    for name, seq in zip(result["people"], result["seqs"], strict=True):
        say(f"{name} has a pass (event {seq}).")


@passes.command("end")
@in_a_name
@click.argument("admission")
def pass_end(place: Place, who: Who, admission: str) -> None:
    """Take a pass back."""
    result = place.ask("pass_end", admission=admission, **who)
    say(f"{result['person']} has no pass any more.")


@click.command("home")
@in_a_name
@click.argument("admission")
def home(place: Place, who: Who, admission: str) -> None:
    """Let somebody who goes home now collect at their next tap."""
    result = place.ask("going_home", admission=admission, **who)
    say(f"{result['person']} may collect at the next tap.")


@click.command("release")
@in_a_name
@click.option("--form", "forms", multiple=True, help="Only this form; more than once for several.")
@click.option("--note", default="")
def release(place: Place, who: Who, forms: tuple[str, ...], note: str) -> None:
    """Let everybody collect at once, for today: snow, an early closing."""
    place.ask("release_now", forms=list(forms), note=note, **who)
    say(f"{'Forms ' + ', '.join(forms) if forms else 'Everybody'} may collect now, for today.")


@click.group()
def exemption() -> None:
    """Lasting arrangements: keep a device, reach it, collect early."""


@exemption.command("grant")
@in_a_name
@click.argument("admission")
@click.option("--kind", required=True, type=click.Choice([k.value for k in ExemptionKind]))
@click.option("--effect", required=True, type=click.Choice([e.value for e in ExemptionEffect]))
@click.option("--from", "begins", default="", help="Its first day; today if none is said.")
@click.option("--to", "ends", default="", help="Its last day.")
@click.option("--review", default="", help="When somebody looks at it again.")
@click.option("--window", "windows", multiple=True, help="12:00-13:00; more than once for several.")
@click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Choice([kind.value for kind in DeviceKind]),
    help="The kind it is about, more than once for several; none: any.",
)
@click.option("--signed-on", default="", help="The day on which it was agreed in writing.")
@click.option("--signed-by", default="", help="With whom it was agreed in writing.")
@click.option("--note", default="")
def exemption_grant(
    place: Place, who: Who, windows: tuple[str, ...], devices: tuple[str, ...], **options: Any
) -> None:
    """Make an arrangement. Without the right to approve them it holds for its first day."""
    asked = {"windows": list(windows), "devices": list(devices), **options}
    result = place.ask("exempt", **asked, **who)
    say(f"Arranged for {result['person']} (number {result['seq']}).")


@exemption.command("approve")
@in_a_name
@click.argument("number", type=int)
def exemption_approve(place: Place, who: Who, number: int) -> None:
    """Approve the arrangement with that NUMBER."""
    place.ask("exemption", act="approve", number=number, **who)
    say(f"Arrangement {number} is approved.")


@exemption.command("signed")
@in_a_name
@click.argument("number", type=int)
@click.option("--on", required=True, help="The day, as 2026-03-02.")
@click.option("--by", required=True, help="With whom.")
def exemption_signed(place: Place, who: Who, number: int, on: str, by: str) -> None:
    """Note that the arrangement with that NUMBER was agreed in writing."""
    place.ask("exemption_signed", number=number, on=on, by=by, **who)
    say(f"Arrangement {number} is agreed in writing.")


@exemption.command("end")
@in_a_name
@click.argument("number", type=int)
def exemption_end(place: Place, who: Who, number: int) -> None:
    """End the arrangement with that NUMBER."""
    place.ask("exemption", act="end", number=number, **who)
    say(f"Arrangement {number} is over.")


@click.group()
def hold() -> None:
    """Devices that are kept back from their owner."""


@hold.command("place")
@in_a_name
@click.argument("admission")
@click.option(
    "--kind",
    default=HoldKind.OFFICE.value,
    show_default=True,
    type=click.Choice([k.value for k in HoldKind]),
)
@click.option("--until", "ends", default="", help="When it ends by itself.")
@click.option("--need-met", is_flag=True, help="The note says how a medical need is met meanwhile.")
@click.option(
    "--seen-to",
    multiple=True,
    type=click.Choice([each.value for each in SeenTo]),
    help="Parents told, journey home safe, pupil told privately; more than once for several.",
)
@click.option("--consent", is_flag=True, help="Its owner, an adult, has agreed in writing.")
@click.option("--note", default="")
def hold_place(place: Place, who: Who, seen_to: tuple[str, ...], **options: Any) -> None:
    """See that the device of the person with that ADMISSION number is not given to them."""
    result = place.ask("hold_place", seen_to=list(seen_to), **options, **who)
    say(f"The device of {result['person']} is held (number {result['seq']}).")
    for left in [each for each in SeenTo if each not in seen_to]:
        say(f"Not said: {SEEN_TO[left].lower()}.")


@hold.command("lift")
@in_a_name
@click.argument("number", type=int)
def hold_lift(place: Place, who: Who, number: int) -> None:
    """Lift the hold with that NUMBER."""
    place.ask("hold_lift", number=number, **who)
    say(f"Hold {number} is lifted.")


@click.command("take-in")
@in_a_name
@click.argument("admission")
@click.option("--note", default="")
def take_in(place: Place, who: Who, admission: str, note: str) -> None:
    """Say that the office has somebody's device in its own hands."""
    result = place.ask("take_in", admission=admission, note=note, **who)
    say(f"The office keeps the device of {result['person']}.")


@click.command("take-along")
@in_a_name
@click.argument("admissions", nargs=-1, required=True)
@click.option("--by", required=True, help="Who carries them: a user, or by admission number.")
@click.option("--note", default="", help="Where to.")
def take_along(place: Place, who: Who, admissions: tuple[str, ...], **options: Any) -> None:
    """Say that staff take devices along, of pupils who go somewhere with them."""
    result = place.ask("take_along", admissions=list(admissions), **options, **who)
    say(f"{options['by']} carries the devices of {', '.join(result['people'])}.")


@click.command("count-back")
@in_a_name
@click.argument("admissions", nargs=-1, required=True)
@click.option("--by", required=True, help="Who carried them.")
@click.option("--note", default="")
def count_back(place: Place, who: Who, admissions: tuple[str, ...], **options: Any) -> None:
    """Say that staff are back with devices: the office has them now."""
    result = place.ask("count_back", admissions=list(admissions), **options, **who)
    say(f"{result['back']} counted back.")
    if result["missing"]:
        say(f"Not back: {', '.join(result['missing'])}.")


@click.command("hand-over")
@in_a_name
@click.argument("admission")
@click.option("--to", required=True, help="The name of whoever gets it.")
@click.option("--relation", default="", help="mother; or an officer's rank and number.")
@click.option("--identity", required=True, help="Which proof was seen: driving licence. No copies.")
@click.option("--police", "force", default="", help="The police force.")
@click.option("--crime", default="", help="The crime number, for the police.")
@click.option("--seal", default="", help="The number of the bag's seal, for the police.")
@click.option("--lead-called", is_flag=True, help="The duty lead was called, where that is asked.")
@click.option("--note", default="")
def hand_over(place: Place, who: Who, **options: Any) -> None:
    """Give a device to somebody who is not its owner, and print the receipt."""
    say(place.ask("hand_over", **options, **who)["receipt"])
    say("\nSignature: ________________________________")
