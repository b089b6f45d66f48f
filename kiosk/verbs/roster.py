"""Verbs about the roster: what a list would change, changing it, and taking that back."""

import secrets
from functools import partial
from typing import NamedTuple

from hardware.ports import CardSeen
from hardware.profiles import profile_named, read_number
from kiosk.errors import BadInput
from kiosk.messages.commands import ImportRoster
from kiosk.roster import (
    CardNumber,
    Diff,
    ReadCard,
    Roll,
    compare,
    diff_json,
    fingerprint,
    refusal,
    roster_rows,
)
from kiosk.roster.rows import FIELDS
from kiosk.verbs.base import Json, VerbsBase, verb


class Confirmed(NamedTuple):
    """What somebody has confirmed: stops by their names."""

    many_leavers: bool = False
    lost_zeros: bool = False


def card_reader(profile: str) -> ReadCard:
    """What reads card numbers as that profile spells them. Raises BadInput: there is none."""
    try:
        profile_named(profile)
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    return partial(_read_card, profile)


def _read_card(profile: str, text: str) -> CardNumber:
    kind, number = read_number(profile, text)
    if CardSeen(number, kind=kind).is_random:
        raise ValueError("it is made up anew at each tap: a phone, or a card that hides")
    return kind, number


class RosterVerbs(VerbsBase):
    """Verbs about the roster."""

    @verb
    def do_roster_diff(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None = None,
        mentioned: list[str] | None = None,
        profile: str = "hex",
        full: bool = False,
    ) -> Json:
        """What importing these rows would change. ``fields``: what of a person they speak of, if
        that is not what they name. ``mentioned``: who else is in the list. ``full``: it is the
        whole roll."""
        return diff_json(self._diff(rows, fields, mentioned, profile, full))

    @verb
    def do_roster_import(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None = None,
        mentioned: list[str] | None = None,
        profile: str = "hex",
        full: bool = False,
        many_leavers: bool = False,
        lost_zeros: bool = False,
        skip_faulty: bool = False,
        expects: str = "",
    ) -> Json:
        """Do it, all of it or nothing. ``many_leavers``, ``lost_zeros``: that was looked at, and
        is right. ``skip_faulty``: do without the faulty rows. ``expects``: only if the difference
        is the one with that fingerprint."""
        diff = self._diff(rows, fields, mentioned, profile, full)
        if diff.faults and not skip_faulty:
            raise refusal(diff.faults)
        if expects and expects != fingerprint(diff):
            raise BadInput("nothing was imported: the roster has changed meanwhile; look again")
        _check_stops(diff, Confirmed(many_leavers, lost_zeros))
        if diff.people or diff.cards:
            self._submit(_command(diff, self.ACTOR))
        return _counted(diff, has_cards="card" in (fields or ()), is_full=full)

    def _diff(
        self,
        rows: list[dict[str, str]],
        fields: list[str] | None,
        mentioned: list[str] | None,
        profile: str,
        full: bool,
    ) -> Diff:
        checked = roster_rows(rows, read_card=card_reader(profile))
        said = FIELDS & ({key for row in rows for key in row} if fields is None else {*fields})
        standing = self._service.standing()
        return compare(
            Roll(checked, said, full, mentioned or ()),
            standing.roster,
            new_id=lambda: secrets.token_hex(8),
            card_key=lambda number: self._keys.card_digest(*number),
            keeps=standing.state.of_person.keys(),
        )


def _check_stops(diff: Diff, confirmed: Confirmed) -> None:
    stops = [words for stop, words in diff.stops.items() if not getattr(confirmed, stop.value)]
    if stops:
        raise BadInput("\n".join(["nothing was imported:", *(f"  {words}" for words in stops)]))


def _command(diff: Diff, actor: str) -> ImportRoster:
    return ImportRoster(
        actor,
        diff.people,
        added=len(diff.added),
        changed=len(diff.changed),
        left=len(diff.left),
        credentials=diff.credentials,
    )


def _counted(diff: Diff, *, has_cards: bool, is_full: bool) -> Json:
    """How many; of leavers and cards only where the list could speak of them."""
    counted = {"added": len(diff.added), "changed": len(diff.changed), "same": diff.same}
    if diff.left or is_full:
        counted["left"] = len(diff.left)
    if diff.cards or has_cards:
        counted["cards"] = len(diff.cards)
    return counted
