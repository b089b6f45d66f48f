"""Receivers of a small kiosk: what is sent is kept, and they can be made to fail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from webui_fixtures import FakeService, FakeTime

from kiosk.config import Config
from kiosk.demo.school import demo_config
from kiosk.outgoing.courier import Courier, Gathered, Parcel, Unsent
from kiosk.outgoing.outgoing import MESSAGE, WEBHOOK, Outgoing, Receiver
from kiosk.outgoing.sections import TellSection


@dataclass
class Desk:
    """Somebody who is told: takes parcels, or refuses them."""

    wrong: str = ""
    taken: list[Parcel] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> None:
        self.tries.append(parcel.id)
        if self.wrong:
            raise Unsent(self.wrong)
        self.taken.append(parcel)


def nothing(after: int) -> Gathered:
    return Gathered(None, after)


def courier(desk: Desk, time: FakeTime, gather=nothing, give_up_s: float = 86400.0) -> Courier:
    """A courier to that desk, by a clock that is turned by hand."""
    return Courier(
        "webhook mis",
        gather,
        desk,
        after=0,
        give_up_s=give_up_s,
        monotonic=time,
        now=lambda: datetime(2026, 11, 23, 8, 40, tzinfo=UTC),
    )


def outgoing(desk: Desk) -> Outgoing:
    """A program and somebody with a mailbox, both at that desk, and one that has no key."""
    time = FakeTime()

    def trial() -> Parcel:
        return Parcel("trial", b"{}")

    return Outgoing(
        [
            Receiver(WEBHOOK, "mis", "every event, at mis", courier(desk, time), trial=trial),
            Receiver(MESSAGE, "site", "alerts: fire", courier(desk, time), trial=trial),
            Receiver(WEBHOOK, "old", "every event, at old", fault="its key is missing"),
        ]
    )


def config_telling(folder, **tell) -> Config:
    """The demo's config, with somebody to tell."""
    return demo_config(folder).model_copy(update={"tell": TellSection.model_validate(tell)})


def told_office(service: FakeService) -> dict[str, Outgoing]:
    """What ``create_app`` takes to show them."""
    return {"outgoing": outgoing(Desk())}
