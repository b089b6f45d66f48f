"""Deposits put on record and taken off it: what every fold over custody does alike. Pure.

A person has one deposit, and a cubby keeps one, but for a class's box and one that several own:
each deposit is in the state's indexes once or not at all.
"""

from dataclasses import replace
from typing import Any

from kiosk.policy.devices import devices_data
from kiosk.state import Deposit, Place, State
from kiosk.state.cubbies import Beside, put_in, take_from
from kiosk.state.mappings import without


def keep(state: State, deposit: Deposit) -> State:
    """Put a deposit on record, in place of what was known of it."""
    state = let_go(state, deposit.id)
    in_cubby, beside = state.in_cubby, state.cabinet.beside
    if deposit.cubby is not None:
        in_cubby, beside = put_in(in_cubby, beside, deposit.cubby, deposit.id)
    return _indexed(state, beside)._replace(
        deposits={**state.deposits, deposit.id: deposit},
        of_person={**state.of_person, deposit.person: deposit.id},
        in_cubby=in_cubby,
    )


def let_go(state: State, deposit: int) -> State:
    """Take a deposit off the record."""
    known = state.deposits.get(deposit)
    if known is None:
        return state
    in_cubby, beside = state.in_cubby, state.cabinet.beside
    if known.cubby is not None:
        in_cubby, beside = take_from(in_cubby, beside, known.cubby, deposit)
    return _indexed(state, beside)._replace(
        deposits=without(state.deposits, deposit),
        of_person=without(state.of_person, known.person),
        in_cubby=in_cubby,
    )


def _indexed(state: State, beside: Beside) -> State:
    """With that index, if it is another: nearly always it is the same."""
    if beside is state.cabinet.beside:
        return state
    return state._replace(cabinet=state.cabinet._replace(beside=beside))


def give_back(state: State, deposit: int) -> State:
    """A device is its owner's again: nothing holds it any more."""
    state = let_go(state, deposit)
    if not any(hold.deposit == deposit for hold in state.holds.values()):
        return state
    left = {id: hold for id, hold in state.holds.items() if hold.deposit != deposit}
    return state._replace(holds=left)


def place(state: State, deposit: Deposit, cubby: int, other: int | None = None) -> State:
    """Staff have found it in that cubby, and there it is. ``other``: the deposit that was on record
    there is now where this one was: they had been mistaken for each other."""
    found = replace(deposit, cubby=cubby, place=Place.CUBBY, doubt=None, due=None)
    mistaken = state.deposits.get(other or 0)
    if mistaken is None:
        return keep(state, found)
    state = let_go(let_go(state, deposit.id), mistaken.id)
    return keep(keep(state, found), replace(mistaken, cubby=deposit.cubby, doubt=None))


def carrying(deposit: Deposit) -> dict[str, Any]:
    """What an event says that carries a deposit forward: all that is known of it."""
    since = deposit.since
    return {
        "person": deposit.person,
        "cubby": deposit.cubby,
        "deposit": deposit.id,
        "reason": deposit.doubt,
        "data": {
            "since": since.at.isoformat(),
            "mono": since.mono,
            "boot": since.boot,
            "trusted": since.trusted,
            "presumed": deposit.presumed,
            **({"place": deposit.place.value} if deposit.place is not Place.CUBBY else {}),
            **({"by": deposit.keeper} if deposit.keeper else {}),
            **({"due": deposit.due.isoformat()} if deposit.due else {}),
            **devices_data(deposit.count, deposit.kinds),
        },
    }
