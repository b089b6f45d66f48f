"""Tokens for other programs: made and taken back. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.acts import Forget
from kiosk.drafting import Draft
from kiosk.events import EventType, Reason
from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.model import Token
from kiosk.policy.roles import Permission
from kiosk.policy.scopes import permissions_of
from kiosk.staff.acting import act, needing, refuse, rights
from kiosk.state.mappings import without


def _make(draft: Draft, command: MakeToken) -> None:
    """Nobody lets a program see more than they may see themselves."""
    token, tokens = command.token, draft.standing.roster.tokens
    if not permissions_of(token.scopes) <= rights(draft, command.actor).of_all:
        refuse(draft, Reason.NOT_ALLOWED)
    elif not token.scopes:
        refuse(draft, Reason.INCOMPLETE)
    elif token.id in tokens or any(_is_called(token.name, other) for other in tokens.values()):
        refuse(draft, Reason.ALREADY_SO)
    else:
        data = {"token": token.id, "scopes": list(token.scopes)}
        act(draft, EventType.TOKEN_MADE, command.actor, data=data)
        _keep(draft, {**tokens, token.id: token}, token)


def _revoke(draft: Draft, command: RevokeToken) -> None:
    tokens = draft.standing.roster.tokens
    if command.token not in tokens:
        refuse(draft, Reason.NOT_KNOWN)
        return
    act(draft, EventType.TOKEN_REVOKED, command.actor, data={"token": command.token})
    left = without(tokens, command.token)
    _keep(draft, left, Forget(Token, command.token))


def _keep(draft: Draft, tokens: Mapping[str, Token], row: Token | Forget) -> None:
    draft.save(replace(draft.standing.roster, tokens=tokens), row)


def _is_called(name: str, token: Token) -> bool:
    return token.name.casefold() == name.casefold()


TOKENS: Mapping[type, Callable[[Draft, Any], None]] = {
    MakeToken: needing(Permission.USERS, _make),
    RevokeToken: needing(Permission.USERS, _revoke),
}
