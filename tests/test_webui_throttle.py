"""How often a password may be tried."""

from hypothesis import given
from hypothesis import strategies as st

from webui.throttle import FORGET_S, LIMIT, LONGEST_S, MOST_KEYS, WINDOW_S, Throttle

ACCOUNT, SOURCE = "account ana", "source 10.0.0.9"


def fail(throttle: Throttle, times: int, at: float = 0.0, key: str = ACCOUNT) -> list[float]:
    return [throttle.begin([key], at) for _ in range(times)]


def test_ten_failures_are_let_through_and_the_next_waits_five_minutes():
    assert fail(Throttle(), LIMIT + 1) == [0.0] * LIMIT + [WINDOW_S]


def test_the_delay_grows_with_each_failure_up_to_half_an_hour():
    throttle, now, waits = Throttle(), 0.0, []
    fail(throttle, LIMIT)
    for _ in range(5):
        waits.append(throttle.begin([ACCOUNT], now))
        now += waits[-1]
        fail(throttle, 1, now)
    assert waits == [WINDOW_S, 2 * WINDOW_S, 4 * WINDOW_S, LONGEST_S, LONGEST_S]


def test_failures_far_apart_delay_nobody():
    throttle = Throttle()
    assert [fail(throttle, 1, at * 60.0) for at in range(50)] == [[0.0]] * 50


def test_another_account_from_another_source_is_not_delayed():
    throttle = Throttle()
    fail(throttle, LIMIT)
    assert throttle.begin(["account ben", SOURCE], 0.0) == 0.0


def test_many_accounts_from_one_source_are_delayed_by_their_source():
    throttle = Throttle()
    waits = [throttle.begin([f"account {n}", SOURCE], 0.0) for n in range(LIMIT + 1)]
    assert waits == [0.0] * LIMIT + [WINDOW_S]


def test_success_forgets_the_failures_of_the_account():
    throttle = Throttle()
    for _ in range(5 * LIMIT):
        assert throttle.begin([ACCOUNT, SOURCE], 0.0) == 0.0
        throttle.succeeded(ACCOUNT, SOURCE, 0.0)


def test_after_an_hour_of_quiet_the_delay_begins_small_again():
    throttle = Throttle()
    fail(throttle, LIMIT)
    later = WINDOW_S + FORGET_S
    assert fail(throttle, LIMIT + 1, later) == [0.0] * LIMIT + [WINDOW_S]


def test_a_flood_of_names_does_not_fill_the_memory():
    throttle = Throttle()
    for n in range(MOST_KEYS + 100):
        throttle.begin([f"account {n}"], 0.0)
    assert len(throttle._tries) == MOST_KEYS


@given(st.lists(st.floats(0, 30), min_size=50, max_size=300))
def test_never_more_than_ten_tries_are_let_through_in_five_minutes(gaps):
    throttle, now, allowed = Throttle(), 0.0, []
    for gap in gaps:
        now += gap
        if throttle.begin([ACCOUNT], now) == 0.0:
            allowed.append(now)
    assert all(b - a >= WINDOW_S for a, b in zip(allowed, allowed[LIMIT:], strict=False))
