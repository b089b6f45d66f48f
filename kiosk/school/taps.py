"""The section of the school file about what a tap does, as far as a school may choose it."""

from pydantic import StrictBool

from kiosk.fittings import Section
from kiosk.policy.facts import TapRules


class TapsSection(Section):
    """Whether a door waits while one beside it is open."""

    neighbours_wait: StrictBool = True

    def rules(self) -> TapRules:
        """As the tap table wants it."""
        return TapRules(self.neighbours_wait)
