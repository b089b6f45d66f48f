"""Hands on a simulated cabinet: cards to tap, doors to pull. Real hardware has no such page."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hardware.ports import Fault, Hands
from kiosk.arguments import card_number
from kiosk.errors import BadInput
from kiosk.made_up_cards import KIND, made_up_cards
from kiosk.policy.roles import Permission
from kiosk.view import cubby_views
from webui.access import may, needs
from webui.cabinet import phase_words, state_words
from webui.live import etag, fragment
from webui.numbers import whole_number
from webui.office import SimCard, office
from webui.pictures import pictures
from webui.signs import sign_view
from webui.wording import local_day, local_time

__all__ = ["SimCard", "pages"]

pages = Blueprint("simulator", __name__, url_prefix="/simulator")

UNKNOWN_CARD = bytes.fromhex("04D15EA5ED0B0E")  # seven bytes, like any card; enrolled to nobody
MOST_CARDS = 60  # on the page; the others are typed
DOOR_ACTS: Mapping[str, Callable[[Hands, int], None]] = {
    "open": lambda hands, cubby: hands.open(cubby),
    "close": lambda hands, cubby: hands.close(cubby),
    "ajar": lambda hands, cubby: hands.leave_ajar(cubby),
}


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door and its handle."""

    number: int
    state: str
    word: str
    is_open: bool
    is_lit: bool = False


@pages.get("")
@needs(Permission.SEE_CABINET)
def show() -> str:
    """The cards, the doors, and the screen."""
    seen, doors, now_broken = screen_body(), doors_body(), faults_body()
    return render_template(
        "simulator.html",
        screen=seen,
        screen_etag=etag(seen),
        doors=doors,
        doors_etag=etag(doors),
        faults=now_broken,
        faults_etag=etag(now_broken),
        devices=_devices(),
        cubby_faults=_hands().faults(f"cubby {min(office().service.rules.cubbies)}"),
        cards=_labels()[:MOST_CARDS],
        more_cards=max(0, len(_cards()) - MOST_CARDS),
        cubbies=sorted(office().service.rules.cubbies),
        can_skip=office().skip_time is not None,
        pictures=pictures(),
    )


@pages.get("/screen")
@needs(Permission.SEE_CABINET, polled=True)
def screen() -> Response:
    """What the pupil sees now."""
    return fragment(screen_body())


@pages.get("/doors")
@needs(Permission.SEE_CABINET, polled=True)
def doors() -> Response:
    """The doors as they stand."""
    return fragment(doors_body())


@pages.post("/tap")
@needs(Permission.SEE_CABINET)
def tap() -> AnyResponse:
    """Hold one card to the reader, or two."""
    typed = request.form.get("number", "").strip()
    held = [card_number(typed)] if typed else _cards_held(request.form.get("card", ""))
    for uid in held:
        try:
            _hands().tap(uid)
        except ValueError as wrong:
            raise BadInput(str(wrong)) from None
    return _done()


@pages.post("/door")
@needs(Permission.SEE_CABINET)
def door() -> AnyResponse:
    """Pull, push, jam or free one door."""
    number, act = request.form.get("cubby", ""), request.form.get("act", "")
    if "door" in request.form:  # a button of the grid carries both
        act, _, number = request.form["door"].partition(" ")
    cubbies = {str(cubby): cubby for cubby in office().service.rules.cubbies}
    if number not in cubbies or act not in DOOR_ACTS:
        abort(400)
    DOOR_ACTS[act](_hands(), cubbies[number])
    return _done()


@pages.get("/faults")
@needs(Permission.SEE_CABINET, polled=True)
def faults() -> Response:
    """What is broken now."""
    return fragment(faults_body())


@pages.post("/fault")
@needs(Permission.SEE_CABINET)
def fault() -> AnyResponse:
    """Break a part, or mend it."""
    form = request.form
    act, _, rest = form.get("mend", "").partition(" ")  # a button of the list carries both
    part, name = (rest, act) if act else (form.get("part", ""), form.get("name", ""))
    if "fault" in form and not act:
        name, _, part = form["fault"].partition(" ")
    known = {(each.part, each.name) for each in _hands().faults()}
    if (part, name) not in known:
        abort(400)
    _hands().fault(part, name, not act)
    return _done()


@pages.post("/skip")
@needs(Permission.SEE_CABINET)
def skip() -> AnyResponse:
    """Go on to the next phase of the school day."""
    skip_time = office().skip_time
    if skip_time is None:
        abort(404)
    skip_time()
    return _done()


def screen_body() -> str:
    """The pupil's screen, and what it depends on."""
    service = office().service
    now = service.now().at
    return render_template(
        "simulator_screen.html",
        sign=sign_view(service.rules, service.screen()),
        phase=phase_words(service.phase()),
        time=local_time(service.rules, now),
        day=local_day(service.rules, now),
        parts=_parts(),
        lamp=_hands().shining(),
    )


def faults_body() -> str:
    """Everything that is broken, each with a way to mend it."""
    broken = [fault for fault in _hands().faults() if fault.is_on]
    return render_template("simulator_faults.html", broken=broken)


def doors_body() -> str:
    """Every door with its handle."""
    service = office().service
    standing = service.standing()
    shining = _hands().shining()
    rows = [
        DoorRow(
            view.number,
            view.state.value,
            state_words(view),
            view.number in standing.state.open_doors,
            shining is not None and view.number in shining.lit,
        )
        for view in cubby_views(service.rules, standing)
    ]
    return render_template("simulator_doors.html", doors=rows)


def _parts() -> list[tuple[str, str]]:
    """How the reader, the banks of locks and the lights are, as the kiosk sees them."""
    health = office().service.health()
    return [("Card reader", health.reader), ("Locks", health.locks), ("Lights", health.lights)]


def _devices() -> dict[str, list[Fault]]:
    """What can break about everything but the cubbies, part by part."""
    parts: dict[str, list[Fault]] = {}
    for each in _hands().faults():
        if not each.part.startswith("cubby "):
            parts.setdefault(each.part, []).append(each)
    return parts


def _cards() -> Sequence[SimCard]:
    """The cards to tap: those of the demo, else the made-up ones of the people on the roster."""
    here = office()
    if here.cards is not None:
        return here.cards()
    desk = here.desk
    if desk is None:
        return ()
    made_up = made_up_cards(here.service.standing().roster, lambda uid: desk.card_key((KIND, uid)))
    return [SimCard(", ".join(filter(None, (one.name, one.form))), uid) for one, uid in made_up]


def _labels() -> list[str]:
    cards = _cards()
    if may(Permission.SEE_NAMES):
        return [card.label for card in cards]
    return [f"Card {number}" for number in range(1, len(cards) + 1)]


def _cards_held(which: str) -> list[bytes]:
    """The numbers of the cards that a button stands for."""
    cards = _cards()
    if which == "unknown":
        return [UNKNOWN_CARD]
    if which == "phone":
        return [b"\x08" + secrets.token_bytes(3)]  # made anew each time: NXP AN10927
    if which == "two" and len(cards) >= 2:
        return [cards[0].uid, cards[1].uid]
    number = whole_number(which)
    if number is None or number >= len(cards):
        abort(400)
    return [cards[number].uid]


def _hands() -> Hands:
    hands = office().hands
    if hands is None:
        abort(404)
    return hands


def _done() -> AnyResponse:
    """The live parts tell what came of it; without JavaScript the page is shown again."""
    if "HX-Request" in request.headers:
        return AnyResponse(status=204)
    return redirect(url_for("simulator.show"), 303)
