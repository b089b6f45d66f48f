"""What befell the record itself. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.acts import Note
from kiosk.messages.forgetting import Dropped


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The record cannot be written."""

    why: str


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """The record can be written again, and has all that was kept meanwhile."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rotated:
    """Events were moved into history; ``facts`` are what later shows a change to its files."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Repaired:
    """The record was damaged. ``certain``: the cubbies that were heard of since."""

    facts: Mapping[str, Any]
    certain: frozenset[int]


@dataclass(frozen=True, slots=True)
class Restored:
    """The record was put back from a backup. ``legal``: rows of the record that was there, each
    with the user who made it: its legal holds, and what they kept back."""

    actor: str
    facts: Mapping[str, Any]
    legal: tuple[tuple[str, Note], ...] = ()


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup was written, of all up to the event ``seq``, sealed ``seal``."""

    actor: str
    seq: int
    seal: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """The whole record was read and checked, by the kiosk itself or for a user. ``findings``: how
    many places are not as they were written; ``files``: the damaged ones, by name."""

    actor: str
    findings: int
    files: tuple[str, ...] = ()


RecordMessage = StoreFailed | StoreRecovered | Rotated | Dropped | Repaired | Restored | Scrubbed
