"""Rosters as files, made in the test, whole or broken on purpose."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from hardware.profiles import read_number
from kiosk.errors import BadInput
from kiosk.model import Person, PersonKind, Roster
from kiosk.roster import RosterFile, read_roster

TODAY = date(2026, 9, 7)
HEAD = ("Admission Number", "Forename", "Surname", "Form")
ANA_CELLS = ("1001", "Ana", "Silva", "7A")
BEN_CELLS = ("1002", "Ben", "Lister", "7B")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Rows = Sequence[Sequence[Any]]
Change = Callable[[bytes], bytes]


def read_card(text: str) -> tuple[str, bytes]:
    """Card numbers in hex."""
    return read_number("hex", text)


def read(data: bytes, **more: Any) -> RosterFile:
    """Read as on the seventh of September."""
    return read_roster(data, **{"today": TODAY, "read_card": read_card, **more})


def refusal_of(data: bytes, **more: Any) -> str:
    """Why a file is refused as a whole; "" if it is not."""
    try:
        read(data, **more)
    except BadInput as refusal:
        return str(refusal)
    return ""


def csv_file(*rows: Sequence[str], head: Sequence[str] = HEAD, delimiter: str = ",") -> bytes:
    """A CSV file in UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows([head, *rows])
    return text.getvalue().encode()


def raw(*lines: str) -> bytes:
    """A text file of these lines."""
    return ("\n".join(lines) + "\n").encode()


def xlsx(*rows: Sequence[Any], head: Sequence[Any] = HEAD, edit: Any = None) -> bytes:
    """A workbook of one sheet; ``edit`` may do anything to it before it is saved."""
    book = Workbook()
    for row in (head, *rows):
        book.active.append(list(row))
    if edit is not None:
        edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(
    data: bytes, changes: Mapping[str, Change | None], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """An archive with some of its files changed, taken out (None), or put in."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        names = [*old.namelist(), *(name for name in changes if name not in old.namelist())]
        for name in names:
            change = changes.get(name, lambda content: content)
            if change is not None:
                content = old.read(name) if name in old.namelist() else b""
                new.writestr(name, change(content), compression)
    return file.getvalue()


def zipped(files: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet_xml(body: str) -> Change:
    """Another worksheet in the place of the first."""
    text = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    return lambda _: text.encode()


MANIFEST = (
    "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n"
    "file.users,bulk\r\nfile.roles,bulk\r\nfile.classes,bulk\r\nfile.enrollments,bulk\r\n"
)
USERS_HEAD = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
    "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId\r\n"
    "r1,,,u1,primary,student,,,s1,\r\nr2,,,u2,primary,student,,,s1,\r\n"
    "r3,,,u3,primary,teacher,,,s1,\r\nr4,,,u3,secondary,guardian,,,s1,\r\n"
    "r5,,,u4,primary,guardian,,,s1,\r\n"
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType\r\n"
    "c1,,,Form 7A,07,x,7A,homeroom\r\nc2,,,Maths set 1,07,x,7MA1,scheduled\r\n"
)
ENROLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate\r\n"
    "e1,,,c1,s1,u1,student,,2026-09-01,2027-07-20\r\ne2,,,c2,s1,u1,student,,,\r\n"
    "e3,,,c1,s1,u3,teacher,true,,\r\ne4,,,c1,s1,u2,student,,2025-09-01,2026-07-20\r\n"
)


def user_line(
    id: str, given: str, family: str, number: str, *, upn: str = "", chosen: str = "", on: str = ""
) -> str:
    """A line of users.csv."""
    ids = f"{{UPN:{upn}}}" if upn else ""
    return f"{id},,,{on},{id},{ids},{given},{family},,{number},,,,,07,,,,{chosen},,,s1,"


USERS = "\r\n".join(
    [
        USERS_HEAD,
        user_line("u1", "Anabel", "Silva", "1001", upn="A123456789012", chosen="Ana"),
        user_line("u2", "Ben", "Lister", "1002"),
        user_line("u3", "Cleo", "Marsh", "T7"),
        user_line("u4", "Dora", "Silva", ""),
    ]
)


def oneroster(**changes: str | None) -> bytes:
    """An export, some of its files (by their names without .csv) changed or (None) missing."""
    files: dict[str, str | None] = {
        "manifest": MANIFEST,
        "users": USERS,
        "roles": ROLES,
        "classes": CLASSES,
        "enrollments": ENROLMENTS,
        **changes,
    }
    return zipped({f"{name}.csv": text for name, text in files.items() if text is not None})


def roster_of(*people: Person, cards: Sequence[Any] = ()) -> Roster:
    """Those on record."""
    return Roster({p.id: p for p in people}, {card.key: card for card in cards})


def many_people(count: int, kind: PersonKind = PersonKind.PUPIL) -> list[Person]:
    """Invented people, numbered from 5000."""
    return [
        Person(f"{n:x}", str(n), f"Given{n}", f"Family{n}", f"{7 + n % 5}A", kind=kind)
        for n in range(5000, 5000 + count)
    ]
