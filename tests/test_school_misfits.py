"""A school file before there is a roster, and a roster that no longer fits the school file."""

from pathlib import Path

import pytest
from roster_fixtures import ANA_CELLS, HEAD, csv_file
from roster_rig import Rig

from kiosk.errors import ConfigError
from kiosk.school.school import check_school

WEEK = """[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "09:00"
release = "15:00"
closed = "16:00"
"""
FORMS = """
[[overrides]]
form = "7Z"
date = 2026-09-07
release = "14:00"

[[overrides]]
form = "7A"
date = 2026-09-08
release = "14:00"
"""


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def checked(rig: Rig) -> list[str]:
    remarks: list[str] = rig.verbs.call("school_check", {"text": WEEK + FORMS})["remarks"]
    return remarks


def test_before_there_is_a_roster_it_is_said_that_no_name_was_compared(rig: Rig) -> None:
    (remark,) = checked(rig)
    assert remark.startswith("forms 7A, 7Z: nobody on the roster has a form yet")
    assert rig.verbs.call("school_import", {"text": WEEK + FORMS})["remarks"] == [remark]


def test_checking_a_school_file_changes_nothing(rig: Rig) -> None:
    checked(rig)
    assert rig.core.standing.state.rules_version == 0
    assert not rig.core.history.recent


def test_a_roster_tells_what_of_the_school_file_fits_nobody_with_its_line(rig: Rig) -> None:
    rig.verbs.call("school_import", {"text": WEEK + FORMS})

    notes = rig.call("roster_diff", csv_file(ANA_CELLS))["notes"]

    assert notes == [
        "the school file in force does not fit these people: "
        'Line 9: overrides 1, form: nobody is in form "7Z"'
    ]
    rig.call("roster_import", csv_file(ANA_CELLS))
    with pytest.raises(ConfigError, match='nobody is in form "7Z"'):
        checked(rig)


def test_a_list_that_changes_no_year_or_form_says_nothing_of_what_fits(rig: Rig) -> None:
    rig.verbs.call("school_import", {"text": WEEK + FORMS.replace("7Z", "7A")})
    both = csv_file(ANA_CELLS, ("1002", "Ben", "Okoro", "7A"), head=HEAD)
    assert rig.call("roster_diff", both)["notes"] == []


def test_faults_of_a_school_file_stand_from_its_top_to_its_end() -> None:
    text = WEEK.replace("15:00", "25:00") + FORMS.replace("7Z", "") + '\n[texts]\nnope = "x"\n'
    with pytest.raises(ConfigError) as caught:
        check_school("[calendar]\nzone = 1\n" + text.replace("09:00", "07:00"), "it")
    numbers = [int(fault.split(":")[0].split()[1]) for fault in caught.value.faults]
    assert len(numbers) >= 3
    assert numbers == sorted(numbers)
