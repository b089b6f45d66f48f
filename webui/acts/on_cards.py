"""Acts about a person's cards: a new one, a temporary one, and blocking."""

from collections import Counter
from datetime import datetime
from functools import partial
from hashlib import sha256

from kiosk.messages import Command
from kiosk.messages.commands import BlockCard, EnrolCard
from kiosk.model import CardStatus, Credential
from kiosk.policy.roles import Permission
from webui.acts.act import About, Scene, StaffAct, any_of
from webui.acts.fields import Field, Kind, Options, Values

LASTING, TODAY = "lasting", "today"
TWICE = 2  # so often a card is tapped that is to be given to somebody


def _new_cards(scene: Scene) -> Options:
    """Cards that nobody owns and that were tapped twice, the one in hand first: they are known
    for a day."""
    local = scene.rules.timetable.local
    taps = scene.standing.memory.unknown
    last = {tap.card.key: local(tap.at.at) for tap in taps}
    often = Counter(tap.card.key for tap in taps)
    twice = sorted((key for key in often if often[key] >= TWICE), key=last.__getitem__)
    return [
        (_mark(key), f"Tapped {often[key]} times, last {_when(last[key], scene)}")
        for key in reversed(twice)
    ]


def _when(at: datetime, scene: Scene) -> str:
    return f"at {at:%H:%M:%S}" if at.date() == scene.local.date() else f"yesterday at {at:%H:%M}"


def _mark(key: str) -> str:
    """What stands for a card on a page: not even the digest of its number is shown."""
    return sha256(key.encode()).hexdigest()[:16]


def _terms(scene: Scene) -> Options:
    return [(LASTING, "For good, in place of any other"), (TODAY, "Today, beside the others")]


def _enrol(actor: str, scene: Scene, said: Values) -> Command:
    cards = {_mark(tap.card.key): tap.card for tap in scene.standing.memory.unknown}
    card, is_temporary = cards[said["card"]], said["until"] == TODAY
    until = scene.rules.timetable.midnight_after(scene.local) if is_temporary else None
    credential = Credential(card.key, scene.subject.person_id, card.kind, valid_until=until)
    return EnrolCard(actor, credential, replaces=not is_temporary)


def _working(scene: Scene) -> dict[str, str]:
    cards = scene.standing.roster.credentials.values()
    theirs = (c for c in cards if c.person == scene.subject.person_id)
    return {_mark(c.key): c.key for c in theirs if c.status is CardStatus.ACTIVE}


def _cards(scene: Scene) -> Options:
    return [(mark, f"Card {n}") for n, mark in enumerate(_working(scene), start=1)]


def _block(actor: str, scene: Scene, said: Values) -> Command:
    return BlockCard(actor, _working(scene)[said["card"]])


_act = partial(StaffAct, about=About.PERSON)
P = Permission
CARD_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="card",
        title="Give them a card",
        permissions=any_of(P.ROSTER),
        hint=(
            "Tap the new card twice at the kiosk, then open this page anew: it is in the list. "
            "Who holds it should stand beside you."
        ),
        fields=(
            Field("card", "Which card", Kind.CHOICE, is_required=True, options=_new_cards),
            Field("until", "For how long", Kind.CHOICE, is_required=True, options=_terms),
        ),
        make=_enrol,
        done="The card is theirs.",
    ),
    _act(
        name="block-card",
        title="Block a card",
        permissions=any_of(P.ROSTER),
        hint=(
            "It stops working at once, and a member of staff is signed out. What was opened with "
            "it stands in the record, among the openings by staff."
        ),
        fields=(Field("card", "Which card", Kind.CHOICE, is_required=True, options=_cards),),
        make=_block,
        done="The card is blocked.",
        is_offered=lambda scene: bool(_cards(scene)),
    ),
)
