"""The lists there are: what each is called, shows, and is for, and who may see it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.lists.table import Column
from kiosk.policy.roles import Permission, Rights

NO_ATTENDANCE = "No attendance record."
_SHRED = "For the mechanical key. Keep it locked up, and shred it on the next day."

FORM, NAME = Column("form", "Form"), Column("name", "Name")
PLACE, SINCE = Column("place", "Where"), Column("since", "Since")
NOTE = Column("note", "Note")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a list is called and shows. ``about``: what it is for, in a sentence.

    ``needs``: what somebody must be allowed beside seeing lists.
    ``is_by_form``: sorted so; else by cubby. ``is_of_any_time``: it can be made as of an earlier
    time of today. ``is_hidden``: nothing of it is shown before somebody has asked for it.
    """

    title: str
    about: str
    columns: tuple[Column, ...]
    needs: Permission = Permission.LISTS
    is_by_form: bool = True
    is_of_any_time: bool = False
    is_hidden: bool = False
    notices: tuple[str, ...] = ()


LISTS: Mapping[str, Kind] = {
    "not-seen": Kind(
        "Not seen yet",
        "Pupils who are expected, and whose device was not handed in.",
        (FORM, NAME),
        is_of_any_time=True,
        is_hidden=True,
        notices=(NO_ATTENDANCE,),
    ),
    "uncollected": Kind(
        "Uncollected",
        "Devices still here after their owners' release, or since an earlier day.",
        (FORM, NAME, PLACE, SINCE, NOTE),
    ),
    "leavers": Kind(
        "Left the school, with a device here",
        "Devices of pupils who are no longer on the roster.",
        (FORM, NAME, PLACE, SINCE, NOTE),
    ),
    "holders": Kind(
        "Holders of cubbies",
        "Whose device is in which cubby, for the mechanical key. Print it once all have arrived.",
        (Column("cubby", "Cubby"), NAME, FORM, NOTE),
        needs=Permission.CUBBIES,
        is_by_form=False,
        notices=(_SHRED,),
    ),
    "overdue": Kind(
        "Overdue",
        "Devices that are out, and were to be back by now.",
        (FORM, NAME, Column("due", "Due back")),
    ),
    "out": Kind(
        "Out for a while",
        "Devices that their owners have with them on a pass or by an arrangement.",
        (FORM, NAME, Column("due", "Due back"), NOTE),
    ),
    "carried": Kind(
        "Carried by staff",
        "Devices that a member of staff carries for pupils who went somewhere with them.",
        (FORM, NAME, Column("keeper", "By whom"), SINCE, NOTE),
    ),
    "held": Kind(
        "Held",
        "Devices that may not be released. Call the duty lead.",
        (FORM, NAME, PLACE, SINCE, NOTE),
        needs=Permission.HOLD_OFFICE,
    ),
    "reviews": Kind(
        "Due for review",
        "Arrangements that somebody has to look at again, or to approve. They work meanwhile; what "
        "is not approved yet, on its day alone.",
        (FORM, NAME, Column("due", "Review by"), Column("number", "Number"), NOTE),
        needs=Permission.PASS,
    ),
    "unsigned": Kind(
        "Agreement not signed",
        "Pupils whose home-school agreement is not on record. They hand in like all others.",
        (FORM, NAME),
    ),
    "lost-cards": Kind(
        "Lost cards",
        "Whose card was reported lost and not found since, and whether another one works.",
        (FORM, NAME, NOTE),
        needs=Permission.ROSTER,
    ),
    "expected-back": Kind(
        "Expected back",
        "Pupils who come back today, and whether their device is here.",
        (FORM, NAME, Column("due", "Back at"), NOTE),
    ),
    "exams": Kind(
        "For the invigilator",
        "Today's exam candidates: the device is in, arranged, or to be asked for.",
        (FORM, NAME, Column("note", "Device")),
    ),
}


def lists_for(rights: Rights) -> dict[str, Kind]:
    """Those that somebody with these rights may see, if of their own forms alone."""
    sees = rights.may_somewhere
    return {
        name: kind for name, kind in LISTS.items() if sees(Permission.LISTS) and sees(kind.needs)
    }
