"""The station: one message in, events and acts out. Pure, and the only maker of events.

``decide`` never touches the world: its caller makes the events durable, and only then does the
acts. A recorded sequence of messages gives the same events again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.cabinet.openings import (
    closed,
    found_doors,
    interrupted,
    opened,
    pulsed,
    rejected,
    tick,
)
from kiosk.cabinet.outings import end_outings
from kiosk.custody import believed
from kiosk.drafting import Draft, Rules, Standing, Step
from kiosk.events import Alert, EventType, Moment
from kiosk.forgetting import FORGETTING
from kiosk.messages import Message
from kiosk.messages.pins import EnterPin
from kiosk.messages.record import RecordMessage
from kiosk.messages.sensed import (
    CardLeft,
    Closed,
    CoilOn,
    Opened,
    PartBack,
    PartLost,
    Presented,
    Pulsed,
    PulseRejected,
    Started,
    Stopping,
    Tick,
)
from kiosk.record_events import RECORD_EVENTS
from kiosk.staff.agreements import AGREEMENTS
from kiosk.staff.arrangements import ARRANGING
from kiosk.staff.commands import COMMANDS
from kiosk.staff.cubbies import CUBBY_ACTS
from kiosk.staff.devices import DEVICE_ACTS
from kiosk.staff.exemptions import EXEMPTING
from kiosk.staff.holds import HOLDING
from kiosk.staff.importing import IMPORTING, forget_import, free_cubbies
from kiosk.staff.incidents import INCIDENT_ACTS
from kiosk.staff.pins import PIN_ACTS
from kiosk.staff.reconciliation import RECONCILING
from kiosk.staff.reminders import remind
from kiosk.staff.rounds import ROUNDS, advance
from kiosk.staff.signs import SIGNS
from kiosk.staff.tokens import TOKENS
from kiosk.staff.trips import TRIPS
from kiosk.staff.users import USER_ACTS
from kiosk.staff.visitors import VISITING
from kiosk.taps.at_kiosk import pin_entered
from kiosk.taps.presented import forget_unknown, presented

PARTS = {
    "reader": Alert.READER_LOST,
    "locks": Alert.LOCKS_LOST,
    "lights": Alert.LIGHTS_LOST,
    "power": Alert.POWER_LOW,
}


def decide(rules: Rules, standing: Standing, message: Message, now: Moment) -> Step:
    """What one message brings about."""
    draft = Draft(rules, standing, believed(standing.state, now))
    _HANDLERS[type(message)](draft, message)
    if standing.imported is not None and not isinstance(message, RecordMessage):
        forget_import(draft)
    return draft.step()


def _started(draft: Draft, message: Started) -> None:
    under_way = list(draft.state.transactions.values())
    draft.add(
        EventType.KIOSK_STARTED,
        data={"version": message.version, "simulated": message.is_simulated},
    )
    over = [*PARTS.values(), Alert.CARD_LEFT]  # what is still so is said within seconds
    if not message.is_failing:
        over.append(Alert.RECORD_FAILING)
    for raised in [r for r in draft.state.alerts.values() if r.alert in over]:
        draft.clear_alert(raised.alert, bank=raised.bank or "")
    interrupted(draft, under_way)
    found_doors(draft, dict(message.doors))


def _card_left(draft: Draft, message: CardLeft) -> None:
    if message.is_gone:
        draft.clear_alert(Alert.CARD_LEFT)
    else:
        draft.raise_alert(Alert.CARD_LEFT)


def _coil_on(draft: Draft, message: CoilOn) -> None:
    if message.is_over:
        draft.clear_alert(Alert.COIL_ON, message.cubby)
    else:
        draft.raise_alert(Alert.COIL_ON, message.cubby)


def _stopping(draft: Draft) -> None:
    draft.add(EventType.KIOSK_STOPPED)


def _opened(draft: Draft, cubby: int) -> None:
    opened(draft, cubby)
    advance(draft)


def _ticked(draft: Draft) -> None:
    forget_unknown(draft)
    tick(draft)
    advance(draft)
    end_outings(draft)
    free_cubbies(draft)
    remind(draft)


_HANDLERS: Mapping[type, Callable[[Draft, Any], None]] = {
    Presented: lambda draft, message: presented(draft, message.cards),
    Opened: lambda draft, message: _opened(draft, message.cubby),
    Closed: lambda draft, message: closed(draft, message.cubby),
    Pulsed: lambda draft, message: pulsed(draft, message.cubby),
    PulseRejected: lambda draft, message: rejected(draft, message.cubby, message.cause),
    PartLost: lambda draft, message: draft.raise_alert(
        PARTS[message.part], bank=message.bank, detail=message.detail
    ),
    CardLeft: lambda draft, message: _card_left(draft, message),
    CoilOn: _coil_on,
    PartBack: lambda draft, message: draft.clear_alert(PARTS[message.part], bank=message.bank),
    Started: _started,
    Stopping: lambda draft, message: _stopping(draft),
    Tick: lambda draft, message: _ticked(draft),
    **RECORD_EVENTS,
    **FORGETTING,
    **ROUNDS,
    **COMMANDS,
    **IMPORTING,
    **USER_ACTS,
    **VISITING,
    **TOKENS,
    **SIGNS,
    **AGREEMENTS,
    **ARRANGING,
    **EXEMPTING,
    **HOLDING,
    **TRIPS,
    **DEVICE_ACTS,
    **PIN_ACTS,
    EnterPin: lambda draft, message: pin_entered(draft, message),
    **INCIDENT_ACTS,
    **CUBBY_ACTS,
    **RECONCILING,
}
