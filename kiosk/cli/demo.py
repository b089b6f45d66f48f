"""The verb that shows a simulated kiosk: live, or whole days in seconds."""

import json
import logging
import sys
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import click

from kiosk.cli.place import as_json, say
from kiosk.demo.live import demo as run_demo
from kiosk.demo.school import read_school_of
from kiosk.demo.telling import day_words, epilogue, prologue, week_json
from kiosk.demo.week import Played, PlayedDay, Week, play
from kiosk.errors import BadInput, KioskError
from kiosk.logged import log_to_stderr

DAYS = 5
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--port", default=0, help="The pages' port; a free one if none is said.")
@click.option("--school", type=FILE, help="A school file, whose rules hold.")
@click.option("--roster", type=FILE, help="A list of people; else they are invented.")
@click.option("--fast", is_flag=True, help="Play days in seconds, and print the office's lists.")
@click.option("--days", type=click.IntRange(1, 400), help=f"School days; {DAYS} if not said.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--seed", type=int, help="Deal parts and minutes by this lot.")
@as_json
def demo(
    port: int, school: Path | None, roster: Path | None, fast: bool, in_json: bool, **more: Any
) -> None:
    """Run a simulated kiosk of an invented school, or by your own rules; nothing is left of it.

    With --fast (and --days, --from, --seed, --json) nobody looks on: its pupils hand in, forget,
    come late, are held back, by parts that are listed first; and the registers and lists that the
    office asks for are printed, day by day.
    """
    log_to_stderr(logging.ERROR)
    _check_options(fast, port, {**more, "json": in_json or None})
    seed, today = more["seed"], date.today()
    shown = read_school_of(school, roster, Random(f"people {seed}"), today=today)
    if not fast:
        sys.exit(run_demo(say, shown, port=port))
    _play(Week(shown, more["days"] or DAYS, seed, _day(more["first"]), today), in_json)


def _check_options(fast: bool, port: int, given: dict[str, Any]) -> None:
    names = [
        f"--{name}".replace("first", "from") for name, value in given.items() if value is not None
    ]
    if names and not fast:
        raise BadInput(f"{', '.join(names)}: only with --fast; else the demo runs until Ctrl-C")
    if fast and port:
        raise BadInput("--port: not with --fast, which has no pages")


def _day(first: datetime | None) -> date | None:
    return first.date() if first else None


def _play(week: Week, in_json: bool) -> None:
    days: list[PlayedDay] = []
    tell = (lambda text: None) if in_json else say
    week.dates()  # what is wrong with them is said before anything else
    tell(prologue(week))
    for played in play(week):
        if isinstance(played, PlayedDay):
            days.append(played)
            tell(day_words(played))
        else:
            say(json.dumps(week_json(week, days, played)) if in_json else epilogue(week, played))
            _check_record(played)


def _check_record(played: Played) -> None:
    if played.findings:
        raise KioskError("the record is not as it was written")
