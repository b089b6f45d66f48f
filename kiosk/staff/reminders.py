"""What staff are told as time passes: what is not seen yet, left inside, overdue, nearly full, or
to be looked at again. Pure."""

from kiosk.cabinet.left import is_left
from kiosk.cabinet.usable import faulty_cubbies, no_bank_answers
from kiosk.drafting import Draft
from kiosk.events import Alert
from kiosk.lists.seen import Scene, is_anybody_missed
from kiosk.staff.confiscations import end_with_release
from kiosk.staff.searches import tell_lead
from kiosk.staff.users import tell_of_requests
from kiosk.state import Deposit, Place
from kiosk.taps.facts import current_phase, is_held
from kiosk.timetable import Phase

LOOK_EVERY_S = 60.0


def remind(draft: Draft) -> None:
    """Raise what is due, and clear what is over."""
    end_with_release(draft)
    _watch_fullness(draft)
    _watch_closing(draft)
    _watch_unseen(draft)
    tell_lead(draft)
    tell_of_requests(draft)
    if draft.now.trusted:
        _watch_overdue(draft)
        _watch_reviews(draft)


def _watch_closing(draft: Draft) -> None:
    """What is left inside when the kiosk has closed is told, until it opens again. Of what is held
    staff know."""
    is_closed = current_phase(draft.rules, draft.standing, draft.now) is Phase.CLOSED
    if is_closed and any(_is_left(draft, d) for d in draft.state.deposits.values()):
        draft.raise_alert(Alert.UNCOLLECTED)
    else:
        draft.clear_alert(Alert.UNCOLLECTED)


def _is_left(draft: Draft, deposit: Deposit) -> bool:
    if is_held(draft.state, deposit, draft.now):
        return False
    owner = draft.standing.roster.people.get(deposit.person)
    return is_left(draft.rules, draft.state, owner, deposit, draft.now.at)


def _watch_unseen(draft: Draft) -> None:
    """That somebody has not handed in when lessons begin; who it is, the list says to whoever asks.
    Looked at once a minute, as everybody is looked at."""
    if current_phase(draft.rules, draft.standing, draft.now) is not Phase.LOCKED:
        draft.clear_alert(Alert.NOT_SEEN)
        return
    memory = draft.standing.memory
    if draft.now.mono - memory.looked < LOOK_EVERY_S:
        return
    draft.remember(memory._replace(looked=draft.now.mono))
    if is_anybody_missed(Scene(draft.rules, draft.standing, draft.now)):
        draft.raise_alert(Alert.NOT_SEEN)
    else:
        draft.clear_alert(Alert.NOT_SEEN)


def _watch_fullness(draft: Draft) -> None:
    """Full, or nearly so: one of them, and none of fullness where no lock answers at all."""
    used = draft.state.in_cubby.keys() | faulty_cubbies(draft.rules, draft.state)
    cabinet = draft.state.cabinet
    for_all = draft.rules.cubbies.keys() - {*cabinet.owned.values(), *cabinet.boxes.values()}
    is_told = no_bank_answers(draft.rules, draft.state)  # that the locks do not answer
    is_full = bool(for_all) and for_all <= used
    is_nearly = len(used) >= draft.rules.nearly_full * len(draft.rules.cubbies) and not is_full
    for alert, is_so in ((Alert.NEARLY_FULL, is_nearly), (Alert.FULL, is_full)):
        if is_so and not is_told:
            draft.raise_alert(alert)
        else:
            draft.clear_alert(alert)


def _watch_overdue(draft: Draft) -> None:
    """What is out, and was due back."""
    late = {
        deposit.person
        for deposit in draft.state.deposits.values()
        if deposit.place is Place.OUT and deposit.due is not None and draft.now.at >= deposit.due
    }
    _tell_of(draft, Alert.OVERDUE, late)


def _watch_reviews(draft: Draft) -> None:
    """Arrangements that go on past their review: they never lapse by themselves; and those that are
    not approved yet. Whoever has left needs none."""
    if not draft.state.exemptions:
        return _tell_of(draft, Alert.REVIEW_DUE, set())
    today = draft.rules.timetable.local(draft.now.at).date()
    people = draft.standing.roster.people
    due = {
        e.person
        for e in draft.state.exemptions.values()
        if (e.is_past(today) if e.is_approved else e.awaits_approval(today))
        if e.person not in people or not people[e.person].leaver
    }
    return _tell_of(draft, Alert.REVIEW_DUE, due)


def _tell_of(draft: Draft, alert: Alert, people: set[str]) -> None:
    told = {r.person for r in draft.state.alerts.values() if r.alert is alert and r.person}
    for person in sorted(people - told):
        draft.raise_alert(alert, person=person)
    for person in sorted(told - people):
        draft.clear_alert(alert, person=person)
