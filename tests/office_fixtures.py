"""Two school days behind the pages, for the tests of lists, reports and papers: every list has a
line, and every report a figure."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from webui_fixtures import FakeService, Site, hand_in, site_of

from kiosk.messages.arrangements import GivePass, GrantExemption, PlaceHold
from kiosk.messages.commands import ImportRoster
from kiosk.messages.incidents import DecideConsequence, NoteIncident
from kiosk.messages.sensed import PartBack, PartLost
from kiosk.model import Person
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import IncidentKind
from kiosk.timetable import Calendar, Exam, Term

LEAD = "u-dsl"
FORMS = ("7A", "7B", "10 Beech")
A_FORM = 10
FORENAMES = ("Ada", "Bo", "Cyd", "Dov", "Eli", "Fay", "Gus", "Ida", "Jan", "Łucja")
PUPILS = tuple(
    Person(f"p{n}", f"{2000 + n}", FORENAMES[n % A_FORM], f"Pupil{n:02}", FORMS[n // A_FORM])
    for n in range(A_FORM * len(FORMS))
)
LATE, HELD, LEAVER, OUT, REVIEWED, KEEPS, FORGETFUL, OFFENDER, EXAMINEE = PUPILS[:9]
FORMULA = Person("p-formula", "2999", '=HYPERLINK("http://x")', "\uff1dcmd\u202e", "7B")
TERMS = (
    Term("Summer term", date(2026, 4, 13), date(2026, 7, 17)),
    Term("Autumn term", date(2026, 9, 1), date(2026, 12, 18)),
)


def a_busy_day(kind: HoldKind = HoldKind.OFFICE) -> FakeService:
    """A kiosk on a Tuesday at 13:00, after a Monday; one device has a hold of that kind."""
    service = FakeService(cubbies=48, columns=8, people=(*PUPILS, FORMULA))
    exam = Exam(
        "Maths",
        datetime(2026, 11, 24, 14, 0),
        datetime(2026, 11, 24, 15, 0),
        frozenset({EXAMINEE.id, HELD.id}),
    )
    timetable = replace(service.rules.timetable, calendar=Calendar(TERMS), exams=(exam,))
    service.rules = replace(service.rules, timetable=timetable)
    _monday(service)
    _tuesday(service, kind)
    return service


def office(service: FakeService, role: str = "") -> Site:
    """The pages over that kiosk, with somebody of that role signed in."""
    shown = site_of(service)
    if role:
        shown.sign_in(role)
    return shown


def to(service: FakeService, hour: int, minute: int, *, days: int = 0) -> None:
    """Go on to that time of day."""
    local = service.rules.timetable.local(service.moment.at)
    wanted = local.replace(hour=hour, minute=minute, second=0) + timedelta(days=days)
    service.pass_time((wanted - local).total_seconds())


def fetch(service: FakeService, person: Person) -> None:
    """Collect by card."""
    hand_in(service, person)  # the same taps and doors, at another time of day


def hold(service: FakeService, person: Person, kind: HoldKind) -> None:
    """Keep what they handed in."""
    kept = service.standing().state.deposit_of(person.id)
    assert kept is not None
    service.take(PlaceHold(LEAD, kept.id, kind, note="seen in the yard"))


def exempt(service: FakeService, person: Person, effect: ExemptionEffect, review: date) -> None:
    """Arrange something lasting."""
    given = Exemption(0, person.id, ExemptionKind.MEDICAL, effect, date(2026, 11, 1), review=review)
    service.take(GrantExemption(LEAD, given))


def _monday(service: FakeService) -> None:
    for person in PUPILS[:24]:
        service.pass_time(20)
        hand_in(service, person)
    to(service, 11, 0)
    service.take(PartLost("reader"))
    service.pass_time(300)
    service.take(PartBack("reader"))
    to(service, 15, 12)
    for person in PUPILS[1:22]:
        service.pass_time(15)
        fetch(service, person)
    service.take(NoteIncident(LEAD, OFFENDER.id, IncidentKind.USED, service.moment.at))


def _tuesday(service: FakeService, kind: HoldKind) -> None:
    to(service, 8, 10, days=1)
    for person in PUPILS[1:20]:
        if person is not FORGETFUL:
            service.pass_time(20)
            hand_in(service, person)
    to(service, 10, 0)
    exempt(service, REVIEWED, ExemptionEffect.ALWAYS, date(2026, 11, 20))
    exempt(service, KEEPS, ExemptionEffect.KEEP, date(2027, 1, 20))
    hold(service, HELD, kind)
    number = service.standing().state.seq
    service.take(NoteIncident(LEAD, OFFENDER.id, IncidentKind.HIDDEN, service.moment.at))
    service.take(DecideConsequence(LEAD, number + 1, "talk"))
    at = service.moment.at
    service.take(GivePass(LEAD, OUT.id, at, at + timedelta(hours=1)))
    hand_in(service, OUT)
    service.take(ImportRoster("console", (replace(LEAVER, leaver=True),), 0, 1))
    to(service, 13, 0)
