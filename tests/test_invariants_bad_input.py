"""Bad input changes nothing and gets a clear error, whatever has happened before.

Here: commands that name what is not there or make no sense, cards that nobody owns, and what is
typed at a kiosk with a record of its own. Files of every kind are in ``test_roster_broken``, forms
in ``test_webui_garbage``, frames of lock boards in ``test_boards_noise``, configs in
``test_config``.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import scale
from bad_input import COMMANDS, LIVED, SENSED, TYPED, WHO
from cabinet import SmallKiosk
from conftest import FakeClock, make_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosk_days import HEAD, STEPS_BY_LOT, Days

from kiosk.acts import Forget, Pulse, Row
from kiosk.core import Core
from kiosk.drafting import Standing, Step
from kiosk.errors import BadInput, ConfigError
from kiosk.events import EventType
from kiosk.keys import Keys
from kiosk.messages import Command, Message
from kiosk.messages.commands import SaveUser
from kiosk.messages.sensed import Presented
from kiosk.model import User
from kiosk.offline import Offline
from kiosk.policy.words import REASONS
from kiosk.roster.undo import ROW_ID, Imported
from kiosk.station import decide
from kiosk.store import Store
from kiosk.store.tables import FILE_NAME
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

ALL_ROLES = ("headteacher", "dsl", "reception", "pastoral", "technician", "admin")
Steps = list[tuple[str, int]]


class AnyDays(Days):
    """Days with somebody who may do everything: what is refused is refused for what it says."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.kiosk = SmallKiosk(make_rules(2, 2), self.clock)
        for user in (HEAD, WHO):
            self.kiosk.take(SaveUser("console", User(user, user, "", ALL_ROLES)))

    def answer(self, message: Message) -> Step:
        """What would come of it now."""
        return decide(self.kiosk.rules, self.kiosk.standing, message, self.clock.now())


def what_counts(standing: Standing) -> tuple[Any, ...]:
    """All but the number of the last event, and when a clock was last trusted."""
    state = standing.state._replace(seq=0, trusted_at=None, trusted_boot="")
    return state, standing.roster


def kept_of(step: Step) -> list[Row]:
    """The rows that it would make; but what an import can be taken back by is forgotten in time,
    whatever is said meanwhile."""
    return [row for row in step.rows if row != Forget(Imported, ROW_ID)]


def is_refused_and_changes_nothing(days: AnyDays, command: Command) -> None:
    step, before = days.answer(command), days.kiosk.standing
    assert step.outcome is not None
    assert not step.outcome.granted, command
    assert step.outcome.reason is not None
    assert REASONS[step.outcome.reason], command
    assert what_counts(step.standing) == what_counts(before), command
    assert (step.acts, kept_of(step)) == ((), []), command
    assert [event.granted for event in step.events] in ([], [False]), command


def is_taken_for_nothing(days: AnyDays, message: Message) -> None:
    """At most one refused tap; no door, no person and no device of anybody."""
    step = days.answer(message)
    assert what_counts(step.standing) == what_counts(days.kiosk.standing), message
    assert not any(isinstance(act, Pulse) for act in step.acts), message
    assert kept_of(step) == []
    told = [(event.type, event.granted) for event in step.events]
    assert told in ([], [(EventType.TAPPED, False)]), message
    assert isinstance(message, Presented) or not told


BAD = st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=6)


@given(STEPS_BY_LOT, BAD, st.sampled_from(SENSED))
@settings(max_examples=scale.of(1000))
def test_whatever_happened_bad_input_changes_nothing_and_is_told_why(
    steps: Steps, bad: list[Command], sensed: Message
) -> None:
    days = AnyDays()
    for name, pick in steps:
        days.step(name, pick)
        for command in bad:
            is_refused_and_changes_nothing(days, command)
        is_taken_for_nothing(days, sensed)


def test_every_bad_command_is_refused_at_a_kiosk_where_nothing_has_happened() -> None:
    for command in COMMANDS:
        is_refused_and_changes_nothing(AnyDays(), command)
    for message in SENSED:
        is_taken_for_nothing(AnyDays(), message)


# at the command line, with a record


class Typed:
    """A kiosk with a record of its own, and what is typed at it."""

    def __init__(self, folder: Path) -> None:
        keys = Keys(b"c" * 32, b"k" * 32)
        self.clock = FakeClock()
        self.core = Core(Store(folder, kiosk="test", keys=keys), make_rules(2, 2), self.clock)
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, keys)
        self.file = folder / FILE_NAME
        people = [{"admission": n, "forename": "Ana", "surname": "Silva"} for n in ("1001", "1002")]
        self.verbs.call("roster_import", {"rows": people})

    def live(self, verb: str, args: Mapping[str, Any]) -> None:
        """Something happens, or is refused, as it may be."""
        self.clock.advance(60)
        with suppress(BadInput):
            self.verbs.call(verb, args)

    def refuses(self, verb: str, args: Mapping[str, Any]) -> None:
        """It says why, and the record is the same, byte for byte."""
        before, standing = self.file.read_bytes(), self.core.standing
        with pytest.raises((BadInput, ConfigError)) as refused:
            self.verbs.call(verb, args)
        assert len(str(refused.value)) > len(verb), verb
        assert "Traceback" not in str(refused.value)
        assert self.file.read_bytes() == before, (verb, args)
        assert self.core.standing == standing


@given(st.lists(st.sampled_from(LIVED), max_size=8), st.lists(st.sampled_from(TYPED), min_size=4))
@settings(max_examples=scale.of(100))
def test_whatever_happened_what_is_typed_wrong_leaves_the_record_as_it_was(
    lived: list[tuple[str, dict[str, Any]]], typed: list[tuple[str, dict[str, Any]]]
) -> None:
    with TemporaryDirectory() as folder:
        kiosk = Typed(Path(folder))
        for verb, args in lived:
            kiosk.live(verb, args)
            kiosk.refuses(*typed[0])
        for verb, args in typed:
            kiosk.refuses(verb, args)


def test_everything_that_may_be_typed_wrong_is_refused_in_words(tmp_path: Path) -> None:
    kiosk = Typed(tmp_path)
    for verb, args in TYPED:
        kiosk.refuses(verb, args)


@given(st.text(max_size=300))
@settings(max_examples=scale.of(200))
def test_no_text_that_is_no_school_file_changes_the_rules(text: str) -> None:
    with TemporaryDirectory() as folder:
        Typed(Path(folder)).refuses("school_import", {"text": f"week = {text!r}"})
