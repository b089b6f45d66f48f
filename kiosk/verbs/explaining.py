"""Why a tap would be granted or refused."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from kiosk.errors import BadInput
from kiosk.explaining.explaining import check_may_ask, explain
from kiosk.model import Person
from kiosk.orders.wanted import ExplanationWanted, Format
from kiosk.policy.roles import Permission
from kiosk.verbs.base import Json, VerbsBase, verb

FAR = timedelta(days=400)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class ExplainingVerbs(VerbsBase):
    """The verb that explains. ``user`` and ``password``: to whom, if not to the console."""

    @verb
    def do_explain(self, admission: str, at: str = "", **who: str) -> Json:
        """What that person's tap would come to now, or at another time of this year or so; at a
        past one what it came to, by the state and the rules of then."""
        may_see = self._may_see(who)
        service, person, now = self._service, self._person(admission), self._service.now()
        moment = self._time(at) if at else now.at
        if abs(moment - now.at) > FAR:
            raise BadInput(f"{at} is too far away: nobody knows what will be so by then")
        try:
            if at and moment < now.at:
                return {**self._looked_back(person, moment, may_see), "person": person.name}
            explanation = explain(
                service.rules,
                service.standing(),
                person.id,
                now,
                moment if at else None,
                may_see=may_see,
            )
        except PermissionError as fault:
            raise BadInput(str(fault)) from None
        when = explanation.at.isoformat(timespec="minutes")
        return {**asdict(explanation), "person": person.name, "at": when}

    def _looked_back(
        self, person: Person, moment: datetime, may_see: frozenset[Permission]
    ) -> Json:
        """A time that was typed to the minute means a tap of theirs at any second of it."""
        check_may_ask(may_see, of_the_past=True)
        unit = SECOND if moment.second or moment.microsecond else MINUTE
        versions = self._service.versions()
        wanted = ExplanationWanted(person.id, moment, moment + unit, may_see, versions)
        told: Json = json.loads(self._service.make(wanted, Format.TABLE))
        return told
