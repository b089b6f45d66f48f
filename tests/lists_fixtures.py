"""A small school for the tests of lists and reports: six pupils, a teacher, the real station, and
hands that do whole errands."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.drafting import Standing
from kiosk.events import Event, EventType, Reason
from kiosk.lists import Listing, Scene, Table, list_table, make_list
from kiosk.messages.arrangements import (
    GivePass,
    GrantExemption,
    HandOver,
    PlaceHold,
    TakeAlong,
    TakeIn,
)
from kiosk.messages.commands import EnrolCard, ImportRoster, Override, SaveUser, StateCustody
from kiosk.model import Credential, Person, PersonKind, Roster, User
from kiosk.reports import REPORTS, Days, Past
from kiosk.state import Deposit
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind

CID = Person("c3", "1003", "Cid", "Moore", "7A")
DEE = Person("d4", "1004", "Dee", "Abara", "10C")
EVE = Person("e5", "1005", "Eve", "Silva", "7A")
FAY = Person("f6", "1006", "Fay", "Noon", "")
TOM = Person("70", "2001", "Tom", "Teach", kind=PersonKind.STAFF)
CARDS = {ANA.id: ANAS_CARD, BEN.id: BENS_CARD} | {
    person.id: f"card-{person.id}" for person in (CID, DEE, EVE, FAY, TOM)
}
PUPILS = (ANA, BEN, CID, DEE, EVE, FAY)
LEAD = "lead"


class Known:
    """Names for a reader who may see all of them."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster

    def person(self, id: str | None) -> str:
        return self.roster.people[id].name if id else ""

    def form(self, id: str | None) -> str:
        return self.roster.people[id].form if id else ""

    def actor(self, actor: str) -> str:
        return actor


class Hidden:
    """Names for a reader who may see none."""

    def person(self, id: str | None) -> str:
        return "name hidden" if id else ""

    def form(self, id: str | None) -> str:
        return ""

    def actor(self, actor: str) -> str:
        return "somebody"


class School(SmallKiosk):
    """The small kiosk with more people, on Monday 2 March 2026 at 08:30."""

    def __init__(self, cubbies: int = 6) -> None:
        super().__init__(make_rules(cubbies), FakeClock())
        self.take(ImportRoster("office", (CID, DEE, EVE, FAY, TOM), 5, 0))
        for person in (CID, DEE, EVE, FAY, TOM):
            self.take(EnrolCard("office", Credential(CARDS[person.id], person.id)))
        self.take(SaveUser("console", User(LEAD, "Lead", "$argon2id$", ("dsl",))))

    # errands

    def give_in(self, person: Person) -> int:
        """Hand in by card; the cubby."""
        return self.hand_in(CARDS[person.id])

    fetch = give_in  # the same taps and doors, at another time of day

    def hold(self, person: Person, kind: HoldKind = HoldKind.OFFICE, **more: object) -> None:
        self.take(PlaceHold(LEAD, self.kept(person).id, kind, **more))  # type: ignore[arg-type]

    def exempt(
        self, person: Person, effect: ExemptionEffect = ExemptionEffect.KEEP, **more: object
    ) -> int:
        """Arrange something lasting from today on; the number of its event."""
        given = {"begins": self.clock.at.date(), **more}
        kind = given.pop("kind", ExemptionKind.OTHER)
        exemption = Exemption(0, person.id, kind, effect, **given)  # type: ignore[arg-type]
        return self.take(GrantExemption(LEAD, exemption))[-1].seq

    def send_out(self, person: Person, minutes: float = 60.0) -> None:
        """Give a pass until so many minutes from now, and let them take the device."""
        self.clock.advance(200)  # past the re-open grace
        until = self.clock.at + timedelta(minutes=minutes)
        self.take(GivePass(LEAD, person.id, self.clock.at, until))
        self.give_in(person)

    def take_in(self, person: Person) -> None:
        self.take(TakeIn(LEAD, person.id))

    def carry(self, person: Person) -> None:
        """A member of staff carries it."""
        self.take(TakeAlong(LEAD, frozenset({person.id}), LEAD))

    def hand_over(self, person: Person) -> None:
        self.take(HandOver(LEAD, self.kept(person).id, "passport"))

    def look_inside(self, person: Person, what: Reason | None) -> None:
        """Staff open a cubby and, unless they forget, say what is true of it."""
        deposit = self.kept(person)
        if deposit.cubby is None:
            return
        self.take(Override(LEAD, deposit.cubby, person.id, Reason.CUBBY_CHECK))
        self.open(deposit.cubby)
        self.close(deposit.cubby)
        if what is not None:
            self.take(StateCustody(LEAD, deposit.id, what))

    def change(self, *people: Person) -> None:
        self.take(ImportRoster("office", people, 0, len(people)))

    def kept(self, person: Person) -> Deposit:
        deposit = self.standing.state.deposit_of(person.id)
        if deposit is None:
            raise LookupError(person.name)
        return deposit

    # what is asked

    def scene(self, **more: Collection[str]) -> Scene:
        return Scene(self.rules, self.standing, self.clock.now(), **more)

    def listing(self, name: str, form: str = "", **more: Collection[str]) -> Listing:
        return make_list(name, self.scene(**more), form)

    def table(self, name: str, form: str = "", **more: Collection[str]) -> Table:
        return list_table(self.listing(name, form, **more), Known(self.standing.roster))

    def names(self, name: str, **more: Collection[str]) -> list[str]:
        """Whom a list names, in its order, by their forenames."""
        people = self.standing.roster.people
        entries = self.listing(name, **more).entries
        return [people[e.person].forename if e.person else e.instead for e in entries]

    def past(self, days: int = 1, after: int = 0, **more: object) -> Past:
        """A look at the last so many days, or at the events after a number."""
        today = self.rules.timetable.local(self.clock.at).date()
        first = today - timedelta(days=days - 1)
        span = Days(first, today, self.rules.timetable.zone)
        return past_of(self.events, self, span, after, **more)

    def report(self, name: str, days: int = 1, **more: object) -> Table:
        return REPORTS[name].make(self.past(days, **more))


def past_of(
    events: list[Event], school: School, days: Days, after: int = 0, **more: object
) -> Past:
    begun = [e.seq for e in events if e.now.at >= days.since and e.seq > after]
    first = min(begun, default=len(events) + 1)

    def some(types: Collection[EventType]) -> Iterator[Event]:
        return (event for event in events if event.seq >= first and event.type in types)

    def granted(number: int) -> Event | None:
        event = events[number - 1]
        return event if event.type is EventType.EXEMPTION_GRANTED else None

    standing: Standing = school.standing
    names = Known(standing.roster)
    given = {"granted": granted, "names": names, **more}
    return Past(school.rules, standing, school.clock.now(), days, some, **given)  # type: ignore[arg-type]
