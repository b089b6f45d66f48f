"""An ordinary Tuesday at an invented school, for the pictures of the manual: some of all."""

from dataclasses import replace
from datetime import date, timedelta

from office_fixtures import TERMS, to
from webui_fixtures import PASSWORD_HASH, FakeHands, FakeService, hand_in, key_of, uid_of

from kiosk.demo.invented import NAMES
from kiosk.events import CONSOLE
from kiosk.messages.arrangements import GivePass, GrantExemption, PlaceHold
from kiosk.messages.commands import ImportRoster, SaveUser
from kiosk.messages.incidents import LeaveNote, NoteIncident
from kiosk.messages.sensed import Card, Presented
from kiosk.model import Person, PersonKind, User
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import IncidentKind
from kiosk.timetable import Calendar

FORMS = ("7A", "7B", "8A")
PUPILS = tuple(Person(f"p{n}", f"{1001 + n}", *name, FORMS[n // 8]) for n, name in enumerate(NAMES))
TEACHER = Person("t1", "9001", "Erin", "Whitlock", kind=PersonKind.STAFF)
OUT, HELD, COLLECTED, OPEN, STUCK, KEEPS, EARLY = (PUPILS[n] for n in (1, 2, 3, 4, 9, 10, 11))
AWAY = (6, 14, 17, 20, 22)  # of them nobody has seen anything yet
HEAD, DESK, LEAD = "u-headteacher", "u-reception", "u-dsl"


def a_day() -> FakeService:
    """A kiosk on a Tuesday at 11:20."""
    service = FakeService(cubbies=30, columns=6, people=(*PUPILS, TEACHER))
    timetable = replace(service.rules.timetable, calendar=Calendar(TERMS))
    service.rules = replace(service.rules, timetable=timetable)
    _yesterday(service)
    _morning(service)
    _desk(service)
    to(service, 11, 20)
    FakeHands(service).tap(uid_of(OPEN))
    return service


def before_the_first_day() -> FakeService:
    """A kiosk whose people have come in and have no cards yet; two are tapped twice each."""
    service = FakeService(cubbies=30, columns=6, people=())
    service.take(ImportRoster(CONSOLE, PUPILS, len(PUPILS), 0))
    for uid in (b"\x04\x12\x34\x56\x78\x9a\xbc",) * 2:
        service.take(Presented((Card(key_of(uid)),)))
        service.pass_time(5)
    return service


def _yesterday(service: FakeService) -> None:
    to(service, 8, 5)
    for person in PUPILS[:20]:
        service.pass_time(25)
        hand_in(service, person)
    to(service, 15, 12)
    for person in PUPILS[:20]:
        service.pass_time(12)
        hand_in(service, person)
    service.take(NoteIncident("u-pastoral", HELD.id, IncidentKind.USED, service.moment.at))


def _morning(service: FakeService) -> None:
    to(service, 8, 10, days=1)
    for n, person in enumerate(PUPILS):
        if n in AWAY or person in (OPEN, KEEPS):
            continue
        if person is STUCK:
            service.jammed.add(service.pulses[-1] + 1)
        hand_in(service, person)
        for _ in range(4 if person is STUCK else 1):  # tried again; then another cubby opens
            service.pass_time(20)
        FakeHands(service).close(service.pulses[-1])


def _desk(service: FakeService) -> None:
    """What the office and the leads have arranged."""
    to(service, 10, 30)
    at = service.moment.at
    service.take(GivePass(DESK, OUT.id, at, at + timedelta(hours=2), note="dentist"))
    hand_in(service, OUT)
    keeps = Exemption(
        0,
        KEEPS.id,
        ExemptionKind.MEDICAL,
        ExemptionEffect.KEEP,
        date(2026, 9, 1),
        review=date(2027, 1, 8),
    )
    service.take(GrantExemption(HEAD, keeps))
    kept = service.standing().state.deposit_of(HELD.id)
    assert kept is not None
    service.take(PlaceHold(DESK, kept.id, HoldKind.OFFICE, note="to be collected by a parent"))
    service.take(NoteIncident("u-pastoral", HELD.id, IncidentKind.USED, service.moment.at))
    service.take(LeaveNote("u-teacher", "Please ring me about form 7B.", EARLY.id))
    service.take(SaveUser("u-admin", User("u-noor", "Noor", PASSWORD_HASH, ("pastoral", "dsl"))))
