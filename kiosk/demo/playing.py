"""Plays the cues of a demo's days on a kiosk: pupils at the reader, staff at their desks."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from kiosk.acts import Sign
from kiosk.demo.cast import TURNS, Cue, Deed, Part
from kiosk.demo.school import DemoSchool
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.messages.arrangements import GivePass, GrantExemption, LetGoHome, LiftHold, PlaceHold
from kiosk.messages.commands import Override, StateCustody
from kiosk.messages.cubbies import ReturnBox
from kiosk.messages.incidents import MarkNotExpected, NoteAbsences
from kiosk.model import User
from kiosk.policy.signs import pupil_words
from kiosk.policy.words import REASONS
from kiosk.state import Deposit
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind, HoldKind
from kiosk.state.incidents import Why
from kiosk.timetable import Span
from kiosk.turned import TurnedKiosk

ROLES = ("reception", "teacher", "pastoral", "headteacher")
OFFICE, TEACHER, PASTORAL, HEAD = (f"{number:x}" for number in range(1, len(ROLES) + 1))
NOTHING = "nothing is kept for them"


def staff_of(school: DemoSchool) -> list[User]:
    """One user of each role; the teacher stands for those of all forms. Nobody signs in."""
    forms = tuple(sorted({person.form for person in school.pupils if person.form}))
    return [
        User(id, role, "", (role,), forms=forms if id == TEACHER else ())
        for id, role in zip((OFFICE, TEACHER, PASTORAL, HEAD), ROLES, strict=True)
    ]


class Player:
    """Carries out cues. ``parts``: who plays what, by id; ``turn`` of the day under way."""

    def __init__(self, kiosk: TurnedKiosk, school: DemoSchool, parts: Mapping[str, Part]) -> None:
        self.turn = 1
        self._kiosk = kiosk
        self._school = school
        self._parts = parts
        self._people = {person.id: person for person in school.people}
        self._deeds: Mapping[Deed, Callable[[Cue], str]] = {
            Deed.TAP: self._tap,
            Deed.LATE_BUS: lambda cue: self._mark(cue, TEACHER, Why.LATE_BUS),
            Deed.NONE_TODAY: lambda cue: self._mark(cue, OFFICE, Why.NONE_TODAY),
            Deed.ABSENT: self._note_absence,
            Deed.PASS: self._give_pass,
            Deed.GOING_HOME: lambda cue: self._told(LetGoHome(OFFICE, cue.person)),
            Deed.ARRANGE: self._arrange,
            Deed.CONFISCATE: lambda cue: self._hold(cue, PASTORAL, HoldKind.CONFISCATED),
            Deed.HOLD: lambda cue: self._hold(cue, OFFICE, HoldKind.OFFICE),
            Deed.LIFT: self._lift,
            Deed.JAM: self._jam,
            Deed.MEND: self._mend,
            Deed.RETURN_BOX: self._return_box,
        }

    def begin(self, number: int) -> None:
        """The day with that number begins, counted from 1."""
        self.turn = (number - 1) % TURNS + 1

    def play(self, cue: Cue) -> str:
        """Carry it out when it is time, or as soon as whoever is before them has gone; what is to
        be told of it, "" for nothing."""
        self._kiosk.until(self._utc(cue.at))
        begun = self._kiosk.local
        came_of_it = self._deeds[cue.deed](cue)
        if not cue.is_told:
            return ""
        name = self._people[cue.person].name
        return f"{begun:%H:%M}  {name}: {cue.deed.value}{': ' if came_of_it else ''}{came_of_it}"

    def _utc(self, at: datetime) -> datetime:
        return at.replace(tzinfo=self._school.timetable.zone).astimezone(UTC)

    def _told(self, command: Command) -> str:
        """What came of a command: "" where it was done."""
        outcome = self._kiosk.submit(command)
        why = REASONS[outcome.reason] if outcome.reason else ""
        return "" if outcome.granted else f"not done, {why}"

    # at the kiosk

    def _tap(self, cue: Cue) -> str:
        event = self._kiosk.tap(self._school.uids[cue.person])
        why = REASONS[event.reason] if event.reason else ""
        cubby = "" if event.cubby is None else f", cubby {event.cubby}"
        shown = self._kiosk.shown
        is_sent_away = shown is not None and (not event.granted or shown.sign is Sign.ASK_OFFICE)
        sign = f'; it says "{pupil_words(shown)}"' if shown is not None and is_sent_away else ""
        return f"{why}{cubby}{sign}"

    def _jam(self, cue: Cue) -> str:
        kept = self._kept(cue)
        if kept is None or kept.cubby is None:
            return NOTHING
        self._kiosk.hands.fault(f"cubby {kept.cubby}", "jammed")
        return f"cubby {kept.cubby}"

    def _mend(self, cue: Cue) -> str:
        kept = self._kept(cue)
        if kept is None or kept.cubby is None:
            return NOTHING
        self._kiosk.hands.fault(f"cubby {kept.cubby}", "jammed", False)
        opened = self._told(Override(HEAD, kept.cubby, cue.person, Reason.CUBBY_CHECK))
        self._kiosk.settle()
        return opened or self._told(StateCustody(HEAD, kept.id, Reason.GIVEN))

    # at a desk

    def _mark(self, cue: Cue, actor: str, why: Why) -> str:
        return self._told(MarkNotExpected(actor, cue.person, why))

    def _note_absence(self, cue: Cue) -> str:
        span = Span(cue.at.date(), (cue.until or cue.at).date())
        return self._told(NoteAbsences(OFFICE, {cue.person: (span,)})) or str(span)

    def _give_pass(self, cue: Cue) -> str:
        ends = cue.until or cue.at
        given = GivePass(OFFICE, cue.person, self._utc(cue.at), self._utc(ends))
        return self._told(given) or f"until {ends:%H:%M}"

    def _arrange(self, cue: Cue) -> str:
        kind, effect = ExemptionKind.ADJUSTMENT, ExemptionEffect.KEEP
        exemption = Exemption(0, cue.person, kind, effect, cue.at.date())
        return self._told(GrantExemption(HEAD, exemption))

    def _hold(self, cue: Cue, actor: str, kind: HoldKind) -> str:
        kept = self._kept(cue)
        return NOTHING if kept is None else self._told(PlaceHold(actor, kept.id, kind))

    def _lift(self, cue: Cue) -> str:
        kept = self._kept(cue)
        holds = self._kiosk.standing.state.holds_on(kept.id) if kept else []
        return self._told(LiftHold(HEAD, holds[0].id)) if holds else NOTHING

    def _return_box(self, cue: Cue) -> str:
        """All returned, except those who are away."""
        box = self._school.boxes[self._people[cue.person].form]
        inside = {kept.person for kept in self._kiosk.standing.state.deposits_in(box)}
        if not inside:
            return NOTHING
        away = {person for person in inside if self.turn in self._parts[person].stays}
        returned = self._told(ReturnBox(TEACHER, box, frozenset(away)))
        return returned or f"{len(inside) - len(away)} returned, {len(away)} still in it"

    def _kept(self, cue: Cue) -> Deposit | None:
        return self._kiosk.standing.state.deposit_of(cue.person)
