"""What the command line asks of a kiosk, in JSON: the same verbs over the control socket of a
running daemon and on the record of one that does not run."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, validate_call

from hardware.ports import CardSeen, Hands
from kiosk.arguments import argument_faults, card_json, card_key, card_number, check_hand
from kiosk.drafting import Outcome
from kiosk.errors import BadInput, NotRunning
from kiosk.events import CONSOLE, Reason
from kiosk.keys import Keys
from kiosk.messages import (
    BackupMade,
    BlockCard,
    Command,
    ConfirmClock,
    EnrolCard,
    ErasePerson,
    Override,
    SaveUser,
    StateCustody,
)
from kiosk.model import CardStatus, Credential, Person, User
from kiosk.policy.roles import ROLES
from kiosk.policy.words import OVERRIDE_REASONS, REASONS, event_details, event_title, pupil_words
from kiosk.roster import roster_changes, roster_rows
from kiosk.service import Service
from kiosk.store import Query
from kiosk.view import counts, cubby_views

Json = dict[str, Any]
MAX_WAIT_S = 60.0
MAX_NOTE = 500  # characters
STATEMENTS = (Reason.GIVEN, Reason.INSIDE, Reason.EMPTY)

# What comes over the socket is taken as it is or not at all: "1" is no number, 1 is no truth.
_verb = validate_call(config=ConfigDict(strict=True))


class Verbs:
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
    ) -> None:
        self._service = service
        self._keys = keys
        self._hands = hands
        self._skip = skip
        self._next_presentation = next_presentation

    def call(self, verb: str, args: Mapping[str, Any]) -> Json:
        """Carry out one verb.

        Raises:
            BadInput: there is no such verb, or it takes other arguments.
            KioskError: it cannot be done, and says why.
        """
        handler = getattr(self, f"do_{verb}", None)
        if handler is None:
            raise BadInput(f'there is no verb "{verb}"')
        try:
            result: Json = handler(**args)
        except ValidationError as wrong:
            raise BadInput(f"{verb}: {argument_faults(wrong)}") from None
        return result

    @_verb
    def do_status(self) -> Json:
        """Health, phase, counts, cubbies and alerts; no names."""
        standing = self._service.standing()
        views = cubby_views(self._service.rules, standing)
        phase = self._service.phase()
        return {
            "health": asdict(self._service.health()),
            "time": self._service.rules.timetable.local(self._service.now().at).isoformat(),
            "phase": phase.value if phase else None,
            "screen": pupil_words(self._service.screen()),
            "counts": asdict(counts(views)),
            "cubbies": [_cubby(view) for view in views],
            "alerts": [
                {"alert": raised.alert.value, "cubby": raised.cubby, "seq": raised.seq}
                for raised in standing.state.alerts.values()
            ],
            "events": standing.state.seq,
        }

    @_verb
    def do_events(
        self,
        after: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1)] = 20,
    ) -> Json:
        """The newest events after ``after``, oldest first."""
        events = self._service.events(after=after, limit=limit)
        timetable = self._service.rules.timetable
        return {
            "events": [
                {
                    **event.to_record(),
                    "local": timetable.local(event.now.at).isoformat(timespec="seconds"),
                    "what": event_title(event),
                    "details": event_details(event),
                }
                for event in reversed(events)
            ]
        }

    @_verb
    def do_roster_import(self, rows: list[dict[str, str]]) -> Json:
        """Add and change people; all of it or nothing."""
        people = self._service.standing().roster.people
        checked = roster_rows(rows)
        change = roster_changes(
            checked,
            people,
            actor=self.ACTOR,
            new_id=lambda: secrets.token_hex(8),
        )
        if change.people:
            self._submit(change)
        return {
            "added": change.added,
            "changed": change.changed,
            "same": len(checked) - change.added - change.changed,
        }

    @_verb
    def do_card_enrol(
        self, admission: str, uid: str = "", key: str = "", keep_others: bool = False
    ) -> Json:
        """Give a card to a person: by its number in hex, or by the key of an unknown tap. Their
        other cards stop working, unless they are to be kept."""
        if bool(uid) == bool(key):
            raise BadInput("name the card by its number or by its key: by one of them")
        person = self._person(admission)
        if uid and CardSeen(card_number(uid)).is_random:
            raise BadInput(f"{uid} is made up anew at each tap: a phone, or a card that hides")
        digest = card_key(key) if key else self._keys.card_digest("iso14443a", card_number(uid))
        credential = Credential(digest, person.id)
        self._submit(EnrolCard(self.ACTOR, credential, replaces=not keep_others))
        return {"person": person.name}

    @_verb
    def do_card_block(self, admission: str) -> Json:
        """Block every card that works for a person."""
        person = self._person(admission)
        cards = self._service.standing().roster.credentials.values()
        theirs = (card for card in cards if card.person == person.id)
        keys = [card.key for card in theirs if card.status is CardStatus.ACTIVE]
        for key in keys:
            self._submit(BlockCard(self.ACTOR, key))
        return {"person": person.name, "blocked": len(keys)}

    @_verb
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

    @_verb
    def do_person_erase(self, admission: str) -> Json:
        """Forget a person: row, cards, notes, and whatever was put aside that may name them."""
        person = self._person(admission)
        events = self._service.history().newest_first(Query(person=person.id))
        notes = tuple({event.note for event in events if event.note is not None})
        self._submit(ErasePerson(self.ACTOR, person.id, notes))
        removed = self._service.clear_out()
        return {"person": person.id, "notes": len(notes), "removed": removed}

    @_verb
    def do_backup_made(self, seq: int, seal: str, sha256: str) -> Json:
        """Put on record that a copy left, with its anchor."""
        self._submit(BackupMade(self.ACTOR, seq, seal, sha256))
        return {}

    @_verb
    def do_unknown_taps(self) -> Json:
        """Cards of the last quarter of an hour that nobody owns, by their keys."""
        taps = self._service.standing().memory.unknown
        return {"taps": [{"key": tap.card.key, "mono": tap.at.mono} for tap in taps]}

    @_verb
    def do_card_read(
        self, timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10.0
    ) -> Json:
        """The next presentation's card numbers."""
        if self._next_presentation is None:
            raise NotRunning("the reader belongs to a running kiosk")
        cards = self._next_presentation(min(timeout, MAX_WAIT_S))
        return {"cards": [card_json(card) for card in cards]}

    @_verb
    def do_user_add(
        self, name: str, password_hash: str, roles: list[str], change: bool = False
    ) -> Json:
        """Add a user, or ``change`` one: another password, other roles."""
        if not roles:
            raise BadInput(f"a user has at least one role: {', '.join(ROLES)}")
        unknown = sorted(set(roles) - ROLES.keys())
        if unknown:
            raise BadInput(f"no role is called {', '.join(unknown)}; there are {', '.join(ROLES)}")
        if not name.isprintable() or not 1 <= len(name.strip()) <= 60:
            raise BadInput("a user's name has 1 to 60 printable characters")
        users = self._service.standing().roster.users.values()
        if not password_hash.startswith("$argon2id$"):
            raise BadInput("this is no password hash: passwords are hashed with Argon2id")
        known = next((u for u in users if u.name.casefold() == name.strip().casefold()), None)
        if known is not None and not change:
            raise BadInput(f"there is a user {known.name} already; --change gives them new roles")
        id = known.id if known else secrets.token_hex(8)
        user = User(id, name.strip(), password_hash, tuple(roles))
        self._submit(SaveUser(self.ACTOR, user))
        return {"user": user.name, "added": known is None}

    @_verb
    def do_clock_confirm(self) -> Json:
        """Say that the kiosk's clock is right."""
        self._submit(ConfirmClock(self.ACTOR))
        return {}

    @_verb
    def do_cubby_open(self, number: int, reason: str, note: str = "") -> Json:
        """Open one cubby, for whoever's device is in it."""
        if reason not in OVERRIDE_REASONS:
            known = ", ".join(OVERRIDE_REASONS)
            raise BadInput(f'"{reason}" is no reason to open; there are {known}')
        if len(note) > MAX_NOTE or not note.isprintable():
            raise BadInput(f"a note is one line of at most {MAX_NOTE} characters")
        if reason == Reason.OTHER and not note.strip():
            raise BadInput("say in the note what the other reason is")
        deposit = self._service.standing().state.deposit_in(self._cubby_number(number))
        outcome = self._submit(
            Override(
                actor=self.ACTOR,
                cubby=number,
                person=deposit.person if deposit else None,
                reason=Reason(reason),
                note=note,
                note_id=secrets.token_hex(8),
            )
        )
        return {"seq": outcome.seq}

    @_verb
    def do_sim(
        self,
        hand: str,
        uid: str | None = None,
        cubby: int | None = None,
        jammed: bool | None = None,
        unplugged: bool | None = None,
    ) -> Json:
        """A hand on the simulated cabinet."""
        if self._hands is None:
            raise BadInput("this kiosk has real hardware; nothing of it can be simulated")
        given = {"uid": uid, "cubby": cubby, "jammed": jammed, "unplugged": unplugged}
        check_hand(hand, {name for name, value in given.items() if value is not None})
        if hand in ("tap", "place", "lift"):
            getattr(self._hands, hand)(card_number(uid or ""))
        elif hand in ("open", "close"):
            getattr(self._hands, hand)(self._cubby_number(cubby))
        elif hand == "jam":
            self._hands.jam(self._cubby_number(cubby), jammed is not False)
        elif hand == "unplug":
            self._hands.unplug_reader(unplugged is not False)
        elif self._skip is None:
            raise BadInput("the time of this kiosk cannot be skipped")
        else:
            self._skip()
        return {}

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


def _cubby(view: Any) -> Json:
    return {
        "number": view.number,
        "state": view.state.value,
        "since": view.since.isoformat() if view.since else None,
        "alerts": [alert.value for alert in view.alerts],
    }
