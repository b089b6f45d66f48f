"""People who do not exist, for a school that is shown without its own roster. Pure."""

import re

from kiosk.roster import RosterRow
from kiosk.school.calendar import admissions_in, named_in
from kiosk.school.sections import SchoolCalendar

# Invented. Two of the cards share their first three bytes, as cards of one batch do.
PUPILS: tuple[tuple[str, str, str, str], ...] = (
    ("Amara", "Okafor", "7A", "04A13B22C15680"),
    ("Ben", "Lister", "7A", "04A13B97D25680"),
    ("Chloe", "Nowak", "7A", "04C43BC21C2680"),
    ("Dylan", "Price", "7B", "946EBD28"),
    ("Ewa", "Kowalska", "7B", "04E9110A5F6180"),
    ("Farah", "Aziz", "7B", "0417A2B3C4D580"),
    ("George", "Webb", "8A", "042B3C4D5E6F80"),
    ("Hana", "Sato", "8A", "880B4D7A"),
    ("Isaac", "Mensah", "8A", "045566778899AA"),
    ("Jade", "O'Neill", "8B", "04D00DFEEDBEEF"),
    ("Kofi", "Boateng", "8B", "04112233445566"),
    ("Lena", "Fischer", "8B", "0401020304050607AABB"),
)
NAMES = (
    *((forename, surname) for forename, surname, _, _ in PUPILS),
    *(("Mina", "Rahman"), ("Noah", "Underhill"), ("Orla", "Quinn"), ("Piotr", "Zając")),
    *(("Queenie", "Marsh"), ("Rafael", "Costa"), ("Sana", "Iqbal"), ("Tom", "Yardley")),
    *(("Uma", "Venkat"), ("Viktor", "Dahl"), ("Wren", "Ellery"), ("Yusuf", "Hakim")),
)
FORMS = 3  # at least so many, with so many pupils each
IN_A_FORM = 8
FIRST_YEAR = 7  # where the school's rules name no year
FIRST_NUMBER = 1001


def people_for(calendar: SchoolCalendar) -> list[RosterRow]:
    """Pupils for a school of which only the rules are known: some in each form and year that the
    rules name, and everybody whom they name, under an invented name."""
    named = sorted({admission for _, admission in admissions_in(calendar)})
    spare = (str(n) for n in range(FIRST_NUMBER, FIRST_NUMBER + 10_000) if str(n) not in named)
    forms = _forms(calendar)
    places = [form for _ in range(IN_A_FORM) for form in forms]
    places += [forms[0]] * max(0, len(named) - len(places))
    numbers = [*named, *(next(spare) for _ in places[len(named) :])]
    return [
        RosterRow(number, *_name(place), form=form, year=year)
        for place, (number, (form, year)) in enumerate(zip(numbers, places, strict=True))
    ]


def _name(place: int) -> tuple[str, str]:
    """Nobody is called like somebody else."""
    forename, surname = NAMES[place % len(NAMES)]
    round = place // len(NAMES)
    return forename, surname if not round else f"{surname} {round + 1}"


def _forms(calendar: SchoolCalendar) -> list[tuple[str, str]]:
    """Forms and the years that they are in: those that are named, and others beside them."""
    forms = {form: _year_in(form) for form in sorted({f for _, f in named_in(calendar, "form")})}
    years = sorted({y for _, y in named_in(calendar, "year")}, key=lambda year: (len(year), year))
    for year in years:
        if year not in forms.values():
            forms[f"{year}A"] = year
    first = min((int(y) for y in forms.values() if y.isdecimal()), default=FIRST_YEAR)
    for letter in "ABCDEFGH":
        if len(forms) < FORMS:
            forms.setdefault(f"{first}{letter}", str(first))
    return list(forms.items())


def _year_in(form: str) -> str:
    found = re.search(r"\d+", form)
    return str(int(found[0])) if found else ""
