"""Handing a device to anyone but its owner: who it is, what proof was seen, and a receipt.

Source: the school's rules, "Handover": name, relation, the kind of proof (no copies), a receipt; to
the police also the force, the crime number and the seal's.
"""

from dataclasses import dataclass

from kiosk.errors import BadInput
from kiosk.messages.arrangements import HandOver
from kiosk.verbs.base import Json, VerbsBase, verb


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets it: a relation, or an officer of a ``force`` with the numbers of crime and seal."""

    name: str
    relation: str = ""
    force: str = ""
    crime: str = ""
    seal: str = ""

    def check(self) -> None:
        """Raises BadInput saying what is missing."""
        if not self.name or not (self.relation or self.force):
            raise BadInput("say to whom it goes: a name, and a relation or a police force")
        if self.force and not (self.crime and self.seal):
            raise BadInput("to the police it goes with a crime number and a seal's number")
        if not self.force and (self.crime or self.seal):
            raise BadInput("a crime or a seal has a number only where it goes to the police")

    def words(self) -> str:
        """Name and relation, or rank and force, in a line."""
        if not self.force:
            return f"{self.name} ({self.relation})"
        officer = " ".join(filter(None, (self.relation, self.name)))
        return f"{officer} ({self.force}; crime {self.crime}; seal {self.seal})"


class HandingVerbs(VerbsBase):
    """The verb that hands over. ``user`` and ``password``: in whose name; the console may not."""

    @verb
    def do_hand_over(
        self,
        admission: str,
        to: str,
        identity: str,
        relation: str = "",
        force: str = "",
        crime: str = "",
        seal: str = "",
        note: str = "",
        **who: str,
    ) -> Json:
        """Give a device to somebody who is not its owner. ``identity``: the kind of proof that was
        seen. To the police, ``relation`` is the officer's rank and number."""
        given = (part.strip() for part in (to, relation, force, crime, seal))
        recipient, proof = Recipient(*given), identity.strip()
        recipient.check()
        if not proof:
            raise BadInput("say what proof of identity was seen")
        person, kept, actor = self._person(admission), self._kept(admission), self._actor(who)
        words = "; ".join(filter(None, (f"to {recipient.words()}", note.strip())))
        outcome = self._submit(HandOver(actor, kept.id, self._note(proof), **self._noted(words)))
        local = self._service.rules.timetable.local
        receipt = [
            f"Receipt {outcome.seq}, {self._service.school}",
            f"The device of {person.name}, kept since {local(kept.since.at):%d %B %Y, %H:%M}",
            f"was handed over on {local(self._service.now().at):%d %B %Y, %H:%M}",
            f"to {recipient.words()}, identified by {proof},",
            f"by {self._name_of(actor)}.",
        ]
        return {"seq": outcome.seq, "person": person.name, "receipt": "\n".join(receipt)}

    def _name_of(self, actor: str) -> str:
        user = self._service.standing().roster.users.get(actor)
        return user.name if user else actor
