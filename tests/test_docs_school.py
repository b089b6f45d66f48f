"""The page about the school file says what the code does."""

import tomllib

import pytest
from test_docs import DOCS, Row, snippets, table

from kiosk.policy.reasons import SHIPPED
from kiosk.policy.roles import BY_FORM, LEADS_ALONE, OWN_FORMS, ROLES, Permission
from kiosk.policy.signs import FACES
from kiosk.school.school import SchoolRules, check_school
from kiosk.state.incidents import IncidentKind

PAGE = (DOCS / "school-file.md").read_text(encoding="utf-8")
WEEK = '[[week]]\ndays = ["mon"]\narrival = "08:00"\nlocked = "09:00"\nrelease = "15:00"\n'


def permission_rows() -> dict[str, Row]:
    return {row["permission"].strip("*`"): row for row in table(PAGE, "## Roles")}


def test_each_permission_and_each_role_stands_in_the_table() -> None:
    rows = permission_rows()
    assert rows.keys() == {permission.value for permission in Permission}
    for permission in Permission:
        row = rows[permission.value]
        assert row["permission"].startswith("**") is (permission in LEADS_ALONE), permission
        for role, held in ROLES.items():
            own = permission in OWN_FORMS.get(role, frozenset())
            said = "own forms" if own else "yes" if permission in held else ""
            assert row[role] == said, (permission, role)


@pytest.mark.parametrize("snippet", snippets(PAGE, "toml"))
def test_what_the_page_shows_can_be_imported(snippet: str) -> None:
    check_school(f'{snippet}\n{WEEK}closed = "16:00"\n', "the snippet")


def test_every_section_is_named() -> None:
    named = {name for name in SchoolRules.model_fields if f"[{name}" in PAGE}
    assert named == SchoolRules.model_fields.keys()


def test_every_sign_stands_there_with_its_words() -> None:
    rows = {
        row["sign"].strip("`"): row["shipped words"] for row in table(PAGE, "## What pupils read")
    }
    assert rows == {sign.value: face.words for sign, face in FACES.items()}


def test_kinds_reasons_and_what_can_be_for_own_forms_are_named() -> None:
    names = [kind.value for kind in IncidentKind] + [choice.key for choice in SHIPPED]
    names += [permission.value for permission in BY_FORM]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_snippets_are_of_sections_that_there_are() -> None:
    for snippet in snippets(PAGE, "toml"):
        assert tomllib.loads(snippet).keys() <= SchoolRules.model_fields.keys()
