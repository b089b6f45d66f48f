"""Verbs for lists and reports: as text, JSON or CSV."""

import json
from collections.abc import Mapping

import click

from kiosk.cli.place import Json, Place, as_json, in_a_name, say
from kiosk.errors import BadInput
from kiosk.lists import LISTS, Table, printed
from kiosk.lists.kinds import Kind
from kiosk.lists.sheet import as_csv
from kiosk.reports import REPORTS, Report

in_csv = click.option("--csv", "in_csv", is_flag=True, help="Print CSV, safe in a spreadsheet.")


def _titles(kinds: Mapping[str, Kind | Report]) -> str:
    """What each is called on the pages."""
    lines = "\n".join(f"{name:<14}{kind.title}" for name, kind in kinds.items())
    return f"\b\nOn the pages they are called:\n{lines}"


@click.command("list", epilog=_titles(LISTS))
@in_a_name
@click.argument("name", type=click.Choice(list(LISTS)))
@click.option("--form", default="", help="Only that form.")
@click.option("--at", default="", metavar="TIME", help="As of that time of today, as 09:05.")
@as_json
@in_csv
def list_(
    place: Place, who: dict[str, str], name: str, in_json: bool, in_csv: bool, **which: str
) -> None:
    """Who was not seen yet, what is left, out, held or due: one list, as of now.

    Only `not-seen` can be as of an earlier time. It names people: print what you need, and no
    more. With --as it shows what that user may see: a teacher their own forms.
    """
    _check_format(in_json, in_csv)
    _show(place.ask("list", name=name, **which, **who), in_json, in_csv)


@click.command(epilog=_titles(REPORTS))
@in_a_name
@click.argument("name", type=click.Choice(list(REPORTS)))
@click.option("--from", "since", default="", metavar="DAY", help="The first day: 2026-03-02.")
@click.option("--to", "until", default="", metavar="DAY", help="The last day; today if not given.")
@as_json
@in_csv
def report(
    place: Place, who: dict[str, str], name: str, in_json: bool, in_csv: bool, **span: str
) -> None:
    """The figures of some days. Only `register` and `exemptions` name people; `incidents` is for
    whoever may see incidents, in their own name."""
    _check_format(in_json, in_csv)
    _show(place.ask("report", name=name, **span, **who), in_json, in_csv)


def _check_format(in_json: bool, in_csv: bool) -> None:
    if in_json and in_csv:
        raise BadInput("--json and --csv: only one of them at once")


def _show(sent: Json, in_json: bool, in_csv: bool) -> None:
    if in_json:
        say(json.dumps(sent))
    elif in_csv:
        click.echo(as_csv(Table.from_json(sent)), nl=False)
    else:
        click.echo(printed(Table.from_json(sent)), nl=False)
