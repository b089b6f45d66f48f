"""The verb that begins a first run."""

import json

import click

from kiosk.cli.place import Place, as_json, on_a_kiosk, say


@click.command("setup-code")
@on_a_kiosk
@as_json
def setup_code(place: Place, in_json: bool) -> None:
    """Print a code to set the kiosk up with, on its pages. It is good once, for half an hour.

    The kiosk has to run. The code is good while nobody who signs in looks after the users.
    """
    made = place.ask_running("setup_code")
    if in_json:
        say(json.dumps(made))
        return
    say(made["code"])
    click.echo(
        f"Type it on the kiosk's pages, at /setup, within {made['minutes']} minutes. Nobody can "
        "show it again; another one takes its place.",
        err=True,
    )
