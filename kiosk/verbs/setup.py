"""The verb that begins a first run."""

from kiosk.errors import BadInput, NotRunning
from kiosk.rights import has_keeper
from kiosk.setup_codes import VALID_S
from kiosk.verbs.base import Json, VerbsBase, verb


class SetupVerbs(VerbsBase):
    """The verb that begins a first run."""

    @verb
    def do_setup_code(self) -> Json:
        """A code to add the first administrator with, on the pages. It is told this once."""
        service = self._service
        if self._setup_codes is None:
            raise NotRunning("the code is for the pages of a kiosk that runs: start it first")
        if has_keeper(service.rules, service.standing(), service.now()):
            raise BadInput(
                "somebody who signs in looks after the users already: they can add others, and so "
                "can `kiosk user add`"
            )
        return {"code": self._setup_codes.new(), "minutes": int(VALID_S // 60)}
