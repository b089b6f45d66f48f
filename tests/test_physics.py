"""Coils, doors and switches: what they do by themselves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Door
from hardware.simulated.physics import (
    BOUNCE_NS,
    WORN_BOUNCE_NS,
    Broken,
    Cell,
    Position,
    Supply,
    Voltage,
    energised,
    level,
    longest_ns,
    released,
    settled,
)

S = 1_000_000_000
MS = 1_000_000
PLENTY = Supply(coils=99)


def later(cell: Cell, now_ns: int) -> Cell:
    return settled({1: cell}, PLENTY, now_ns)[1]


def pulsed(on_s: float, off_s: float, for_s: float) -> Cell:
    """A coil that is pulsed again and again."""
    cell, now_ns = Cell(), 0
    while now_ns < for_s * S:
        cell = energised(later(cell, now_ns), now_ns)
        now_ns += round(on_s * S)
        cell = released(later(cell, now_ns), PLENTY, now_ns)
        now_ns += round(off_s * S)
    return cell


@pytest.mark.parametrize(("held_s", "burns"), [(9, False), (11, True)])
def test_a_coil_held_on_for_some_ten_seconds_burns_out(held_s: int, burns: bool) -> None:
    assert (Broken.BURNT in later(energised(Cell(), 0), held_s * S).broken) is burns


@pytest.mark.parametrize(("held_ms", "burns"), [(400, False), (1900, False), (2200, True)])
def test_a_coil_on_twice_its_voltage_burns_out_within_seconds(held_ms: int, burns: bool) -> None:
    high = Supply(99, Voltage.HIGH)
    cell = settled({1: energised(Cell(), 0)}, high, held_ms * MS)[1]
    assert (Broken.BURNT in cell.broken) is burns


@pytest.mark.parametrize(("for_s", "burns"), [(45, False), (75, True)])
def test_a_coil_hammered_for_a_minute_burns_out(for_s: int, burns: bool) -> None:
    assert (Broken.BURNT in pulsed(0.4, 0.6, for_s).broken) is burns


def test_a_coil_pulsed_at_a_tenth_lives_for_ever() -> None:
    assert pulsed(0.4, 3.6, 4000).heat < 0.3


def test_a_warm_coil_burns_sooner_than_a_cold_one() -> None:
    warm = released(later(energised(Cell(), 0), 5 * S), PLENTY, 5 * S)
    assert Broken.BURNT in later(energised(warm, 5 * S), 11 * S).broken
    assert Broken.BURNT not in later(energised(later(warm, 105 * S), 105 * S), 111 * S).broken


def test_a_burnt_coil_cools_while_its_line_is_on() -> None:
    burnt = later(energised(Cell(), 0), 100 * S)
    assert (burnt.is_on, burnt.draws) == (True, False)
    assert burnt.heat < 0.1


def test_how_often_somebody_looks_changes_nothing() -> None:
    seldom = energised(Cell(), 0, ends_at_ns=3 * S)
    often = seldom
    for ms in range(0, 20_000, 10):
        often = later(often, ms * MS)
    seldom = later(seldom, 20 * S - 10 * MS)
    assert often.heat == pytest.approx(seldom.heat)
    assert replace(often, heat=0) == replace(seldom, heat=0)


def test_a_clock_that_begins_anew_neither_warms_nor_cools() -> None:
    warm = later(energised(Cell(), 500 * S, ends_at_ns=501 * S), 510 * S)
    assert later(warm, 3 * S).heat == warm.heat


def test_what_happens_while_nobody_looks_happens_in_its_order() -> None:
    """The supply carries one of three: a board lets go, then a warm coil burns, then it does."""
    cells = {
        1: energised(Cell(), 0, ends_at_ns=S),
        2: energised(replace(Cell(), heat=0.5), 0),
        3: energised(Cell(), 0),
    }
    after = settled(cells, Supply(coils=1), 8 * S)
    assert [after[n].position for n in (1, 2, 3)] == [
        Position.LATCHED,
        Position.LATCHED,
        Position.OPEN,
    ]
    assert 5 * S < after[3].moved_at_ns < 8 * S


def test_a_jammed_door_does_not_spring_and_an_open_one_stays() -> None:
    jammed = Cell(broken=Broken.JAMMED)
    after = settled({1: energised(jammed, 0, ends_at_ns=S)}, PLENTY, 2 * S)
    assert after[1].position is Position.LATCHED


def test_a_pulse_going_on_counts_up_to_now() -> None:
    cell = replace(energised(Cell(), S), longest_ns=S)
    assert [longest_ns(cell, now_ns * S) for now_ns in (1, 2, 5)] == [S, S, 4 * S]


SHUT, OPEN = Cell(), Cell(position=Position.OPEN)


@pytest.mark.parametrize(
    ("broken", "shut", "open_"),
    [
        (Broken.NOTHING, Door.CLOSED, Door.OPEN),
        (Broken.SWITCH_OPEN, Door.OPEN, Door.OPEN),
        (Broken.SWITCH_CLOSED, Door.CLOSED, Door.CLOSED),
        (Broken.WIRE, Door.OPEN, Door.OPEN),
        (Broken.WIRE | Broken.SWITCH_CLOSED, Door.OPEN, Door.OPEN),
        (Broken.JAMMED | Broken.BURNT | Broken.LATCH, Door.CLOSED, Door.OPEN),
    ],
)
def test_a_switch_says_what_its_door_does_unless_it_is_broken(
    broken: Broken, shut: Door, open_: Door
) -> None:
    assert level(replace(SHUT, broken=broken), S) is shut
    assert level(replace(OPEN, broken=broken), S) is open_


def test_a_broken_wire_means_shut_where_the_contact_is_closed_by_an_open_door() -> None:
    assert level(replace(OPEN, broken=Broken.WIRE), S, shut_makes=False) is Door.CLOSED


def test_a_door_that_is_ajar_reads_open() -> None:
    assert level(Cell(position=Position.AJAR), S) is Door.OPEN


@given(st.integers(1, 2**62))
def test_a_switch_begins_and_ends_with_the_truth(moved_at_ns: int) -> None:
    for broken, bounce_ns in ((Broken.NOTHING, BOUNCE_NS), (Broken.BOUNCES, WORN_BOUNCE_NS)):
        cell = Cell(moved_at_ns=moved_at_ns, broken=broken)
        assert level(cell, moved_at_ns) is Door.CLOSED
        assert level(cell, moved_at_ns + bounce_ns) is Door.CLOSED


def test_a_worn_switch_chatters_for_longer() -> None:
    worn = Cell(moved_at_ns=S, broken=Broken.BOUNCES)
    levels = {level(worn, S + ms * MS) for ms in range(BOUNCE_NS // MS, WORN_BOUNCE_NS // MS)}
    assert levels == {Door.OPEN, Door.CLOSED}


@pytest.mark.parametrize(("on_s", "off_s"), [(0.1, 0.9), (0.4, 3.6), (1.0, 9.0)])
def test_pulses_with_a_tenth_of_duty_never_burn(on_s: float, off_s: float) -> None:
    assert Broken.BURNT not in pulsed(on_s, off_s, 600).broken
