"""To whom a device is handed that is not its owner, and the receipt for it. Pure.

Source: the school's rules, "Handover": name, relation, the kind of proof that was seen (no copies),
a receipt; to the police also the force, the crime number and the seal's.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets it: somebody with a ``relation`` to the owner; or an officer of a ``force``, whose
    ``relation`` is their rank and number, with the numbers of the crime and of the bag's seal."""

    name: str
    relation: str = ""
    force: str = ""
    crime: str = ""
    seal: str = ""

    def fault(self) -> tuple[str, str] | None:
        """The field that is wrong, and why; None where all is said."""
        if not self.name:
            return "to", "Say to whom it goes."
        if not self.relation:
            return "relation", "Say who they are to the owner, or an officer's rank and number."
        if self.force and not self.crime:
            return "crime", "To the police it goes with a crime number."
        if self.force and not self.seal:
            return "seal", "To the police it goes in a sealed bag: say the seal's number."
        if not self.force and (self.crime or self.seal):
            return "force", "Only to the police it goes with such a number: say which force."
        return None

    def words(self) -> str:
        """Who that is, in a line."""
        if not self.force:
            return f"{self.name} ({self.relation})"
        return f"{self.relation} {self.name} ({self.force}; crime {self.crime}; seal {self.seal})"


def handed_words(recipient: Recipient, note: str) -> str:
    """What the record keeps of it, apart from the event."""
    return "; ".join(filter(None, (f"to {recipient.words()}", note.strip())))
