"""Verbs for the school's rules."""

from dataclasses import asdict

from kiosk.errors import BadInput, ConfigError
from kiosk.messages.arrangements import ChangeRules
from kiosk.school.school import check_school, fingerprint
from kiosk.staff.roles import role_faults
from kiosk.verbs.base import Json, VerbsBase, verb


class SchoolVerbs(VerbsBase):
    """Verbs for the school's rules."""

    @verb
    def do_school_import(self, text: str, where: str = "the school file") -> Json:
        """Decide by these rules from now on; all of them or none."""
        roster = self._service.standing().roster
        checked = check_school(text, where, roster)
        faults = role_faults(roster, self._service.rules.roles, checked.roles)
        if words := [fault.words for fault in faults]:
            raise ConfigError(where, words)
        known = self._service.school_file()
        if known is not None and known.text == text:
            raise BadInput("these are the rules already")
        command = ChangeRules(self.ACTOR, text, fingerprint(text), checked.roles)
        outcome = self._submit(command)
        return {"seq": outcome.seq, "remarks": checked.timetable.remarks()}

    @verb
    def do_school_export(self) -> Json:
        """The rules in force, as they were imported."""
        known = self._service.school_file()
        if known is None:
            raise BadInput("no school file was imported: the week in the config holds")
        return asdict(known)
