"""OneRoster: the users of a school system's bulk export, as one table. Pure.

Source: 1EdTech OneRoster CSV Binding 1.2.1 (1.1 is read too): a zip of CSV files, of which
``manifest.csv`` says what is there. A form is the class of the type ``homeroom`` that somebody is a
student of; who is what stands in ``roles.csv``, before 1.2 in ``users.csv``.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.errors import BadInput
from kiosk.roster.archive import read_member
from kiosk.roster.columns import Heading, plain
from kiosk.roster.dates import day_of
from kiosk.roster.table import Line, Table, text_of_cell
from kiosk.roster.text import Layout, parse, text_of

USERS = "users.csv"
MAX_LINES = 200_000  # of one file: enrolments are many
_VERSIONS = ("1.1", "1.2")
_UPN = re.compile(r"\{\s*upn\s*:\s*([^}\s]+)\s*\}", re.IGNORECASE)
_STAFF = frozenset(
    {
        *("teacher", "administrator", "aide", "proctor", "counselor", "principal"),
        *("districtadministrator", "siteadministrator", "systemadministrator"),
    }
)
# Ours, in the order in which ``_line`` writes them.
_OURS = (
    *("admission", "preferred_forename", "forename", "preferred_surname", "surname"),
    *("year", "upn", "kind", "status", "on_roll"),
)

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """The users of an export, and what was left out of it, in words."""

    table: Table
    heading: Heading
    notes: tuple[str, ...]


def is_oneroster(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is such an export, or is meant to be one."""
    return bool(_paths(archive).keys() & {"manifest.csv", USERS})


def read_export(archive: zipfile.ZipFile, today: date) -> Export:
    """The pupils and staff of an export.

    Raises:
        BadInput: a file is missing or cannot be read, or it is no bulk export.
    """
    paths = _paths(archive)

    def records(name: str) -> list[tuple[int, Record]]:
        return list(_records(archive, paths, name))

    _check_manifest(records("manifest.csv"))
    users = records(USERS)
    if not users:
        raise BadInput(f"{USERS}: there is nobody in it")
    roles = _roles(users, records("roles.csv"))
    known = [(number, user) for number, user in users if _kind(roles, user)]
    forms = _forms(records("classes.csv"), records("enrollments.csv"), today)
    return _export(known, len(users), roles, forms)


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The files by their names, whatever folder was packed with them."""
    return {
        path.rpartition("/")[2].lower(): path
        for path in archive.namelist()
        if not path.startswith("__MACOSX/") and path.count("/") < 2
    }


def _records(
    archive: zipfile.ZipFile, paths: Mapping[str, str], name: str
) -> Iterator[tuple[int, Record]]:
    if name not in paths:
        return
    try:
        table = parse(Layout(text_of(read_member(archive, paths[name])), ","), MAX_LINES)
    except BadInput as fault:
        raise BadInput(f"{name}: {fault}") from None
    if not table.lines:
        return
    heads = [plain(text_of_cell(cell)) for cell in table.lines[0].cells]
    for line in table.lines[1:]:
        cells = [text_of_cell(cell).strip() for cell in line.cells]
        if len(cells) > len(heads):
            raise BadInput(f"{name} row {line.number}: has more cells than its first line")
        yield line.number, dict(zip(heads, cells, strict=False))


def _check_manifest(manifest: list[tuple[int, Record]]) -> None:
    if not manifest:
        raise BadInput("manifest.csv is missing from the OneRoster files: export them all")
    said = {record.get("propertyname", ""): record.get("value", "") for _, record in manifest}
    version, users = said.get("oneroster.version", ""), said.get("file.users", "").lower()
    if version not in _VERSIONS:
        raise BadInput(f"manifest.csv: only OneRoster {' and '.join(_VERSIONS)} are read")
    if users == "delta":
        raise BadInput("manifest.csv: this export has only what has changed: make a bulk one")
    if users != "bulk":
        raise BadInput("manifest.csv: the export has no users in it")


def _roles(users: list[tuple[int, Record]], roles: list[tuple[int, Record]]) -> Mapping[str, str]:
    """What each user is, by their sourcedId; the primary role where there are several."""
    found: dict[str, str] = {}
    for _, role in roles:
        if role.get("status", "").lower() == "tobedeleted":
            continue
        user = role.get("usersourcedid", "")
        if user not in found or role.get("roletype", "").lower() == "primary":
            found[user] = role.get("role", "").lower()
    if not roles:
        found = {user.get("sourcedid", ""): user.get("role", "").lower() for _, user in users}
    if not any(found.values()):
        raise BadInput("roles.csv is missing from the OneRoster files: it says who is a pupil")
    return found


def _kind(roles: Mapping[str, str], user: Record) -> str:
    """Pupil, staff, or "" for those who hand in nothing here: parents above all."""
    role = roles.get(user.get("sourcedid", ""), "")
    if role == "student":
        return "pupil"
    return "staff" if role in _STAFF else ""


def _forms(
    classes: list[tuple[int, Record]], enrolments: list[tuple[int, Record]], today: date
) -> Mapping[str, str] | None:
    """The form of each pupil, by sourcedId; None if the export knows no forms."""
    rooms = {
        room.get("sourcedid", ""): room.get("classcode") or room.get("title", "")
        for _, room in classes
        if room.get("classtype", "").lower() == "homeroom" and _is_active(room)
    }
    if not rooms:
        return None
    forms: dict[str, str] = {}
    for _, each in enrolments:
        room, user = each.get("classsourcedid", ""), each.get("usersourcedid", "")
        is_first = user not in forms or each.get("primary", "").lower() == "true"
        is_pupil = each.get("role", "").lower() == "student"
        if room in rooms and is_pupil and is_first and _is_active(each) and _covers(each, today):
            forms[user] = rooms[room]
    return forms


def _is_active(record: Record) -> bool:
    return record.get("status", "").lower() != "tobedeleted"


def _covers(enrolment: Record, today: date) -> bool:
    first, last = day_of(enrolment.get("begindate", "")), day_of(enrolment.get("enddate", ""))
    return (first is None or first <= today) and (last is None or today <= last)


def _export(
    known: list[tuple[int, Record]],
    count: int,
    roles: Mapping[str, str],
    forms: Mapping[str, str] | None,
) -> Export:
    # One key for all: an identifier where the system gives them, else its own id.
    key = "identifier" if any(user.get("identifier") for _, user in known) else "sourcedid"
    lines = [
        Line(
            number,
            [
                *_line(user, key, _kind(roles, user)),
                *([] if forms is None else [forms.get(user.get("sourcedid", ""), "")]),
            ],
        )
        for number, user in known
    ]
    ours = (*_OURS, *([] if forms is None else ["form"]))
    notes = []
    if count > len(known):
        notes.append(f"left out, being neither pupils nor staff: {count - len(known)}")
    if forms is None:
        notes.append("no class is of the type homeroom: forms stay as they are")
    heading = Heading(-1, {name: place for place, name in enumerate(ours)}, len(ours))
    return Export(Table(tuple(lines), name=USERS), heading, tuple(notes))


def _line(user: Record, key: str, kind: str) -> list[str]:
    upn = _UPN.search(user.get("userids", ""))
    return [
        user.get(key, ""),
        user.get("preferredgivenname", ""),
        user.get("givenname", ""),
        user.get("preferredfamilyname", ""),
        user.get("familyname", ""),
        user.get("grades", "").partition(",")[0],
        upn[1] if upn else "",
        kind,
        user.get("status", ""),
        user.get("enableduser", ""),
    ]
