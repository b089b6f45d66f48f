"""The cabinet as people look at it: each cubby's state in one word. Pure; names are not in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.drafting import Rules, Standing
from kiosk.events import Alert
from kiosk.model import Cubby
from kiosk.state import (
    Deposit,
    State,
    Transaction,
)


class CubbyState(StrEnum):
    """What a cubby is now. A fault hides what is inside from nobody: ``deposit`` is still told."""

    FREE = "free"
    IN = "in"
    OPENING = "opening"
    OPEN = "open"
    UNKNOWN = "unknown"
    FAULT = "fault"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class CubbyView:
    """One cubby: where it stands, its state, whose device it keeps, and what is wrong with it."""

    cubby: Cubby
    state: CubbyState
    deposit: Deposit | None
    person: str | None
    since: datetime | None
    alerts: tuple[Alert, ...]
    is_left_open: bool
    is_certain: bool

    @property
    def number(self) -> int:
        """As painted."""
        return self.cubby.number


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers on top of the cabinet. ``unknown``: of how many it is not certain what is inside,
    whatever else is so of them."""

    cubbies: int
    free: int
    stored: int
    open: int
    unknown: int
    faults: int


def cubby_views(rules: Rules, standing: Standing) -> tuple[CubbyView, ...]:
    """Every cubby, in the order of the numbers painted."""
    return tuple(_view(rules.cubbies[n], standing) for n in sorted(rules.cubbies))


def counts(views: tuple[CubbyView, ...]) -> Counts:
    """How many are what."""
    states = [view.state for view in views]
    return Counts(
        cubbies=len(views),
        free=states.count(CubbyState.FREE),
        stored=sum(1 for view in views if view.deposit and view.deposit.doubt is None),
        open=states.count(CubbyState.OPEN) + states.count(CubbyState.OPENING),
        unknown=sum(1 for view in views if not view.is_certain),
        faults=states.count(CubbyState.FAULT),
    )


def _view(cubby: Cubby, standing: Standing) -> CubbyView:
    state = standing.state
    deposit = state.deposit_in(cubby.number)
    transaction = state.transactions.get(cubby.number)
    alerts = _alerts(cubby, state)
    is_open = cubby.number in state.open_doors
    holder = deposit or transaction
    return CubbyView(
        cubby=cubby,
        state=_state(deposit, transaction, is_open=is_open, alerts=alerts)
        or _without_deposit(cubby.number, state, alerts),
        deposit=deposit,
        person=holder.person if holder else None,
        since=deposit.since.at if deposit else None,
        alerts=alerts,
        is_left_open=Alert.LEFT_OPEN in alerts,
        is_certain=not (
            _is_doubted(cubby.number, state, alerts) or (deposit and deposit.doubt is not None)
        ),
    )


def _alerts(cubby: Cubby, state: State) -> tuple[Alert, ...]:
    """What is wrong with it, or with the bank it hangs on."""
    subjects = (cubby.number, cubby.bank)
    return tuple(alert for alert, subject in state.alerts if subject in subjects)


def _state(
    deposit: Deposit | None,
    transaction: Transaction | None,
    *,
    is_open: bool,
    alerts: tuple[Alert, ...],
) -> CubbyState | None:
    """What door and deposit say; None where there is neither to tell of."""
    if {Alert.NOT_OPENED, Alert.FORCED, Alert.LOCKS_LOST} & set(alerts):
        return CubbyState.FAULT
    if is_open:
        return CubbyState.OPEN
    if transaction is not None:
        return CubbyState.OPENING
    if deposit is None:
        return None
    return CubbyState.IN if deposit.doubt is None else CubbyState.UNKNOWN


def _without_deposit(cubby: int, state: State, alerts: tuple[Alert, ...]) -> CubbyState:
    if _is_doubted(cubby, state, alerts):
        return CubbyState.UNKNOWN
    out = cubby in state.cabinet.service
    return CubbyState.OUT_OF_SERVICE if out else CubbyState.FREE


def _is_doubted(cubby: int, state: State, alerts: tuple[Alert, ...]) -> bool:
    """Whether something may be inside that no deposit tells of."""
    return Alert.LOOK_INSIDE in alerts or cubby in state.cabinet.unknown
