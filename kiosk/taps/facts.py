"""What decides a tap, gathered from the rules, the state and the people. Pure."""

from datetime import date, datetime, timedelta

from kiosk.cabinet.cubbies import (
    beside_open_doors,
    holds_something,
    is_in_use,
    shares_box,
)
from kiosk.cabinet.usable import no_bank_answers, usable_cubby
from kiosk.custody import believed
from kiosk.drafting import Rules, Standing
from kiosk.events import Alert, Moment
from kiosk.model import CardStatus, Credential, Person, PersonKind
from kiosk.policy.facts import Arranged, Facts
from kiosk.state import Collection, Deposit, Place, State, Transaction
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.timetable import Phase, ReleasedNow, Whose

_NOTHING = Arranged()


def tap_facts(
    rules: Rules, standing: Standing, credential: Credential | None, now: Moment
) -> Facts:
    """All that decides a tap of that card now; None for a card that nobody owns."""
    person = credential.person if credential else ""
    state = standing.state
    now = believed(state, now)
    local = rules.timetable.local(now.at)
    known = standing.roster.people.get(person)
    collection = state.collections.get(person)
    transaction = state.transaction_of(person) if person else None
    kept = state.deposit_of(person)
    out = kept if kept is not None and kept.place is Place.OUT else None
    arranged = _arranged(state, person, None if out else kept, now, local)
    shares = shares_box(state, known, kept, local.date(), is_medical=arranged.is_medical)
    if shares:
        arranged = arranged._replace(is_exempt=True)
    deposit = None if out or shares else kept
    release = release_for(rules, state, known, now.at) if deposit else None
    stands_open = bool(state.open_doors) and _stands_open(rules, state, transaction or kept, now)
    is_faulty = (Alert.READER_LOST, None) in state.alerts or no_bank_answers(rules, state)
    return Facts(  # in their order, without their names: the names would take two microseconds
        now,
        local,
        phase_for(rules, state, known, now.at),
        release,
        credential.status if credential else None,
        credential is not None and is_expired(credential, now),
        credential is not None and is_early(credential, now),
        known.leaver if known else False,
        known is not None and known.kind is not PersonKind.PUPIL,
        deposit,
        out,
        transaction,
        collection,
        collection is not None and has_session_left(rules, state, known, now.at),
        deposit is not None and _is_late(rules, state, known, now.at),
        kept is not None and not shares and is_in_use(state, kept.cubby),
        stands_open,
        collection is not None and _is_untouched(rules, state, collection),
        usable_cubby(rules, state, known, now) if kept is None and not shares else None,
        beside_open_doors(rules, state, now),
        is_faulty,
        (Alert.RECORD_FAILING, None) in state.alerts,
        rules.graces,
        arranged,
    )


def current_phase(rules: Rules, standing: Standing, now: Moment) -> Phase | None:
    """The phase now; None while the clock is not trusted."""
    state = standing.state
    return phase_for(rules, state, None, now.at) if believed(state, now).trusted else None


def phase_for(rules: Rules, state: State, person: Person | None, at: datetime) -> Phase:
    """The phase that somebody is in; None is the school as such."""
    return rules.timetable.phase(at, whose_day(person), released(state))


def release_for(rules: Rules, state: State, person: Person | None, at: datetime) -> datetime | None:
    """When somebody may collect next, on the school's wall."""
    return rules.timetable.next_release(at, whose_day(person), released(state))


def _is_late(rules: Rules, state: State, person: Person | None, at: datetime) -> bool:
    """Whether the office gives back by now what they did not collect in time."""
    if not rules.taps.late_to_office:
        return False
    return rules.timetable.is_release_over(at, whose_day(person), released(state))


def has_session_left(rules: Rules, state: State, person: Person | None, at: datetime) -> bool:
    """Whether somebody who has collected today may have to hand in again today."""
    return rules.timetable.has_session_left(at, whose_day(person), released(state))


def whose_day(person: Person | None) -> Whose | None:
    """By whose rules a day goes; None is the school's."""
    return Whose(person.id, person.year, person.form) if person else None


def released(state: State) -> tuple[ReleasedNow, ...]:
    """What staff have released before its time, as the timetable wants it."""
    if not state.released:
        return ()
    return tuple(ReleasedNow(one.at, one.forms or None) for one in state.released)


def is_held(state: State, deposit: Deposit, now: Moment) -> bool:
    """Whether a device may not be released now."""
    return bool(state.holds_in_force(deposit.id, now))


def is_going_home(state: State, person: str, now: Moment, local: datetime) -> bool:
    """Whether they were let go home on the day of ``local``, as far as anybody can tell."""
    given = state.going_home.get(person)
    if given is None:
        return False
    is_certain = now.trusted and given.trusted
    return not is_certain or given.at.astimezone(local.tzinfo).date() == local.date()


def _arranged(
    state: State, person: str, deposit: Deposit | None, now: Moment, local: datetime
) -> Arranged:
    """What staff have arranged about that person, as far as it says something now."""
    if not (state.passes or state.exemptions or state.holds or state.going_home):
        return _NOTHING
    arranged = state.exemptions_of(person)
    exemptions = [e for e in arranged if e.is_in_force(local.date())]
    kinds = deposit.kinds if deposit is not None else ()
    spoken = [e for e in exemptions if e.is_about(kinds)]  # a medical need never waits for that
    windows = [e for e in spoken if e.effect is not ExemptionEffect.EARLY and e.covers(local)]
    given = state.passes.get(person)
    covering = given if given is not None and given.covers(now.at) else None
    holds = state.holds_in_force(deposit.id, now) if deposit is not None else ()
    return Arranged(
        is_medical=any(_is_medical(e, state, now, local) for e in arranged),
        may_take_out=covering is not None or bool(windows),
        due=covering.ends if covering is not None and covering.is_back_expected else None,
        is_for_good=covering is not None and not covering.is_back_expected,
        is_early=any(_is(e, ExemptionEffect.EARLY, local) for e in spoken),
        is_going_home=is_going_home(state, person, now, local),
        is_exempt=any(e.excuses(local.date()) for e in exemptions),
        held=bool(holds) or (deposit is not None and _is_held_beside(state, deposit, now)),
        need_met=bool(holds) and all(hold.is_need_met for hold in holds),
    )


def _is_medical(exemption: Exemption, state: State, now: Moment, local: datetime) -> bool:
    """Whether a medical need is met now by giving them what is stored; also what they need not
    have handed in. By a clock that is not trusted nobody can tell the time of day, nor the day:
    only what was for one day is over for certain once a later one was seen."""
    if exemption.kind is not ExemptionKind.MEDICAL or exemption.effect is ExemptionEffect.EARLY:
        return False
    if now.trusted:
        keeps = exemption.effect is ExemptionEffect.KEEP
        return exemption.is_in_force(local.date()) and (keeps or exemption.covers(local))
    seen = state.trusted_at.astimezone(local.tzinfo).date() if state.trusted_at else date.min
    return exemption.is_approved or exemption.begins >= seen


def _is(exemption: Exemption, effect: ExemptionEffect, local: datetime) -> bool:
    return exemption.effect is effect and exemption.covers(local)


def is_expired(credential: Credential, now: Moment) -> bool:
    """Whether it is a temporary card whose time is over; then it may be somebody else's next."""
    until = credential.valid_until
    return until is not None and credential.status is CardStatus.ACTIVE and now.at >= until


def is_early(credential: Credential, now: Moment) -> bool:
    """Whether it is for a time that is to come. By a clock that is not trusted nobody can tell, and
    nobody is kept from what is theirs by it."""
    begins = credential.valid_from
    return begins is not None and now.trusted and now.at < begins


def works(credential: Credential, now: Moment) -> bool:
    """Whether it opens anything now, as far as the card itself goes."""
    is_of_now = not is_expired(credential, now) and not is_early(credential, now)
    return credential.status is CardStatus.ACTIVE and is_of_now


def _is_held_beside(state: State, deposit: Deposit, now: Moment) -> bool:
    """Whether a brother's or sister's device in the same cubby may not be released."""
    cubby = deposit.cubby
    if cubby is None or cubby not in state.cabinet.beside:
        return False
    return holds_something(state, cubby, now)


def _stands_open(
    rules: Rules, state: State, place: Transaction | Deposit | None, now: Moment
) -> bool:
    """Whether the door there stands open and nobody is waited for: it was found so or forced, or
    it was not shut in time after its opening."""
    cubby = place.cubby if place else None
    if cubby is None or cubby not in state.open_doors:
        return False
    under_way = state.transactions.get(cubby)
    if under_way is None:
        return True
    limit = timedelta(seconds=rules.deadlines.left_open_s)
    return under_way.opened is not None and now.since(under_way.opened) >= limit


def _is_untouched(rules: Rules, state: State, collection: Collection) -> bool:
    """Whether nobody was given that cubby since, and its door is shut. There is none where the
    office gave it back."""
    cubby = collection.cubby
    return (
        cubby in rules.cubbies
        and state.last_used.get(cubby, 0) < collection.seq
        and cubby not in state.in_cubby
        and cubby not in state.cabinet.boxes.values()
        and not is_in_use(state, cubby)
    )
