"""A clock that is turned by hand, and the timers on it."""

from hardware.simulated.clock import VirtualClock


def test_timers_fire_in_their_order_and_each_at_its_time() -> None:
    clock, fired = VirtualClock(10.0), []
    for seconds in (3, 1, 2):
        clock.after(seconds, lambda: fired.append(clock.now()))
    clock.sleep(2.5)
    assert (fired, clock.now()) == ([11.0, 12.0], 12.5)

    clock.advance(1)
    assert (fired, clock.waiting()) == ([11.0, 12.0, 13.0], [])


def test_a_timer_that_was_stopped_never_fires() -> None:
    clock, fired = VirtualClock(), []
    clock.after(1, lambda: fired.append("stopped")).cancel()
    clock.sleep(5)
    assert (fired, clock.timers) == ([], [])


def test_a_timer_may_start_another_that_falls_due_on_the_way() -> None:
    clock, fired = VirtualClock(), []
    clock.after(1, lambda: clock.after(1, lambda: fired.append(clock.now())))
    clock.sleep(2)
    assert fired == [2.0]


def test_every_timer_is_as_late_as_was_said() -> None:
    clock, fired = VirtualClock(slack_s=0.5), []
    clock.after(1, lambda: fired.append(clock.now()))
    clock.sleep(1.4)
    assert fired == []
    clock.sleep(0.1)
    assert fired == [1.5]
