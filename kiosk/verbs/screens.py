"""Verbs for the pupils' screens, and for how signs are shown to somebody."""

from kiosk.errors import BadInput
from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.messages.signs import AdaptSigns
from kiosk.model import Token
from kiosk.policy.languages import LANGUAGES, is_language
from kiosk.policy.scopes import name_fault
from kiosk.screen_tokens import new_screen_token, screens
from kiosk.verbs.base import Json, VerbsBase, verb


class ScreenVerbs(VerbsBase):
    """Verbs for the pupils' screens, and for how signs are shown to somebody."""

    @verb
    def do_screen_token_new(self, name: str) -> Json:
        """Let one more tablet show the pupils' screen. The token is told here and never again."""
        name = name.strip()
        tokens = self._service.standing().roster.tokens.values()
        if wrong := name_fault(name, [token.name for token in tokens], "screen"):
            raise BadInput(wrong)
        token, text = new_screen_token(name)
        outcome = self._submit(MakeToken(self.ACTOR, token))
        return {"name": name, "token": text, "seq": outcome.seq}

    @verb
    def do_screen_token_list(self) -> Json:
        """The tablets that may show the pupils' screen."""
        return {"screens": sorted(screen.name for screen in self._screens())}

    @verb
    def do_screen_token_revoke(self, name: str) -> Json:
        """Let a tablet show it no longer."""
        wanted = name.strip().casefold()
        known = next((s for s in self._screens() if s.name.casefold() == wanted), None)
        if known is None:
            raise BadInput(f'there is no screen "{name}"')
        return {"name": known.name, "seq": self._submit(RevokeToken(self.ACTOR, known.id)).seq}

    @verb
    def do_person_signs(
        self,
        admission: str,
        language: str | None = None,
        low_sensory: bool | None = None,
        more_time: bool | None = None,
    ) -> Json:
        """How signs are shown to somebody; what is given is changed first. ``language``: "" for
        the school's."""
        person = self._person(admission)
        if language and not is_language(language):
            known = ", ".join(f"{code} ({one.name})" for code, one in LANGUAGES.items())
            raise BadInput(f'the signs are not in "{language}"; they are in {known}')
        wanted = (
            person.language if language is None else language,
            person.low_sensory if low_sensory is None else low_sensory,
            person.more_time if more_time is None else more_time,
        )
        if wanted != (person.language, person.low_sensory, person.more_time):
            self._submit(AdaptSigns(self.ACTOR, person.id, *wanted))
        said = dict(zip(("language", "low_sensory", "more_time"), wanted, strict=True))
        return {"person": person.name, **said}

    def _screens(self) -> list[Token]:
        return screens(self._service.standing().roster.tokens.values())
