"""Lists and reports to order: as a table, CSV and PDF, here and in a process of their own."""

import io
import json
import pickle
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office_fixtures import PUPILS, a_busy_day
from pypdf import PdfReader
from record_fixtures import Recorded
from webui_fixtures import PASSWORD_HASH, FakeService, key_of, uid_of

from kiosk.days_in_words import written_cell
from kiosk.errors import BadInput, NotMade
from kiosk.lists import LISTS
from kiosk.messages.record import Dropped
from kiosk.messages.sensed import Card, Presented
from kiosk.offline import Offline
from kiosk.orders.apart import BATCH, BUSY, CLOSED, TOO_MUCH, Press, receive, send
from kiosk.orders.making import made
from kiosk.orders.sources import Sources
from kiosk.orders.wanted import (
    Format,
    ListWanted,
    PaperWanted,
    RehearsalWanted,
    ReportWanted,
    Wanted,
    is_light,
)
from kiosk.paper.blocks import Block, Mark
from kiosk.policy.roles import Permission
from kiosk.reports import OF_NOW, REPORTS
from kiosk.retention import Series

MONDAY = "2026-11-23"
MORNING = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def service() -> FakeService:
    return a_busy_day()


@pytest.fixture(scope="module")
def sources(service: FakeService) -> Sources:
    return Sources.of(service)


def report(name: str) -> ReportWanted:
    return ReportWanted(name, "" if name in OF_NOW else MONDAY)


WANTED = [*(ListWanted(name) for name in LISTS), *(report(name) for name in REPORTS)]


def names(sources: Sources, wanted: Wanted) -> set[str]:
    rows = json.loads(made(wanted, Format.TABLE, sources))["rows"]
    return {row["name"] for row in rows}


# what is made


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.name)
def test_everything_is_made_in_every_format_and_of_the_same_sources_alike(
    sources: Sources, wanted: Wanted
) -> None:
    for format in Format:
        assert made(wanted, format, sources) == made(wanted, format, sources) != b""


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.name)
def test_a_pdf_has_every_row_of_its_table(sources: Sources, wanted: Wanted) -> None:
    rows = json.loads(made(wanted, Format.TABLE, sources))["rows"]
    pages = PdfReader(io.BytesIO(made(wanted, Format.PDF, sources))).pages
    words = " ".join("\n".join(page.extract_text() for page in pages).split())
    cells = [cell for row in rows for cell in row.values() if isinstance(cell, str)]
    assert [cell for cell in cells if cell.isascii() and written_cell(cell) not in words] == []


def test_reports_carry_an_anchor_and_lists_do_not(sources: Sources) -> None:
    anchored = Sources.of(a_busy_day())
    words = [
        PdfReader(io.BytesIO(made(wanted, Format.PDF, anchored))).pages[0].extract_text()
        for wanted in (report("faults"), ListWanted("held"))
    ]
    seq, seal = anchored.anchor
    assert [f"Anchor {seq}:{seal}." in each for each in words] == [True, False]


def test_who_was_not_seen_is_told_as_of_an_earlier_time_of_today(sources: Sources) -> None:
    later = names(sources, ListWanted("not-seen"))
    earlier = names(sources, ListWanted("not-seen", at=MORNING))
    came = {person.name for person in PUPILS[1:20]}
    assert later < earlier
    assert earlier - later <= came


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (ListWanted("everybody"), "is no list"),
        (ListWanted("held", at=MORNING), "held is of now: it takes no time"),
        (ListWanted("not-seen", at=MORNING - timedelta(days=1)), "no time of today that has been"),
        (ListWanted("not-seen", at=MORNING + timedelta(hours=9)), "no time of today that has been"),
        (ListWanted("held", "9Z"), "nobody on the roster is in form"),
        (ReportWanted("everything"), "is no report"),
        (ReportWanted("faults", "2026-11-25", "2026-11-24"), "comes after"),
        (ReportWanted("faults", "2026-01-01", "2026-01-02"), "nothing is kept of those days"),
    ],
)
def test_what_cannot_be_made_says_why(sources: Sources, wanted: Wanted, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        made(wanted, Format.TABLE, sources)


def test_incidents_go_back_as_far_as_acts_do_and_not_only_as_far_as_taps(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path).furnish().days(3)
    kiosk.rotate()
    for row in [row for row in kiosk.core.history.segments if row.series is Series.TAPS]:
        kiosk.take(Dropped(row, ()))
    service = Offline(kiosk.core, kiosk.upkeep, school="A", is_simulated=True)
    whens = [
        json.loads(service.make(ReportWanted(name, "2026-03-02"), Format.TABLE))["when"]
        for name in ("faults", "incidents")
    ]
    kiosk.close()
    assert whens == ["2026-03-05", "2026-03-02 to 2026-03-05"]


# rehearsals

EARLIER = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "09:00"
release = "10:00"
closed = "16:30"
"""


def rehearsal(text: str = EARLIER) -> RehearsalWanted:
    return RehearsalWanted(text, datetime(2026, 11, 23, tzinfo=UTC), frozenset(Permission))


def test_a_rehearsal_counts_the_taps_that_a_school_file_would_have_answered_otherwise(
    sources: Sources,
) -> None:
    service = a_busy_day()
    before = service.standing().state.seq
    service.take(Presented((Card(key_of(uid_of(PUPILS[10]))),)))
    told = json.loads(made(rehearsal(), Format.TABLE, Sources.of(service)))
    (one,) = [each for each in told["differences"] if before + 1 in each["examples"]]
    assert (one["form"], one["count"], told["few"]) == (PUPILS[10].form, 1, 0)
    assert one["before"] == {"granted": False, "reason": "not_yet"}
    assert one["after"] == {"granted": True, "reason": "collect"}


def test_by_the_same_times_nothing_would_have_differed(sources: Sources) -> None:
    same = EARLIER.replace("10:00", "15:10")
    assert json.loads(made(rehearsal(same), Format.TABLE, sources))["differences"] == []


def test_a_faulty_school_file_is_not_rehearsed(sources: Sources) -> None:
    with pytest.raises(BadInput, match="must follow one another"):
        made(rehearsal(EARLIER.replace("10:00", "07:00")), Format.TABLE, sources)


# apart


def test_a_rehearsal_is_made_in_a_process_of_its_own_too(sources: Sources) -> None:
    wanted = rehearsal()
    assert not is_light(wanted, Format.TABLE)
    assert Press().make(wanted, Format.TABLE, sources) == made(wanted, Format.TABLE, sources)


@pytest.mark.parametrize("format", Format)
def test_a_process_of_its_own_makes_the_very_same(sources: Sources, format: Format) -> None:
    wanted = report("compliance")
    assert Press().make(wanted, format, sources) == made(wanted, format, sources)


def test_it_reads_history_from_the_disk(tmp_path: Path) -> None:
    kiosk = Recorded(tmp_path).furnish().days(2)
    kiosk.rotate()
    kiosk.days(1)
    sources = Sources.of(Offline(kiosk.core, kiosk.upkeep, school="A", is_simulated=True))
    wanted = ReportWanted("throughput", "2026-03-02")
    apart = json.loads(Press().make(wanted, Format.TABLE, sources))
    kiosk.close()
    assert {row["day"] for row in apart["rows"]} == {"2026-03-02", "2026-03-03", "2026-03-04"}


def test_it_prints_papers_too(sources: Sources) -> None:
    wanted = PaperWanted("Title", (Block(Mark.PARAGRAPH, "Words."),), 11)
    assert Press().make(wanted, Format.PDF, sources).startswith(b"%PDF")


def test_what_cannot_be_made_is_said_through_it(sources: Sources) -> None:
    with pytest.raises(BadInput, match="2026-11-25 comes after 2026-11-24"):
        Press().make(ReportWanted("faults", "2026-11-25", "2026-11-24"), Format.PDF, sources)


def test_what_takes_too_long_is_ended(sources: Sources) -> None:
    endless = Press(limit_s=0.2, command=(sys.executable, "-c", "while True: pass"))
    with pytest.raises(NotMade, match=TOO_MUCH):
        endless.make(ListWanted("held"), Format.PDF, sources)


def test_what_takes_too_much_memory_is_ended_and_the_log_says_so(
    sources: Sources, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotMade, match=TOO_MUCH):
        Press(memory=24 << 20).make(report("register"), Format.PDF, sources)
    assert "an order ended with status" in caplog.text


def test_one_that_ends_at_once_is_no_fault_of_the_pipe(sources: Sources) -> None:
    with pytest.raises(NotMade, match=TOO_MUCH):
        Press(command=(sys.executable, "-c", "raise SystemExit(1)")).make(
            ListWanted("held"), Format.PDF, sources
        )


def test_while_one_is_made_the_next_waits_no_longer_than_it_may(sources: Sources) -> None:
    press = Press(wait_s=0)
    with press._turn, pytest.raises(NotMade, match=BUSY):
        press.make(ListWanted("held"), Format.PDF, sources)


def test_a_press_that_is_closed_ends_what_is_under_way_and_makes_nothing_more(
    sources: Sources,
) -> None:
    press = Press(command=(sys.executable, "-c", "while True: pass"))
    faults: list[str] = []

    def ask() -> None:
        try:
            press.make(ListWanted("held"), Format.PDF, sources)
        except NotMade as fault:
            faults.append(str(fault))

    asker = threading.Thread(target=ask)
    asker.start()
    while press._worker is None:
        pass
    press.close()
    asker.join()
    ask()
    assert faults == [CLOSED, CLOSED]


def test_an_order_arrives_as_it_was_sent_whatever_its_size(service: FakeService) -> None:
    sources = Sources.of(service)
    out = io.BytesIO()
    send(out, report("faults"), Format.CSV, sources)
    out.seek(0)
    wanted, format, received = receive(out)
    assert len(sources.history.recent) > 2 * BATCH
    assert (wanted, format) == (report("faults"), Format.CSV)
    assert received.history.recent == sources.history.recent
    assert received.standing.state.deposits == sources.standing.state.deposits
    assert received.rules == sources.rules


def test_no_password_no_card_and_no_private_word_leaves_the_daemon(service: FakeService) -> None:
    out = io.BytesIO()
    send(out, report("faults"), Format.PDF, Sources.of(service))
    for secret in (PASSWORD_HASH.encode(), b"key-04", b"seen in the yard"):
        assert secret not in out.getvalue()


def test_history_grows_on_behind_what_was_sent(service: FakeService) -> None:
    kiosk = a_busy_day()
    sources = Sources.of(kiosk)
    count = len(sources.history.recent)
    kiosk.pass_time(60)
    kiosk.record.append(kiosk.record[-1])
    assert len(sources.history.recent) == count
    assert pickle.dumps(sources.history.recent)


def test_only_lists_of_now_are_made_at_once() -> None:
    assert is_light(ListWanted("held"), Format.CSV)
    assert not is_light(ListWanted("held"), Format.PDF)
    assert not is_light(ListWanted("not-seen", at=MORNING), Format.TABLE)
    assert not is_light(report("faults"), Format.TABLE)
