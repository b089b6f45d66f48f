"""The verb that looks for every trap in the machine and its hardware."""

import json
import sys

import click

from kiosk import doctor as examination
from kiosk.cli.place import Place, as_json, on_a_kiosk, say
from kiosk.config import load_config


@click.command()
@on_a_kiosk
@as_json
def doctor(place: Place, in_json: bool) -> None:
    """Examine the machine, its hardware and the place of the record; change nothing.

    What it finds is ok, a warning, a fault, or unknown where it cannot be checked. The faults
    come last. The exit status is 1 if there is one.
    """
    config = load_config(place.config, data=place.data)  # wrong wiring is a finding here
    found = examination.examine(config)
    say(json.dumps(examination.in_json(found)) if in_json else examination.in_words(found))
    sys.exit(1 if examination.has_fault(found) else 0)
