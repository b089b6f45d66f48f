"""What waits for the duty lead: notes, referrals, and searches they have not seen."""

from flask import Blueprint, render_template

from kiosk.policy.roles import Permission
from kiosk.state.incidents import LEGAL_HOLD, SEARCH_WORDS, LeadNoteKind, Search
from webui.access import needs
from webui.acts.act import About
from webui.acts.on_conduct import DONE
from webui.acts.pages import offers
from webui.office import office
from webui.people import Entry
from webui.wording import People, since_words

pages = Blueprint("lead", __name__)

KINDS = {
    LeadNoteKind.MESSAGE.value: "A note",
    LeadNoteKind.REFERRAL.value: "A concern about what is on a device",
    LEGAL_HOLD: "A legal hold: closing it forgets for good what it keeps back",
}


@pages.get("/lead")
@needs(Permission.LEAD_NOTES)
def show() -> str:
    """All of it, oldest first: who waits longest is met first."""
    book = office().service.standing().state.casebook
    return render_template(
        "lead.html",
        notes=[_note(number) for number in sorted(book.lead_notes)],
        searches=[_search(search) for search in book.searches.values()],
    )


def _note(number: int) -> Entry:
    service = office().service
    standing = service.standing()
    left, note = standing.state.casebook.lead_notes[number], service.private_note(number)
    people = People(standing.roster, sees_names=True)
    about = people.person(note.person) if note is not None and note.person else ""
    kind = KINDS.get(note.kind, "A note") if note is not None else "A note"
    since = since_words(service.rules, left.at, service.now().at)
    words = note.text if note is not None else ""
    parts = (words, f"by {people.actor(left.by)}, {since}")
    title = f"{kind}: {about}" if about else kind
    return Entry(title, " – ".join(filter(None, parts)), offers(About.NOTE, str(number)))


def _search(search: Search) -> Entry:
    service = office().service
    people = People(service.standing().roster, sees_names=True)
    note = service.private_note(search.id)
    words = note.text if note is not None and note.kind == SEARCH_WORDS else ""
    parts = [since_words(service.rules, search.at, service.now().at), words.replace("\n", "; ")]
    if search.done is not None:
        confirmed = "confirmed" if search.confirmed_by else "not confirmed yet"
        parts.append(f"{DONE[search.done].lower()}, {confirmed}")
    acts = [*offers(About.SEARCH, str(search.id)), *offers(About.NOTE, str(search.id))]
    return Entry(f"Search of {people.person(search.person)}", "; ".join(filter(None, parts)), acts)
