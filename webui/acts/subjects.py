"""What an act is done to, found by its address."""

from collections.abc import Callable, Mapping

from flask import url_for

from kiosk.drafting import Standing
from kiosk.policy.roles import Permission
from kiosk.service import Service
from webui.acts.act import About, Subject
from webui.numbers import whole_number
from webui.wording import People

Find = Callable[[Service, People, str], Subject | None]


def find_subject(
    service: Service, held: frozenset[Permission], about: About, key: str
) -> Subject | None:
    """The subject of that address; None where there is none."""
    people = People(service.standing().roster, Permission.SEE_NAMES in held)
    return _FIND[about](service, people, key)


def _person(service: Service, people: People, key: str) -> Subject | None:
    person = service.standing().roster.people.get(key)
    if person is None:
        return None
    kept = service.standing().state.deposit_of(key)
    back = url_for("people.show", person=key)
    return Subject(About.PERSON, key, people.person(key), back, person, kept)


def _device(service: Service, people: People, key: str) -> Subject | None:
    standing = service.standing()
    deposit = standing.state.deposits.get(whole_number(key) or 0)
    if deposit is None:
        return None
    person = standing.roster.people.get(deposit.person)
    back = url_for("deposits.show", deposit=deposit.id)
    title = f"Device of {people.person(deposit.person)}"
    return Subject(About.DEVICE, key, title, back, person, deposit)


def _cubby(service: Service, people: People, key: str) -> Subject | None:
    number = whole_number(key) or 0
    if number not in service.rules.cubbies:
        return None
    back = url_for("cubbies.show", number=number)
    box = service.standing().state.cabinet.form_of(number)
    return Subject(About.CUBBY, str(number), f"Cubby {number}", back, thing=number, box=box)


def _school(service: Service, people: People, key: str) -> Subject | None:
    back = url_for("everybody.show")
    return Subject(About.SCHOOL, key, service.school, back) if key == "all" else None


def _people(service: Service, people: People, key: str) -> Subject | None:
    back = url_for("people.find" if people.sees_names else "imports.show")
    return Subject(About.PEOPLE, key, "People", back) if key == "all" else None


def _about_somebody(
    about: About, rows: Callable[[Standing], Mapping[int, object]], words: str
) -> Find:
    """Whatever the state keeps under the number of its event, and about one person."""

    def find(service: Service, people: People, key: str) -> Subject | None:
        standing = service.standing()
        thing = rows(standing).get(whole_number(key) or 0)
        id = getattr(thing, "person", "") or _owner(standing, thing)
        person = standing.roster.people.get(id)
        if thing is None or person is None:
            return None
        back = url_for("people.show", person=person.id)
        title = f"{words}{people.person(person.id)}"
        return Subject(about, key, title, back, person, thing=thing)

    return find


def _owner(standing: Standing, thing: object) -> str:
    """Whose device a hold is on."""
    deposit = standing.state.deposits.get(getattr(thing, "deposit", 0))
    return deposit.person if deposit else ""


def _note(service: Service, people: People, key: str) -> Subject | None:
    book = service.standing().state.casebook
    number = whole_number(key) or 0
    left = book.lead_notes.get(number) or book.searches.get(number)
    if left is None:
        return None
    return Subject(About.NOTE, key, "For the duty lead", url_for("lead.show"), thing=left)


_FIND: Mapping[About, Find] = {
    About.PERSON: _person,
    About.DEVICE: _device,
    About.CUBBY: _cubby,
    About.PEOPLE: _people,
    About.SCHOOL: _school,
    About.ARRANGEMENT: _about_somebody(
        About.ARRANGEMENT, lambda standing: standing.state.exemptions, "Arrangement of "
    ),
    About.HOLD: _about_somebody(
        About.HOLD, lambda standing: standing.state.holds, "Hold on the device of "
    ),
    About.INCIDENT: _about_somebody(
        About.INCIDENT, lambda standing: standing.state.casebook.incidents, "Incident of "
    ),
    About.SEARCH: _about_somebody(
        About.SEARCH, lambda standing: standing.state.casebook.searches, "Search of "
    ),
    About.NOTE: _note,
}
