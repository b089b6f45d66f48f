"""The figures of reports: what they say of small days, and that they agree with plain counts."""

import gc
import statistics
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from cabinet import ANA, ANAS_CARD, BEN
from conftest import LONDON
from hypothesis import given
from hypothesis import strategies as st
from lists_fixtures import CARDS, CID, DEE, TOM, School, past_of
from reports_fixtures import LIVES, Lives, carry_on, lived

from kiosk.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.custody import apply, fold
from kiosk.events import Alert, Event, EventType, Moment, Reason
from kiosk.incident_orders import CorrectUse
from kiosk.lists.seen import is_here
from kiosk.messages import PartBack, PartLost, SaveUser
from kiosk.model import User
from kiosk.orders import ApproveExemption, EndExemption, GrantExemption
from kiosk.reports import REPORTS, Days, Past
from kiosk.reports.before import FOLDED, state_before
from kiosk.reports.faults import HARDWARE
from kiosk.reports.spread import LONGEST_S, Spread
from kiosk.state import Place, State

T = EventType
STEP = timedelta(minutes=15)
MONDAY = date(2026, 3, 2)


@pytest.fixture
def school() -> School:
    return School()


def days_of(school: School, first: int = 0) -> Days:
    """From the first day on, or from so many days later."""
    begun = MONDAY + timedelta(days=first)
    today = school.clock.at.astimezone(LONDON).date()
    return Days(min(begun, today), today, LONDON)


def look_at(school: School, first: int = 0) -> Past:
    return past_of(school.events, school, days_of(school, first))


def summary(past: Past, name: str) -> dict[str, object]:
    return dict(REPORTS[name].make(past).summary)


def rows(past: Past, name: str) -> list[dict[str, object]]:
    return REPORTS[name].make(past).to_json()["rows"]


# days


def test_days_are_those_of_the_wall_in_winter_and_summer() -> None:
    days = Days(date(2026, 3, 29), date(2026, 3, 29), LONDON)  # the clocks go on

    assert days.until - days.since == timedelta(hours=23)
    assert [days.since in days, days.until in days] == [True, False]
    assert str(days) == "2026-03-29"


# how things stood before


@given(LIVES, st.integers(0, 3))
def test_how_things_stood_follows_from_what_came_after(lives: Lives, first: int) -> None:
    school = lived(lives)
    since = days_of(school, first).since
    after = [event for event in school.events if event.now.at >= since]
    really = fold(event for event in school.events if event.now.at < since)

    def granted(number: int) -> Event:
        return school.events[number - 1]

    folded = [event for event in after if event.type in FOLDED]
    before = state_before(folded, school.standing.state, granted)

    assert kept(before) == kept(really)
    assert before.in_cubby == really.in_cubby
    assert dict(before.exemptions) == dict(really.exemptions)


def kept(state: State) -> dict[int, tuple[str, int | None, bool]]:
    return {d.id: (d.person, d.cubby, d.place is Place.OUT) for d in state.deposits.values()}


@given(LIVES)
def test_nothing_that_reports_leave_out_moves_a_device(lives: Lives) -> None:
    school = lived(lives)
    state = State()
    for event in school.events:
        after = apply(state, event)
        if event.type not in FOLDED:
            assert after.deposits == state.deposits
            assert after.exemptions == state.exemptions
        state = after


def test_an_arrangement_whose_making_is_not_kept_any_more_is_left_out(school: School) -> None:
    number = school.exempt(ANA)
    school.take(EndExemption("lead", number))
    ended = school.events[-1]

    assert not state_before([ended], school.standing.state, lambda _: None).exemptions
    before = state_before([ended], school.standing.state, lambda n: school.events[n - 1])
    assert list(before.exemptions) == [number]


def before_tuesday(school: School) -> State:
    """How things stood at the beginning of the second day, by what came after."""
    folded = [e for e in look_at(school, 1).events(FOLDED)]
    return state_before(folded, school.standing.state, lambda n: school.events[n - 1])


def test_what_was_out_overnight_is_told_by_its_being_brought_back_or_let_go(
    school: School,
) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    for person in (ANA, BEN):
        school.send_out(person)
    school.clock.to(9, 0, days=1)
    school.give_in(ANA)
    school.clock.to(15, 20)
    assert school.tap(CARDS[BEN.id]).reason is Reason.OUT_AT_RELEASE
    school.fetch(CID)

    before = before_tuesday(school)
    places = {d.person: d.place for d in before.deposits.values()}
    assert places == {ANA.id: Place.OUT, BEN.id: Place.OUT, CID.id: Place.CUBBY}


def test_what_was_in_the_office_and_what_was_missing_are_told_apart(school: School) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.take_in(ANA)
    school.take_in(CID)
    school.look_inside(BEN, Reason.EMPTY)
    school.clock.to(9, 0, days=1)
    school.hand_over(ANA)
    school.take_in(BEN)
    carry_on(school, CID)

    before = before_tuesday(school)
    here = {d.person: is_here(d) for d in before.deposits.values()}
    assert here == {ANA.id: True, BEN.id: False, CID.id: True}


def test_a_device_that_was_out_and_is_said_again_was_out(school: School) -> None:
    school.give_in(ANA)
    school.send_out(ANA)
    school.clock.to(9, 0, days=1)
    carry_on(school, ANA)
    school.give_in(ANA)

    [before] = before_tuesday(school).deposits.values()
    assert before.place is Place.OUT


def test_what_was_collected_before_was_not_there_though_it_is_missing_since(
    school: School,
) -> None:
    school.give_in(ANA)
    school.clock.to(15, 20)
    school.fetch(ANA)
    collected = school.events[-2]
    assert collected.type is T.COLLECTED
    tap = collected.cause or 0
    school.clock.to(9, 0, days=1)
    school.take(CorrectUse("lead", tap, ANA.id, BEN.id, collected.deposit, collected.seq))

    assert school.standing.state.deposit_of(ANA.id) is not None
    assert not before_tuesday(school).deposits


def test_an_arrangement_that_was_approved_since_was_not_before(school: School) -> None:
    school.take(SaveUser("console", User("duty", "Duty", "$argon2id$", ("teacher",))))
    on = MONDAY + timedelta(days=1)
    asked = Exemption(0, BEN.id, ExemptionKind.MEDICAL, ExemptionEffect.KEEP, on)
    school.take(GrantExemption("duty", asked))
    school.clock.to(9, 0, days=1)
    school.take(ApproveExemption("lead", school.events[-1].seq))

    [before] = before_tuesday(school).exemptions.values()
    assert not before.is_approved


# occupancy


def test_occupancy_tells_what_is_taken_at_the_end_of_each_quarter_and_at_most(
    school: School,
) -> None:
    for person in (ANA, BEN):
        school.give_in(person)
    school.clock.to(15, 15)
    for person in (ANA, BEN):
        school.fetch(person)
    school.give_in(TOM)
    school.clock.to(16, 0)

    found = {row["time"]: (row["taken"], row["most"]) for row in rows(look_at(school), "occupancy")}
    assert found["08:30"] == (0, 0)
    assert found["08:45"] == found["15:15"] == (2, 2)
    assert found["15:30"] == (1, 2)
    assert next(iter(found)) == "08:30"
    assert list(found)[-1] == "16:00"
    assert summary(look_at(school), "occupancy") == {
        "cubbies": 6, "most taken": 2, "first so by": "2026-03-02 08:45",
    }  # fmt: skip


def test_what_was_inside_before_counts_from_the_first_quarter_on(school: School) -> None:
    school.give_in(ANA)
    school.give_in(BEN)
    school.clock.to(15, 15, days=1)
    school.fetch(ANA)

    found = rows(look_at(school, 1), "occupancy")
    assert found[0] == {"day": "2026-03-03", "time": "08:30", "taken": 2, "most": 2}
    assert (found[-1]["taken"], found[-1]["most"]) == (1, 2)


def naive_steps(school: School, days: Days) -> Iterator[tuple[str, str, int, int]]:
    """Each step with a change in it or in which the kiosk was open, by folding all there is."""
    counts = []
    state = State()
    for event in school.events:
        state = apply(state, event)
        counts.append((event.now.at, len(state.in_cubby)))
    start = days.since
    while start < min(days.until, school.clock.at):
        before = [0, *(count for at, count in counts if at < start)]
        within = [count for at, count in counts if start <= at < start + STEP]
        taken = [*before[-1:], *within]
        local, end = start.astimezone(LONDON), (start + STEP).astimezone(LONDON)
        is_open = local.weekday() < 5 and time(8, 15) <= local.time() < time(16, 30)
        if is_open or len(set(taken)) > 1:
            yield f"{local:%Y-%m-%d}", f"{end:%H:%M}", taken[-1], max(taken)
        start += STEP


@given(LIVES, st.integers(0, 3))
def test_occupancy_agrees_with_counting_all_that_ever_happened(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)

    assert list(REPORTS["occupancy"].make(past).rows) == list(naive_steps(school, past.days))


def test_a_clock_that_was_put_back_does_not_lose_an_event(school: School) -> None:
    school.clock.to(12, 0)
    school.give_in(ANA)
    school.clock.at -= timedelta(hours=2)
    school.give_in(BEN)
    school.clock.to(13, 0)

    assert rows(look_at(school), "occupancy")[-1]["taken"] == 2


# throughput


def test_throughput_counts_by_the_minute_and_times_each_opening(school: School) -> None:
    for person in (ANA, BEN):
        school.give_in(person)  # 4 s before each tap; then 1 s until it is open, 2 s until shut
    school.clock.to(15, 15)
    school.fetch(ANA)

    past = look_at(school)
    assert [tuple(row.values()) for row in rows(past, "throughput")] == [
        ("2026-03-02", "08:30", "arrival", 2, 0),
        ("2026-03-02", "15:15", "release", 0, 1),
    ]
    assert summary(past, "throughput") == {
        "handed in": 2,
        "handed in, most in a minute": 2,
        "collected": 1,
        "collected, most in a minute": 1,
        "handing in, seconds from tap to door open": 1.0,
        "handing in, seconds from tap to door shut": 3.0,
        "collecting, seconds from tap to door open": 1.0,
        "collecting, seconds from tap to door shut": 3.0,
    }


def test_opening_again_and_bringing_back_are_no_deposits(school: School) -> None:
    school.give_in(ANA)
    school.give_in(ANA)  # within the grace
    school.send_out(ANA)
    school.give_in(ANA)

    assert len([e for e in school.events if e.type is T.DEPOSITED]) == 3
    assert summary(look_at(school), "throughput")["handed in"] == 1


def test_a_door_that_opens_at_the_second_pulse_is_timed_from_the_tap(school: School) -> None:
    cubby = school.tap(ANAS_CARD).cubby
    assert cubby
    school.tick(5.1)
    school.open(cubby)

    assert (
        summary(look_at(school), "throughput")["handing in, seconds from tap to door open"] == 6.1
    )


def test_an_opening_that_a_restart_cut_off_is_not_timed(school: School) -> None:
    cubby = school.tap(ANAS_CARD).cubby
    assert cubby
    school.power_cut({})
    school.tap(ANAS_CARD)
    school.open(cubby)

    assert (
        summary(look_at(school), "throughput")["handing in, seconds from tap to door open"] is None
    )


@given(LIVES, st.integers(0, 2))
def test_throughput_agrees_with_plain_counts(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)
    within = [event for event in school.events if event.now.at in past.days]
    new = [e for e in within if e.type is T.DEPOSITED and e.cause == e.deposit]
    gone = [e for e in within if e.type is T.COLLECTED]
    minutes = Counter(f"{e.now.at.astimezone(LONDON):%Y-%m-%d %H:%M}" for e in new)
    found, told = rows(past, "throughput"), summary(past, "throughput")

    assert {f"{r['day']} {r['minute']}": r["deposits"] for r in found if r["deposits"]} == minutes
    assert told["handed in"] == sum(int(str(row["deposits"])) for row in found) == len(new)
    assert told["collected"] == sum(int(str(row["collections"])) for row in found) == len(gone)
    assert told["handed in, most in a minute"] == max(minutes.values(), default=0)
    assert told["handing in, seconds from tap to door open"] == naive_median(within)


def naive_median(events: list[Event]) -> float | None:
    """Of openings by card for handing in, by going through the events for each."""
    times = []
    for opened in (e for e in events if e.type is T.DOOR_OPENED and e.cause):
        pulse = next(
            (e for e in events if e.type is T.PULSE_STARTED and e.cause == opened.cause), None
        )
        tap = next((e for e in events if e.seq == opened.cause and e.type is T.TAPPED), None)
        if tap and pulse and pulse.data["purpose"] == "deposit":
            times.append(round(opened.now.since(tap.now).total_seconds(), 1))
    return statistics.median(times) if times else None


@given(st.lists(st.floats(0, LONGEST_S), min_size=1))
def test_a_median_is_that_of_the_durations_to_the_tenth(durations: list[float]) -> None:
    spread = Spread()
    for seconds in durations:
        spread.add(seconds)

    assert spread.median() == pytest.approx(
        statistics.median(round(d * 10) / 10 for d in durations)
    )


def test_a_duration_beyond_all_others_takes_no_more_memory() -> None:
    spread = Spread()
    spread.add(1e9)

    assert spread.median() == LONGEST_S
    assert Spread().median() is None


# hardware faults


def test_faults_tell_kind_place_times_and_minutes(school: School) -> None:
    for minutes in (3, 1):
        school.take(PartLost("locks", "main", "no answer"))
        school.clock.advance(minutes * 60)
        school.take(PartBack("locks", "main"))
        school.clock.advance(60)
    cubby = school.give_in(ANA)
    school.take(PartLost("reader"))
    school.clock.advance(30)

    assert [tuple(row.values()) for row in rows(look_at(school), "faults")] == [
        ("locks lost", None, "main", 2, 4.0, 3.0, ""),
        ("reader lost", None, "", 1, 0.5, 0.5, "up"),
    ]
    assert summary(look_at(school), "faults") == {"faults": 3, "up now": 1}
    assert cubby


def test_a_fault_that_began_earlier_or_is_up_still_counts_for_the_days_alone(
    school: School,
) -> None:
    school.take(PartLost("reader"))
    school.take(PartLost("locks", "main"))
    school.clock.to(1, 0, days=1)
    school.take(PartBack("reader"))
    school.clock.to(2, 0)

    found = {row["fault"]: row["minutes"] for row in rows(look_at(school, 1), "faults")}
    assert found == {"reader lost": 60.0, "locks lost": 120.0}
    monday = Days(MONDAY, MONDAY, LONDON)
    found = {
        row["fault"]: (row["times"], row["minutes"], row["now"])
        for row in rows(past_of(school.events, school, monday), "faults")
    }
    assert found == {"reader lost": (1, 930.0, ""), "locks lost": (1, 930.0, "up")}


def test_a_fault_that_is_up_again_keeps_its_earlier_times(school: School) -> None:
    school.take(PartLost("reader"))
    school.clock.advance(60)
    school.take(PartBack("reader"))
    school.take(PartLost("reader"))
    school.clock.advance(30)

    [row] = rows(look_at(school), "faults")
    assert (row["times"], row["minutes"], row["longest"], row["now"]) == (2, 1.5, 1.0, "up")


def test_an_end_that_is_told_twice_counts_once(school: School) -> None:
    school.take(PartLost("reader"))
    school.clock.advance(60)
    school.take(PartBack("reader"))
    school.events.append(school.events[-1])

    [row] = rows(look_at(school), "faults")
    assert (row["times"], row["minutes"]) == (1, 1.0)


def test_alerts_about_people_are_no_hardware_faults(school: School) -> None:
    school.give_in(ANA)
    school.send_out(ANA, minutes=5)
    school.clock.advance(600)
    school.tick()

    assert (Alert.OVERDUE, ANA.id) in school.standing.state.alerts
    assert rows(look_at(school), "faults") == []


@given(LIVES, st.integers(0, 2))
def test_faults_agree_with_what_was_up_each_minute(lives: Lives, first: int) -> None:
    school = lived(lives)
    past = look_at(school, first)
    found = rows(past, "faults")
    seconds = naive_seconds(school, past.days)

    told = {(r["fault"], r["cubby"], r["bank"]): r["minutes"] for r in found}
    assert told == {about: round(each / 60, 1) for about, each in seconds.items()}
    assert summary(past, "faults")["up now"] == len(
        [a for a in school.standing.state.alerts.values() if a.alert in HARDWARE]
    )


def naive_seconds(school: School, days: Days) -> dict[tuple[object, ...], float]:
    """How long each was up, by looking at the state between any two events."""
    seconds: dict[tuple[object, ...], float] = {}
    state = State()
    for event, later in zip(school.events, [*school.events[1:], None], strict=True):
        state = apply(state, event)
        begun = max(event.now.at, days.since)
        ended = min(later.now.at if later else school.clock.at, days.until)
        for raised in state.alerts.values():
            about = (raised.alert.replace("_", " "), raised.cubby, raised.bank or "")
            if raised.alert in HARDWARE and ended >= begun:
                seconds[about] = seconds.get(about, 0.0) + (ended - begun).total_seconds()
    return seconds


# arrangements


def test_arrangements_are_told_with_whose_and_by_whom_and_never_the_need(school: School) -> None:
    school.take(SaveUser("console", User("duty", "Duty", "$argon2id$", ("teacher",))))
    today = school.clock.at.date()
    asked = Exemption(0, BEN.id, ExemptionKind.MEDICAL, ExemptionEffect.KEEP, today)
    school.take(GrantExemption("duty", asked))
    school.take(GrantExemption("duty", Exemption(0, CID.id, asked.kind, asked.effect, today)))
    first = min(school.standing.state.exemptions)
    school.take(ApproveExemption("lead", first))
    number = school.exempt(ANA, kind=ExemptionKind.ADJUSTMENT)
    school.take(EndExemption("lead", number))

    past = look_at(school)
    found = rows(past, "exemptions")
    assert {row.pop("when") for row in found} == {"2026-03-02 08:30"}
    assert [tuple(row.values()) for row in found] == [
        ("Arrangement made", first, "7B", "Ben Lister", "user:duty"),
        ("Arrangement made", first + 1, "7A", "Cid Moore", "user:duty"),
        ("Arrangement approved", first, "7B", "Ben Lister", "user:lead"),
        ("Arrangement made, and approved", number, "7A", "Ana Silva", "user:lead"),
        ("Arrangement ended", number, "7A", "Ana Silva", "user:lead"),
    ]  # fmt: skip
    assert summary(past, "exemptions") == {
        "made": 3, "approved": 2, "ended": 1, "wait for approval now": 1,
    }  # fmt: skip
    told = repr(REPORTS["exemptions"].make(past))
    assert not [kind for kind in ExemptionKind if kind in told]
    assert not [effect for effect in ExemptionEffect if effect in told]


# the register


def test_the_register_has_every_pupil_by_form_and_what_is_known_of_their_device(
    school: School,
) -> None:
    for person in (ANA, BEN, CID):
        school.give_in(person)
    school.exempt(DEE)
    school.hold(ANA)
    school.send_out(BEN)

    past = look_at(school)
    assert [tuple(row.values()) for row in rows(past, "register")] == [
        ("7A", "Cid Moore", "in"),
        ("7A", "Ana Silva", "in"),
        ("7A", "Eve Silva", "not seen"),
        ("7B", "Ben Lister", "out"),
        ("10C", "Dee Abara", "not expected"),
        ("", "Fay Noon", "not seen"),
    ]
    assert summary(past, "register") == {
        "7A": "2 in, 1 not seen",
        "7B": "1 out",
        "10C": "1 not expected",
        "no form": "1 not seen",
        "all forms": "2 in, 1 out, 1 not expected, 2 not seen",
    }
    assert "No attendance record." in REPORTS["register"].make(past).notices


@given(LIVES)
def test_every_pupil_is_one_thing_in_the_register(lives: Lives) -> None:
    school = lived(lives)
    found = rows(look_at(school), "register")

    assert len(found) == 6
    not_seen = [row["name"] for row in found if row["device"] == "not seen"]
    assert not_seen == [row["name"] for row in school.table("not-seen").to_json()["rows"]]


# all of them


@given(LIVES)
def test_a_report_of_days_that_are_over_stays_as_it_was(lives: Lives) -> None:
    school = lived(lives)
    today = school.clock.at.astimezone(LONDON).date()
    days = Days(date(2026, 3, 2), today - timedelta(days=1), LONDON)
    before = {name: figures(school, name, days) for name in ("occupancy", "throughput")}
    for person in (ANA, BEN, CID):
        school.clock.advance(300)
        school.tap(CARDS[person.id])
        school.tick(20)

    assert {name: figures(school, name, days) for name in before} == before


def figures(school: School, name: str, days: Days) -> object:
    return REPORTS[name].make(past_of(school.events, school, days)).rows


def test_an_empty_past_has_no_figures(school: School) -> None:
    school.events.clear()
    for name, report in REPORTS.items():
        if name != "register":
            assert all(row[2] == 0 for row in report.make(look_at(school)).rows), name


def synthetic(school: School, days: int) -> Iterator[Event]:
    """Made one by one: each day one device comes and goes, its door and the reader with it."""
    seq = school.standing.state.seq
    for day in range(days):
        for hour in (9, 16):
            now = Moment(datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=day), 0.0, "b")
            tap = seq + 1
            about: dict[str, object] = {"person": ANA.id, "cubby": 1}
            deposit = tap if hour == 9 else tap - 6
            moved = T.DEPOSITED if hour == 9 else T.COLLECTED
            purpose = {"purpose": "deposit" if hour == 9 else "collect", "attempt": 1}
            for type, more in (
                (T.TAPPED, {"granted": True}),
                (T.PULSE_STARTED, {"cause": tap, "data": purpose}),
                (T.DOOR_OPENED, {"cause": tap}),
                (moved, {"cause": tap, "deposit": deposit}),
                (T.DOOR_CLOSED, {"cause": tap}),
                (T.ALERT_RAISED, {"data": {"alert": "reader_lost"}}),
            ):
                seq += 1
                yield Event(type, seq, now, f"person:{ANA.id}", **about, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["occupancy", "throughput", "compliance", "faults"])
def test_a_report_never_has_more_than_a_few_events_in_memory(school: School, name: str) -> None:
    alive: list[int] = []

    def events(types: Collection[EventType]) -> Iterator[Event]:
        for number, event in enumerate(synthetic(school, 200)):
            if number % 400 == 399:
                alive.append(sum(type(one) is Event for one in gc.get_objects()) - before)
            if event.type in types:
                yield event

    school.clock.to(17, 0, days=200)
    days = Days(MONDAY, MONDAY + timedelta(days=200), LONDON)
    past = replace(look_at(school), days=days, events=events)
    gc.collect()
    before = sum(type(one) is Event for one in gc.get_objects())
    table = REPORTS[name].make(past)

    assert table.rows
    assert len(alive) >= 5
    assert max(alive) < 20


def test_arrangements_of_other_days_are_not_told(school: School) -> None:
    school.exempt(ANA)
    school.clock.to(9, 0, days=1)
    school.exempt(BEN)

    monday = Days(MONDAY, MONDAY, LONDON)
    found = rows(past_of(school.events, school, monday), "exemptions")
    assert [row["name"] for row in found] == ["Ana Silva"]
