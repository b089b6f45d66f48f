"""An example school for the sentences of its policy: its school file and its roster as they stand
in ``examples/``, on a simulated cabinet, with staff who have roles."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from storytelling import HASH, School

from kiosk.model import Person
from kiosk.policy.signs import pupil_words

EXAMPLES = Path(__file__).parent.parent / "examples"
STAFF = {"Hedy": ["headteacher"], "Dora": ["dsl"], "Rosa": ["reception"], "Paul": ["pastoral"]}
VISITOR = "Vera"


class ExampleSchool(School):
    """Everybody is called by their forename. ``teachers``: staff of the roster who teach."""

    def __init__(
        self, folder: Path, name: str, begins: datetime, teachers: dict[str, str], cubbies: int = 12
    ) -> None:
        self._name, self._teachers = name, teachers
        super().__init__(folder, cubbies, begins)

    def _furnish(self) -> None:
        self._cards = {}
        with (EXAMPLES / f"{self._name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [_row(line) for line in csv.DictReader(file)]
        rows += [_adult(name, n, "staff") for n, name in enumerate(STAFF)]
        self.console("roster_import", rows=[*rows, _adult(VISITOR, 9, "visitor")])
        for number, person in enumerate(self.people()):
            self._cards[person.forename] = f"04A1B2{number:02X}C3D4{number:02X}"
            card = self._cards[person.forename]
            self.console("card_enrol", admission=person.admission, uid=card)
        for name, roles in {**STAFF, **{name: ["teacher"] for name in self._teachers}}.items():
            self.console("user_add", name=name, password_hash=HASH, roles=roles)
            self.console("user_link", name=name, admission=self.number(name))
        self.staff("Hedy", "user_confirm", name="Dora")
        for name, form in self._teachers.items():
            self.console("user_forms", name=name, forms=[form])
        text = (EXAMPLES / f"{self._name}.toml").read_text(encoding="utf-8")
        self.console("school_import", text=text)

    @property
    def screen(self) -> str:
        """What stands on the kiosk's screen, in the school's own words."""
        return pupil_words(self._daemon.screen(), self._core.rules.texts)

    def person(self, name: str) -> Person:
        """Who is called that."""
        return next(person for person in self.people() if person.forename == name)

    def number(self, name: str) -> str:
        """Their admission number."""
        return self.person(name).admission

    def about(self, who: str, verb: str, name: str, **args: Any) -> dict[str, Any]:
        """What a member of staff does about somebody."""
        return self.staff(who, verb, admission=self.number(name), **args)

    def refused(self, who: str, verb: str, name: str, **args: Any) -> bool:
        """Whether it takes another role than theirs."""
        return "another role" in self.refuses(who, verb, admission=self.number(name), **args)


def _row(line: dict[str, str]) -> dict[str, str]:
    said = {
        "admission": line["Admission Number"],
        "forename": line["Preferred Forename"],
        "surname": line["Surname"],
        "year": line["Year"],
        "form": line["Form"],
        "kind": line["Kind"],
        "no_device": line["No Device"],
    }
    return {key: value for key, value in said.items() if value}


def _adult(name: str, number: int, kind: str) -> dict[str, str]:
    return {"admission": f"9{number:03}", "forename": name, "surname": "Grey", "kind": kind}
