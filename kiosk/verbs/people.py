"""Verbs about people and their cards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.arguments import a_day, card_key, spelled_number
from kiosk.errors import BadInput
from kiosk.events import Event, EventType, Reason, user_actor
from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.messages.commands import (
    STATEMENTS,
    BlockCard,
    EnrolCard,
    FindCard,
    ReportCardLost,
    StateCustody,
)
from kiosk.messages.devices import NoteDevices
from kiosk.messages.pins import SetPin
from kiosk.model import CardStatus, Credential, DeviceKind, Person
from kiosk.policy.devices import devices_words
from kiosk.policy.roles import Permission
from kiosk.store import Query
from kiosk.verbs.base import Json, one_of, verb
from kiosk.verbs.roster import RosterVerbs

MOST_FOUND = 50


class PeopleVerbs(RosterVerbs):
    """Verbs about people and their cards."""

    @verb
    def do_person_find(self, words: str, form: str = "", **who: str) -> Json:
        """Whose name, form or admission number has all of these words: the first fifty, by name,
        of the forms that the reader may see; and how many ``more`` there are."""
        forms = self._reader(who, Permission.SEE_NAMES)
        wanted = self._form(form) if form else ""
        found = [
            person
            for person in self._service.standing().roster.matching(words, wanted)
            if forms is None or person.form.casefold() in forms
        ]
        people = [_told(person) for person in found[:MOST_FOUND]]
        return {"people": people, "more": len(found) - len(people)}

    @verb
    def do_card_enrol(
        self,
        admission: str,
        uid: str = "",
        profile: str = "hex",
        key: str = "",
        keep_others: bool = False,
        today: bool = False,
        begins: str = "",
        ends: str = "",
        **who: str,
    ) -> Json:
        """Give a card to a person: by its number as the profile spells it, or by the key of an
        unknown tap. Their other cards stop working, unless they are to be kept. ``today``: a
        temporary one, which works until midnight, beside the others. ``begins``, ``ends``: the
        first and the last day of one that is for a time, beside the others too."""
        if bool(uid) == bool(key):
            raise BadInput("name the card by its number or by its key: by one of them")
        person = self._person(admission)
        if key:
            credential = Credential(card_key(key), person.id)
        else:
            kind, number = spelled_number(profile, uid)
            credential = Credential(self._keys.card_digest(kind, number), person.id, kind)
        first, last = self._span(today, begins, ends)
        credential = replace(credential, valid_from=first, valid_until=last)
        replaces = not (keep_others or first or last)
        self._submit(EnrolCard(self._actor(who), credential, replaces=replaces))
        return {"person": person.name, "claim": credential.is_claim}

    def _span(self, today: bool, begins: str, ends: str) -> tuple[datetime | None, datetime | None]:
        """From when until when a card works. Raises BadInput."""
        timetable, first, last = self._service.rules.timetable, a_day(begins), a_day(ends)
        if today and (first or last):
            raise BadInput("a card for today has no other days")
        if first and last and last < first:
            raise BadInput("the last day is before the first")
        if today:
            last = timetable.local(self._service.now().at).date()
        return (
            timetable.midnight(first) if first else None,
            timetable.midnight(last + timedelta(days=1)) if last else None,
        )

    @verb
    def do_card_lost(self, admission: str, **who: str) -> Json:
        """Report every card that works for a person lost: it stops at once, until it is found."""
        person, actor = self._person(admission), self._actor(who)
        keys = self._cards(person, CardStatus.ACTIVE)
        for key in keys:
            self._submit(ReportCardLost(actor, key))
        return {"person": person.name, "lost": len(keys)}

    @verb
    def do_card_found(self, admission: str, **who: str) -> Json:
        """Say that the lost cards of a person were found: they work again."""
        person, actor = self._person(admission), self._actor(who)
        keys = self._cards(person, CardStatus.LOST)
        for key in keys:
            self._submit(FindCard(actor, key))
        return {"person": person.name, "found": len(keys)}

    def _cards(self, person: Person, status: CardStatus) -> list[str]:
        cards = self._service.standing().roster.credentials.values()
        return [card.key for card in cards if card.person == person.id and card.status is status]

    @verb
    def do_card_enrol_look(self, admission: str) -> Json:
        """Whether there is somebody to give a card to; asked before anything is tapped."""
        return {"person": self._person(admission).name}

    @verb
    def do_card_block(self, admission: str, since: str = "", **who: str) -> Json:
        """Block every card that works for a person. What was opened with their cards ``since`` then
        (else today) is told, oldest first."""
        person, actor = self._person(admission), self._actor(who)
        first = self._time(since or "00:00")
        keys = [*self._cards(person, CardStatus.ACTIVE), *self._cards(person, CardStatus.LOST)]
        for key in keys:
            self._submit(BlockCard(actor, key))
        openings = [self._opening(event) for event in self._opened_by(person, first)]
        return {"person": person.name, "blocked": len(keys), "openings": openings}

    def _opened_by(self, person: Person, since: datetime) -> Iterator[Event]:
        """The taps that opened a cubby: their own, and for staff those of pupils after theirs."""
        users = self._service.standing().roster.users.values()
        actors = {user_actor(user.id) for user in users if user.person == person.id}
        query = Query(since=since, types=(EventType.TAPPED, EventType.OVERRIDDEN))
        for event in self._service.history().oldest_first(query):
            is_own = event.type is EventType.TAPPED and event.person == person.id
            is_at_kiosk = event.actor in actors and event.reason is Reason.AT_KIOSK
            if event.granted and event.cubby is not None and (is_own or is_at_kiosk):
                yield event

    def _opening(self, event: Event) -> Json:
        people = self._service.standing().roster.people
        whose = people.get(event.person or "")
        at = self._service.rules.timetable.local(event.now.at)
        return {
            "at": at.isoformat(sep=" ", timespec="minutes"),
            "cubby": event.cubby,
            "whose": whose.name if whose else "",
        }

    @verb
    def do_person_state(self, admission: str, what: str) -> Json:
        """Say what is true of a person's device: given to them, still inside, not there, or never
        put in: then nobody collected anything."""
        if what not in STATEMENTS:
            raise BadInput(f'"{what}" is no statement; there are {", ".join(STATEMENTS)}')
        person = self._person(admission)
        deposit = self._service.standing().state.deposit_of(person.id)
        if deposit is None:
            raise BadInput(f"nothing is kept for {person.name}")
        outcome = self._submit(StateCustody(self.ACTOR, deposit.id, Reason(what)))
        return {"person": person.name, "cubby": deposit.cubby, "seq": outcome.seq}

    @verb
    def do_person_devices(
        self, admission: str, kinds: list[str], count: int = 0, **who: str
    ) -> Json:
        """Say what is kept for a person: how many devices, of which kinds. ``count``: 0 is one of
        each kind."""
        person, kept = self._person(admission), self._kept(admission)
        named = frozenset(DeviceKind(one_of(kind, DeviceKind)) for kind in kinds)
        number = count or len(named)
        self._submit(NoteDevices(self._actor(who), kept.id, number, named))
        return {"person": person.name, "devices": devices_words(number, named)}

    @verb
    def do_person_agreement(self, admission: str, on: str = "", by: str = "", **who: str) -> Json:
        """Note when a pupil's home-school agreement was signed, and by whom; without a day: that it
        is not signed."""
        person, day = self._person(admission), a_day(on)
        self._submit(NoteAgreement(self._actor(who), person.id, day, self._note(by)))
        return {"person": person.name, "on": str(day or "")}

    @verb
    def do_person_lead_first(self, admission: str, yes: bool = True, **who: str) -> Json:
        """Whether the duty lead is called before their device is handed to anybody else."""
        person = self._person(admission)
        self._submit(AskLeadFirst(self._actor(who), person.id, yes))
        return {"person": person.name}

    @verb
    def do_person_pin(self, admission: str, pin_hash: str, **who: str) -> Json:
        """Give a member of staff another PIN for the kiosk, by its digest; "" takes it away."""
        if pin_hash and not pin_hash.startswith("$argon2id$"):
            raise BadInput("a PIN comes as its Argon2id digest")
        person = self._person(admission)
        self._submit(SetPin(self._actor(who), person.id, pin_hash))
        return {"person": person.name}

    @verb
    def do_person_erase(self, admission: str) -> Json:
        """Forget a person: row, cards, notes, and whatever was put aside that may name them. How
        many notes there were is not told: some are only the leads' to count."""
        person = self._person(admission)
        self._submit(self._service.erasure(self.ACTOR, person.id))
        return {"person": person.id, "removed": self._service.clear_out()}


def _told(person: Person) -> Json:
    return {
        "admission": person.admission,
        "name": person.name,
        "form": person.form,
        "kind": person.kind.value,
        "left": person.leaver,
    }
