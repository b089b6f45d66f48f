"""Verbs for those who sign in: their roles, forms and days; and day-duty staff."""

import json

import click

from kiosk.cli.place import Json, Place, Who, as_json, ask_password, in_a_name, on_a_kiosk, say
from kiosk.errors import BadInput
from kiosk.passwords import hash_password, password_fault
from kiosk.policy.roles import ROLES

_since = click.option("--from", "since", default="", metavar="DAY", help="Their first day.")
_until = click.option("--to", "until", default="", metavar="DAY", help="Their last day.")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@on_a_kiosk
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help=f"More than once for several. Of the school's own, or {', '.join(ROLES)}.",
)
@click.option("--form", "forms", multiple=True, help="Their own form; more than once for several.")
@_since
@_until
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--change", is_flag=True, help="Give a user there is a new password and these roles.")
def user_add(
    place: Place,
    name: str,
    roles: tuple[str, ...],
    forms: tuple[str, ...],
    password_stdin: bool,
    change: bool,
    **days: str,
) -> None:
    """Add somebody who signs in.

    A lead's role (headteacher, dsl, or one of the school's own) waits until another lead confirms
    it, once there is one: `kiosk user confirm`.
    """
    config = place.load()
    place.ask("user_add_look", name=name, roles=list(roles), change=change)
    password = ask_password("Password", password_stdin, twice=True)
    if fault := password_fault(password, name, config.school.name):
        raise BadInput(fault)
    result = place.ask(
        "user_add",
        name=name,
        password_hash=hash_password(password),
        roles=list(roles),
        change=change,
        forms=list(forms) or None,
        **days,
    )
    say(f"{result['user']} {'was added' if result['added'] else 'was changed'}.")
    _say_waiting(result)


def _say_waiting(result: Json) -> None:
    if result["waiting"]:
        roles = ", ".join(result["waiting"])
        say(f"{roles}: a lead has to confirm it: kiosk user confirm {result['user']} --as LEAD")


@user.command("forms")
@on_a_kiosk
@click.argument("name")
@click.option("--form", "forms", multiple=True, help="More than once for several; none: no form.")
def user_forms(place: Place, name: str, forms: tuple[str, ...]) -> None:
    """Say which forms are a user's own, in place of any other."""
    result = place.ask("user_forms", name=name, forms=list(forms))
    say(f"{result['user']}: {', '.join(result['forms']) or 'no form'}.")


@user.command("days")
@on_a_kiosk
@click.argument("name")
@_since
@_until
def user_days(place: Place, name: str, since: str, until: str) -> None:
    """Say from which DAY to which DAY a user may do anything, as 2026-03-02; - for any."""
    result = place.ask("user_days", name=name, since=since, until=until)
    say(f"{result['user']}: {_days(result) or 'any day'}.")


@user.command("link")
@on_a_kiosk
@click.argument("name")
@click.argument("admission", default="")
def user_link(place: Place, name: str, admission: str) -> None:
    """Say which member of staff a user is: their card, then a pupil's, opens that pupil's cubby.
    Without an ADMISSION number: none."""
    result = place.ask("user_link", name=name, admission=admission)
    say(f"{result['user']} is {result['person'] or 'nobody with a card'}.")


@user.command("confirm")
@in_a_name
@click.argument("name")
def user_confirm(place: Place, who: Who, name: str) -> None:
    """Say yes to the lead's role that was asked for the user NAME. Needs --as: another lead."""
    result = place.ask("user_confirm", name=name, **who)
    say(f"{result['user']} is {', '.join(result['roles'])}.")


@user.command("decline")
@in_a_name
@click.argument("name")
def user_decline(place: Place, who: Who, name: str) -> None:
    """Say no to it, or take the request back."""
    result = place.ask("user_decline", name=name, **who)
    say(f"Nothing waits for {result['user']} any more.")


@user.command("list")
@in_a_name
@click.option("--all", "everybody", is_flag=True, help="Also those whose last day is past.")
@as_json
def user_list(place: Place, who: Who, everybody: bool, in_json: bool) -> None:
    """Print who signs in, with which roles."""
    users = place.ask("users", everybody=everybody, **who)["users"]
    if in_json:
        say(json.dumps(users))
        return
    for each in users:
        say(_line(each))


def _line(each: Json) -> str:
    parts = [", ".join(each["roles"]) or "no role"]
    parts += [f"waiting: {', '.join(each['waiting'])}"] if each["waiting"] else []
    parts += [f"forms: {', '.join(each['forms'])}"] if each["forms"] else []
    parts += [days] if (days := _days(each)) else []
    parts += [f"staff {each['staff']}"] if each["staff"] else []
    parts += [] if each["signs_in"] else ["does not sign in"]
    return f"{each['name']}: {'; '.join(parts)}"


def _days(told: Json) -> str:
    since, until = told["since"], told["until"]
    if since and since == until:
        return f"on {since}"
    parts = [f"from {since}" if since else "", f"until {until}" if until else ""]
    return " ".join(part for part in parts if part)


@user.command("day")
@on_a_kiosk
@click.argument("forename")
@click.argument("surname")
@click.option("--form", required=True, help="The form that they look after.")
@click.option("--on", default="", metavar="DAY", help="2026-03-02; today if none is said.")
def user_day(place: Place, **options: str) -> None:
    """Have somebody look after one form on one day: a supply teacher, a helper.

    They sign in nowhere. With the card that you give them next they open that form's box while
    pupils arrive and leave, and with a pupil's card after their own that pupil's cubby.
    """
    result = place.ask("day_staff", **options)
    say(f"{result['name']} has number {result['admission']}, for {result['on']}.")
    say(f"On that day give them a card: kiosk card enrol {result['admission']} --today")
