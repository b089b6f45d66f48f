"""OneRoster: users, their roles and their homerooms out of the files of one bulk export."""

import pytest
from roster_fixtures import (
    CLASSES,
    ENROLMENTS,
    MANIFEST,
    ROLES,
    USERS,
    USERS_HEAD,
    oneroster,
    read,
    refusal_of,
    user_line,
    zipped,
)

from kiosk.model import PersonKind
from kiosk.roster import RosterRow


def test_pupils_and_staff_are_read_and_parents_left_out() -> None:
    file = read(oneroster())

    assert file.rows == (
        RosterRow("1001", "Ana", "Silva", "7A", "7", upn="A123456789012"),
        RosterRow("1002", "Ben", "Lister", "", "7"),
        RosterRow("T7", "Cleo", "Marsh", "", "7", PersonKind.STAFF),
    )
    assert file.fields == {
        *("admission", "forename", "surname", "form", "year", "kind", "leaver", "upn"),
    }
    assert file.notes == ("left out, being neither pupils nor staff: 1",)


def test_a_legal_name_stands_beside_the_one_in_use_if_it_is_wanted() -> None:
    rows = read(oneroster(), keep_legal=True).rows

    assert [row.legal_name for row in rows] == ["Anabel Silva", "", ""]


def test_before_version_1_2_the_role_stands_with_the_user() -> None:
    users = "sourcedId,enabledUser,role,givenName,familyName,identifier\r\nu1,true,student,A,B,7"
    manifest = MANIFEST.replace("1.2", "1.1")

    file = read(oneroster(manifest=manifest, users=users, roles=None))
    assert [(row.admission, row.form) for row in file.rows] == [("7", "7A")]


def test_a_role_that_is_to_be_deleted_does_not_count() -> None:
    roles = ROLES + "r6,tobedeleted,,u1,primary,guardian,,,s1,\r\n"

    assert read(oneroster(roles=roles)) == read(oneroster())


def test_without_homerooms_forms_stay_as_they_are() -> None:
    file = read(oneroster(classes=None, enrollments=None))

    assert "form" not in file.fields
    assert file.notes[-1] == "no class is of the type homeroom: forms stay as they are"


def test_where_the_system_gives_no_identifiers_its_own_ids_are_the_numbers() -> None:
    users = "\r\n".join([USERS_HEAD, user_line("u1", "A", "B", ""), user_line("u2", "C", "D", "")])

    assert [row.admission for row in read(oneroster(users=users)).rows] == ["u1", "u2"]


def test_where_it_does_a_pupil_without_one_is_a_fault() -> None:
    users = "\r\n".join([USERS_HEAD, user_line("u1", "A", "B", "1"), user_line("u2", "C", "D", "")])

    assert [str(fault) for fault in read(oneroster(users=users)).faults] == [
        "users.csv row 3: admission is empty"
    ]


@pytest.mark.parametrize(
    ("status", "on", "leaver"),
    [("", "", False), ("active", "true", False), ("tobedeleted", "", True), ("", "false", True)],
)
def test_who_is_no_longer_a_user_has_left(status: str, on: str, leaver: bool) -> None:
    line = user_line("u1", "A", "B", "1", on=on).replace("u1,,", f"u1,{status},", 1)

    assert read(oneroster(users=f"{USERS_HEAD}\r\n{line}")).rows[0].leaver is leaver


def test_the_primary_homeroom_counts_and_one_that_is_over_does_not() -> None:
    classes = CLASSES + "c3,,,Form 7B,07,x,7B,homeroom\r\nc4,,,8C,07,x,,homeroom\r\n"
    more = (
        *("e5,,,c3,s1,u1,student,true,,", "e6,,,c1,s1,u1,student,false,,"),
        *("e7,,,c4,s1,u2,student,,,", "e8,tobedeleted,,c3,s1,u2,student,true,,"),
    )
    enrolments = ENROLMENTS + "\r\n".join(more)

    file = read(oneroster(classes=classes, enrollments=enrolments))
    assert [row.form for row in file.rows] == ["7B", "8C", ""]


def test_files_in_a_folder_and_what_a_mac_adds_are_no_obstacle() -> None:
    files = {
        "manifest.csv": MANIFEST,
        "users.csv": USERS,
        "roles.csv": ROLES,
        "classes.csv": CLASSES,
        "enrollments.csv": ENROLMENTS,
    }
    packed = {f"export/{name}": text for name, text in files.items()}

    assert read(zipped({**packed, "__MACOSX/export/users.csv": "x"})) == read(zipped(files))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"manifest": None}, "manifest.csv is missing"),
        ({"manifest": "propertyName,value\r\n"}, "manifest.csv is missing"),
        ({"manifest": MANIFEST.replace("1.2", "2.0")}, "only OneRoster 1.1 and 1.2"),
        ({"manifest": MANIFEST.replace("users,bulk", "users,delta")}, "make a bulk one"),
        ({"manifest": MANIFEST.replace("users,bulk", "users,absent")}, "no users in it"),
        ({"users": None}, "users.csv: there is nobody"),
        ({"users": USERS_HEAD}, "users.csv: there is nobody"),
        ({"roles": None}, "roles.csv is missing"),
        ({"roles": ROLES.replace("student", "guardian").replace("teacher", "x")}, "nobody in it"),
        ({"users": USERS + '\r\n"u9,A'}, "users.csv: row 6: this is no CSV file"),
        ({"classes": CLASSES + "c9" + "," * 9 + "x\r\n"}, "classes.csv row 4: has more cells"),
    ],
)
def test_an_export_that_cannot_be_used_is_told_so(
    changes: dict[str, str | None], words: str
) -> None:
    assert words in refusal_of(oneroster(**changes))
