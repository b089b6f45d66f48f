"""Which kiosk a verb is about, and how the verb reaches it.

Whatever a running kiosk is asked needs the config and its socket alone: the rest of the program is
loaded where there is work to do in this process, which on a small machine takes seconds.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk import control
from kiosk.config import Config, load_config
from kiosk.errors import AlreadyRunning, BadInput

Json = dict[str, Any]
Who = dict[str, str]  # user and password, or nothing: the console
_F = TypeVar("_F", bound=Callable[..., Any])

DEFAULT_CONFIG = "/etc/kiosk/config.toml"


def say(text: str) -> None:
    """To whoever typed the command, at once even through a pipe."""
    click.echo(text)
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Place:
    """Which kiosk a verb is about."""

    config: Path
    data: Path | None

    def load(self) -> Config:
        """Its config, which can be used on this machine."""
        from kiosk import bootstrap

        config = self.read()
        bootstrap.check_wiring(config, str(self.config))
        bootstrap.check_folders(config, str(self.config))
        return config

    def read(self) -> Config:
        """Its config, which says nothing that no machine could do."""
        return load_config(self.config, data=self.data)

    @contextmanager
    def caller(self) -> Iterator[Callable[[str, Mapping[str, Any]], Json]]:
        """What carries verbs out: a running daemon, or else we on its record."""
        path = control.socket_in(self.read().kiosk.data)
        through_daemon = partial(control.ask, path)
        if control.is_answering(path):
            yield through_daemon
            return
        from kiosk import bootstrap

        try:
            opened = bootstrap.OpenRecord.of(self.load())
        except AlreadyRunning:  # it is beginning or ending, or is somebody else's
            yield through_daemon
            return
        try:
            yield bootstrap.offline_verbs(opened).call
        finally:
            opened.store.close()

    def ask(self, verb: str, **args: Any) -> Json:
        """Carry out one verb."""
        with self.caller() as call:
            return call(verb, args)

    def ask_running(self, verb: str, **args: Any) -> Json:
        """Carry out one verb on a running daemon only."""
        return control.ask(control.socket_in(self.read().kiosk.data), verb, args)


def on_a_kiosk(command: _F) -> _F:
    """Give a command the options that say which kiosk it is about."""

    @click.option(
        "--config",
        "-c",
        type=click.Path(path_type=Path),
        default=DEFAULT_CONFIG,
        show_default=True,
        envvar="KIOSK_CONFIG",
        help="The config file.",
    )
    @click.option("--data", type=click.Path(path_type=Path), help="Another data folder.")
    @wraps(command)
    def wrapped(config: Path, data: Path | None, **options: Any) -> Any:
        return command(Place(config, data and data.absolute()), **options)

    return wrapped  # type: ignore[return-value]


def ask_password(prompt: str, from_stdin: bool, *, twice: bool = False) -> str:
    """A password, typed unseen, or the first line of standard input.

    Raises:
        BadInput: nobody can type here.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise BadInput(
            "there is no terminal to type a password on: send it as one line on standard input, "
            "with --password-stdin"
        )
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=twice))


def in_a_name(command: _F) -> _F:
    """Give a command the options that say in whose name it acts."""

    @click.option("--as", "user", default="", help="Act as this user; asks for the password.")
    @click.option("--password-stdin", is_flag=True, help="Read it from standard input.")
    @on_a_kiosk
    @wraps(command)
    def wrapped(place: Place, user: str, password_stdin: bool, **options: Any) -> Any:
        who: Who = {}
        if user:
            who = {"user": user, "password": ask_password(f"Password of {user}", password_stdin)}
        return command(place, who, **options)

    return wrapped  # type: ignore[return-value]


as_json = click.option("--json", "in_json", is_flag=True, help="Print JSON.")
