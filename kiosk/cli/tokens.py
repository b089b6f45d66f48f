"""Verbs for the tokens that other programs read the kiosk with."""

import json

import click

from kiosk.cli.place import Json, Place, as_json, on_a_kiosk, say
from kiosk.policy.scopes import Scope


@click.group()
def token() -> None:
    """The tokens that other programs read the kiosk with: see docs/api.md."""


@token.command("new")
@on_a_kiosk
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may read; more than once for several. Without `names` nobody is named.",
)
@as_json
def token_new(place: Place, name: str, scopes: tuple[str, ...], in_json: bool) -> None:
    """Make a token for the program that you call NAME. It is shown this once."""
    made = place.ask("token_new", name=name, scopes=list(scopes))
    if in_json:
        say(json.dumps(made))
        return
    say(made["token"])
    click.echo(f"{name} may read {', '.join(made['scopes'])}. Nobody can show it again.", err=True)


@token.command("list")
@on_a_kiosk
@as_json
def token_list(place: Place, in_json: bool) -> None:
    """Which tokens there are, and how often each was used since the kiosk started."""
    result = place.ask("token_list")
    if in_json:
        say(json.dumps(result))
        return
    for one in result["tokens"]:
        say(f"{one['name']}  {', '.join(one['scopes'])}; {_used_words(one)}")
    if not result["tokens"]:
        say("There are none.")


@token.command("revoke")
@on_a_kiosk
@click.argument("name")
def token_revoke(place: Place, name: str) -> None:
    """Take a token back: from now on it is good for nothing."""
    result = place.ask("token_revoke", name=name)
    say(f"{result['name']} reads nothing any more.")


def _used_words(one: Json) -> str:
    if not one["used"]:
        return "not used since the start"
    return f"used {one['used']} times since the start, last on {one['last']}"
