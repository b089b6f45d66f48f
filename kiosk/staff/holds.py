"""What goes with a hold: on whose device, what is said of it, who is told of its end. Pure."""

from kiosk.drafting import Draft
from kiosk.events import user_actor
from kiosk.messages.arrangements import PlaceHold
from kiosk.model import PersonKind
from kiosk.policy.roles import Permission
from kiosk.staff.acting import may, private_id
from kiosk.staff.searches import leave_for_lead
from kiosk.state.arrangements import SEEN_TO, Hold, HoldKind
from kiosk.state.incidents import LeadNoteKind

CONSENT = "Agreed in writing by its owner."


def hold_words(command: PlaceHold) -> str:
    """What only those read who may know why it is held."""
    said = [f"{SEEN_TO[each]}." for each in SEEN_TO if each in command.seen_to]
    said += [CONSENT] if command.has_consent else []
    return " ".join([*said, command.note]).strip()


def needs_consent(draft: Draft, owner: str, command: PlaceHold) -> bool:
    """Whether a device is an adult's, and nobody has said that they agreed: staff's and visitors'
    are their own affair, but for the police; and where two claim it, nobody knows whose it is."""
    known = draft.standing.roster.people.get(owner)
    is_adults = known is not None and known.kind is not PersonKind.PUPIL
    is_free = command.has_consent or command.kind in (HoldKind.POLICE, HoldKind.DISPUTED)
    return is_adults and not is_free


def tell_of_lifting(draft: Draft, actor: str, hold: Hold, person: str) -> None:
    """The duty lead is told at once of a hold that somebody else placed and another lead lifts. Of
    any that is shown as the office's, so that none is told from the others by it."""
    if hold.placed_by == user_actor(actor) or may(draft, actor, Permission.LEAD_NOTES):
        return
    lifted = draft.outcome
    row = draft.standing.apart.get(private_id(hold.id))
    words = f"Another lead has lifted hold {hold.id}{f' ({row.kind})' if row else ''}."
    leave_for_lead(draft, actor, LeadNoteKind.MESSAGE.value, words, person)
    draft.outcome = lifted
