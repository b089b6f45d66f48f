"""Verbs that only look."""

import json

import click

from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, on_a_kiosk, say


@click.command()
@on_a_kiosk
@as_json
def status(place: Place, in_json: bool) -> None:
    """How the kiosk and its cubbies are."""
    result = place.ask("status")
    say(json.dumps(result) if in_json else _status_words(result))


def _status_words(status: Json) -> str:
    health, counts = status["health"], status["counts"]
    record = health["history"] if health["store"] == "ok" else health["store"]
    lines = [
        f"{'simulated, ' if health['simulated'] else ''}"
        f"{'ready' if health['ready'] else 'not ready'}; "
        f"reader {health['reader']}, locks {health['locks']}, lights {health['lights']}, "
        f"power {health['power']}, "
        f"record {record}, clock {health['clock']}",
        f"{status['time'][:16].replace('T', ' ')}, {status['phase'] or 'phase unknown'}; "
        f"{counts['stored']} of {counts['cubbies']} in, {counts['free']} free, "
        f"{counts['open']} open, {counts['unknown']} not certain, {counts['faults']} faults",
    ]
    lines += [_cubby_words(cubby) for cubby in status["cubbies"] if cubby["state"] != "free"]
    lines += [f"  alert: {alert['words']}" for alert in status["alerts"]]
    if not status["runs"]:
        lines.insert(0, "The kiosk does not run. This is what its record says:")
    return "\n".join(lines)


_STATES = {"unknown": "not certain", "out_of_service": "out of service"}


def _cubby_words(cubby: Json) -> str:
    is_used = cubby["used"] and cubby["state"] != "in"
    state = _STATES.get(cubby["state"], cubby["state"])
    return f"  cubby {cubby['number']:>3}  {state}{', used' if is_used else ''}"


@click.command()
@in_a_name
@click.option("--after", default=0, help="Only events after this number.")
@click.option("--limit", default=20, show_default=True, help="At most so many, the newest.")
@as_json
def events(place: Place, who: Who, after: int, limit: int, in_json: bool) -> None:
    """The last events that the asker may be shown, oldest first; a JSON line each with --json."""
    for event in place.ask("events", after=after, limit=limit, **who)["events"]:
        say(json.dumps(event) if in_json else _event_words(event))


def _event_words(event: Json) -> str:
    """One line, in local time; a person is told by their id, as the record does."""
    cubby = f"cubby {event['cubby']}, " if "cubby" in event else ""
    details = f": {event['details']}" if event["details"] else ""
    when = event["local"][:19].replace("T", " ")
    return f"{event['seq']:>6} {when} {cubby}{event['what']}{details} ({event['actor']})"
