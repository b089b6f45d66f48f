"""Verbs that run a kiosk, or check that it could run."""

import logging
import sys

import click

from kiosk import bootstrap, workbench
from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.logged import log_to_stderr
from kiosk.run import run as run_kiosk


@click.command()
@on_a_kiosk
def run(place: Place) -> None:
    """Run the kiosk, as its unit does."""
    log_to_stderr(logging.INFO)
    config = place.load()
    sys.exit(run_kiosk(config))


@click.group()
def lights() -> None:
    """The kiosk's lamp and buzzer, and the cubbies' lamps."""


@lights.command("test")
@on_a_kiosk
def lights_test(place: Place) -> None:
    """Show every light and sound in turn, and tell what does not work."""
    told: list[str] = []

    def tell(part: str) -> None:
        told.append(part)
        say(part)

    faults = workbench.test_lights(place.load(), tell)
    for fault in faults:
        say(fault)
    if not told and not faults:
        say("No lamp and no buzzer is fitted: see [lights] of the config.")
    sys.exit(1 if faults else 0)


@click.command("all-off", hidden=True)
@on_a_kiosk
def all_off(place: Place) -> None:
    """Turn every lock off: what the unit does once the daemon has ended."""
    bootstrap.all_off(place.load())()
