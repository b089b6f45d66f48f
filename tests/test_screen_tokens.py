"""Tokens of screens: easy to type, impossible to guess, kept as digests, good for one thing."""

import re

from kiosk.policy.scopes import Scope, permissions_of
from kiosk.screen_tokens import SCREEN, find_screen, new_screen_token
from kiosk.tokens import find_token, new_token
from kiosk.typed import ALPHABET


def test_a_token_is_seven_groups_of_four_plain_characters() -> None:
    _, text = new_screen_token("Hall")
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", text)


def test_no_token_comes_twice() -> None:
    assert len({new_screen_token("Hall")[1] for _ in range(1000)}) == 1000


def test_a_token_has_at_least_128_bits() -> None:
    assert len(set(ALPHABET)) == 32
    assert len(new_screen_token("Hall")[1].replace("-", "")) * 5 >= 128


def test_capitals_and_hyphens_do_not_matter() -> None:
    token, text = new_screen_token("Hall")
    for typed in (text, text.upper(), text.replace("-", "")):
        assert find_screen({token.id: token}, typed) == token


def test_another_text_is_of_no_token() -> None:
    (token, text), (_, other) = new_screen_token("Hall"), new_screen_token("Gate")
    for wrong in (other, text[:-1], text + "0", "", "\udcff"):
        assert find_screen({token.id: token}, wrong) is None


def test_the_row_does_not_tell_its_text() -> None:
    token, text = new_screen_token("Hall")
    assert text.replace("-", "") not in str(token)
    assert len(token.digest) == 64


def test_a_screen_reads_nothing_as_a_program_and_a_program_shows_no_screen() -> None:
    screen, text = new_screen_token("Hall")
    program, secret = new_token("MIS", [scope.value for scope in Scope])
    tokens = {screen.id: screen, program.id: program}
    assert SCREEN not in list(Scope)
    assert permissions_of(screen.scopes) == frozenset()
    assert find_screen(tokens, secret) is None
    assert find_screen(tokens, secret.rpartition("_")[2]) is None
    assert find_token(tokens, text) is None
