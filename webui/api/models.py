"""What the API answers: the models that make the answers and their description alike.

Names and ids of people stand in ``Who``, which no token without the scope `names` is given.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kiosk.events import Alert, EventType, Reason
from kiosk.lists import LISTS
from kiosk.lists.table import Cell
from kiosk.timetable import Phase
from kiosk.view import CubbyState
from webui.numbers import LONGEST, whole_number

MOST_EVENTS = 500  # of one answer


def _plain(given: object) -> object:
    """Digits alone are a number: what Python takes for one besides is refused."""
    if isinstance(given, str):
        number = whole_number(given)
        return given + "?" if number is None else number
    return given


def _is_there(name: str) -> str:
    if name not in LISTS:
        raise ValueError(f"there is no such list; there are {', '.join(LISTS)}")
    return name


ListName = Annotated[str, AfterValidator(_is_there), Field(json_schema_extra={"enum": [*LISTS]})]
Seq = Annotated[int, Field(ge=0, lt=10**LONGEST), BeforeValidator(_plain)]


class Model(BaseModel):
    """What all of them share: nothing else is taken, and nothing else is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Model):
    """What is asked of a thing that there is one of."""


class Problem(Model):
    """What went wrong (RFC 9457). ``detail``: what to do about it."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""


class Who(Model):
    """Somebody, for tokens with the scope `names`. Both are "" where it is not known who."""

    id: str
    name: str


class ByKind(StrEnum):
    """Who did it: a tap of a card, a member of staff, or nobody."""

    PERSON = "person"
    USER = "user"
    KIOSK = "kiosk"


class By(Model):
    """Who did it. ``who``: only with the scope `names`."""

    kind: ByKind
    who: Who | None = None


class Parts(Model):
    """How the kiosk's parts are: "ok", or what is wrong."""

    ready: bool
    simulated: bool
    reader: str
    locks: str
    lights: str
    power: str
    store: str
    clock: str
    history: str
    looked_through: str
    version: str


class Totals(Model):
    """How many cubbies there are, and are what."""

    cubbies: int
    free: int
    stored: int
    open: int
    unknown: int
    faults: int


class AlertUp(Model):
    """An alert that is up. ``seq``: the event that raised it."""

    alert: Alert
    seq: int
    since: datetime
    cubby: int | None
    bank: str | None
    acknowledged: bool
    words: str


class Status(Model):
    """How the kiosk is now. ``seq``: of the last event. ``phase``: null while the clock is not
    trusted."""

    school: str
    time: datetime
    phase: Phase | None
    seq: int
    parts: Parts
    counts: Totals
    alerts: list[AlertUp]


class CubbyNow(Model):
    """One cubby. ``since``: when what it keeps was handed in. ``who``: whose it is, only with the
    scope `names`."""

    number: int
    row: int
    column: int
    bank: str
    state: CubbyState
    since: datetime | None
    alerts: list[Alert]
    who: Who | None = None


class Cubbies(Model):
    """The cabinet as it stands."""

    time: datetime
    seq: int
    cubbies: list[CubbyNow]


class EventsAsked(Model):
    """Which events. ``after``: those of a greater number. ``limit``: how many are read at most."""

    after: Seq = 0
    limit: Annotated[int, Field(ge=1, le=MOST_EVENTS), BeforeValidator(_plain)] = 100


class EventTold(Model):
    """One past fact. ``cause``: the event that it came of. ``deposit``: the event that began the
    keeping of the device that it is about. ``about``: only with the scope `names`."""

    seq: int
    at: datetime
    clock_trusted: bool
    type: EventType
    title: str
    details: str
    cubby: int | None
    granted: bool | None
    reason: Reason | None
    cause: int | None
    deposit: int | None
    by: By
    about: Who | None = None


class Events(Model):
    """Events, oldest first. ``next``: what to ask for as ``after`` the next time. ``more``: that
    there are some already. Numbers that are left out are told to nobody, or are past their age."""

    events: list[EventTold]
    next: int
    more: bool


class ListsThere(Model):
    """The lists there are, and what each is called."""

    lists: dict[ListName, str]


class ListAsked(Model):
    """Which list, and of whom. ``form``: of that form alone, only with the scope `names`."""

    name: ListName
    form: str = Field("", max_length=60)


class ColumnTold(Model):
    """A column of a list: its key in the rows, and what stands above it in print."""

    key: str
    heading: str


class ListTold(Model):
    """A list as of now. Without the scope `names` it has no rows."""

    name: ListName
    title: str
    when: str
    count: int
    columns: list[ColumnTold]
    rows: list[dict[str, Cell]]
    notices: list[str]
