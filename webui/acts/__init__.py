"""What staff do on the pages. Each act is a row of a table: what it is called, who may do it, what
its form asks for, and which command comes of it. ``pages`` serves them all."""

from collections.abc import Mapping

from webui.acts.act import StaffAct
from webui.acts.on_cards import CARD_ACTS
from webui.acts.on_cases import CASE_ACTS
from webui.acts.on_conduct import CONDUCT_ACTS
from webui.acts.on_cubbies import CUBBY_ACTS
from webui.acts.on_devices import DEVICE_ACTS
from webui.acts.on_people import PERSON_ACTS
from webui.acts.on_school import SCHOOL_ACTS
from webui.acts.on_the_day import DAY_ACTS
from webui.acts.on_visitors import VISITOR_ACTS

__all__ = ["ACTS", "StaffAct"]

TABLE = (
    *VISITOR_ACTS,
    *PERSON_ACTS,
    *CONDUCT_ACTS,
    *CARD_ACTS,
    *DEVICE_ACTS,
    *CUBBY_ACTS,
    *SCHOOL_ACTS,
    *CASE_ACTS,
    *DAY_ACTS,
)
ACTS: Mapping[str, StaffAct] = {act.name: act for act in TABLE}
