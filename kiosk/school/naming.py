"""People in the text of a school file, taken out when they are forgotten. Pure."""

import re
from dataclasses import replace

from kiosk.acts import SchoolFile
from kiosk.model import Person
from kiosk.naming import without

# Only where people are named: a year or a form may read like an admission number.
_ONE = re.compile(r"""\bperson\s*=\s*(["'])[^"'\n]*\1""")
_SEVERAL = re.compile(r"\b(?:people|candidates|finished)\s*=\s*\[[^\]]*\]")


def without_person(file: SchoolFile, person: Person) -> SchoolFile:
    """The same rules, with an id that is nobody's in place of their admission number, and without
    their full name."""
    quoted = re.compile(rf"""(["']){re.escape(person.admission)}\1""")

    def replaced(found: re.Match[str]) -> str:
        return quoted.sub(rf"\1erased-{person.id}\1", found.group())

    text = _SEVERAL.sub(replaced, _ONE.sub(replaced, file.text))
    return replace(file, text=without(person, text))
