"""Verbs that say why, and what would have been."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kiosk import bootstrap
from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.config import load_config
from kiosk.errors import RecordDamaged
from kiosk.events import Event
from kiosk.explaining.rehearsal import Answer, Difference, Rehearsal, rehearse
from kiosk.policy.words import REASONS
from kiosk.store.snapshot import Snapshot, number_of, take_snapshot
from kiosk.store.tables import roster_of
from kiosk.store.verify import all_documents


@click.command("explain")
@in_a_name
@click.argument("admission")
@click.option("--at", default="", help="Another time: 12:30, or 2026-03-02 12:30.")
@as_json
def explain(place: Place, who: Who, admission: str, at: str, in_json: bool) -> None:
    """Why a person's tap would be granted or refused, now or at another time."""
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
    lines += ["", "It is so that", *(f"  {fact}" for fact in told["facts"])]
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
    help="A config file with the changed rules.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@as_json
def rehearse_verb(
    place: Place, other: Path, first: datetime | None, last: datetime | None, in_json: bool
) -> None:
    """What changed rules would have done to the taps on record, running or not.

    Each tap meets the state that there was: what other rules would have led to is not played on.
    """
    config = place.load()
    zone = ZoneInfo(config.school.zone)
    with take_snapshot(config.kiosk.data) as snapshot:
        result = rehearse(
            bootstrap.make_rules(config),
            bootstrap.make_rules(load_config(other)),
            roster_of(snapshot.tables),
            _events(snapshot),
            since=_midnight(first, zone),
            until=_midnight(last + timedelta(days=1), zone) if last else None,
        )
        missing = len(snapshot.missing)
    say(json.dumps(_as_json(result)) if in_json else rehearsal_words(result))
    if missing:
        click.echo(f"kiosk: {missing} files of history are not there: it is but a part", err=True)


def _midnight(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone).astimezone(UTC) if day else None


def _as_json(result: Rehearsal) -> Json:
    return {
        "taps": result.taps,
        "unlike": result.unlike,
        "differences": [
            {
                "before": _answer_json(difference.kind.before),
                "after": _answer_json(difference.kind.after),
                "form": difference.kind.form,
                "count": difference.count,
                "examples": list(difference.examples),
            }
            for difference in result.differences
        ],
    }


def _answer_json(answer: Answer) -> Json:
    return {"granted": answer.granted, "reason": answer.reason.value}


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
