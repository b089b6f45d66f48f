"""People: found as one types, and each one's page with what staff may do about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from kiosk.days_in_words import written_day, written_time
from kiosk.drafting import Standing
from kiosk.model import CardStatus, Person, PersonKind
from kiosk.policy.devices import devices_words, kinds_words
from kiosk.policy.disclosure import NEEDS
from kiosk.policy.roles import Permission
from kiosk.state import Deposit, Place
from kiosk.state.arrangements import Exemption, Hold, HoldKind
from kiosk.state.incidents import INCIDENT_WORDS, INCIDENTS, READERS, SIGNED_WORDS, Incident
from webui.access import may, needs
from webui.acts.act import About
from webui.acts.on_devices import HOLDS
from webui.acts.on_people import EFFECTS, KINDS
from webui.acts.pages import Offer, offers
from webui.history import lines
from webui.office import office
from webui.wording import People, printable, reason_words, since_words

pages = Blueprint("people", __name__)

MOST = 50  # people shown; more letters find fewer
LAST_EVENTS = 10
KIND_WORDS = {
    PersonKind.PUPIL: "Pupil",
    PersonKind.STAFF: "Staff",
    PersonKind.VISITOR: "Visitor",
}
CARD_WORDS = {
    **dict.fromkeys(CardStatus, "blocked"),
    CardStatus.ACTIVE: "works",
    CardStatus.LOST: "lost",
}
HELD = "Held: call the duty lead"


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as they are listed. ``where``: where their device is, in a few words."""

    id: str
    name: str
    form: str
    admission: str
    where: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An arrangement, hold or incident on somebody's page, with what can be done about it."""

    title: str
    details: str
    offers: Sequence[Offer]


@pages.get("/people")
@needs(Permission.SEE_NAMES)
def find() -> str:
    """Who is on the roster; the list renews itself as one types."""
    asked = printable(request.args.get("q", ""))[:100]
    form = printable(request.args.get("form", ""))[:100]
    found = office().service.standing().roster.matching(asked, form)
    desk = office().desk
    page = "people_found.html" if "HX-Request" in request.headers else "people.html"
    return render_template(
        page,
        rows=[_row(person) for person in found[:MOST]],
        more=max(0, len(found) - MOST),
        q=asked,
        form=form,
        forms=_forms(),
        can_undo=desk is not None and desk.can_undo,
    )


@pages.get("/people/<person>")
@needs(Permission.SEE_NAMES)
def show(person: str) -> str:
    """One person's page."""
    service = office().service
    standing = service.standing()
    known = standing.roster.people.get(person)
    if known is None:
        abort(404)
    deposit = standing.state.deposit_of(person)
    people = People(standing.roster, sees_names=True)
    events = service.events(person=person, limit=LAST_EVENTS) if may(Permission.SEE_RECORD) else ()
    return render_template(
        "person.html",
        person=known,
        name=people.person(person),
        kind=KIND_WORDS[known.kind],
        deposit=deposit,
        where=where_words(standing, person),
        since=since_words(service.rules, deposit.since.at, service.now().at) if deposit else "",
        devices=devices_words(deposit.count, deposit.kinds) if deposit else "",
        doubt=reason_words(deposit.doubt) if deposit else "",
        cards=_cards(standing, person),
        pin=_pin_words(known),
        arranged=[*_passes(standing, person), *_arrangements(standing, person)],
        holds=_holds(standing, deposit),
        incidents=_incidents(standing, person) if may(Permission.INCIDENTS) else None,
        offers=offers(About.PERSON, person),
        device_offers=offers(About.DEVICE, str(deposit.id)) if deposit else [],
        lines=lines(events, service, people),
        sees_record=may(Permission.SEE_RECORD),
    )


def person_page(person: str | None) -> str:
    """The address of somebody's page, for whoever may see it; "" for nobody."""
    known = person is not None and person in office().service.standing().roster.people
    return url_for("people.show", person=person) if known and may(Permission.SEE_NAMES) else ""


def where_words(standing: Standing, person: str) -> str:
    """Where somebody's device is, in a few words."""
    deposit = standing.state.deposit_of(person)
    if deposit is None:
        return "Nothing in our keeping"
    if deposit.place is Place.OUT:
        return "Out with its owner"
    if deposit.place is Place.OFFICE:
        return "With the office"
    if deposit.place is Place.CARRIED:
        return "Carried by staff"
    if deposit.cubby is None:
        return "Nobody can find it"
    return f"In cubby {deposit.cubby}" + (", not certain" if deposit.doubt else "")


def hold_words(hold: Hold) -> str:
    """What is read of a hold: nothing of why, but to those who may lift it."""
    return kind_words(hold) if offers(About.HOLD, str(hold.id)) else HELD


def kind_words(hold: Hold) -> str:
    """The kind of a hold as the reader may know it; a private one is an office hold to others."""
    note = office().service.private_note(hold.id) if may(Permission.PRIVATE) else None
    kind = HoldKind(note.kind) if note is not None else hold.kind
    return HOLDS.get(kind, "Two say that it is theirs")


def _row(person: Person) -> Row:
    standing = office().service.standing()
    left = "left" if person.leaver else ""
    form = person.form or KIND_WORDS[person.kind]
    return Row(
        person.id,
        printable(person.name),
        ", ".join(filter(None, (printable(form), left))),
        printable(person.admission),
        where_words(standing, person.id),
    )


def _forms() -> list[str]:
    people = office().service.standing().roster.people.values()
    return sorted({person.form for person in people if person.form})


def _cards(standing: Standing, person: str) -> list[str]:
    """Their cards in words; never a number."""
    local = office().service.rules.timetable.local
    words = []
    for card in standing.roster.credentials.values():
        if card.person != person:
            continue
        span = (("from", card.valid_from), ("until", card.valid_until))
        times = "".join(f", {word} {written_time(local(at))}" for word, at in span if at)
        state = CARD_WORDS[card.status]
        words.append(f"{'A number from a list' if card.is_claim else 'A card'}: {state}{times}")
    return sorted(words)


def _pin_words(person: Person) -> str:
    """Whether a member of staff has a PIN; "" where nobody is asked for one."""
    if not office().service.rules.screen.asks_pin or person.kind is not PersonKind.STAFF:
        return ""
    if not person.pin_hash:
        return "none: their card opens no cubby of a pupil’s"
    return "set" if person.has_pin else "locked after five wrong ones"


def _passes(standing: Standing, person: str) -> list[Entry]:
    given = standing.state.passes.get(person)
    local = office().service.rules.timetable.local
    found = []
    if given is not None:
        back = "brings it back" if given.is_back_expected else "does not come back"
        span = f"{written_time(local(given.begins))} to {local(given.ends):%H:%M}"
        found.append(Entry("Pass", f"{span}, {back}", ()))
    if person in standing.state.going_home:
        found.append(Entry("Going home now", "the next tap collects", ()))
    return found


def _arrangements(standing: Standing, person: str) -> list[Entry]:
    """What is arranged for them; which need is behind it, for those who approve such."""
    return [
        Entry(
            KINDS[each.kind] if may(NEEDS) else "An arrangement",
            _arranged_words(each),
            offers(About.ARRANGEMENT, str(each.id)),
        )
        for each in standing.state.exemptions_of(person)
    ]


def _arranged_words(given: Exemption) -> str:
    parts = [EFFECTS[given.effect].lower()] if may(NEEDS) else []
    if may(NEEDS):
        parts += [kinds_words(given.devices)] if given.devices else []
        parts += [f"{begins:%H:%M} to {ends:%H:%M}" for begins, ends in given.windows]
    parts.append(f"from {written_day(given.begins)}")
    parts += [f"until {written_day(given.ends)}"] if given.ends else []
    parts += [f"to be looked at on {written_day(given.review)}"] if given.review else []
    parts += [] if given.is_approved else ["not approved yet"]
    parts.append(_signed_words(given))
    return "; ".join(parts)


def _signed_words(given: Exemption) -> str:
    """When it was agreed in writing, and with whom."""
    if given.signed_on is None:
        return "not agreed in writing"
    note = office().service.private_note(given.id) if may(READERS[SIGNED_WORDS]) else None
    signer = f" with {note.text}" if note is not None and note.kind == SIGNED_WORDS else ""
    return f"agreed in writing on {written_day(given.signed_on)}{signer}"


def _holds(standing: Standing, deposit: Deposit | None) -> list[Entry]:
    now = office().service.now()
    holds = standing.state.holds_in_force(deposit.id, now) if deposit else ()
    return [
        Entry(hold_words(hold), _until(hold), offers(About.HOLD, str(hold.id))) for hold in holds
    ]


def _until(hold: Hold) -> str:
    local = office().service.rules.timetable.local
    may_lift = bool(offers(About.HOLD, str(hold.id)))
    return f"until {written_time(local(hold.ends))}" if hold.ends and may_lift else ""


def _incidents(standing: Standing, person: str) -> list[Entry]:
    return [
        Entry(INCIDENTS[each.kind], _incident_words(each), offers(About.INCIDENT, str(each.id)))
        for each in standing.state.casebook.incidents_of(person)
    ]


def _incident_words(incident: Incident) -> str:
    service = office().service
    local = service.rules.timetable.local
    stages = {stage.key: stage.words for stage in service.rules.consequences.stages}
    parts = [written_time(local(incident.at))]
    note = service.private_note(incident.id)
    parts += [note.text] if note is not None and note.kind == INCIDENT_WORDS and note.text else []
    parts += ["the kiosk could take nothing then"] if incident.is_excused else []
    if incident.parents_at:
        parts.append(f"parents told {written_time(local(incident.parents_at))}")
    if incident.decided is not None:
        # A stage that the school has no more is told by its key.
        decided = stages.get(incident.decided, incident.decided) or "nothing further"
        parts.append(f"decided: {decided}")
    return "; ".join(parts)
