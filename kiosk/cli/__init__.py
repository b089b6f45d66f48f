"""The command line: `kiosk VERB`. Exit status 0 ok, 1 a fault, 2 wrong use or a bad config."""

import sys

import click

from hardware.errors import HardwareError
from kiosk import __version__
from kiosk.cli.arrangements import (
    count_back,
    exemption,
    hand_over,
    hold,
    home,
    passes,
    release,
    take_along,
    take_in,
)
from kiosk.cli.cabinet import clock, cubby, sim
from kiosk.cli.corrections import correct, today
from kiosk.cli.cubbies import box, fire
from kiosk.cli.demo import demo
from kiosk.cli.doctor import doctor
from kiosk.cli.explaining import explain, rehearse_verb
from kiosk.cli.incidents import incident, lead, search
from kiosk.cli.keys import key
from kiosk.cli.listing import list_, report
from kiosk.cli.looking import events, status
from kiosk.cli.people import card, person, roster
from kiosk.cli.record import backup, export, repair, restore, verify
from kiosk.cli.running import all_off, check, lights, run
from kiosk.cli.school import school
from kiosk.cli.screen import screen
from kiosk.cli.subject import SUBJECT_VERBS
from kiosk.cli.support import support_bundle
from kiosk.cli.tokens import token
from kiosk.cli.users import user
from kiosk.errors import BadInput, ConfigError, KioskError

VERBS = (
    run,
    demo,
    check,
    doctor,
    support_bundle,
    status,
    events,
    verify,
    repair,
    backup,
    restore,
    export,
    key,
    user,
    token,
    school,
    roster,
    card,
    person,
    passes,
    home,
    release,
    exemption,
    hold,
    take_in,
    take_along,
    count_back,
    hand_over,
    incident,
    search,
    lead,
    correct,
    today,
    list_,
    report,
    explain,
    rehearse_verb,
    cubby,
    box,
    fire,
    lights,
    screen,
    clock,
    sim,
    all_off,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
def cli() -> None:
    """Run and look after a cabinet of phone cubbies."""


for verb in VERBS:
    cli.add_command(verb)
for verb in SUBJECT_VERBS:
    person.add_command(verb)


def main() -> None:
    """The entry point."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(1)
    except (ConfigError, BadInput) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(2)
    except (KioskError, HardwareError, OSError) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(1)
