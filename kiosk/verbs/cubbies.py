"""Verbs for the cubbies themselves: service, owners, boxes, reconciliation, the key, fire."""

from collections.abc import Callable, Mapping

from kiosk.errors import BadInput
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    ByKey,
    EnterKeyUse,
    GiveAllClear,
    LookInside,
    PutBackInService,
    RaiseFire,
    ReportNotEmpty,
    ReturnBox,
    TakeOutOfService,
    UnassignCubby,
    WishCubbies,
)
from kiosk.model import Wishes
from kiosk.policy.words import REASONS, SERVICE_REASONS
from kiosk.staff.reconciliation import missing, to_reconcile
from kiosk.verbs.base import Json, VerbsBase, verb

EMPTY, THEIRS, UNOWNED = "empty", "theirs", "unowned"
FIRE_ACTS: Mapping[str, Callable[[str], Command]] = {"on": RaiseFire, "clear": GiveAllClear}


class CubbyVerbs(VerbsBase):
    """Verbs for the cubbies themselves. ``user`` and ``password``: in whose name, where the
    console's own rights are not enough."""

    @verb
    def do_cubbies(self) -> Json:
        """Whose each cubby is, and whether it is in service and known."""
        cabinet = self._service.standing().state.cabinet
        unknown = {one.cubby for one in to_reconcile(self._service.standing().state)}
        return {
            "cubbies": [
                {
                    "number": number,
                    "accessible": cubby.accessible,
                    "size": cubby.size.value,
                    "service": cabinet.service[number].reason if number in cabinet.service else "",
                    "owners": sorted(map(self._admission, cabinet.owners_of(number))),
                    "form": cabinet.form_of(number) or "",
                    "unknown": number in unknown,
                }
                for number, cubby in sorted(self._service.rules.cubbies.items())
            ]
        }

    @verb
    def do_cubby_out(self, number: int, reason: str, note: str = "", **who: str) -> Json:
        """Take a cubby out of service."""
        if reason not in SERVICE_REASONS:
            known = ", ".join(SERVICE_REASONS)
            raise BadInput(f'"{reason}" is no reason to take it out of service; there are {known}')
        cubby = self._cubby_number(number)
        noted = self._noted(note)
        return self._did(TakeOutOfService(self._actor(who), cubby, Reason(reason), **noted))

    @verb
    def do_cubby_back(self, number: int, **who: str) -> Json:
        """Put a cubby back in service."""
        return self._did(PutBackInService(self._actor(who), self._cubby_number(number)))

    @verb
    def do_cubby_own(
        self, number: int, admission: str, with_others: bool = False, **who: str
    ) -> Json:
        """Make a cubby somebody's own, or theirs too."""
        person, cubby = self._person(admission), self._cubby_number(number)
        done = self._did(AssignCubby(self._actor(who), cubby, person.id, with_others))
        return {**done, "person": person.name}

    @verb
    def do_cubby_box(self, number: int, form: str, **who: str) -> Json:
        """Make a cubby the box of a form."""
        cubby = self._cubby_number(number)
        return self._did(AssignBox(self._actor(who), cubby, self._form(form)))

    @verb
    def do_cubby_anybodys(self, number: int, admission: str = "", **who: str) -> Json:
        """Take a cubby from its owner, or from its form."""
        person = self._person(admission).id if admission else ""
        return self._did(UnassignCubby(self._actor(who), self._cubby_number(number), person))

    @verb
    def do_cubby_wishes(
        self,
        admission: str,
        preferred: list[int],
        accessible: bool = False,
        large: bool = False,
        **who: str,
    ) -> Json:
        """Say which cubbies somebody is to get where they may choose."""
        person = self._person(admission)
        wishes = Wishes(tuple(map(self._cubby_number, preferred)), accessible, large)
        done = self._did(WishCubbies(self._actor(who), person.id, wishes))
        return {**done, "person": person.name}

    @verb
    def do_box_returned(
        self, form: str, kept: list[str] | None = None, note: str = "", **who: str
    ) -> Json:
        """Say that all in a form's box was given back, but for the devices of some."""
        box = self._service.standing().state.cabinet.boxes.get(self._form(form))
        if box is None:
            raise BadInput(f"form {form} has no box")
        people = frozenset(self._person(admission).id for admission in kept or ())
        return self._did(ReturnBox(self._actor(who), box, people, **self._noted(note)))

    @verb
    def do_cubby_not_empty(self, number: int, **who: str) -> Json:
        """Say that a cubby that keeps nothing on record has something in it."""
        return self._did(ReportNotEmpty(self._actor(who), self._cubby_number(number)))

    @verb
    def do_reconcile(self) -> Json:
        """The cubbies that are unknown, each with why; and the devices that nobody can find."""
        state = self._service.standing().state
        local = self._service.rules.timetable.local
        return {
            "cubbies": [
                {
                    "number": one.cubby,
                    "why": one.why.value,
                    "words": REASONS[one.why],
                    "since": local(one.since.at).isoformat(timespec="minutes"),
                    "people": [self._name(person) for person in one.people],
                }
                for one in to_reconcile(state)
            ],
            "missing": [
                {
                    "person": self._name(deposit.person),
                    "admission": self._admission(deposit.person),
                    "since": local(deposit.since.at).isoformat(timespec="minutes"),
                }
                for deposit in missing(state)
            ],
        }

    @verb
    def do_reconcile_say(self, number: int, what: list[str], **who: str) -> Json:
        """Say what is in a cubby, and that nothing else is: "empty", "theirs" (what is on record),
        "unowned", and the admission numbers of those whose devices are there."""
        cubby = self._cubby_number(number)
        if not what or (EMPTY in what and len(what) > 1):
            raise BadInput(f"say {EMPTY}, or else what is there: {THEIRS}, {UNOWNED}, admissions")
        named = [word for word in what if word not in (EMPTY, THEIRS, UNOWNED)]
        people = {self._person(admission).id for admission in named}
        if THEIRS in what:
            people |= self._on_record(cubby)
        seen = LookInside(self._actor(who), cubby, frozenset(people), UNOWNED in what)
        return {**self._did(seen), **self.do_reconcile()}

    def _on_record(self, cubby: int) -> set[str]:
        state = self._service.standing().state
        people = self._service.standing().roster.people.keys()
        inside = {deposit.person for deposit in state.deposits_in(cubby)} & people
        if not inside:
            raise BadInput(f"nobody's device is in cubby {cubby} by the record")
        return inside

    @verb
    def do_key_used(
        self,
        by: list[str],
        given: list[int] | None = None,
        inside: list[int] | None = None,
        empty: list[int] | None = None,
        note: str = "",
        **who: str,
    ) -> Json:
        """Enter afterwards that the mechanical key was used, by whom, and what became of which
        cubby. All others are unknown from now on."""
        if len(by) != 2:
            raise BadInput("the key is used by two: name both, each by user or admission number")
        first, second = map(self._staff, by)
        told = [
            ByKey(self._cubby_number(number), what)
            for what, numbers in (
                (Reason.GIVEN, given),
                (Reason.INSIDE, inside),
                (Reason.EMPTY, empty),
            )
            for number in numbers or ()
        ]
        twice = sorted({o.cubby for o in told if [t.cubby for t in told].count(o.cubby) > 1})
        if twice:
            raise BadInput(f"cubby {', '.join(map(str, twice))} is named more than once")
        noted = self._noted(note)
        entered = EnterKeyUse(self._actor(who), (first, second), tuple(told), **noted)
        return {**self._did(entered), **self.do_reconcile()}

    @verb
    def do_fire(self, act: str = "", **who: str) -> Json:
        """Whether there is a fire alarm; ``act``: on, clear."""
        if act:
            if act not in FIRE_ACTS:
                raise BadInput(f'"{act}" is neither on nor clear')
            self._did(FIRE_ACTS[act](self._actor(who)))
        fire = self._service.standing().state.cabinet.fire
        local = self._service.rules.timetable.local
        return {"since": local(fire.since.at).isoformat(timespec="minutes") if fire else None}

    def _did(self, command: Command) -> Json:
        return {"seq": self._submit(command).seq}

    def _name(self, person: str) -> str:
        known = self._service.standing().roster.people.get(person)
        return known.name if known else "nobody known"

    def _admission(self, person: str) -> str:
        known = self._service.standing().roster.people.get(person)
        return known.admission if known else ""
