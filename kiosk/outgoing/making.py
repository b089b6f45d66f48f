"""The receivers that the config names."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from kiosk.config import Config
from kiosk.errors import ConfigError
from kiosk.events import EventType
from kiosk.outgoing import apprised
from kiosk.outgoing.courier import Courier, Gathered, Parcel
from kiosk.outgoing.gathering import Batch, gather_events, gather_messages, parcel_of
from kiosk.outgoing.outgoing import MESSAGE, WEBHOOK, Outgoing, Receiver
from kiosk.outgoing.posting import post
from kiosk.outgoing.sections import MessageSection, WebhookSection
from kiosk.outgoing.signing import load_key, signed
from kiosk.policy.scopes import Scope
from kiosk.service import Service

EVENTS_S = 24 * 3600.0  # what did not arrive by then is given up, and what waits behind it goes out
MESSAGE_S = 3600.0  # an alert an hour later is no alert
TRIAL = "This is a trial, from the page or the command line. Nothing happened."

# What makes the events after a number into what a program with these scopes is told of them.
TellEvents = Callable[[Service, tuple[str, ...], frozenset[EventType], int], Batch]


def make_outgoing(
    config: Config, service: Service, tell: TellEvents, monotonic: Callable[[], float]
) -> Outgoing:
    """Everybody who is told something; one that cannot be says why, and keeps nothing else back."""
    hooks = [_webhook(one, config, service, tell, monotonic) for one in config.tell.webhooks]
    people = [_message(one, config, service, monotonic) for one in config.tell.messages]
    return Outgoing([*hooks, *people])


def _webhook(
    to: WebhookSection,
    config: Config,
    service: Service,
    tell: TellEvents,
    monotonic: Callable[[], float],
) -> Receiver:
    what = f"{_events_words(to)}, {'with' if to.names else 'without'} names, at {to.host}"
    try:
        key = load_key(config.kiosk.key_dir, to.name)
    except ConfigError as fault:
        return Receiver(WEBHOOK, to.name, what, fault=" ".join(fault.faults))
    scopes = (Scope.EVENTS.value, *([Scope.NAMES.value] if to.names else []))
    batch = partial(tell, service, scopes, frozenset(to.events))

    def send(parcel: Parcel) -> None:
        at = int(service.now().at.timestamp())
        post(to.url, signed(key, parcel.id, at, parcel.body), parcel.body, authority=to.authority)

    def trial() -> Parcel:
        return parcel_of(batch(service.standing().state.seq).body)

    gather = gather_events(lambda: service.standing().state.seq, batch)
    courier = _courier(f"webhook {to.name}", gather, send, EVENTS_S, service, monotonic)
    return Receiver(WEBHOOK, to.name, what, courier, trial=trial)


def _message(
    to: MessageSection, config: Config, service: Service, monotonic: Callable[[], float]
) -> Receiver:
    title = f"{config.school.name}: phone kiosk"

    def send(parcel: Parcel) -> None:
        apprised.notify(to.url, title, parcel.body.decode())

    gather = gather_messages(service, to, config.tell.most_an_hour, monotonic)
    courier = _courier(f"message {to.name}", gather, send, MESSAGE_S, service, monotonic)
    what = f"alerts: {', '.join(to.alerts)}"
    return Receiver(MESSAGE, to.name, what, courier, trial=lambda: parcel_of(TRIAL.encode()))


def _courier(
    name: str,
    gather: Callable[[int], Gathered],
    send: Callable[[Parcel], None],
    give_up_s: float,
    service: Service,
    monotonic: Callable[[], float],
) -> Courier:
    def now() -> datetime:
        return service.now().at

    return Courier(
        name,
        gather,
        send,
        after=service.standing().state.seq,
        give_up_s=give_up_s,
        monotonic=monotonic,
        now=now,
    )


def _events_words(to: WebhookSection) -> str:
    return ", ".join(to.events) if to.events else "every event"
