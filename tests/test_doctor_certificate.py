"""What `kiosk doctor` says of the pages' certificate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from doctor_fixtures import KEYS, KIOSK, Bench, only
from tls_fixtures import NAMES, NOW, TODAY

from hardware.doctor import Finding, Subject, Verdict
from hardware.doctor.machine import Node
from kiosk.doctor import certificate_of_the_pages
from kiosk.events import Moment
from kiosk.tls import TLS_FILE, Source, make_files

FILE = KEYS / TLS_FILE
MADE = Source(FILE, FILE, is_own=False)


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    bench = Bench.pi(tmp_path)
    make_files(bench.at(KEYS), kiosk="front", school="School", names=NAMES, now=NOW)
    bench.nodes[str(FILE)] = Node(KIOSK, KIOSK, 0o600)
    return bench


def finding(
    pi: Bench, source: Source | None = MADE, names: tuple[str, ...] = NAMES, now: Moment = NOW
) -> Finding:
    def check(subject: Subject) -> Iterator[Finding]:
        return certificate_of_the_pages(subject, source, names, now)

    return only(check, pi.subject())


def test_a_good_one_says_for_whom_and_until_when(pi: Bench) -> None:
    found = finding(pi)
    assert found.verdict is Verdict.OK
    assert found.words == "for kiosk.local, 10.0.0.5, until 2029-02-20"


def test_where_nothing_is_encrypted_there_is_nothing_to_say(pi: Bench) -> None:
    assert list(certificate_of_the_pages(pi.subject(), None, NAMES, NOW)) == []


def test_a_missing_one_says_what_to_type(pi: Bench) -> None:
    pi.remove(str(FILE))
    found = finding(pi)
    assert (found.verdict, found.hint) == (Verdict.FAULT, "kiosk key tls")


@pytest.mark.parametrize(
    ("names", "days", "words"),
    [
        ((*NAMES, "new.local"), 0, "it is not for new.local"),
        (NAMES, 800, "in 20 days"),
        (NAMES, 900, "browsers refuse it"),
    ],
)
def test_what_browsers_will_not_take_is_a_warning(
    pi: Bench, names: tuple[str, ...], days: int, words: str
) -> None:
    found = finding(pi, names=names, now=Moment(TODAY + timedelta(days=days), 1.0))
    assert (found.verdict, words in found.words) == (Verdict.WARNING, True)
    assert "restart" in found.hint


def test_one_that_is_not_the_kiosks_is_a_fault(pi: Bench) -> None:
    pi.nodes[str(FILE)] = Node(0, 0, 0o600)
    found = finding(pi)
    assert (found.verdict, "sudo chown kiosk:" in found.hint) == (Verdict.FAULT, True)


def test_the_schools_own_key_may_be_its_administrators(pi: Bench) -> None:
    pi.nodes[str(FILE)] = Node(0, KIOSK, 0o640)
    pi.at(FILE).chmod(0o640)
    assert finding(pi, replace(MADE, is_own=True)).verdict is Verdict.OK
    pi.at(FILE).chmod(0o644)
    assert "docs/tls.md" in finding(pi, replace(MADE, is_own=True)).hint
