"""The figures of reports, streamed over the past in little memory. Pure.

Each report takes one look at the ``Past`` and gives a table. How much of the past each of them
shows when nobody says so is in ``REPORTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.lists.table import Table
from kiosk.reports.compliance import compliance
from kiosk.reports.exempting import exempting
from kiosk.reports.faults import faults
from kiosk.reports.occupancy import occupancy
from kiosk.reports.past import Days, Past
from kiosk.reports.registering import registering
from kiosk.reports.throughput import throughput

__all__ = ["OF_NOW", "REPORTS", "Days", "Past", "Report"]

OF_NOW = frozenset({"register"})  # the days make no difference to them


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``days``: how many it shows if nobody says, up to today. ``has_names``: it is
    only for whoever may see names."""

    make: Callable[[Past], Table]
    days: int = 1
    has_names: bool = False


REPORTS: Mapping[str, Report] = {
    "register": Report(registering, has_names=True),
    "occupancy": Report(occupancy),
    "throughput": Report(throughput),
    "compliance": Report(compliance, days=8),
    "exemptions": Report(exempting, days=30, has_names=True),
    "faults": Report(faults, days=30),
}
