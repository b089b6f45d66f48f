"""The section of the school file about the pupils' screen."""

from pydantic import Field, field_validator

from kiosk.fittings import Section
from kiosk.policy.addressing import Names, ScreenRules
from kiosk.policy.languages import ENGLISH, LANGUAGES, is_language
from kiosk.policy.signs import DONE_S


class ScreenSection(Section):
    """What the screen shows of a name, its language where nobody's own is known, for how long it
    says that all is done, in seconds, and whether staff type a PIN on it after their card."""

    names: Names = Names.NOTHING
    language: str = ENGLISH
    done_s: float = Field(DONE_S, ge=2, le=15)
    pin: bool = False

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if not is_language(value):
            raise ValueError(f'the signs are not in "{value}"; they are in {", ".join(LANGUAGES)}')
        return value

    def rules(self) -> ScreenRules:
        """As the signs want it."""
        return ScreenRules(self.names, self.language, self.done_s, self.pin)
