"""Verbs for the tokens that other programs read the kiosk with."""

from kiosk.errors import BadInput
from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.model import Token
from kiosk.policy.scopes import Scope, name_fault, scopes_fault
from kiosk.tokens import new_token
from kiosk.verbs.base import Json, VerbsBase, one_of, verb


class TokenVerbs(VerbsBase):
    """Verbs for the tokens that other programs read the kiosk with."""

    @verb
    def do_token_new(self, name: str, scopes: list[str]) -> Json:
        """Make a token for a program that is called so. Its text is told this once."""
        name = name.strip()
        wanted = {one_of(scope, Scope) for scope in scopes}
        if wrong := name_fault(name, self._token_names()) or scopes_fault(wanted):
            raise BadInput(wrong)
        token, text = new_token(name, [scope.value for scope in Scope if scope in wanted])
        self._submit(MakeToken(self.ACTOR, token))
        return {"id": token.id, "token": text, "scopes": list(token.scopes)}

    @verb
    def do_token_list(self) -> Json:
        """Every token, without its secret; how often it was used since the kiosk started."""
        tokens = sorted(self._service.standing().roster.tokens.values(), key=lambda t: t.name)
        return {"tokens": [self._token_json(token) for token in tokens]}

    @verb
    def do_token_revoke(self, name: str) -> Json:
        """Take a token back: it is good for nothing from now on."""
        token = self._named(name)
        if token is None:
            raise BadInput(f'there is no token "{name}"')
        self._submit(RevokeToken(self.ACTOR, token.id))
        return {"id": token.id, "name": token.name}

    def _token_json(self, token: Token) -> Json:
        used = self._service.token_uses.of(token.id)
        last = used.last.isoformat() if used.last else None
        scopes = list(token.scopes)
        return {
            "id": token.id,
            "name": token.name,
            "scopes": scopes,
            "used": used.times,
            "last": last,
        }

    def _token_names(self) -> list[str]:
        return [token.name for token in self._service.standing().roster.tokens.values()]

    def _named(self, name: str) -> Token | None:
        tokens = self._service.standing().roster.tokens.values()
        return next((t for t in tokens if t.name.casefold() == name.strip().casefold()), None)
