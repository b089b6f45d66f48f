"""Verbs that say why, and what would have been."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kiosk import bootstrap
from kiosk.acts import SchoolFile
from kiosk.cli.place import Json, Place, Who, in_a_name, on_a_kiosk, say
from kiosk.cli.place import as_json as with_json
from kiosk.config import Config, load_config
from kiosk.drafting import Rules
from kiosk.errors import RecordDamaged
from kiosk.events import Event
from kiosk.explaining.rehearsal import Answer, Difference, Rehearsal, rehearse
from kiosk.explaining.rehearsal_told import as_json
from kiosk.model import Roster
from kiosk.policy.words import REASONS
from kiosk.school.school import check_school, read_file, rules_by, rules_of
from kiosk.store.snapshot import Snapshot, number_of, take_snapshot
from kiosk.store.tables import roster_of, schools_of
from kiosk.store.verify import all_documents


@click.command("explain")
@in_a_name
@click.argument("admission")
@click.option("--at", default="", help="Another time: 12:30, or 2026-03-02 12:30.")
@with_json
def explain(place: Place, who: Who, admission: str, at: str, in_json: bool) -> None:
    """Why a person's tap would be granted or refused, now or at another time.

    At a past time it is told by the state and the school's rules of then: give the minute of a tap
    to be told of that tap.
    """
    told = place.ask("explain", admission=admission, at=at, **who)
    say(json.dumps(told) if in_json else explanation_words(told))


def explanation_words(told: Json) -> str:
    """The explanation, line by line."""
    outcome = "granted" if told["granted"] else "refused"
    lines = [
        f"{told['person']}, {told['at'][:16].replace('T', ' ')}: {outcome}, {told['staff']}.",
        f'The kiosk says "{told["pupil"]}".',
        f"Row {told['row']} decides: {told['situation']}.",
    ]
    if told["next"]:
        lines.append(f"Next: {told['next']}.")
    lines += told["notices"]
    lines += [
        "",
        "It was so that" if told["notices"] else "It is so that",
        *(f"  {fact}" for fact in told["facts"]),
    ]
    if told["missed"]:
        lines += ["", "The rows before it would decide only if", *map(_missed, told["missed"])]
    return "\n".join(lines)


def _missed(row: Json) -> str:
    needs = "; ".join(row["only_if"]) or "things were quite different"
    return f"  {row['row']:>3}  {needs}"


@click.command("rehearse")
@on_a_kiosk
@click.option(
    "--with",
    "other",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A school file, or a config file, with the changed rules.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@with_json
def rehearse_verb(
    place: Place, other: Path, first: datetime | None, last: datetime | None, in_json: bool
) -> None:
    """What changed rules would have done to the taps on record, running or not.

    Each tap meets the state that there was: what other rules would have led to is not played on.
    """
    config = place.load()
    zone = ZoneInfo(config.school.zone)
    with take_snapshot(config.kiosk.data) as snapshot:
        roster, school = roster_of(snapshot.tables), _school_in(snapshot)
        in_force = _rules(config, school, roster)
        result = rehearse(
            in_force,
            _changed(other, in_force, school, roster),
            roster,
            _events(snapshot),
            since=_midnight(first, zone),
            until=_midnight(last + timedelta(days=1), zone) if last else None,
        )
        missing = len(snapshot.missing)
    say(json.dumps(as_json(result)) if in_json else rehearsal_words(result))
    if missing:
        click.echo(f"kiosk: {missing} files of history are not there: it is but a part", err=True)


def _school_in(snapshot: Snapshot) -> SchoolFile | None:
    schools = schools_of(snapshot.tables)
    return schools[max(schools)] if schools else None


def _rules(config: Config, school: SchoolFile | None, roster: Roster) -> Rules:
    base = bootstrap.make_rules(config)
    return rules_by(base, school, roster) if school else base


def _changed(other: Path, rules: Rules, school: SchoolFile | None, roster: Roster) -> Rules:
    """The rules by that file. A school file takes the place of the one in force; a config leaves
    it in force."""
    text = read_file(other)
    if _is_config(text):
        return _rules(load_config(other), school, roster)
    return rules_of(rules, check_school(text, str(other), roster))


def _is_config(text: str) -> bool:
    try:
        return "kiosk" in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False


def _midnight(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None


def rehearsal_words(result: Rehearsal) -> str:
    """The rehearsal, line by line."""
    lines = [f"{result.differing} of {result.taps} taps would have come out differently."]
    lines += map(_difference, result.differences)
    if result.unlike:
        lines.append(
            f"Of {result.unlike} taps the record tells otherwise than the rules of now: they were "
            "others then, or something is known no more."
        )
    return "\n".join(lines)


def _difference(difference: Difference) -> str:
    kind = difference.kind
    examples = ", ".join(map(str, difference.examples))
    return (
        f"{difference.count:>7}  {kind.form or 'no form'}: {_answer(kind.before)}; now "
        f"{_answer(kind.after)} (events {examples})"
    )


def _answer(answer: Answer) -> str:
    return f"{'granted' if answer.granted else 'refused'}, {REASONS[answer.reason]}"


def _events(snapshot: Snapshot) -> Iterator[Event]:
    for document in all_documents(snapshot):
        try:
            yield Event.from_record(document)
        except (ValueError, KeyError, TypeError) as fault:
            raise RecordDamaged(
                f"event {number_of(document)} is not as an event is: `kiosk verify` tells more"
            ) from fault
