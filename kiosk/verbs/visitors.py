"""Verbs about visitors who were on no list."""

import secrets
from datetime import timedelta

from kiosk.arguments import a_day_to_come, a_name, card_key, spelled_number
from kiosk.errors import BadInput
from kiosk.messages.visitors import SeeVisitorOff, WelcomeVisitor
from kiosk.model import Credential
from kiosk.verbs.base import Json, VerbsBase, verb


class VisitorVerbs(VerbsBase):
    """A visitor comes, and leaves."""

    @verb
    def do_visitor_new(
        self,
        forename: str,
        surname: str,
        uid: str = "",
        profile: str = "hex",
        key: str = "",
        visits: str = "",
        until: str = "",
        **who: str,
    ) -> Json:
        """Add a visitor, with a card by its number as the profile spells it, or by the key of an
        unknown tap. ``visits``: whom they visit. ``until``: the card's last day; else today."""
        if bool(uid) == bool(key):
            raise BadInput("name the card by its number or by its key: by one of them")
        first, second = a_name(forename, surname, "a visitor has")
        timetable, person = self._service.rules.timetable, secrets.token_hex(8)
        today = timetable.local(self._service.now().at).date()
        last = a_day_to_come(until, today)
        if key:
            card = Credential(card_key(key), person)
        else:
            kind, number = spelled_number(profile, uid)
            card = Credential(self._keys.card_digest(kind, number), person, kind)
        if card.is_claim:
            raise BadInput("this number is short: tap the card instead")
        ends = timetable.midnight(last + timedelta(days=1))
        given = Credential(card.key, person, card.kind, valid_until=ends)
        note = self._noted(visits) if visits else {}
        self._submit(WelcomeVisitor(self._actor(who), person, first, second, given, **note))
        visitor = self._service.standing().roster.people[person]
        return {
            "admission": visitor.admission,
            "name": visitor.name,
            "until": last.isoformat(),
        }

    @verb
    def do_visitor_left(self, admission: str, **who: str) -> Json:
        """A visitor has left, and their card is back."""
        person = self._person(admission)
        self._submit(SeeVisitorOff(self._actor(who), person.id))
        return {"person": person.name}
