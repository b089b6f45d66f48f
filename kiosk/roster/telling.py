"""What an import would change, for people and for programs. Pure.

A UPN, a legal name and a card's number are never told; only that they change.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from kiosk.model import Person, Roster
from kiosk.roster.comparing import Change, Diff, NewCard
from kiosk.roster.faults import told
from kiosk.roster.undo import TakenBack

_PRIVATE = frozenset({"upn", "legal_name"})


def diff_json(diff: Diff) -> dict[str, Any]:
    """The whole difference. ``fingerprint``: the same for the same difference, and no other."""
    return {
        "added": [_person(person) for person in diff.added],
        "changed": [_change(change) for change in diff.changed],
        "left": [
            {**_person(change.after), "keeps": change.after.id in diff.keeping}
            for change in diff.left
        ],
        "cards": [_card(card) for card in diff.cards],
        "same": diff.same,
        "faults": told(diff.faults),
        "stops": {stop.value: words for stop, words in diff.stops.items()},
        "notes": list(diff.notes),
        "fingerprint": fingerprint(diff),
    }


def fingerprint(diff: Diff) -> str:
    """What tells this difference from any other; the ids of new people are not in it."""
    added = [replace(person, id="") for person in diff.added]
    cards = [(card.owner.admission, card.credential.key) for card in diff.cards]
    text = repr((added, diff.changed, diff.left, cards))
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def taken_back_json(
    taken: TakenBack, roster: Roster, *, added: Collection[str], keeping: Collection[str] = ()
) -> dict[str, Any]:
    """What taking an import back would change. ``added``: the ids of those it had added;
    ``keeping``: of all whose device is here.

    ``left``: leavers from now on; with ``since`` because something was recorded of them since."""
    changes = [Change(roster.people[person.id], person) for person in taken.people]
    leaving = [change for change in changes if change.after.leaver and not change.before.leaver]
    losing = [roster.credentials[key].person for key in taken.cards]
    told = {
        "changed": [_change(change) for change in changes if change not in leaving],
        "gone": [_person(roster.people[id]) for id in taken.gone],
        "left": [
            {
                **_person(change.after),
                "keeps": change.after.id in keeping,
                "since": change.after.id in added,
            }
            for change in leaving
        ],
        "cards": [_person(roster.people[id]) for id in losing],
    }
    text = json.dumps([asdict(taken)], sort_keys=True)
    return {**told, "fingerprint": sha256(text.encode()).hexdigest()[:32]}


def taken_back_lines(told: dict[str, Any]) -> list[str]:
    """The same, in words."""
    return [
        *_some("gone", map(_who, told["gone"]), None),
        *_some("changed", map(_changed_words, told["changed"]), None),
        *_some("left", map(_left_words, told["left"]), None),
        *_some("card taken off", map(_who, told["cards"]), None),
    ]


def taken_back_counts(told: dict[str, Any]) -> str:
    """The same, in one line of numbers."""
    counted = ((len(told[name]), name) for name in ("gone", "changed", "left"))
    parts = [f"{count} {name}" for count, name in counted]
    cards = len(told["cards"])
    return f"{', '.join(parts)}; {cards} card{'' if cards == 1 else 's'} taken off."


def counts(told: dict[str, Any]) -> str:
    """A difference as JSON, in one line of numbers."""
    parts = [f"{len(told['added'])} added", f"{len(told['changed'])} changed"]
    if told["left"]:
        parts.append(f"{len(told['left'])} left")
    cards = len(told["cards"])
    new_cards = f"; {cards} new card{'s' if cards > 1 else ''}" if cards else ""
    return f"{', '.join(parts)}, {told['same']} as before{new_cards}."


def diff_lines(told: dict[str, Any], most: int | None = None) -> list[str]:
    """A difference as JSON, in words: at most so many lines of each kind."""
    moved = [each for each in told["changed"] if each["moved"]]
    return [
        *_some("added", map(_who, told["added"]), most),
        *_some("changed", map(_changed_words, told["changed"]), most),
        *_some("left", map(_left_words, told["left"]), most),
        *_some("card", map(_card_words, told["cards"]), most),
        *(f"note: {note}" for note in told["notes"]),
        *(["1 of those changed moves to another form."] if len(moved) == 1 else []),
        *([f"{len(moved)} of those changed move to another form."] if len(moved) > 1 else []),
    ]


def _some(kind: str, words: Iterable[str], most: int | None) -> Iterator[str]:
    lines: Sequence[str] = [f"{kind}: {each}" for each in words]
    shown = lines if most is None else lines[:most]
    yield from shown
    if len(lines) > len(shown):
        yield f"{kind}: and {len(lines) - len(shown)} more"


def _person(person: Person) -> dict[str, Any]:
    return {
        "admission": person.admission,
        "name": person.name,
        "form": person.form,
        "year": person.year,
        "kind": person.kind.value,
    }


def _change(change: Change) -> dict[str, Any]:
    """Each field with what it was and will be; of a private one neither is told."""
    fields = {
        name: None
        if name in _PRIVATE
        else [getattr(change.before, name), getattr(change.after, name)]
        for name in change.fields
    }
    return {
        **_person(change.after),
        "fields": fields,
        "moved": change.has_moved,
        "returned": change.has_returned,
    }


def _card(card: NewCard) -> dict[str, Any]:
    return {
        "admission": card.owner.admission,
        "name": card.owner.name,
        "claim": card.credential.is_claim,
        "beside": card.is_beside,
    }


def _who(person: dict[str, Any]) -> str:
    form = f", {person['form']}" if person["form"] else ""
    return f"{person['admission']} {person['name']}{form}"


def _changed_words(change: dict[str, Any]) -> str:
    return f"{change['admission']} {change['name']}: {change_words(change)}"


def change_words(change: dict[str, Any], to: str = "->") -> str:
    """What changes of somebody, each from one value ``to`` another."""
    parts = [
        f"{name.replace('_', ' ')}{'' if values is None else f' {_from_to(values, to)}'}"
        for name, values in change["fields"].items()
        if name != "leaver"
    ]
    if change["returned"]:
        parts.insert(0, "is back")
    return ", ".join(parts)


def _from_to(values: Sequence[Any], to: str) -> str:
    before, after = values

    def words(value: Any) -> str:
        return {True: "yes", False: "no", "": "none"}.get(value, str(value))

    return f"{words(before)} {to} {words(after)}"


def _left_words(person: dict[str, Any]) -> str:
    since = "; something is on record of them since" if person.get("since") else ""
    return f"{_who(person)}{since}{'; a device of theirs is here' if person['keeps'] else ''}"


def _card_words(card: dict[str, Any]) -> str:
    return "; ".join(filter(None, (f"{card['admission']} {card['name']}", card_words(card))))


def card_words(card: dict[str, Any]) -> str:
    """What else to know of a card to be enrolled; "" for nothing."""
    claim = "short, so bound at its first tap" if card["claim"] else ""
    beside = "they have another that works" if card["beside"] else ""
    return "; ".join(filter(None, (claim, beside)))
