"""The bell that screens wait for. Nothing here waits for time to pass."""

import threading

from kiosk.bell import Bell

LONG_S = 3600.0  # longer than any test: whoever waits for it is woken, or the test fails


def in_a_thread(bell: Bell, heard: int) -> tuple[threading.Thread, list[int]]:
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(bell.wait(heard, LONG_S)), daemon=True)
    thread.start()
    return thread, told


def test_a_ring_wakes_everybody_whether_they_wait_already_or_not() -> None:
    bell = Bell()
    waiting = [in_a_thread(bell, 0) for _ in range(3)]
    bell.ring()
    for thread, _ in waiting:
        thread.join(30)
    assert [told for _, told in waiting] == [[1]] * 3


def test_a_ring_before_the_waiting_is_not_missed() -> None:
    bell = Bell()
    heard = bell.rings
    bell.ring()
    assert bell.wait(heard, LONG_S) == 1


def test_who_waits_for_no_time_is_answered_at_once() -> None:
    assert Bell().wait(0, 0) == 0


def test_nobody_waits_for_a_kiosk_that_stops() -> None:
    bell = Bell()
    thread, told = in_a_thread(bell, 0)
    bell.end()
    thread.join(30)
    assert (told, bell.wait(0, LONG_S)) == ([0], 0)


def test_rings_are_counted_whoever_rings() -> None:
    bell = Bell()
    ringers = [threading.Thread(target=bell.ring) for _ in range(20)]
    for ringer in ringers:
        ringer.start()
    for ringer in ringers:
        ringer.join(30)
    assert bell.rings == 20
