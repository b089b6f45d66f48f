"""How often a password may be tried."""

from hypothesis import example, given
from hypothesis import strategies as st

from webui.throttle import (
    ACCOUNT_S,
    FORGET_S,
    LIMIT,
    LONGEST_S,
    MOST_KEYS,
    SOURCE_S,
    WINDOW_S,
    Throttle,
)

ANA, STRANGER, OWNER = "user ana", "10.0.0.9", "10.0.0.2"
DAY_S = 24 * 3600


def fail(throttle, times, at=0.0, account=ANA, source=None):
    """That many tries at once; each from an address of its own unless one is given."""
    return [throttle.begin(account, source or f"{account} {at} {n}", at) for n in range(times)]


def test_ten_failures_are_let_through_and_the_next_waits_five_minutes():
    assert fail(Throttle(), LIMIT + 1) == [0.0] * LIMIT + [ACCOUNT_S]


def test_the_delay_of_an_account_never_grows():
    throttle, waits = Throttle(), []
    for round in range(20):
        waits.append(fail(throttle, LIMIT + 1, round * ACCOUNT_S)[-1])
    assert waits == [ACCOUNT_S] * 20


def test_the_delay_of_a_source_grows_up_to_half_an_hour():
    throttle, now, waits = Throttle(), 0.0, []
    for _ in range(4):
        for n in range(LIMIT):
            throttle.begin(f"name {now} {n}", STRANGER, now)
        waits.append(throttle.begin("name x", STRANGER, now))
        now += waits[-1]
    assert waits == [SOURCE_S, 2 * SOURCE_S, LONGEST_S, LONGEST_S]


def test_after_a_delay_a_single_failure_renews_none():
    throttle = Throttle()
    fail(throttle, LIMIT, source=STRANGER)
    assert fail(throttle, LIMIT, SOURCE_S, source=STRANGER) == [0.0] * LIMIT


def test_failures_far_apart_delay_nobody():
    throttle = Throttle()
    assert [fail(throttle, 1, at * 60.0, source=STRANGER) for at in range(50)] == [[0.0]] * 50


def test_another_account_from_another_source_is_not_delayed():
    throttle = Throttle()
    fail(throttle, LIMIT, source=STRANGER)
    assert throttle.begin("user ben", OWNER, 0.0) == 0.0


def test_many_accounts_from_one_source_are_delayed_by_their_source():
    throttle = Throttle()
    waits = [throttle.begin(f"name {n}", STRANGER, 0.0) for n in range(LIMIT + 1)]
    assert waits == [0.0] * LIMIT + [SOURCE_S]


def test_success_forgets_the_failures_of_the_account():
    throttle = Throttle()
    for _ in range(5 * LIMIT):
        assert throttle.begin(ANA, OWNER, 0.0) == 0.0
        throttle.succeeded(ANA, OWNER, 0.0)


def test_a_try_that_was_never_checked_is_no_failure():
    throttle = Throttle()
    for _ in range(5 * LIMIT):
        assert throttle.begin(ANA, OWNER, 0.0) == 0.0
        throttle.not_made(ANA, OWNER, 0.0)
    assert fail(throttle, LIMIT, source=OWNER) == [0.0] * LIMIT


def test_what_is_taken_back_is_that_try_and_no_other():
    throttle = Throttle()
    fail(throttle, LIMIT - 1, at=0.0)
    throttle.begin(ANA, OWNER, 5.0)
    throttle.not_made(ANA, OWNER, 5.0)
    assert fail(throttle, 2, at=6.0) == [0.0, ACCOUNT_S]


def test_after_an_hour_of_quiet_the_delay_begins_small_again():
    throttle = Throttle()
    fail(throttle, LIMIT, source=STRANGER)
    later = SOURCE_S + FORGET_S
    assert fail(throttle, LIMIT + 1, later, source=STRANGER) == [0.0] * LIMIT + [SOURCE_S]


def test_a_flood_of_names_does_not_fill_the_memory():
    throttle = Throttle()
    for n in range(MOST_KEYS + 100):
        throttle.begin(f"name {n}", f"source {n}", 0.0)
    assert [len(one.tries) for one in (throttle._accounts, throttle._sources)] == [MOST_KEYS] * 2


@given(st.integers(0, DAY_S))
@example(1)
def test_a_stranger_who_fails_all_day_keeps_nobody_out_for_more_than_five_minutes(arrival):
    throttle, now, checked = Throttle(), 0.0, []
    while now < arrival:
        wait = throttle.begin(ANA, STRANGER, now)
        if wait == 0.0:
            checked.append(now)
        now += wait
    wait = throttle.begin(ANA, OWNER, arrival)
    if wait > 0.0:  # at the moment it is over the stranger is there first, as he would be
        fail(throttle, LIMIT, arrival + wait, source=STRANGER)
        assert throttle.begin(ANA, OWNER, arrival + wait) == 0.0
    assert wait <= ACCOUNT_S
    assert all(b - a >= SOURCE_S for a, b in zip(checked, checked[LIMIT:], strict=False))


@given(st.lists(st.floats(0, 30), min_size=50, max_size=300))
def test_never_more_than_ten_tries_are_let_through_in_five_minutes(gaps):
    throttle, now, allowed = Throttle(), 0.0, []
    for n, gap in enumerate(gaps):
        now += gap
        if throttle.begin(ANA, f"source {n}", now) == 0.0:
            allowed.append(now)
    assert all(b - a >= WINDOW_S for a, b in zip(allowed, allowed[LIMIT:], strict=False))
