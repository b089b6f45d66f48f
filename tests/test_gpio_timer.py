"""The thread that ends a pulse."""

import threading

import pytest

from hardware.gpio.timer import after_in_thread


def test_it_calls_back_from_a_thread_that_an_orderly_exit_waits_for() -> None:
    called = threading.Event()
    seen: list[bool] = []

    def callback() -> None:
        seen.append(threading.current_thread().daemon)
        called.set()

    after_in_thread(0, callback)
    assert called.wait(10)
    assert seen == [False]


def test_a_cancelled_timer_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    handle = after_in_thread(3600, lambda: None)
    (timer,) = set(threading.enumerate()) - before
    handle.cancel()
    timer.join(10)
    assert not timer.is_alive()


def test_a_thread_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(timer: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Timer, "start", refuse)
    with pytest.raises(RuntimeError, match="can't start"):
        after_in_thread(1, lambda: None)
