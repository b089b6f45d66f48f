"""Verbs for the cabinet: staff acts, and hands on a simulated one."""

import json
from typing import Any

import click

from kiosk.cli.following import follow
from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.errors import BadInput, KioskError
from kiosk.policy.words import OVERRIDE_REASONS

_REASONS = ", ".join(OVERRIDE_REASONS)


@click.group()
def clock() -> None:
    """The kiosk's clock."""


@clock.command("confirm")
@on_a_kiosk
def clock_confirm(place: Place) -> None:
    """Say that the kiosk's clock is right, until its next start."""
    place.ask_running("clock_confirm")
    say("The clock is trusted until the machine starts again.")


@click.group()
def cubby() -> None:
    """Cubbies."""


@cubby.command("open")
@on_a_kiosk
@click.argument("number", type=int)
@click.option("--reason", required=True, help=f"The school's own, or one of {_REASONS}.")
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_open(place: Place, number: int, reason: str, note: str) -> None:
    """Open one cubby, whatever the rules say. It is on record with the reason."""
    result = place.ask_running("cubby_open", number=number, reason=reason, note=note)
    say(f"Cubby {number} is being opened (event {result['seq']}).")


@cubby.command("test")
@on_a_kiosk
@click.argument("number", type=int)
@click.option("--even-if-used", is_flag=True, help="Also where somebody's device is inside.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for the door.")
def cubby_test(place: Place, number: int, even_if_used: bool, timeout: float) -> None:
    """Pulse one lock and tell what its door does: for whoever fits or mends it.

    Fails unless its door was seen to open; one without a sensor never is, so look yourself."""
    cubbies = {cubby["number"]: cubby for cubby in place.ask_running("status")["cubbies"]}
    if number in cubbies and _is_used(cubbies[number]) and not even_if_used:
        raise BadInput(
            f"cubby {number} is {cubbies[number]['state']}: a test would open it on somebody's "
            "device or door; --even-if-used does it all the same"
        )
    note = "kiosk cubby test"
    begun = place.ask_running("cubby_open", number=number, reason="cubby_check", note=note)
    steps = []
    for step in follow(place, begun["seq"], timeout):
        say(step.words)
        steps.append(step.kind)
    if "door_opened" not in steps:
        raise KioskError(f"the door of cubby {number} was not seen to open")


def _is_used(cubby: Json) -> bool:
    """Whether somebody's device is inside, or somebody is at its door. One that is out of order
    and empty is just what is to be tested."""
    return bool(cubby["used"]) or cubby["state"] in ("in", "open", "opening", "unknown")


@cubby.command("open-all")
@on_a_kiosk
@click.option("--with-empty", is_flag=True, help="Also those that keep nothing.")
@click.option("--reason", default="emptying", show_default=True)
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_open_all(place: Place, with_empty: bool, reason: str, note: str) -> None:
    """Open every cubby that keeps something, one after another. Each is then not certain until
    staff say what is true of it."""
    say(
        _round_words(
            place.ask_running("cubby_open_all", reason=reason, with_empty=with_empty, note=note)
        )
    )


@cubby.command("release")
@in_a_name
@click.argument("groups", nargs=-1, required=True, metavar="FORM_OR_YEAR...")
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_release(place: Place, who: Who, groups: tuple[str, ...], note: str) -> None:
    """Give the devices of forms or years back in the order of the register, door after door.

    Only what its owner could collect by card at that moment is opened."""
    say(_round_words(place.ask_running("cubby_release", groups=list(groups), note=note, **who)))


@cubby.command("round")
@on_a_kiosk
@click.argument("act", required=False, type=click.Choice(["pause", "resume", "end"]))
@as_json
def cubby_round(place: Place, act: str | None, in_json: bool) -> None:
    """How far opening one after another has come; or pause it, let it go on, end it."""
    result = place.ask("round", act=act or "")
    say(json.dumps(result) if in_json else _round_words(result))


def _round_words(result: Json) -> str:
    under_way = result["round"]
    if under_way is None:
        return "No cubbies are being opened one after another."
    left, failed = under_way["left"], under_way["failed"]
    done = len(under_way["cubbies"]) - len(left) - len(failed)
    words = f"{done} of {len(under_way['cubbies'])} cubbies were asked to open"
    if failed:
        words += f"; did not open: {', '.join(map(str, failed))}"
    paused = ", paused" if under_way["paused"] else ""
    return f"{words}{paused}; left: {', '.join(map(str, left)) or 'none'}."


@click.group()
def sim() -> None:
    """Hands on a running simulated kiosk."""


def _hand(name: str, argument: str, kind: Any, text: str, **more: Any) -> None:
    @sim.command(name, help=text)
    @on_a_kiosk
    @click.argument(argument, type=kind)
    def hand(place: Place, **given: Any) -> None:
        place.ask_running("sim", **{"hand": name, **given, **more})


@sim.command("cards")
@on_a_kiosk
@as_json
def sim_cards(place: Place, in_json: bool) -> None:
    """Give a made-up card to everybody who has none, and list them: the simulator's page taps them,
    and `sim tap` does."""
    result = place.ask_running("sim_cards")
    if in_json:
        say(json.dumps(result))
        return
    for card in result["cards"]:
        say(f"{card['uid']}  {card['admission']:<10} {card['form']:<8} {card['person']}")
    if not result["cards"]:
        say("Nobody has a made-up card: import a roster first (`kiosk roster import`).")


_hand("tap", "uid", str, "Hold the card with this UID (hex) to the reader for a moment.")
_hand("place", "uid", str, "Lay a card on the reader.")
_hand("lift", "uid", str, "Take a card off the reader.")
_hand("open", "cubby", int, "Pull a door open.")
_hand("close", "cubby", int, "Push a door shut.")


@sim.command("skip")
@on_a_kiosk
def sim_skip(place: Place) -> None:
    """Move the demo's clock on to the next phase of the day."""
    place.ask_running("sim", hand="skip")


_hand("ajar", "cubby", int, "Push an open door to without letting it latch.")


@sim.command("fault")
@on_a_kiosk
@click.argument("part")
@click.argument("name")
@click.option("--off", is_flag=True, help="Mend it again.")
def sim_fault(place: Place, part: str, name: str, off: bool) -> None:
    """Break a PART in the way called NAME: `sim faults` lists them all. A part of two words is
    quoted: "cubby 7", "bank left"."""
    place.ask_running("sim", hand="fault", part=part, name=name, on=not off)


@sim.command("faults")
@on_a_kiosk
@click.argument("part", required=False)
@click.option("--all", "every", is_flag=True, help="Also what could be wrong and is not.")
@as_json
def sim_faults(place: Place, part: str | None, every: bool, in_json: bool) -> None:
    """What is wrong with the simulated parts, or with one PART everything that can be."""
    faults = place.ask_running("sim_faults", part=part)["faults"]
    shown = [fault for fault in faults if every or part or fault["is_on"]]
    if in_json:
        say(json.dumps(shown))
        return
    for fault in shown:
        mark = "x" if fault["is_on"] else " "
        say(f"[{mark}] {fault['part']:<12} {fault['name']:<14} {fault['words']}")
    if not shown:
        say("Nothing is broken. --all lists what can be.")
