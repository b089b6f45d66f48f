"""A school for tests about cubbies: a brother and a sister, a class with a box, staff and users."""

from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import FakeClock, make_rules

from kiosk.events import Event, Purpose, Reason
from kiosk.messages.commands import EnrolCard, ImportRoster, SaveUser
from kiosk.messages.cubbies import AssignBox, AssignCubby, RaiseFire
from kiosk.model import Credential, Person, PersonKind, User
from kiosk.state import State

CAL = Person("c3", "1003", "Cal", "Reed", "1R")
DEE = Person("d4", "1004", "Dee", "Okoro", "1R")
TESS = Person("e5", "S1", "Tess", "Hale", "1R", kind=PersonKind.STAFF)  # of the class with the box
HUGO = Person("f6", "S2", "Hugo", "Marsh", kind=PersonKind.STAFF)  # may open cubbies
IVY = Person("a7", "S3", "Ivy", "Bloom", kind=PersonKind.STAFF)  # may not
CALS_CARD, DEES_CARD, TESS_CARD, HUGOS_CARD, IVYS_CARD = "cccc", "dddd", "eeee", "ffff", "a7a7"
OFFICE, HEAD, TECHNICIAN, HUGOS_USER = "office-1", "head-1", "tech-1", "hugo-1"
USERS = (
    User(OFFICE, "office", "", ("reception",)),
    User(HEAD, "head", "", ("headteacher",)),
    User(TECHNICIAN, "tech", "", ("technician",), IVY.id),
    User(HUGOS_USER, "hugo", "", ("teacher",), HUGO.id),
)
BOX, FAMILYS = 6, 1
CARDS = {
    ANAS_CARD: ANA,
    BENS_CARD: BEN,
    CALS_CARD: CAL,
    DEES_CARD: DEE,
    TESS_CARD: TESS,
    HUGOS_CARD: HUGO,
    IVYS_CARD: IVY,
}


class SchoolKiosk(SmallKiosk):
    """Six cubbies in rows of three, and everybody above."""

    def __init__(self, clock: FakeClock | None = None, *, has_sensor: bool = True) -> None:
        super().__init__(make_rules(has_sensor=has_sensor), clock or FakeClock())
        people = (CAL, DEE, TESS, HUGO, IVY)
        self.take(ImportRoster("office", people, len(people), 0))
        for card, person in list(CARDS.items())[2:]:
            self.take(EnrolCard("office", Credential(card, person.id)))
        for user in USERS:
            self.take(SaveUser("console", user))

    def with_box(self) -> "SchoolKiosk":
        self.take(AssignBox(OFFICE, BOX, "1R"))
        return self

    def with_family(self) -> "SchoolKiosk":
        """Ana and Ben share a cubby."""
        self.take(AssignCubby(OFFICE, FAMILYS, ANA.id))
        self.take(AssignCubby(OFFICE, FAMILYS, BEN.id, with_others=True))
        return self

    def in_fire(self) -> "SchoolKiosk":
        self.take(RaiseFire(OFFICE))
        return self

    @property
    def state(self) -> State:
        return self.standing.state

    def granted(self) -> bool:
        """Whether the last command was."""
        if self.outcome is None:
            raise LookupError("that was no command")
        return self.outcome.granted


def check_state(state: State) -> None:
    """Each device is in one place, and each index says what the deposits say."""
    deposits = list(state.deposits.values())
    assert state.of_person == {d.person: d.id for d in deposits}
    assert all(id == deposit.id for id, deposit in state.deposits.items())
    inside = {d.cubby for d in deposits if d.cubby is not None}
    assert state.in_cubby.keys() == inside
    for cubby in inside:
        together = sorted(d.id for d in deposits if d.cubby == cubby)
        assert [d.id for d in state.deposits_in(cubby)] == together
    assert state.cabinet.beside.keys() <= inside
    assert all(t.cubby == cubby for cubby, t in state.transactions.items())
    staffs = (Purpose.OVERRIDE, Purpose.BOX)
    people = [t.person for t in state.transactions.values() if t.purpose not in staffs]
    assert len(people) == len(set(people))


def check_pulse(before: State, pulse: Event, kiosk: SchoolKiosk) -> None:
    """A cubby opens for its owners' cards, a box for its class's staff, and else for staff by name
    who gave a reason."""
    assert before.cabinet.fire is None
    inside = before.deposits_in(pulse.cubby or 0)
    holds = [hold.id for deposit in inside for hold in before.holds_on(deposit.id)]
    held = any(id < (pulse.cause or 0) for id in holds)  # when it was decided
    if pulse.data["attempt"] == 1:
        held = bool(holds)
    kind, _, id = pulse.actor.partition(":")
    cause = next(e for e in kiosk.events if e.seq == pulse.cause)
    if kind == "user":
        assert cause.reason is not None
        assert cause.granted
        assert not held or id == HEAD or cause.reason is Reason.MEDICAL
        return
    assert kind == "person"
    assert not held
    assert cubby_form(before, pulse) in (None, kiosk.standing.roster.people[id].form)
    if cubby_form(before, pulse) is not None:
        assert kiosk.standing.roster.people[id].kind is PersonKind.STAFF
        return
    inside = {d.person for d in before.deposits_in(pulse.cubby or 0)}
    if inside - {id}:
        assert inside | {id} <= before.cabinet.owners_of(pulse.cubby or 0)


def cubby_form(state: State, event: Event) -> str | None:
    return state.cabinet.form_of(event.cubby or 0)
