"""Cards known by a number that lost bits on its way, and cards that are not what they were. Pure.

A list may have 26 bits of a card's 56. Such a number is a claim: it is bound to the whole number at
the first tap that it fits, if it is the only one; a second card that fits it is disputed.
"""

from dataclasses import replace

from kiosk.drafting import Draft
from kiosk.events import Alert, EventType
from kiosk.messages.sensed import Card
from kiosk.model import CardStatus, Credential


def bind(draft: Draft, card: Card) -> Credential | None:
    """The credential that an unknown card becomes by the one claim it fits, or None."""
    fitting = _fitting(draft, card)
    if _is_suspended(draft):
        return None
    if len({claim.person for claim in fitting}) != 1 or not _are(fitting, CardStatus.ACTIVE):
        return None
    bound = Credential(card.key, fitting[0].person, card.kind, look=card.look)
    spent = [replace(claim, status=CardStatus.BOUND) for claim in fitting]
    draft.add(EventType.CARD_ENROLLED, person=bound.person, data={"claim": fitting[0].kind})
    _save(draft, bound, *spent)
    return bound


def fits_another(draft: Draft, card: Card) -> bool:
    """Whether an unknown card fits a claim that is another card's already, or several claims."""
    return card.key not in draft.standing.roster.credentials and bool(_fitting(draft, card))


def compare(draft: Draft, card: Card, credential: Credential) -> None:
    """Warn staff of a card that is not what it was. It is never refused for that alone."""
    if card.is_copy:
        draft.raise_alert(Alert.CARD_COPIED, person=credential.person)
    if card.look and not credential.look:
        if not _is_suspended(draft):
            _save(draft, replace(credential, look=card.look))
    elif card.look and card.look != credential.look:
        draft.raise_alert(Alert.CARD_CHANGED, person=credential.person)


CARD_ALERTS = (Alert.CARD_COPIED, Alert.CARD_CHANGED)


def trust_again(draft: Draft, person: str) -> None:
    """Somebody has looked, or the card is another: a next tap may warn anew."""
    for alert in CARD_ALERTS:
        draft.clear_alert(alert, person=person)


def _is_suspended(draft: Draft) -> bool:
    """Whether tables cannot be changed: the record fails."""
    return (Alert.RECORD_FAILING, None) in draft.state.alerts


def _fitting(draft: Draft, card: Card) -> list[Credential]:
    credentials = draft.standing.roster.credentials
    found = [credentials[key] for key in card.claims if key in credentials]
    return [claim for claim in found if claim.status is not CardStatus.BLOCKED]


def _are(claims: list[Credential], status: CardStatus) -> bool:
    return all(claim.status is status for claim in claims)


def _save(draft: Draft, *changed: Credential) -> None:
    roster = draft.standing.roster
    credentials = {**roster.credentials, **{c.key: c for c in changed}}
    draft.save(replace(roster, credentials=credentials), *changed)
