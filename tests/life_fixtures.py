"""A pupil to whom everything happens that the record has an event and a row for: what is then taken
together of her, and what is left when she is forgotten, is to be looked at."""

import secrets
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from cabinet import ANA, BEN, BENS_CARD, add_users
from conftest import FakeClock
from incident_fixtures import MR_HALE, ROLE_NAMES
from record_fixtures import Recorded

from kiosk.acts import Pulse
from kiosk.events import Alert, Event, EventType, Reason
from kiosk.messages.agreements import NoteAgreement
from kiosk.messages.arrangements import (
    ApproveExemption,
    ChangeRules,
    CountBack,
    EndExemption,
    EndPass,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    PlaceHold,
    SignExemption,
    TakeAlong,
    TakeIn,
)
from kiosk.messages.commands import (
    AcknowledgeAlert,
    EnrolCard,
    FindCard,
    ImportRoster,
    Override,
    ReportCardLost,
    StateCustody,
)
from kiosk.messages.cubbies import (
    AssignCubby,
    LookInside,
    TakeOutOfService,
    UnassignCubby,
    WishCubbies,
)
from kiosk.messages.devices import NoteDevices
from kiosk.messages.forgetting import RecordExport
from kiosk.messages.incidents import (
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
    Refer,
    ReportDevice,
    SettleDispute,
    WithdrawIncident,
)
from kiosk.messages.sensed import Pulsed, Tick
from kiosk.messages.signs import AdaptSigns
from kiosk.model import Credential, DeviceKind, Person, User, Wishes
from kiosk.policy.roles import Roles
from kiosk.retention import Series
from kiosk.staff.acting import private_id
from kiosk.state import Deposit
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import CorrectionKind, IncidentKind, SearchDone, Why
from kiosk.store import Query
from kiosk.subject.draft import Held
from kiosk.timetable import Span

T = EventType
HER = replace(ANA, year="7", upn="UPN-OF-HERS", legal_name="Anastasia Silva-Reis")
HERS, OLD_CARD, NEW_CARD = "5ca1ab1e" * 4, "0ddba115" * 4, "cab1eca5" * 4
CARDS = (HERS, OLD_CARD, NEW_CARD)
# What is never about a pupil. A type that is added has to come in here, or into the life below.
ABOUT_NOBODY = frozenset(
    {
        *(T.PIN_SET, T.PIN_ENTERED, T.PIN_REFUSED),  # of staff
        *(T.VISITOR_CAME, T.VISITOR_LEFT),
        *(T.KIOSK_STARTED, T.KIOSK_STOPPED, T.RELEASED_NOW),
        *(T.RULES_CHANGED, T.NOTED, T.NOTE_READ, T.NOTE_CLOSED, T.LEAD_TRANSFERRED),
        *(T.CUBBY_TAKEN_OUT, T.CUBBY_PUT_BACK, T.BOX_RETURNED, T.CUBBY_UNKNOWN, T.RECONCILED),
        *(
            T.COUNTED_BACK,
            T.KEY_USED,
            T.FIRE_BEGUN,
            T.ALL_CLEAR,
            T.CLOCK_CONFIRMED,
            T.ROSTER_IMPORTED,
        ),
        *(T.ROUND_BEGUN, T.ROUND_PAUSED, T.ROUND_RESUMED, T.ROUND_ENDED, T.USER_ADDED),
        *(T.PASSWORD_CHANGED, T.SIGNED_IN, T.SIGN_IN_REFUSED, T.STORE_FAILED, T.STORE_RECOVERED),
        *(T.ROLES_REQUESTED, T.ROLES_CONFIRMED, T.ROLES_DECLINED, T.TOKEN_MADE, T.TOKEN_REVOKED),
        *(
            T.ROSTER_UNDONE,
            T.ROTATED,
            T.SEGMENT_DROPPED,
            T.BACKUP_MADE,
            T.RECORD_REPAIRED,
            T.RECORD_RESTORED,
        ),
    }
)
RULES = f"""
# Ana Silva comes at nine: rules-of-hers, said Anastasia Silva-Reis.
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "08:45"
release = "15:10"
closed = "16:30"

[[overrides]]
person = "{HER.admission}"
days = ["mon"]
arrival = "09:00"

[[exams]]
name = "Maths"
date = 2026-05-11
start = "09:00"
end = "10:30"
candidates = ["{HER.admission}", '{BEN.admission}']
"""


class Life(Recorded):
    """The record of it. ``words``: everything that somebody wrote about her, each to be found."""

    def __init__(self, folder: Path, clock: FakeClock | None = None, **how: Any) -> None:
        super().__init__(folder, clock, **how)
        self.words: list[str] = []

    def say(self) -> str:
        """Words that stand nowhere else."""
        self.words.append(f"words{len(self.words)}w")
        return f"{self.words[-1]} of Ana Silva"

    def hand_in(self, card: str = HERS) -> int:
        return super().hand_in(card)

    def noted(self) -> dict[str, str]:
        return {"note": self.say(), "note_id": secrets.token_hex(8)}

    def do(self, command: Any) -> int:
        """Carry it out; its event's number. What is refused is a mistake of the test's."""
        self.clock.advance(5)
        acts, outcome = self.core.take(command)
        for act in acts:
            if isinstance(act, Pulse):
                self.core.take(Pulsed(act.cubby))
        assert outcome is not None
        assert outcome.granted, (command, outcome.reason)
        return outcome.seq

    @property
    def hers(self) -> Deposit:
        deposit = self.core.standing.state.deposit_of(HER.id)
        assert deposit is not None
        return deposit

    def begin(self) -> "Life":
        self.take(ImportRoster("console", (HER, BEN, MR_HALE), 3, 0))
        for role in ROLE_NAMES:
            id = f"{ROLE_NAMES.index(role) + 0xE0:x}"
            add_users(self.core, User(id, f"The {role}", "$argon2id$", (role,)))
        for key, person in ((OLD_CARD, HER), (HERS, HER), (BENS_CARD, BEN)):
            self.do(EnrolCard("console", Credential(key, person.id)))
        self.start()
        return self

    def by(self, role: str) -> str:
        users = self.core.standing.roster.users.values()
        return next(user.id for user in users if user.roles == (role,))

    def live(self) -> "Life":
        """All of it; at the end nothing is kept for her."""
        self.begin()
        self.be_carried()
        self.go_out()
        self.be_arranged_for()
        self.be_held()
        self.misbehave()
        self.be_corrected()
        self.meet_doors()
        self.go_home()
        return self

    def be_carried(self) -> None:
        """What is in force when the past is dropped."""
        self.hand_in()
        lasting = Exemption(
            0,
            HER.id,
            ExemptionKind.MEDICAL,
            ExemptionEffect.WINDOWS,
            date(2026, 3, 2),
            review=date(2026, 7, 1),
            windows=((time(12), time(12, 30)),),
            devices=(DeviceKind.PHONE,),
        )
        self.do(GrantExemption(self.by("headteacher"), lasting, **self.noted()))
        self.do(PlaceHold(self.by("dsl"), self.hers.id, HoldKind.CONFISCATED, note=self.say()))
        self.rotate()
        for row in self.core.history.segments:
            if row.series is not Series.MARKS:
                self.take(self.core.dropping(row))
        for hold in list(self.core.standing.state.holds):
            self.do(LiftHold(self.by("dsl"), hold))

    def go_out(self) -> None:
        begins = self.clock.at
        until = begins + timedelta(minutes=30)
        self.do(GivePass(self.by("reception"), HER.id, begins, until, **self.noted()))
        self.clock.advance(130)
        self.hand_in()
        self.clock.advance(3600)
        self.take(Tick())
        alert = next(a for a in self.core.standing.state.alerts.values() if a.person == HER.id)
        assert alert.alert is Alert.OVERDUE
        self.do(AcknowledgeAlert(self.by("reception"), alert.seq))
        self.hand_in()
        self.take(Tick())
        self.do(GivePass(self.by("reception"), HER.id, until, until + timedelta(hours=9)))
        self.do(EndPass(self.by("reception"), HER.id))

    def be_arranged_for(self) -> None:
        todays = Exemption(0, HER.id, ExemptionKind.OTHER, ExemptionEffect.KEEP, date(2026, 3, 2))
        number = self.do(GrantExemption(self.by("teacher"), todays, **self.noted()))
        self.do(ApproveExemption(self.by("headteacher"), number))
        self.do(SignExemption(self.by("headteacher"), number, date(2026, 3, 2), self.say()))
        self.do(EndExemption(self.by("headteacher"), number))
        self.do(AssignCubby(self.by("reception"), 4, HER.id))
        self.do(UnassignCubby(self.by("reception"), 4, HER.id))
        self.do(AssignCubby(self.by("reception"), 5, HER.id))
        self.do(WishCubbies(self.by("reception"), HER.id, Wishes((5, 2), accessible=True)))
        self.do(AdaptSigns(self.by("reception"), HER.id, "cy", low_sensory=True))
        self.do(NoteAgreement(self.by("reception"), HER.id, date(2026, 3, 1), "Eva"))
        self.do(MarkNotExpected(self.by("reception"), HER.id, Why.NONE_TODAY))
        self.do(MarkExpected(self.by("reception"), HER.id))
        self.do(MarkNotExpected(self.by("reception"), HER.id, Why.LATE_BUS))
        span = Span(date(2026, 3, 9), date(2026, 3, 10))
        self.do(NoteAbsences(self.by("reception"), {HER.id: (span,)}))
        gum = {"note": "Ana Silva says it is gum", "note_id": "ba6"}
        self.do(TakeOutOfService(self.by("reception"), 6, Reason.DEFECT, **gum))
        self.do(ChangeRules(self.by("headteacher"), RULES, "00", Roles()))

    def be_held(self) -> None:
        dsl = self.by("dsl")
        self.do(NoteDevices(dsl, self.hers.id, 2, frozenset({DeviceKind.PHONE})))
        for kind in HoldKind:
            if kind is not HoldKind.DISPUTED:
                number = self.do(PlaceHold(dsl, self.hers.id, kind, note=self.say()))
                self.do(LiftHold(dsl, number))
        self.do(LeaveNote(self.by("teacher"), self.say(), HER.id))
        self.do(Refer(self.by("teacher"), HER.id))

    def misbehave(self) -> None:
        pastoral, head, at = self.by("pastoral"), self.by("headteacher"), self.clock.at
        used = NoteIncident(pastoral, HER.id, IncidentKind.USED, at, self.say(), self.say())
        number = self.do(used)
        self.do(InformParents(pastoral, number, at))
        self.do(DecideConsequence(pastoral, number, "talk", "talk", self.say()))
        mistaken = self.do(NoteIncident(pastoral, HER.id, IncidentKind.KEPT, at, note=self.say()))
        self.do(WithdrawIncident(pastoral, mistaken, self.say()))
        search = NoteSearch(
            pastoral,
            HER.id,
            at,
            self.say(),
            pastoral,
            MR_HALE.id,
            self.say(),
            self.say(),
            SearchDone.EXAMINED,
            head,
            self.say(),
        )
        self.do(ConfirmSearch(head, self.do(search)))

    def be_corrected(self) -> None:
        desk, deposit = self.by("reception"), self.hers
        self.do(Move(desk, deposit.id, 3, note=self.say()))
        self.do(Dispute(desk, deposit.id, BEN.id, note=self.say()))
        self.do(SettleDispute(desk, deposit.id, HER.id))
        self.do(ReportDevice(desk, HER.id, CorrectionKind.DAMAGED, self.say()))
        tap = self.tap(BENS_CARD)
        self.door(tap)
        self.do(CorrectUse(desk, tap.seq, BEN.id))  # nobody knows whose it was
        mine = next(e for e in reversed(self.events) if e.type is T.TAPPED and e.person == HER.id)
        self.do(CorrectUse(desk, mine.seq, HER.id, BEN.id, note=self.say()))
        theirs = self.tap(BENS_CARD)
        self.do(CorrectUse(desk, theirs.seq, BEN.id, HER.id, note="of Ben's card"))

    def meet_doors(self) -> None:
        """Doors that do not open, a power cut in between, and somebody who looks inside."""
        desk = self.by("reception")
        self.do(Override(desk, 3, HER.id, Reason.MEDICAL, self.say(), secrets.token_hex(8)))
        for _ in range(4):
            self.clock.advance(6)
            self.take(Tick())
        self.do(Override(desk, 3, HER.id, Reason.OTHER, self.say(), secrets.token_hex(8)))
        self.clock.reboot()
        self.start()
        if self.hers.doubt is None:
            self.do(Override(desk, 3, HER.id, Reason.OTHER))
        self.do(LookInside(desk, 3, frozenset({HER.id})))
        self.do(StateCustody(desk, self.hers.id, Reason.EMPTY))

    def go_home(self) -> None:
        desk, dsl = self.by("reception"), self.by("dsl")
        self.do(TakeIn(desk, HER.id, **self.noted()))
        carrier = self.by("teacher")
        self.do(TakeAlong(desk, frozenset({HER.id}), carrier, **self.noted()))
        self.do(CountBack(desk, frozenset({HER.id}), carrier))
        self.do(HandOver(dsl, self.hers.id, f"passport {self.say()}", **self.noted()))
        self.do(LetGoHome(desk, HER.id))
        self.do(RecordExport(dsl, HER.id))
        self.do(ReportCardLost(desk, HERS))
        self.do(FindCard(desk, HERS))
        self.do(EnrolCard(desk, Credential(NEW_CARD, HER.id)))
        self.do(EnrolCard(desk, Credential(HERS, HER.id)))
        self.clock.to(8, 30, days=1)
        self.hand_in()
        self.clock.to(15, 30)
        self.hand_in()


def seen(kiosk: Recorded, person: Person) -> set[EventType]:
    """The types of all events about somebody, in the record or dropped from it."""
    return {event.type for event in about(kiosk, person)}


def about(kiosk: Recorded, person: Person) -> list[Event]:
    """All events about somebody."""
    return list(kiosk.core.history.oldest_first(Query(about=person.id)))


def held_on_her(life: Life) -> Held:
    """What a draft of hers is made from."""
    return Held(
        life.core.standing.roster.people[HER.id],
        life.core.standing,
        about(life, HER),
        lambda id: life.core.notes.get(id, ""),
        lambda seq: life.core.private_notes.get(private_id(seq)),
        life.core.rules.timetable.local,
        {},
    )
