"""Verbs for subject access, legal holds, and what the duty lead takes to its own place."""

import json
from typing import Any

from kiosk.errors import BadInput
from kiosk.messages.forgetting import PlaceLegalHold, RecordExport, TransferRecords
from kiosk.policy.roles import Permission
from kiosk.state.incidents import LEGAL_HOLD, WITHHELD
from kiosk.state.kept import UNTIL_TRANSFERRED
from kiosk.store import Query
from kiosk.subject.draft import Held, items_of, to_json
from kiosk.verbs.base import Json, VerbsBase, verb


class SubjectVerbs(VerbsBase):
    """Verbs for subject access, legal holds, and what the duty lead takes to its own place."""

    @verb
    def do_person_export(self, admission: str, **who: str) -> Json:
        """Everything held on a person, as a draft for review. That it was made is on record before
        anything is told."""
        actor = self._reading_as(who, Permission.SUBJECT_ACCESS)
        person, service = self._person(admission), self._service
        local = service.rules.timetable.local
        held = Held(
            person,
            service.standing(),
            service.history().oldest_first(Query(about=person.id)),
            service.note,
            service.private_note,
            local,
            {stage.key: stage.words for stage in service.rules.consequences.stages},
        )
        items = items_of(held)
        self._submit(RecordExport(actor, person.id))
        return {
            "school": service.school,
            "name": person.name,
            "admission": person.admission,
            "made": local(service.now().at).isoformat(timespec="minutes"),
            "items": to_json(items),
        }

    @verb
    def do_person_released(self, admission: str, sha256: str, **who: str) -> Json:
        """Put on record that what a draft held was handed out. ``sha256``: of the page."""
        person = self._person(admission)
        released = RecordExport(self._actor(who), person.id, True, sha256)
        return {"seq": self._submit(released).seq}

    @verb
    def do_legal_hold(self, admission: str, note: str, **who: str) -> Json:
        """Let nothing be forgotten about a person; nobody but the leads may notice."""
        person = self._person(admission)
        hold = PlaceLegalHold(self._actor(who), person.id, self._note(note))
        return {"seq": self._submit(hold).seq, "person": person.name}

    @verb
    def do_legal_holds(self, **who: str) -> Json:
        """Every legal hold, by its number."""
        self._reader(who, Permission.LEGAL_HOLD)
        notes = self._service.private_notes({LEGAL_HOLD})
        return {"holds": [self._row(note.id, note.text, note.person) for note in notes]}

    @verb
    def do_legal_show(self, number: int, **who: str) -> Json:
        """What a legal hold has kept back from being forgotten."""
        self._reader(who, Permission.LEGAL_HOLD)
        rows = self._service.private_notes({LEGAL_HOLD, WITHHELD})
        hold = next((r for r in rows if r.kind == LEGAL_HOLD and int(r.id, 16) == number), None)
        if hold is None:
            raise BadInput(f"there is no legal hold {number}")
        theirs = (r for r in rows if (r.kind, r.person) == (WITHHELD, hold.person))
        return {
            **self._row(hold.id, hold.text, hold.person),
            "withheld": [json.loads(row.text) for row in theirs],
        }

    @verb
    def do_lead_kept(self, **who: str) -> Json:
        """The words of safeguarding and police holds, which stay until they are transferred."""
        self._reader(who, Permission.LEAD_NOTES)
        in_force = self._service.standing().state.holds
        return {
            "rows": [
                {
                    **self._row(note.id, note.text, note.person),
                    "kind": note.kind,
                    "over": int(note.id, 16) not in in_force,
                }
                for note in self._service.private_notes(UNTIL_TRANSFERRED)
            ]
        }

    @verb
    def do_lead_transferred(self, numbers: list[int], **who: str) -> Json:
        """Say that they are where the lead keeps such things, and forget them: those, or with none
        all whose hold is over."""
        transfer = TransferRecords(self._actor(who), tuple(numbers))
        return {"seq": self._submit(transfer).seq}

    def _row(self, id: str, words: str, person: str) -> dict[str, Any]:
        """Of somebody who was forgotten the words say who it was."""
        known = self._service.standing().roster.people.get(person)
        return {"number": int(id, 16), "person": known.name if known else "", "words": words}
