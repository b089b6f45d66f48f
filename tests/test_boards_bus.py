"""One line: questions and answers, errors of the port, and its opening anew."""

import itertools
import threading
from collections.abc import Callable, Sequence

import pytest
from board_fixtures import ScriptedPort

from hardware.boards import kerong
from hardware.boards.board8a import ask_all, ask_one, ask_open
from hardware.boards.bus import (
    AFTER_COMMAND_S,
    GAP_S,
    PATIENCE_S,
    SLICE_S,
    Backoff,
    PortGone,
    SerialBus,
    Silent,
)
from hardware.boards.frames import TornFrame, WrongAddress, WrongCommand
from hardware.simulated.clock import VirtualClock

SHUT = bytes.fromhex("80 01 01 11 91")
OPENED = bytes.fromhex("8A 01 01 00 8A")
ANOTHER_BOARD = bytes.fromhex("80 02 01 11 92")
REPORT = bytes.fromhex("82 01 01 00 82")
QUESTION = ask_one(1, 1)


class Bench:
    """A bus whose port is opened from a list: a port, or the error that opening it meets."""

    def __init__(self, *openings: Sequence[bytes] | OSError) -> None:
        self.clock = VirtualClock(1000.0)
        self._openings = list(openings)
        self.ports: list[ScriptedPort] = []
        self.tries: list[float] = []
        self.bus = SerialBus(self._open, self.clock.sleep, self.clock.now)

    def _open(self) -> ScriptedPort:
        self.tries.append(self.clock.now())
        opening = self._openings.pop(0)
        if isinstance(opening, OSError):
            raise opening
        self.ports.append(ScriptedPort(opening, self.clock))
        return self.ports[-1]

    @property
    def port(self) -> ScriptedPort:
        return self.ports[-1]


def test_a_question_is_sent_once_and_its_answer_returned() -> None:
    bench = Bench([SHUT])
    assert bench.bus.ask(QUESTION) is True
    assert bench.port.written == [QUESTION.frame]


def test_an_answer_takes_no_longer_than_it_takes() -> None:
    bench = Bench([SHUT])
    bench.bus.ask(QUESTION)
    assert bench.clock.now() == 1000.0


def test_the_port_is_opened_when_it_is_first_needed_and_then_kept() -> None:
    bench = Bench([SHUT, SHUT])
    assert bench.tries == []
    assert bench.bus.opening == -1
    bench.bus.ask(QUESTION)
    bench.bus.ask(QUESTION)
    assert len(bench.tries) == bench.bus.opening == 1


def test_silence_is_silence_after_200_ms() -> None:
    bench = Bench([b""])
    with pytest.raises(Silent):
        bench.bus.ask(QUESTION)
    assert bench.clock.now() == pytest.approx(1000.2)


def test_a_line_that_never_falls_silent_is_not_listened_to_for_ever() -> None:
    bench = Bench([bytes(100_000)])
    with pytest.raises(TornFrame):
        bench.bus.ask(QUESTION)
    assert len(bench.port.read(99_000)) == 99_000


def test_nor_is_one_that_is_slow_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench([b""])

    def trickle(_: ScriptedPort, size: int) -> bytes:
        bench.clock.sleep(0.9 * SLICE_S)
        return bytes(size)

    monkeypatch.setattr(ScriptedPort, "read", trickle)
    with pytest.raises(TornFrame):
        bench.bus.ask(QUESTION)
    assert bench.clock.now() < 1000.0 + PATIENCE_S + SLICE_S


def test_an_answer_that_stops_in_the_middle_is_torn() -> None:
    bench = Bench([SHUT[:3]])
    with pytest.raises(TornFrame, match="3 bytes came"):
        bench.bus.ask(QUESTION)


def test_the_answer_is_found_behind_garbage_reports_and_other_boards_answers() -> None:
    bench = Bench([b"\xfa\x80" + REPORT + ANOTHER_BOARD + SHUT])
    assert bench.bus.ask(QUESTION) is True


def test_a_false_beginning_costs_no_more_than_a_quiet_moment() -> None:
    answer = bytes.fromhex("80 01 00 00 00 33 B2")
    bench = Bench([b"\x80\x01" + answer])  # as if of more status bytes than come
    assert bench.bus.ask(ask_all(1, None)) == bytes(3)
    assert bench.clock.now() == pytest.approx(1000.0 + SLICE_S)


def test_an_answer_with_a_pause_in_it_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench([b""])
    came = iter([b"\xfa" + SHUT[:3], b"", b"", SHUT[3:]])
    monkeypatch.setattr(ScriptedPort, "read", lambda port, size: next(came))
    assert bench.bus.ask(QUESTION) is True


def test_what_was_wrong_with_the_last_frame_is_told() -> None:
    with pytest.raises(WrongAddress):
        Bench([REPORT + ANOTHER_BOARD]).bus.ask(QUESTION)
    with pytest.raises(WrongCommand):
        Bench([REPORT]).bus.ask(QUESTION)


def test_what_came_unasked_is_thrown_away_before_a_question() -> None:
    bench = Bench([SHUT + bytes.fromhex("80 01 01 00 80"), b""])
    assert bench.bus.ask(QUESTION) is True
    with pytest.raises(Silent):
        bench.bus.ask(QUESTION)


def test_between_two_questions_the_line_rests() -> None:
    bench = Bench([SHUT, SHUT])
    bench.bus.ask(QUESTION)
    bench.bus.ask(QUESTION)
    assert bench.clock.now() == pytest.approx(1000.0 + GAP_S)
    assert GAP_S >= 3.5 * 11 / 9600


def test_an_adapter_that_sends_back_what_it_is_given_does_not_answer_for_the_board() -> None:
    unlock = ask_open(1, 1)
    bench = Bench([QUESTION.frame + SHUT, unlock.frame, unlock.frame + OPENED])
    assert bench.bus.ask(QUESTION) is True
    with pytest.raises(Silent):
        bench.bus.ask(unlock)
    assert bench.bus.ask(unlock) is False


def test_where_nothing_is_sent_back_the_same_bytes_are_the_boards_answer() -> None:
    unlock = ask_open(1, 1)
    bench = Bench([SHUT, unlock.frame])
    bench.bus.ask(QUESTION)
    assert bench.bus.ask(unlock) is True


def test_a_question_whose_answer_resembles_it_does_not_change_what_is_known_of_echoes() -> None:
    everything, unlock = ask_all(1, 3), ask_open(1, 1)
    answer = bytes.fromhex("80 01 00 00 00 33 B2")
    bench = Bench([QUESTION.frame + SHUT, everything.frame + answer, unlock.frame])
    bench.bus.ask(QUESTION)
    assert bench.bus.ask(everything) == bytes(3)
    with pytest.raises(Silent):
        bench.bus.ask(unlock)


def test_a_port_that_cannot_be_opened_is_gone_in_its_own_words() -> None:
    bench = Bench(OSError("there is no such port"))
    with pytest.raises(PortGone, match="there is no such port"):
        bench.bus.ask(QUESTION)


def test_it_is_tried_again_after_doubling_times_and_answers_when_it_is_back() -> None:
    bench = Bench(*[OSError("gone")] * 6, [SHUT])
    while len(bench.tries) < 6:
        with pytest.raises(PortGone, match=r"^gone$"):
            bench.bus.ask(QUESTION)
        bench.clock.sleep(0.05)
    bench.clock.sleep(2.0)
    assert bench.bus.ask(QUESTION) is True
    waits = [after - before for before, after in itertools.pairwise(bench.tries)]
    assert waits == pytest.approx([0.25, 0.5, 1.0, 2.0, 2.0, 2.0], abs=0.06)


@pytest.mark.parametrize("method", ["read", "write", "reset_input_buffer"])
def test_a_port_that_fails_is_closed_and_opened_anew(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench([SHUT], [SHUT])
    with monkeypatch.context() as patch:
        patch.setattr(ScriptedPort, method, raises(OSError("the cable was pulled")))
        with pytest.raises(PortGone, match="the cable was pulled"):
            bench.bus.ask(QUESTION)
        assert bench.port.is_closed
    with pytest.raises(PortGone):
        bench.bus.ask(QUESTION)  # too early
    bench.clock.sleep(0.25)
    assert bench.bus.ask(QUESTION) is True
    assert bench.bus.opening == 2


def test_a_port_that_cannot_even_be_closed_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench([b""])
    monkeypatch.setattr(ScriptedPort, "close", raises(OSError("busy")))
    monkeypatch.setattr(ScriptedPort, "read", raises(OSError("the cable was pulled")))
    with pytest.raises(PortGone, match="cable"):
        bench.bus.ask(QUESTION)


def test_a_port_that_nobody_answers_on_three_times_is_opened_anew() -> None:
    bench = Bench([b"", b"", b""], [SHUT])
    for _ in range(3):
        with pytest.raises(Silent):
            bench.bus.ask(QUESTION)
    assert bench.port.is_closed
    assert bench.bus.ask(QUESTION) is True


def test_one_answer_among_them_keeps_it_open() -> None:
    bench = Bench([b"", b"", SHUT, b"", b""])
    for index in range(5):
        if index == 2:
            bench.bus.ask(QUESTION)
        else:
            with pytest.raises(Silent):
                bench.bus.ask(QUESTION)
    assert not bench.port.is_closed


def test_what_needs_no_answer_is_not_waited_for() -> None:
    bench = Bench([b""])
    bench.bus.tell(kerong.unlock(0, 1))
    assert bench.port.written == [kerong.unlock(0, 1)]
    assert bench.clock.now() == 1000.0


def test_but_the_line_is_left_to_a_board_that_answers_it_all_the_same() -> None:
    bench = Bench([b"", SHUT])
    bench.bus.tell(kerong.unlock(0, 1))
    bench.bus.ask(QUESTION)
    assert bench.clock.now() == pytest.approx(1000.0 + AFTER_COMMAND_S)
    assert AFTER_COMMAND_S > 14 * 10 / 19200  # question and answer, at least


def test_the_last_bank_to_leave_closes_the_port() -> None:
    bench = Bench([SHUT])
    bench.bus.join()
    bench.bus.join()
    bench.bus.ask(QUESTION)
    bench.bus.leave()
    assert not bench.port.is_closed
    bench.bus.leave()
    assert bench.port.is_closed


def test_nobody_else_has_the_turn_from_a_question_to_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench([SHUT])
    taken: list[bool] = []

    def noted(method: Callable[..., object]) -> Callable[..., object]:
        def call(port: ScriptedPort, argument: object) -> object:
            taken.append(bench.bus._turn.locked())
            return method(port, argument)

        return call

    for name in ("write", "read"):
        monkeypatch.setattr(ScriptedPort, name, noted(getattr(ScriptedPort, name)))
    bench.bus.ask(QUESTION)
    assert taken == [True, True]
    assert not bench.bus._turn.locked()


def test_questions_from_several_threads_are_all_answered() -> None:
    bench = Bench([SHUT] * 40)
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(bench.bus.ask(QUESTION) for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 40


def test_whoever_is_urgent_is_answered_like_others_when_it_is_his_turn() -> None:
    bench = Bench([SHUT])
    assert bench.bus.urgent(QUESTION) is True


def test_whoever_is_urgent_sends_even_if_the_turn_is_never_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hardware.boards.bus.URGENT_WAIT_S", 0)
    bench = Bench([SHUT, b""])
    bench.bus.ask(QUESTION)
    with bench.bus._turn:  # as the thread that a signal handler interrupted would have it
        assert bench.bus.urgent(QUESTION) is False
    assert bench.port.written == [QUESTION.frame] * 2


def test_a_backoff_doubles_up_to_two_seconds_and_is_forgotten_when_it_works() -> None:
    backoff = Backoff()
    assert backoff.is_over(0.0)
    for wait_s in (0.25, 0.5, 1.0, 2.0, 2.0):
        backoff.failed(10.0)
        assert not backoff.is_over(10.0 + wait_s - 0.01)
        assert backoff.is_over(10.0 + wait_s)
    backoff.worked()
    assert backoff.is_over(10.0)
    backoff.failed(10.0)
    assert backoff.is_over(10.25)


def raises(error: OSError) -> Callable[..., bytes]:
    def broken(*_: object) -> bytes:
        raise error

    return broken
