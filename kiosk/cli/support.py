"""The verb that gathers what somebody needs who helps from afar."""

import json
import os
from pathlib import Path

import click

from kiosk import doctor as examination
from kiosk.cli.files import check_new_file
from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.support import plain_config
from kiosk.workshop import read_log


@click.command("support-bundle")
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path))
def support_bundle(place: Place, file: Path) -> None:
    """Write FILE, for whoever helps from afar: what the doctor finds, the config, health, counts
    and the last lines of the log. No name, number, card or note is in it."""
    config = place.load()
    check_new_file(file)
    examined = examination.in_json(examination.examine(config))
    bundle = place.ask("support", config=plain_config(config), examined=examined, log=read_log())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(bundle, out, indent=2)
    log = f"{len(bundle['log'])} lines of the log" if bundle["log"] else "no log: ask as root"
    say(f"{file}: {len(bundle['examined']['findings'])} findings, {log}. Nobody is named in it.")
