"""The figures of reports, streamed over the past in little memory. Pure.

Each report takes one look at the ``Past`` and gives a table. How much of the past each of them
shows when nobody says so is in ``REPORTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.lists.table import Table
from kiosk.policy.roles import Permission, Rights
from kiosk.reports.compliance import compliance
from kiosk.reports.exempting import exempting
from kiosk.reports.faults import faults
from kiosk.reports.misuse import misuse
from kiosk.reports.occupancy import occupancy
from kiosk.reports.past import Days, Past
from kiosk.reports.registering import registering
from kiosk.reports.throughput import throughput
from kiosk.retention import Series

__all__ = ["OF_NOW", "REPORTS", "Days", "Past", "Report", "reports_for"]

OF_NOW = frozenset({"register"})  # the days make no difference to them


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``title`` and ``about``: what it is called, and what it tells, in a sentence.
    ``days``: how many it shows if nobody says, up to today. ``needs``: who may see it. ``series``:
    of what it is made, and so how far back it can go."""

    make: Callable[[Past], Table]
    title: str
    about: str
    needs: Permission
    days: int = 1
    series: Series = Series.TAPS


REPORTS: Mapping[str, Report] = {
    "register": Report(
        registering,
        "Register of devices",
        "What is known today of each pupil's device, by form.",
        Permission.LISTS,
    ),
    "occupancy": Report(
        occupancy,
        "Occupancy",
        "How many cubbies were taken over the day.",
        Permission.SEE_CABINET,
    ),
    "throughput": Report(
        throughput,
        "Throughput",
        "Devices handed in and collected each minute, and how long the doors took.",
        Permission.SEE_CABINET,
    ),
    "compliance": Report(
        compliance,
        "Compliance",
        "Devices handed in, of those expected, without any names. For governors and inspection.",
        Permission.SEE_CABINET,
        days=8,
    ),
    "incidents": Report(
        misuse,
        "Incidents and consequences",
        "How many, by type, term and form.",
        Permission.INCIDENTS,
        days=90,
        series=Series.ACTS,
    ),
    "exemptions": Report(
        exempting,
        "Exemptions",
        "Arrangements and their approvals: who made and approved which. Not the need.",
        Permission.PASS,
        days=30,
        series=Series.ACTS,
    ),
    "faults": Report(
        faults,
        "Hardware faults",
        "What was wrong with the machine, how often, and for how long.",
        Permission.ALERTS,
        days=30,
    ),
}


def reports_for(rights: Rights) -> dict[str, Report]:
    """Those that somebody with these rights may see, if of their own forms alone."""
    sees = rights.may_somewhere
    return {name: report for name, report in REPORTS.items() if sees(report.needs)}
