"""The school that a demo shows: its rules, its people and their cards, and the cabinet for them."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

from kiosk.bootstrap import OpenRecord, make_rules
from kiosk.config import Config, make_config
from kiosk.demo.invented import PUPILS, people_for
from kiosk.errors import BadInput
from kiosk.events import CONSOLE
from kiosk.messages.arrangements import ChangeRules
from kiosk.messages.commands import EnrolCard, ImportRoster, SaveUser
from kiosk.messages.cubbies import AssignBox
from kiosk.model import Credential, Person, PersonKind, Roster, User
from kiosk.roster import Roll, RosterRow, compare, read_roster
from kiosk.school.school import check_school, fingerprint, read_file, read_school
from kiosk.timetable import Timetable

FEWEST, MOST = 16, 1000  # cubbies
SPARE = 0.2  # of the cubbies, so that nobody is told that it is nearly full
IN_A_BANK = 16
COLUMNS = 4

LOOK_AHEAD = timedelta(days=731)  # where there are no terms

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """What a demo shows. ``rules``: a school file, as it was written; "" for the week of
    ``demo_config``. ``people`` in the order of their list; ``uids``: each one's card, by id.

    Those forms have a class box whose box the school file names (``stated``); where it names none,
    those that a member of staff on the list belongs to.
    """

    name: str
    people: tuple[Person, ...]
    uids: Mapping[str, bytes]
    timetable: Timetable
    rules: str = ""
    stated: Mapping[str, int] = field(default_factory=dict)

    @property
    def pupils(self) -> list[Person]:
        """Those who are pupils."""
        return [person for person in self.people if person.kind is PersonKind.PUPIL]

    @property
    def boxed(self) -> list[str]:
        """The forms with a class box, in their order."""
        if self.stated:
            return sorted(self.stated)
        forms = {person.form for person in self.pupils}
        staff = (p for p in self.people if p.kind is PersonKind.STAFF)
        return sorted({person.form for person in staff if person.form} & forms)

    @property
    def boxes(self) -> dict[str, int]:
        """Each box's cubby: those that the file names, or the last ones."""
        return dict(self.stated) or {form: self.cubbies - n for n, form in enumerate(self.boxed)}

    @property
    def cubbies(self) -> int:
        """How many cubbies the cabinet has: whole rows, a few of them to spare."""
        others = [person for person in self.people if person.form not in self.boxed]
        needed = (len(others) + len(self.boxed)) * (1 + SPARE)
        needed = max(needed, *self.stated.values(), FEWEST)
        return COLUMNS * ceil(needed / COLUMNS)


def invented_school(new_id: NewId = lambda: secrets.token_hex(8)) -> DemoSchool:
    """The one that is shown where nobody brings their own."""
    people = tuple(
        Person(new_id(), str(1001 + index), forename, surname, form)
        for index, (forename, surname, form, _) in enumerate(PUPILS)
    )
    uids = [bytes.fromhex(uid) for _, _, _, uid in PUPILS]
    timetable = make_rules(demo_config(Path(), FEWEST)).timetable
    numbers = {person.id: uid for person, uid in zip(people, uids, strict=True)}
    return DemoSchool("Invented School", people, numbers, timetable)


def read_school_of(
    file: Path | None, roster: Path | None, lot: Random, *, today: date
) -> DemoSchool:
    """One's own school: its rules from a school file, its people from a roster; of what is not
    given, invented. Cards are invented always: those of a list stay out of the demo.

    ``lot`` draws what is invented; ``today``: a leaving date on the list before it is past.

    Raises:
        ConfigError: the school file cannot be used; every fault is listed.
        BadInput: the roster cannot, or it has nobody or too many.
    """

    def new_id() -> str:
        return f"{lot.getrandbits(64):016x}"

    text = read_file(file) if file else ""
    known = None if file or roster else invented_school(new_id)
    if known is not None:
        return known
    rows = _rows(roster, today) if roster else None
    people = _people(rows if rows is not None else people_for(read_school(text, str(file))), new_id)
    uids = {person.id: bytes([4]) + lot.randbytes(6) for person in people}
    timetable, stated = _stated(text, file, people)
    school = DemoSchool(_name(file, roster), people, uids, timetable, text, stated)
    if school.cubbies > MOST:
        raise BadInput(f"the roster is too long for a demo: its cabinet has at most {MOST} cubbies")
    return school


def _name(file: Path | None, roster: Path | None) -> str:
    stem = (file or roster or Path("invented")).stem
    return " ".join(word.capitalize() for word in stem.replace("_", "-").split("-"))[:80]


def _rows(roster: Path, today: date) -> Sequence[RosterRow]:
    read = read_roster(roster.read_bytes(), today=today)
    read.check()
    return read.rows


def _people(rows: Sequence[RosterRow], new_id: NewId) -> tuple[Person, ...]:
    fields = ("form", "year", "kind", "no_device")
    diff = compare(Roll(rows, fields), Roster(), new_id=new_id, card_key=lambda number: "")
    if not any(person.kind is PersonKind.PUPIL for person in diff.people):
        raise BadInput("there is no pupil in the roster")
    return diff.people


def _stated(
    text: str, file: Path | None, people: Iterable[Person]
) -> tuple[Timetable, Mapping[str, int]]:
    """What the file says of time, and of class boxes."""
    if not text:
        return make_rules(demo_config(Path(), FEWEST)).timetable, {}
    checked = check_school(text, str(file), Roster({person.id: person for person in people}))
    return checked.timetable, checked.boxes


def school_days(timetable: Timetable, first: date | None = None) -> Iterator[date]:
    """The dates with school, as far as the terms go. From ``first`` on; else from the first term's
    beginning, once the policy holds. Without terms or a ``first`` there are none."""
    if first is None:
        begins = [term.first for term in timetable.calendar.terms]
        if not begins:
            return
        first = max(min(begins), timetable.calendar.policy_from or date.min)
    on, last = first, timetable.ends or first + LOOK_AHEAD
    while on <= last:
        if timetable.is_school_day(on):
            yield on
        on += timedelta(days=1)


def demo_config(folder: Path, cubbies: int = FEWEST, *, name: str = "", port: int = 0) -> Config:
    """Simulated cubbies on a header and a lock board, and on more banks if there are more than
    ``FEWEST``; and a school week with every phase."""
    return make_config(demo_settings(folder, cubbies, name=name, port=port), "the demo")


def demo_settings(
    folder: Path, cubbies: int = FEWEST, *, name: str = "", port: int = 0
) -> dict[str, Any]:
    """The same as a config file says it."""
    return {
        "kiosk": {"id": "demo", "data": str(folder / "data"), "key_dir": str(folder / "keys")},
        "school": {
            "name": name or "Invented School",
            "week": [
                {
                    "days": ["mon", "tue", "wed", "thu", "fri"],
                    "arrival": "08:20",
                    "locked": "08:50",
                    "release": "15:10",
                    "closed": "16:30",
                }
            ],
        },
        "cabinet": {"cubbies": cubbies, "columns": COLUMNS},
        "reader": {"backend": "rc522", "simulated": True},
        "locks": {
            "max_concurrent": 2,
            "banks": [
                _bank("left", "gpio", 1, FEWEST // 2),
                _bank("right", "kerong", FEWEST // 2 + 1, FEWEST),
                *(
                    _bank(f"bank-{first}", "gpio", first, min(first + IN_A_BANK - 1, cubbies))
                    for first in range(FEWEST + 1, cubbies + 1, IN_A_BANK)
                ),
            ],
        },
        "lights": {"simulated": True},
        # Short graces, because a visitor's school day lasts minutes.
        "times": {"reopen_s": 2, "left_inside_s": 20},
        "web": {"port": port},
    }


def _bank(name: str, backend: str, first: int, last: int) -> dict[str, object]:
    cubbies = f"{first}-{last}"
    return {"name": name, "backend": backend, "simulated": True, "cubbies": cubbies}


def furnish(opened: OpenRecord, school: DemoSchool, users: Collection[User]) -> None:
    """Put the school on record: people and cards, who signs in, the rules, the class boxes."""
    core = opened.core
    core.take(ImportRoster(CONSOLE, school.people, len(school.people), 0))
    for person, uid in school.uids.items():
        key = opened.keys.card_digest("iso14443a", uid)
        core.take(EnrolCard(CONSOLE, Credential(key, person)))
    if school.rules:
        checked = check_school(school.rules, school.name, core.standing.roster)
        text = school.rules
        core.take(ChangeRules(CONSOLE, text, fingerprint(text), checked.roles, boxes=checked.boxes))
    for user in users:
        core.take(SaveUser(CONSOLE, user))
    for form, cubby in school.boxes.items():
        if form not in school.stated:
            core.take(AssignBox(CONSOLE, cubby, form))
