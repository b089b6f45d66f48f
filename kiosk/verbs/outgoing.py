"""Verbs about who is told something by the kiosk."""

from kiosk.errors import KioskError
from kiosk.verbs.base import Json, VerbsBase, verb


class OutgoingVerbs(VerbsBase):
    """Verbs about who is told something by the kiosk."""

    @verb
    def do_told_list(self, kind: str) -> Json:
        """Who is told something in that way, and how they were reached since the start."""
        return {
            "receivers": [
                {
                    "name": one.name,
                    "what": one.what,
                    "sent": one.progress.sent,
                    "lost": one.progress.lost,
                    "fault": one.progress.fault,
                }
                for one in self._outgoing.receivers
                if one.kind == kind
            ]
        }

    @verb
    def do_told_test(self, kind: str, name: str) -> Json:
        """Send one of them something that says nothing. Raises KioskError: it did not arrive."""
        receiver = self._outgoing.receiver(kind, name)
        if wrong := receiver.try_out():
            raise KioskError(f"{kind} {receiver.name}: {wrong}")
        return {"name": receiver.name}
