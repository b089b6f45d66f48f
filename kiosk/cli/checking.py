"""The verb that tells what a config means, and all that is wrong with it."""

import sys
from collections.abc import Callable

import click

from kiosk import bootstrap
from kiosk.cli.keys import certificate_lines, tell_troubles
from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.config import Config
from kiosk.config_in_words import explain_config
from kiosk.errors import ConfigError, RecordFault
from kiosk.store.snapshot import take_snapshot
from kiosk.store.tables import schools_of


@click.command()
@on_a_kiosk
def check(place: Place) -> None:
    """Check the config, the keys, the certificate and the record's folder; say what they mean.

    What is wrong anywhere is told at once, last.
    """
    config = place.read()
    say(explain_config(config))
    for line in school_file_lines(config):
        say(line)
    lines, faults = look_at_all(config, str(place.config))
    for line in lines:
        say(line)
    for fault in faults:
        click.echo(f"kiosk: {fault}", err=True)
    sys.exit(2 if faults else 0)


def look_at_all(config: Config, where: str) -> tuple[list[str], list[ConfigError]]:
    """What there is to say of wiring, folders, keys and certificate; and all that is wrong."""
    lines: list[str] = []
    troubles, faults = tell_troubles(config), []
    looks: tuple[Callable[[], object], ...] = (
        lambda: bootstrap.check_wiring(config, where),
        lambda: bootstrap.check_folders(config, where),
        lambda: bootstrap.open_keys(config),
        lambda: lines.extend(certificate_lines(config)),
        lambda: troubles.extend(bootstrap.check_tls(config)),
    )
    for look in looks:
        try:
            look()
        except ConfigError as fault:
            faults.append(fault)
    return [*lines, *(f"Warning: {trouble}." for trouble in troubles)], faults


def school_file_lines(config: Config) -> list[str]:
    """Whether a school file on record decides, instead of the week above."""
    try:
        with take_snapshot(config.kiosk.data) as snapshot:
            versions = schools_of(snapshot.tables)
    except RecordFault:  # there is none yet; what is wrong with one, `kiosk doctor` tells
        return []
    if not versions:
        return []
    return [
        f"A school file rules (version {max(versions)}, `kiosk school export`): its week and dates "
        "hold, and the week above does not."
    ]
