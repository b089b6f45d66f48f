"""Days of a school of a thousand through the station and its policy, with no disk and no hardware:
how long a year of them takes, as a rehearsal or a simulation would."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from benchmarks.figure import Effort, Figure, Report, seconds
from benchmarks.year import DAYS, PUPILS, card_of, people
from kiosk.drafting import Rules, Standing
from kiosk.events import Moment
from kiosk.messages import Message
from kiosk.messages.sensed import Card, Closed, Opened, Presented, Pulsed
from kiosk.model import Cubby, Person, Roster
from kiosk.state import State
from kiosk.station import decide
from kiosk.timetable import Day, Timetable

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, tzinfo=LONDON)
SCHOOL_DAY = Day(time(8), time(9), time(15), time(16, 30))
COMING, GOING = timedelta(hours=8), timedelta(hours=15)
APART, OPENING = timedelta(seconds=3), timedelta(milliseconds=300)


def measure(effort: Effort) -> Report:
    """By as many days as there are runs, after one that is not timed."""
    pupils = people()[: min(PUPILS, effort.sizes[-1])]
    standing = Standing(State(), _roster(pupils))
    rules = _rules(len(pupils))
    standing = _played(rules, standing, pupils, 0)
    taken = 0.0
    for number in range(1, effort.runs + 1):

        def day(number: int = number) -> None:
            nonlocal standing
            standing = _played(rules, standing, pupils, number)

        taken += seconds(day)
    what = f"a school year through station and policy, {len(pupils):,} pupils, {DAYS} days: s"
    by = f", by {effort.runs} of them"
    return Report([Figure(what + by, taken / effort.runs * DAYS, 60)])


def _roster(pupils: list[Person]) -> Roster:
    return Roster(
        people={person.id: person for person in pupils},
        credentials={card.key: card for card in map(card_of, pupils)},
    )


def _rules(cubbies: int) -> Rules:
    return Rules(
        Timetable(LONDON, dict.fromkeys(range(7), SCHOOL_DAY)),
        {n: Cubby(n, (n - 1) // 40, (n - 1) % 40, True) for n in range(1, cubbies + 1)},
    )


def _played(rules: Rules, standing: Standing, pupils: list[Person], number: int) -> Standing:
    """One day: all hand in, and all collect. Raises LookupError if anybody could not."""
    midnight = MONDAY + timedelta(days=number)
    for begin, is_in in ((COMING, True), (GOING, False)):
        for place, person in enumerate(pupils):
            at = midnight + begin + place * APART
            standing = _taken(rules, standing, at, Presented((Card(card_of(person).key),)))
            opening = standing.state.transaction_of(person.id)
            if opening is None:
                raise LookupError("the tap opened nothing")
            for message in _door(opening.cubby):
                at += OPENING
                standing = _taken(rules, standing, at, message)
            if (standing.state.deposit_of(person.id) is not None) is not is_in:
                raise LookupError("what was done is not what is on record")
    return standing


def _door(cubby: int) -> Iterator[Message]:
    yield Pulsed(cubby)
    yield Opened(cubby)
    yield Closed(cubby)


def _taken(rules: Rules, standing: Standing, at: datetime, message: Message) -> Standing:
    mono = (at - MONDAY).total_seconds()
    return decide(rules, standing, message, Moment(at.astimezone(UTC), mono, "boot", True)).standing
