"""What is so of the cubbies themselves, whatever is in them, and what is in which. Pure values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from kiosk.events import Moment, Reason
from kiosk.state.mappings import without


@dataclass(frozen=True, slots=True)
class OutOfService:
    """No deposit is given that cubby. ``seq``: the event that says so, with its words."""

    reason: Reason
    since: Moment
    seq: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say what is in a cubby that keeps nothing on record; ``reason``: how it came."""

    reason: Reason
    since: Moment
    seq: int


@dataclass(frozen=True, slots=True)
class Fire:
    """The alarm, from the event ``seq`` until the all-clear."""

    since: Moment
    seq: int
    actor: str


class Cabinet(NamedTuple):
    """The cubbies themselves, at one sequence number.

    ``owned``: each owner's own cubby; brothers and sisters may share one. ``boxes``: each form's
    box. ``beside``: the deposits in a cubby apart from the first, which stands with the others.
    ``emptied``: when something was last collected from a cubby.
    """

    service: Mapping[int, OutOfService] = MappingProxyType({})
    unknown: Mapping[int, Unknown] = MappingProxyType({})
    owned: Mapping[str, int] = MappingProxyType({})
    boxes: Mapping[str, int] = MappingProxyType({})
    beside: Mapping[int, tuple[int, ...]] = MappingProxyType({})
    emptied: Mapping[int, datetime] = MappingProxyType({})
    fire: Fire | None = None

    def owners_of(self, cubby: int) -> frozenset[str]:
        """Whose own it is."""
        return frozenset(person for person, own in self.owned.items() if own == cubby)

    def form_of(self, cubby: int) -> str | None:
        """The form whose box it is; None for any other cubby."""
        return next((form for form, box in self.boxes.items() if box == cubby), None)

    def is_several(self, cubby: int) -> bool:
        """Whether more than one deposit may be in it."""
        return cubby in self.boxes.values() or len(self.owners_of(cubby)) > 1


InCubby = Mapping[int, int]
Beside = Mapping[int, tuple[int, ...]]


def put_in(in_cubby: InCubby, beside: Beside, cubby: int, deposit: int) -> tuple[InCubby, Beside]:
    """The two indexes of what is where, with a deposit more in that cubby."""
    first = in_cubby.get(cubby)
    if first is None:
        return {**in_cubby, cubby: deposit}, beside
    return _indexed(in_cubby, beside, cubby, {first, *beside.get(cubby, ()), deposit})


def take_from(
    in_cubby: InCubby, beside: Beside, cubby: int, deposit: int
) -> tuple[InCubby, Beside]:
    """The same with a deposit less."""
    if cubby not in beside:
        return without(in_cubby, cubby), beside
    return _indexed(in_cubby, beside, cubby, {in_cubby[cubby], *beside[cubby]} - {deposit})


def _indexed(
    in_cubby: InCubby, beside: Beside, cubby: int, deposits: Collection[int]
) -> tuple[InCubby, Beside]:
    """The oldest comes first, in whatever order they came and went."""
    first, *others = sorted(deposits)
    left = without(beside, cubby)
    return {**in_cubby, cubby: first}, {**left, cubby: tuple(others)} if others else left
