"""Term dates written as sections of a school file, and read again."""

import tomllib
from pathlib import Path

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli import cli
from kiosk.school.school import check_school
from kiosk.school.sections import SchoolCalendar
from kiosk.school.term_dates import read_term_dates
from kiosk.school.writing import dates_as_sections

WEEK = """[[week]]
days = ["mon"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"
"""
SHEET = """Name,First,Last,Kind
Autumn Term 2026,01/09/2026,18/12/2026,term
Half-term,26/10/2026,30/10/2026,half-term
Staff,01/09/2026,,INSET day
"Moderators\' ""visit\"\"",12/11/2026,,closed
Sports day,30/11/2026,,
"""


def test_what_is_written_is_what_was_read() -> None:
    dates = read_term_dates(SHEET.encode())
    checked = check_school(WEEK + dates_as_sections(dates), "the file")

    assert checked.sections.terms == dates.terms
    assert checked.sections.closures == dates.closures
    assert (len(dates.terms), len(dates.closures)) == (1, 1)


def test_what_does_not_say_what_it_is_stands_below_as_a_remark() -> None:
    last = dates_as_sections(read_term_dates(SHEET.encode())).splitlines()[-1]
    assert last.startswith("# Left out: ")
    assert "Sports day" in last


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_any_name_is_written_so_that_it_is_read_the_same(name: str) -> None:
    cell = name.replace('"', '""')
    sheet = f'Name,First,Last,Kind\n"{cell}",1/9/2026,18/12/2026,term\n'
    dates = read_term_dates(sheet.encode())
    raw = tomllib.loads(WEEK + dates_as_sections(dates))
    assert SchoolCalendar.model_validate(raw).terms == dates.terms


def test_the_command_prints_them_or_makes_a_new_file(tmp_path: Path) -> None:
    sheet, made = tmp_path / "dates.csv", tmp_path / "terms.toml"
    sheet.write_text(SHEET, encoding="utf-8")

    printed = CliRunner().invoke(cli, ["school", "dates", str(sheet)])
    saved = CliRunner().invoke(cli, ["school", "dates", str(sheet), "-o", str(made)])

    assert printed.output == made.read_text(encoding="utf-8")
    assert saved.output == (
        f"1 terms and 1 closed days are in {made}; 1 entries were left out: look at its end.\n"
    )
