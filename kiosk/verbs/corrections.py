"""Verbs that correct the record, report on a device, and say who is not expected."""

from kiosk.absentees import cell_of, take_absences
from kiosk.errors import BadInput
from kiosk.events import Event, EventType
from kiosk.messages.incidents import (
    CorrectUse,
    Dispute,
    MarkExpected,
    MarkNotExpected,
    Move,
    ReportDevice,
    SettleDispute,
)
from kiosk.reports.device import cubbies_of, device_report, without_names
from kiosk.state.incidents import CORRECTION_WORDS, CorrectionKind, Why
from kiosk.store import Query
from kiosk.verbs.base import Json, VerbsBase, one_of, verb

REPORTS = {kind.value: kind for kind in (CorrectionKind.LOST, CorrectionKind.DAMAGED)}


class CorrectionVerbs(VerbsBase):
    """Verbs that correct the record, report on a device, and say who is not expected."""

    @verb
    def do_correct_place(
        self, admission: str, cubby: int, swap: bool = False, note: str = "", **who: str
    ) -> Json:
        """Say that somebody's device is in that cubby. ``swap``: what is on record there is in
        theirs."""
        person, deposit = self._person(admission), self._kept(admission)
        number = self._cubby_number(cubby)
        move = Move(self._actor(who), deposit.id, number, swap, self._note(note))
        return {"seq": self._submit(move).seq, "person": person.name}

    @verb
    def do_correct_tap(self, number: int, by: str = "", note: str = "", **who: str) -> Json:
        """Say that the tap with that number was somebody else's. ``by``: whose; "" if unknown."""
        events = self._service.events(cause=number, limit=50)
        tap = next((e for e in events if e.seq == number and e.type is EventType.TAPPED), None)
        if tap is None or tap.person is None:
            raise BadInput(f"event {number} is no tap of a card that somebody owns")
        taken = next((e for e in events if e.type is EventType.COLLECTED), None)
        command = CorrectUse(
            self._actor(who),
            number,
            tap.person,
            self._person(by).id if by else "",
            taken.deposit if taken else None,
            taken.seq if taken else None,
            self._note(note),
        )
        return {"seq": self._submit(command).seq}

    @verb
    def do_dispute(
        self, admission: str, claimant: str, need_met: bool = False, note: str = "", **who: str
    ) -> Json:
        """Say that a second person, the claimant, says that a device is theirs."""
        deposit, second = self._kept(admission), self._person(claimant)
        command = Dispute(self._actor(who), deposit.id, second.id, need_met, self._note(note))
        return {"seq": self._submit(command).seq}

    @verb
    def do_dispute_settle(self, admission: str, owner: str, note: str = "", **who: str) -> Json:
        """Say whose it is: they have unlocked it. ``admission``: in whose name it is on record."""
        deposit, person = self._kept(admission), self._person(owner)
        command = SettleDispute(self._actor(who), deposit.id, person.id, self._note(note))
        return {"seq": self._submit(command).seq, "person": person.name}

    @verb
    def do_device_report(self, admission: str, what: str, note: str, **who: str) -> Json:
        """Report that a person's device was lost or damaged."""
        person, kind = self._person(admission), REPORTS[one_of(what, REPORTS.values())]
        command = ReportDevice(self._actor(who), person.id, kind, self._note(note))
        return {"seq": self._submit(command).seq, "person": person.name}

    @verb
    def do_device_story(self, number: int) -> Json:
        """What befell the device of a report, by the report's number; nobody else is named."""
        service = self._service
        report = next(iter(service.events(before=number + 1, after=number - 1)), None)
        roster = service.standing().roster
        person = roster.people.get(report.person or "") if report else None
        if report is None or person is None or report.data.get("what") not in REPORTS:
            raise BadInput(f"event {number} reports no loss or damage of somebody we know")
        note = service.private_note(number)
        words = note.text if note is not None and note.kind == CORRECTION_WORDS else ""
        deposit = report.deposit or self._last_deposit(person.id, number)
        local = service.rules.timetable.local
        story = device_report(self._around(person.id, deposit, report), deposit, person.id, local)
        return {
            "person": person.name,
            "what": report.data["what"],
            "words": without_names(words, roster, person),
            "lines": [
                {**line._asdict(), "at": line.at.isoformat(timespec="seconds")} for line in story
            ],
        }

    @verb
    def do_not_expected(self, admission: str, why: str, **who: str) -> Json:
        """Say that somebody hands nothing in today, or not yet."""
        person = self._person(admission)
        mark = MarkNotExpected(self._actor(who), person.id, Why(one_of(why, Why)))
        return {"seq": self._submit(mark).seq, "person": person.name}

    @verb
    def do_expected(self, admission: str, **who: str) -> Json:
        """Say that they are expected after all."""
        person = self._person(admission)
        return {
            "seq": self._submit(MarkExpected(self._actor(who), person.id)).seq,
            "person": person.name,
        }

    @verb
    def do_absences_look(self, rows: list[dict[str, str]]) -> Json:
        """Which of these rows, counted from 0, are of nobody on the roster."""
        ids = {p.admission for p in self._service.standing().roster.people.values()}
        named = [cell_of(row, "admission") for row in rows]
        return {"unknown": [n for n, admission in enumerate(named) if admission not in ids]}

    @verb
    def do_absences(
        self, rows: list[dict[str, str]], skip_unknown: bool = False, **who: str
    ) -> Json:
        """Take a list of absences in place of any before it: rows of ``admission``, ``first`` and
        ``last``, dates as 2026-03-02; ``row`` says where in a file they stood."""
        return take_absences(self._service, self._actor(who), rows, skip_unknown=skip_unknown)

    def _last_deposit(self, person: str, before: int) -> int:
        """Their last one before an event; 0 if there is none on record."""
        query = Query(person=person, before=before)
        found = (e.deposit for e in self._service.history().newest_first(query) if e.deposit)
        return next(found, 0)

    def _around(self, person: str, deposit: int, report: Event) -> list[Event]:
        """The events of a person since a deposit began, and of the cubbies that it was in."""
        if not deposit:
            return []
        history, after = self._service.history(), deposit - 1
        theirs = list(history.oldest_first(Query(person=person, after=after)))
        cubbies = cubbies_of([report, *theirs], deposit)
        for cubby in cubbies:
            theirs += history.oldest_first(Query(cubby=cubby, after=after))
        return theirs
