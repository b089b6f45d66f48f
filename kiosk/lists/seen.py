"""Who has been seen today, by their device: the one thing the kiosk can tell. Pure.

It is no attendance record: whoever was not seen may be here, and whoever was may have left.
"""

from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from kiosk.drafting import Rules, Standing
from kiosk.events import Moment
from kiosk.model import Person, PersonKind
from kiosk.state import Deposit, Place, State
from kiosk.timetable import Session, Whose


class Seen(StrEnum):
    """What is known of a pupil's device today. Why somebody is not expected is not told."""

    IN = "in"
    OUT = "out"
    UNSURE = "not certain"
    COLLECTED = "collected"
    NOT_EXPECTED = "not expected"
    NOT_SEEN = "not seen"


class Scene(NamedTuple):
    """What lists are made from. ``now`` as the kiosk believes it; ``absent``: ids of others who
    bring nothing today, beside those on record; ``candidates``: ids of those who sit an exam."""

    rules: Rules
    standing: Standing
    now: Moment
    absent: Collection[str] = ()
    candidates: Collection[str] = ()

    @classmethod
    def of(cls, rules: Rules, standing: Standing, now: Moment) -> "Scene":
        """The scene of now, with the candidates of today's exams."""
        scene = cls(rules, standing, now)
        exams = rules.timetable.exams_on(scene.today)
        return scene._replace(candidates=frozenset().union(*(exam.candidates for exam in exams)))

    @property
    def state(self) -> State:
        """The fold."""
        return self.standing.state

    @property
    def today(self) -> date:
        """The date on the school's wall."""
        return self.rules.timetable.local(self.now.at).date()

    def form(self, person: str) -> str:
        """Their form; "" where there is none."""
        known = self.standing.roster.people.get(person)
        return known.form if known else ""


def register(scene: Scene) -> dict[str, Seen]:
    """Every pupil of the school, and what is known of their device today."""
    return dict(_each(scene))


def _each(scene: Scene) -> Iterator[tuple[str, Seen]]:
    excused = excused_on(scene.state, scene.today) | set(scene.absent)
    excused |= scene.state.casebook.away_on(scene.today)
    pupils = [p for p in scene.standing.roster.people.values() if is_pupil(p)]
    trips = _trips(scene)
    excused |= {p.id for p in pupils if any(t.participants.includes(whose(p)) for t in trips)}
    return ((person.id, _seen(scene, person, excused)) for person in pupils)


def _trips(scene: Scene) -> list[Session]:
    """Those under way since an earlier day: whoever takes part is away."""
    running = scene.rules.timetable.sessions_running(scene.now.at)
    return [session for session in running if session.arrival.date() < scene.today]


def is_anybody_missed(scene: Scene) -> bool:
    """Whether lessons have begun for somebody whose device was expected, and not seen."""
    at = scene.rules.timetable.local(scene.now.at).time()
    people = scene.standing.roster.people
    missed = (people[id] for id, seen in _each(scene) if seen is Seen.NOT_SEEN)
    days = (scene.rules.timetable.day(scene.today, whose(person)) for person in missed)
    return any(day is not None and day.locked <= at for day in days)


def is_pupil(person: Person) -> bool:
    """Whether they are a pupil, and at the school still."""
    return person.kind is PersonKind.PUPIL and not person.leaver


def whose(person: Person) -> Whose:
    """Whose time it is, for the timetable."""
    return Whose(person.id, person.year, person.form)


def excused_on(state: State, on: date) -> set[str]:
    """Those who need not hand in on that date, by what was arranged."""
    return {e.person for e in state.exemptions.values() if e.excuses(on)}


def is_expected(rules: Rules, person: Person, on: date) -> bool:
    """Whether that pupil has school on that date and is known to bring a device."""
    timetable = rules.timetable
    if person.no_device or not timetable.applies(on):
        return False
    return timetable.day(on, whose(person)) is not None


def is_here(deposit: Deposit) -> bool:
    """Whether a device is in our keeping: in a cubby or staff's hands, and not out or lost."""
    if deposit.place is Place.CUBBY:
        return deposit.cubby is not None
    return deposit.place in (Place.OFFICE, Place.CARRIED)


def _seen(scene: Scene, person: Person, excused: set[str]) -> Seen:
    deposit = scene.state.deposit_of(person.id)
    if deposit is not None:
        return _kept(deposit)
    if _has_collected(scene, person):
        return Seen.COLLECTED
    if person.id in excused or not _is_due(scene, person):
        return Seen.NOT_EXPECTED
    return Seen.NOT_SEEN


def _kept(deposit: Deposit) -> Seen:
    if deposit.place is Place.OUT:
        return Seen.OUT
    return Seen.IN if is_here(deposit) and deposit.doubt is None else Seen.UNSURE


def _has_collected(scene: Scene, person: Person) -> bool:
    taken = scene.state.collections.get(person.id)
    local = scene.rules.timetable.local
    return taken is not None and local(taken.taken.at).date() == scene.today


def _is_due(scene: Scene, person: Person) -> bool:
    """Whether their day has begun: nobody is missed before."""
    if not is_expected(scene.rules, person, scene.today):
        return False
    timetable = scene.rules.timetable
    day = timetable.day(scene.today, whose(person))
    return day is not None and day.arrival <= timetable.local(scene.now.at).time()
