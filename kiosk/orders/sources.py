"""What lists and reports are made from: one look at a kiosk, that can go to another process."""

from dataclasses import dataclass, replace

from kiosk.custody import believed
from kiosk.drafting import Memory, Rules, Standing
from kiosk.events import Moment
from kiosk.service import Service
from kiosk.store import History

Anchor = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Sources:
    """``now`` as the kiosk believes it. ``history``: the events that led to ``standing``.

    ``anchor``: the number and the seal of the newest event.
    """

    school: str
    rules: Rules
    standing: Standing
    now: Moment
    history: History
    anchor: Anchor
    is_simulated: bool

    @classmethod
    def of(cls, service: Service) -> "Sources":
        """As of now. No card's number, no password and nothing of anybody's requests is in it."""
        anchor, standing, history = service.anchor(), service.standing(), service.history()
        return cls(
            service.school,
            service.rules,
            _bare(standing),
            believed(standing.state, service.now()),
            history.until(standing.state.seq),
            anchor,
            service.health().simulated,
        )


def _bare(standing: Standing) -> Standing:
    """Without what no list or report asks for."""
    roster = standing.roster
    users = {id: replace(user, password_hash="") for id, user in roster.users.items()}
    people = {id: replace(person, pin_hash="") for id, person in roster.people.items()}
    numbered = enumerate(roster.credentials.values())
    cards = {str(n): replace(card, key=str(n), look="") for n, card in numbered}
    return Standing(
        standing.state._replace(requests={}),
        replace(roster, people=people, users=users, credentials=cards),
        Memory(),
    )
