"""One device's page, and what staff say is true of it: their word stands against every sensor."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.events import Event, Reason
from kiosk.messages.commands import StateCustody
from kiosk.policy.devices import devices_words
from kiosk.policy.roles import Permission
from kiosk.state import (
    Deposit,
    Place,
)
from webui.access import actor, may, needs
from webui.acts.act import About
from webui.acts.pages import offers
from webui.history import lines
from webui.numbers import whole_number
from webui.office import office
from webui.people import hold_words, person_page
from webui.wording import People, reason_words, since_words

pages = Blueprint("deposits", __name__)

MOST_EVENTS = 500  # of its owner since it was handed in, that are looked through
WORDS = {
    Reason.GIVEN: "Given to its owner",
    Reason.INSIDE: "Still inside",
    Reason.EMPTY: "The cubby is empty",
    Reason.NEVER_PUT_IN: "It was never put in",
}
_OF_WHAT_LEFT = (Reason.GIVEN, Reason.INSIDE)  # its cubby: out on a pass, in the office, with staff


@pages.get("/deposits/<int:deposit>")
@needs(Permission.SEE_CABINET)
def show(deposit: int) -> str:
    """What is known of it."""
    service = office().service
    standing = service.standing()
    kept = standing.state.deposits.get(deposit)
    if kept is None:
        abort(404)
    people = People(standing.roster, may(Permission.SEE_NAMES))
    events = _events_of(kept)
    sees_record = may(Permission.SEE_RECORD)
    return render_template(
        "deposit.html",
        deposit=kept,
        person=people.person(kept.person),
        form_class=people.form(kept.person),
        since=since_words(service.rules, kept.since.at, service.now().at),
        last_cubby=next((event.cubby for event in events if event.cubby), None),
        devices=devices_words(kept.count, kept.kinds),
        doubt=reason_words(kept.doubt),
        statements=statements(kept),
        may_open=may(Permission.OPEN, own_forms=True),
        sees_record=sees_record,
        offers=offers(About.DEVICE, str(kept.id)),
        holds=[hold_words(hold) for hold in standing.state.holds_in_force(kept.id, service.now())],
        person_page=person_page(kept.person),
        lines=lines(events, service, people) if sees_record else [],
    )


@pages.post("/deposits/<int:deposit>/state")
@needs(Permission.OPEN, own_forms=True)
def state(deposit: int) -> Response:
    """Note what staff say is true of a device."""
    what = request.form.get("what", "")
    if what not in WORDS:
        abort(400)
    before = _kept(deposit)
    outcome = office().service.submit(StateCustody(actor(), deposit, Reason(what)))
    if not outcome.granted:
        why = reason_words(outcome.reason) or "it was refused"
        abort(409, f"Nothing was changed: {why}.")
    return redirect(_way_on(deposit, before), 303)


def statements(deposit: Deposit) -> list[tuple[str, str]]:
    """What can be said of it. Of a device that nobody can find: that its owner has it, given back
    or never put in. Of one that is out: not that its cubby is empty."""
    sayable = list(WORDS)
    if deposit.cubby is None:
        sayable = [Reason.GIVEN, Reason.NEVER_PUT_IN]
    if deposit.place is not Place.CUBBY:
        sayable = [what for what in sayable if what in _OF_WHAT_LEFT]
    return [(what.value, WORDS[what]) for what in sayable]


def _kept(deposit: int) -> Deposit | None:
    return office().service.standing().state.deposits.get(deposit)


def _way_on(deposit: int, before: Deposit | None) -> str:
    """Back to where it was said; to the device's own page when it is in no cubby any more."""
    opening = whole_number(request.form.get("opening", ""))
    if opening is not None:
        return url_for("openings.show", seq=opening)
    after = _kept(deposit)
    if after is not None and after.cubby is None:
        return url_for("deposits.show", deposit=deposit)
    if before is not None and before.cubby is not None:
        return url_for("cubbies.show", number=before.cubby)
    return url_for("cabinet.show")


def _events_of(deposit: Deposit) -> Sequence[Event]:
    """Newest first. A deposit is named by the event that began it."""
    since = office().service.events(person=deposit.person, after=deposit.id - 1, limit=MOST_EVENTS)
    return [event for event in since if deposit.id in (event.deposit, event.seq, event.cause)]
