"""Verbs for the school's rules."""

from dataclasses import asdict

from kiosk.errors import BadInput
from kiosk.messages.arrangements import ChangeRules
from kiosk.school.calendar import timetable_of
from kiosk.school.school import fingerprint, person_finder, read_school
from kiosk.verbs.base import Json, VerbsBase, verb


class SchoolVerbs(VerbsBase):
    """Verbs for the school's rules."""

    @verb
    def do_school_import(self, text: str, where: str = "the school file") -> Json:
        """Decide by these rules from now on; all of them or none."""
        people = self._service.standing().roster.people.values()
        timetable = timetable_of(
            read_school(text, where),
            person_finder(self._service.standing().roster),
            years={p.year for p in people if p.year} or None,
            forms={p.form for p in people if p.form} or None,
            where=where,
        )
        known = self._service.school_file()
        if known is not None and known.text == text:
            raise BadInput("these are the rules already")
        outcome = self._submit(ChangeRules(self.ACTOR, text, fingerprint(text)))
        return {"seq": outcome.seq, "remarks": timetable.remarks()}

    @verb
    def do_school_export(self) -> Json:
        """The rules in force, as they were imported."""
        known = self._service.school_file()
        if known is None:
            raise BadInput("no school file was imported: the week in the config holds")
        return asdict(known)
