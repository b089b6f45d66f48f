"""Verbs about people and their cards."""

from dataclasses import replace

from kiosk.arguments import card_key, spelled_number
from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.messages.commands import BlockCard, EnrolCard, StateCustody
from kiosk.model import CardStatus, Credential
from kiosk.verbs.base import Json, verb
from kiosk.verbs.roster import RosterVerbs

STATEMENTS = (Reason.GIVEN, Reason.INSIDE, Reason.EMPTY)


class PeopleVerbs(RosterVerbs):
    """Verbs about people and their cards."""

    @verb
    def do_card_enrol(
        self,
        admission: str,
        uid: str = "",
        profile: str = "hex",
        key: str = "",
        keep_others: bool = False,
        today: bool = False,
    ) -> Json:
        """Give a card to a person: by its number as the profile spells it, or by the key of an
        unknown tap. Their other cards stop working, unless they are to be kept. ``today``: a
        temporary one, which works until midnight, beside the others."""
        if bool(uid) == bool(key):
            raise BadInput("name the card by its number or by its key: by one of them")
        person = self._person(admission)
        if key:
            credential = Credential(card_key(key), person.id)
        else:
            kind, number = spelled_number(profile, uid)
            credential = Credential(self._keys.card_digest(kind, number), person.id, kind)
        if today:
            service = self._service
            until = service.rules.timetable.midnight_after(service.now().at)
            credential = replace(credential, valid_until=until)
        replaces = not (keep_others or today)
        self._submit(EnrolCard(self.ACTOR, credential, replaces=replaces))
        return {"person": person.name, "claim": credential.is_claim}

    @verb
    def do_card_block(self, admission: str) -> Json:
        """Block every card that works for a person."""
        person = self._person(admission)
        cards = self._service.standing().roster.credentials.values()
        theirs = (card for card in cards if card.person == person.id)
        keys = [card.key for card in theirs if card.status is CardStatus.ACTIVE]
        for key in keys:
            self._submit(BlockCard(self.ACTOR, key))
        return {"person": person.name, "blocked": len(keys)}

    @verb
    def do_person_state(self, admission: str, what: str) -> Json:
        """Say what is true of a person's device: given to them, still inside, or no device."""
        if what not in STATEMENTS:
            raise BadInput(f'"{what}" is no statement; there are {", ".join(STATEMENTS)}')
        person = self._person(admission)
        deposit = self._service.standing().state.deposit_of(person.id)
        if deposit is None:
            raise BadInput(f"nothing is kept for {person.name}")
        outcome = self._submit(StateCustody(self.ACTOR, deposit.id, Reason(what)))
        return {"person": person.name, "cubby": deposit.cubby, "seq": outcome.seq}

    @verb
    def do_person_erase(self, admission: str) -> Json:
        """Forget a person: row, cards, notes, and whatever was put aside that may name them. How
        many notes there were is not told: some are only the leads' to count."""
        person = self._person(admission)
        self._submit(self._service.erasure(self.ACTOR, person.id))
        return {"person": person.id, "removed": self._service.clear_out()}
