"""The fold at one moment, as rows: what the open file begins with once its past is history. Pure.

One row for each deposit, opening, collection and alert, so that a bad block takes few of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from kiosk.events import Event, Moment
from kiosk.journal.changes import Rows
from kiosk.state import (
    Collection,
    Deposit,
    Raised,
    Round,
    State,
    Transaction,
)
from kiosk.state.arrangements import Exemption, Hold, Pass, Released
from kiosk.state.incidents import Casebook, Incident, LeadNote, Search
from kiosk.state.outages import Outage
from kiosk.state.users import RoleRequest
from kiosk.store.cubby_rows import cabinet_of, cabinet_rows
from kiosk.timetable import Span

_MOMENT = TypeAdapter(Moment)
_DEPOSIT = TypeAdapter(Deposit)
_TRANSACTION = TypeAdapter(Transaction)
_COLLECTION = TypeAdapter(Collection)
_RAISED = TypeAdapter(Raised)
_ROUND = TypeAdapter(Round)
_PASS: TypeAdapter[Any] = TypeAdapter(Pass)
_EXEMPTION: TypeAdapter[Any] = TypeAdapter(Exemption)
_HOLD: TypeAdapter[Any] = TypeAdapter(Hold)
_RELEASED: TypeAdapter[Any] = TypeAdapter(Released)
_INCIDENT: TypeAdapter[Any] = TypeAdapter(Incident)
_SEARCH: TypeAdapter[Any] = TypeAdapter(Search)
_LEAD_NOTE: TypeAdapter[Any] = TypeAdapter(LeadNote)
_ROLE_REQUEST: TypeAdapter[Any] = TypeAdapter(RoleRequest)
_OUTAGE: TypeAdapter[Any] = TypeAdapter(Outage)
_ABSENCES: TypeAdapter[Any] = TypeAdapter(tuple[Span, ...])


def to_rows(state: State) -> Rows:
    """The state as rows of a table, by their ids."""
    return {str(number): row for number, row in enumerate(_rows(state), start=1)}


def _rows(state: State) -> Iterator[dict[str, Any]]:
    trusted_at = state.trusted_at.isoformat() if state.trusted_at else None
    yield {
        "kind": "about",
        "seq": state.seq,
        "open_doors": sorted(state.open_doors),
        "rules_version": state.rules_version,
        "trusted_boot": state.trusted_boot,
        "trusted_at": trusted_at,
    }
    for deposit in state.deposits.values():
        yield {"kind": "deposit", "value": _DEPOSIT.dump_python(deposit, mode="json")}
    for transaction in state.transactions.values():
        yield {"kind": "transaction", "value": _TRANSACTION.dump_python(transaction, mode="json")}
    for cubby, seq in state.last_used.items():
        yield {"kind": "last_used", "cubby": cubby, "seq": seq}
    for person, collection in state.collections.items():
        value = _COLLECTION.dump_python(collection, mode="json")
        yield {"kind": "collection", "person": person, "value": value}
    for raised in state.alerts.values():
        yield {"kind": "alert", "value": _RAISED.dump_python(raised, mode="json")}
    yield from _arrangements(state)
    yield from cabinet_rows(state.cabinet)
    yield from _cases(state.casebook)
    if state.round is not None:
        yield {"kind": "round", "value": _ROUND.dump_python(state.round, mode="json")}
    for request, event in state.requests.items():
        yield {"kind": "request", "request": request, "event": event.to_record()}


def _arrangements(state: State) -> Iterator[dict[str, Any]]:
    for name, adapter, values in (
        ("pass", _PASS, state.passes.values()),
        ("exemption", _EXEMPTION, state.exemptions.values()),
        ("hold", _HOLD, state.holds.values()),
        ("released", _RELEASED, state.released),
        ("role_request", _ROLE_REQUEST, state.role_requests.values()),
    ):
        for value in values:
            yield {"kind": name, "value": adapter.dump_python(value, mode="json")}
    for person, since in state.going_home.items():
        value = _MOMENT.dump_python(since, mode="json")
        yield {"kind": "going_home", "person": person, "value": value}


def _cases(book: Casebook) -> Iterator[dict[str, Any]]:
    for name, adapter, values in (
        ("incident", _INCIDENT, book.incidents.values()),
        ("search", _SEARCH, book.searches.values()),
        ("lead_note", _LEAD_NOTE, book.lead_notes.values()),
    ):
        for value in values:
            yield {"kind": name, "value": adapter.dump_python(value, mode="json")}
    for seq in sorted(book.unread):
        yield {"kind": "unread", "seq": seq}
    for tap, whose in book.others_taps.items():
        yield {"kind": "others_tap", "tap": tap, "person": whose}
    for person, on in book.marked.items():
        yield {"kind": "marked", "person": person, "on": on.isoformat()}
    for person, spans in book.absences.items():
        value = _ABSENCES.dump_python(spans, mode="json")
        yield {"kind": "absences", "person": person, "value": value}
    for outage in book.outages:
        yield {"kind": "outage", "value": _OUTAGE.dump_python(outage, mode="json")}


def _casebook(of: Mapping[str, list[Mapping[str, Any]]]) -> Casebook:
    incidents = [_INCIDENT.validate_python(row["value"]) for row in of.get("incident", ())]
    searches = [_SEARCH.validate_python(row["value"]) for row in of.get("search", ())]
    notes = [_LEAD_NOTE.validate_python(row["value"]) for row in of.get("lead_note", ())]
    return Casebook(
        incidents={one.id: one for one in incidents},
        searches={one.id: one for one in searches},
        lead_notes={one.id: one for one in notes},
        unread=frozenset(row["seq"] for row in of.get("unread", ())),
        others_taps={row["tap"]: row["person"] for row in of.get("others_tap", ())},
        marked={row["person"]: date.fromisoformat(row["on"]) for row in of.get("marked", ())},
        absences={
            row["person"]: _ABSENCES.validate_python(row["value"]) for row in of.get("absences", ())
        },
        outages=tuple(_OUTAGE.validate_python(row["value"]) for row in of.get("outage", ())),
    )


def from_rows(rows: Iterable[Mapping[str, Any]]) -> State:
    """The state back from its rows; an empty one from none. Raises ValueError, KeyError."""
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["kind"], []).append(row)
    about = next(iter(of.get("about", ())), {})
    deposits = [_DEPOSIT.validate_python(row["value"]) for row in of.get("deposit", ())]
    transactions = [_TRANSACTION.validate_python(r["value"]) for r in of.get("transaction", ())]
    alerts = [_RAISED.validate_python(row["value"]) for row in of.get("alert", ())]
    passes = [_PASS.validate_python(row["value"]) for row in of.get("pass", ())]
    exemptions = [_EXEMPTION.validate_python(row["value"]) for row in of.get("exemption", ())]
    holds = [_HOLD.validate_python(row["value"]) for row in of.get("hold", ())]
    asked = [_ROLE_REQUEST.validate_python(row["value"]) for row in of.get("role_request", ())]
    rounds = [_ROUND.validate_python(row["value"]) for row in of.get("round", ())]
    trusted_at = about.get("trusted_at")
    in_cubby, cabinet = cabinet_of(of, deposits)
    return State(
        seq=about.get("seq", 0),
        deposits={deposit.id: deposit for deposit in deposits},
        of_person={deposit.person: deposit.id for deposit in deposits},
        in_cubby=in_cubby,
        cabinet=cabinet,
        transactions={transaction.cubby: transaction for transaction in transactions},
        open_doors=frozenset(about.get("open_doors", ())),
        last_used={row["cubby"]: row["seq"] for row in of.get("last_used", ())},
        collections={
            row["person"]: _COLLECTION.validate_python(row["value"])
            for row in of.get("collection", ())
        },
        alerts={(raised.alert, raised.subject): raised for raised in alerts},
        requests={row["request"]: Event.from_record(row["event"]) for row in of.get("request", ())},
        round=next(iter(rounds), None),
        passes={one.person: one for one in passes},
        exemptions={one.id: one for one in exemptions},
        holds={one.id: one for one in holds},
        released=tuple(_RELEASED.validate_python(r["value"]) for r in of.get("released", ())),
        going_home={
            row["person"]: _MOMENT.validate_python(row["value"]) for row in of.get("going_home", ())
        },
        casebook=_casebook(of),
        role_requests={one.user: one for one in asked},
        rules_version=about.get("rules_version", 0),
        trusted_boot=about.get("trusted_boot", ""),
        trusted_at=datetime.fromisoformat(trusted_at) if trusted_at else None,
    )
