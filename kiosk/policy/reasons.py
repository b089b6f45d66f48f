"""Why staff open a cubby: the list that they choose from, shipped and as a school has it. Pure.

A school may leave reasons out, put them in another order, and add its own. Its own are OTHER on
record, with the school's words beside it: the list of reasons is closed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kiosk.events import Reason
from kiosk.policy.words import OVERRIDE_REASONS, REASONS


class Choice(NamedTuple):
    """One reason to choose. ``own``: the school's words, of OTHER; "" for a shipped one."""

    reason: Reason
    own: str = ""

    @property
    def key(self) -> str:
        """What a form or a command line calls it."""
        return self.own or self.reason.value

    @property
    def needs_note(self) -> bool:
        """Whether it says nothing by itself."""
        return self.reason is Reason.OTHER and not self.own

    @property
    def words(self) -> str:
        """As staff read it."""
        return self.own or REASONS[self.reason]


SHIPPED = tuple(map(Choice, OVERRIDE_REASONS))
# A medical need is met at once; and whoever mends a lock has to try it.
NEEDED = frozenset({Reason.MEDICAL, Reason.CUBBY_CHECK})


def chosen(choices: Iterable[Choice], key: str) -> Choice | None:
    """The one of that key, in whatever case; None where the school has none such."""
    return next((one for one in choices if one.key.casefold() == key.casefold()), None)
