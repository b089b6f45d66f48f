"""Verbs for cards: read, enrol, lost, found and blocked; and how a number is spelled."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import click

from hardware.profiles import PROFILES, BadNumber, infer, read_number
from kiosk import workbench
from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.config import Config
from kiosk.errors import BadInput, NotRunning

WHOLE_IN_HEX = (
    "With --reader the cards' whole numbers are asked for, in hex: a phone that reads such cards"
    " shows them, or another kiosk's `kiosk card read`."
)
ENROL_WAIT_S = 30.0
ENROL_POLL_S = 0.2


@click.group()
def card() -> None:
    """Cards: read, give, block, lost and found."""


@card.command("read")
@on_a_kiosk
@click.option("--count", default=1, show_default=True, help="End after so many cards.")
@click.option("--timeout", default=10.0, show_default=True, help="Seconds to wait for each.")
@as_json
def card_read(place: Place, count: int, timeout: float, in_json: bool) -> None:
    """Print the number of each card held to the reader. For fitting a reader."""
    config = place.load()
    found = 0
    with workbench.card_source(config) as next_cards:
        while found < count:
            cards = next_cards(timeout)
            if not cards:
                raise NotRunning(f"no card within {timeout:g} s")
            for each in cards:
                say(json.dumps(each) if in_json else f"{each['uid']}  {each['length']} bytes")
            found += len(cards)


@card.command("enrol")
@in_a_name
@click.argument("admission")
@click.option("--uid", default="", help="The card's number; else it is tapped, twice.")
@click.option(
    "--profile",
    default="hex",
    show_default=True,
    type=click.Choice(list(PROFILES)),
    help="How the number is spelled.",
)
@click.option("--keep-others", is_flag=True, help="Leave the person's other cards working.")
@click.option("--today", is_flag=True, help="A temporary card: until midnight, beside the others.")
@click.option("--from", "begins", default="", help="Its first day, as 2026-03-02.")
@click.option("--to", "ends", default="", help="Its last day. It is beside the others then.")
def card_enrol(place: Place, who: Who, uid: str, **options: Any) -> None:
    """Give a card to the person with that ADMISSION number, in place of any other."""
    if not uid:
        place.ask_running("card_enrol_look", admission=options["admission"])
    card_key = "" if uid else tapped_twice(place)
    result = place.ask("card_enrol", uid=uid, key=card_key, **options, **who)
    say(f"The card now belongs to {result['person']}.")
    if result["claim"]:
        say("Its number is short: the first card that fits it becomes theirs when it is tapped.")


@card.command("profile")
@on_a_kiosk
@click.argument("numbers", nargs=-1, required=True)
@click.option(
    "--reader",
    "of_reader",
    is_flag=True,
    help="Of this kiosk's own reader, one that types: NUMBERS are the cards' whole ones, in hex.",
)
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for each card.")
def card_profile(place: Place, numbers: tuple[str, ...], of_reader: bool, timeout: float) -> None:
    """Find how a list or another reader spells card numbers: type the NUMBERS it has for two or
    more cards, then tap those cards in that order.

    With --reader, find how this kiosk's own reader spells them, while the kiosk is stopped.
    """
    config = place.load()
    find = _as_the_reader_types if of_reader else _as_somebody_lists
    found = infer(find(config, numbers, timeout))
    if not found:
        raise BadInput("no profile explains these numbers: was a card tapped out of turn?")
    say(
        f"{found[0]}: use it as `profile`."
        if len(found) == 1
        else (f"It is one of {', '.join(found)}: a further card will tell which.")
    )


def _as_somebody_lists(
    config: Config, numbers: Sequence[str], timeout: float
) -> list[tuple[bytes, str]]:
    """The whole number of each card, as the kiosk's own reader tells it, and that on the list."""
    with workbench.card_source(config) as next_cards:
        return [(_tapped(next_cards, number, timeout), number) for number in numbers]


def _tapped(next_cards: Callable[[float], Sequence[Json]], number: str, timeout: float) -> bytes:
    say(f"Tap the card that is {number} there.")
    cards = next_cards(timeout)
    if len(cards) != 1:
        raise NotRunning(f"no card within {timeout:g} s" if not cards else "one card at a time")
    if cards[0]["kind"].startswith("claim:"):
        raise BadInput(
            "the kiosk's own reader cuts numbers short: set it to whole ones, and find out by"
            " `kiosk card profile --reader` how it spells them"
        )
    return bytes.fromhex(cards[0]["uid"])


def _as_the_reader_types(
    config: Config, numbers: Sequence[str], timeout: float
) -> list[tuple[bytes, str]]:
    """The whole number of each card, as it was told us, and what the kiosk's own reader types."""
    uids = [_whole(number) for number in numbers]
    with workbench.typing_reader(config) as next_text:
        return [(uid, _typed(next_text, uid, timeout)) for uid in uids]


def _whole(number: str) -> bytes:
    try:
        kind, uid = read_number("hex", number)
    except BadNumber as refused:
        raise BadInput(f"{number}: {refused} {WHOLE_IN_HEX}") from None
    if kind.startswith("claim:"):
        raise BadInput(f"{number} is not the whole number of a card. {WHOLE_IN_HEX}")
    return uid


def _typed(next_text: Callable[[float], str], uid: bytes, timeout: float) -> str:
    say(f"Tap the card {uid.hex().upper()}.")
    text = next_text(timeout)
    if not text:
        raise NotRunning(f"the reader typed nothing within {timeout:g} s")
    return text


@card.command("lost")
@in_a_name
@click.argument("admission")
def card_lost(place: Place, who: Who, admission: str) -> None:
    """Report that the person with that ADMISSION number has lost their card: it stops working at
    once, and a member of staff is signed out. `card found` takes it back."""
    result = place.ask("card_lost", admission=admission, **who)
    say(_counted(result["person"], result["lost"], "reported lost", "no card that works"))


@card.command("found")
@in_a_name
@click.argument("admission")
def card_found(place: Place, who: Who, admission: str) -> None:
    """Say that the lost card of the person with that ADMISSION number was found: it works again."""
    result = place.ask("card_found", admission=admission, **who)
    say(_counted(result["person"], result["found"], "working again", "no lost card"))


def _counted(person: str, count: int, done: str, none: str) -> str:
    if not count:
        return f"{person} has {none}."
    return f"{person}: {count} card{'s' if count > 1 else ''} {done}."


@card.command("block")
@in_a_name
@click.argument("admission")
@click.option("--since", default="", help="List its openings since then, as 08:30; else today's.")
def card_block(place: Place, who: Who, admission: str, since: str) -> None:
    """Block every card of the person with that ADMISSION number, and list what was opened with it.
    Where it is a member of staff, whoever is signed in as them is signed out."""
    result = place.ask("card_block", admission=admission, since=since, **who)
    say(_counted(result["person"], result["blocked"], "blocked", "no card that works"))
    for opening in result["openings"]:
        say(f"{opening['at']}  cubby {opening['cubby']}  {opening['whose']}")


def tapped_twice(place: Place) -> str:
    """The key of a card that nobody owns, once it was tapped twice. Raises BadInput, NotRunning."""
    first = _unknown_tap(place, "Tap the new card.")
    second = _unknown_tap(place, "Tap it again.")
    if first != second:
        raise BadInput("those were two different cards; nothing was enrolled")
    return first


def _unknown_tap(place: Place, prompt: str) -> str:
    """The key of the next unknown card tapped at the running kiosk."""
    before = _last_unknown(place)
    say(prompt)
    give_up = time.monotonic() + ENROL_WAIT_S
    while time.monotonic() < give_up:
        last = _last_unknown(place)
        if last is not None and last != before:
            return str(last["key"])
        time.sleep(ENROL_POLL_S)
    raise NotRunning(f"no unknown card was tapped within {ENROL_WAIT_S:.0f} s")


def _last_unknown(place: Place) -> Json | None:
    taps = place.ask_running("unknown_taps")["taps"]
    return taps[-1] if taps else None
