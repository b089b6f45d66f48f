"""What has to be done before pupils use the kiosk, step by step, each ticked once it is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, render_template, url_for

from kiosk.errors import KioskError
from kiosk.model import CardStatus, PersonKind, User
from kiosk.policy.roles import MEDICAL_NEED, Permission
from kiosk.rights import may_sign_in, rights_of
from webui.access import needs
from webui.office import office
from webui.technician import NO_WORKSHOP, parts

pages = Blueprint("first_steps", __name__)

EXAMPLE_NAME = "Example School"  # of config.example.toml: nobody's
# Which key of the config says what, and in which section.
NAME_KEY, ZONE_KEY = ("school", "name"), ("school", "zone")
CUBBIES_KEY, COLUMNS_KEY = ("cabinet", "cubbies"), ("cabinet", "columns")
FITTED = ("Card reader", "Locks")  # what the names of these parts begin with
IMPORT_PAGE = "/people/import"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so. ``key``: the section and key of the config that says it."""

    what: str
    words: str
    key: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``command``: how it is done in a shell; ``href``, ``link``: where on the pages."""

    title: str
    is_done: bool
    words: str
    facts: tuple[Fact, ...] = ()
    href: str = ""
    link: str = ""
    command: str = ""


@pages.get("/first-steps")
@needs(Permission.USERS)
def show() -> str:
    """All of them, with what is done already."""
    return _page(None)


@pages.post("/first-steps/examine")
@needs(Permission.USERS)
def examine() -> str:
    """The same, with what the doctor finds. Takes some seconds."""
    workshop = office().workshop
    if workshop is None:
        abort(503, NO_WORKSHOP)
    try:
        return _page(workshop.examine())
    except KioskError as fault:
        abort(503, f"The machine could not be examined: {fault}.")


def _page(examined: dict[str, Any] | None) -> str:
    return render_template(
        "first_steps.html",
        steps=steps(),
        examined=examined,
        has_workshop=office().workshop is not None,
    )


def steps() -> list[Step]:
    """Every step, in the order in which they are best done."""
    return [_machine(), _fittings(), _times(), _people(), _cards(), _staff()]


def _machine() -> Step:
    service = office().service
    cubbies = service.rules.cubbies.values()
    columns = 1 + max((cubby.column for cubby in cubbies), default=0)
    return Step(
        "This is your school and your cabinet",
        service.school != EXAMPLE_NAME,
        f"So {_config_file()} says. To change it, change the line there, let kiosk check look at "
        "it, and start the kiosk anew.",
        (
            Fact("School", service.school, NAME_KEY),
            Fact("Time zone", service.rules.timetable.zone.key, ZONE_KEY),
            Fact("Cubbies", str(len(cubbies)), CUBBIES_KEY),
            Fact("Side by side", str(columns), COLUMNS_KEY),
        ),
    )


def _config_file() -> str:
    workshop = office().workshop
    return workshop.config_file if workshop else "the config"


def _fittings() -> Step:
    here = office()
    fitted = [part for part in parts(here.service) if part.name.startswith(FITTED)]
    words = "As the running kiosk knows them. Examine the machine for what may keep them from it."
    if here.is_simulated:
        words = "They are simulated: the config chose so, and no door opens."
    return Step(
        "Reader and locks work",
        all(part.is_well for part in fitted),
        words,
        tuple(Fact(part.name, part.words) for part in fitted),
    )


def _times() -> Step:
    service = office().service
    ends, file = service.rules.timetable.ends, service.school_file()
    today = service.rules.timetable.local(service.now().at).date()
    return Step(
        "Term dates and the week are yours",
        file is not None and ends is not None and ends >= today,
        "When pupils hand in and collect, on which days; who may do what.",
        href=url_for("rules.show"),
        link="The school’s rules",
        command="kiosk school import FILE",
    )


def _people() -> Step:
    people = office().service.standing().roster.people.values()
    pupils = sum(1 for one in people if one.kind is PersonKind.PUPIL and not one.leaver)
    has_page = any(rule.rule == IMPORT_PAGE for rule in current_app.url_map.iter_rules())
    return Step(
        "The pupils are known",
        pupils > 0,
        f"{pupils} pupils are on the roster. It comes from the school’s own system, as CSV, a "
        "workbook or OneRoster.",
        href=IMPORT_PAGE if has_page else "",
        link="Bring in people",
        command="kiosk roster import FILE",
    )


def _cards() -> Step:
    cards = office().service.standing().roster.credentials.values()
    active = sum(1 for card in cards if card.status is CardStatus.ACTIVE)
    return Step(
        "They have cards",
        active > 0,
        f"{active} cards work. They come with the roster, or are tapped twice beside their owner.",
        href=url_for("enrolling.show"),
        link="Give out cards",
        command="kiosk card enrol NUMBER",
    )


def _staff() -> Step:
    open_them, lead = any(_who_may(*MEDICAL_NEED)), any(_who_may(Permission.CONFIRM_ROLES))
    lacking = [] if open_them else ["somebody on duty, who opens cubbies (reception)"]
    lacking += [] if lead else ["a lead, who approves and confirms (headteacher or dsl)"]
    return Step(
        "Those who look after it can sign in",
        open_them and lead,
        f"Still missing: {' and '.join(lacking)}."
        if lacking
        else "There is somebody on duty, and a lead.",
        href=url_for("users.show"),
        link="Users",
        command="kiosk user add NAME --role reception",
    )


def _who_may(*permissions: Permission) -> Iterator[User]:
    """Who can sign in and may do all of that."""
    service = office().service
    standing, now = service.standing(), service.now()
    for user in standing.roster.users.values():
        rights = rights_of(service.rules, standing, user.id, now)
        if may_sign_in(service.rules, standing, user, now) and all(map(rights.may, permissions)):
            yield user
