"""Verbs for lists and reports: made when they are asked for."""

import json

from kiosk.lists import LISTS
from kiosk.orders.wanted import Format, ListWanted, ReportWanted, Wanted
from kiosk.policy.roles import Permission
from kiosk.reports import REPORTS
from kiosk.verbs.base import Json, VerbsBase, verb


class ListingVerbs(VerbsBase):
    """Verbs for lists and reports. ``user`` and ``password``: to whom, if not to the console."""

    @verb
    def do_list(self, name: str, form: str = "", at: str = "", **who: str) -> Json:
        """One list, of everybody the reader may see or of one form; as of now, or ``at`` an earlier
        time of today."""
        forms = self._reader(who, Permission.LISTS, LISTS[name].needs) if name in LISTS else None
        return self._made(ListWanted(name, form, self._time(at) if at else None, forms))

    @verb
    def do_report(self, name: str, since: str = "", until: str = "", **who: str) -> Json:
        """One report, of the days from ``since`` to ``until``, as 2026-03-02, both in it."""
        forms = self._reader(who, REPORTS[name].needs) if name in REPORTS else None
        return self._made(ReportWanted(name, since, until, forms))

    def _made(self, wanted: Wanted) -> Json:
        made: Json = json.loads(self._service.make(wanted, Format.TABLE))
        return made
