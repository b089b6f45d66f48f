"""The school file: the school's rules as it wrote them, checked, and the rules that follow."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from kiosk.acts import SchoolFile, Sign
from kiosk.drafting import Rules
from kiosk.errors import ConfigError
from kiosk.model import Roster
from kiosk.policy.reasons import SHIPPED
from kiosk.policy.roles import Roles
from kiosk.school.boxes import box_faults
from kiosk.school.calendar import timetable_of
from kiosk.school.conduct import (
    ConsequenceSection,
    Key,
    Line,
    ReasonsSection,
    RoleSection,
    consequence_faults,
    roles_of,
    text_faults,
)
from kiosk.school.screen import ScreenSection
from kiosk.school.sections import SchoolCalendar, faults_in_words
from kiosk.school.sound import sound_part
from kiosk.school.taps import TapsSection
from kiosk.state.incidents import Consequences
from kiosk.timetable import Timetable
from kiosk.toml_lines import by_line, why_no_toml, with_its_line

MAX_CHARACTERS = 512 * 1024


def read_file(path: Path) -> str:
    """The text of a school file.

    Raises:
        ConfigError: it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise ConfigError(str(path), [fault.strerror or "it cannot be read"]) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), ["this is no text in UTF-8"]) from None


class SchoolRules(SchoolCalendar):
    """All that the school file says. Where it says nothing, what is shipped holds."""

    roles: dict[Key, RoleSection] = Field(default_factory=dict)
    consequences: tuple[ConsequenceSection, ...] | None = None
    reasons: ReasonsSection | None = None
    texts: dict[Sign, Line] = Field(default_factory=dict)
    screen: ScreenSection = ScreenSection()
    taps: TapsSection = TapsSection()


class Checked(NamedTuple):
    """A school file that can be used: its sections, and what the kiosk makes of them."""

    sections: SchoolRules
    timetable: Timetable
    roles: Roles

    @property
    def boxes(self) -> dict[str, int]:
        """The cubby that is each form's box."""
        return {box.form: box.cubby for box in self.sections.boxes}


def read_school(text: str, where: str) -> SchoolRules:
    """What a school file says. What only shows between its sections, ``check_school`` tells.

    Raises:
        ConfigError: it cannot be used; every fault is listed, with its line.
    """
    raw = _parsed(text, where)
    try:
        return SchoolRules.model_validate(raw)
    except ValidationError as errors:
        raise _wrong(where, text, faults_in_words(errors.errors())) from None


def _parsed(text: str, where: str) -> dict[str, Any]:
    if len(text) > MAX_CHARACTERS:
        raise ConfigError(where, [f"a school file has at most {MAX_CHARACTERS} characters"])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(where, why_no_toml(str(fault), text)) from None


def _wrong(where: str, text: str, faults: Iterable[str]) -> ConfigError:
    return ConfigError(where, by_line(with_its_line(fault, text) for fault in faults))


def check_school(text: str, where: str, roster: Roster | None = None) -> Checked:
    """A school file, checked for a school with these people; None: whoever they are.

    Raises:
        ConfigError: it cannot be used, contradicts itself, or names somebody, a year or a form that
            there is not; every fault is listed, with its line.
    """
    raw = _parsed(text, where)
    try:
        checked, faults = _checked(SchoolRules.model_validate(raw), where, roster)
    except ValidationError as errors:
        checked, faults = None, _all_faults(raw, errors, where, roster)
    if checked is None:
        raise _wrong(where, text, faults)
    return checked


def _all_faults(
    raw: dict[str, Any], errors: ValidationError, where: str, roster: Roster | None
) -> list[str]:
    """The faults of shape, and then what else is wrong with the parts that have none."""
    found = errors.errors()
    sound = sound_part(raw, [error["loc"] for error in found])
    _, more = _checked(SchoolRules.model_validate(sound.sections), where, roster)
    return [*faults_in_words(found), *map(sound.counted, more)]


def _checked(
    sections: SchoolRules, where: str, roster: Roster | None
) -> tuple[Checked | None, list[str]]:
    """What the sections come to, and what is wrong with it; None if anything is."""
    timetable, faults = _timetable(sections, where, roster)
    roles, of_roles = roles_of(sections.roles)
    faults += [*consequence_faults(sections.consequences or ()), *of_roles]
    faults += [*text_faults(sections.texts), *box_faults(sections.boxes)]
    if timetable is None or faults:
        return None, faults
    return Checked(sections, timetable, roles), []


def _timetable(
    sections: SchoolRules, where: str, roster: Roster | None
) -> tuple[Timetable | None, list[str]]:
    people = roster.people.values() if roster else ()
    find = person_finder(roster) if roster else lambda admission: admission
    years = {person.year for person in people if person.year} or None
    forms = {person.form for person in people if person.form} or None
    try:
        return timetable_of(sections, find, years=years, forms=forms, where=where), []
    except ConfigError as wrong:
        return None, list(wrong.faults)


def rules_by(base: Rules, school: SchoolFile, roster: Roster) -> Rules:
    """The rules of the machine with what the school says. The file was checked when it came in;
    whom it names and who was erased since is nobody, and what a later version of the kiosk would
    find fault with does not keep it from starting.

    Raises:
        ConfigError: the file cannot be used.
    """
    where, find = f"version {school.version} of the school's rules", person_finder(roster)
    sections = read_school(school.text, where)
    timetable = timetable_of(sections, lambda named: find(named) or f"nobody:{named}", where=where)
    return rules_of(base, Checked(sections, timetable, roles_of(sections.roles)[0]))


def rules_of(base: Rules, checked: Checked) -> Rules:
    """The rules of the machine with what the school says."""
    sections, consequences = checked.sections, Consequences()
    if sections.consequences is not None:
        consequences = Consequences(tuple(each.staging() for each in sections.consequences))
    return replace(
        base,
        timetable=checked.timetable,
        roles=checked.roles,
        consequences=consequences,
        reasons=sections.reasons.choices() if sections.reasons else SHIPPED,
        texts=sections.texts,
        screen=sections.screen.rules(),
        taps=sections.taps.rules(),
        class_boxes=checked.boxes,
    )


def person_finder(roster: Roster) -> Callable[[str], str | None]:
    """What gives the id of the person with an admission number."""
    ids = {person.admission: person.id for person in roster.people.values()}
    return ids.get


def fingerprint(text: str) -> str:
    """What tells one version from another."""
    return hashlib.sha256(text.encode()).hexdigest()
