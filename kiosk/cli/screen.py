"""Verbs for the pupils' screens, and for how signs are shown to somebody."""

import json

import click

from kiosk.cli.people import person
from kiosk.cli.place import Place, as_json, on_a_kiosk, say
from kiosk.config import WebSection
from kiosk.policy.languages import LANGUAGES


@click.group()
def screen() -> None:
    """The screens that pupils look at."""


@screen.group("token")
def token() -> None:
    """Tablets that may show the pupils' screen, and nothing else. The display of this machine needs
    no token."""


@token.command("new")
@on_a_kiosk
@click.argument("name")
@as_json
def token_new(place: Place, name: str, in_json: bool) -> None:
    """Let a tablet, called NAME, show the screen. Its address is told once."""
    result = place.ask("screen_token_new", name=name)
    web = place.load().web
    address = _address(web, result["token"])
    if in_json:
        say(json.dumps({**result, "address": address}))
        return
    say(f"Open this address on {result['name']}, once. It is not told again:\n  {address}")
    if web.is_loopback:
        say("Note: [web] host lets only this machine ask for pages; no tablet reaches it yet.")


def _address(web: WebSection, token: str) -> str:
    host = web.trusted_hosts[0] if web.trusted_hosts and not web.is_loopback else web.host
    port = web.port or "PORT"  # a free one: `kiosk run` says which
    scheme = "https" if web.uses_tls else "http"
    return f"{scheme}://{host}:{port}/screen#{token}"


@token.command("list")
@on_a_kiosk
@as_json
def token_list(place: Place, in_json: bool) -> None:
    """Which tablets may show the screen."""
    result = place.ask("screen_token_list")
    if in_json:
        say(json.dumps(result))
    else:
        say("\n".join(result["screens"]) or "No tablet may show the screen.")


@token.command("revoke")
@on_a_kiosk
@click.argument("name")
def token_revoke(place: Place, name: str) -> None:
    """Let the tablet NAME show the screen no longer. It goes dark within seconds."""
    result = place.ask("screen_token_revoke", name=name)
    say(f"{result['name']} may not show the screen any more.")


@person.command("signs")
@on_a_kiosk
@click.argument("admission")
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES, "school"]),
    help="Of the words that are for them.",
)
@click.option(
    "--low-sensory/--no-low-sensory",
    default=None,
    help="Dim, silent, still, and slower, whenever it is for them.",
)
@click.option(
    "--more-time/--no-more-time",
    default=None,
    help="Three times as long at the door before a reminder.",
)
@as_json
def person_signs(
    place: Place, admission: str, language: str | None, in_json: bool, **needs: bool | None
) -> None:
    """How the kiosk speaks to the person with that ADMISSION number. Without options: tell it."""
    asked = "" if language == "school" else language
    result = place.ask("person_signs", admission=admission, language=asked, **needs)
    if in_json:
        say(json.dumps(result))
        return
    code = result["language"]
    words = LANGUAGES[code].name if code else "the school's language"
    calm = "low-sensory" if result["low_sensory"] else "as the kiosk is for everybody"
    time = "; more time at the door" if result["more_time"] else ""
    say(f"{result['person']}: {words}; {calm}{time}.")
