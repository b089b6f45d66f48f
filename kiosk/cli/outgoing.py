"""Verbs about who is told something by the kiosk."""

import json

import click

from kiosk.cli.place import Json, Place, as_json, on_a_kiosk, say
from kiosk.outgoing.outgoing import MESSAGE, WEBHOOK


@click.group()
def webhook() -> None:
    """Programs that are sent the events as they come: see docs/telling.md."""


@click.group()
def message() -> None:
    """People who are sent a message for an alert: see docs/telling.md."""


@webhook.command("list")
@on_a_kiosk
@as_json
def webhook_list(place: Place, in_json: bool) -> None:
    """Which there are, and how they were reached since the kiosk started."""
    _list(place, WEBHOOK, in_json)


@webhook.command("test")
@on_a_kiosk
@click.argument("name")
def webhook_test(place: Place, name: str) -> None:
    """Send the program NAME a signed request with no event in it."""
    _test(place, WEBHOOK, name)


@message.command("list")
@on_a_kiosk
@as_json
def message_list(place: Place, in_json: bool) -> None:
    """Who there is, and how they were reached since the kiosk started."""
    _list(place, MESSAGE, in_json)


@message.command("test")
@on_a_kiosk
@click.argument("name")
def message_test(place: Place, name: str) -> None:
    """Send NAME a message that says that it is a trial."""
    _test(place, MESSAGE, name)


def _list(place: Place, kind: str, in_json: bool) -> None:
    result = place.ask("told_list", kind=kind)
    if in_json:
        say(json.dumps(result))
        return
    for one in result["receivers"]:
        say(f"{one['name']}  {one['what']}; {_how(one)}")
    if not result["receivers"]:
        say("The config names none.")


def _how(one: Json) -> str:
    lost = f", given up {one['lost']}" if one["lost"] else ""
    times = "once" if one["sent"] == 1 else f"{one['sent']} times"
    return f"told {times} since the start{lost}" + (
        f"; NOT NOW: {one['fault']}" if one["fault"] else ""
    )


def _test(place: Place, kind: str, name: str) -> None:
    result = place.ask("told_test", kind=kind, name=name)
    say(f"It arrived at {result['name']}.")
