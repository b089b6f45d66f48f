"""Roles, consequences, reasons and words for pupils, as the school file has them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import make_rules
from hypothesis import given
from hypothesis import strategies as st

from kiosk.acts import SchoolFile, Show, Sign
from kiosk.drafting import Rules
from kiosk.errors import ConfigError
from kiosk.events import Reason
from kiosk.model import Roster
from kiosk.policy.reasons import NEEDED, SHIPPED, Choice, chosen
from kiosk.policy.roles import (
    BY_FORM,
    LEADS,
    LEADS_ALONE,
    MEDICAL_NEED,
    NEVER_LOST,
    ON_DUTY,
    ROLES,
    Permission,
    Roles,
)
from kiosk.policy.signs import FACES, pupil_words
from kiosk.school.conduct import RoleSection, roles_of
from kiosk.school.school import SchoolRules, check_school, rules_by, rules_of
from kiosk.state.incidents import Consequences, IncidentKind, Stage

P = Permission
WEEK = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "08:45"
release = "15:00"
closed = "16:00"
"""
ALL = (
    WEEK
    + """
[roles.librarian]
may = ["see_cabinet", "see_names", "lists"]
own_forms = ["lists"]

[roles.teacher]
also = ["pass"]
without = ["fire"]
own_forms = []

[roles.deputy]
may = ["see_cabinet", "open", "approve"]
lead = true

[[consequences]]
counts = ["used", "kept"]
within = 42
stages = [
  { key = "talk", count = 1, words = "Talk" },
  { key = "parents", count = 3, words = "Tell the parents" },
]

[[consequences]]
counts = ["exam"]
stages = [{ key = "board", count = 1, words = "Report it" }]

[reasons]
open = ["other", { own = "Work experience" }, "medical", "cubby_check"]

[texts]
ask_office = "Ask Mrs King"
put_in = "In, please. Door {cubby}"
"""
)


def rules(text: str) -> Rules:
    return rules_of(make_rules(), check_school(text, "a file"))


def faults(text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        check_school(WEEK + text, "a file")
    return "\n".join(refused.value.faults)


# what it makes of it


def test_the_example_names_every_section_about_conduct() -> None:
    assert {"roles", "consequences", "reasons", "texts"} <= tomllib.loads(ALL).keys()
    assert tomllib.loads(ALL).keys() <= SchoolRules.model_fields.keys()


def test_what_the_file_does_not_speak_of_is_as_it_is_shipped() -> None:
    made, shipped = rules(WEEK), make_rules()
    assert made.roles == shipped.roles == Roles()
    assert made.consequences == shipped.consequences == Consequences()
    assert (made.reasons, made.texts) == (SHIPPED, {})


def test_a_role_of_the_schools_own_is_what_it_says() -> None:
    made = rules(ALL).roles
    assert made.may["librarian"] == {P.SEE_CABINET, P.SEE_NAMES, P.LISTS}
    assert made.rights(["librarian"], ["7A"]).forms_for(P.LISTS) == {"7a"}


def test_a_role_that_is_shipped_is_changed_and_the_others_are_not() -> None:
    made = rules(ALL).roles
    assert made.may["teacher"] == (ROLES["teacher"] | {P.PASS}) - {P.FIRE}
    assert made.rights(["teacher"]).may(P.LISTS)  # of any form
    assert {n: made.may[n] for n in ROLES if n != "teacher"} == {
        n: held for n, held in ROLES.items() if n != "teacher"
    }


def test_incidents_are_counted_together_as_the_school_says() -> None:
    made = rules(ALL).consequences
    first, second = made.each
    assert (first.kinds, first.days) == ({IncidentKind.USED, IncidentKind.KEPT}, 42)
    assert first.stages == (Stage("talk", 1, "Talk"), Stage("parents", 3, "Tell the parents"))
    assert (second.kinds, second.days) == ({IncidentKind.EXAM}, None)
    assert made.named("board") == second.stages[0]
    assert made.of(IncidentKind.EXAM) == second
    assert made.of(IncidentKind.HIDDEN) is None


def test_a_school_may_want_no_consequences_at_all() -> None:
    assert rules("consequences = []\n" + WEEK).consequences == Consequences(())


def test_reasons_are_narrowed_put_in_order_and_added_to() -> None:
    made = rules(ALL).reasons
    assert made == (
        Choice(Reason.OTHER),
        Choice(Reason.OTHER, "Work experience"),
        Choice(Reason.MEDICAL),
        Choice(Reason.CUBBY_CHECK),
    )
    assert [choice.words for choice in made][1] == "Work experience"
    assert [choice.needs_note for choice in made] == [True, False, False, False]
    assert chosen(made, "work EXPERIENCE") == made[1]
    assert chosen(made, "leaving_early") is None


def test_pupils_are_shown_the_schools_own_words() -> None:
    texts = rules(ALL).texts
    assert pupil_words(Show(Sign.ASK_OFFICE), texts) == "Ask Mrs King"
    assert pupil_words(Show(Sign.PUT_IN, 7), texts) == "In, please. Door 7"
    assert pupil_words(Show(Sign.DONE, 7), texts) == "Done. Door 7 locked"


def test_the_same_comes_of_the_record_again() -> None:
    again = rules_by(make_rules(), SchoolFile(3, ALL), Roster())
    assert again == rules(ALL)


def test_what_a_later_version_finds_fault_with_keeps_no_kiosk_from_starting() -> None:
    text = WEEK + '[roles.old]\nmay = ["private"]\n'
    assert "for leads alone" in faults('[roles.old]\nmay = ["private"]\n')
    assert rules_by(make_rules(), SchoolFile(1, text), Roster()).roles.may["old"] == {P.PRIVATE}


# faults

FAULTY: list[tuple[str, str]] = [
    ('[roles.teacher]\nmay = ["open"]', "roles.teacher: it is shipped: say what it may do also"),
    ('[roles.x]\nalso = ["open"]', "roles.x: it is no role that is shipped"),
    ("[roles.x]\nlead = true", "roles.x: it is no role that is shipped"),
    ('[roles."Head of Year"]\nmay = ["open"]', "roles.Head of Year"),
    ('[roles.x]\nmay = ["fly"]', "roles.x.may 1: Input should be 'see_cabinet'"),
    ('[roles.x]\nmay = ["open"]\ncolour = 1', "roles.x.colour: there is no such key"),
    ('[roles.x]\nmay = ["lift", "private"]', "lift, private is for leads alone: say lead = true"),
    ('[roles.pastoral]\nalso = ["lead_notes"]', "lead_notes is for leads alone"),
    ('[roles.x]\nmay = ["open"]\nlead = true', "it has nothing that is for leads alone"),
    ('[roles.x]\nmay = ["lift"]\nlead = true', "lift without private"),
    ('[roles.teacher]\nwithout = ["open"]', "open cannot be taken from it"),
    ('[roles.dsl]\nwithout = ["exempt_today"]', "meets a medical need"),
    ('[roles.x]\nmay = ["pass"]\nown_forms = ["pass"]', "own_forms: pass cannot be so"),
    ('[roles.x]\nmay = ["pass"]\nown_forms = ["lists"]', "nothing that it may do can"),
    ('[roles.admin]\nwithout = ["users"]', "roles: none has users"),
    ('[roles.dsl]\nwithout = ["lead_notes"]', "roles: none has lead_notes"),
    ('[[consequences]]\ncounts = ["forgot"]', "consequences 1, counts 1"),
    ("[[consequences]]\ncounts = []", "consequences 1, counts"),
    ('[[consequences]]\ncounts = ["used"]\nwithin = 0', 'write "term", or a number of days'),
    ('[[consequences]]\ncounts = ["used"]\nwithin = true', 'write "term", or a number of days'),
    (
        '[[consequences]]\ncounts = ["used"]\nstages = [{key="a",count=2,words="A"},'
        '{key="b",count=2,words="B"}]',
        "must rise",
    ),
    (
        '[[consequences]]\ncounts = ["used"]\n[[consequences]]\ncounts = ["used", "exam"]',
        "consequences: counts: stands there more than once: used",
    ),
    (
        '[[consequences]]\ncounts = ["used"]\nstages = [{key="a",count=1,words="A"}]\n'
        '[[consequences]]\ncounts = ["exam"]\nstages = [{key="a",count=1,words="B"}]',
        "consequences: stages: stands there more than once: a",
    ),
    ('[reasons]\nopen = ["medical"]', "cubby_check cannot be left out"),
    ('[reasons]\nopen = ["cubby_check", "other"]', "medical cannot be left out"),
    ('[reasons]\nopen = ["deposit"]', '"deposit" is no reason that is shipped; there are medical'),
    ('[reasons]\nopen = ["Photo"]', 'One of your own is written { own = "Photo" }'),
    (
        '[reasons]\nopen = ["medical", "cubby_check", { own = "medical" }]',
        "is the name of a reason of the kiosk",
    ),
    (
        '[reasons]\nopen = ["medical", "cubby_check", { own = "Trip" }, { own = "trip" }]',
        "stands there more than once: trip",
    ),
    (f'[reasons]\nopen = ["medical", "cubby_check", {{ own = "{"x" * 41}" }}]', "at most 40"),
    ('[reasons]\nopen = ["medical", "cubby_check", { own = "a\\nb" }]', "write one line"),
    ('[texts]\nhello = "Hello"', "texts.hello"),
    ('[texts]\nput_in = "Put it in"', "texts.put_in: it must have {cubby}"),
    ('[texts]\nask_office = "Ask {name}"', "texts.ask_office: it must have no {}"),
    ('[texts]\nnot_yet = "Not yet. {time:d}"', "it must have {time}"),
    ('[texts]\nnot_yet = "Not yet. {time"', "it must have {time}"),
    ('[texts]\nnot_yet = "Not yet. {time.hour}"', "it must have {time}"),
    ('[texts]\nclosed = "We are closed, go away now"', "at most 5 words"),
    ('[texts]\nclosed = ""', "texts.closed"),
]


@pytest.mark.parametrize(("text", "words"), FAULTY, ids=[str(n) for n in range(len(FAULTY))])
def test_a_fault_is_told_in_words(text: str, words: str) -> None:
    assert words in faults(text)


def test_all_faults_are_told_at_once_those_of_the_times_too() -> None:
    told = faults(
        '[texts]\nput_in = "x"\n[roles.x]\nalso = ["open"]\n[calendar]\nweek_a_from = [2026-01-05]'
    )
    assert all(part in told for part in ("texts.put_in", "roles.x", "week_a_from"))


# invariants

PERMISSIONS = st.lists(st.sampled_from(Permission), max_size=6).map(tuple)
SECTIONS = st.builds(
    RoleSection,
    may=st.one_of(st.none(), PERMISSIONS),
    also=PERMISSIONS,
    without=PERMISSIONS,
    own_forms=st.one_of(st.none(), PERMISSIONS),
    lead=st.booleans(),
)
FILES = st.dictionaries(st.sampled_from([*ROLES, "librarian", "deputy"]), SECTIONS, max_size=4)


@given(FILES)
def test_whatever_roles_are_taken_keep_what_a_school_cannot_do_without(
    sections: dict[str, RoleSection],
) -> None:
    roles, wrong = roles_of(sections)
    if wrong:
        return
    assert roles.may.keys() == ROLES.keys() | sections.keys()
    assert frozenset[Permission]().union(*roles.may.values()) >= NEVER_LOST
    for name, may in roles.may.items():
        asked_for = name in LEADS or sections.get(name, RoleSection()).lead
        assert asked_for or not may & LEADS_ALONE
        assert P.LIFT not in may or P.PRIVATE in may
        assert name not in ON_DUTY or may >= MEDICAL_NEED
        assert (roles.own_forms.get(name, frozenset()) & may) <= BY_FORM


@given(FILES)
def test_the_same_sections_make_the_same_roles_whatever_else_is_said(
    sections: dict[str, RoleSection],
) -> None:
    roles, _ = roles_of(sections)
    for name, section in sections.items():
        assert roles_of({name: section})[0].may[name] == roles.may[name]


WORDS = st.text(st.sampled_from("aB {}:!.cubytime"), max_size=24)


@given(st.sampled_from(Sign), WORDS)
def test_words_that_are_taken_can_always_be_shown(sign: Sign, text: str) -> None:
    try:
        made = SchoolRules.model_validate({**tomllib.loads(WEEK), "texts": {sign: text}})
        check_school(WEEK + f"[texts]\n{sign.value} = '{text}'\n", "a file")
    except (ValueError, ConfigError):
        return
    shown = pupil_words(Show(sign, 12, "15:10"), made.texts)
    assert 1 <= len(shown.split()) <= 5
    for part in ("12", "15:10"):
        was = pupil_words(Show(sign, 12, "15:10"))
        assert (part in shown) >= (part in was)


def test_the_lists_of_leads_and_needs_are_what_the_shipped_roles_say() -> None:
    assert {"headteacher", "dsl"} == LEADS
    assert {
        P.PRIVATE,
        P.LIFT,
        P.APPROVE,
        P.AUTHORISE,
        P.LEAD_NOTES,
        P.CONFIRM_ROLES,
        P.LEGAL_HOLD,
        P.SUBJECT_ACCESS,
    } == LEADS_ALONE
    assert {choice.reason for choice in SHIPPED} >= NEEDED
    assert all(len(face.words) <= 40 for face in FACES.values())


EXAMPLES = Path(__file__).parent.parent / "examples"


def example(name: str) -> dict[str, Any]:
    return tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["river-lane", "hillside-primary"])
def test_both_example_schools_say_what_follows_from_incidents(name: str) -> None:
    text = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    made = rules(text)
    assert frozenset(IncidentKind) == frozenset().union(*(s.kinds for s in made.consequences.each))
    board = made.consequences.of(IncidentKind.EXAM)
    assert board is not None
    assert (board.stages[0].key, board.stages[0].count) == ("board", 1)
    assert made.consequences.of(IncidentKind.USED) != board
    assert made.reasons != SHIPPED
    assert made.texts


def test_at_river_lane_parents_collect_what_was_taken_twice() -> None:
    text = (EXAMPLES / "river-lane.toml").read_text(encoding="utf-8")
    used = rules(text).consequences.of(IncidentKind.USED)
    assert used is not None
    assert [(s.key, s.count) for s in used.stages] == [
        ("parents", 1),
        ("collect", 2),
        ("support", 3),
    ]
    assert P.HAND_OVER in rules(text).roles.may["reception"]
