"""A roster taken in, and taken back within a day. Pure.

What an import replaced is kept in one row, which names people: so it goes with the next import,
with whoever is erased, and with the first thing that is recorded once its day is over.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Forget
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.commands import ImportRoster, UndoImport
from kiosk.model import Credential, Person, PersonKind, Roster
from kiosk.policy.roles import Permission
from kiosk.roster.undo import TakenBack, is_over, take_back, undo_of, undo_refusal
from kiosk.staff.acting import act, needing, refuse
from kiosk.state import State


def _import_roster(draft: Draft, command: ImportRoster) -> None:
    roster = draft.standing.roster
    if command.seen is not None and not _is_same(roster, command.seen):
        refuse(draft, Reason.OUT_OF_DATE)
        return
    said: dict[str, Any] = {"added": command.added, "changed": command.changed}
    if command.left:
        said["left"] = command.left
    if visitors := [each.id for each in command.people if each.kind is PersonKind.VISITOR]:
        said["visitors"] = visitors  # from then on their time with us counts
    event = act(draft, EventType.ROSTER_IMPORTED, command.actor, data=said)
    draft.keep_import(undo_of(command.people, command.credentials, roster, event.seq, draft.now))
    people = {**roster.people, **{person.id: person for person in command.people}}
    cards = {**roster.credentials, **{card.key: card for card in command.credentials}}
    changed = replace(roster, people=people, credentials=cards)
    draft.save(changed, *command.people, *command.credentials)


def _is_same(roster: Roster, seen: Roster) -> bool:
    """Whether people and cards are as they were when a list was compared with them."""
    return (roster.people, roster.credentials) == (seen.people, seen.credentials)


def free_cubbies(draft: Draft) -> None:
    """A cubby of their own is for who is at the school. Of those who have left it is anybody's once
    the import that said so cannot be taken back. What is in it stays where it is; while brothers'
    or sisters' devices are too, it stays theirs."""
    cabinet, imported = draft.state.cabinet, draft.standing.imported
    if not cabinet.owned or (imported is not None and not is_over(imported, draft.now)):
        return
    people = draft.standing.roster.people
    for person, cubby in sorted(cabinet.owned.items()):
        is_shared_now = cabinet.is_several(cubby) and cubby in draft.state.in_cubby
        if person in people and people[person].leaver and not is_shared_now:
            draft.add(EventType.CUBBY_UNASSIGNED, person=person, cubby=cubby)


def _undo_import(draft: Draft, command: UndoImport) -> None:
    imported = draft.standing.imported
    refusal = undo_refusal(imported, draft.now)
    if imported is None or refusal is not None:
        refuse(draft, refusal or Reason.NOT_KNOWN)
        return
    if (command.seq, command.rules) != (imported.seq, draft.state.rules_version):
        refuse(draft, Reason.OUT_OF_DATE)
        return
    taken = take_back(imported, draft.standing.roster, command.recorded | known_to(draft.state))
    if taken.is_empty:
        refuse(draft, Reason.ALREADY_SO)
        return
    left = [person for person in taken.people if person.id in imported.added]
    counts = {
        "changed": len(taken.people) - len(left),
        "gone": len(taken.gone),
        "left": len(left),
        "cards": len(taken.cards),
    }
    act(draft, EventType.ROSTER_UNDONE, command.actor, cause=imported.seq, data=counts)
    draft.keep_import(None)
    _save(draft, taken)


def _save(draft: Draft, taken: TakenBack) -> None:
    roster = draft.standing.roster
    everybody = {**roster.people, **{person.id: person for person in taken.people}}
    people = {id: person for id, person in everybody.items() if id not in taken.gone}
    cards = {key: card for key, card in roster.credentials.items() if key not in taken.cards}
    draft.save(
        replace(roster, people=people, credentials=cards),
        *taken.people,
        *(Forget(Person, id) for id in taken.gone),
        *(Forget(Credential, key) for key in taken.cards),
    )


def known_to(state: State) -> frozenset[str]:
    """The ids of everybody of whom the state knows something: whoever came between somebody's look
    at an import and its being taken back does not vanish."""
    book = state.casebook
    ids = {*state.of_person, *state.collections, *state.passes, *state.going_home}
    ids |= {*state.cabinet.owned, *book.marked, *book.absences, *book.others_taps.values()}
    ids |= {opening.person or "" for opening in state.transactions.values()}
    ids |= {alert.person or "" for alert in state.alerts.values()}
    ids |= {exemption.person for exemption in state.exemptions.values()}
    ids |= {incident.person for incident in book.incidents.values()}
    for search in book.searches.values():
        ids |= {search.person, search.searcher, search.witness}
    return frozenset(ids - {""})


def forget_import(draft: Draft) -> None:
    """What the last import replaced is forgotten with the first event after its day."""
    imported = draft.standing.imported
    if imported is not None and draft.has_events() and is_over(imported, draft.now):
        draft.keep_import(None)


IMPORTING: Mapping[type, Callable[[Draft, Any], None]] = {
    ImportRoster: needing(Permission.ROSTER, _import_roster),
    UndoImport: needing(Permission.ROSTER, _undo_import),
}
