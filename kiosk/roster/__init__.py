"""Rosters: lists of people out of files, checked whole, and compared with those on record. Pure.

From bytes to a difference: ``sources`` (what kind of file, which table), ``text``, ``workbook``,
``oneroster`` (its cells), ``columns`` (which is which), ``rows`` and ``cells`` (what they say, and
what is wrong with it), ``reading`` (the list), ``comparing`` and ``telling`` (what it would
change), ``undo`` (the same, taken back), ``absences`` (who is not expected).
"""

from kiosk.roster.absences import Absence, AbsenceFile, absence_file, read_absences
from kiosk.roster.comparing import Change, Diff, NewCard, Roll, Stop, compare
from kiosk.roster.faults import Fault, refusal
from kiosk.roster.reading import RosterFile, read_roster, roster_rows
from kiosk.roster.rows import CardNumber, ReadCard, RosterRow
from kiosk.roster.telling import (
    counts,
    diff_json,
    diff_lines,
    fingerprint,
    taken_back_counts,
    taken_back_json,
    taken_back_lines,
)
from kiosk.roster.undo import (
    Imported,
    TakenBack,
    people_in,
    take_back,
    undo_of,
    undo_refusal,
)

__all__ = [
    "Absence",
    "AbsenceFile",
    "CardNumber",
    "Change",
    "Diff",
    "Fault",
    "Imported",
    "NewCard",
    "ReadCard",
    "Roll",
    "RosterFile",
    "RosterRow",
    "Stop",
    "TakenBack",
    "absence_file",
    "compare",
    "counts",
    "diff_json",
    "diff_lines",
    "fingerprint",
    "people_in",
    "read_absences",
    "read_roster",
    "refusal",
    "roster_rows",
    "take_back",
    "taken_back_counts",
    "taken_back_json",
    "taken_back_lines",
    "undo_of",
    "undo_refusal",
]
