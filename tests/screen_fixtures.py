"""Tablets before the pages of a small kiosk, with a token and without."""

from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from webui_fixtures import ORIGIN, FakeService, field_of
from werkzeug.test import TestResponse

from kiosk.messages.commands import MakeToken, RevokeToken
from kiosk.screen_tokens import new_screen_token

ELSEWHERE = "192.168.1.50"


def allow(service: FakeService, name: str = "Hall") -> str:
    """Let one more tablet look; its token."""
    token, text = new_screen_token(name)
    assert service.submit(MakeToken("u-admin", token)).granted
    return text


def revoke(service: FakeService, name: str = "Hall") -> None:
    """Let it look no longer."""
    tokens = service.standing().roster.tokens.values()
    id = next(token.id for token in tokens if token.name == name)
    assert service.submit(RevokeToken("u-admin", id)).granted


@dataclass
class Tablet:
    """A browser without eyes, somewhere on the school's network."""

    app: Flask
    address: str = ELSEWHERE
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(
            path, headers=sent, environ_base={"REMOTE_ADDR": self.address}, buffered=True
        )

    def enter(self, token: str) -> TestResponse:
        """Open the address that the command line told: its script sends what stands behind the #,
        in the form of the page that nobody sees without a token."""
        page = self.get("/screen").text
        data = {"csrf_token": field_of(page, "csrf_token"), "token": token}
        return self.client.post(
            "/screen/enter", data=data, headers=ORIGIN, environ_base={"REMOTE_ADDR": self.address}
        )

    def now(self, seen: str = "") -> TestResponse:
        """Ask what is shown, having seen that already."""
        return self.get("/screen/now", If_None_Match=seen)
