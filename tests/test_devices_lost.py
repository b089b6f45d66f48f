"""Whatever is pulled out or breaks, at whatever moment: it is told within five seconds, as what it
is, and everything is well again by itself once it is back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import scale
from hypothesis import given, settings
from hypothesis import strategies as st
from site_fixtures import BANKS, REPORT_S, site

from hardware.settings import ReaderBackend
from hardware.simulated.boards_cable import CablePort
from hardware.simulated.expander import SimulatedI2cBus
from hardware.simulated.keyboard import InputDevice
from hardware.simulated.rdm6300 import SimulatedPort
from kiosk.acts import Pulse
from kiosk.messages.sensed import Opened, PartBack, PartLost, Presented, Pulsed, PulseRejected

CARDS: dict[str, bytes] = {
    "rc522": bytes.fromhex("04A1B2C3D4E5F6"),
    "keyboard": bytes.fromhex("04A1B2C3D4E5F6"),
    "rdm6300": bytes.fromhex("0600A1B2C3"),
}
READERS: dict[ReaderBackend, tuple[str, ...]] = {
    "rc522": ("unplugged", "miso-low", "miso-high"),
    "keyboard": ("unplugged",),
    "rdm6300": ("unplugged",),
}
FIVE = [b"\x04" + bytes([n] * 6) for n in range(1, 6)]
BROKEN = [
    *((backend, "reader", name) for backend, names in READERS.items() for name in names),
    *(("rc522", f"bank {bank}", "unplugged") for bank in BANKS if bank != "header"),
    *(("rc522", f"bank {bank}", "silent") for bank in BANKS),
    ("rc522", "lights", "broken"),
]


@pytest.mark.parametrize(("backend", "part", "name"), BROKEN)
def test_a_part_that_breaks_is_told_as_that_part_and_is_back_by_itself(
    backend: ReaderBackend, part: str, name: str
) -> None:
    with site(backend) as here:
        broke_at = here.time.now()
        here.hands.fault(part, name)
        here.run(REPORT_S)
        assert here.lost() == {part}
        (lost,) = here.messages(PartLost)
        assert isinstance(lost, PartLost)
        assert (lost.bank, bool(lost.detail)) == (part.partition("bank ")[2], True)
        assert here.when(PartLost) - broke_at <= REPORT_S

        here.hands.fault(part, name, on=False)
        here.run(REPORT_S)
        assert (here.lost(), len(here.messages(PartBack))) == (set(), 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [("miso-low", "00"), ("miso-high", "FF"), ("wedged", "hangs")],
)
def test_a_reader_whose_bus_is_stuck_is_not_called_an_absent_one(name: str, words: str) -> None:
    with site() as here:
        here.hands.fault("reader", name)
        here.run(REPORT_S)
        (lost,) = here.messages(PartLost)
        assert isinstance(lost, PartLost)
        assert words in lost.detail


@pytest.mark.parametrize(
    ("part", "name"),
    [("reader", "browned-out"), ("reader", "wedged"), ("bank expander", "reset")],
)
def test_what_a_reset_mends_is_told_and_over(part: str, name: str) -> None:
    with site() as here:
        here.hands.fault(part, name)
        here.run(2 * REPORT_S)
        assert (here.lost(), len(here.messages(PartLost)), len(here.messages(PartBack))) == (
            set(),
            1,
            1,
        )


@pytest.mark.parametrize("backend", READERS)
def test_a_card_is_read_again_once_the_reader_is_back(backend: ReaderBackend) -> None:
    with site(backend) as here:
        here.hands.fault("reader", "unplugged")
        here.run(REPORT_S)
        here.hands.tap(CARDS[backend])
        here.run(2)
        assert here.messages(Presented) == []
        here.hands.fault("reader", "unplugged", on=False)
        here.run(REPORT_S)
        here.told.clear()
        here.hands.tap(CARDS[backend])
        here.run(1)
        (presented,) = here.messages(Presented)
        assert isinstance(presented, Presented)
        assert [card.key for card in presented.cards] == [CARDS[backend].hex()]


@settings(max_examples=scale.of(200, 20))
@given(
    after=st.integers(1, 400),
    cards=st.lists(st.sampled_from(FIVE), unique=True, max_size=3),
)
def test_a_cable_pulled_at_any_transfer_is_no_card_and_no_lie(
    after: int, cards: list[bytes]
) -> None:
    with site(banks={}) as here:
        for uid in cards:
            here.hands.place(uid)
        here.at_transfer[here.transfers + after] = lambda: here.hands.fault("reader", "unplugged")
        here.run(2 * REPORT_S)
        shown = [card for m in here.messages(Presented) for card in m.cards]  # type: ignore[attr-defined]
        assert {card.key for card in shown} <= {uid.hex() for uid in cards}
        assert here.lost() == {"reader"}
        here.hands.fault("reader", "unplugged", on=False)
        here.run(REPORT_S)
        assert here.lost() == set()


# The doors to every simulated device but the RC522, whose transfers are counted by its clock.
ACCESSES: Sequence[tuple[type, Sequence[str]]] = (
    (InputDevice, ("read",)),
    (SimulatedPort, ("read",)),
    (CablePort, ("write", "read", "reset_input_buffer")),
    (SimulatedI2cBus, ("read_i2c_block_data", "write_i2c_block_data")),
)
BUSES = {name: wiring for name, wiring in BANKS.items() if name != "header"}


@contextmanager
def at_access(after: int, happen: Callable[[], None]) -> Iterator[list[int]]:
    """Let something happen right before the so-manieth access to any device; how many are left."""
    left = [after]

    def counted(access: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                happen()
            return access(*args, **more)

        return wrapper

    with pytest.MonkeyPatch.context() as patch:
        for owner, names in ACCESSES:
            for name in names:
                patch.setattr(owner, name, counted(getattr(owner, name)))
        yield left


@pytest.mark.parametrize("backend", ["keyboard", "rdm6300"])
@settings(max_examples=scale.of(60, 12))
@given(after=st.integers(1, 60))
def test_a_reader_pulled_at_any_access_is_told_and_shows_no_card_that_was_not_held(
    backend: ReaderBackend, after: int
) -> None:
    with site(backend, {}) as here:
        card = CARDS[backend]
        here.hands.tap(card)
        with at_access(after, lambda: here.hands.fault("reader", "unplugged")) as left:
            here.run(4)
        assert left[0] <= 0
        here.run(REPORT_S)
        assert here.lost() == {"reader"}
        shown = [each for m in here.messages(Presented) for each in m.cards]  # type: ignore[attr-defined]
        assert {each.key for each in shown} <= {card.hex()}
        here.hands.fault("reader", "unplugged", on=False)
        here.run(REPORT_S)
        assert here.lost() == set()


@pytest.mark.parametrize("bank", BUSES)
@settings(max_examples=scale.of(60, 12))
@given(after=st.integers(1, 60))
def test_a_bank_pulled_at_any_access_is_told_keeps_every_promise_and_is_back(
    bank: str, after: int
) -> None:
    """In the middle of a pulse, of an answer, of a look at the doors."""
    with site(banks={bank: BUSES[bank]}) as here:
        cubby = min(BUSES[bank].cubbies)
        here.buses[bank].ask(Pulse(cubby, cause=1))
        with at_access(after, lambda: here.hands.fault(f"bank {bank}", "unplugged")) as left:
            here.run(4)
        assert left[0] <= 0
        here.run(REPORT_S)
        assert here.lost() == {f"bank {bank}"}
        here.hands.fault(f"bank {bank}", "unplugged", on=False)
        here.run(2 * REPORT_S)
        assert here.lost() == set()
        assert here.promises_hold()
        assert here.coils_on() == frozenset()
        others = {number for number in BUSES[bank].cubbies if here.pulses(number)} - {cubby}
        assert others == set()


def test_a_lock_that_is_pulsed_while_its_bank_is_gone_is_rejected_and_stays_shut() -> None:
    with site() as here:
        for bank, cubby in (("expander", 3), ("kerong", 5), ("board8a", 7), ("waveshare", 9)):
            here.hands.fault(f"bank {bank}", "unplugged")
            here.buses[bank].ask(Pulse(cubby, cause=cubby))
        here.run(REPORT_S)
        assert {m.cubby for m in here.messages(PulseRejected)} == {3, 5, 7, 9}  # type: ignore[attr-defined]
        assert here.messages(Pulsed, Opened) == []
