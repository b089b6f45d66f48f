"""The section of the school file about what a tap does, as far as a school may choose it."""

from typing import Literal

from pydantic import StrictBool

from kiosk.fittings import Section
from kiosk.policy.facts import TapRules


class TapsSection(Section):
    """Whether a door waits while one beside it is open; and who gives back what was not collected
    in its owner's last release of the day: the kiosk while it is open, or the office."""

    neighbours_wait: StrictBool = True
    after_last_release: Literal["collect", "office"] = "collect"

    def rules(self) -> TapRules:
        """As the tap table wants it."""
        return TapRules(self.neighbours_wait, self.after_last_release == "office")
