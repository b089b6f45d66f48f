"""The verb that hands a device to anyone but its owner, and writes the receipt."""

from kiosk.days_in_words import written_time
from kiosk.errors import BadInput
from kiosk.messages.arrangements import HandOver
from kiosk.policy.devices import devices_words
from kiosk.staff.handing import Recipient, handed_words
from kiosk.state import Deposit
from kiosk.verbs.base import Json, VerbsBase, verb


class HandingVerbs(VerbsBase):
    """``user`` and ``password``: in whose name; the console itself may not."""

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
        lead_called: bool = False,
        **who: str,
    ) -> Json:
        """Give a device to somebody who is not its owner. ``identity``: the kind of proof that was
        seen. To the police, ``relation`` is the officer's rank and number."""
        recipient = Recipient(*(part.strip() for part in (to, relation, force, crime, seal)))
        proof = identity.strip()
        if fault := recipient.fault():
            raise BadInput(fault[1])
        if not proof:
            raise BadInput("Say what proof of identity was seen.")
        person, kept, actor = self._person(admission), self._kept(admission), self._actor(who)
        words = handed_words(recipient, note)
        noted = self._noted(words)
        command = HandOver(actor, kept.id, self._note(proof), lead_called, **noted)
        outcome = self._submit(command)
        local = self._service.rules.timetable.local
        receipt = [
            f"Receipt {outcome.seq}, {self._service.school}",
            f"{_what(kept)} of {person.name}, kept since {written_time(local(kept.since.at))}",
            f"was handed over on {written_time(local(self._service.now().at))}",
            f"to {recipient.words()}, identified by {proof},",
            f"by {self._name_of(actor)}.",
        ]
        return {"seq": outcome.seq, "person": person.name, "receipt": "\n".join(receipt)}

    def _name_of(self, actor: str) -> str:
        user = self._service.standing().roster.users.get(actor)
        return user.name if user else actor


def _what(kept: Deposit) -> str:
    """What is handed over, as far as staff have said."""
    said = devices_words(kept.count, kept.kinds)
    return f"The device ({said})" if said else "The device"
