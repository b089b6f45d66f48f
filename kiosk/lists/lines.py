"""Whose device is where, and who is still to come: each list as lines of ids. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.cabinet.left import is_left
from kiosk.cabinet.usable import cubbies_in_doubt
from kiosk.events import Reason
from kiosk.lists.seen import Scene, Seen, is_here, register
from kiosk.model import CardStatus, Person, PersonKind
from kiosk.policy.devices import devices_words
from kiosk.policy.words import REASONS
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import Exemption, ExemptionEffect
from kiosk.taps.facts import is_held, works

HELD = REASONS[Reason.HELD].capitalize()  # of whatever kind: nobody learns it here
STAFF_ONLY = "staff only"
NOT_CERTAIN = "not certain"
NOBODY_KNOWN = "nobody known"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``person``: an id; None where nobody is named, and ``instead`` stands there.

    ``place``: where the device is, in words. ``due``: till when, or by which day. ``number``: of
    the event that made an arrangement. ``keeper``: the actor who carries it.
    """

    person: str | None = None
    form: str = ""
    cubby: int | None = None
    place: str = ""
    since: datetime | None = None
    due: datetime | date | None = None
    number: int | None = None
    note: str = ""
    instead: str = ""
    keeper: str = ""

    @property
    def group(self) -> str:
        """What it is counted under: the form, or what stands in the name's place."""
        return self.instead or self.form


def not_seen(scene: Scene) -> list[Entry]:
    """Pupils who are expected, and whose device was not seen today."""
    found = register(scene)
    return [_of(scene, person) for person, seen in found.items() if seen is Seen.NOT_SEEN]


def unsigned(scene: Scene) -> list[Entry]:
    """Pupils with whose home nothing is agreed yet. They hand in like all others."""
    pupils = (p for p in scene.standing.roster.people.values() if p.kind is PersonKind.PUPIL)
    return [_of(scene, p.id) for p in pupils if p.agreed_on is None and not p.leaver]


def lost_cards(scene: Scene) -> list[Entry]:
    """Whose card was reported lost and not found since, and whether another one works."""
    cards = scene.standing.roster.credentials.values()
    lost = {card.person for card in cards if card.status is CardStatus.LOST}
    have = {card.person for card in cards if works(card, scene.now)}
    people = scene.standing.roster.people
    return [
        _of(scene, person, note="has another" if person in have else "has no card that works")
        for person in sorted(lost)
        if not _has_left(people.get(person))
    ]


def uncollected(scene: Scene) -> list[Entry]:
    """What is in our keeping though the kiosk has closed to its owner since."""
    kept = scene.state.deposits.values()
    return [_kept(scene, deposit) for deposit in kept if _is_left(scene, deposit)]


def leavers(scene: Scene) -> list[Entry]:
    """Devices of those who have left the school."""
    people = scene.standing.roster.people
    kept = (d for d in scene.state.deposits.values() if d.person in people)
    return [_kept(scene, deposit) for deposit in kept if people[deposit.person].leaver]


def holders(scene: Scene) -> list[Entry]:
    """Each cubby that keeps something, or may, for whoever opens it by key."""
    state = scene.state
    entries = [_holder(scene, d) for d in state.deposits.values() if d.cubby is not None]
    for cubby in cubbies_in_doubt(state) - state.in_cubby.keys():
        entries.append(Entry(cubby=cubby, instead=NOBODY_KNOWN, note="may not be empty"))
    return entries


def out(scene: Scene) -> list[Entry]:
    """Devices that their owners have with them for a while."""
    return [_out(scene, deposit) for deposit in _those_out(scene)]


def carried(scene: Scene) -> list[Entry]:
    """Devices that staff have taken along, each with who has it."""
    kept = (d for d in scene.state.deposits.values() if d.place is Place.CARRIED)
    return [
        _of(scene, d.person, since=d.since.at, keeper=d.keeper, note=_with_devices(d, ""))
        for d in kept
    ]


def overdue(scene: Scene) -> list[Entry]:
    """Those of them that were to be back by now."""
    return [_out(scene, deposit) for deposit in _those_out(scene) if _is_late(scene, deposit)]


def held(scene: Scene) -> list[Entry]:
    """Devices that may not be released. Whatever the kind, it reads alike."""
    kept = (d for d in scene.state.deposits.values() if is_held(scene.state, d, scene.now))
    return [_of(scene, d.person, **_where(d), note=_with_devices(d, HELD)) for d in kept]


def reviews(scene: Scene) -> list[Entry]:
    """Arrangements that somebody has to look at again. The need is not told."""
    people = scene.standing.roster.people
    here = (e for e in scene.state.exemptions.values() if not _has_left(people.get(e.person)))
    due = [(e, by) for e in here if (by := _review(e)) is not None and scene.today >= by]
    asked = [(e, by) for e, by in due if e.is_approved or e.awaits_approval(scene.today)]
    return [_of(scene, e.person, due=by, number=e.id, note=_signed(e)) for e, by in asked]


def _signed(exemption: Exemption) -> str:
    on = exemption.signed_on
    signed = f"agreed in writing on {on}" if on else "not agreed in writing"
    return signed if exemption.is_approved else f"not approved yet; {signed}"


def _has_left(person: Person | None) -> bool:
    return person is not None and person.leaver


def expected_back(scene: Scene) -> list[Entry]:
    """Those who come back today: their device is out until then, or they are on a pass."""
    state = scene.state
    entries = [_out(scene, deposit) for deposit in _those_out(scene) if deposit.due is not None]
    on_pass = (p for p in state.passes.values() if p.is_back_expected and p.covers(scene.now.at))
    for given in on_pass:
        kept = state.deposit_of(given.person)
        if kept is None or kept.place is not Place.OUT:
            note = "no device here" if kept is None else "the device is here"
            entries.append(_of(scene, given.person, due=given.ends, note=note))
    return entries


def exams(scene: Scene) -> list[Entry]:
    """What the invigilator is told of each candidate: in, arranged, or ask."""
    known = (c for c in scene.candidates if c in scene.standing.roster.people)
    return [_of(scene, person, note=_for_invigilator(scene, person)) for person in known]


MAKERS: Mapping[str, Callable[[Scene], Iterable[Entry]]] = {
    "not-seen": not_seen,
    "uncollected": uncollected,
    "leavers": leavers,
    "holders": holders,
    "carried": carried,
    "overdue": overdue,
    "out": out,
    "held": held,
    "reviews": reviews,
    "unsigned": unsigned,
    "lost-cards": lost_cards,
    "expected-back": expected_back,
    "exams": exams,
}


def _of(scene: Scene, person: str, **more: Any) -> Entry:
    """A line about somebody; of a device whose owner nobody knows, about nobody."""
    if person not in scene.standing.roster.people:
        return Entry(instead=NOBODY_KNOWN, **more)
    return Entry(person, scene.form(person), **more)


def _where(deposit: Deposit) -> dict[str, Any]:
    return {"cubby": deposit.cubby, "place": _place(deposit), "since": deposit.since.at}


def _place(deposit: Deposit) -> str:
    if deposit.place is Place.OUT:
        return "with its owner"
    if deposit.place is Place.OFFICE:
        return "the office"
    if deposit.place is Place.CARRIED:
        return "with staff"
    return "not known" if deposit.cubby is None else f"cubby {deposit.cubby}"


def _kept(scene: Scene, deposit: Deposit) -> Entry:
    doubt = NOT_CERTAIN if deposit.doubt is not None else ""
    note = HELD if is_held(scene.state, deposit, scene.now) else doubt
    return _of(scene, deposit.person, **_where(deposit), note=_with_devices(deposit, note))


def _with_devices(deposit: Deposit, note: str) -> str:
    """That, and what is kept where staff have said so."""
    said = devices_words(deposit.count, deposit.kinds)
    return "; ".join(filter(None, (note, said)))


def _holder(scene: Scene, deposit: Deposit) -> Entry:
    if is_held(scene.state, deposit, scene.now):
        return Entry(cubby=deposit.cubby, instead=STAFF_ONLY)
    note = NOT_CERTAIN if deposit.doubt is not None else ""
    note = "out: empty until it is back" if deposit.place is Place.OUT else note
    return _of(scene, deposit.person, cubby=deposit.cubby, note=_with_devices(deposit, note))


def _those_out(scene: Scene) -> list[Deposit]:
    return [d for d in scene.state.deposits.values() if d.place is Place.OUT]


def _is_late(scene: Scene, deposit: Deposit) -> bool:
    return deposit.due is not None and scene.now.at >= deposit.due


def _out(scene: Scene, deposit: Deposit) -> Entry:
    note = "overdue" if _is_late(scene, deposit) else ""
    return _of(scene, deposit.person, **_where(deposit), due=deposit.due, note=note)


def _is_left(scene: Scene, deposit: Deposit) -> bool:
    owner = scene.standing.roster.people.get(deposit.person)
    return is_left(scene.rules, scene.state, owner, deposit, scene.now.at)


def _review(exemption: Exemption) -> date | None:
    """By when somebody looks at it; at what is not approved yet, at once."""
    return (exemption.review or exemption.ends) if exemption.is_approved else exemption.begins


def _for_invigilator(scene: Scene, person: str) -> str:
    """No device is in; what is out, uncertain or was never seen is to be asked for."""
    deposit = scene.state.deposit_of(person)
    if deposit is not None and is_here(deposit) and deposit.doubt is None:
        return "in"
    has_none = scene.standing.roster.people[person].no_device
    if deposit is None and has_none:
        return "in"
    arranged = scene.state.exemptions_of(person)
    lasting = (e for e in arranged if e.effect is not ExemptionEffect.EARLY)
    return "arranged" if any(e.is_in_force(scene.today) for e in lasting) else "ask"
