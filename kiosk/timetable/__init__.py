"""The school's time: which phase a moment falls into, for whom, and when taking is allowed next.

Pure. Start reading at ``timetable.py``.
"""

from kiosk.timetable.calendar import Calendar, Fortnight, Span, Term
from kiosk.timetable.days import Day, Phase, Times
from kiosk.timetable.rules import (
    BadTimetable,
    EarlyClosing,
    Level,
    Override,
    Target,
    When,
    Whose,
)
from kiosk.timetable.schedule import ReleasedNow, with_release_now
from kiosk.timetable.sessions import Exam, Participants, Session
from kiosk.timetable.timetable import Timetable

__all__ = [
    "BadTimetable",
    "Calendar",
    "Day",
    "EarlyClosing",
    "Exam",
    "Fortnight",
    "Level",
    "Override",
    "Participants",
    "Phase",
    "ReleasedNow",
    "Session",
    "Span",
    "Target",
    "Term",
    "Times",
    "Timetable",
    "When",
    "Whose",
    "with_release_now",
]
