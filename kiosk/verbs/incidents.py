"""Verbs for incidents, searches, and notes for the duty lead. Whoever reads must have the right."""

from collections.abc import Callable, Mapping
from datetime import datetime, time

from kiosk.errors import BadInput
from kiosk.messages import Command
from kiosk.messages.incidents import (
    CloseNote,
    ConfirmSearch,
    DecideConsequence,
    InformParents,
    LeaveNote,
    NoteIncident,
    NoteSearch,
    ReadNote,
    Refer,
    WithdrawIncident,
)
from kiosk.model import Person, PersonKind
from kiosk.policy.roles import Permission
from kiosk.state.incidents import (
    INCIDENT_WORDS,
    SEARCH_WORDS,
    Casebook,
    Incident,
    IncidentKind,
    Proposal,
    Search,
    SearchDone,
    Staging,
    propose,
)
from kiosk.state.outages import CAME_IN_VAIN, not_taken
from kiosk.store import Query
from kiosk.verbs.base import Json, VerbsBase, one_of, verb

NOTE_ACTS: Mapping[str, Callable[[str, int], Command]] = {"read": ReadNote, "close": CloseNote}


class IncidentVerbs(VerbsBase):
    """Verbs for incidents, searches, and notes for the duty lead."""

    @verb
    def do_incident_note(
        self,
        admission: str,
        kind: str,
        at: str = "",
        where: str = "",
        note: str = "",
        parents: str = "",
        parents_by: str = "",
        **who: str,
    ) -> Json:
        """Note what a pupil did with a device. ``parents``: when they were told, if they were."""
        person = self._person(admission)
        command = NoteIncident(
            self._actor(who),
            person.id,
            IncidentKind(one_of(kind, IncidentKind)),
            self._when(at),
            self._note(where),
            self._note(note),
            self._time(parents) if parents else None,
            self._user_called(parents_by) if parents_by else "",
        )
        return {"seq": self._submit(command).seq, "person": person.name}

    @verb
    def do_incident_parents(self, number: int, at: str = "", by: str = "", **who: str) -> Json:
        """Note that the parents were told of an incident."""
        actor = self._actor(who)
        informed = InformParents(actor, number, self._when(at), self._user_called(by) if by else "")
        return {"seq": self._submit(informed).seq}

    @verb
    def do_incidents(self, admission: str, **who: str) -> Json:
        """A pupil's incidents, what the school's stages propose, and what was arranged for them,
        which whoever decides has to see."""
        self._reader(who, Permission.INCIDENTS)
        person = self._person(admission)
        return {
            "person": person.name,
            "incidents": [self._incident(i) for i in self._book.incidents_of(person.id)],
            "proposals": self._proposals(person),
            "accommodations": self._accommodations(person),
        }

    @verb
    def do_consequence_decide(
        self, number: int, stage: str = "", note: str = "", **who: str
    ) -> Json:
        """Decide what follows an incident: a stage's key; "" for none of them."""
        actor = self._actor(who)
        stages = self._service.rules.consequences
        if stage and stages.named(stage) is None:
            known = ", ".join(each.key for each in stages.stages)
            raise BadInput(f'"{stage}" is no stage; there are {known}')
        incident = self._book.incidents.get(number)
        person = incident and self._service.standing().roster.people.get(incident.person)
        staging = stages.of(incident.kind) if incident else None
        proposed = self._proposed(person, staging).stage if person and staging else None
        command = DecideConsequence(
            actor, number, stage, proposed.key if proposed else "", self._note(note)
        )
        return {"seq": self._submit(command).seq}

    @verb
    def do_incident_withdraw(self, number: int, note: str, **who: str) -> Json:
        """Say that it was no incident, and why."""
        command = WithdrawIncident(self._actor(who), number, self._note(note))
        return {"seq": self._submit(command).seq}

    @verb
    def do_search_note(
        self,
        admission: str,
        where: str,
        searcher: str,
        witness: str,
        grounds: str,
        found: str,
        at: str = "",
        done: str = "",
        authority: str = "",
        reason: str = "",
        **who: str,
    ) -> Json:
        """Note a search. ``searcher``, ``witness``: users' names, or staff on the roster."""
        person = self._person(admission)
        command = NoteSearch(
            self._actor(who),
            person.id,
            self._when(at),
            self._note(where),
            self._staff_called(searcher),
            self._staff_called(witness),
            self._note(grounds),
            self._note(found),
            SearchDone(one_of(done, SearchDone)) if done else None,
            self._user_called(authority) if authority else "",
            self._note(reason),
        )
        return {"seq": self._submit(command).seq, "person": person.name}

    @verb
    def do_search_confirm(self, number: int, **who: str) -> Json:
        """Say that what was done in a search had authority."""
        return {"seq": self._submit(ConfirmSearch(self._actor(who), number)).seq}

    @verb
    def do_searches(self, **who: str) -> Json:
        """Every search on record, oldest first."""
        self._reader(who, Permission.SEARCH)
        return {"searches": [self._search(s) for s in self._book.searches.values()]}

    @verb
    def do_lead_note(self, note: str, admission: str = "", **who: str) -> Json:
        """Leave words for the duty lead, if need be about somebody."""
        about = self._person(admission).id if admission else ""
        return {"seq": self._submit(LeaveNote(self._actor(who), self._note(note), about)).seq}

    @verb
    def do_refer(self, admission: str, **who: str) -> Json:
        """Tell the duty lead of a concern about what is on a pupil's device; no words."""
        person = self._person(admission)
        return {"seq": self._submit(Refer(self._actor(who), person.id)).seq}

    @verb
    def do_lead_notes(self, **who: str) -> Json:
        """What waits for the lead: notes, referrals, and searches not seen yet."""
        self._reader(who, Permission.LEAD_NOTES)
        book = self._book
        searches = [s for s in book.searches.values() if s.id in book.unread]
        return {
            "notes": [self._lead_note(number) for number in sorted(book.lead_notes)],
            "searches": [self._search(search) for search in searches],
        }

    @verb
    def do_lead_note_act(self, number: int, act: str, **who: str) -> Json:
        """Mark a note or a search as read, or ``close`` a note: it is dealt with, and forgotten."""
        if act not in NOTE_ACTS:
            raise BadInput(f'"{act}" is not among {", ".join(NOTE_ACTS)}')
        return {"seq": self._submit(NOTE_ACTS[act](self._actor(who), number)).seq}

    @property
    def _book(self) -> Casebook:
        return self._service.standing().state.casebook

    def _when(self, at: str) -> datetime:
        return self._time(at) if at else self._service.now().at

    def _user_called(self, name: str) -> str:
        user = self._user(name)
        if user is None:
            raise BadInput(f'there is no user "{name}"')
        return user.id

    def _staff_called(self, name: str) -> str:
        """A user by name, or staff on the roster by name or admission number."""
        roster = self._service.standing().roster
        wanted = name.casefold()
        users = [u.id for u in roster.users.values() if u.name.casefold() == wanted]
        people = [
            p.id
            for p in roster.people.values()
            if p.kind is PersonKind.STAFF and wanted in (p.name.casefold(), p.admission.casefold())
        ]
        found = users or people
        if len(found) != 1:
            many = "several are" if found else "nobody who signs in and no staff on the roster is"
            raise BadInput(f'{many} called "{name}"')
        return found[0]

    def _called(self, id: str) -> str:
        """The name of a user, or of staff on the roster; "" for neither."""
        roster = self._service.standing().roster
        id = id.removeprefix("user:")
        found = roster.users.get(id) or roster.people.get(id)
        return found.name if found else ""

    def _pupil(self, id: str) -> str:
        person = self._service.standing().roster.people.get(id)
        return person.name if person else ""

    def _local(self, at: datetime | None) -> str:
        timetable = self._service.rules.timetable
        return timetable.local(at).isoformat(timespec="minutes") if at else ""

    def _words(self, number: int, kind: str) -> str:
        note = self._service.private_note(number)
        return note.text if note is not None and note.kind == kind else ""

    def _incident(self, incident: Incident) -> Json:
        return {
            "number": incident.id,
            "kind": incident.kind.value,
            "at": self._local(incident.at),
            "by": self._called(incident.by),
            "words": self._words(incident.id, INCIDENT_WORDS),
            "excused": incident.is_excused,
            "parents": self._local(incident.parents_at),
            "parents_by": self._called(incident.parents_by),
            "decided": incident.decided,
        }

    def _proposed(self, person: Person, staging: Staging) -> Proposal:
        rules, now = self._service.rules, self._service.now()
        since = datetime.combine(staging.since(rules.timetable, now.at), time())
        begins = since.replace(tzinfo=rules.timetable.zone)
        taps = Query(person=person.id, types=CAME_IN_VAIN, since=begins)
        theirs = self._service.history().oldest_first(taps)
        excused = not_taken(theirs, rules.timetable.local, self._book.others_taps)
        incidents = self._book.incidents_of(person.id)
        return propose(incidents, staging, rules.timetable, now.at, excused)

    def _proposals(self, person: Person) -> list[Json]:
        """What is proposed for each of the kinds that are counted together."""
        proposals = []
        for staging in self._service.rules.consequences.each:
            stage, counted = self._proposed(person, staging)
            proposals.append(
                {
                    "kinds": sorted(kind.value for kind in staging.kinds),
                    "counted": list(counted),
                    "stage": stage.key if stage else "",
                    "words": stage.words if stage else "",
                }
            )
        return proposals

    def _accommodations(self, person: Person) -> list[str]:
        """What is arranged for them now, without the need behind it."""
        today = self._service.rules.timetable.local(self._service.now().at).date()
        arranged = self._service.standing().state.exemptions_of(person.id)
        return sorted({e.effect.value for e in arranged if e.is_in_force(today)})

    def _search(self, search: Search) -> Json:
        return {
            "number": search.id,
            "person": self._pupil(search.person),
            "at": self._local(search.at),
            "by": self._called(search.by),
            "searcher": self._called(search.searcher),
            "witness": self._called(search.witness),
            "done": search.done.value if search.done else "",
            "authority": self._called(search.authority),
            "confirmed_by": self._called(search.confirmed_by),
            "words": self._words(search.id, SEARCH_WORDS),
        }

    def _lead_note(self, number: int) -> Json:
        left, note = self._book.lead_notes[number], self._service.private_note(number)
        return {
            "number": number,
            "at": self._local(left.at),
            "by": self._called(left.by),
            "kind": note.kind if note else "",
            "person": self._pupil(note.person) if note else "",
            "words": note.text if note else "",
            "read": number not in self._book.unread,
        }
