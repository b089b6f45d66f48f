"""What all verbs share: the kiosk they are carried out on, and how they ask it."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from pydantic import ConfigDict, validate_call

from hardware.ports import Hands
from kiosk.drafting import Outcome
from kiosk.errors import BadInput
from kiosk.events import CONSOLE, Reason
from kiosk.keys import Keys
from kiosk.messages import Command
from kiosk.messages.commands import RecordSignIn
from kiosk.model import Person, User
from kiosk.outgoing.outgoing import Outgoing
from kiosk.passwords import NOBODY, verify_password
from kiosk.policy.roles import Permission, Rights
from kiosk.policy.words import REASONS
from kiosk.rights import is_valid, rights_of
from kiosk.service import Service, carry_out
from kiosk.setup_codes import SetupCodes
from kiosk.signalling import Signalling
from kiosk.state import Deposit

Json = dict[str, Any]
MAX_NOTE = 500  # characters

# What comes over the socket is taken as it is or not at all: "1" is no number, 1 is no truth.
verb = validate_call(config=ConfigDict(strict=True, defer_build=True))


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
        setup_codes: SetupCodes | None = None,
        outgoing: Outgoing | None = None,
    ) -> None:
        self._service = service
        self._keys = keys
        self._hands = hands
        self._skip = skip
        self._next_presentation = next_presentation
        self._lights = lights
        self._setup_codes = setup_codes
        self._outgoing = outgoing or Outgoing()

    def _submit(self, command: Command) -> Outcome:
        return carry_out(self._service, command)

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

    def _time(self, text: str) -> datetime:
        """A time of today, as 12:30, or of a day, as 2026-03-02 12:30; on the school's wall."""
        timetable = self._service.rules.timetable
        today = timetable.local(self._service.now().at)
        try:
            if len(text) <= len("12:30"):
                at = datetime.combine(today.date(), time.fromisoformat(text))
            else:
                at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=timetable.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadInput(f'"{text}" is no time: write 12:30, or 2026-03-02 12:30') from None

    def _actor(self, who: dict[str, str]) -> str:
        """Whoever the caller proves to be; else the console.

        Raises:
            BadInput: there is no such user, or this is not their password.
        """
        if unknown := who.keys() - {"user", "password"}:
            raise BadInput(f"takes no {', '.join(sorted(unknown))}")
        name = who.get("user", "")
        if not name:
            return self.ACTOR
        user = self._user(name)
        hashed = (user.password_hash if user else "") or NOBODY
        fits = verify_password(hashed, who.get("password", "")) and self._may_sign_in(user)
        signed = RecordSignIn(user.id if user else "", fits, "command line")
        self._service.submit(signed)
        if user is None or not fits:
            raise BadInput("this user and this password do not belong together")
        return user.id

    def _may_sign_in(self, user: User | None) -> bool:
        service = self._service
        if user is None or not user.password_hash:
            return False
        return is_valid(service.rules, service.standing().state, user, service.now())

    def _rights(self, actor: str) -> Rights:
        """What the actor may do now."""
        service = self._service
        return rights_of(service.rules, service.standing(), actor, service.now())

    def _may_see(self, who: dict[str, str]) -> frozenset[Permission]:
        """What the caller may be shown of everybody: what they may do, whoever they prove to be."""
        return self._rights(self._actor(who)).of_all

    def _user(self, name: str) -> User | None:
        """The user of that name, in whatever case."""
        users = self._service.standing().roster.users.values()
        return next((u for u in users if u.name.casefold() == name.casefold()), None)

    def _form(self, form: str) -> str:
        """The form as the roster writes it."""
        forms = {p.form for p in self._service.standing().roster.people.values() if p.form}
        found = next((one for one in forms if one.casefold() == form.casefold()), "")
        if not found:
            raise BadInput(f"nobody on the roster is in form {form}")
        return found

    def _staff(self, name: str) -> str:
        """A user by name, or a member of staff by admission number."""
        user = self._user(name)
        return user.id if user else self._person(name).id

    def _reader(self, who: dict[str, str], *permissions: Permission) -> frozenset[str] | None:
        """Let nobody read who may not; the forms (case folded) that they may read of, None: any."""
        forms = self._rights(self._actor(who)).forms_for(*permissions)
        if forms is not None and not forms:
            raise BadInput(f"nothing is shown: {REASONS[Reason.NOT_ALLOWED]}")
        return forms

    def _reading_as(self, who: dict[str, str], permission: Permission) -> str:
        """Who reads; let nobody who may not."""
        actor = self._actor(who)
        if not self._rights(actor).may(permission):
            raise BadInput(f"nothing is shown: {REASONS[Reason.NOT_ALLOWED]}")
        return actor

    def _noted(self, note: str) -> dict[str, Any]:
        return {"note": self._note(note), "note_id": secrets.token_hex(8)}

    def _kept(self, admission: str) -> Deposit:
        person = self._person(admission)
        deposit = self._service.standing().state.deposit_of(person.id)
        if deposit is None:
            raise BadInput(f"nothing is kept for {person.name}")
        return deposit


def one_of(text: str, kinds: Any) -> str:
    """The text, if it is a value of that enumeration. Raises BadInput."""
    if text not in {kind.value for kind in kinds}:
        raise BadInput(f'"{text}" is not among {", ".join(kind.value for kind in kinds)}')
    return text
