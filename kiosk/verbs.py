"""What the command line asks of a kiosk, in JSON: the same verbs over the control socket of a
running daemon and on the record of one that does not run."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from hardware.ports import CardSeen, Hands
from kiosk.drafting import Outcome
from kiosk.errors import BadInput, NotRunning
from kiosk.events import CONSOLE, Event, Reason
from kiosk.keys import Keys
from kiosk.messages import Command, ConfirmClock, EnrolCard, ImportRoster, Override, SaveUser
from kiosk.model import Credential, Person, User
from kiosk.policy.roles import ROLES
from kiosk.policy.words import EVENTS, REASONS, pupil_words
from kiosk.roster import RosterRow, roster_changes
from kiosk.service import Service
from kiosk.view import counts, cubby_views

Json = dict[str, Any]
ISO14443A_LENGTHS = (4, 7, 10)
MAX_WAIT_S = 60.0


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
        first_broken: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._service = service
        self._keys = keys
        self._hands = hands
        self._skip = skip
        self._next_presentation = next_presentation
        self._first_broken = first_broken

    def call(self, verb: str, args: Mapping[str, Any]) -> Json:
        """Carry out one verb.

        Raises:
            KioskError: it cannot be done, and says why.
        """
        handler = getattr(self, f"do_{verb}", None)
        if handler is None:
            raise BadInput(f'there is no verb "{verb}"')
        result: Json = handler(**args)
        return result

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

    def do_events(self, after: int = 0, limit: int = 20) -> Json:
        """The newest events after ``after``, oldest first."""
        events = self._service.events(after=after, limit=limit)
        return {"events": [_event(event) for event in reversed(events)]}

    def do_roster_import(self, rows: list[Json]) -> Json:
        """Add and change people; all of it or nothing."""
        people = self._service.standing().roster.people
        change = roster_changes(
            (RosterRow(**row) for row in rows),
            people,
            actor=self.ACTOR,
            new_id=lambda: secrets.token_hex(8),
        )
        if change.people:
            self._submit(change)
        return {"added": change.added, "changed": change.changed, "same": _same(rows, change)}

    def do_card_enrol(self, admission: str, uid: str = "", key: str = "") -> Json:
        """Give a card to a person: by its number in hex, or by the key of an unknown tap."""
        person = self._person(admission)
        number = _uid(uid) if uid else b""
        digest = key or self._keys.card_digest("iso14443a", number)
        self._submit(EnrolCard(self.ACTOR, Credential(digest, person.id)))
        return {"person": person.name}

    def do_unknown_taps(self) -> Json:
        """Cards of the last quarter of an hour that nobody owns, by their keys."""
        taps = self._service.standing().memory.unknown
        return {"taps": [{"key": tap.card.key, "mono": tap.at.mono} for tap in taps]}

    def do_card_read(self, timeout: float = 10.0) -> Json:
        """The next presentation's card numbers."""
        if self._next_presentation is None:
            raise NotRunning("the reader belongs to a running kiosk")
        cards = self._next_presentation(min(timeout, MAX_WAIT_S))
        return {"cards": [card_json(card) for card in cards]}

    def do_user_add(self, name: str, password_hash: str, roles: list[str]) -> Json:
        """Add a user, or give one another password and roles."""
        unknown = sorted(set(roles) - ROLES.keys())
        if unknown:
            raise BadInput(f"no role is called {', '.join(unknown)}; there are {', '.join(ROLES)}")
        if not name.isprintable() or not 1 <= len(name.strip()) <= 60:
            raise BadInput("a user's name has 1 to 60 printable characters")
        users = self._service.standing().roster.users.values()
        known = next((u for u in users if u.name.casefold() == name.strip().casefold()), None)
        id = known.id if known else secrets.token_hex(8)
        user = User(id, name.strip(), password_hash, tuple(roles))
        self._submit(SaveUser(self.ACTOR, user))
        return {"user": user.name, "added": known is None}

    def do_verify(self) -> Json:
        """The seq of the first event that was changed after the fact, if any."""
        return {"first_broken": self._first_broken()}

    def do_clock_confirm(self) -> Json:
        """Say that the kiosk's clock is right."""
        self._submit(ConfirmClock(self.ACTOR))
        return {}

    def do_cubby_open(self, number: int, reason: str, note: str = "") -> Json:
        """Open one cubby, for whoever's device is in it."""
        if reason not in set(Reason):
            raise BadInput(f'no reason is called "{reason}"')
        deposit = self._service.standing().state.deposit_in(number)
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

    def do_sim(self, hand: str, **args: Any) -> Json:
        """A hand on the simulated cabinet."""
        if self._hands is None:
            raise BadInput("this kiosk has real hardware; nothing of it can be simulated")
        if hand in ("tap", "place", "lift"):
            getattr(self._hands, hand)(_uid(args["uid"]))
        elif hand in ("open", "close"):
            getattr(self._hands, hand)(self._cubby_number(args["cubby"]))
        elif hand == "jam":
            self._hands.jam(self._cubby_number(args["cubby"]), bool(args.get("jammed", True)))
        elif hand == "unplug":
            self._hands.unplug_reader(bool(args.get("unplugged", True)))
        elif hand == "skip" and self._skip is not None:
            self._skip()
        else:
            raise BadInput(f'there is no hand "{hand}" here')
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

    def _cubby_number(self, number: int) -> int:
        if number not in self._service.rules.cubbies:
            raise BadInput(f"there is no cubby {number}")
        return number


def card_json(card: CardSeen) -> Json:
    """One card as `kiosk card read --json` prints it."""
    return {
        "uid": card.uid.hex().upper(),
        "length": len(card.uid),
        "kind": card.kind,
        "sak": card.sak,
        "atqa": card.atqa.hex().upper(),
        "random": card.is_random,
    }


def _uid(text: str) -> bytes:
    try:
        uid = bytes.fromhex(text.replace(":", "").replace(" ", ""))
    except ValueError:
        raise BadInput(
            f'"{text}" is no card number: write it in hex, as `card read` does'
        ) from None
    if len(uid) not in ISO14443A_LENGTHS:
        raise BadInput(f"a card number has 4, 7 or 10 bytes; {text} has {len(uid)}")
    return uid


def _cubby(view: Any) -> Json:
    return {
        "number": view.number,
        "state": view.state.value,
        "since": view.since.isoformat() if view.since else None,
        "alerts": [alert.value for alert in view.alerts],
    }


def _event(event: Event) -> Json:
    record = event.to_record("")
    del record["kiosk"]
    words = EVENTS[event.type]
    if event.reason is not None:
        words = f"{words}: {REASONS[event.reason]}"
    return {**record, "words": words}


def _same(rows: list[Json], change: ImportRoster) -> int:
    return len(rows) - change.added - change.changed
