"""The log: one line a message, whatever stands in it."""

import logging

import pytest

from kiosk.logged import FORMAT, OneLine


def logged(words: str, exc_info: BaseException | None = None) -> str:
    record = logging.LogRecord("kiosk.x", logging.WARNING, "", 0, "got %s", (words,), None)
    if exc_info is not None:
        record.exc_info = (type(exc_info), exc_info, None)
    return OneLine(FORMAT).format(record)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a\nERROR kiosk: forged", r"a\nERROR kiosk: forged"),
        ("a\r\x1b[2Jb", r"a\r\x1b[2Jb"),
        ("\u202ebackwards\u2028", r"\u202ebackwards\u2028"),
        ("Zoë Müller", "Zoë Müller"),
    ],
)
def test_a_message_is_one_line_that_no_terminal_obeys(words: str, written: str) -> None:
    assert logged(words) == f"WARNING kiosk.x: got {written}"


def test_no_line_of_an_error_looks_like_an_entry_of_its_own() -> None:
    first, *others = logged("it", ValueError("a\nERROR kiosk: forged")).splitlines()
    assert first == "WARNING kiosk.x: got it"
    assert others
    assert all(line.startswith("  ") for line in others)
