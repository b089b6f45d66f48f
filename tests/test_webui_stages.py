"""How an opening went on, told from its events."""

from dataclasses import replace

import pytest
from webui_fixtures import MONDAY

from kiosk.events import Event, EventType, Moment, Purpose, Reason
from kiosk.state import (
    State,
    Transaction,
)
from webui.stages import Reached, Stage, reached

NOW = Moment(MONDAY, 0.0)
ASKED = Event(EventType.OVERRIDDEN, 1, NOW, cubby=7, granted=True, reason=Reason.MEDICAL)
PULSED = Event(EventType.PULSE_STARTED, 2, NOW, cubby=7, cause=1)
OPENED = Event(EventType.DOOR_OPENED, 3, NOW, cubby=7, cause=1)
CLOSED = Event(EventType.DOOR_CLOSED, 4, NOW, cubby=7, cause=1)
FAILED = Event(EventType.PULSE_FAILED, 3, NOW, cubby=7, cause=1, reason=Reason.LOCK_FAULT)
CUT = Event(EventType.PULSE_UNKNOWN, 3, NOW, cubby=7, cause=1, reason=Reason.INTERRUPTED)
UNSEEN = Event(EventType.PULSE_UNKNOWN, 3, NOW, cubby=7, cause=1, reason=Reason.UNSEEN)
PRESUMED = Event(EventType.COLLECTED, 3, NOW, cubby=7, cause=1, data={"presumed": True})
REFUSED = Event(EventType.OVERRIDDEN, 1, NOW, cubby=7, granted=False, reason=Reason.CUBBY_BUSY)
UNDER_WAY = State(
    transactions={7: Transaction(1, 7, Purpose.OVERRIDE, "user:u", None, None, 1, NOW)}
)


@pytest.mark.parametrize(
    ("events", "state", "stage", "why"),
    [
        ([ASKED, PULSED], UNDER_WAY, Stage.PULSED, ""),
        ([ASKED, PULSED, OPENED], UNDER_WAY, Stage.OPENED, ""),
        ([ASKED, PULSED, OPENED, CLOSED], State(), Stage.CLOSED, ""),
        ([ASKED, PULSED, FAILED], State(), Stage.FAILED, "the lock did not answer"),
        ([ASKED, PULSED, CUT], State(), Stage.INTERRUPTED, "interrupted by a stop or a power cut"),
        ([ASKED, PULSED, OPENED], State(), Stage.INTERRUPTED, ""),
        ([ASKED, PULSED, UNSEEN], State(), Stage.UNSEEN, ""),
        ([ASKED, PULSED, PRESUMED], State(), Stage.UNSEEN, ""),
        ([REFUSED], State(), Stage.REFUSED, "its door is being used"),
    ],
    ids=[
        "pulsed",
        "opened",
        "closed",
        "failed",
        "cut before it opened",
        "cut after it opened",
        "no sensor",
        "presumed",
        "refused",
    ],
)
def test_each_way_it_can_go_has_its_stage(events, state, stage, why):
    told = reached(events[0], events[::-1], state)
    assert told == Reached(7, stage, why, events[0])


def test_what_was_asked_for_first_is_the_beginning_whatever_was_tapped_since():
    again = Event(EventType.TAPPED, 4, NOW, cubby=7, granted=False, cause=1)
    told = reached(ASKED, [again, OPENED, PULSED, ASKED], UNDER_WAY)
    assert told == Reached(7, Stage.OPENED, "", ASKED)


@pytest.mark.parametrize(("opened", "stage"), [(None, Stage.PULSED), (NOW, Stage.OPENED)])
def test_an_opening_whose_newest_events_are_all_taps_is_told_from_the_state(opened, stage):
    taps = [Event(EventType.TAPPED, seq, NOW, cubby=7, cause=1) for seq in (9, 8)]
    one = replace(UNDER_WAY.transactions[7], opened=opened)
    assert reached(ASKED, taps, State(transactions={7: one})) == Reached(7, stage, "", ASKED)


def test_only_a_door_that_may_still_move_is_watched():
    watched = [
        reached(events[0], events[::-1], UNDER_WAY).has_ended
        for events in ([ASKED, PULSED], [ASKED, PULSED, OPENED], [ASKED, PULSED, FAILED])
    ]
    assert watched == [False, False, True]
