"""Verbs for the tokens that other programs read the kiosk with."""

from kiosk.errors import BadInput
from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.model import Token
from kiosk.policy.scopes import Scope
from kiosk.tokens import new_token
from kiosk.verbs.base import Json, VerbsBase, one_of, verb

LONGEST_NAME = 60


class TokenVerbs(VerbsBase):
    """Verbs for the tokens that other programs read the kiosk with."""

    @verb
    def do_token_new(self, name: str, scopes: list[str]) -> Json:
        """Make a token for a program that is called so. Its text is told this once."""
        name = name.strip()
        if not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
            raise BadInput(f"a token's name has 1 to {LONGEST_NAME} printable characters")
        if not scopes:
            raise BadInput(f"a token has at least one scope: {', '.join(Scope)}")
        wanted = {one_of(scope, Scope) for scope in scopes}
        if wanted == {Scope.NAMES}:
            raise BadInput("names alone is of nothing: say what they are to be told in")
        if self._named(name) is not None:
            raise BadInput(f'there is a token "{name}" already; revoke it first')
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

    def _named(self, name: str) -> Token | None:
        tokens = self._service.standing().roster.tokens.values()
        return next((t for t in tokens if t.name.casefold() == name.strip().casefold()), None)
