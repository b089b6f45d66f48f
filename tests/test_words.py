"""Alerts, titles and details of events, as staff read them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.acts import Show, Sign
from kiosk.events import Alert, Event, EventType, Moment, Reason
from kiosk.policy.signs import pupil_words
from kiosk.policy.words import ALERTS, EVENTS, REASONS, alert_words, event_details, event_title

NOW = Moment(datetime(2026, 3, 2, 8, 30, tzinfo=UTC), 1.0, "boot", True)


def event(type: EventType, **more: Any) -> Event:
    return Event(type, 7, NOW, "system", **more)


@pytest.mark.parametrize(
    ("alert", "cubby", "bank", "detail", "words"),
    [
        (Alert.NOT_OPENED, 3, "", "", f"Cubby 3 {ALERTS[Alert.NOT_OPENED]}"),
        (Alert.FIRE, None, "", "", ALERTS[Alert.FIRE]),
        (Alert.NOT_SEEN, 3, "", "", ALERTS[Alert.NOT_SEEN]),
        (Alert.LOCKS_LOST, None, "left", "", f"{ALERTS[Alert.LOCKS_LOST]} (bank left)"),
        (Alert.READER_LOST, None, "", "bus low", f"{ALERTS[Alert.READER_LOST]} (bus low)"),
        (Alert.LOCKS_LOST, None, "a", "b", f"{ALERTS[Alert.LOCKS_LOST]} (bank a: b)"),
    ],
)
def test_an_alert_says_what_it_is_about_what_is_wrong_and_what_was_seen(
    alert: Alert, cubby: int | None, bank: str, detail: str, words: str
) -> None:
    assert alert_words(alert, cubby, bank, detail) == words
    if not bank and not detail:
        assert alert_words(alert, cubby) == words


@pytest.mark.parametrize("type", EventType)
@pytest.mark.parametrize("granted", [True, False, None])
def test_only_what_was_asked_for_can_be_refused(type: EventType, granted: bool | None) -> None:
    asked = type in (EventType.TAPPED, EventType.OVERRIDDEN)
    refused = ", refused" if asked and granted is False else ""

    assert event_title(event(type, granted=granted)) == EVENTS[type] + refused


@pytest.mark.parametrize(
    ("told", "details"),
    [
        (event(EventType.TAPPED, reason=Reason.DEPOSIT, granted=True), REASONS[Reason.DEPOSIT]),
        (
            event(EventType.OVERRIDDEN, reason=Reason.OTHER, granted=True, data={"own": "a trip"}),
            "a trip",
        ),
        (
            event(EventType.OVERRIDDEN, reason=Reason.OTHER, granted=False, data={"own": "a trip"}),
            REASONS[Reason.OTHER],
        ),
        (
            event(EventType.ALERT_RAISED, cubby=3, data={"alert": "not_opened"}),
            f"Cubby 3 {ALERTS[Alert.NOT_OPENED]}",
        ),
        (
            event(
                EventType.ALERT_RAISED, data={"alert": "locks_lost", "bank": "left", "detail": "no"}
            ),
            f"{ALERTS[Alert.LOCKS_LOST]} (bank left: no)",
        ),
        (
            event(
                EventType.ALERT_RAISED,
                data={"alert": "reader_lost", "detail": "The card reader hangs. Replace it."},
            ),
            "The card reader hangs. Replace it",
        ),
        (
            event(EventType.ALERT_RAISED, data={"alert": "reader_lost", "detail": "unplugged"}),
            f"{ALERTS[Alert.READER_LOST]} (unplugged)",
        ),
        (event(EventType.PULSE_STARTED, data={"attempt": 1}), ""),
        (event(EventType.PULSE_STARTED, data={"attempt": 2}), "second attempt"),
        (event(EventType.PULSE_STARTED, data={"attempt": 3}), "third attempt"),
        (event(EventType.PULSE_FAILED, data={"attempt": 4}), "fourth attempt"),
        (event(EventType.PULSE_STARTED, data={"attempt": 5}), "5th attempt"),
        (event(EventType.ROUND_BEGUN, data={"cubbies": [4, 5]}), "2 cubbies"),
        (
            event(EventType.ROUND_ENDED, data={"cubbies": [1], "failed": [2, 3], "left": [4, 5]}),
            "1 cubby; did not open: 2, 3; not opened: 4, 5",
        ),
        (event(EventType.ROUND_PAUSED, data={"left": [4]}), ""),
        (event(EventType.DEPOSITED, data={"presumed": True}), "unconfirmed: no sensor"),
        (event(EventType.SIGNED_IN, data={"source": "10.0.0.7"}), "from 10.0.0.7"),
        (
            event(EventType.TOKEN_MADE, data={"scopes": ["lists", "status"]}),
            "to read lists, status",
        ),
        (event(EventType.KIOSK_STARTED, data={"version": "1.2"}), "version 1.2"),
        (
            event(EventType.ROSTER_IMPORTED, data={"added": 2, "changed": 0, "left": 1}),
            "2 added, 1 left",
        ),
        (event(EventType.ROSTER_IMPORTED, data={"added": 0, "changed": 0}), "no change"),
        (
            event(EventType.ROSTER_UNDONE, data={"changed": 3, "gone": 1, "left": 2}),
            "3 changed, 1 gone, 2 left",
        ),
    ],
)
def test_details_say_why_and_what_else_there_is(told: Event, details: str) -> None:
    assert event_details(told) == details


@pytest.mark.parametrize(
    ("show", "texts", "language", "words"),
    [
        (Show(Sign.PUT_IN, 15), {}, "en", "Put phone in. Door 15"),
        (Show(Sign.NOT_YET, time="15:10"), {}, "en", "Not yet. 15:10"),
        (Show(Sign.READY), {}, "en", "Tap your card"),
        (Show(Sign.READY), {}, "nowhere", "Tap your card"),
        (Show(Sign.SHUT_DOOR), {}, "en", "Please shut door "),
        (Show(Sign.PUT_IN, 4), {Sign.PUT_IN: "In. {cubby}"}, "en", "In. 4"),
        (Show(Sign.PUT_IN, 4), {Sign.READY: "Card"}, "en", "Put phone in. Door 4"),
    ],
)
def test_a_sign_reads_as_the_school_wrote_it_or_as_it_is_shipped(
    show: Show, texts: dict[Sign, str], language: str, words: str
) -> None:
    assert pupil_words(show, texts, language) == words
