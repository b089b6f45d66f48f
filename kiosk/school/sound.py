"""What is sound of a school file with faults in it, so that all else can be told too. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

LISTS = ("terms", "week", "closures", "overrides", "sessions", "exams", "boxes", "consequences")
_BY_KEY = "texts"
_SAY_WHEN = {"calendar", "terms", "week"}
_SOME_DAY = {
    "days": ["mon"],
    "arrival": "08:00",
    "locked": "09:00",
    "release": "15:00",
    "closed": "16:00",
}
_COUNTED = re.compile(rf"({'|'.join(LISTS)}) (\d+)")


class Sound(NamedTuple):
    """The sound sections of a file; of each list in it, which entries these are, from 0."""

    sections: dict[str, Any]
    left: Mapping[str, list[int]]

    def counted(self, fault: str) -> str:
        """A fault that was found in them, with the number that its entry has in the whole file."""
        said = _COUNTED.match(fault)
        if said is None or said[1] not in self.left:
            return fault
        number = self.left[said[1]][int(said[2]) - 1] + 1
        return f"{said[1]} {number}{fault[said.end() :]}"


def sound_part(raw: Mapping[str, Any], faulty: Iterable[tuple[int | str, ...]]) -> Sound:
    """The file without what is ``faulty``, each by its keys: of a list, and of the texts, only the
    entries that are; else the whole section. Where it is not certain on which days there is school,
    nothing is said of days: a week stands there with which anything agrees."""
    bad = {keys[:2] for keys in faulty}
    spoiled = {keys[0] for keys in bad if keys[0] not in (*LISTS, _BY_KEY) or len(keys) == 1}
    sections = {name: section for name, section in raw.items() if name not in spoiled}
    left: dict[str, list[int]] = {}
    for name in LISTS:
        if name in sections:
            left[name] = [n for n in range(len(sections[name])) if (name, n) not in bad]
            sections[name] = [sections[name][n] for n in left[name]]
    if texts := sections.get(_BY_KEY):
        sections[_BY_KEY] = {
            sign: text for sign, text in texts.items() if (_BY_KEY, sign) not in bad
        }
    if any(keys[0] in _SAY_WHEN for keys in bad):
        sections.pop("calendar", None)
        sections["week"] = [_SOME_DAY]
    return Sound(sections, left)
