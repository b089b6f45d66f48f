"""The class boxes that a school file names, when a version of it takes force. Pure.

The file governs the boxes that it names, and those that the version before named; what was made a
box by hand stays so. It is all or nothing: a box that is in use keeps the file from taking force,
so that nobody's device comes within reach of others.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from kiosk.drafting import Draft
from kiosk.errors import key_path
from kiosk.events import EventType, Reason, user_actor
from kiosk.state import State

Boxes = Mapping[str, int]


class BoxFault(NamedTuple):
    """Why these cannot be the boxes now: for the core, and in words."""

    reason: Reason
    words: str


def boxes_in_the_way(
    state: State, cubbies: Collection[int], before: Boxes, after: Boxes
) -> Iterator[BoxFault]:
    """All that keeps the boxes from becoming these. ``before``: of the file in force."""
    gone = _gone(state, before, after)
    for form, box in sorted(gone.items()):
        if box in state.in_cubby or box in state.transactions:
            words = f"something is in cubby {box}, the box of {form}: give it back first"
            yield BoxFault(Reason.STILL_KEPT, f"boxes: {words}")
    for n, (form, cubby) in enumerate(after.items()):
        fault = _fault(state, cubbies, gone, form, cubby)
        if fault is not None:
            where = key_path(("boxes", n, "cubby"))
            yield fault._replace(words=f"{where}: {fault.words}")


def _fault(
    state: State, cubbies: Collection[int], gone: Boxes, form: str, cubby: int
) -> BoxFault | None:
    cabinet = state.cabinet
    other = cabinet.form_of(cubby)
    if cubby not in cubbies:
        return BoxFault(Reason.NO_SUCH_CUBBY, f"there is no cubby {cubby}")
    if other == form:
        return None
    if other is not None and other not in gone:
        return BoxFault(Reason.CUBBY_RESERVED, f"cubby {cubby} is the box of {other}")
    if cabinet.owners_of(cubby):
        return BoxFault(Reason.CUBBY_RESERVED, f"cubby {cubby} is somebody's own")
    if other is None and (cubby in state.in_cubby or cubby in state.transactions):
        return BoxFault(Reason.CUBBY_TAKEN, f"something is in cubby {cubby}: empty it first")
    return None


def _gone(state: State, before: Boxes, after: Boxes) -> Boxes:
    """The boxes that are none any more, or another cubby."""
    return {
        form: box
        for form, box in state.cabinet.boxes.items()
        if (form in after or before.get(form) == box) and after.get(form) != box
    }


def change_boxes(draft: Draft, actor: str, cause: int, after: Boxes) -> None:
    """Make the boxes these."""
    by = user_actor(actor)
    for form, box in sorted(_gone(draft.state, draft.rules.class_boxes, after).items()):
        data = {"form": form}
        draft.add(EventType.CUBBY_UNASSIGNED, by, cubby=box, cause=cause, data=data)
    for form, cubby in sorted(after.items()):
        if draft.state.cabinet.boxes.get(form) != cubby:
            data = {"form": form}
            draft.add(EventType.CUBBY_ASSIGNED, by, cubby=cubby, cause=cause, data=data)
