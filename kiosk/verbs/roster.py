"""Verbs about the roster: what a list would change, changing it, and taking that back."""

from kiosk.roster import Diff, diff_json
from kiosk.rostering import Listed, RosterDesk, Terms
from kiosk.verbs.base import Json, VerbsBase, verb


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
        return diff_json(self._desk.diff(Listed(rows, fields, mentioned or (), profile, full)))

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
        listed = Listed(rows, fields, mentioned or (), profile, full)
        terms = Terms(many_leavers, lost_zeros, skip_faulty, expects)
        diff = self._desk.take_in(self.ACTOR, listed, terms)
        return _counted(diff, has_cards="card" in (fields or ()), is_full=full)

    @verb
    def do_roster_undo_look(self) -> Json:
        """What taking the last import back would change. ``fingerprint``: see ``roster_undo``."""
        return self._desk.undo_look()

    @verb
    def do_roster_undo(self, expects: str = "") -> Json:
        """Take the last import back. ``expects``: only if that changes what has that fingerprint.
        What somebody has done since, with a person or with a field, stays."""
        return self._desk.undo(self.ACTOR, expects)

    @property
    def _desk(self) -> RosterDesk:
        return RosterDesk(self._service, lambda number: self._keys.card_digest(*number))


def _counted(diff: Diff, *, has_cards: bool, is_full: bool) -> Json:
    """How many; of leavers and cards only where the list could speak of them."""
    counted = {"added": len(diff.added), "changed": len(diff.changed), "same": diff.same}
    if diff.left or is_full:
        counted["left"] = len(diff.left)
    if diff.cards or has_cards:
        counted["cards"] = len(diff.cards)
    return counted
