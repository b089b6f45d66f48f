"""What is kept of people, taken together, withheld and forgotten, as commands. Pure values.

Each names its actor, a user's id, and may be refused.
"""

from dataclasses import dataclass

from kiosk.acts import Note, SchoolFile
from kiosk.events import Event
from kiosk.retention import SegmentRow


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """A person is to be forgotten. ``Core.erasure`` makes it, with all that is about them.

    ``notes``: the words of their events, and the rows about them. ``mentions``: other people's
    notes in which their full name stands. ``school``: each version of the school's rules that
    names them. ``row_id``: for what a legal hold keeps back, if there is one.
    """

    actor: str
    person: str
    notes: tuple[Note, ...] = ()
    mentions: tuple[Note, ...] = ()
    school: tuple[SchoolFile, ...] = ()
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class PlaceLegalHold:
    """Nothing about somebody is to be forgotten, and nobody but the leads is to know."""

    actor: str
    person: str
    note: str


@dataclass(frozen=True, slots=True)
class TransferRecords:
    """The words of these holds (their numbers) are where the lead keeps such things, and are
    forgotten here. With none: of all that are over."""

    actor: str
    holds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordExport:
    """What is kept of somebody was taken together, as a draft; or it was ``released``, and
    ``sha256`` is what was."""

    actor: str
    person: str
    released: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A segment of history is past its age, and the notes of its events (ids) with it.

    ``arranged``: events of it that say an arrangement which is still in force. ``withheld``: rows
    for what a legal hold keeps back of it.
    """

    segment: SegmentRow
    notes: tuple[str, ...] = ()
    arranged: tuple[Event, ...] = ()
    withheld: tuple[Note, ...] = ()


ForgettingCommand = ErasePerson | PlaceLegalHold | TransferRecords | RecordExport
