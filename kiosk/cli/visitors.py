"""Verbs about visitors who were on no list."""

import click

from kiosk.cli.cards import tapped_twice
from kiosk.cli.place import Place, Who, in_a_name, say


@click.group()
def visitor() -> None:
    """Visitors: they come with a card for a time, and leave it behind."""


@visitor.command("new")
@in_a_name
@click.argument("forename")
@click.argument("surname")
@click.option("--visits", default="", help="Whom they visit.")
@click.option("--to", "until", default="", metavar="DAY", help="The card's last day; else today.")
@click.option("--uid", default="", help="The card's number in hex; else it is tapped, twice.")
def visitor_new(
    place: Place, who: Who, forename: str, surname: str, visits: str, until: str, uid: str
) -> None:
    """Add a visitor and give them a card. They are forgotten some weeks after their visit."""
    key = "" if uid else tapped_twice(place)
    asked = {"forename": forename, "surname": surname, "visits": visits, "until": until}
    result = place.ask("visitor_new", uid=uid, key=key, **asked, **who)
    say(f"{result['name']} is {result['admission']}. The card works until {result['until']}.")


@visitor.command("left")
@in_a_name
@click.argument("number")
def visitor_left(place: Place, who: Who, number: str) -> None:
    """Say that the visitor with that NUMBER has left: their card may be the next one's."""
    result = place.ask("visitor_left", admission=number, **who)
    say(f"{result['person']} has left.")
