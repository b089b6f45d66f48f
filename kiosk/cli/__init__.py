"""The command line: `kiosk VERB`. Exit status 0 ok, 1 a fault, 2 wrong use or a bad config."""

import sys

import click

from hardware.errors import HardwareError
from kiosk import __version__
from kiosk.cli.deferred import Deferred
from kiosk.errors import BadInput, ConfigError, KioskError

VERBS = {
    "run": "running.run",
    "demo": "demo.demo",
    "check": "checking.check",
    "doctor": "doctor.doctor",
    "support-bundle": "support.support_bundle",
    "status": "looking.status",
    "events": "looking.events",
    "verify": "record.verify",
    "repair": "record.repair",
    "backup": "record.backup",
    "restore": "record.restore",
    "export": "record.export",
    "key": "keys.key",
    "setup-code": "setup.setup_code",
    "user": "users.user",
    "token": "tokens.token",
    "webhook": "outgoing.webhook",
    "message": "outgoing.message",
    "school": "school.school",
    "roster": "roster.roster",
    "card": "cards.card",
    "person": "people.person",
    "visitor": "visitors.visitor",
    "pass": "arrangements.passes",
    "home": "arrangements.home",
    "release": "arrangements.release",
    "exemption": "arrangements.exemption",
    "hold": "arrangements.hold",
    "take-in": "arrangements.take_in",
    "take-along": "arrangements.take_along",
    "count-back": "arrangements.count_back",
    "hand-over": "arrangements.hand_over",
    "incident": "incidents.incident",
    "search": "incidents.search",
    "lead": "incidents.lead",
    "correct": "corrections.correct",
    "today": "corrections.today",
    "list": "listing.list_",
    "report": "listing.report",
    "explain": "explaining.explain",
    "rehearse": "explaining.rehearse_verb",
    "cubby": "cabinet.cubby",
    "box": "cubbies.box",
    "fire": "cubbies.fire",
    "lights": "running.lights",
    "screen": "screen.screen",
    "clock": "cabinet.clock",
    "sim": "cabinet.sim",
    "all-off": "running.all_off",
}
EXTENDED = {"person": ("screen", "subject"), "cubby": ("cubbies",)}


@click.group(
    commands=Deferred(__name__, VERBS, EXTENDED),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="kiosk")
def cli() -> None:
    """Run and look after a cabinet of phone cubbies."""


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
        click.echo("kiosk: broken off", err=True)
        sys.exit(1)
    except (ConfigError, BadInput) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(2)
    except (KioskError, HardwareError, OSError) as fault:
        click.echo(f"kiosk: {fault}", err=True)
        sys.exit(1)
