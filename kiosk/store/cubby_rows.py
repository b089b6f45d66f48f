"""What is so of the cubbies themselves, as rows, and back. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from kiosk.state import Deposit
from kiosk.state.cubbies import Beside, Cabinet, Fire, InCubby, OutOfService, Unknown, put_in

_SERVICE = TypeAdapter(OutOfService)
_UNKNOWN = TypeAdapter(Unknown)
_FIRE = TypeAdapter(Fire)


def cabinet_rows(cabinet: Cabinet) -> Iterator[dict[str, Any]]:
    """One row for each cubby and each thing that is said of it."""
    for cubby, out in cabinet.service.items():
        yield {"kind": "service", "cubby": cubby, "value": _SERVICE.dump_python(out, mode="json")}
    for cubby, doubt in cabinet.unknown.items():
        yield {"kind": "unknown", "cubby": cubby, "value": _UNKNOWN.dump_python(doubt, mode="json")}
    for person, cubby in cabinet.owned.items():
        yield {"kind": "owned", "person": person, "cubby": cubby}
    for form, cubby in cabinet.boxes.items():
        yield {"kind": "box", "form": form, "cubby": cubby}
    for cubby, at in cabinet.emptied.items():
        yield {"kind": "emptied", "cubby": cubby, "at": at.isoformat()}
    if cabinet.fire is not None:
        yield {"kind": "fire", "value": _FIRE.dump_python(cabinet.fire, mode="json")}


def cabinet_of(
    of: Mapping[str, Iterable[Mapping[str, Any]]], deposits: Iterable[Deposit]
) -> tuple[InCubby, Cabinet]:
    """Which deposit is in which cubby, and the rest of what is so of them; ``of``: the rows by
    their kind."""
    in_cubby, beside = _indexes(deposits)
    fires = [_FIRE.validate_python(row["value"]) for row in of.get("fire", ())]
    return in_cubby, Cabinet(
        service={
            row["cubby"]: _SERVICE.validate_python(row["value"]) for row in of.get("service", ())
        },
        unknown={
            row["cubby"]: _UNKNOWN.validate_python(row["value"]) for row in of.get("unknown", ())
        },
        owned={row["person"]: row["cubby"] for row in of.get("owned", ())},
        boxes={row["form"]: row["cubby"] for row in of.get("box", ())},
        beside=beside,
        emptied={row["cubby"]: datetime.fromisoformat(row["at"]) for row in of.get("emptied", ())},
        fire=next(iter(fires), None),
    )


def _indexes(deposits: Iterable[Deposit]) -> tuple[InCubby, Beside]:
    in_cubby: InCubby = {}
    beside: Beside = {}
    for deposit in deposits:
        if deposit.cubby is not None:
            in_cubby, beside = put_in(in_cubby, beside, deposit.cubby, deposit.id)
    return in_cubby, beside
