"""The office's lists: all of them at a glance, each as a page, for a spreadsheet, or to print."""

import json
from datetime import UTC, datetime, time

from flask import Blueprint, Response, abort, render_template, request

from kiosk.errors import BadInput
from kiosk.lists import LISTS, Kind, Table, lists_for
from kiosk.lists.seen import is_pupil
from kiosk.lists.table import by_form
from kiosk.orders.wanted import Format, ListWanted
from kiosk.policy.roles import Permission
from webui.access import needs, refuse, rights
from webui.downloads import file_of
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.office import office
from webui.wording import local_day, local_time

pages = Blueprint("lists", __name__)

# As the day goes: what is asked for at the desk, in that order.
GROUPS = (
    ("When school begins", ("not-seen", "exams", "holders")),
    ("During the day", ("out", "overdue", "carried", "expected-back")),
    ("To be sorted out", ("uncollected", "held", "leavers", "reviews", "unsigned", "lost-cards")),
)


@pages.get("/lists")
@needs(Permission.LISTS, own_forms=True)
def index() -> str:
    """Every list that the reader may see, with how many lines it has; of a hidden one, nothing."""
    seen = lists_for(rights())
    groups = [
        (title, [_line(name, seen[name]) for name in names if name in seen])
        for title, names in GROUPS
    ]
    service = office().service
    now = service.now().at
    return render_template(
        "lists.html",
        groups=[(title, lines) for title, lines in groups if lines],
        has_no_forms=rights().forms_for(Permission.LISTS) == frozenset(),
        day=local_day(service.rules, now),
        time=local_time(service.rules, now),
    )


@pages.get("/lists/<name>")
@needs(Permission.LISTS, own_forms=True)
def show(name: str) -> tuple[str, int]:
    """One list. A hidden one is shown once somebody has said so."""
    kind = _kind(name)
    is_shown = not kind.is_hidden or bool(request.args.get("show"))
    table, faults = None, []
    if is_shown:
        try:
            table = _table(_wanted(name))
        except BadInput as fault:
            field = "at" if request.args.get("at") else "form"
            faults = [Fault(field, in_a_sentence(fault))]
    page = render_template(
        "list.html",
        name=name,
        kind=kind,
        table=table,
        faults=faults,
        forms=_forms(kind),
        chosen={key: request.args.get(key, "") for key in ("form", "at", "show")},
    )
    return page, 400 if faults else 200


@pages.get("/lists/<name>/csv")
@needs(Permission.LISTS, own_forms=True)
def csv(name: str) -> Response:
    """The same for a spreadsheet."""
    _kind(name)
    return file_of(_wanted(name), Format.CSV, name)


@pages.get("/lists/<name>/pdf")
@needs(Permission.LISTS, own_forms=True)
def pdf(name: str) -> Response:
    """The same to print."""
    _kind(name)
    return file_of(_wanted(name), Format.PDF, name)


def _kind(name: str) -> Kind:
    """The list of that name, for whoever may see it."""
    if name not in LISTS:
        abort(404)
    if name not in lists_for(rights()):
        refuse(LISTS[name].needs)
    return LISTS[name]


def _seen(kind: Kind) -> frozenset[str] | None:
    """The forms (case folded) whose pupils the reader may find in it; None: whichever there are."""
    return rights().forms_for(Permission.LISTS, kind.needs)


def _line(name: str, kind: Kind) -> tuple[str, Kind, int | None]:
    """One line of the index: a list and how many lines it has."""
    if kind.is_hidden:
        return name, kind, None
    return name, kind, len(_table(ListWanted(name, forms=_seen(kind))).rows)


def _table(wanted: ListWanted) -> Table:
    return Table.from_json(json.loads(office().service.make(wanted, Format.TABLE)))


def _wanted(name: str) -> ListWanted:
    """What the address asks for. Raises BadInput."""
    form, at = (request.args.get(key, "").strip() for key in ("form", "at"))
    return ListWanted(name, form, _time(at), _seen(LISTS[name]))


def _time(text: str) -> datetime | None:
    """A time of today, as 09:05; None where none is named. Raises BadInput."""
    if not text:
        return None
    service = office().service
    timetable = service.rules.timetable
    today = timetable.local(service.now().at).date()
    try:
        at = datetime.combine(today, time.fromisoformat(text).replace(tzinfo=timetable.zone))
    except ValueError:
        raise BadInput(f'"{text}" is no time: write it as 09:05') from None
    return at.astimezone(UTC)


def _forms(kind: Kind) -> list[str]:
    """The forms to choose from."""
    people = office().service.standing().roster.people.values()
    forms = {person.form for person in people if is_pupil(person) and person.form}
    seen = _seen(kind)
    return sorted((f for f in forms if seen is None or f.casefold() in seen), key=by_form)
