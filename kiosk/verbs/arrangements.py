"""Verbs for what staff arrange: passes, going home, release now, exemptions, holds."""

from collections.abc import Callable, Mapping
from datetime import time

from kiosk.arguments import a_day
from kiosk.errors import BadInput
from kiosk.messages import Command
from kiosk.messages.arrangements import (
    ApproveExemption,
    CountBack,
    EndExemption,
    EndPass,
    GivePass,
    GrantExemption,
    LetGoHome,
    LiftHold,
    PlaceHold,
    ReleaseNow,
    SignExemption,
    TakeAlong,
    TakeIn,
)
from kiosk.model import DeviceKind
from kiosk.policy.devices import kinds_of
from kiosk.state import Place
from kiosk.state.arrangements import (
    Exemption,
    ExemptionEffect,
    ExemptionKind,
    HoldKind,
    SeenTo,
)
from kiosk.verbs.base import Json, VerbsBase, one_of, verb


class ArrangingVerbs(VerbsBase):
    """Verbs for what staff arrange. ``user`` and ``password``: in whose name, where the console's
    own rights are not enough."""

    @verb
    def do_pass_give(
        self, admission: str, begins: str, ends: str, back: bool = True, note: str = "", **who: str
    ) -> Json:
        """Let somebody take their device out once, between two times."""
        given = self.do_pass_list([admission], begins, ends, back, note, **who)
        return {"seq": given["seqs"][0], "person": given["people"][0]}

    @verb
    def do_pass_list(
        self,
        admissions: list[str],
        begins: str,
        ends: str,
        back: bool = True,
        note: str = "",
        **who: str,
    ) -> Json:
        """The same for everybody on a list; for nobody if somebody is not on the roster."""
        people = [self._person(admission) for admission in admissions]
        actor, first, last = self._actor(who), self._time(begins), self._time(ends)
        if not people:
            raise BadInput("name at least one admission number")
        commands = (
            GivePass(actor, person.id, first, last, back, **self._noted(note)) for person in people
        )
        seqs = [self._submit(command).seq for command in commands]
        return {"seqs": seqs, "people": [person.name for person in people]}

    @verb
    def do_pass_end(self, admission: str, **who: str) -> Json:
        """Take a pass back."""
        person = self._person(admission)
        return self._arrange(EndPass(self._actor(who), person.id), person.name)

    @verb
    def do_going_home(self, admission: str, **who: str) -> Json:
        """Let somebody collect at their next tap. No cause is asked for."""
        person = self._person(admission)
        return self._arrange(LetGoHome(self._actor(who), person.id), person.name)

    @verb
    def do_release_now(self, forms: list[str], note: str = "", **who: str) -> Json:
        """Let everybody collect at once, or some forms."""
        known = {p.form for p in self._service.standing().roster.people.values()}
        if unknown := sorted(set(forms) - known):
            raise BadInput(f"there is no form {', '.join(unknown)}")
        command = ReleaseNow(self._actor(who), frozenset(forms), **self._noted(note))
        return self._arrange(command, "")

    @verb
    def do_exempt(
        self,
        admission: str,
        kind: str,
        effect: str,
        begins: str = "",
        ends: str = "",
        review: str = "",
        windows: list[str] | None = None,
        note: str = "",
        devices: list[str] | None = None,
        signed_on: str = "",
        signed_by: str = "",
        **who: str,
    ) -> Json:
        """Make a lasting arrangement, or today's. ``devices``: the kinds that it is about, none for
        any. ``signed_on``, ``signed_by``: when and with whom it was agreed in writing."""
        person = self._person(admission)
        today = self._service.rules.timetable.local(self._service.now().at).date()
        exemption = Exemption(
            0,
            person.id,
            ExemptionKind(one_of(kind, ExemptionKind)),
            ExemptionEffect(one_of(effect, ExemptionEffect)),
            a_day(begins) or today,
            a_day(ends),
            a_day(review),
            tuple(map(_window, windows or ())),
            devices=kinds_of(one_of(kind, DeviceKind) for kind in devices or ()),
            signed_on=a_day(signed_on),
        )
        if exemption.effect in NEED_WINDOWS and not exemption.windows:
            raise BadInput(f"{effect} needs a window, as 12:00-13:00")
        signer, noted = self._note(signed_by), self._noted(note)
        command = GrantExemption(self._actor(who), exemption, signer, **noted)
        return self._arrange(command, person.name)

    @verb
    def do_exemption_signed(self, number: int, on: str, by: str, **who: str) -> Json:
        """Note when and with whom an arrangement was agreed in writing, by its number."""
        day = a_day(on)
        if day is None:
            raise BadInput("say on which day it was signed, as 2026-03-02")
        command = SignExemption(self._actor(who), number, day, self._note(by))
        return self._arrange(command, "")

    @verb
    def do_exemption(self, act: str, number: int, **who: str) -> Json:
        """Approve an arrangement, or end it, by the number of its event."""
        if act not in EXEMPTION_ACTS:
            raise BadInput(f'"{act}" is not among {", ".join(EXEMPTION_ACTS)}')
        return self._arrange(EXEMPTION_ACTS[act](self._actor(who), number), "")

    @verb
    def do_hold_place(
        self,
        admission: str,
        kind: str = "office",
        ends: str = "",
        need_met: bool = False,
        consent: bool = False,
        seen_to: list[str] | None = None,
        note: str = "",
        **who: str,
    ) -> Json:
        """Keep a device back from its owner, until the hold ends or is lifted. ``consent``: an
        adult has agreed to it in writing. ``seen_to``: that the parents were told, the journey home
        is safe, the pupil was told privately."""
        person = self._person(admission)
        command = PlaceHold(
            self._actor(who),
            self._kept(admission).id,
            HoldKind(one_of(kind, HoldKind)),
            self._time(ends) if ends else None,
            need_met,
            self._note(note),
            consent,
            frozenset(SeenTo(one_of(each, SeenTo)) for each in seen_to or ()),
        )
        return self._arrange(command, person.name)

    @verb
    def do_hold_lift(self, number: int, **who: str) -> Json:
        """Lift a hold, by the number of the event that placed it."""
        return self._arrange(LiftHold(self._actor(who), number), "")

    @verb
    def do_take_in(self, admission: str, note: str = "", **who: str) -> Json:
        """Say that the office has somebody's device in its own hands."""
        person = self._person(admission)
        command = TakeIn(self._actor(who), person.id, **self._noted(note))
        return self._arrange(command, person.name)

    @verb
    def do_take_along(self, admissions: list[str], by: str, note: str = "", **who: str) -> Json:
        """Say that a member of staff carries the devices of these, who go somewhere with them.
        ``by``: a user, or a member of staff by admission number."""
        people = [self._person(admission) for admission in admissions]
        ids, keeper = frozenset(person.id for person in people), self._staff(by)
        command = TakeAlong(self._actor(who), ids, keeper, **self._noted(note))
        return {"seq": self._submit(command).seq, "people": [person.name for person in people]}

    @verb
    def do_count_back(self, admissions: list[str], by: str, note: str = "", **who: str) -> Json:
        """Say that they are back with the devices of these; who is missing is told."""
        ids = frozenset(self._person(admission).id for admission in admissions)
        command = CountBack(self._actor(who), ids, self._staff(by), **self._noted(note))
        seq = self._submit(command).seq
        standing = self._service.standing()
        keeper = next(e for e in self._service.events(cause=seq) if e.seq == seq).data["by"]
        kept = standing.state.deposits.values()
        missing = [d.person for d in kept if d.place is Place.CARRIED and d.keeper == keeper]
        people = standing.roster.people
        return {"seq": seq, "back": len(ids), "missing": [people[id].name for id in missing]}

    def _arrange(self, command: Command, name: str) -> Json:
        return {"seq": self._submit(command).seq, "person": name}


NEED_WINDOWS = (ExemptionEffect.WINDOWS, ExemptionEffect.EARLY)
EXEMPTION_ACTS: Mapping[str, Callable[[str, int], Command]] = {
    "approve": ApproveExemption,
    "end": EndExemption,
}


def _window(text: str) -> tuple[time, time]:
    try:
        begins, ends = (time.fromisoformat(part) for part in text.split("-"))
    except ValueError:
        raise BadInput(f'"{text}" is no window: write 12:00-13:00') from None
    if begins >= ends:
        raise BadInput(f"the window {text} ends before it begins")
    return begins, ends
