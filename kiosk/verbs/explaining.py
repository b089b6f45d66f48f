"""Why a tap would be granted or refused."""

from kiosk.explained import explained
from kiosk.verbs.base import Json, VerbsBase, verb


class ExplainingVerbs(VerbsBase):
    """The verb that explains. ``user`` and ``password``: to whom, if not to the console."""

    @verb
    def do_explain(self, admission: str, at: str = "", **who: str) -> Json:
        """What that person's tap would come to now, or at another time of this year or so; at a
        past one what it came to, by the state and the rules of then."""
        may_see, person = self._may_see(who), self._person(admission)
        moment = self._time(at) if at else None
        return {**explained(self._service, person.id, moment, may_see), "person": person.name}
