"""The start page: the cabinet as it stands, live, and what staff have to be told."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    abort,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kiosk.drafting import Rules, Standing
from kiosk.events import Alert, Reason
from kiosk.lists.seen import Scene
from kiosk.lists.tally import forms_of, tally
from kiosk.messages.commands import AcknowledgeAlert, ConfirmClock
from kiosk.policy.roles import Permission
from kiosk.policy.words import alert_words
from kiosk.state import (
    Raised,
)
from kiosk.timetable import Phase
from kiosk.view import CubbyState, CubbyView, counts, cubby_views
from webui.access import actor, needs, rights
from webui.alert_ways import address_of, ways_for
from webui.live import Rendered, marked
from webui.office import office
from webui.wording import (
    PHASES,
    STATES,
    People,
    local_day,
    local_time,
    reason_words,
    since_words,
    troubles,
)

pages = Blueprint("cabinet", __name__)

WIDEST = 16  # columns that the stylesheet knows how to lay out
MOST_DRAWN = 4096  # cubbies, as they were drawn last: some two megabytes


@dataclass(frozen=True, slots=True)
class Cell:
    """One cubby as it is drawn. ``number`` is 0 for a gap in the cabinet. ``is_beside``: another
    form was asked for."""

    number: int = 0
    state: str = ""
    word: str = ""
    name: str = ""
    since: str = ""
    is_beside: bool = False


class Look(NamedTuple):
    """What somebody may see of the cabinet. ``form``: of which alone, or "". ``ways``: the alerts
    that they may look into."""

    sees_names: bool
    may_acknowledge: bool
    sees_missing: bool
    sees_held: bool
    may_open: bool
    form: str
    ways: frozenset[Alert] = frozenset()


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in words; ``seen_by`` is "" until somebody has acknowledged it. ``href``: where it
    is looked into, or ""."""

    seq: int
    words: str
    since: str
    seen_by: str
    href: str


@dataclass(frozen=True, slots=True)
class LostDevice:
    """A device in our keeping that is in no cubby. ``id`` is its deposit's."""

    id: int
    name: str
    since: str


@pages.get("/")
@needs(Permission.SEE_CABINET)
def show() -> str:
    """The page around the grid."""
    look = asked_look()
    drawn = grid_body(look)
    return render_template(
        "cabinet.html",
        grid=drawn.body,
        etag=drawn.mark,
        form=look.form,
        forms=forms_of(_scene()) if look.sees_names else (),
    )


@pages.get("/cabinet/grid")
@needs(Permission.SEE_CABINET, polled=True)
def grid() -> Response:
    """What of it changes, or did a moment ago."""
    look = asked_look()
    drawn = office().grids.recent(look, lambda: grid_body(look))
    return marked(drawn or grid_body(look))


@pages.post("/alerts/<int:seq>/acknowledge")
@needs(Permission.ALERTS)
def acknowledge(seq: int) -> AnyResponse:
    """Note that an alert was seen; one that is over or seen already stays as it is."""
    outcome = office().service.submit(AcknowledgeAlert(actor(), seq))
    if not outcome.granted and outcome.reason is Reason.NOT_KNOWN:
        abort(409, "That alert is over.")
    return redirect(url_for("cabinet.show"), 303)


@pages.post("/clock/confirm")
@needs(Permission.CLOCK)
def confirm_clock() -> AnyResponse:
    """Note that staff say the clock is right."""
    office().service.submit(ConfirmClock(actor()))
    return redirect(url_for("cabinet.show"), 303)


def asked_look() -> Look:
    """What this request may see, of which form."""
    theirs = rights()
    sees_names = theirs.may(Permission.SEE_NAMES)
    asked = request.args.get("form", "") if sees_names else ""
    form = asked if asked and asked in forms_of(_scene()) else ""
    return Look(
        sees_names,
        theirs.may(Permission.ALERTS),
        theirs.may(Permission.LISTS, form or None),
        theirs.may(Permission.HOLD_OFFICE),
        theirs.may(Permission.OPEN),
        form,
        ways_for(theirs),
    )


def _scene() -> Scene:
    service = office().service
    return Scene(service.rules, service.standing(), service.now())


def grid_body(look: Look) -> Rendered:
    """The live part of the page, the same for the same state, minute and look."""
    with office().grids.turn:
        return _grid_body(look)


def _grid_body(look: Look) -> Rendered:
    service = office().service
    standing, rules, now = service.standing(), service.rules, service.now().at
    phase = service.phase()
    minute = f"{local_day(rules, now)} {local_time(rules, now)}"
    wrong = troubles(service.health())
    return office().grids.get(
        look,
        (standing.state, standing.roster, rules, phase_words(phase), minute, " ".join(wrong)),
        lambda: _render_grid(standing, rules, (now, phase), wrong, look),
    )


def _render_grid(
    standing: Standing,
    rules: Rules,
    when: tuple[datetime, Phase | None],
    wrong: tuple[str, ...],
    look: Look,
) -> str:
    now, phase = when
    people = People(standing.roster, look.sees_names)
    views = cubby_views(rules, standing)
    cells = [cell(view, rules, people, now, look.form) for view in views]
    alerts = sorted(standing.state.alerts.values(), key=lambda raised: -raised.seq)
    return render_template(
        "cabinet_grid.html",
        cells=Markup().join(map(_drawn, laid_out(cells, views))),
        columns=min(WIDEST, max((v.cubby.column + 1 for v in views), default=1)),
        counts=counts(views),
        tally=tally(_scene(), look.form),
        look=look,
        alerts=[alert_line(raised, rules, people, now, look.ways) for raised in alerts],
        troubles=wrong,
        lost=lost_devices(standing, rules, people, now),
        phase=phase_words(phase),
        time=local_time(rules, now),
        next_change=_next_change(rules, phase, now),
        may_acknowledge=look.may_acknowledge,
    )


@lru_cache(maxsize=MOST_DRAWN)
def _drawn(cell: Cell) -> Markup:
    """A cubby as it is drawn, kept: a tap changes one of a thousand."""
    return Markup(get_template_attribute("cabinet_cell.html", "drawn")(cell))


def cell(view: CubbyView, rules: Rules, people: People, now: datetime, form: str = "") -> Cell:
    """A cubby in words; where a form is asked for and it is nobody's of it, its state alone."""
    if form and people.form(view.person) != form:
        return Cell(view.number, view.state.value, state_words(view), is_beside=True)
    return Cell(
        number=view.number,
        state=view.state.value,
        word=state_words(view),
        name=people.person(view.person),
        since=_since(view, rules, now),
    )


def state_words(view: CubbyView) -> str:
    """The state, and what else has to be known of it, in a few words."""
    word = _state_word(view)
    beside = not view.is_certain and view.state is not CubbyState.UNKNOWN
    return f"{word}, not certain" if beside else word


def _state_word(view: CubbyView) -> str:
    word = STATES[view.state]
    if view.is_left_open and view.state is CubbyState.OPEN:
        return "Left open"
    if view.state is CubbyState.FAULT:
        if Alert.LOCKS_LOST in view.alerts:
            return "No answer"
        return "Was forced" if Alert.FORCED in view.alerts else "Stuck"
    if view.state is CubbyState.IN and view.deposit and view.deposit.presumed:
        return "In, unconfirmed"
    return word


def doubt_words(view: CubbyView) -> str:
    """Why it is not certain what is inside."""
    if view.deposit is not None:
        return reason_words(view.deposit.doubt)
    known = office().service.standing().state.cabinet.unknown.get(view.number)
    return reason_words(known.reason) if known else ""


def laid_out(cells: list[Cell], views: tuple[CubbyView, ...]) -> list[Cell]:
    """The cells row by row, with gaps where the cabinet has none."""
    at = {(view.cubby.row, view.cubby.column): one for view, one in zip(views, cells, strict=True)}
    columns = max((column for _, column in at), default=0) + 1
    if len(at) < len(cells) or columns > WIDEST:
        return cells  # two at one place, or too wide: in the order of their numbers
    rows = sorted({row for row, _ in at})
    return [at.get((row, column), Cell()) for row in rows for column in range(columns)]


def alert_line(
    raised: Raised, rules: Rules, people: People, now: datetime, ways: frozenset[Alert]
) -> AlertLine:
    """An alert as it is listed."""
    seen_by = people.actor(raised.acknowledged_by) if raised.acknowledged_by else ""
    return AlertLine(
        raised.seq,
        alert_words(raised.alert, raised.cubby, raised.bank or "", raised.detail),
        since_words(rules, raised.since.at, now),
        seen_by,
        address_of(raised.alert, raised.cubby, ways),
    )


def lost_devices(
    standing: Standing, rules: Rules, people: People, now: datetime
) -> list[LostDevice]:
    """The devices that staff found no more where they were kept, the oldest first."""
    deposits = standing.state.deposits
    return [
        LostDevice(id, people.person(kept.person), since_words(rules, kept.since.at, now))
        for id, kept in sorted(deposits.items())
        if kept.cubby is None
    ]


def phase_words(phase: Phase | None) -> str:
    """The phase; not known while the clock is not trusted."""
    return PHASES[phase] if phase else "not known"


def _since(view: CubbyView, rules: Rules, now: datetime) -> str:
    return since_words(rules, view.since, now) if view.since else ""


def _next_change(rules: Rules, phase: Phase | None, now: datetime) -> str:
    change = rules.timetable.next_change(now) if phase else None
    return since_words(rules, change, now) if change else ""
