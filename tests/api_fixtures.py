"""Programs that read a small kiosk, each with a token of its own."""

from dataclasses import dataclass
from typing import Any

from webui_fixtures import Site, site
from werkzeug.test import TestResponse

from kiosk.events import CONSOLE
from kiosk.messages.commands import MakeToken
from kiosk.policy.scopes import Scope
from kiosk.tokens import new_token

EVERYTHING = tuple(scope.value for scope in Scope)


@dataclass
class Program:
    """A program with its token, on the site of some kiosk."""

    site: Site
    text: str

    def ask(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """What the API answers."""
        client = self.site.app.test_client()
        headers = {"Authorization": f"Bearer {self.text}"}
        return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def told(self, path: str) -> Any:
        """What it says, where it says anything."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.json


def program(*scopes: str, on: Site | None = None, name: str = "Screen") -> Program:
    """A program that has these scopes."""
    page = on or site()
    token, text = new_token(name, scopes)
    outcome = page.service.submit(MakeToken(CONSOLE, token))
    assert outcome.granted
    return Program(page, text)
