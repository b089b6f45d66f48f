"""Lists that somebody uploads: read in a process of their own, and told by row and column."""

import json
import logging
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_fixtures import Recorded
from roster_fixtures import ANA_CELLS, BEN_CELLS, HEAD, TODAY, csv_file, raw, xlsx, zipped

from kiosk.errors import BadInput, NotMade
from kiosk.offline import Offline
from kiosk.orders.apart import TOO_LARGE, Press
from kiosk.orders.uploads import MOST_FAULTS, ListKind, Uploaded, read_upload
from kiosk.roster.rows import FIELDS

CARDS = csv_file((*ANA_CELLS, "946EBD28"), (*BEN_CELLS, "zz"), head=(*HEAD, "Card No"))


def told(data: bytes, kind: ListKind = ListKind.ROSTER, **more: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(read_upload(Uploaded(kind, data, TODAY, **more)))
    return found


def test_a_roster_is_told_as_the_verbs_take_it_and_its_faults_by_row_and_column() -> None:
    found = told(CARDS)
    (row,), (fault,) = found["rows"], found["faults"]
    assert {"admission": "1001", "card": "946EBD28", "row": "2"}.items() <= row.items()
    assert row.keys() <= FIELDS | {"row"}
    assert (fault["row"], fault["column"], found["faulty"]) == (3, "card", 1)
    assert (found["fields"], found["mentioned"]) == (
        ["admission", "card", "forename", "form", "surname"],
        ["1002"],
    )


def test_card_numbers_are_read_as_the_profile_spells_them() -> None:
    data = csv_file((*ANA_CELLS, "110,48424"), head=(*HEAD, "Card No"))
    assert (told(data)["faulty"], told(data, profile="w26")["faulty"]) == (1, 0)


def test_absences_are_told_alike() -> None:
    data = raw("Admission No,From,To", "1001,7/9/2026,8/9/2026", "1002,tomorrow,")
    found = told(data, ListKind.ABSENCES)
    assert [row["last"] for row in found["rows"]] == ["2026-09-08"]
    assert [(fault["row"], fault["column"]) for fault in found["faults"]] == [(3, "first")]


def test_of_very_many_faults_the_first_are_told_and_all_are_counted() -> None:
    found = told(csv_file(*[(str(n), "", "Silva", "7A") for n in range(MOST_FAULTS + 5)]))
    assert (len(found["faults"]), found["faults_in_all"]) == (MOST_FAULTS, MOST_FAULTS + 5)
    assert found["faulty"] == MOST_FAULTS + 5


@pytest.mark.parametrize("kind", ListKind)
def test_what_is_no_list_is_refused_in_words(kind: ListKind) -> None:
    bomb = zipped({"xl/workbook.xml": b"0" * (30 << 20)})
    for data in (b"", b"%PDF-1.7", b"a,b\n1,2\n", bomb, b"," * 4_000_000):
        with pytest.raises(BadInput):
            told(data, kind)


@given(st.sampled_from(ListKind), st.binary(max_size=300))
def test_whatever_is_uploaded_is_told_or_refused(kind: ListKind, data: bytes) -> None:
    with suppress(BadInput):
        found = told(data, kind)
        assert found["rows"] or found["faults"]


def test_what_is_uploaded_stands_in_no_words_about_it() -> None:
    assert "Silva" not in repr(Uploaded(ListKind.ROSTER, CARDS, TODAY))


# apart


def test_a_process_of_its_own_says_the_very_same() -> None:
    uploaded = Uploaded(ListKind.ROSTER, xlsx(ANA_CELLS, BEN_CELLS), TODAY)
    assert Press().read(uploaded) == read_upload(uploaded)


def test_what_it_refuses_is_said_through_it() -> None:
    with pytest.raises(BadInput, match="the file is empty"):
        Press().read(Uploaded(ListKind.ROSTER, b"", TODAY))


def test_what_takes_too_much_is_ended_and_nothing_of_it_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    telling = "import sys; sys.stderr.write(repr(sys.stdin.buffer.read())); sys.exit(1)"
    with pytest.raises(NotMade, match=TOO_LARGE):
        Press(command=(sys.executable, "-c", telling)).read(Uploaded(ListKind.ROSTER, CARDS, TODAY))
    assert ("status 1" in caplog.text, "Silva" in caplog.text) == (True, False)


def test_the_largest_file_that_is_taken_fits_the_limits() -> None:
    wide = [(f"{n:05}", f"Given{n}", f"Family{n}", "7A", *["x" * 60] * 40) for n in range(5000)]
    head = (*HEAD, *(f"Other {n}" for n in range(40)))
    data = csv_file(*wide, head=head)[: 4 << 20]
    whole = data[: data.rindex(b"\r\n")]
    assert len(json.loads(Press().read(Uploaded(ListKind.ROSTER, whole, TODAY)))["rows"]) > 1000


def test_a_kiosk_at_rest_reads_in_place(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path)
    service = Offline(kiosk.core, kiosk.upkeep, school="A", is_simulated=True)
    uploaded = Uploaded(ListKind.ROSTER, CARDS, TODAY)
    assert service.read_upload(uploaded) == read_upload(uploaded)
    kiosk.close()


def test_a_bomb_is_small_before_it_is_unpacked() -> None:
    """So that the test above tries what it says."""
    assert len(zipped({"a": b"0" * (30 << 20)}, zipfile.ZIP_DEFLATED)) < 100_000
