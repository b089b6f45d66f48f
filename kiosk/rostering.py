"""The roster by a list: what it would change, changing it, and taking that back; whoever asks.

The command line's verbs and the pages both come here.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kiosk.custody import believed
from kiosk.drafting import Standing
from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.lists.table import stamp
from kiosk.messages.commands import ImportRoster, UndoImport
from kiosk.model import Person
from kiosk.roster import (
    CardNumber,
    Diff,
    Imported,
    Roll,
    TakenBack,
    compare,
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
from kiosk.school.misfits import misfits
from kiosk.school.school import read_school
from kiosk.service import Service, carry_out
from kiosk.spelled import card_reader
from kiosk.staff.importing import known_to
from kiosk.store import Query

Json = dict[str, Any]

CHANGED = "the roster has changed meanwhile; look again"
_UNDO_REFUSALS = {
    Reason.NOT_KNOWN: "there is nothing to take back: no list was imported within the last day, or "
    "the last was taken back already",
    Reason.CLOCK_NOT_TRUSTED: "nobody can say how long ago the import was, as the clock is not "
    "trusted: confirm the time first (`kiosk clock confirm`)",
}


class Listed(NamedTuple):
    """A list as it was read. ``rows``: of text, as ``roster_rows`` takes them. ``fields``: what of
    a person it speaks of; None: whatever its rows name. ``mentioned``: who else is in it.
    ``is_full``: it is the whole roll."""

    rows: Sequence[Mapping[str, str]]
    fields: Collection[str] | None = None
    mentioned: Collection[str] = ()
    profile: str = "hex"
    is_full: bool = False


class Terms(NamedTuple):
    """On what terms a list is taken in. ``many_leavers``, ``lost_zeros``: that was looked at, and
    is right. ``skip_faulty``: without the faulty rows. ``expects``: only if the difference is the
    one with that fingerprint; "" for any."""

    many_leavers: bool = False
    lost_zeros: bool = False
    skip_faulty: bool = False
    expects: str = ""


@dataclass(frozen=True, slots=True)
class RosterDesk:
    """Takes lists in and back. ``card_key``: the keyed digest of a card's number."""

    service: Service
    card_key: Callable[[CardNumber], str]

    def diff(self, listed: Listed, *, sees_names: bool = True) -> Diff:
        """What importing it would change. ``sees_names``: whether nobody's name on record has to
        be kept from who asks. Raises BadInput: its rows cannot be used."""
        return self._diff(listed, self.service.standing(), sees_names)

    def take_in(self, actor: str, listed: Listed, terms: Terms, *, sees_names: bool = True) -> Diff:
        """Do it, all of it or nothing; what it changed. ``sees_names``: as in ``diff``.

        Raises:
            BadInput: it was not done, and why.
        """
        standing = self.service.standing()
        diff = self._diff(listed, standing, sees_names)
        if diff.faults and not terms.skip_faulty:
            raise refusal(diff.faults)
        if terms.expects and terms.expects != fingerprint(diff):
            raise BadInput(f"nothing was imported: {CHANGED}")
        _check_stops(diff, terms)
        if diff.people or diff.cards:
            carry_out(self.service, _command(diff, actor, standing))
        return diff

    def undo_look(self, *, sees_names: bool = True) -> Json:
        """What taking the last import back would change. ``fingerprint``: see ``undo``.
        ``sees_names``: whether a refusal may name people."""
        imported, taken, _ = self._undo(sees_names)
        standing, local = self.service.standing(), self.service.rules.timetable.local
        keeping = standing.state.of_person.keys()
        told = taken_back_json(taken, standing.roster, added=imported.added, keeping=keeping)
        return {"when": stamp(local, imported.moment.at), "seq": imported.seq, **told}

    def undo(self, actor: str, expects: str = "", *, sees_names: bool = True) -> Json:
        """Take the last import back. ``expects``: only if that changes what has that fingerprint.
        What somebody has done since, with a person or with a field, stays."""
        imported, taken, recorded = self._undo(sees_names)
        standing = self.service.standing()
        told = taken_back_json(taken, standing.roster, added=imported.added)
        if expects and expects != told["fingerprint"]:
            raise BadInput("nothing was taken back: something has changed meanwhile; look again")
        command = UndoImport(actor, imported.seq, standing.state.rules_version, recorded)
        seq = carry_out(self.service, command).seq
        return {"seq": seq, "people": len(taken.people), "gone": len(taken.gone)}

    @property
    def can_undo(self) -> bool:
        """Whether the last import may still be taken back, as far as that is seen at a glance."""
        standing = self.service.standing()
        now = believed(standing.state, self.service.now())
        return undo_refusal(standing.imported, now) is None

    def _diff(self, listed: Listed, standing: Standing, sees_names: bool = True) -> Diff:
        rows, fields = listed.rows, listed.fields
        checked = roster_rows(rows, read_card=card_reader(listed.profile))
        said = FIELDS & ({key for row in rows for key in row} if fields is None else {*fields})
        diff = compare(
            Roll(checked, said, listed.is_full, listed.mentioned),
            standing.roster,
            new_id=lambda: secrets.token_hex(8),
            card_key=self.card_key,
            keeps=standing.state.of_person.keys(),
            sees_names=sees_names,
        )
        known = self.service.school_file()
        if known is None or not diff.people:
            return diff
        unfit = misfits(known.text, standing.roster, diff.people)
        return replace(diff, notes=(*diff.notes, *unfit))

    def _undo(self, sees_names: bool) -> tuple[Imported, TakenBack, frozenset[str]]:
        """The last import, what taking it back comes to, and of whom there is something since.

        Raises:
            BadInput: it cannot be taken back, and why.
        """
        standing = self.service.standing()
        imported = standing.imported
        refused = undo_refusal(imported, believed(standing.state, self.service.now()))
        if imported is None or refused is not None:
            raise BadInput(_UNDO_REFUSALS.get(refused or Reason.NOT_KNOWN, "refused"))
        recorded = self._recorded_since(imported) | known_to(standing.state)
        taken = take_back(imported, standing.roster, recorded)
        if taken.is_empty:
            raise BadInput("nothing of that import is left to take back: all of it changed since")
        self._check_rules([standing.roster.people[id] for id in taken.gone], sees_names)
        return imported, taken, recorded

    def _recorded_since(self, imported: Imported) -> frozenset[str]:
        """Of whom there are events since."""
        since = self.service.history().oldest_first(Query(after=imported.seq))
        named = (id for event in since for id in people_in(event))
        return imported.people & frozenset(named)

    def _check_rules(self, gone: Sequence[Person], sees_names: bool) -> None:
        """Raises BadInput if the school's rules name somebody who would be gone: their exceptions
        would be for nobody, and the next file with them be refused."""
        known = self.service.school_file()
        if known is None or not gone:
            return
        sections = read_school(known.text, "the school's rules")
        named = {admission for _, admission in admissions_in(sections)}
        if names := [f"{p.name} ({p.admission})" for p in gone if p.admission in named]:
            whom = ", ".join(names) if sees_names else "somebody"
            raise BadInput(
                f"nothing was taken back: the school's rules name {whom}, who would be gone: "
                "import rules without them first"
            )


def _check_stops(diff: Diff, terms: Terms) -> None:
    stops = [words for stop, words in diff.stops.items() if not getattr(terms, stop.value)]
    if stops:
        raise BadInput("\n".join(["nothing was imported:", *(f"  {words}" for words in stops)]))


def _command(diff: Diff, actor: str, seen: Standing) -> ImportRoster:
    return ImportRoster(
        actor,
        diff.people,
        added=len(diff.added),
        changed=len(diff.changed),
        left=len(diff.left),
        credentials=diff.credentials,
        seen=seen.roster,
    )
