"""The school's rules in words, and what other rules would change of them. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kiosk.drafting import Rules
from kiosk.policy.languages import LANGUAGES
from kiosk.policy.roles import OWN_FORMS, ROLES, Permission, Roles
from kiosk.school.telling_time import exams, exceptions, sessions, terms, week
from kiosk.state.incidents import INCIDENTS, Consequences, Staging

NameOf = Callable[[str], str]


class Part(NamedTuple):
    """One part of the rules: its heading, and what it says."""

    heading: str
    lines: tuple[str, ...]


class Change(NamedTuple):
    """What of a part would be said no more, and what anew."""

    heading: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def rules_in_words(rules: Rules, name_of: NameOf) -> list[Part]:
    """All that the rules say which a school file can say. ``name_of``: what a person of some id is
    called, as far as the reader may know."""
    timetable = rules.timetable
    said: tuple[tuple[str, Iterable[str]], ...] = (
        ("Terms", terms(timetable)),
        ("The week", week(timetable)),
        ("Other days and other times", exceptions(timetable, name_of)),
        ("Outside the day", sessions(timetable)),
        ("Exams", exams(timetable)),
        ("What a tap does", _taps(rules)),
        ("Class boxes that the file names", _boxes(rules)),
        ("Roles that are not as shipped", _roles(rules.roles)),
        ("What is proposed after incidents", _consequences(rules.consequences)),
        ("Why staff open a cubby", [choice.words for choice in rules.reasons]),
        ("Words of your own for pupils", [f"{k.value}: {v}" for k, v in rules.texts.items()]),
        ("The pupils’ screen", _screen(rules)),
    )
    return [Part(heading, tuple(lines)) for heading, lines in said]


def changes(before: Iterable[Part], after: Iterable[Part]) -> list[Change]:
    """What of each part is said no more, and what is said anew; only parts that differ."""
    found = []
    for old, new in zip(before, after, strict=True):
        gone = tuple(line for line in old.lines if line not in new.lines)
        come = tuple(line for line in new.lines if line not in old.lines)
        is_moved = not gone and not come and old.lines != new.lines
        if gone or come:
            found.append(Change(old.heading, gone, come))
        elif is_moved:
            found.append(Change(old.heading, (), ("The same, in another order",)))
    return found


def _taps(rules: Rules) -> Iterator[str]:
    waits = rules.taps.neighbours_wait
    yield (
        "A door beside one that is open waits until that is shut"
        if waits
        else "Doors beside each other may be open at once"
    )
    yield (
        "After their own last release of the day pupils ask the office"
        if rules.taps.late_to_office
        else "After their own last release of the day pupils collect while the kiosk is open"
    )


def _boxes(rules: Rules) -> Iterator[str]:
    yield from (f"Form {form}: cubby {cubby}" for form, cubby in rules.class_boxes.items())


def _roles(roles: Roles) -> Iterator[str]:
    for name, may in roles.may.items():
        own = roles.own_forms.get(name, frozenset())
        if name not in ROLES:
            yield f"{name}: {_list(may - own)}{_own(own & may) if own else ''}"
        elif may != ROLES[name] or own != OWN_FORMS.get(name, frozenset()):
            parts = [("also ", may - ROLES[name]), ("not ", ROLES[name] - may)]
            said = [how + _list(which) for how, which in parts if which]
            is_same = own == OWN_FORMS.get(name, frozenset())
            yield f"{name}: {'; '.join(said)}{'' if is_same else _own(own & may)}"


def _own(own: frozenset[Permission]) -> str:
    return f"; for their own forms: {_list(own) or 'nothing'}"


def _list(permissions: Iterable[Permission]) -> str:
    return ", ".join(sorted(permission.value for permission in permissions))


def _consequences(consequences: Consequences) -> Iterator[str]:
    for staging in consequences.each:
        kinds = ", ".join(INCIDENTS[kind].lower() for kind in INCIDENTS if kind in staging.kinds)
        for stage in staging.stages:
            yield f"From incident {stage.count} {_within(staging)} ({kinds}): {stage.words}"


def _within(staging: Staging) -> str:
    return "in the term" if staging.days is None else f"within {staging.days} days"


def _screen(rules: Rules) -> Iterator[str]:
    names = rules.screen.names.value.replace("_", " ")
    yield f"Shown of a name: {names}"
    yield f"Language: {LANGUAGES[rules.screen.language].name}"
    if rules.screen.asks_pin:
        yield "Staff type their PIN on it after their card, before it opens a cubby or a box"
