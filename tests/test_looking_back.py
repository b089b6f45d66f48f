"""Past taps explained: by the state and the rules of then, whatever has come since."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import scale
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk
from conftest import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st
from kiosk_days import HEAD, STEPS_BY_LOT, Days
from record_fixtures import KEYS, KIOSK, Recorded

from kiosk.acts import SchoolFile
from kiosk.custody import fold
from kiosk.drafting import Rules, Versions
from kiosk.errors import BadInput
from kiosk.events import Event, EventType, Reason
from kiosk.explaining.looking_back import AS_TODAY, NO_TAP, OF_STAFF, OTHERWISE
from kiosk.messages.arrangements import GrantExemption, LiftHold, PlaceHold
from kiosk.messages.commands import BlockCard, ImportRoster, SaveUser
from kiosk.model import Person, PersonKind, User
from kiosk.offline import Offline
from kiosk.orders.apart import Press
from kiosk.orders.explaining import explained
from kiosk.orders.sources import Sources
from kiosk.orders.wanted import ExplanationWanted, Format
from kiosk.policy.roles import ROLES, Permission
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.store import History, Store

LEAD, DESK = ROLES["headteacher"], ROLES["reception"]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Told = dict[str, Any]


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    kiosk = SmallKiosk(rules, clock)
    kiosk.take(SaveUser("console", User(HEAD, "head", "", ("headteacher", "dsl"))))
    return kiosk


def sources_of(kiosk: SmallKiosk, history: History | None = None) -> Sources:
    return Sources(
        "A School",
        kiosk.rules,
        kiosk.standing,
        kiosk.clock.now(),
        history or History(Path("none"), (), kiosk.events),
        (0, ""),
        is_simulated=True,
    )


def why(
    kiosk: SmallKiosk | Sources,
    at: datetime,
    *,
    may_see: frozenset[Permission] = LEAD,
    person: Person = ANA,
    within: timedelta = SECOND,
    versions: Versions | None = None,
) -> Told:
    sources = sources_of(kiosk) if isinstance(kiosk, SmallKiosk) else kiosk
    versions = versions or Versions(sources.rules)
    wanted = ExplanationWanted(person.id, at, at + within, may_see, versions)
    told: Told = json.loads(explained(wanted, sources))
    return told


def test_a_refused_tap_is_explained_by_the_state_of_then(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    tap = kiosk.tap(ANAS_CARD)
    kiosk.clock.to(15, 30)
    kiosk.hand_in()

    told = why(kiosk, tap.now.at)

    assert (told["granted"], told["reason"], told["row"]) == (False, "not_yet", "16")
    assert "their device is in cubby 1, since 08:30" in told["facts"]
    assert told["next"] == "they can collect at 15:10"
    assert told["notices"] == [
        "Their tap of 2 March 2026, 12:00:04 was refused: before the release time "
        f"(event {tap.seq}).",
        AS_TODAY,
    ]


def test_a_hold_that_was_lifted_since_is_still_what_refused_that_tap(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kept = kiosk.standing.state.deposit_of(ANA.id)
    assert kept
    kiosk.take(PlaceHold(HEAD, kept.id, HoldKind.OFFICE))
    kiosk.clock.to(15, 30)
    tap = kiosk.tap(ANAS_CARD)
    kiosk.take(LiftHold(HEAD, next(iter(kiosk.standing.state.holds))))
    kiosk.hand_in()

    assert why(kiosk, tap.now.at)["reason"] == "held"


def test_a_time_to_the_minute_finds_the_refused_tap_in_it(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    tap = kiosk.tap(ANAS_CARD)
    noon = tap.now.at.replace(second=0)

    assert why(kiosk, noon, within=MINUTE)["notices"][0].startswith("Their tap of")
    assert why(kiosk, noon)["notices"][0] == NO_TAP


def test_without_a_tap_it_says_what_one_would_have_met(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 30)
    kiosk.hand_in()
    kiosk.clock.to(18)

    told = why(kiosk, datetime(2026, 3, 2, 14, 0, tzinfo=UTC))

    assert (told["granted"], told["reason"]) == (False, "not_yet")
    assert told["notices"] == [NO_TAP, AS_TODAY]


def test_the_clock_is_trusted_as_far_as_it_was_then(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(15, 30)
    kiosk.clock.trusted = False
    kiosk.power_cut()
    tap = kiosk.tap(ANAS_CARD)
    kiosk.clock.trusted = True
    kiosk.tick(60)

    assert why(kiosk, tap.now.at)["reason"] == "clock_not_trusted"


def test_a_card_is_as_the_tap_says_and_not_as_it_is_today(kiosk: SmallKiosk) -> None:
    early = kiosk.tap(ANAS_CARD)
    kiosk.clock.advance(60)
    kiosk.take(BlockCard("office", ANAS_CARD))
    late = kiosk.tap(ANAS_CARD)

    assert (why(kiosk, early.now.at)["granted"], early.granted) == (True, True)
    assert why(kiosk, late.now.at)["reason"] == "blocked_card"


def test_whoever_has_left_since_had_not_then(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    before = kiosk.tap(ANAS_CARD)
    kiosk.take(ImportRoster("office", (replace(ANA, leaver=True),), 0, 1))
    after = kiosk.tap(ANAS_CARD)

    assert why(kiosk, before.now.at)["reason"] == "not_yet"
    assert why(kiosk, after.now.at)["row"] == "3"


def test_where_what_is_kept_comes_to_something_else_the_record_is_right(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    tap = kiosk.tap(ANAS_CARD)
    kiosk.take(ImportRoster("office", (replace(ANA, kind=PersonKind.VISITOR),), 0, 1))

    told = why(kiosk, tap.now.at)

    assert told["granted"]
    assert OTHERWISE in told["notices"]
    assert "was refused: before the release time" in told["notices"][0]


def test_a_tap_of_staff_for_others_is_told_as_one(clock: FakeClock) -> None:
    days = Days()
    kiosk = days.kiosk
    kiosk.take(ImportRoster("office", (replace(ANA, kind=PersonKind.STAFF),), 0, 1))
    kiosk.take(SaveUser("console", User("7", "ana", "", ("teacher",), person=ANA.id)))
    tap = kiosk.tap(ANAS_CARD)

    assert tap.reason is Reason.STAFF_CARD
    assert OF_STAFF in why(kiosk, tap.now.at)["notices"]


def test_a_need_is_told_to_those_alone_who_may_know_of_it(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(12)
    today = kiosk.clock.at.date()
    need = Exemption(0, ANA.id, ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, today)
    kiosk.take(GrantExemption(HEAD, need))
    tap = kiosk.tap(ANAS_CARD)

    assert why(kiosk, tap.now.at)["row"] == "2"
    told = why(kiosk, tap.now.at, may_see=DESK)
    assert (told["granted"], told["row"]) == (True, "14")
    assert "medical" not in str(told).lower()
    assert OTHERWISE not in told["notices"]


def test_private_holds_are_told_like_any_office_hold(rules: Rules) -> None:
    told = set()
    for kind in (HoldKind.OFFICE, HoldKind.SAFEGUARDING, HoldKind.POLICE, HoldKind.INVESTIGATION):
        kiosk = SmallKiosk(rules, FakeClock())
        kiosk.take(SaveUser("console", User(HEAD, "head", "", ("headteacher", "dsl"))))
        kiosk.hand_in()
        kept = kiosk.standing.state.deposit_of(ANA.id)
        assert kept
        kiosk.take(PlaceHold(HEAD, kept.id, kind))
        kiosk.clock.to(15, 30)
        at = kiosk.tap(ANAS_CARD).now.at
        told |= {json.dumps(why(kiosk, at, may_see=may_see)) for may_see in (LEAD, DESK)}

    assert len(told) == 2  # one for each asker, whatever the kind


@pytest.mark.parametrize(
    ("may_see", "why_not"),
    [
        (frozenset({Permission.SEE_RECORD}), "may see names"),
        (frozenset({Permission.SEE_NAMES}), "may see the record"),
    ],
)
def test_the_past_is_for_those_who_may_see_names_and_the_record(
    kiosk: SmallKiosk, may_see: frozenset[Permission], why_not: str
) -> None:
    with pytest.raises(BadInput, match=why_not):
        why(kiosk, kiosk.clock.at, may_see=may_see)


def test_of_a_time_before_the_record_nothing_is_kept(kiosk: SmallKiosk) -> None:
    with pytest.raises(BadInput, match="tells of taps from 2 March 2026, "):
        why(kiosk, kiosk.clock.at - timedelta(days=1))


# the rules of then

SCHOOL = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:20"
locked = "08:50"
release = "{release}"
closed = "16:30"
"""


def with_versions(kiosk: SmallKiosk, *versions: SchoolFile) -> Told:
    """A tap at noon by the version in force then; two more have come since."""
    kiosk.hand_in()
    kiosk.events.append(changed(kiosk, 1))
    kiosk.clock.to(12)
    tap = replace(kiosk.tap(ANAS_CARD), seq=kiosk.events[-1].seq + 1)
    kiosk.events[-1] = tap
    state = kiosk.standing.state._replace(rules_version=2, seq=tap.seq)
    kiosk.standing = kiosk.standing._replace(state=state)
    kept = {version.version: version for version in versions}
    return why(kiosk, tap.now.at, versions=Versions(kiosk.rules, kept))


def changed(kiosk: SmallKiosk, version: int) -> Event:
    seq = kiosk.events[-1].seq + 1
    return Event(EventType.RULES_CHANGED, seq, kiosk.clock.now(), data={"version": version})


def test_the_rules_in_force_then_decide(kiosk: SmallKiosk) -> None:
    told = with_versions(kiosk, SchoolFile(1, SCHOOL.format(release="11:00")))

    assert told["reason"] == "collect"
    assert "By version 1 of the school's rules, in force then." in told["notices"]


@pytest.mark.parametrize("versions", [(), (SchoolFile(1, "nonsense"),)])
def test_rules_that_cannot_be_read_any_more_are_told_of(
    kiosk: SmallKiosk, versions: tuple[SchoolFile, ...]
) -> None:
    told = with_versions(kiosk, *versions)

    assert told["reason"] == "not_yet"
    assert any("cannot be read any more" in notice for notice in told["notices"])


# whatever happens


def live(steps: list[tuple[str, int]]) -> Days:
    """A life of days. What the roster says of people is kept as it is today alone, and so stays."""
    days = Days()
    for name, pick in steps:
        if name != "change person":
            days.step(name, pick)
    return days


def own_taps(days: Days) -> Iterator[tuple[Event, Person]]:
    for tap in days.kiosk.events:
        person = {ANA.id: ANA, BEN.id: BEN}.get(tap.person or "")
        if tap.type is EventType.TAPPED and person is not None:
            yield tap, person


def check(days: Days, history: History | None = None) -> None:
    """Each tap there was is explained as the record has it."""
    sources = sources_of(days.kiosk, history)
    for tap, person in own_taps(days):
        full = why(sources, tap.now.at, person=person)
        part = why(sources, tap.now.at, person=person, may_see=DESK)
        expected = (tap.granted, tap.reason, tap.data["row"])
        assert (full["granted"], full["reason"], full["row"]) == expected
        assert OTHERWISE not in full["notices"]
        assert part["granted"] == tap.granted
        assert tap.granted or part["reason"] == tap.reason
        assert "medical" not in str(part).lower()


@given(STEPS_BY_LOT)
@settings(max_examples=scale.of(150))
def test_for_any_tap_the_explanation_at_its_time_names_the_same_reason(
    steps: list[tuple[str, int]],
) -> None:
    check(live(steps))


def kept(events: list[Event], cuts: list[int], folder: Path) -> Store:
    """Those events in a record whose open file became history at some of them."""
    store = Store(folder, kiosk=KIOSK, keys=KEYS)
    for start, end in pairwise([0, *cuts, len(events)]):
        head, rest = events[start : start + 1], events[start + 1 : end]
        if start:
            rotation = store.begin_rotation(fold(events[:start]))
            assert rotation.rewrite
            rotation.write()
            store.finish_rotation(rotation, head)
        else:
            store.append(head)
        if rest:
            store.append(rest)
    return store


@given(STEPS_BY_LOT, st.sets(st.integers(1, 60), max_size=2))
@settings(max_examples=scale.of(25))
def test_it_does_so_whatever_has_become_history(
    steps: list[tuple[str, int]], cuts: set[int]
) -> None:
    days = live(steps)
    events = days.kiosk.events
    with TemporaryDirectory() as folder:
        where = sorted(cut for cut in cuts if cut < len(events))
        store = kept(events, where, Path(folder))
        check(days, store.history)
        store.close()


# what is past its age


def sources_in(kiosk: Recorded) -> Sources:
    return Sources.of(Offline(kiosk.core, kiosk.upkeep, school="A School", is_simulated=True))


def test_a_process_apart_tells_the_same_of_today_and_of_earlier_days(
    tmp_path: Path, clock: FakeClock
) -> None:
    kiosk = Recorded(tmp_path, clock).furnish()
    kiosk.hand_in()
    clock.to(12)
    taps = [kiosk.tap(ANAS_CARD)]
    kiosk.rotate()
    clock.to(12, days=1)
    taps.append(kiosk.tap(ANAS_CARD))
    sources = sources_in(kiosk)

    for tap, reason in zip(taps, ("not_yet", "already_in"), strict=True):
        at = tap.now.at
        wanted = ExplanationWanted(ANA.id, at, at + SECOND, LEAD, Versions(sources.rules))
        told = Press().make(wanted, Format.TABLE, sources)
        assert (told, json.loads(told)["reason"]) == (explained(wanted, sources), reason)
    kiosk.close()


def retold(kiosk: Recorded, at: datetime) -> Told:
    return why(sources_in(kiosk), at)


def test_where_older_taps_are_gone_what_lay_in_the_cubbies_is_told_from_what_came_after(
    tmp_path: Path, clock: FakeClock
) -> None:
    kiosk = Recorded(tmp_path, clock).furnish()
    kiosk.hand_in()
    kiosk.clock.to(15, 20)
    kiosk.keep_up()  # Monday becomes history, with a device left inside
    kiosk.clock.to(12, days=1)
    tap = kiosk.tap(ANAS_CARD)
    kiosk.clock.to(15, 20)
    kiosk.hand_in()
    kiosk.rotate()
    kiosk.clock.to(12, days=90)
    kiosk.keep_up(8)
    kiosk.rotate()  # after which no row names what was dropped

    told = retold(kiosk, tap.now.at)

    assert told["reason"] == tap.reason == "already_in"
    assert any("keeps taps from" in notice for notice in told["notices"])
    with pytest.raises(BadInput, match="nothing is kept of that time"):
        retold(kiosk, tap.now.at - timedelta(days=1, hours=1))
    kiosk.close()
