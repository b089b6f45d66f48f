"""`kiosk demo` as it is typed: what it prints, and what it refuses."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.control import ask

SCHOOL = Path(__file__).parent.parent / "examples" / "river-lane.toml"
LIMIT_S = 30


class Typed:
    """Somebody at the command line."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def demo(self, *words: str) -> tuple[int, str, str]:
        """The exit status, and what was printed on both streams."""
        self._monkeypatch.setattr(sys, "argv", ["kiosk", "demo", *words])
        status = 0
        try:
            main()
        except SystemExit as left:
            status = int(left.code or 0)
        return status, *self._capsys.readouterr()


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    return Typed(capsys, monkeypatch)


def test_a_day_is_printed_with_its_cast_its_lists_and_its_figures(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    files = ("--school", str(SCHOOL), "--roster", str(SCHOOL.with_suffix(".csv")))
    status, out, err = typed.demo(*files, "--fast", "--days", "1", "--from", "2026-09-04")

    assert (status, err, list(tmp_path.iterdir())) == (0, "", [])
    for line in (
        "Simulated: no real door moved, and none of this happened.",
        "    Adaeze Nwosu comes late on days 1 and 3, and nobody said so",
        "Day 1, Friday 4 September 2026",
        "      8 Willow  Adaeze Nwosu",
        "      all forms: 14 in, 2 not expected, 1 not seen",
        "    No attendance record. No roll call: it tells where devices are, not people.",
        "      handed in: 15",
    ):
        assert line in out.splitlines(), line
    assert re.search(r"^The record: \d+ events, each as it was written\.$", out, re.MULTILINE)


def test_a_live_demo_decides_by_the_school_that_it_is_given(short_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "demo", "--school", str(SCHOOL)],
        env={**os.environ, "TMPDIR": str(short_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert select.select([process.stdout], [], [], LIMIT_S)[0], "the demo said nothing"
        (folder,) = short_path.iterdir()
        asked = ask(folder / "data" / "control.sock", "school_export", {})
        assert asked["text"] == SCHOOL.read_text()
        forms = ask(folder / "data" / "control.sock", "list", {"name": "not-seen"})["summary"]
        assert forms == {"8 Willow": 8, "8A": 8, "11A": 8, "all forms": 24}
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LIMIT_S) == 0
        process.stdout.close()
    assert list(short_path.iterdir()) == []


BAD = [
    (["--days", "3"], "--days: only with --fast"),
    (["--seed", "3", "--json"], "--seed, --json: only with --fast"),
    (["--from", "2026-09-07"], "--from: only with --fast"),
    (["--fast", "--port", "8080"], "--port: not with --fast"),
    (["--fast", "--days", "0"], "0 is not in the range"),
    (["--fast", "--school", "{folder}/wrong.toml"], "week 1, locked: write a time"),
    (["--school", "{folder}/wrong.toml"], "terms 1, last: write a date"),
    (["--school", "{folder}/latin.toml"], "no text in UTF-8"),
    (["--fast", "--school", "{folder}/none.toml"], "does not exist"),
    (["--fast", "--roster", "{folder}/wrong.csv"], "row 3: surname is empty"),
    (["--fast", "--roster", "{folder}/staff.csv"], "there is no pupil in the roster"),
    (
        ["--school", str(SCHOOL), "--roster", "{folder}/one.csv"],
        'nobody is in form "8 Willow"',
    ),
]


@pytest.mark.parametrize(("words", "said"), BAD)
def test_what_cannot_be_shown_is_refused_in_words(
    words: list[str], said: str, tmp_path: Path, typed: Typed
) -> None:
    (tmp_path / "wrong.toml").write_text(
        '[[week]]\ndays = ["mon"]\narrival = "08:00"\nlocked = "9"\nrelease = "15:00"\n'
        'closed = "16:00"\n[[terms]]\nname = "A"\nfirst = 2026-09-01\nlast = "soon"\n'
    )
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    head = "Admission Number,Forename,Surname,Form,Kind\n"
    (tmp_path / "wrong.csv").write_text(f"{head}1,Ana,Silva,7A,\n2,Ben,,7A,\n")
    (tmp_path / "staff.csv").write_text(f"{head}1,Ana,Silva,7A,staff\n")
    (tmp_path / "one.csv").write_text(f"{head}1,Ana,Silva,7A,\n")

    status, out, err = typed.demo(*(word.format(folder=tmp_path) for word in words))
    assert (status, out) == (2, "")
    assert said in err
