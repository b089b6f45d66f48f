"""Verbs about the roster: what a list would change, changing it, and taking that back."""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from hardware.ports import CardSeen
from hardware.profiles import profile_named, read_number
from kiosk.custody import believed
from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.lists.table import stamp
from kiosk.messages.commands import ImportRoster, UndoImport
from kiosk.model import Person
from kiosk.roster import (
    CardNumber,
    Diff,
    Imported,
    ReadCard,
    Roll,
    TakenBack,
    compare,
    diff_json,
    fingerprint,
    people_in,
    refusal,
    roster_rows,
    take_back,
    taken_back_json,
    undo_refusal,
)
from kiosk.roster.rows import FIELDS
from kiosk.school.calendar import admissions_in
from kiosk.school.school import read_school
from kiosk.staff.importing import known_to
from kiosk.store import Query
from kiosk.verbs.base import Json, VerbsBase, verb

_UNDO_REFUSALS = {
    Reason.NOT_KNOWN: "there is nothing to take back: no list was imported within the last day, or "
    "the last was taken back already",
    Reason.CLOCK_NOT_TRUSTED: "nobody can say how long ago the import was, as the clock is not "
    "trusted: confirm the time first (`kiosk clock confirm`)",
}


class Confirmed(NamedTuple):
    """What somebody has confirmed: stops by their names."""

    many_leavers: bool = False
    lost_zeros: bool = False


def card_reader(profile: str) -> ReadCard:
    """What reads card numbers as that profile spells them. Raises BadInput: there is none."""
    try:
        profile_named(profile)
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    return partial(_read_card, profile)


def _read_card(profile: str, text: str) -> CardNumber:
    kind, number = read_number(profile, text)
    if CardSeen(number, kind=kind).is_random:
        raise ValueError("it is made up anew at each tap: a phone, or a card that hides")
    return kind, number


class RosterVerbs(VerbsBase):
    """Verbs about the roster."""

    @verb
    def do_roster_diff(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None = None,
        mentioned: list[str] | None = None,
        profile: str = "hex",
        full: bool = False,
    ) -> Json:
        """What importing these rows would change. ``fields``: what of a person they speak of, if
        that is not what they name. ``mentioned``: who else is in the list. ``full``: it is the
        whole roll."""
        return diff_json(self._diff(rows, fields, mentioned, profile, full))

    @verb
    def do_roster_import(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None = None,
        mentioned: list[str] | None = None,
        profile: str = "hex",
        full: bool = False,
        many_leavers: bool = False,
        lost_zeros: bool = False,
        skip_faulty: bool = False,
        expects: str = "",
    ) -> Json:
        """Do it, all of it or nothing. ``many_leavers``, ``lost_zeros``: that was looked at, and
        is right. ``skip_faulty``: do without the faulty rows. ``expects``: only if the difference
        is the one with that fingerprint."""
        diff = self._diff(rows, fields, mentioned, profile, full)
        if diff.faults and not skip_faulty:
            raise refusal(diff.faults)
        if expects and expects != fingerprint(diff):
            raise BadInput("nothing was imported: the roster has changed meanwhile; look again")
        _check_stops(diff, Confirmed(many_leavers, lost_zeros))
        if diff.people or diff.cards:
            self._submit(_command(diff, self.ACTOR))
        return _counted(diff, has_cards="card" in (fields or ()), is_full=full)

    @verb
    def do_roster_undo_look(self) -> Json:
        """What taking the last import back would change. ``fingerprint``: see ``roster_undo``."""
        imported, taken, _ = self._undo()
        standing, local = self._service.standing(), self._service.rules.timetable.local
        keeping = standing.state.of_person.keys()
        told = taken_back_json(taken, standing.roster, added=imported.added, keeping=keeping)
        return {"when": stamp(local, imported.moment.at), "seq": imported.seq, **told}

    @verb
    def do_roster_undo(self, expects: str = "") -> Json:
        """Take the last import back. ``expects``: only if that changes what has that fingerprint.
        What somebody has done since, with a person or with a field, stays."""
        imported, taken, recorded = self._undo()
        told = taken_back_json(taken, self._service.standing().roster, added=imported.added)
        if expects and expects != told["fingerprint"]:
            raise BadInput("nothing was taken back: something has changed meanwhile; look again")
        version = self._service.standing().state.rules_version
        seq = self._submit(UndoImport(self.ACTOR, imported.seq, version, recorded)).seq
        return {"seq": seq, "people": len(taken.people), "gone": len(taken.gone)}

    def _undo(self) -> tuple[Imported, TakenBack, frozenset[str]]:
        """The last import, what taking it back comes to, and of whom there is something since.

        Raises:
            BadInput: it cannot be taken back, and why.
        """
        standing = self._service.standing()
        imported = standing.imported
        refusal = undo_refusal(imported, believed(standing.state, self._service.now()))
        if imported is None or refusal is not None:
            raise BadInput(_UNDO_REFUSALS.get(refusal or Reason.NOT_KNOWN, "refused"))
        recorded = self._recorded_since(imported) | known_to(standing.state)
        taken = take_back(imported, standing.roster, recorded)
        if taken.is_empty:
            raise BadInput("nothing of that import is left to take back: all of it changed since")
        self._check_rules([standing.roster.people[id] for id in taken.gone])
        return imported, taken, recorded

    def _recorded_since(self, imported: Imported) -> frozenset[str]:
        """Of whom there are events since."""
        since = self._service.history().oldest_first(Query(after=imported.seq))
        named = (id for event in since for id in people_in(event))
        return imported.people & frozenset(named)

    def _check_rules(self, gone: Sequence[Person]) -> None:
        """Raises BadInput if the school's rules name somebody who would be gone: their exceptions
        would be for nobody, and the next file with them be refused."""
        known = self._service.school_file()
        if known is None or not gone:
            return
        sections = read_school(known.text, "the school's rules")
        named = {admission for _, admission in admissions_in(sections)}
        if names := [f"{p.name} ({p.admission})" for p in gone if p.admission in named]:
            raise BadInput(
                f"nothing was taken back: the school's rules name {', '.join(names)}, who would be "
                "gone: import rules without them first"
            )

    def _diff(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None,
        mentioned: list[str] | None,
        profile: str,
        full: bool,
    ) -> Diff:
        checked = roster_rows(rows, read_card=card_reader(profile))
        said = FIELDS & ({key for row in rows for key in row} if fields is None else {*fields})
        standing = self._service.standing()
        return compare(
            Roll(checked, said, full, mentioned or ()),
            standing.roster,
            new_id=lambda: secrets.token_hex(8),
            card_key=lambda number: self._keys.card_digest(*number),
            keeps=standing.state.of_person.keys(),
        )


def _check_stops(diff: Diff, confirmed: Confirmed) -> None:
    stops = [words for stop, words in diff.stops.items() if not getattr(confirmed, stop.value)]
    if stops:
        raise BadInput("\n".join(["nothing was imported:", *(f"  {words}" for words in stops)]))


def _command(diff: Diff, actor: str) -> ImportRoster:
    return ImportRoster(
        actor,
        diff.people,
        added=len(diff.added),
        changed=len(diff.changed),
        left=len(diff.left),
        credentials=diff.credentials,
    )


def _counted(diff: Diff, *, has_cards: bool, is_full: bool) -> Json:
    """How many; of leavers and cards only where the list could speak of them."""
    counted = {"added": len(diff.added), "changed": len(diff.changed), "same": diff.same}
    if diff.left or is_full:
        counted["left"] = len(diff.left)
    if diff.cards or has_cards:
        counted["cards"] = len(diff.cards)
    return counted
