"""What all verbs share: the kiosk they are carried out on, and how they ask it."""

from collections.abc import Callable
from typing import Any

from pydantic import ConfigDict, validate_call

from hardware.ports import Hands
from kiosk.drafting import Outcome
from kiosk.errors import BadInput
from kiosk.events import CONSOLE
from kiosk.keys import Keys
from kiosk.messages import Command
from kiosk.model import Person
from kiosk.policy.words import REASONS
from kiosk.service import Service
from kiosk.signalling import Signalling

Json = dict[str, Any]
MAX_NOTE = 500  # characters

# What comes over the socket is taken as it is or not at all: "1" is no number, 1 is no truth.
verb = validate_call(config=ConfigDict(strict=True))


class VerbsBase:
    """The verbs of one kiosk. The actor of all they do is the local command line."""

    ACTOR = CONSOLE

    def __init__(
        self,
        service: Service,
        keys: Keys,
        *,
        hands: Hands | None = None,
        skip: Callable[[], None] | None = None,
        next_presentation: Callable[[float], Any] | None = None,
        lights: Signalling | None = None,
    ) -> None:
        self._service = service
        self._keys = keys
        self._hands = hands
        self._skip = skip
        self._next_presentation = next_presentation
        self._lights = lights

    def _submit(self, command: Command) -> Outcome:
        outcome = self._service.submit(command)
        if not outcome.granted:
            why = REASONS[outcome.reason] if outcome.reason else "refused"
            raise BadInput(f"nothing was done: {why}")
        return outcome

    def _person(self, admission: str) -> Person:
        people = self._service.standing().roster.people.values()
        person = next((p for p in people if p.admission == admission), None)
        if person is None:
            raise BadInput(f'nobody on the roster has admission number "{admission}"')
        return person

    def _cubby_number(self, number: int | None) -> int:
        if number is None or number not in self._service.rules.cubbies:
            raise BadInput(f"there is no cubby {number}")
        return number

    def _note(self, note: str) -> str:
        if len(note) > MAX_NOTE or not note.isprintable():
            raise BadInput(f"a note is one line of at most {MAX_NOTE} characters")
        return note
