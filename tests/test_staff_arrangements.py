"""What staff arrange, and what it does to a tap."""

from dataclasses import replace
from datetime import date, time

import pytest
from arranging_fixtures import ROLE_NAMES, at, deposit_of, exempt, furnished
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from conftest import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from kiosk.acts import Note, Show, Sign
from kiosk.custody import fold
from kiosk.drafting import Rules
from kiosk.events import Alert, EventType, Reason
from kiosk.messages.arrangements import (
    ApproveExemption,
    EndExemption,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    OpenAll,
    PlaceHold,
    ReleaseNow,
    TakeIn,
)
from kiosk.messages.commands import ImportRoster, Override
from kiosk.model import PersonKind
from kiosk.policy.roles import ROLES
from kiosk.staff.acting import private_id
from kiosk.state.arrangements import (
    PRIVATE_HOLDS,
    HoldKind,
    SeenTo,
)
from kiosk.station import decide

T = EventType


@pytest.fixture
def kiosk(rules: Rules, clock: FakeClock) -> SmallKiosk:
    return furnished(SmallKiosk(rules, clock))


# exemptions


@pytest.mark.parametrize("hour", [7, 10, 16, 21])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_medical_need_opens_at_any_hour_with_any_clock(
    kiosk: SmallKiosk, hour: int, trusted: bool
) -> None:
    kiosk.hand_in()
    kiosk.take(GrantExemption("headteacher", exempt("medical", "always")))
    kiosk.clock.to(hour, days=1)
    kiosk.clock.trusted = trusted
    if not trusted:
        kiosk.power_cut()  # or the clock counts as trusted for the rest of this boot

    tap = kiosk.tap(ANAS_CARD)
    is_over = trusted and hour != 10  # from the day's release on they take it home
    assert (tap.data["row"], kiosk.pulses) == ("2", [1])
    assert tap.reason is (Reason.COLLECT if is_over else Reason.MEDICAL_ACCESS)


def test_a_medical_need_opens_when_the_clock_has_started_years_too_early(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in()
    begins = kiosk.clock.at.date()
    kiosk.take(GrantExemption("headteacher", exempt("medical", "always", begins=begins)))
    kiosk.clock.at = kiosk.clock.at.replace(year=1970)
    kiosk.clock.trusted = False
    kiosk.power_cut()

    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_what_a_medical_need_lets_them_keep_opens_what_is_stored_already(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.take(GrantExemption("headteacher", exempt("medical", "keep")))

    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_windows_open_in_their_hours_and_with_no_clock_at_all(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    lunch = ((time(12), time(13)),)
    kiosk.take(GrantExemption("dsl", exempt("medical", "windows", windows=lunch)))
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.clock.to(12, 30)
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_todays_needs_nobodys_approval_and_is_over_tomorrow(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(GrantExemption("teacher", exempt("medical", "always")))
    granted = kiosk.events[-1]
    assert granted.data["approved"] is False
    kiosk.clock.to(10)
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS
    kiosk.open(1)
    kiosk.close(1)
    kiosk.clock.to(9, days=1)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    kiosk.clock.to(10)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET

    kiosk.take(ApproveExemption("headteacher", granted.seq))
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS


def test_a_medical_one_never_lapses_and_staff_are_told_past_its_review(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    given = exempt("medical", "always", ends=date(2026, 3, 2), review=date(2026, 3, 2))
    kiosk.take(GrantExemption("headteacher", given))
    kiosk.clock.to(10, days=3)
    kiosk.tick()

    assert (Alert.REVIEW_DUE, ANA.id) in kiosk.standing.state.alerts
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS
    kiosk.take(EndExemption("headteacher", next(iter(kiosk.standing.state.exemptions))))
    kiosk.tick()
    assert (Alert.REVIEW_DUE, ANA.id) not in kiosk.standing.state.alerts


def test_another_exemption_lapses_at_its_end(kiosk: SmallKiosk) -> None:
    kiosk.take(GrantExemption("headteacher", exempt("other", "keep", ends=date(2026, 3, 2))))
    assert kiosk.tap(ANAS_CARD).reason is Reason.EXEMPT
    assert (kiosk.pulses, kiosk.shown) == ([], [Show(Sign.NOTED)])
    kiosk.clock.to(9, days=1)
    assert kiosk.tap(ANAS_CARD).reason is Reason.DEPOSIT


def test_early_collects_before_the_others(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    early = ((time(14, 50), time(15, 10)),)
    kiosk.take(GrantExemption("headteacher", exempt("adjustment", "early", windows=early)))
    kiosk.clock.to(14, 40)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.clock.to(14, 51)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


# holds


@pytest.mark.parametrize("kind", HoldKind)
def test_a_held_device_is_not_given_and_the_pupil_sees_what_anybody_sees(
    kiosk: SmallKiosk, kind: HoldKind
) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("headteacher", deposit_of(kiosk), kind, ends=at(kiosk, 23)))
    kiosk.clock.to(15, 20)

    tap = kiosk.tap(ANAS_CARD)
    assert (tap.granted, tap.reason, tap.cubby) == (False, Reason.HELD, None)
    assert kiosk.shown == [Show(Sign.ASK_OFFICE)]


def test_a_hold_changes_no_tap_that_would_not_have_opened(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.SAFEGUARDING))
    kiosk.clock.to(12)
    assert kiosk.tap(ANAS_CARD).reason is Reason.NOT_YET
    kiosk.clock.to(18)
    assert kiosk.tap(ANAS_CARD).reason is Reason.KIOSK_CLOSED


def test_a_confiscation_is_over_at_release_unless_it_was_made_longer(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("pastoral", deposit_of(kiosk), HoldKind.CONFISCATED))
    kiosk.clock.to(15, 20)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


def test_a_medical_need_opens_a_held_cubby_unless_it_is_met_otherwise(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(GrantExemption("headteacher", exempt("medical", "always")))
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.POLICE))
    kiosk.clock.to(12)
    assert kiosk.tap(ANAS_CARD).reason is Reason.MEDICAL_ACCESS
    kiosk.open(1)
    kiosk.close(1)
    kiosk.tap(ANAS_CARD)
    kiosk.open(1)
    kiosk.close(1)
    for hold in list(kiosk.standing.state.holds):
        kiosk.take(LiftHold("dsl", hold))
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.POLICE, is_need_met=True))

    kiosk.clock.advance(300)
    assert kiosk.tap(ANAS_CARD).reason is Reason.HELD


@pytest.mark.parametrize("kind", sorted(PRIVATE_HOLDS))
def test_the_true_kind_of_a_private_hold_is_in_no_event(kiosk: SmallKiosk, kind: HoldKind) -> None:
    kiosk.hand_in()
    step = decide(
        kiosk.rules,
        kiosk.standing,
        PlaceHold("dsl", deposit_of(kiosk), kind, note="what was said"),
        kiosk.clock.now(),
    )
    office = decide(
        kiosk.rules,
        kiosk.standing,
        PlaceHold("dsl", deposit_of(kiosk), HoldKind.OFFICE, note="late for class"),
        kiosk.clock.now(),
    )

    assert step.events == office.events
    assert step.standing.state == office.standing.state
    number = private_id(step.events[0].seq)
    assert step.rows == (Note(number, "what was said", kind.value, ANA.id),)
    assert len(office.rows) == 1


def test_whoever_may_not_see_private_holds_is_refused_every_lifting_alike(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in(ANAS_CARD)
    kiosk.hand_in(BENS_CARD)
    kiosk.take(PlaceHold("reception", deposit_of(kiosk, ANA), HoldKind.OFFICE))
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk, BEN), HoldKind.SAFEGUARDING))
    refusals = []
    for hold in list(kiosk.standing.state.holds):
        kiosk.take(LiftHold("reception", hold))
        refusals.append(kiosk.outcome)

    assert refusals[0] == refusals[1]
    assert refusals[0] is not None
    assert refusals[0].reason is Reason.NOT_ALLOWED


@pytest.mark.parametrize("kind", [HoldKind.OFFICE, *sorted(PRIVATE_HOLDS)])
def test_when_the_head_lifts_a_hold_the_duty_lead_is_told_at_once_whichever_it_was(
    kiosk: SmallKiosk, kind: HoldKind
) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), kind))
    (hold,) = kiosk.standing.state.holds

    step = decide(kiosk.rules, kiosk.standing, LiftHold("headteacher", hold), kiosk.clock.now())

    assert types(list(step.events)) == [T.HOLD_LIFTED, T.NOTED, T.ALERT_RAISED]
    assert step.outcome is not None
    assert step.outcome.seq == step.events[0].seq
    (told,) = (row for row in step.rows if isinstance(row, Note))
    assert told.text.startswith(f"Another lead has lifted hold {hold}")
    assert (kind.value in told.text) == (kind in (HoldKind.SAFEGUARDING, HoldKind.POLICE))


@pytest.mark.parametrize(
    ("placed_by", "lifted_by"), [("dsl", "dsl"), ("headteacher", "headteacher")]
)
def test_whoever_placed_it_or_is_the_duty_lead_lifts_it_without_a_note(
    kiosk: SmallKiosk, placed_by: str, lifted_by: str
) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold(placed_by, deposit_of(kiosk), HoldKind.SAFEGUARDING))
    (hold,) = kiosk.standing.state.holds
    assert types(kiosk.take(LiftHold(lifted_by, hold))) == [T.HOLD_LIFTED]


def test_a_held_cubby_opens_for_the_leads_and_for_a_need_but_not_for_the_desk(
    kiosk: SmallKiosk,
) -> None:
    cubby = kiosk.hand_in()
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.INVESTIGATION))

    def opens(actor: str, reason: Reason) -> bool:
        kiosk.take(Override(actor, cubby, ANA.id, reason))
        assert kiosk.outcome is not None
        granted = kiosk.outcome.granted
        if granted:
            kiosk.open(cubby)
            kiosk.close(cubby)
        return granted

    assert not opens("reception", Reason.OTHER)
    assert not opens("console", Reason.OTHER)
    assert opens("teacher", Reason.MEDICAL)
    assert opens("dsl", Reason.OTHER)


def test_what_is_held_is_left_out_when_everything_is_opened(kiosk: SmallKiosk) -> None:
    held, other = kiosk.hand_in(ANAS_CARD), kiosk.hand_in(BENS_CARD)
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk, ANA), HoldKind.SAFEGUARDING))

    (begun, *_) = kiosk.take(OpenAll("console", Reason.EMPTYING))
    assert (begun.data["cubbies"], held) == ([other], 1)


def test_a_hold_ends_with_the_custody_it_is_on(kiosk: SmallKiosk) -> None:
    kiosk.hand_in()
    kiosk.take(PlaceHold("dsl", deposit_of(kiosk), HoldKind.POLICE))
    kiosk.take(HandOver("dsl", deposit_of(kiosk), "warrant card", note="PC 123", note_id="n1"))

    assert (kiosk.events[-1].type, kiosk.events[-1].note) == (T.HANDED_OVER, "n1")
    assert kiosk.standing.state.holds == {}
    assert kiosk.standing.state.deposits == {}


# the office's own hands


def test_a_device_brought_to_the_office_is_kept_without_a_cubby(kiosk: SmallKiosk) -> None:
    kiosk.take(TakeIn("reception", ANA.id))
    assert kiosk.tap(ANAS_CARD).reason is Reason.UNDER_ENQUIRY
    kiosk.take(PlaceHold("reception", deposit_of(kiosk), HoldKind.OFFICE))
    assert len(kiosk.standing.state.holds) == 1


def test_what_was_seen_to_before_a_pupil_goes_home_without_it_stands_with_the_reason_alone(
    kiosk: SmallKiosk,
) -> None:
    kiosk.hand_in()
    plain = PlaceHold("dsl", deposit_of(kiosk), HoldKind.SAFEGUARDING, note="late")
    seen_to = frozenset({SeenTo.PRIVATELY, SeenTo.JOURNEY})
    both = [
        decide(kiosk.rules, kiosk.standing, command, kiosk.clock.now())
        for command in (plain, replace(plain, seen_to=seen_to))
    ]
    assert both[0].events == both[1].events
    assert [row.text for step in both for row in step.rows if isinstance(row, Note)] == [
        "late",
        "The journey home is safe without it. The pupil was told privately, before the queue. late",
    ]


@pytest.mark.parametrize("kind", [PersonKind.STAFF, PersonKind.VISITOR])
def test_an_adults_device_is_held_for_the_police_or_with_their_written_consent_alone(
    kiosk: SmallKiosk, kind: PersonKind
) -> None:
    adult = replace(BEN, kind=kind)
    kiosk.take(ImportRoster("console", (adult,), 0, 1))
    kiosk.hand_in(BENS_CARD)
    deposit = deposit_of(kiosk, BEN)

    for wanted in (HoldKind.OFFICE, HoldKind.CONFISCATED, HoldKind.SAFEGUARDING):
        kiosk.take(PlaceHold("headteacher", deposit, wanted))
        assert kiosk.outcome is not None
        assert kiosk.outcome.reason is Reason.NEEDS_CONSENT
    assert kiosk.tap(BENS_CARD).granted

    agreed = PlaceHold("reception", deposit, HoldKind.OFFICE, note="lent", has_consent=True)
    step = decide(kiosk.rules, kiosk.standing, agreed, kiosk.clock.now())
    assert [row.text for row in step.rows if isinstance(row, Note)] == [
        "Agreed in writing by its owner. lent"
    ]
    kiosk.take(PlaceHold("headteacher", deposit, HoldKind.POLICE))
    assert kiosk.outcome is not None
    assert kiosk.outcome.granted


def test_staff_keep_their_own_device_by_their_own_times(kiosk: SmallKiosk) -> None:
    kiosk.take(ImportRoster("console", (replace(ANA, kind=PersonKind.STAFF),), 0, 1))
    kiosk.hand_in()
    kiosk.clock.to(11)
    assert kiosk.tap(ANAS_CARD).reason is Reason.COLLECT


# who may


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_each_role_may_do_what_its_permissions_say_and_no_more(
    kiosk: SmallKiosk, role: str
) -> None:
    kiosk.hand_in()
    may = {
        "pass": GivePass(role, ANA.id, at(kiosk, 11), at(kiosk, 12)),
        "going_home": LetGoHome(role, ANA.id),
        "release_now": ReleaseNow(role),
        "hold_office": PlaceHold(role, deposit_of(kiosk), HoldKind.OFFICE),
        "confiscate": PlaceHold(role, deposit_of(kiosk), HoldKind.CONFISCATED),
        "private": PlaceHold(role, deposit_of(kiosk), HoldKind.SAFEGUARDING),
    }
    for permission, command in may.items():
        step = decide(kiosk.rules, kiosk.standing, command, kiosk.clock.now())
        assert step.outcome is not None
        assert step.outcome.granted is (permission in ROLES[role]), permission
        assert bool(step.events) is step.outcome.granted


@pytest.mark.parametrize("actor", ["nobody", "console"])
def test_neither_a_stranger_nor_the_console_touches_private_holds(
    kiosk: SmallKiosk, actor: str
) -> None:
    kiosk.hand_in()
    assert kiosk.take(PlaceHold(actor, deposit_of(kiosk), HoldKind.SAFEGUARDING)) == []


COMMANDS = st.one_of(
    st.builds(LetGoHome, st.just("reception"), st.sampled_from([ANA.id, BEN.id, "x"])),
    st.builds(ReleaseNow, st.just("reception")),
    st.builds(PlaceHold, st.just("dsl"), st.integers(0, 40), st.sampled_from(HoldKind), st.none()),
    st.builds(LiftHold, st.just("dsl"), st.integers(0, 60)),
    st.builds(TakeIn, st.just("dsl"), st.sampled_from([ANA.id, BEN.id])),
    st.builds(HandOver, st.just("dsl"), st.integers(0, 40), st.just("known")),
)
STEPS = st.one_of(
    COMMANDS,
    st.tuples(st.just("tap"), st.sampled_from([ANAS_CARD, BENS_CARD])),
    st.tuples(st.just("open"), st.integers(1, 6)),
    st.tuples(st.just("close"), st.integers(1, 6)),
    st.tuples(st.just("wait"), st.sampled_from([1, 200, 3600, 20000])),
    st.just("cut"),
)


@given(st.lists(STEPS, max_size=40))
def test_a_device_is_in_one_place_and_every_hold_is_on_one_whatever_happens(
    steps: list[object],
) -> None:
    kiosk = furnished(SmallKiosk(_rules(), FakeClock()))
    for step in steps:
        do(kiosk, step)
        state = kiosk.standing.state
        assert fold(kiosk.events) == state
        assert set(state.of_person.values()) == set(state.deposits)
        assert {h.deposit for h in state.holds.values()} <= set(state.deposits)
        cubbies = [d.cubby for d in state.deposits.values() if d.cubby is not None]
        assert len(set(cubbies)) == len(cubbies)


def _rules() -> Rules:
    from conftest import make_rules

    return make_rules()


def do(kiosk: SmallKiosk, step: object) -> None:
    match step:
        case ("tap", str(card)):
            kiosk.tap(card)
        case ("open", int(cubby)):
            kiosk.open(cubby)
        case ("close", int(cubby)):
            kiosk.close(cubby)
        case ("wait", int(seconds)):
            kiosk.tick(seconds)
        case "cut":
            kiosk.power_cut()
        case _:
            kiosk.take(step)  # type: ignore[arg-type]
