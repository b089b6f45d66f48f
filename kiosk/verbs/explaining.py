"""Why a tap would be granted or refused."""

from dataclasses import asdict
from datetime import timedelta

from kiosk.errors import BadInput
from kiosk.explaining.explaining import explain
from kiosk.verbs.base import Json, VerbsBase, verb

FAR = timedelta(days=400)


class ExplainingVerbs(VerbsBase):
    """The verb that explains. ``user`` and ``password``: to whom, if not to the console."""

    @verb
    def do_explain(self, admission: str, at: str = "", **who: str) -> Json:
        """What that person's tap would come to now, or at another time of this year or so."""
        may_see = self._rights(self._actor(who)).of_all
        service, person, now = self._service, self._person(admission), self._service.now()
        moment = self._time(at) if at else now.at
        if abs(moment - now.at) > FAR:
            raise BadInput(f"{at} is too far away: nobody knows what will be so by then")
        standing = service.standing()
        try:
            explanation = explain(
                service.rules, standing, person.id, now, moment if at else None, may_see=may_see
            )
        except PermissionError as fault:
            raise BadInput(str(fault)) from None
        when = explanation.at.isoformat(timespec="minutes")
        return {**asdict(explanation), "person": person.name, "at": when}
