"""How an opening went on, told from its events. Pure: pulsed, opened and closed are three facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.custody import State
from kiosk.events import Event, EventType, Reason
from kiosk.policy.words import REASONS


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
class Progress:
    """One opening: where, how far, and why it went no further."""

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


def progress(events: Sequence[Event], state: State) -> Progress | None:
    """How the opening goes whose events these are, newest first; None if there is none.

    ``state`` has to be read before the events: then an opening that is no longer under way in it
    has all its events among them.
    """
    began = next((e for e in events if e.type in (EventType.OVERRIDDEN, EventType.TAPPED)), None)
    if began is None:
        return None
    step = next((event for event in events if event.type in _STAGES), None)
    if not began.granted:
        return Progress(began.cubby, Stage.REFUSED, _why(began.reason), began)
    if step is None:
        return Progress(began.cubby, Stage.INTERRUPTED, "", began)
    stage = _STAGES[step.type]
    if any(event.reason is Reason.UNSEEN or event.data.get("presumed") for event in events):
        stage = Stage.UNSEEN
    under_way = any(one.cause == began.seq for one in state.transactions.values())
    if stage not in ENDED and not under_way:
        stage = Stage.INTERRUPTED
    why = _why(step.reason) if stage in (Stage.FAILED, Stage.INTERRUPTED) else ""
    return Progress(step.cubby, stage, why, began)


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
    return REASONS[reason]
