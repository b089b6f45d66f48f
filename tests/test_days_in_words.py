"""Days and times have one form for people."""

from datetime import date, datetime

import pytest

from kiosk.days_in_words import written_cell, written_day, written_time


def test_a_day_and_a_time_are_written_in_full_without_zeros_before_the_day() -> None:
    at = datetime.fromisoformat("2026-03-02T15:10:07")
    assert written_day(date(2026, 3, 2)) == "2 March 2026"
    assert written_time(at) == "2 March 2026, 15:10"
    assert written_time(at, seconds=True) == "2 March 2026, 15:10:07"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2026-03-02", "2 March 2026"),
        ("2026-03-02 15:10", "2 March 2026, 15:10"),
        ("2026-03", "March 2026"),
        ("2026-13", "2026-13"),
        ("2026-03-02 to 2026-03-04", "2 March 2026 to 4 March 2026"),
        ("north to south", "north to south"),
        ("2026-02-30", "2026-02-30"),
        ("Ana, since 2026-03-02", "Ana, since 2026-03-02"),
        ("", ""),
    ],
)
def test_a_cell_of_a_table_that_is_a_day_is_written_so_and_no_other(cell: str, words: str) -> None:
    assert written_cell(cell) == words
