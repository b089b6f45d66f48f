"""Verbs for the cabinet: staff acts, and hands on a simulated one."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from hardware.ports import Hands
from kiosk.arguments import card_number, check_hand
from kiosk.errors import BadInput, NotRunning
from kiosk.events import Reason
from kiosk.made_up_cards import KIND, made_up_cards, made_up_uid, without_card
from kiosk.messages import Command
from kiosk.messages.arrangements import (
    EndRound,
    OpenAll,
    PauseRound,
    ReleaseRound,
    ResumeRound,
)
from kiosk.messages.commands import ConfirmClock, EnrolCard, Override
from kiosk.messages.record import BackupMade, Scrubbed
from kiosk.model import Credential
from kiosk.policy.reasons import chosen
from kiosk.verbs.base import Json, VerbsBase, verb

ROUND_ACTS: Mapping[str, Callable[[str], Command]] = {
    "pause": PauseRound,
    "resume": ResumeRound,
    "end": EndRound,
}


class CabinetVerbs(VerbsBase):
    """Verbs for the cabinet: staff acts, and hands on a simulated one."""

    @verb
    def do_clock_confirm(self) -> Json:
        """Say that the kiosk's clock is right."""
        self._submit(ConfirmClock(self.ACTOR))
        return {}

    @verb
    def do_scrubbed(self, findings: Annotated[int, Field(ge=0)], files: list[str]) -> Json:
        """The whole record was checked by whoever asks; what they found."""
        self._submit(Scrubbed(self.ACTOR, findings, tuple(files)))
        return {}

    @verb
    def do_backup_made(self, seq: int, seal: str, sha256: str) -> Json:
        """Put on record that a copy left, with its anchor."""
        self._submit(BackupMade(self.ACTOR, seq, seal, sha256))
        return {}

    @verb
    def do_cubby_open(self, number: int, reason: str, note: str = "") -> Json:
        """Open one cubby, for whoever's device is in it."""
        choices = self._service.rules.reasons
        choice = chosen(choices, reason)
        if choice is None:
            known = ", ".join(choice.key for choice in choices)
            raise BadInput(f'"{reason}" is no reason to open; there are {known}')
        self._note(note)
        if choice.needs_note and not note.strip():
            raise BadInput("say in the note what the other reason is")
        deposit = self._service.standing().state.deposit_in(self._cubby_number(number))
        outcome = self._submit(
            Override(
                actor=self.ACTOR,
                cubby=number,
                person=deposit.person if deposit else None,
                reason=choice.reason,
                own=choice.own,
                note=note,
                note_id=secrets.token_hex(8),
            )
        )
        return {"seq": outcome.seq}

    @verb
    def do_cubby_open_all(
        self, reason: str = "emptying", with_empty: bool = False, note: str = ""
    ) -> Json:
        """Open every cubby that keeps something, one after another; or all there are."""
        shipped = (choice.reason for choice in self._service.rules.reasons if not choice.own)
        known = (Reason.EMPTYING, *shipped)
        if reason not in known:
            raise BadInput(f'"{reason}" is no reason to open; there are {", ".join(known)}')
        command = OpenAll(self.ACTOR, Reason(reason), with_empty, **self._noted(note))
        return {"seq": self._submit(command).seq, **self._round()}

    @verb
    def do_cubby_release(self, groups: list[str], note: str = "", **who: str) -> Json:
        """Give the devices of some forms or years back in order, one door after another."""
        people = self._service.standing().roster.people.values()
        known = {group for person in people for group in (person.form, person.year)}
        if unknown := [group for group in groups if group not in known or not group]:
            raise BadInput(f"there is no form and no year {', '.join(unknown)}")
        command = ReleaseRound(self._actor(who), tuple(groups), **self._noted(note))
        return {"seq": self._submit(command).seq, **self._round()}

    @verb
    def do_round(self, act: str = "") -> Json:
        """The round of openings under way; or ``act`` on it: pause, resume, end."""
        if act:
            if act not in ROUND_ACTS:
                raise BadInput(
                    f'"{act}" is nothing to do with a round; there are pause, resume, end'
                )
            if self._service.standing().state.round is None:
                raise BadInput("no cubbies are being opened one after another")
            self._submit(ROUND_ACTS[act](self.ACTOR))
        return self._round()

    def _round(self) -> Json:
        under_way = self._service.standing().state.round
        if under_way is None:
            return {"round": None}
        return {
            "round": {
                "seq": under_way.cause,
                "cubbies": list(under_way.cubbies),
                "left": list(under_way.left),
                "failed": list(under_way.failed),
                "paused": under_way.is_paused,
            }
        }

    @verb
    def do_lights(self, test: bool = False) -> Json:
        """Which light is being tested, and what does not work; ``test`` begins a test."""
        if self._lights is None:
            raise NotRunning("the lights belong to a running kiosk")
        if test:
            self._lights.self_test()
        return {"testing": self._lights.testing, "faults": self._lights.faults}

    @verb
    def do_sim(
        self,
        hand: str,
        uid: str | None = None,
        cubby: int | None = None,
        part: str | None = None,
        name: str | None = None,
        on: bool | None = None,
    ) -> Json:
        """A hand on the simulated cabinet."""
        hands = self._simulated()
        given = {"uid": uid, "cubby": cubby, "part": part, "name": name, "on": on}
        check_hand(hand, {key for key, value in given.items() if value is not None})
        if hand in ("tap", "place", "lift"):
            _as_told(getattr(hands, hand), card_number(uid or ""))
        elif hand in ("open", "close"):
            getattr(hands, hand)(self._cubby_number(cubby))
        elif hand == "ajar":
            hands.leave_ajar(self._cubby_number(cubby))
        elif hand == "fault":
            _as_told(hands.fault, part or "", name or "", on is not False)
        elif self._skip is None:
            raise BadInput("the time of this kiosk cannot be skipped")
        else:
            self._skip()
        return {}

    @verb
    def do_sim_faults(self, part: str | None = None) -> Json:
        """Everything that can be wrong with the simulated parts, and what is."""
        found = self._simulated().faults(part)
        if not found:
            parts = ", ".join(sorted({fault.part for fault in self._simulated().faults()}))
            raise BadInput(f"there is no simulated part {part}; there are {parts}")
        return {"faults": [asdict(fault) for fault in found]}

    @verb
    def do_sim_cards(self) -> Json:
        """Give a made-up card to everybody who has none that works; all made-up cards that do."""
        self._simulated()
        new = without_card(self._service.standing().roster)
        for person in new:
            key = self._made_up_key(made_up_uid(person.admission))
            self._submit(EnrolCard(self.ACTOR, Credential(key, person.id)))
        roster = self._service.standing().roster
        cards = [
            {"admission": p.admission, "person": p.name, "form": p.form, "uid": uid.hex().upper()}
            for p, uid in made_up_cards(roster, self._made_up_key)
        ]
        return {"new": len(new), "cards": cards}

    def _made_up_key(self, uid: bytes) -> str:
        return self._keys.card_digest(KIND, uid)

    def _simulated(self) -> Hands:
        if self._hands is None:
            raise BadInput("this kiosk has real hardware; nothing of it can be simulated")
        return self._hands


def _as_told(act: Callable[..., None], *what: object) -> None:
    """What hands cannot do is wrong use."""
    try:
        act(*what)
    except (ValueError, LookupError) as wrong:
        raise BadInput(str(wrong)) from None
