"""Which lists and reports a role may see, and whom they leave out for somebody with forms of their
own."""

import re

import pytest
from cabinet import ANA, BEN
from click.testing import CliRunner
from lists_fixtures import CID, DEE, EVE, FAY, School

from kiosk.cli import cli
from kiosk.lists import LISTS, lists_for, make_list
from kiosk.messages.incidents import NoteIncident
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission, Rights, Roles
from kiosk.reports import REPORTS, reports_for
from kiosk.state.incidents import IncidentKind

DUTY = {
    "not-seen",
    "uncollected",
    "leavers",
    "overdue",
    "carried",
    "out",
    "expected-back",
    "exams",
    "unsigned",
}
ALL = set(LISTS)
FIGURES = {"occupancy", "throughput", "compliance"}
DUTY_REPORTS = FIGURES | {"register", "faults"}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("reception", ALL),
        ("teacher", DUTY),
        ("pastoral", DUTY | {"held", "reviews"}),
        ("headteacher", ALL),
        ("dsl", ALL - {"lost-cards"}),
        ("day_duty", DUTY),
        ("technician", set()),
        ("admin", set()),
        ("nobody", set()),
    ],
)
def test_each_role_may_see_its_lists(role: str, seen: set[str]) -> None:
    assert set(lists_for(Roles().rights([role]))) == seen


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("reception", DUTY_REPORTS | {"exemptions"}),
        ("teacher", DUTY_REPORTS),
        ("pastoral", set(REPORTS)),
        ("headteacher", set(REPORTS)),
        ("dsl", set(REPORTS)),
        ("day_duty", FIGURES | {"register"}),
        ("technician", FIGURES | {"faults"}),
        ("admin", FIGURES),
        ("nobody", set()),
    ],
)
def test_each_role_may_see_its_reports(role: str, seen: set[str]) -> None:
    assert set(reports_for(Roles().rights([role]))) == seen


def test_every_role_is_in_these_tables() -> None:
    assert len(ROLES) == 8


def test_the_console_sees_all_but_incidents() -> None:
    console = Rights(CONSOLE_PERMISSIONS)
    assert set(lists_for(console)) == ALL
    assert set(REPORTS) - set(reports_for(console)) == {"incidents"}


def test_a_list_is_of_the_forms_that_all_of_its_permissions_are_for() -> None:
    of_own = frozenset({Permission.LISTS})
    rights = Rights(frozenset({Permission.CUBBIES}), of_own, frozenset({"7a"}))
    assert set(lists_for(rights)) == DUTY | {"holders"}
    assert rights.forms_for(Permission.LISTS, Permission.CUBBIES) == {"7a"}
    assert rights.forms_for(Permission.CUBBIES) is None
    assert rights.forms_for(Permission.LISTS, Permission.PASS) == frozenset()


def test_only_who_was_not_seen_is_hidden_and_can_be_told_of_an_earlier_time() -> None:
    assert [name for name, kind in LISTS.items() if kind.is_hidden] == ["not-seen"]
    assert [name for name, kind in LISTS.items() if kind.is_of_any_time] == ["not-seen"]


@pytest.mark.parametrize("name", LISTS)
def test_nobody_of_a_form_that_is_not_ones_own_is_listed(name: str) -> None:
    school = School()
    for person in (ANA, BEN, CID, DEE):
        school.give_in(person)
    school.hold(ANA)
    scene = school.scene(candidates=frozenset({ANA.id, BEN.id}))

    forms = {entry.form for entry in make_list(name, scene, forms=frozenset({"7b"})).entries}
    assert forms <= {"7B"}
    assert make_list(name, scene, "7A", forms=frozenset({"7b"})).entries == ()


def test_the_register_too_names_nobody_of_another_form() -> None:
    school = School()
    table = REPORTS["register"].make(school.past(forms=frozenset({"7a"})))
    names = [row[1] for row in table.rows]
    assert sorted(names) == sorted(person.name for person in (ANA, CID, EVE))
    assert FAY.name not in names
    assert dict(table.summary).keys() == {"7A", "all forms"}


def test_arrangements_and_incidents_of_another_form_are_not_told() -> None:
    school = School()
    for person in (ANA, BEN):
        school.exempt(person)
        school.take(NoteIncident("lead", person.id, IncidentKind.USED, school.clock.at))
    past = school.past(forms=frozenset({"7b"}))

    assert [row[4] for row in REPORTS["exemptions"].make(past).rows] == [BEN.name]
    assert {row[1] for row in REPORTS["incidents"].make(past).rows} == {"7B"}


def test_a_report_is_called_the_same_in_the_index_and_on_its_page() -> None:
    school = School()
    for name, report in REPORTS.items():
        assert report.make(school.past()).title == report.title
        assert report.make(school.past()).name == name


def test_a_report_is_called_alike_on_the_pages_and_on_the_command_line() -> None:
    assert all(name in report.title.lower() for name, report in REPORTS.items())
    for name, kinds in (("list", LISTS), ("report", REPORTS)):
        told = CliRunner().invoke(cli, [name, "--help"]).output
        assert all(re.search(rf"{key} +{kind.title}", told) for key, kind in kinds.items())
