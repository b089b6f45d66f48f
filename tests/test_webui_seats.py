"""How many requests may wait, each with a thread."""

from contextlib import ExitStack

from webui.limits import THREADS
from webui.seats import ALL, EACH, Seats


def test_there_is_room_for_so_many_and_no_more() -> None:
    seats = Seats(most=3, each=3)
    with ExitStack() as stack:
        found = [stack.enter_context(seats.seat(f"screen {n}")) for n in range(5)]
    assert found == [True, True, True, False, False]


def test_nobody_takes_all_seats_alone() -> None:
    seats = Seats(most=9, each=2)
    with ExitStack() as stack:
        mine = [stack.enter_context(seats.seat("mine")) for _ in range(3)]
        theirs = stack.enter_context(seats.seat("theirs"))
    assert (mine, theirs) == ([True, True, False], True)


def test_a_seat_is_free_again_however_it_was_left() -> None:
    seats = Seats(most=1, each=1)
    for _ in range(3):
        try:
            with seats.seat("a") as has_seat:
                assert has_seat
                raise ConnectionResetError
        except ConnectionResetError:
            pass
    assert not seats._taken


def test_who_found_no_seat_takes_none_away() -> None:
    seats = Seats(most=1, each=1)
    with seats.seat("a"):
        with seats.seat("b") as has_seat:
            assert not has_seat
        with seats.seat("c") as has_seat:
            assert not has_seat


def test_most_of_the_servers_threads_are_never_taken() -> None:
    assert EACH <= ALL <= THREADS // 2
