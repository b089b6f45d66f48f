"""Which cubbies may be used, and what keeps the others from it. Pure."""

from kiosk.drafting import Rules
from kiosk.events import Alert
from kiosk.policy.assign import free_cubby
from kiosk.state import State


def faulty_cubbies(rules: Rules, state: State) -> frozenset[int]:
    """Those that no deposit is given: out of order themselves, or their bank of locks is lost."""
    if not state.alerts:
        return frozenset()
    faults = (Alert.NOT_OPENED, Alert.FORCED, Alert.LOOK_INSIDE)
    lost = lost_banks(state)
    on_lost = {cubby.number for cubby in rules.cubbies.values() if lost and cubby.bank in lost}
    own = {r.cubby for r in state.alerts.values() if r.cubby is not None and r.alert in faults}
    return frozenset(own | on_lost)


def cubbies_in_doubt(state: State) -> frozenset[int]:
    """Those that may keep something that no deposit tells of."""
    looks = (r.cubby for r in state.alerts.values() if r.alert is Alert.LOOK_INSIDE)
    return frozenset(cubby for cubby in looks if cubby is not None)


def lost_banks(state: State) -> frozenset[str]:
    """The banks of locks that do not answer."""
    lost = (r.bank for r in state.alerts.values() if r.alert is Alert.LOCKS_LOST)
    return frozenset(bank for bank in lost if bank)


def no_bank_answers(rules: Rules, state: State) -> bool:
    """Whether no lock can be opened at all."""
    lost = lost_banks(state)
    return bool(lost) and all(cubby.bank in lost for cubby in rules.cubbies.values())


def usable_cubby(rules: Rules, state: State) -> int | None:
    """The cubby that a deposit would get now."""
    return free_cubby(
        rules.cubbies,
        taken=state.in_cubby.keys() | state.transactions.keys(),
        faulty=faulty_cubbies(rules, state),
        open_doors=state.open_doors,
        last_used=state.last_used,
    )
