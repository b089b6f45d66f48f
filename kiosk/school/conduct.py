"""The sections of the school file about what people do: roles, consequences, reasons, texts; and
what the kiosk makes of them.

An example of all of them stands in ``tests/test_school_conduct.py``.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from string import Formatter
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    StrictBool,
    Tag,
    model_validator,
)

from kiosk.acts import Sign
from kiosk.events import Reason
from kiosk.fittings import Section
from kiosk.policy.reasons import NEEDED, SHIPPED, Choice
from kiosk.policy.roles import (
    BY_FORM,
    LEADS,
    LEADS_ALONE,
    MEDICAL_NEED,
    NEVER_LOST,
    ON_DUTY,
    OWN_FORMS,
    ROLES,
    Permission,
    Roles,
)
from kiosk.policy.signs import FACES
from kiosk.state.incidents import IncidentKind, Stage, Staging

MOST_WORDS = 5  # that a pupil is shown at once
LONGEST_TEXT, LONGEST_REASON, LONGEST_STAGE = 40, 40, 120  # characters


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("write one line, without spaces before or after it")
    return text


Line = Annotated[str, Field(min_length=1), AfterValidator(_printable)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
Permissions = tuple[Permission, ...]


class RoleSection(Section):
    """A role of the school's own: all that it ``may`` do. Or one that is shipped: what it may do
    ``also``, and what it does ``without``. ``own_forms``: what of it is for their own forms alone.
    ``lead``: it is meant to have what is for leads alone."""

    may: Permissions | None = None
    also: Permissions = ()
    without: Permissions = ()
    own_forms: Permissions | None = None
    lead: StrictBool = False


class StageSection(Section):
    """What is proposed from the ``count``-th incident on."""

    key: Key
    count: int = Field(ge=1, le=100)
    words: Annotated[Line, Field(max_length=LONGEST_STAGE)]


def _term_or_days(value: object) -> object:
    if value == "term" or (type(value) is int and 1 <= value <= 400):
        return value
    raise ValueError('write "term", or a number of days from 1 to 400')


class ConsequenceSection(Section):
    """Which incidents are counted together, ``within`` the term or so many days; and the stages."""

    counts: tuple[IncidentKind, ...] = Field(min_length=1)
    within: Annotated[Literal["term"] | int, BeforeValidator(_term_or_days)] = "term"
    stages: tuple[StageSection, ...] = ()

    def staging(self) -> Staging:
        """As the kiosk counts by it."""
        stages = tuple(Stage(stage.key, stage.count, stage.words) for stage in self.stages)
        days = None if self.within == "term" else int(self.within)
        return Staging(stages, days, frozenset(self.counts))

    @model_validator(mode="after")
    def _rising(self) -> "ConsequenceSection":
        counts = [stage.count for stage in self.stages]
        if any(a >= b for a, b in pairwise(counts)):
            raise ValueError("the counts of its stages must rise")
        return self


class OwnReason(Section):
    """A reason to open a cubby in the school's own words. On record it is another reason, with
    these words."""

    own: Annotated[Line, Field(max_length=LONGEST_REASON)]


def _shipped(value: object) -> object:
    known = [choice.key for choice in SHIPPED]
    if value in known or isinstance(value, Reason):
        return value
    raise ValueError(
        f'"{value}" is no reason that is shipped; there are {", ".join(known)}. '
        f'One of your own is written {{ own = "{value}" }}'
    )


AnyReason = Annotated[
    Annotated[Reason, BeforeValidator(_shipped), Tag("shipped")] | Annotated[OwnReason, Tag("own")],
    Discriminator(lambda value: "own" if isinstance(value, dict | OwnReason) else "shipped"),
]


class ReasonsSection(Section):
    """Why staff ``open`` a cubby, in the order in which they are offered: of the shipped reasons
    those that the school wants, and its own."""

    open: tuple[AnyReason, ...] = Field(min_length=1)

    def choices(self) -> tuple[Choice, ...]:
        """As staff choose from them."""
        return tuple(
            Choice(Reason.OTHER, each.own) if isinstance(each, OwnReason) else Choice(each)
            for each in self.open
        )

    @model_validator(mode="after")
    def _usable(self) -> "ReasonsSection":
        if faults := list(_reason_faults(self.choices())):
            raise ValueError("; ".join(faults))
        return self


def _reason_faults(choices: tuple[Choice, ...]) -> Iterator[str]:
    for choice in choices:
        if choice.own.casefold() in {reason.value for reason in Reason}:
            yield f'own = "{choice.own}" is the name of a reason of the kiosk: use other words'
    keys = [choice.key.casefold() for choice in choices]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        yield f"stands there more than once: {', '.join(twice)}"
    if lacking := NEEDED - {choice.reason for choice in choices if not choice.own}:
        yield f"{_list(lacking)} cannot be left out"


def roles_of(sections: Mapping[str, RoleSection]) -> tuple[Roles, list[str]]:
    """The roles that these make of those shipped, and what is wrong with them."""
    may, own_forms = dict(ROLES), dict(OWN_FORMS)
    for name, section in sections.items():
        said = ROLES.get(name, frozenset()) | {*(section.may or ()), *section.also}
        may[name] = said - {*section.without}
        kept = OWN_FORMS.get(name, frozenset())
        own_forms[name] = kept if section.own_forms is None else frozenset(section.own_forms)
    roles = Roles(may, own_forms)
    faults = [f"roles.{name}: {f}" for name in sections for f in _faults(roles, name, sections)]
    held = frozenset[Permission]().union(*may.values())
    if lost := NEVER_LOST - held:
        faults.append(f"roles: none has {_list(lost)}; somebody must be able to")
    return roles, faults


def _faults(roles: Roles, name: str, sections: Mapping[str, RoleSection]) -> Iterator[str]:
    section, may = sections[name], roles.may[name]
    is_shipped, for_leads = name in ROLES, may & LEADS_ALONE
    if is_shipped and section.may is not None:
        yield "it is shipped: say what it may do also, or without"
    if not is_shipped and (section.may is None or section.also or section.without):
        yield "it is no role that is shipped: say all that it may do, as may = [...]"
    if name in ON_DUTY and (lost := MEDICAL_NEED - may):
        yield f"{_list(lost)} cannot be taken from it: whoever is on duty meets a medical need"
    if for_leads and name not in LEADS and not section.lead:
        yield f"{_list(for_leads)} is for leads alone: say lead = true if it is to be a lead's role"
    if section.lead and not for_leads:
        yield "lead = true, but it has nothing that is for leads alone"
    if Permission.LIFT in may and Permission.PRIVATE not in may:
        yield "lift without private: whoever lifts a hold must see what kind it is"
    if odd := frozenset(section.own_forms or ()) - (BY_FORM & may):
        some = _list(BY_FORM & may) or "nothing that it may do"
        yield f"own_forms: {_list(odd)} cannot be so; {some} can"


def consequence_faults(sections: tuple[ConsequenceSection, ...]) -> Iterator[str]:
    """What only shows between them: each kind is counted once, each stage has a key of its own."""
    kinds = [kind for section in sections for kind in section.counts]
    keys = [stage.key for section in sections for stage in section.stages]
    for what, names in (("counts", [kind.value for kind in kinds]), ("stages", keys)):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"consequences: {what}: stands there more than once: {', '.join(twice)}"


def text_faults(texts: Mapping[Sign, str]) -> Iterator[str]:
    """What is wrong with the school's own words for pupils."""
    for sign, text in texts.items():
        wanted = _placeholders(FACES[sign].words)
        if _placeholders(text) != wanted:
            needed = " and ".join(f"{{{name}}}" for name in sorted(wanted)) or "no {}"
            yield f"texts.{sign}: it must have {needed}, and nothing else in braces"
        if len(text.split()) > MOST_WORDS or len(text) > LONGEST_TEXT:
            yield f"texts.{sign}: at most {MOST_WORDS} words and {LONGEST_TEXT} characters"


def _placeholders(text: str) -> frozenset[str]:
    """What stands in braces, with all that is in them; what is no text to be filled in has one
    that nothing has."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return frozenset({text})
    return frozenset(
        "".join(part or "" for part in (name, conversion, spec))
        for _, name, spec, conversion in parts
        if name is not None
    )


def _list(names: Iterable[StrEnum]) -> str:
    return ", ".join(sorted(name.value for name in names))
