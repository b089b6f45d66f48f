"""What is read of the kiosk, as the API's models have it. Names only where they may be told."""

from dataclasses import asdict

from kiosk.events import SYSTEM, Event
from kiosk.lists.table import Table
from kiosk.policy.words import alert_words, event_details, event_title
from kiosk.state import Raised
from kiosk.view import CubbyView, counts, cubby_views
from webui.api.models import (
    AlertUp,
    By,
    ByKind,
    ColumnTold,
    Cubbies,
    CubbyNow,
    EventTold,
    ListTold,
    Parts,
    Status,
    Totals,
    Who,
)
from webui.office import office
from webui.wording import People


def status() -> Status:
    """How the kiosk is now."""
    service = office().service
    standing, rules = service.standing(), service.rules
    return Status(
        school=service.school,
        time=rules.timetable.local(service.now().at),
        phase=service.phase(),
        seq=standing.state.seq,
        parts=Parts(**service.health().for_anybody()),
        counts=Totals(**asdict(counts(cubby_views(rules, standing)))),
        alerts=[_alert(raised) for raised in standing.state.alerts.values()],
    )


def cubbies(people: People) -> Cubbies:
    """The cabinet as it stands."""
    service = office().service
    standing, rules = service.standing(), service.rules
    return Cubbies(
        time=rules.timetable.local(service.now().at),
        seq=standing.state.seq,
        cubbies=[_cubby(view, people) for view in cubby_views(rules, standing)],
    )


def event(event: Event, people: People) -> EventTold:
    """An event that may be told. Its own fields are told in words alone: ids may be in them."""
    return EventTold(
        seq=event.seq,
        at=event.now.at,
        clock_trusted=event.now.trusted,
        type=event.type,
        title=event_title(event),
        details=event_details(event),
        cubby=event.cubby,
        granted=event.granted,
        reason=event.reason,
        cause=event.cause,
        deposit=event.deposit,
        by=_by(event.actor, people),
        about=who(event.person, people),
    )


def listing(table: Table, people: People) -> ListTold:
    """A list: its rows, each about somebody, only for whoever may be told names."""
    rows = table.to_json()["rows"]
    return ListTold(
        name=table.name,
        title=table.title,
        when=table.when,
        count=len(rows),
        columns=[ColumnTold(key=c.key, heading=c.heading) for c in table.columns],
        rows=rows if people.sees_names else [],
        notices=list(table.notices),
    )


def who(id: str | None, people: People) -> Who | None:
    """Somebody; None where there is nobody, or names are not told."""
    if id is None or not people.sees_names:
        return None
    return Who(id=id, name=people.person(id))


def _by(actor: str, people: People) -> By:
    kind, _, id = actor.partition(":")
    if actor == SYSTEM or not people.sees_names:
        return By(kind=ByKind(kind))
    return By(kind=ByKind(kind), who=Who(id=id, name=people.actor(actor)))


def _alert(raised: Raised) -> AlertUp:
    return AlertUp(
        alert=raised.alert,
        seq=raised.seq,
        since=raised.since.at,
        cubby=raised.cubby,
        bank=raised.bank,
        acknowledged=raised.acknowledged_by is not None,
        words=alert_words(raised.alert, raised.cubby, raised.bank or "", raised.detail),
    )


def _cubby(view: CubbyView, people: People) -> CubbyNow:
    return CubbyNow(
        number=view.number,
        row=view.cubby.row,
        column=view.cubby.column,
        bank=view.cubby.bank,
        state=view.state,
        since=view.since,
        alerts=list(view.alerts),
        who=who(view.person, people),
    )
