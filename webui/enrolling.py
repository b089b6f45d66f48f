"""Cards given out in the order of the register: one pupil after another, form by form."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.drafting import Standing
from kiosk.messages.commands import EnrolCard
from kiosk.model import CardStatus, Credential, Person, PersonKind
from kiosk.policy.roles import Permission
from webui.access import actor, may, needs, web_session
from webui.faults import Fault
from webui.office import office
from webui.tapped import FRESH, card_in_hand
from webui.wording import printable, reason_words

pages = Blueprint("enrolling", __name__)

MOST = 40  # who is still to come


@pages.get("/people/cards")
@needs(Permission.ROSTER)
def show() -> str:
    """Whose turn it is."""
    return _page(request.args)


@pages.post("/people/cards")
@needs(Permission.ROSTER)
def give() -> Response | tuple[str, int]:
    """The card that was tapped twice just now is theirs; then the next one's turn comes."""
    standing, now = office().service.standing(), office().service.now()
    person = standing.roster.people.get(request.form.get("person", ""))
    if person is None or person not in without_a_card(standing, person.form):
        return _on()  # somebody was quicker, or it was sent twice
    card = card_in_hand(standing, now.at - FRESH)
    if card is None:
        words = "No new card was tapped twice in the last two minutes. Tap it, and tap it again."
        return _page(request.form, [Fault("give", words)]), 409
    credential = Credential(card.key, person.id, card.kind)
    outcome = office().service.submit(EnrolCard(actor(), credential, replaces=True))
    if not outcome.granted:
        why = reason_words(outcome.reason) or "it was refused"
        return _page(request.form, [Fault("give", f"Nothing was done: {why}.")]), 409
    web_session()["said"] = f"{_name(person)} has a card."
    return _on()


def without_a_card(standing: Standing, form: str) -> list[Person]:
    """The pupils of a form who have no card that works, in the order of the register."""
    cards = standing.roster.credentials.values()
    have = {card.person for card in cards if card.status is CardStatus.ACTIVE}
    return [one for one in _pupils(standing, form) if one.id not in have]


def _pupils(standing: Standing, form: str) -> list[Person]:
    people = standing.roster.people.values()
    found = [p for p in people if p.kind is PersonKind.PUPIL and not p.leaver and p.form == form]
    return sorted(found, key=lambda p: (p.surname.casefold(), p.forename.casefold(), p.id))


def _on() -> Response:
    """On to the next one, behind whoever was passed over."""
    form, after = request.form.get("form", ""), request.form.get("after", "")
    return redirect(url_for("enrolling.show", form=form, after=after), 303)


def _name(person: Person) -> str:
    """Their name, or for who may not see names their number."""
    return printable(person.name if may(Permission.SEE_NAMES) else person.admission)


def _page(asked: Mapping[str, str], faults: Sequence[Fault] = ()) -> str:
    standing = office().service.standing()
    pupils = (p for p in standing.roster.people.values() if p.kind is PersonKind.PUPIL)
    forms = sorted({p.form for p in pupils if p.form and not p.leaver})
    form = asked.get("form", "")
    form = form if form in forms else next(iter(forms), "")
    waiting, after = without_a_card(standing, form), asked.get("after", "")
    passed = next((n for n, one in enumerate(waiting, 1) if one.id == after), 0)
    queue = [*waiting[passed:], *waiting[:passed]]
    return render_template(
        "cards.html",
        forms=forms,
        form=form,
        after=after,
        queue=[(one.id, _name(one), printable(one.admission)) for one in queue[:MOST]],
        waiting=len(waiting),
        all=len(_pupils(standing, form)),
        faults=list(faults),
    )
