"""What the guard hears of several banks' pulses."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.pulsing import Pulsing

BANKS = st.sampled_from(["header", "expander", "third"])


def heard(*words: tuple[str, bool]) -> list[bool]:
    """What the guard was told of these words of banks."""
    told: list[bool] = []
    pulsing = Pulsing(told.append)
    for bank, is_on in words:
        pulsing.hear(bank, is_on)
    return told


def test_of_one_bank_the_guard_hears_every_word_and_the_end_once() -> None:
    words = [("header", True)] * 3 + [("header", False)] * 2
    assert heard(*words) == [True, True, True, False]


def test_a_bank_that_falls_silent_is_not_talked_over_by_another() -> None:
    begun = [("header", True), ("expander", True), ("header", True)]
    assert heard(*begun) == [True, True]
    assert heard(*begun, *[("header", True)] * 50) == [True, True]
    assert heard(*begun, ("header", True), ("expander", True)) == [True, True, True]


def test_the_last_of_two_goes_on_to_be_heard_when_the_other_has_ended() -> None:
    words = [("header", True), ("expander", True), ("header", False)]
    assert heard(*words) == [True, True]
    assert heard(*words, ("expander", True), ("expander", False)) == [True, True, True, False]


def test_a_bank_that_never_pulsed_tells_nothing_by_being_off() -> None:
    assert heard(("header", False)) == []


@given(words=st.lists(st.tuples(BANKS, st.booleans())))
def test_between_two_words_that_go_on_every_bank_with_a_coil_on_has_spoken(
    words: list[tuple[str, bool]],
) -> None:
    told: list[bool] = []
    pulsing = Pulsing(told.append)
    on: set[str] = set()
    spoken: set[str] = set()
    for bank, is_on in words:
        before = len(told)
        pulsing.hear(bank, is_on)
        (on.add if is_on else on.discard)(bank)
        (spoken.add if is_on else spoken.discard)(bank)
        if told[before:] == [True]:
            assert on <= spoken
            spoken.clear()
        elif told[before:] == [False]:
            assert not on
        else:
            assert told[before:] == []
    assert bool(told and told[-1]) is bool(on)
