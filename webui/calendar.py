"""The school's year: terms, half-terms, INSET days, bank holidays, closed days. Nobody is in it."""

from flask import Blueprint, render_template

from kiosk.policy.roles import Permission
from kiosk.school.year_in_words import year_in_words
from webui.access import needs
from webui.office import office

pages = Blueprint("calendar", __name__)


@pages.get("/calendar")
@needs(Permission.SEE_CABINET)
def show() -> str:
    """What holds."""
    service = office().service
    timetable = service.rules.timetable
    today = timetable.local(service.now().at).date()
    return render_template("calendar.html", year=year_in_words(timetable, today))
