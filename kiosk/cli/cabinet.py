"""Verbs for the cabinet: staff acts, and hands on a simulated one."""

from typing import Any

import click

from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.policy.words import OVERRIDE_REASONS


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
@click.option("--reason", required=True, type=click.Choice([r.value for r in OVERRIDE_REASONS]))
@click.option("--note", default="", help="A few words, kept with the event.")
def cubby_open(place: Place, number: int, reason: str, note: str) -> None:
    """Open one cubby, whatever the rules say. It is on record with the reason."""
    result = place.ask_running("cubby_open", number=number, reason=reason, note=note)
    say(f"Cubby {number} is being opened (event {result['seq']}).")


@click.group()
def sim() -> None:
    """Hands on a running simulated kiosk."""


def _hand(name: str, argument: str, kind: Any, text: str, **more: Any) -> None:
    @sim.command(name, help=text)
    @on_a_kiosk
    @click.argument(argument, type=kind)
    def hand(place: Place, **given: Any) -> None:
        place.ask_running("sim", **{"hand": name, **given, **more})


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


@sim.command("jam")
@on_a_kiosk
@click.argument("cubby", type=int)
@click.option("--off", is_flag=True, help="Let it come loose again.")
def sim_jam(place: Place, cubby: int, off: bool) -> None:
    """Let a door stick."""
    place.ask_running("sim", hand="jam", cubby=cubby, jammed=not off)


@sim.command("unplug")
@on_a_kiosk
@click.option("--off", is_flag=True, help="Plug it in again.")
def sim_unplug(place: Place, off: bool) -> None:
    """Pull the reader's cable out."""
    place.ask_running("sim", hand="unplug", unplugged=not off)
