"""Rehearsals: past taps put to other rules."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BENS_CARD, SmallKiosk
from click.testing import CliRunner
from conftest import LONDON, SCHOOL_DAY, FakeClock, make_rules
from hypothesis import given, settings
from kiosk_days import STEPS_BY_LOT, Days
from kiosk_process import CONFIG

from kiosk import bootstrap
from kiosk.bootstrap import OpenRecord
from kiosk.cli.explaining import rehearse_verb
from kiosk.config import load_config
from kiosk.drafting import Rules
from kiosk.errors import ConfigError
from kiosk.events import Reason
from kiosk.explaining.rehearsal import EXAMPLES, Answer, Difference, Kind, Rehearsal, rehearse
from kiosk.explaining.rehearsal_told import as_shown
from kiosk.keys import new_keys
from kiosk.messages.commands import EnrolCard, ImportRoster
from kiosk.messages.forgetting import ErasePerson
from kiosk.messages.sensed import Card, Closed, Opened, Presented
from kiosk.model import Credential, Roster
from kiosk.policy.roles import Permission
from kiosk.timetable import Day, Timetable

NOT_YET, COLLECT = Answer(False, Reason.NOT_YET), Answer(True, Reason.COLLECT)
EARLIER = Day(time(8, 20), time(8, 50), time(14, 40), time(16, 30))


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return SmallKiosk(rules, clock)


def with_day(rules: Rules, day: Day) -> Rules:
    return replace(rules, timetable=Timetable(LONDON, dict.fromkeys(range(5), day)))


def rehearsed(kiosk: SmallKiosk, new: Rules, **span: datetime) -> Rehearsal:
    roster = kiosk.standing.roster
    return rehearse(kiosk.rules, new, roster, iter(kiosk.events), **span)


def test_an_earlier_release_would_have_let_go_whom_the_record_refused(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.hand_in(BENS_CARD)
    kiosk.clock.to(12)
    kiosk.tap(ANAS_CARD)
    kiosk.clock.to(14, 45)
    refused = [kiosk.tap(ANAS_CARD), kiosk.tap(BENS_CARD), kiosk.tap(ANAS_CARD)]

    result = rehearsed(kiosk, with_day(kiosk.rules, EARLIER))

    assert (result.taps, result.unlike, result.differing) == (6, 0, 3)
    of_a, of_b = result.differences
    assert (of_a.kind, of_a.count) == ((NOT_YET, COLLECT, "7A"), 2)
    assert (of_b.kind, of_b.count) == ((NOT_YET, COLLECT, "7B"), 1)
    assert of_a.examples == (refused[0].seq, refused[2].seq)


def test_what_other_rules_would_have_led_to_is_not_played_on(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(14, 45)
    kiosk.tap(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)  # by the other rules they would have had it since a quarter to three

    result = rehearsed(kiosk, with_day(kiosk.rules, EARLIER))

    assert [d.kind.before for d in result.differences] == [NOT_YET]


def test_another_grace_shows_in_the_taps_soon_after_a_deposit(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.advance(300)
    again = kiosk.tap(ANAS_CARD)
    graces = replace(kiosk.rules.graces, reopen=timedelta(minutes=10))

    result = rehearsed(kiosk, replace(kiosk.rules, graces=graces))

    (difference,) = result.differences
    assert difference.kind == (NOT_YET, Answer(True, Reason.REOPEN), "7A")
    assert difference.examples == (again.seq,)


def test_only_the_taps_of_the_time_asked_for_are_put_to_the_rules(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    for days in (0, 1):
        kiosk.clock.to(14, 45, days=days)
        kiosk.tap(ANAS_CARD)
    new = with_day(kiosk.rules, EARLIER)

    tuesday = rehearsed(kiosk, new, since=datetime(2026, 3, 3, tzinfo=UTC))
    monday = rehearsed(kiosk, new, until=datetime(2026, 3, 3, tzinfo=UTC))

    assert [d.kind.before.reason for d in tuesday.differences] == [Reason.ALREADY_IN]
    assert [d.kind.before.reason for d in monday.differences] == [Reason.NOT_YET]
    assert (tuesday.taps, monday.taps) == (1, 2)


def test_taps_of_cards_that_are_no_good_are_left_out(kiosk: SmallKiosk) -> None:
    kiosk.tap("nobodys")
    kiosk.tap(ANAS_CARD, BENS_CARD)

    assert rehearsed(kiosk, make_rules()).taps == 0


def test_whoever_has_left_since_was_no_leaver_then(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(14, 45)
    kiosk.tap(ANAS_CARD)
    kiosk.take(ImportRoster("office", (replace(ANA, leaver=True),), 0, 1))
    kiosk.tap(ANAS_CARD)  # a leaver collects at once

    result = rehearsed(kiosk, with_day(kiosk.rules, EARLIER))

    assert (result.taps, result.unlike) == (3, 0)
    assert [d.count for d in result.differences] == [1]


def test_somebody_forgotten_has_no_form(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(14, 45)
    kiosk.tap(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.take(ErasePerson("office", ANA.id))

    assert [d.kind.form for d in rehearsed(kiosk, with_day(kiosk.rules, EARLIER)).differences] == [
        ""
    ]


def test_taps_that_the_record_tells_otherwise_are_counted(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(14, 45)
    kiosk.tap(ANAS_CARD)
    earlier = with_day(kiosk.rules, EARLIER)

    result = rehearse(earlier, earlier, kiosk.standing.roster, kiosk.events)

    assert (result.unlike, result.differing) == (1, 0)


def test_of_many_taps_of_a_kind_it_names_the_first_few(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(14, 45)
    tap = kiosk.tap(ANAS_CARD)
    more = (replace(tap, seq=tap.seq + n) for n in range(1, 1000))

    result = rehearse(
        kiosk.rules,
        with_day(kiosk.rules, EARLIER),
        kiosk.standing.roster,
        chain(kiosk.events, more),
    )

    (difference,) = result.differences
    assert difference.count == 1000
    assert difference.examples == tuple(range(tap.seq, tap.seq + EXAMPLES))


@given(STEPS_BY_LOT)
@settings(max_examples=100)
def test_by_the_rules_that_held_every_tap_comes_to_what_the_record_says(
    steps: list[tuple[str, int]],
) -> None:
    days = Days()
    for name, pick in steps:
        if name != "change person":  # the record does not tell what they were before
            days.step(name, pick)
    kiosk = days.kiosk

    result = rehearse(kiosk.rules, kiosk.rules, kiosk.standing.roster, kiosk.events)

    assert (result.unlike, result.differences) == (0, ())


def test_without_events_there_is_nothing_to_tell(rules: Rules) -> None:
    assert rehearse(rules, rules, Roster(), ()) == Rehearsal(0, 0, ())


def write_config(path: Path, day: Day) -> None:
    times = "\n".join(
        f'{name} = "{getattr(day, name):%H:%M}"'
        for name in ("arrival", "locked", "release", "closed")
    )
    path.write_text(CONFIG.format(zone="Europe/London", times=times, cubbies=6, pulse_s=0.05))


@pytest.fixture
def record(tmp_path: Path, clock: FakeClock) -> Path:
    """A kiosk's folder: a pupil handed in, and was told "Not yet" at a quarter to three."""
    write_config(tmp_path / "config.toml", SCHOOL_DAY)
    write_config(tmp_path / "earlier.toml", EARLIER)
    new_keys(tmp_path / "keys")
    opened = OpenRecord.of(load_config(tmp_path / "config.toml"), clock)
    core = opened.core
    core.take(ImportRoster("console", (ANA,), 1, 0))
    core.take(EnrolCard("console", Credential("a" * 32, ANA.id)))
    core.take(Presented((Card("a" * 32),)))
    core.take(Opened(1))
    core.take(Closed(1))
    clock.to(14, 45)
    core.take(Presented((Card("a" * 32),)))
    opened.store.close()
    return tmp_path


def run(folder: Path, *args: str, other: str = "earlier.toml") -> str:
    with_config = ["--config", str(folder / "config.toml"), "--with", str(folder / other)]
    result = CliRunner().invoke(rehearse_verb, [*with_config, *args], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_command_rehearses_another_config_on_the_record(record: Path) -> None:
    said = run(record)

    assert "1 of 2 taps would have come out differently." in said
    assert "1  7A: refused, before the release time; now granted, to collect (events 8)" in said


def test_the_command_takes_a_span_of_days(record: Path) -> None:
    told = json.loads(run(record, "--json", "--from", "2026-03-02", "--to", "2026-03-02"))
    assert (told["taps"], len(told["differences"])) == (2, 1)

    assert "0 of 0 taps" in run(record, "--from", "2026-03-03")


def test_the_command_changes_nothing(record: Path) -> None:
    before = {p: p.read_bytes() for p in (record / "data").rglob("*") if p.is_file()}

    run(record)

    assert {p: p.read_bytes() for p in (record / "data").rglob("*") if p.is_file()} == before


SCHOOL = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:20"
locked = "08:50"
release = "{release}"
closed = "16:30"
"""


def test_the_command_rehearses_a_school_file(record: Path) -> None:
    (record / "school.toml").write_text(SCHOOL.format(release="14:40"))
    assert "1 of 2 taps would have come out differently." in run(record, other="school.toml")


def test_the_school_file_in_force_is_what_the_other_is_held_against(record: Path) -> None:
    opened = OpenRecord.of(load_config(record / "config.toml"))
    text = SCHOOL.format(release="14:40")
    bootstrap.offline_verbs(opened).call("school_import", {"text": text})
    opened.store.close()
    (record / "school.toml").write_text(text)

    assert "0 of 2 taps" in run(record, other="school.toml")
    assert "0 of 2 taps" in run(record)  # a config leaves the school file in force


def test_a_faulty_school_file_is_not_rehearsed(record: Path) -> None:
    (record / "school.toml").write_text(SCHOOL.format(release="08:00"))
    with pytest.raises(ConfigError, match="must follow one another"):
        run(record, other="school.toml")


# as it is told

OUT, MEDICAL = Answer(True, Reason.OUT), Answer(True, Reason.MEDICAL_ACCESS)
EVERYTHING = frozenset(Permission)


def told(*counted: tuple[Answer, int]) -> Rehearsal:
    kinds = (Difference(Kind(NOT_YET, after, "7A"), n, (n,)) for after, n in counted)
    return Rehearsal(50, 0, tuple(kinds))


def test_whoever_approves_needs_is_told_of_them() -> None:
    result = told((COLLECT, 9), (MEDICAL, 1))
    assert as_shown(result, EVERYTHING) == (result, 0)


def test_to_others_a_medical_need_is_an_arrangement_like_any() -> None:
    others = EVERYTHING - {Permission.APPROVE}
    shown, _ = as_shown(told((OUT, 2), (MEDICAL, 1)), others)
    assert shown == Rehearsal(50, 0, (Difference(Kind(NOT_YET, OUT, "7A"), 3, (1, 2)),))


def test_what_only_differs_by_a_need_is_no_difference_to_others() -> None:
    result = Rehearsal(9, 0, (Difference(Kind(OUT, MEDICAL, "7A"), 1, (1,)),))
    assert as_shown(result, EVERYTHING - {Permission.APPROVE})[0].differences == ()


def test_whoever_sees_no_record_is_told_of_five_alike_at_least_and_of_no_event() -> None:
    shown, few = as_shown(told((COLLECT, 5), (OUT, 4)), frozenset({Permission.RULES}))
    assert (shown.differences, few) == ((Difference(Kind(NOT_YET, COLLECT, "7A"), 5, ()),), 4)
