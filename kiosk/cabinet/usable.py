"""Which cubbies may be used, and what keeps the others from it. Pure."""

from kiosk.cabinet.cubbies import cubby_for
from kiosk.drafting import Rules
from kiosk.events import Alert, Moment
from kiosk.model import Person
from kiosk.state import State


def faulty_cubbies(rules: Rules, state: State) -> frozenset[int]:
    """Those that no deposit is given: out of order or out of service themselves, or unknown, or
    their bank of locks is lost."""
    cabinet = state.cabinet
    if not (state.alerts or cabinet.service or cabinet.unknown):
        return frozenset()
    unfit = cabinet.service.keys() | cabinet.unknown.keys()
    if not state.alerts:
        return frozenset(unfit)
    faults = (Alert.NOT_OPENED, Alert.FORCED, Alert.LOOK_INSIDE, Alert.COIL_ON)
    lost = lost_banks(state)
    on_lost = {cubby.number for cubby in rules.cubbies.values() if lost and cubby.bank in lost}
    own = {r.cubby for r in state.alerts.values() if r.cubby is not None and r.alert in faults}
    return frozenset(own | on_lost | unfit)


def cubbies_in_doubt(state: State) -> frozenset[int]:
    """Those that may keep something that no deposit tells of."""
    looks = (r.cubby for r in state.alerts.values() if r.alert is Alert.LOOK_INSIDE)
    return frozenset(state.cabinet.unknown.keys() | {c for c in looks if c is not None})


def lost_banks(state: State) -> frozenset[str]:
    """The banks of locks that do not answer."""
    lost = (r.bank for r in state.alerts.values() if r.alert is Alert.LOCKS_LOST)
    return frozenset(bank for bank in lost if bank)


def no_bank_answers(rules: Rules, state: State) -> bool:
    """Whether no lock can be opened at all."""
    if not state.alerts:
        return False
    lost = lost_banks(state)
    return bool(lost) and all(cubby.bank in lost for cubby in rules.cubbies.values())


def usable_cubby(
    rules: Rules, state: State, person: Person | None = None, now: Moment | None = None
) -> int | None:
    """The cubby that a deposit would get now: that person's, or anybody's."""
    return cubby_for(rules, state, faulty_cubbies(rules, state), person, now)
