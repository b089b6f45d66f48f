"""How many pupils' devices are what now, for the top of the cabinet's page. Pure."""

from collections import Counter
from typing import NamedTuple

from kiosk.lists.seen import Scene, Seen, is_pupil, register
from kiosk.lists.table import by_form
from kiosk.taps.facts import is_held


class Tally(NamedTuple):
    """Of a form, or of everybody. ``held`` is of those that are in our keeping, or out, all the
    same: whoever sees the number may hold for the office, and a private hold counts as one."""

    inside: int
    out: int
    not_seen: int
    held: int


def tally(scene: Scene, form: str = "") -> Tally:
    """Count the pupils of that form; all where it is ""."""
    asked = form.casefold()
    of = Counter(
        seen
        for person, seen in register(scene).items()
        if not form or scene.form(person).casefold() == asked
    )
    held = sum(
        is_held(scene.state, deposit, scene.now)
        for deposit in scene.state.deposits.values()
        if not form or scene.form(deposit.person).casefold() == asked
    )
    return Tally(of[Seen.IN] + of[Seen.UNSURE], of[Seen.OUT], of[Seen.NOT_SEEN], held)


def forms_of(scene: Scene) -> tuple[str, ...]:
    """The forms that pupils are in, 7A before 10A."""
    people = scene.standing.roster.people.values()
    forms = {person.form for person in people if person.form and is_pupil(person)}
    return tuple(sorted(forms, key=by_form))
