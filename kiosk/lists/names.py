"""The names that ids stand for. Pure."""

from dataclasses import dataclass

from kiosk.events import CONSOLE, SYSTEM
from kiosk.lists.table import clean
from kiosk.model import Roster


@dataclass(frozen=True, slots=True)
class Everybody:
    """For whoever may see all of them."""

    roster: Roster

    def person(self, id: str | None) -> str:
        """A pupil, member of staff or visitor; "" for nobody."""
        if id is None:
            return ""
        person = self.roster.people.get(id)
        return clean(person.name) if person else "somebody no longer known"

    def form(self, id: str | None) -> str:
        """Their form."""
        person = self.roster.people.get(id or "")
        return clean(person.form) if person else ""

    def actor(self, actor: str) -> str:
        """Who did something."""
        kind, _, id = actor.partition(":")
        if kind == "person":
            return self.person(id)
        if actor == SYSTEM or id == CONSOLE:
            return "the kiosk" if actor == SYSTEM else "the command line"
        user = self.roster.users.get(id)
        return clean(user.name) if user else "a user no longer known"
