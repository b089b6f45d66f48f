"""The fold at one moment, as rows: what the open file begins with once its past is history. Pure.

One row for each deposit, opening, collection and alert, so that a bad block takes few of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from kiosk.events import Event
from kiosk.journal.changes import Rows
from kiosk.state import (
    Collection,
    Deposit,
    Raised,
    Round,
    State,
    Transaction,
)

_DEPOSIT = TypeAdapter(Deposit)
_TRANSACTION = TypeAdapter(Transaction)
_COLLECTION = TypeAdapter(Collection)
_RAISED = TypeAdapter(Raised)
_ROUND = TypeAdapter(Round)


def to_rows(state: State) -> Rows:
    """The state as rows of a table, by their ids."""
    return {str(number): row for number, row in enumerate(_rows(state), start=1)}


def _rows(state: State) -> Iterator[dict[str, Any]]:
    trusted_at = state.trusted_at.isoformat() if state.trusted_at else None
    yield {
        "kind": "about",
        "seq": state.seq,
        "open_doors": sorted(state.open_doors),
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
    if state.round is not None:
        yield {"kind": "round", "value": _ROUND.dump_python(state.round, mode="json")}
    for request, event in state.requests.items():
        yield {"kind": "request", "request": request, "event": event.to_record()}


def from_rows(rows: Iterable[Mapping[str, Any]]) -> State:
    """The state back from its rows; an empty one from none. Raises ValueError, KeyError."""
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["kind"], []).append(row)
    about = next(iter(of.get("about", ())), {})
    deposits = [_DEPOSIT.validate_python(row["value"]) for row in of.get("deposit", ())]
    transactions = [_TRANSACTION.validate_python(r["value"]) for r in of.get("transaction", ())]
    alerts = [_RAISED.validate_python(row["value"]) for row in of.get("alert", ())]
    rounds = [_ROUND.validate_python(row["value"]) for row in of.get("round", ())]
    trusted_at = about.get("trusted_at")
    return State(
        seq=about.get("seq", 0),
        deposits={deposit.id: deposit for deposit in deposits},
        of_person={deposit.person: deposit.id for deposit in deposits},
        in_cubby={d.cubby: d.id for d in deposits if d.cubby is not None},
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
        trusted_boot=about.get("trusted_boot", ""),
        trusted_at=datetime.fromisoformat(trusted_at) if trusted_at else None,
    )
