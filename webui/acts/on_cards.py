"""Acts about a person's cards: a new one, a temporary one, and blocking."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from kiosk.messages import Command
from kiosk.messages.commands import BlockCard, EnrolCard, FindCard, ReportCardLost
from kiosk.messages.pins import SetPin
from kiosk.model import CardStatus, Credential, PersonKind
from kiosk.passwords import hash_password
from kiosk.pins import pin_fault
from kiosk.policy.roles import Permission
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.fields import Field, Kind, Options, Values
from webui.tapped import TWICE

Statuses = tuple[CardStatus, ...]
WORKING, LOST = (CardStatus.ACTIVE,), (CardStatus.LOST,)
STOPPABLE = (*WORKING, *LOST)
LASTING, TODAY, DAYS = "lasting", "today", "days"


def new_cards(scene: Scene) -> Options:
    """Cards that nobody owns and that were tapped twice, the one in hand first: they are known
    for a day."""
    local = scene.rules.timetable.local
    taps = scene.standing.memory.unknown
    last = {tap.card.key: local(tap.at.at) for tap in taps}
    often = Counter(tap.card.key for tap in taps)
    twice = sorted((key for key in often if often[key] >= TWICE), key=last.__getitem__)
    return [
        (mark_of(key), f"Tapped {often[key]} times, last {_when(last[key], scene)}")
        for key in reversed(twice)
    ]


def _when(at: datetime, scene: Scene) -> str:
    return f"at {at:%H:%M:%S}" if at.date() == scene.local.date() else f"yesterday at {at:%H:%M}"


def mark_of(key: str) -> str:
    """What stands for a card on a page: not even the digest of its number is shown."""
    return sha256(key.encode()).hexdigest()[:16]


def _terms(scene: Scene) -> Options:
    return [
        (LASTING, "For good, in place of any other"),
        (TODAY, "Today, beside the others"),
        (DAYS, "For the days below, beside the others"),
    ]


def _enrol(actor: str, scene: Scene, said: Values) -> Command:
    cards = {mark_of(tap.card.key): tap.card for tap in scene.standing.memory.unknown}
    card, term = cards[said["card"]], said["until"]
    first, last = _span(scene, said) if term == DAYS else (None, None)
    if term == DAYS and first is None and last is None:
        raise Wrong("ends", "Say until which day.")
    until = scene.rules.timetable.midnight_after(scene.local) if term == TODAY else last
    person = scene.subject.person_id
    credential = Credential(card.key, person, card.kind, valid_from=first, valid_until=until)
    return EnrolCard(actor, credential, replaces=term == LASTING)


def _span(scene: Scene, said: Values) -> tuple[datetime | None, datetime | None]:
    """From when until when, of a first and a last day."""
    first, last = said["begins"], said["ends"]
    if first and last and last < first:
        raise Wrong("ends", "The last day is before the first.")
    midnight = scene.rules.timetable.midnight
    return (
        midnight(first) if first else None,
        midnight(last + timedelta(days=1)) if last else None,
    )


def _say_when(actor: str, scene: Scene, said: Values) -> Command:
    first, last = _span(scene, said)
    card = scene.standing.roster.credentials[_theirs(scene)[said["card"]]]
    changed = replace(card, valid_from=first, valid_until=last)
    return EnrolCard(actor, changed, replaces=False)


def _theirs(scene: Scene, statuses: Statuses = WORKING) -> dict[str, str]:
    """Their cards of these states, by their marks."""
    cards = scene.standing.roster.credentials.values()
    theirs = (c for c in cards if c.person == scene.subject.person_id)
    return {mark_of(c.key): c.key for c in theirs if c.status in statuses}


def _which(statuses: Statuses = WORKING) -> Field:
    """Which of their cards of these states."""

    def options(scene: Scene) -> Options:
        return [(mark, f"Card {n}") for n, mark in enumerate(_theirs(scene, statuses), start=1)]

    return Field("card", "Which card", Kind.CHOICE, is_required=True, options=options)


def _has(statuses: Statuses = WORKING) -> Callable[[Scene], bool]:
    """Whether they have a card of these states."""
    return lambda scene: bool(_theirs(scene, statuses))


def _block(actor: str, scene: Scene, said: Values) -> Command:
    return BlockCard(actor, _theirs(scene, STOPPABLE)[said["card"]])


def _is_asked_pin(scene: Scene) -> bool:
    """Whether they are somebody whom the kiosk asks for a PIN."""
    person = scene.subject.person
    asks = scene.rules.screen.asks_pin
    return asks and person is not None and person.kind is PersonKind.STAFF


def _has_pin(scene: Scene) -> bool:
    return _is_asked_pin(scene) and bool(scene.subject.person and scene.subject.person.pin_hash)


def _set_pin(actor: str, scene: Scene, said: Values) -> Command:
    if fault := pin_fault(said["pin"]):
        raise Wrong("pin", fault)
    if said["pin"] != said["again"]:
        raise Wrong("again", "The two are not the same.")
    return SetPin(actor, scene.subject.person_id, hash_password(said["pin"]))


DAYS_ASKED = (
    Field("begins", "First day", Kind.DAY, "Empty: at once."),
    Field("ends", "Last day", Kind.DAY, "Empty: no end."),
)
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
            Field("card", "Which card", Kind.CHOICE, is_required=True, options=new_cards),
            Field("until", "For how long", Kind.CHOICE, is_required=True, options=_terms),
            *DAYS_ASKED,
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
        fields=(_which(STOPPABLE),),
        make=_block,
        done="The card is blocked.",
        is_offered=_has(STOPPABLE),
    ),
    _act(
        name="lost-card",
        title="The card is lost",
        permissions=any_of(P.ROSTER),
        hint=(
            "It stops working at once, and a member of staff is signed out. If it is found, it "
            "can work again."
        ),
        fields=(_which(),),
        make=lambda actor, scene, said: ReportCardLost(actor, _theirs(scene)[said["card"]]),
        done="The card is reported lost, and stopped.",
        is_offered=_has(),
    ),
    _act(
        name="found-card",
        title="The lost card is found",
        permissions=any_of(P.ROSTER),
        fields=(_which(LOST),),
        make=lambda actor, scene, said: FindCard(actor, _theirs(scene, LOST)[said["card"]]),
        done="The card works again.",
        is_offered=_has(LOST),
    ),
    _act(
        name="card-days",
        title="Say when a card works",
        permissions=any_of(P.ROSTER),
        fields=(
            _which(),
            *DAYS_ASKED,
        ),
        make=_say_when,
        done="It is noted.",
        is_offered=_has(),
    ),
    _act(
        name="pin",
        title="Their PIN at the kiosk",
        permissions=any_of(P.ROSTER),
        hint=(
            "They type it themselves, here and then on the kiosk’s screen after their card. Five "
            "wrong ones lock it; a new one works at once."
        ),
        fields=(
            Field("pin", "PIN", Kind.SECRET, "4 to 8 digits.", is_required=True),
            Field("again", "Once more", Kind.SECRET, is_required=True),
        ),
        make=_set_pin,
        done="Their PIN is set.",
        is_offered=_is_asked_pin,
    ),
    _act(
        name="no-pin",
        title="Take their PIN away",
        permissions=any_of(P.ROSTER),
        make=lambda actor, scene, said: SetPin(actor, scene.subject.person_id, ""),
        done="They have no PIN any more.",
        is_offered=_has_pin,
    ),
)
