"""Who may do what, by the core itself: a page that forgets to ask hurts nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from cabinet import ANA, ANAS_CARD, BEN, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.drafting import Outcome
from kiosk.events import EventType, Reason
from kiosk.messages import Command
from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.messages.arrangements import (
    ApproveExemption,
    ChangeRules,
    CountBack,
    EndExemption,
    EndPass,
    EndRound,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    OpenAll,
    PauseRound,
    PlaceHold,
    ReleaseNow,
    ReleaseRound,
    ResumeRound,
    SignExemption,
    TakeAlong,
    TakeIn,
)
from kiosk.messages.commands import (
    AcknowledgeAlert,
    BlockCard,
    ChangeOwnPassword,
    ConfirmClock,
    EnrolCard,
    FindCard,
    ImportRoster,
    MakeToken,
    Override,
    RecordSignIn,
    ReportCardLost,
    RevokeToken,
    SaveUser,
    StateCustody,
    UndoImport,
)
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    EnterKeyUse,
    GiveAllClear,
    LookInside,
    PutBackInService,
    RaiseFire,
    ReportNotEmpty,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
    WishCubbies,
)
from kiosk.messages.devices import NoteDevices
from kiosk.messages.forgetting import (
    ErasePerson,
    PlaceLegalHold,
    RecordExport,
    TransferRecords,
)
from kiosk.messages.incidents import (
    CloseNote,
    ConfirmSearch,
    CorrectUse,
    DecideConsequence,
    Dispute,
    InformParents,
    LeaveNote,
    MarkExpected,
    MarkNotExpected,
    Move,
    NoteAbsences,
    NoteIncident,
    NoteSearch,
    ReadNote,
    Refer,
    ReportDevice,
    SettleDispute,
    WithdrawIncident,
)
from kiosk.messages.pins import EnterPin, SetPin
from kiosk.messages.record import BackupMade, Scrubbed
from kiosk.messages.signs import AdaptSigns
from kiosk.messages.users import AddDayStaff, ConfirmRoles, DeclineRoles
from kiosk.messages.visitors import SeeVisitorOff, WelcomeVisitor
from kiosk.model import Credential, DeviceKind, Token, User, Wishes
from kiosk.policy.roles import Permission, Roles
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import CorrectionKind, IncidentKind, Why

P = Permission
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
TODAYS = Exemption(0, ANA.id, ExemptionKind.OTHER, ExemptionEffect.KEEP, MONDAY)
NEW_USER = User("f1", "Zoe", "$argon2id$", ())
Make = Callable[[str], Command]
VISITORS = Credential("dddd", "f0", valid_until=LATER)
EVERYBODYS = "everybody"

# One of each command, and what it takes: of several permissions, any of them.
TABLE: tuple[tuple[Make, tuple[Permission, ...] | str], ...] = (
    (lambda who: Override(who, 1, ANA.id, Reason.OTHER), (P.OPEN,)),
    (lambda who: Override(who, 1, ANA.id, Reason.MEDICAL), (P.OPEN,)),
    (lambda who: StateCustody(who, 5, Reason.GIVEN), (P.OPEN,)),
    (lambda who: AcknowledgeAlert(who, 4), (P.ALERTS,)),
    (lambda who: ConfirmClock(who), (P.CLOCK,)),
    (lambda who: ImportRoster(who, (replace(BEN, form="8B"),), 0, 1), (P.ROSTER,)),
    (lambda who: UndoImport(who, 4, 0), (P.ROSTER,)),
    (lambda who: EnrolCard(who, Credential("cccc", ANA.id)), (P.ROSTER,)),
    (lambda who: BlockCard(who, ANAS_CARD), (P.ROSTER,)),
    (lambda who: ReportCardLost(who, ANAS_CARD), (P.ROSTER,)),
    (lambda who: FindCard(who, ANAS_CARD), (P.ROSTER,)),
    (lambda who: SaveUser(who, NEW_USER), (P.USERS,)),
    (lambda who: ChangeOwnPassword(who, "$argon2id$"), EVERYBODYS),
    (lambda who: ConfirmRoles(who, 4), (P.CONFIRM_ROLES,)),
    (lambda who: DeclineRoles(who, 4), (P.CONFIRM_ROLES, P.USERS)),
    (lambda who: AddDayStaff(who, "d1", "d2", "day-1", "Di", "Day", "7A", MONDAY), (P.ROSTER,)),
    (lambda who: WelcomeVisitor(who, "f0", "Vera", "Guest", VISITORS), (P.ROSTER,)),
    (lambda who: SeeVisitorOff(who, ANA.id), (P.ROSTER,)),
    (lambda who: MakeToken(who, Token("0a", "Screen", "0" * 64)), (P.USERS,)),
    (lambda who: RevokeToken(who, "0a"), (P.USERS,)),
    # a name and a password that are wrong have nobody's permissions
    (lambda who: RecordSignIn(who, False, "192.0.2.1"), EVERYBODYS),
    (lambda who: ErasePerson(who, BEN.id), (P.ERASE,)),
    (lambda who: PlaceLegalHold(who, BEN.id, "a claim"), (P.LEGAL_HOLD,)),
    (lambda who: TransferRecords(who), (P.LEAD_NOTES,)),
    (lambda who: RecordExport(who, BEN.id), (P.SUBJECT_ACCESS,)),
    (lambda who: BackupMade(who, 4, "ab", "cd"), (P.USERS,)),
    (lambda who: Scrubbed(who, 1, ("a",)), (P.SEE_RECORD,)),
    (lambda who: OpenAll(who, Reason.EMPTYING), (P.RELEASE_NOW,)),
    (lambda who: ReleaseRound(who, ("7A",)), (P.RELEASE_NOW,)),
    (lambda who: ResumeRound(who), (P.RELEASE_NOW,)),
    (lambda who: PauseRound(who), (P.OPEN,)),
    (lambda who: EndRound(who), (P.OPEN,)),
    (lambda who: ChangeRules(who, "", "", Roles()), (P.RULES,)),
    (lambda who: TakeAlong(who, frozenset({ANA.id}), "u"), (P.PASS,)),
    (lambda who: CountBack(who, frozenset({ANA.id}), "u"), (P.PASS,)),
    (lambda who: GivePass(who, ANA.id, AT, LATER), (P.PASS,)),
    (lambda who: EndPass(who, ANA.id), (P.PASS,)),
    (lambda who: LetGoHome(who, ANA.id), (P.GOING_HOME,)),
    (lambda who: ReleaseNow(who), (P.RELEASE_NOW,)),
    (lambda who: GrantExemption(who, TODAYS), (P.EXEMPT_TODAY, P.APPROVE)),
    (lambda who: ApproveExemption(who, 4), (P.APPROVE,)),
    (lambda who: SignExemption(who, 4, MONDAY, "Eva"), (P.EXEMPT_TODAY, P.APPROVE)),
    (lambda who: EndExemption(who, 4), (P.EXEMPT_TODAY,)),
    (lambda who: PlaceHold(who, 5, HoldKind.OFFICE), (P.HOLD_OFFICE,)),
    (lambda who: PlaceHold(who, 5, HoldKind.CONFISCATED), (P.CONFISCATE,)),
    (lambda who: PlaceHold(who, 5, HoldKind.SAFEGUARDING), (P.PRIVATE,)),
    (lambda who: LiftHold(who, 4), (P.LIFT,)),
    (lambda who: TakeIn(who, ANA.id), (P.HOLD_OFFICE,)),
    (lambda who: NoteDevices(who, 5, 1, frozenset({DeviceKind.PHONE})), (P.OPEN,)),
    (lambda who: HandOver(who, 5, "passport"), (P.HAND_OVER,)),
    (lambda who: NoteIncident(who, ANA.id, IncidentKind.USED, AT), (P.INCIDENTS,)),
    (lambda who: InformParents(who, 4, AT), (P.INCIDENTS,)),
    (lambda who: DecideConsequence(who, 4, ""), (P.INCIDENTS,)),
    (lambda who: WithdrawIncident(who, 4, "no"), (P.INCIDENTS,)),
    (lambda who: NoteSearch(who, ANA.id, AT, "", "", "", "", ""), (P.SEARCH,)),
    (lambda who: ConfirmSearch(who, 4), (P.AUTHORISE,)),
    (lambda who: LeaveNote(who, "words"), (P.TELL_LEAD,)),
    (lambda who: Refer(who, ANA.id), (P.TELL_LEAD,)),
    (lambda who: ReadNote(who, 4), (P.LEAD_NOTES,)),
    (lambda who: CloseNote(who, 4), (P.LEAD_NOTES,)),
    (lambda who: Move(who, 5, 2), (P.CORRECT,)),
    (lambda who: CorrectUse(who, 5, ANA.id), (P.CORRECT,)),
    (lambda who: Dispute(who, 4, BEN.id), (P.CORRECT,)),
    (lambda who: SettleDispute(who, 4, BEN.id), (P.CORRECT,)),
    (lambda who: ReportDevice(who, ANA.id, CorrectionKind.LOST, "words"), (P.CORRECT,)),
    (lambda who: MarkNotExpected(who, BEN.id, Why.NONE_TODAY), (P.NONE_TODAY,)),
    (lambda who: MarkNotExpected(who, BEN.id, Why.LATE_BUS), (P.LATE_BUS,)),
    (lambda who: MarkExpected(who, BEN.id), (P.LATE_BUS,)),
    (lambda who: NoteAbsences(who, {}), (P.ROSTER,)),
    (lambda who: TakeOutOfService(who, 2, Reason.DEFECT), (P.SERVICE,)),
    (lambda who: PutBackInService(who, 2), (P.SERVICE,)),
    (lambda who: AssignCubby(who, 2, ANA.id), (P.CUBBIES,)),
    (lambda who: AssignBox(who, 2, ANA.form), (P.CUBBIES,)),
    (lambda who: UnassignCubby(who, 2, ANA.id), (P.CUBBIES,)),
    (lambda who: WishCubbies(who, ANA.id, Wishes((2,))), (P.CUBBIES,)),
    (lambda who: ReturnBox(who, 2), (P.BOX,)),
    (lambda who: ReportNotEmpty(who, 2), (P.OPEN,)),
    (lambda who: LookInside(who, 2), (P.OPEN,)),
    (lambda who: EnterKeyUse(who, ("u1", "u2")), (P.OPEN,)),
    (lambda who: RaiseFire(who), (P.FIRE,)),
    (lambda who: GiveAllClear(who), (P.ALL_CLEAR,)),
    (lambda who: AdaptSigns(who, ANA.id, "pl", True), (P.ROSTER,)),
    (lambda who: NoteAgreement(who, ANA.id, date(2026, 3, 1), "Eva"), (P.ROSTER,)),
    (lambda who: SetPin(who, ANA.id, "$argon2id$"), (P.ROSTER,)),
    (lambda who: AskLeadFirst(who, ANA.id), (P.PRIVATE,)),
)
GUARDED = [
    pytest.param(make, needed, id=f"{n}-{type(make('x')).__name__}")
    for n, (make, needed) in enumerate(TABLE)
    if not isinstance(needed, str)
]


@pytest.fixture
def kiosk() -> SmallKiosk:
    """Ana's device is in cubby 1."""
    kiosk = SmallKiosk(make_rules(), FakeClock())
    kiosk.hand_in()
    return kiosk


def told(kiosk: SmallKiosk, make: Make, may: frozenset[Permission]) -> Outcome:
    """What comes of it for a user who may do just that."""
    kiosk.rules = replace(kiosk.rules, roles=Roles({"some": may}, {}))
    roster = kiosk.standing.roster
    users = {**roster.users, "x": User("x", "x", "", ("some",))}
    kiosk.standing = kiosk.standing._replace(roster=replace(roster, users=users))
    kiosk.take(make("x"))
    assert kiosk.outcome is not None
    return kiosk.outcome


def test_every_command_is_in_the_table() -> None:
    at_kiosk = {EnterPin}  # by whoever has just held their card to the reader: see test_pins
    assert {type(make("x")) for make, _ in TABLE} == set(get_args(Command)) - at_kiosk


@pytest.mark.parametrize(("make", "needed"), GUARDED)
def test_whoever_may_do_everything_else_is_refused_and_nothing_is_changed(
    kiosk: SmallKiosk, make: Make, needed: tuple[Permission, ...]
) -> None:
    before = kiosk.standing
    outcome = told(kiosk, make, frozenset(Permission) - {*needed})

    assert (outcome.granted, outcome.reason) == (False, Reason.NOT_ALLOWED)
    assert kiosk.acts == ()
    assert replace(kiosk.standing.roster, users={}) == replace(before.roster, users={})
    state = kiosk.standing.state
    assert state._replace(seq=0, trusted_at=None) == before.state._replace(seq=0, trusted_at=None)


@pytest.mark.parametrize(("make", "needed"), GUARDED)
def test_that_permission_alone_is_enough(
    kiosk: SmallKiosk, make: Make, needed: tuple[Permission, ...]
) -> None:
    outcome = told(kiosk, make, frozenset(needed[:1]))
    assert outcome.granted or outcome.reason is not Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    "make",
    [make for make, who in TABLE if who == EVERYBODYS],
    ids=lambda make: type(make("x")).__name__,
)
def test_what_is_open_to_everybody_takes_no_permission(kiosk: SmallKiosk, make: Make) -> None:
    assert told(kiosk, make, frozenset()).granted


def test_a_refused_opening_is_on_record_with_who_asked(kiosk: SmallKiosk) -> None:
    (event,) = kiosk.take(Override("stranger", 1, ANA.id, Reason.MEDICAL))

    assert (event.type, event.granted) == (EventType.OVERRIDDEN, False)
    assert (event.reason, event.actor) == (Reason.NOT_ALLOWED, "user:stranger")
    assert kiosk.pulses == []
