"""What was wrong with the machine, how often and for how long. Pure; nobody is in it."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.events import Alert, Event, EventType, Moment
from kiosk.lists.table import Cell, Column, Table
from kiosk.reports.past import Past

TYPES = frozenset({EventType.ALERT_RAISED, EventType.ALERT_CLEARED})
HARDWARE = frozenset(
    {
        Alert.NOT_OPENED,
        Alert.LEFT_OPEN,
        Alert.FORCED,
        Alert.READER_LOST,
        Alert.LOCKS_LOST,
        Alert.LIGHTS_LOST,
        Alert.POWER_LOW,
        Alert.CARD_LEFT,
        Alert.LOOK_INSIDE,
        Alert.RECORD_FAILING,
        Alert.RECORD_DAMAGED,
        Alert.RECORD_UNSOUND,
    }
)
COLUMNS = (
    Column("fault", "Fault"),
    Column("cubby", "Cubby"),
    Column("bank", "Bank"),
    Column("times", "Times"),
    Column("minutes", "Minutes"),
    Column("longest", "Longest"),
    Column("now", "Now"),
)

_About = tuple[str, int, str]  # which alert; cubby (0 for none) and bank ("" for none)


@dataclass(slots=True)
class _Line:
    """``up``: since when it is, or None."""

    times: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    up: Moment | None = None


def faults(past: Past) -> Table:
    """Each kind of fault, by cubby and bank: how often it was raised, and how long it was up in
    ``past.days``, in minutes. One that was up when they began counts as one time."""
    lines: dict[_About, _Line] = {}
    for event in past.events(TYPES):
        if Alert(event.data["alert"]) in HARDWARE:
            _follow(lines, event, past)
    _take_in_unmoved(lines, past)
    for line in lines.values():
        if line.up is not None:
            _add(line, line.up, past.now, past)
    shown = {about: line for about, line in lines.items() if line.times}
    rows = tuple(_row(about, shown[about]) for about in sorted(shown))
    summary = (
        ("faults", sum(line.times for line in shown.values())),
        ("up now", sum(line.up is not None for line in shown.values())),
    )
    return Table("faults", "Hardware faults", str(past.days), COLUMNS, rows, summary)


def _follow(lines: dict[_About, _Line], event: Event, past: Past) -> None:
    about = _about(Alert(event.data["alert"]), event.cubby, event.data.get("bank"))
    is_first = about not in lines
    line = lines.setdefault(about, _Line())
    if event.type is EventType.ALERT_RAISED:
        line.up = event.now
        return
    if line.up is not None:
        _add(line, line.up, event.now, past)
    elif is_first:
        _add(line, _beginning(past), event.now, past)
    line.up = None


def _take_in_unmoved(lines: dict[_About, _Line], past: Past) -> None:
    """What is up now, and of which the events say nothing, was up all the time."""
    for raised in past.standing.state.alerts.values():
        about = _about(raised.alert, raised.cubby, raised.bank)
        if raised.alert in HARDWARE and about not in lines:
            lines[about] = _Line(up=raised.since)


def _add(line: _Line, begun: Moment, ended: Moment, past: Past) -> None:
    """Count one time, as far as it falls into the days."""
    since, until = past.days.since, past.days.until
    if begun.at >= until or ended.at < since:
        return
    cut = _seconds(min(ended.at, until), max(begun.at, since))
    is_whole = since <= begun.at and ended.at < until
    seconds = ended.since(begun).total_seconds() if is_whole else cut
    line.times += 1
    line.seconds += max(0.0, seconds)
    line.longest = max(line.longest, seconds)


def _seconds(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()


def _beginning(past: Past) -> Moment:
    return Moment(past.days.since, 0.0, "before")


def _about(alert: Alert, cubby: int | None, bank: str | None) -> _About:
    return alert.value, cubby or 0, bank or ""


def _row(about: _About, line: _Line) -> tuple[Cell, ...]:
    fault, cubby, bank = about
    return (
        fault.replace("_", " "),
        cubby or None,
        bank,
        line.times,
        round(line.seconds / 60, 1),
        round(line.longest / 60, 1),
        "up" if line.up is not None else "",
    )
