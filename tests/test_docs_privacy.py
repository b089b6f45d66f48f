"""The page about privacy: what it says is kept, how long and who sees it is what the code does."""

import re
from dataclasses import fields
from typing import Any

import click
import pytest
from test_docs import DOCS, number, table

from kiosk.acts import Note
from kiosk.cli import cli
from kiosk.config import RetentionSection
from kiosk.model import Credential, Person, User
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission
from kiosk.retention import Retention, Series
from kiosk.state.incidents import READERS
from kiosk.store.tables import CREDENTIALS, NOTES, PEOPLE, USERS

PAGE = (DOCS / "privacy.md").read_text(encoding="utf-8")
TABLES: dict[str, type[Any]] = {"people": Person, "cards": Credential, "users": User, "notes": Note}
# What a data protection officer asks for. All others are about the cabinet, or about acts.
TOLD = {
    Permission.SEE_NAMES,
    Permission.SEE_RECORD,
    Permission.APPROVE,
    Permission.INCIDENTS,
    Permission.SEARCH,
    Permission.PRIVATE,
    Permission.LEAD_NOTES,
    Permission.SUBJECT_ACCESS,
    Permission.LEGAL_HOLD,
    Permission.ERASE,
    Permission.ROSTER,
    Permission.USERS,
}


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_field_that_is_stored_of_people_is_on_the_page() -> None:
    rows = {row["table"]: code(row["fields"]) for row in table(PAGE, "## What is kept")}

    assert rows.keys() == TABLES.keys()
    assert len({PEOPLE, CREDENTIALS, USERS, NOTES}) == len(TABLES)
    for name, kind in TABLES.items():
        assert rows[name] == [field.name for field in fields(kind)], name


def test_the_times_are_those_of_the_config_and_of_the_code() -> None:
    rows = table(PAGE, "## For how long")
    said = {code(row["setting"])[0]: number(row["kept for"]) for row in rows if row["setting"]}
    settings = RetentionSection()

    assert said == settings.model_dump()
    kept = Retention()
    assert kept.ages[Series.TAPS].days == settings.taps_days
    assert kept.ages[Series.VISITORS].days == settings.visitors_days
    assert kept.years[Series.ACTS] == settings.acts_years


def test_who_sees_what_is_what_the_roles_may() -> None:
    rows = {Permission(code(row["needs"])[0]): row for row in table(PAGE, "## Who sees what")}

    assert rows.keys() == TOLD
    for permission, row in rows.items():
        roles = [role for role, may in ROLES.items() if permission in may]
        roles += ["console"] if permission in CONSOLE_PERMISSIONS else []
        assert row["roles"].split(", ") == roles, permission
    assert set(READERS.values()) - TOLD <= {
        Permission.CONFISCATE,
        Permission.HOLD_OFFICE,
        Permission.CORRECT,
    }


def commands(group: click.Command, *path: str) -> list[tuple[str, ...]]:
    if isinstance(group, click.Group):
        found = [commands(sub, *path, name) for name, sub in group.commands.items()]
        return [path, *(each for several in found for each in several)]
    return [path]


@pytest.mark.parametrize("said", sorted(set(re.findall(r"`kiosk ([^`]+)`", PAGE))))
def test_every_command_on_the_page_is_one(said: str) -> None:
    words = [word for word in said.split() if re.fullmatch(r"[a-z-]+", word)]
    words = words[: words.index("--as")] if "--as" in words else words
    verbs = [word for word in words if not word.startswith("-")]

    assert tuple(verbs) in commands(cli)
