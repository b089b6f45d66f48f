"""What the command line asks of a kiosk, in JSON: the same verbs over the control socket of a
running daemon and on the record of one that does not run."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kiosk.arguments import argument_faults
from kiosk.errors import BadInput
from kiosk.verbs.arrangements import ArrangingVerbs
from kiosk.verbs.base import Json
from kiosk.verbs.cabinet import CabinetVerbs
from kiosk.verbs.corrections import CorrectionVerbs
from kiosk.verbs.cubbies import CubbyVerbs
from kiosk.verbs.explaining import ExplainingVerbs
from kiosk.verbs.handing import HandingVerbs
from kiosk.verbs.incidents import IncidentVerbs
from kiosk.verbs.listing import ListingVerbs
from kiosk.verbs.looking import LookingVerbs
from kiosk.verbs.outgoing import OutgoingVerbs
from kiosk.verbs.people import PeopleVerbs
from kiosk.verbs.school import SchoolVerbs
from kiosk.verbs.screens import ScreenVerbs
from kiosk.verbs.setup import SetupVerbs
from kiosk.verbs.subject import SubjectVerbs
from kiosk.verbs.tokens import TokenVerbs
from kiosk.verbs.users import UserVerbs
from kiosk.verbs.visitors import VisitorVerbs


class Verbs(
    LookingVerbs,
    PeopleVerbs,
    UserVerbs,
    SetupVerbs,
    TokenVerbs,
    ScreenVerbs,
    CabinetVerbs,
    CubbyVerbs,
    ArrangingVerbs,
    HandingVerbs,
    SchoolVerbs,
    IncidentVerbs,
    CorrectionVerbs,
    ExplainingVerbs,
    ListingVerbs,
    SubjectVerbs,
    OutgoingVerbs,
    VisitorVerbs,
):
    """Every verb. Those that change something name the local command line as their actor."""

    def call(self, verb: str, args: Mapping[str, Any]) -> Json:
        """Carry out one verb.

        Raises:
            BadInput: there is no such verb, or it takes other arguments.
            KioskError: it cannot be done, and says why.
        """
        handler = getattr(self, f"do_{verb}", None)
        if handler is None:
            raise BadInput(f'there is no verb "{verb}"')
        try:
            result: Json = handler(**args)
        except ValidationError as wrong:
            raise BadInput(f"{verb}: {argument_faults(wrong)}") from None
        return result
