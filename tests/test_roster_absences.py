"""Lists of absences: who and when, never why."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_fixtures import csv_file, oneroster, raw, xlsx

from kiosk.errors import BadInput
from kiosk.roster import Absence, read_absences
from kiosk.roster.dates import day_of

MONDAY, FRIDAY = date(2026, 9, 7), date(2026, 9, 11)


@pytest.mark.parametrize(
    "data",
    [
        raw("Admission Number,Date", "1001,07/09/2026"),
        raw("Absences of the week", "", "adno;from;to;reason", "1001;7.9.26;;ill at home"),
        raw("AdmNo\tStart Date\tEnd Date\tCode", "1001\t2026-09-07\t2026-09-07 00:00:00\tM"),
        xlsx(("1001", datetime(2026, 9, 7), "=1+1"), head=("Adno", "Date", "Why")),
    ],
)
def test_a_day_is_read_from_the_usual_lists(data: bytes) -> None:
    assert read_absences(data) == (Absence("1001", MONDAY, MONDAY),)


def test_why_somebody_is_away_is_not_in_what_is_read() -> None:
    read = read_absences(raw("adno,from,to,reason", "1,7/9/2026,11/9/2026,CAMHS appointment"))

    assert read == (Absence("1", MONDAY, FRIDAY),)
    assert "CAMHS" not in repr(read)


def test_the_same_absence_twice_is_one() -> None:
    assert len(read_absences(raw("adno,date", "1,7/9/2026", "1,7/9/2026", "2,7/9/2026"))) == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,13/31/2026,", "row 2: first day is no date"),
        ("1,2026-02-30,", "row 2: first day is no date"),
        ("1,,", "row 2: first day is no date"),
        ("1,7/9/2026,tomorrow", "row 2: last day is no date"),
        ("1,11/9/2026,7/9/2026", "row 2: goes from 2026-09-11 to 2026-09-07"),
        ("1,7/9/2026,8/9/2027", "at most 366"),
        (",7/9/2026,", "row 2: admission is empty"),
        ("1.2E+03,7/9/2026,", "row 2: admission number 1.2E+03 was shortened"),
        ("=1,7/9/2026,", "row 2: admission begins with"),
    ],
)
def test_every_fault_is_told_by_its_row(row: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_absences(raw("adno,from,to", row, "2,bad,"))

    assert words in str(caught.value)
    assert "row 3: first day is no date" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (raw("adno,date"), "nobody in it"),
        (raw("adno,reason", "1,x"), 'No column is for the date: give it the heading "Date"'),
        (csv_file(*[("1", "7/9/2026")] * 5001, head=("adno", "date")), "at most 5000"),
        (oneroster(), "neither a workbook nor"),
    ],
)
def test_a_file_that_is_no_such_list_is_told_so(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_absences(data)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%d-%m-%Y 00:00", "%d %B %Y", "%d-%b-%y"):
        assert day_of(day.strftime(form)) == day


@given(st.text(max_size=20))
def test_anything_else_is_a_day_or_none(text: str) -> None:
    assert day_of(text) is None or any(c.isdigit() for c in text)
