"""How an opening went on, told from its events. Pure: pulsed, opened and closed are three facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.events import Event, EventType, Reason
from kiosk.state import (
    State,
)
from webui.wording import reason_words


class Stage(StrEnum):
    """How far it came."""

    REFUSED = "refused"
    PULSED = "pulsed"
    OPENED = "opened"
    CLOSED = "closed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNSEEN = "unseen"


WORDS = {
    Stage.REFUSED: "Not opened",
    Stage.PULSED: "The lock was pulsed. The door is not open yet",
    Stage.OPENED: "The door is open",
    Stage.CLOSED: "The door was opened, and is shut again",
    Stage.FAILED: "The door did not open",
    Stage.INTERRUPTED: "Interrupted. How it ended is not known",
    Stage.UNSEEN: "The lock was pulsed. No sensor can tell whether the door opened",
}
ENDED = frozenset(Stage) - {Stage.PULSED, Stage.OPENED}


@dataclass(frozen=True, slots=True)
class Reached:
    """One opening: where, how far it came, and why it went no further."""

    cubby: int | None
    stage: Stage
    why: str
    began: Event

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage in ENDED

    @property
    def words(self) -> str:
        """The stage in a sentence."""
        return WORDS[self.stage]


def reached(began: Event, events: Sequence[Event], state: State) -> Reached:
    """How far the opening came that ``began`` asked for. ``events`` are its own, newest first.

    ``state`` has to be read before the events: then an opening that is no longer under way in it
    has its last events among them.
    """
    if not began.granted:
        return Reached(began.cubby, Stage.REFUSED, _why(began.reason), began)
    under_way = next((t for t in state.transactions.values() if t.cause == began.seq), None)
    step = next((event for event in events if event.type in _STAGES), None)
    if step is None and under_way is not None:  # the newest events may all be taps at its door
        stage = Stage.OPENED if under_way.opened else Stage.PULSED
        return Reached(under_way.cubby, stage, "", began)
    if step is None:
        return Reached(began.cubby, Stage.INTERRUPTED, "", began)
    stage = _STAGES[step.type]
    if any(event.reason is Reason.UNSEEN or event.data.get("presumed") for event in events):
        stage = Stage.UNSEEN
    if stage not in ENDED and under_way is None:
        stage = Stage.INTERRUPTED
    why = _why(step.reason) if stage in (Stage.FAILED, Stage.INTERRUPTED) else ""
    return Reached(step.cubby, stage, why, began)


_STAGES = {
    EventType.PULSE_STARTED: Stage.PULSED,
    EventType.PULSE_FAILED: Stage.FAILED,
    EventType.PULSE_UNKNOWN: Stage.INTERRUPTED,
    EventType.DOOR_OPENED: Stage.OPENED,
    EventType.DOOR_CLOSED: Stage.CLOSED,
}


def _why(reason: Reason | None) -> str:
    if reason is None or reason is Reason.NOT_OPENED:
        return ""  # the stage says it already
    return reason_words(reason)
