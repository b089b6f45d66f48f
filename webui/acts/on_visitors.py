"""Acts about visitors who were on no list: they come with a card for a time, and leave it."""

import secrets
from datetime import UTC, timedelta

from kiosk.messages import Command
from kiosk.messages.sensed import Card
from kiosk.messages.visitors import SeeVisitorOff, WelcomeVisitor
from kiosk.model import Credential, PersonKind
from kiosk.policy.roles import Permission
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import check_name, day_to_come, noted
from webui.acts.fields import Field, Kind, Options, Values
from webui.acts.on_cards import mark_of, new_cards
from webui.tapped import FRESH, card_in_hand

JUST_NOW = "just-now"


def _cards(scene: Scene) -> Options:
    return [
        (JUST_NOW, "The one that was tapped twice in the last two minutes"),
        *new_cards(scene),
    ]


def _welcome(actor: str, scene: Scene, said: Values) -> Command:
    check_name(said)
    last = day_to_come(scene, said, "until")
    card, person = _card(scene, said["card"]), secrets.token_hex(8)
    until = scene.rules.timetable.midnight(last + timedelta(days=1))
    credential = Credential(card.key, person, card.kind, valid_until=until)
    return WelcomeVisitor(
        actor, person, said["forename"], said["surname"], credential, **noted(said)
    )


def _card(scene: Scene, chosen: str) -> Card:
    if chosen != JUST_NOW:
        taps = scene.standing.memory.unknown
        return next(tap.card for tap in taps if mark_of(tap.card.key) == chosen)
    card = card_in_hand(scene.standing, scene.local.astimezone(UTC) - FRESH)
    if card is None:
        words = "No new card was tapped twice in the last two minutes. Tap it, and tap it again."
        raise Wrong("card-1", words)
    return card


def _is_here(scene: Scene) -> bool:
    person = scene.subject.person
    return person is not None and person.kind is PersonKind.VISITOR and not person.leaver


VISITOR_ACTS: tuple[StaffAct, ...] = (
    StaffAct(
        name="visitor",
        title="Welcome a visitor",
        about=About.PEOPLE,
        permissions=any_of(Permission.ROSTER),
        hint=(
            "Tap one of the visitors’ cards twice at the kiosk. With it they hand in and collect "
            "their own device, at any time that the kiosk is open. They are forgotten by "
            "themselves, some weeks after their visit."
        ),
        fields=(
            Field("forename", "Forename", is_required=True),
            Field("surname", "Surname", is_required=True),
            Field("note", "Whom they visit", hint="Whoever sees names reads it."),
            Field(
                "card",
                "Which card",
                Kind.CHOICE,
                is_required=True,
                options=_cards,
                default=lambda scene: JUST_NOW,
            ),
            Field(
                "until",
                "Their last day",
                Kind.DAY,
                "The card stops at its end.",
                default=lambda scene: scene.local.date().isoformat(),
            ),
        ),
        make=_welcome,
        done="The card is the visitor’s.",
        newcomer=lambda command: str(command.person),
    ),
    StaffAct(
        name="visitor-left",
        title="The visitor leaves",
        about=About.PERSON,
        permissions=any_of(Permission.ROSTER),
        hint="Take their card back. From then on it may be the next visitor’s.",
        make=lambda actor, scene, said: SeeVisitorOff(actor, scene.subject.person_id),
        done="They have left; their card may be the next visitor’s.",
        is_offered=_is_here,
    ),
)
