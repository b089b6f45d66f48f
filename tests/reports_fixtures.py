"""Days at a small school, drawn by lot: what the properties of reports are checked on."""

from collections.abc import Callable
from datetime import date, timedelta

from cabinet import ANA, BEN
from conftest import LONDON
from hypothesis import strategies as st
from lists_fixtures import CARDS, CID, DEE, EVE, FAY, School, past_of

from kiosk.drafting import Draft
from kiosk.events import Alert, Reason
from kiosk.forgetting import _carry
from kiosk.lists.seen import is_here
from kiosk.messages.arrangements import ApproveExemption, EndExemption
from kiosk.messages.incidents import CorrectUse, MarkNotExpected, Move
from kiosk.messages.sensed import PartBack, PartLost, PulseRejected
from kiosk.model import Person
from kiosk.reports import REPORTS, Days, Past
from kiosk.state import Place
from kiosk.state.arrangements import ExemptionEffect, ExemptionKind
from kiosk.state.incidents import Why

MONDAY = date(2026, 3, 2)
PEOPLE = (ANA, BEN, CID, DEE, EVE)


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


def come(school: School, person: Person) -> None:
    """Tap, and put in or take out what the door is opened for, if it is."""
    cubby = school.tap(CARDS[person.id]).cubby
    if cubby is not None and cubby in school.standing.state.transactions:
        school.open(cubby)
        school.close(cubby)


def walk_away(school: School, person: Person) -> None:
    """Tap, and leave the door: it is pulsed again, and given up."""
    school.tap(CARDS[person.id])
    for _ in range(6):
        school.tick(6)


def be_cut_off(school: School, person: Person) -> None:
    """The plug is pulled while the door stands open."""
    cubby = school.tap(CARDS[person.id]).cubby
    if cubby is not None and cubby in school.standing.state.transactions:
        school.open(cubby)
    school.power_cut({})


def be_rejected(school: School, person: Person) -> None:
    """The lock does not answer."""
    school.tap(CARDS[person.id])
    under_way = school.standing.state.transaction_of(person.id)
    if under_way is not None:
        school.take(PulseRejected(under_way.cubby, under_way.cause))
    for _ in range(6):
        school.tick(6)


def go_out(school: School, person: Person) -> None:
    """Take it out by a medical arrangement; it is brought back at some later tap, or not."""
    if is_kept(school, person):
        school.clock.advance(200)
        number = school.exempt(person, ExemptionEffect.ALWAYS, kind=ExemptionKind.MEDICAL)
        come(school, person)
        school.take(EndExemption("lead", number))


def stay_exempt(school: School, person: Person) -> None:
    school.exempt(person)


def end_exemption(school: School, person: Person) -> None:
    if school.standing.state.exemptions:
        school.take(EndExemption("lead", max(school.standing.state.exemptions)))


def approve(school: School, person: Person) -> None:
    for exemption in list(school.standing.state.exemptions.values()):
        school.take(ApproveExemption("lead", exemption.id))


def be_given(school: School, person: Person) -> None:
    look(school, person, Reason.GIVEN)


def be_looked_at(school: School, person: Person) -> None:
    look(school, person, Reason.INSIDE)


def be_missing(school: School, person: Person) -> None:
    look(school, person, Reason.EMPTY)


def be_taken_in(school: School, person: Person) -> None:
    """Or brought to the office; but not while it is out."""
    if not is_out(school, person):
        school.take_in(person)


def be_handed_over(school: School, person: Person) -> None:
    if is_kept(school, person) and is_here(school.kept(person)):
        school.hand_over(person)


def lose_the_locks(school: School, person: Person) -> None:
    is_lost = (Alert.LOCKS_LOST, "main") in school.standing.state.alerts
    school.take(PartBack("locks", "main") if is_lost else PartLost("locks", "main"))


def carry_on(school: School, person: Person) -> None:
    """An old segment is dropped: what is kept is said once more."""
    for deposit in list(school.standing.state.deposits.values()):
        draft = Draft(school.rules, school.standing, school.clock.now())
        _carry(draft, deposit)
        step = draft.step()
        school.standing = step.standing
        school.events += step.events


def be_moved(school: School, person: Person) -> None:
    """Found in the next cubby; what is on record there was in this one."""
    kept = school.standing.state.deposit_of(person.id)
    if kept is not None and kept.place is Place.CUBBY and kept.cubby is not None:
        cubby = kept.cubby % len(school.rules.cubbies) + 1
        school.take(Move("lead", kept.id, cubby, swaps=True))


def be_somebody_elses(school: School, person: Person) -> None:
    """It was put in with another's card."""
    if is_kept(school, person) and is_here(school.kept(person)):
        school.take(CorrectUse("lead", school.kept(person).id, person.id, FAY.id))


def be_away(school: School, person: Person) -> None:
    school.take(MarkNotExpected("lead", person.id, Why.LATE_BUS))


ERRANDS: tuple[Callable[[School, Person], None], ...] = (
    come, come, come, come, walk_away, be_cut_off, be_rejected, go_out, stay_exempt, end_exemption,
    approve, be_given, be_looked_at, be_missing, be_taken_in, be_handed_over, lose_the_locks,
    carry_on, be_moved, be_somebody_elses, be_away,
)  # fmt: skip

# An errand of somebody, and how many minutes later; every so often the next morning comes.
LIVES = st.lists(
    st.tuples(
        st.sampled_from(ERRANDS),
        st.sampled_from(PEOPLE),
        st.sampled_from((1, 7, 40, 400, 900, 1500)),
    ),
    min_size=3,
    max_size=30,
)
Lives = list[tuple[Callable[[School, Person], None], Person, int]]


def lived(lives: Lives) -> School:
    """The school after all that."""
    school = School()
    for errand, person, minutes in lives:
        errand(school, person)
        school.clock.advance(minutes * 60)
        school.tick()
    return school


def look(school: School, person: Person, what: Reason) -> None:
    is_still = not school.standing.state.transactions and not is_out(school, person)
    if is_kept(school, person) and is_still:
        school.look_inside(person, what)


def is_out(school: School, person: Person) -> bool:
    return is_kept(school, person) and school.kept(person).place is Place.OUT


def is_kept(school: School, person: Person) -> bool:
    return school.standing.state.deposit_of(person.id) is not None
