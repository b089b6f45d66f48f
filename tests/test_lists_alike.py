"""A private hold looks like any office hold, in every list and report, byte for byte (I11)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from cabinet import ANA, BEN
from lists_fixtures import CID, DEE, EVE, PUPILS, Hidden, Known, School

from kiosk.lists import LISTS, Table, list_table, make_list, printed
from kiosk.lists.sheet import as_csv
from kiosk.messages.arrangements import LiftHold
from kiosk.reports import REPORTS
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind

PRIVATE = sorted(PRIVATE_HOLDS)


def everything(school: School) -> dict[str, bytes]:
    """All that the lists and reports tell, to whoever may see names and to whoever may not."""
    candidates = frozenset(person.id for person in PUPILS)
    told: dict[str, bytes] = {}
    for reader in (Known(school.standing.roster), Hidden()):
        tables = {
            f"{name} {form}": list_table(
                make_list(name, school.scene(candidates=candidates), form), reader
            )
            for name in LISTS
            for form in ("", "7A", "7B")
        }
        tables |= {
            name: report.make(school.past(days=3, names=reader)) for name, report in REPORTS.items()
        }
        for name, table in tables.items():
            told |= {f"{name} {type(reader).__name__} {k}": b for k, b in forms_of(table).items()}
    return told


def forms_of(table: Table) -> dict[str, bytes]:
    return {
        "text": printed(table).encode(),
        "csv": as_csv(table).encode(),
        "json": json.dumps(table.to_json()).encode(),
    }


def in_a_cubby(school: School, kind: HoldKind) -> None:
    school.hold(ANA, kind, note="seen in the yard")


def until_a_day(school: School, kind: HoldKind) -> None:
    school.hold(ANA, kind, ends=school.clock.at.replace(hour=12))


def in_the_office(school: School, kind: HoldKind) -> None:
    school.take_in(ANA)
    school.hold(ANA, kind)


def beside_another(school: School, kind: HoldKind) -> None:
    school.hold(ANA)
    school.hold(ANA, kind)


def while_out(school: School, kind: HoldKind) -> None:
    school.send_out(ANA, minutes=20)
    school.hold(ANA, kind)


def and_lifted(school: School, kind: HoldKind) -> None:
    school.hold(ANA, kind)
    school.take(LiftHold("lead", next(iter(school.standing.state.holds))))


WAYS = (in_a_cubby, until_a_day, in_the_office, beside_another, while_out, and_lifted)


def told_through_the_days(way: Callable[[School, HoldKind], None], kind: HoldKind) -> list[object]:
    """Hold, and go on: their tap at release, the closing, a night, the handing over."""
    school = School()
    for person in (ANA, BEN, CID, DEE):
        school.give_in(person)
    school.change(replace(DEE, leaver=True))
    school.exempt(EVE, review=date(2026, 3, 2))
    way(school, kind)
    told: list[object] = [everything(school)]
    for hour, minute, days in ((15, 20, 0), (17, 0, 0), (8, 45, 1), (17, 0, 0)):
        school.clock.to(hour, minute, days=days)
        school.tap("aaaa")
        told.append(everything(school))
    if school.standing.state.deposit_of(ANA.id):
        school.hand_over(ANA)
    return [*told, everything(school)]


@pytest.mark.parametrize("kind", PRIVATE)
@pytest.mark.parametrize("way", WAYS)
def test_a_private_hold_and_an_office_hold_are_told_alike_byte_for_byte(
    way: Callable[[School, HoldKind], None], kind: HoldKind
) -> None:
    assert told_through_the_days(way, kind) == told_through_the_days(way, HoldKind.OFFICE)


@pytest.mark.parametrize("kind", list(HoldKind))
def test_even_if_the_state_had_the_true_kind_nothing_would_tell_it(kind: HoldKind) -> None:
    school = School()
    for person in (ANA, BEN):
        school.give_in(person)
    school.hold(ANA)
    office = everything(school)
    holds = {id: replace(hold, kind=kind) for id, hold in school.standing.state.holds.items()}
    state = school.standing.state._replace(holds=MappingProxyType(holds))
    school.standing = school.standing._replace(state=state)

    assert everything(school) == office


def test_a_hold_of_either_kind_is_told_of_at_all() -> None:
    school = School()
    school.give_in(ANA)
    without = everything(school)
    school.hold(ANA)
    held = everything(school)

    changed = {name for name in held if held[name] != without[name]}
    assert {name.split()[0] for name in changed} == {"held", "holders"}
