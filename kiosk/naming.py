"""Names in words that somebody typed: found, and taken out. Pure.

Rather too much goes than too little: a name that is a word too goes with the names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kiosk.model import Person, PersonKind, Roster

SOMEBODY = "somebody"

_WORD = re.compile(r"\w+(?:['’-](?!s\b)\w+)*")
_PARTS = re.compile(r"\w+")
_LEAST = 2  # letters: an initial alone names nobody, and "a" is a word
_TITLES = [[title] for title in ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir")]


class Names:
    """Names and what stands for each: ``said`` maps a whole name to it. A part of several names
    with different meanings is somebody. ``own``: names whose parts, by themselves, stay."""

    def __init__(self, said: Iterable[tuple[str, str]], own: Iterable[str] = ()) -> None:
        self._own = {part for name in own for part in _parts(name)}
        self._whole: dict[str, list[tuple[Sequence[str], str]]] = {}
        self._single: dict[str, str] = {}
        kept = {tuple(_parts(name)) for name in own}
        for name, meaning in said:
            parts = _parts(name)
            if parts and tuple(parts) not in kept:
                self._add(parts, meaning)

    def _add(self, parts: list[str], meaning: str) -> None:
        self._whole.setdefault(parts[0], []).append((parts, meaning))
        for part in parts:
            if len(part) >= _LEAST and part not in self._own:
                known = self._single.setdefault(part, meaning)
                self._single[part] = meaning if known == meaning else SOMEBODY

    def taken_out(self, text: str) -> str:
        """The text without any of them."""
        return _replaced(text, self._found(text, wholes_only=False))

    def wholes_taken_out(self, text: str) -> str:
        """The text without those that stand there in full."""
        return _replaced(text, self._found(text, wholes_only=True))

    def _found(self, text: str, *, wholes_only: bool) -> Iterator[tuple[int, int, str]]:
        """Where they stand, and what is to stand there."""
        words = [(w.start(), w.end(), _parts(w.group())) for w in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            length, meaning = self._whole_at(words, at)
            if not meaning and not wholes_only:
                length, meaning = 1, self._part_of(words[at][2])
            if meaning:
                is_titled = at > 0 and words[at - 1][2] in _TITLES
                yield words[at - is_titled][0], words[at + length - 1][1], meaning
            at += max(length, 1)

    def _whole_at(self, words: Sequence[tuple[int, int, list[str]]], at: int) -> tuple[int, str]:
        """How many words from there on are a whole name, the longest there is; and its meaning."""
        best, found = 0, ""
        first = words[at][2][0] if words[at][2] else ""
        for parts, meaning in self._whole.get(first, ()):
            length = _length_of(parts, words[at : at + len(parts)])
            if length > best:
                best, found = length, meaning
        return best, found

    def _part_of(self, parts: Sequence[str]) -> str:
        return next((self._single[part] for part in parts if part in self._single), "")


def _length_of(parts: Sequence[str], words: Sequence[tuple[int, int, list[str]]]) -> int:
    """How many of the words it takes to say these parts; 0 if they say something else."""
    said: list[str] = []
    for length, (_, _, more) in enumerate(words, start=1):
        said += more
        if len(said) >= len(parts):
            return length if said[: len(parts)] == parts else 0
    return 0


def _parts(name: str) -> list[str]:
    return _PARTS.findall(name.casefold())


def _replaced(text: str, found: Iterable[tuple[int, int, str]]) -> str:
    """One meaning where the same follows itself: a first name and a surname are one person."""
    said: list[str] = []
    end, before = 0, ""
    for start, stop, meaning in found:
        between = text[end:start]
        if meaning != before or between.strip():
            said += [between, meaning]
        end, before = stop, meaning
    return "".join([*said, text[end:]])


def names_of(person: Person) -> tuple[str, ...]:
    """The names that somebody goes by, in full."""
    return tuple(filter(None, (person.name, person.legal_name)))


def everybody_but(person: Person, roster: Roster, said_of: Mapping[PersonKind, str]) -> Names:
    """The names of all others: of people, and of users, who are staff. ``said_of``: what stands
    for each kind."""
    people = [other for other in roster.people.values() if other.id != person.id]
    users = [user for user in roster.users.values() if user.person != person.id]
    said = [(name, said_of[other.kind]) for other in people for name in names_of(other)]
    said += [(user.name, said_of[PersonKind.STAFF]) for user in users]
    return Names(said, names_of(person))


def without(person: Person, text: str) -> str:
    """The text without that person's full names."""
    return Names((name, SOMEBODY) for name in names_of(person)).wholes_taken_out(text)
