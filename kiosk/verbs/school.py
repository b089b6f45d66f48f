"""Verbs for the school's rules."""

from dataclasses import asdict

from kiosk.errors import BadInput
from kiosk.messages.arrangements import ChangeRules
from kiosk.school.changing import check_change
from kiosk.school.misfits import remarks_on
from kiosk.school.school import Checked, fingerprint
from kiosk.verbs.base import Json, VerbsBase, verb


class SchoolVerbs(VerbsBase):
    """Verbs for the school's rules."""

    @verb
    def do_school_check(self, text: str, where: str = "the school file") -> Json:
        """Whether these could be the rules; change nothing."""
        return {"remarks": self._looked_at(text, where)[1]}

    @verb
    def do_school_import(self, text: str, where: str = "the school file") -> Json:
        """Decide by these rules from now on; all of them or none."""
        checked, remarks = self._looked_at(text, where)
        known = self._service.school_file()
        if known is not None and known.text == text:
            raise BadInput("these are the rules already")
        command = ChangeRules(
            self.ACTOR, text, fingerprint(text), checked.roles, boxes=checked.boxes
        )
        outcome = self._submit(command)
        return {"seq": outcome.seq, "remarks": remarks}

    @verb
    def do_school_export(self) -> Json:
        """The rules in force, as they were imported."""
        known = self._service.school_file()
        if known is None:
            raise BadInput("no school file was imported: the week in the config holds")
        return asdict(known)

    def _looked_at(self, text: str, where: str) -> tuple[Checked, list[str]]:
        """The file, checked for this school, and what is probably not meant.

        Raises:
            ConfigError: it cannot be used; every fault is listed.
        """
        standing = self._service.standing()
        checked = check_change(text, where, self._service.rules, standing)
        return checked, remarks_on(checked, standing.roster)
