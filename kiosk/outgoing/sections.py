"""The section of the config that says who is told something, and where."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from kiosk.events import Alert, EventType
from kiosk.fittings import Section

Name = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")]

# Of people and what they may need: nobody learns of them by mail, not even that there is one.
NEVER_SENT = frozenset({Alert.REVIEW_DUE, Alert.NOTE_WAITING})
# What a machine needs somebody for. The others are about what pupils did; name them to get them.
OF_THE_MACHINE = (
    Alert.NOT_OPENED,
    Alert.FORCED,
    Alert.READER_LOST,
    Alert.LOCKS_LOST,
    Alert.LIGHTS_LOST,
    Alert.POWER_LOW,
    Alert.COIL_ON,
    Alert.RECORD_FAILING,
    Alert.RECORD_DAMAGED,
    Alert.RECORD_UNSOUND,
)


class WebhookSection(Section):
    """A program that is sent the events as they come. ``names``: with who they are about.
    ``events``: those alone; empty: all."""

    name: Name
    url: str
    names: bool = False
    events: tuple[EventType, ...] = ()
    authority: Path | None = None
    allow_plain_http: bool = False

    @property
    def host(self) -> str:
        """Whom it is sent to."""
        return urlsplit(self.url).hostname or ""

    @field_validator("authority", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _goes_where_it_should(self) -> "WebhookSection":
        if wrong := _url_fault(self.url, self.allow_plain_http):
            raise ValueError(wrong)
        return self


class MessageSection(Section):
    """Somebody who is sent a message for each of these alerts. ``url``: as apprise has it."""

    name: Name
    url: str = Field(pattern=r"^[a-z0-9]+://\S+$")
    alerts: tuple[Alert, ...] = OF_THE_MACHINE

    @field_validator("alerts")
    @classmethod
    def _may_be_sent(cls, value: tuple[Alert, ...]) -> tuple[Alert, ...]:
        if never := sorted(NEVER_SENT.intersection(value)):
            raise ValueError(f"{', '.join(never)}: never sent, as it would tell of somebody's need")
        return value


class TellSection(Section):
    """Who is told something."""

    most_an_hour: int = Field(10, ge=1, le=60)
    webhooks: tuple[WebhookSection, ...] = Field((), max_length=8)
    messages: tuple[MessageSection, ...] = Field((), max_length=8)

    @model_validator(mode="after")
    def _each_name_once(self) -> "TellSection":
        for kind in (self.webhooks, self.messages):
            names = [one.name for one in kind]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"a name stands there more than once: {', '.join(twice)}")
        return self


def _url_fault(url: str, allow_plain_http: bool) -> str:
    """Why events may not be sent there; "" where they may."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f'"{url}" is no address of a page'
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url):
        return 'url must be an address such as "https://mis.school.example/kiosk"'
    if parts.username is not None or parts.fragment:
        return "url must have no user, no password and no # in it: what is sent is signed"
    if parts.scheme == "http" and not _may_be_plain(host, allow_plain_http):
        return (
            "unencrypted, events go to this machine alone, or with allow_plain_http = true to a "
            "private address such as 10.0.0.5; else write https"
        )
    return ""


def _may_be_plain(host: str, allow_plain_http: bool) -> bool:
    if host == "localhost":
        return True
    try:
        at = ip_address(host)
    except ValueError:
        return False  # a name may be anybody's tomorrow
    return at.is_loopback or (allow_plain_http and at.is_private)
