"""The walk after trouble: open, look, say what is there, until every cubby is certain again."""

from flask import Blueprint, render_template, url_for

from kiosk.policy.roles import Permission
from kiosk.staff.reconciliation import missing, to_reconcile
from webui.access import may, needs
from webui.office import office
from webui.wording import People, reason_words, since_words

pages = Blueprint("reconcile", __name__)


@pages.get("/reconcile")
@needs(Permission.OPEN)
def show() -> str:
    """The cubbies that are not certain, in order, each with why; and devices nobody can find."""
    service = office().service
    standing, rules, now = service.standing(), service.rules, service.now().at
    people = People(standing.roster, may(Permission.SEE_NAMES))
    return render_template(
        "reconcile.html",
        cubbies=[
            {
                "number": one.cubby,
                "why": reason_words(one.why),
                "since": since_words(rules, one.since.at, now),
                "people": [people.person(person) for person in one.people],
                "look": url_for("acts.show", name="look", key=one.cubby),
                "open": url_for("cubbies.show", number=one.cubby) + "#open",
            }
            for one in to_reconcile(standing.state)
        ],
        missing=[
            {
                "id": deposit.id,
                "name": people.person(deposit.person),
                "since": since_words(rules, deposit.since.at, now),
            }
            for deposit in missing(standing.state)
        ],
    )
