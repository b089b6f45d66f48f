"""`kiosk demo` as a process: what it prints, and that nothing is left of it."""

import os
import re
import select
import signal
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.demo.invented import PUPILS
from kiosk.demo.live import as_toml, first_bell
from kiosk.demo.school import demo_settings, invented_school

LIMIT_S = 30


@pytest.fixture
def demo(short_path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "demo"],
        env={**os.environ, "TMPDIR": str(short_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(timeout=LIMIT_S)
    assert process.stdout is not None
    process.stdout.close()


def greeting(demo: "subprocess.Popen[str]") -> str:
    assert demo.stdout is not None
    assert select.select([demo.stdout], [], [], LIMIT_S)[0], "the demo said nothing"
    return "".join(demo.stdout.readline() for _ in range(4))


def test_ctrl_c_leaves_no_process_and_no_file(
    demo: "subprocess.Popen[str]", short_path: Path
) -> None:
    told = greeting(demo)
    address = re.search(r"http://127\.0\.0\.1:\d+", told)
    assert address is not None
    assert re.search(r"password +\S{12}", told)
    assert len(list(short_path.iterdir())) == 1
    children = children_of(demo.pid)
    assert len(children) == 1  # the guard
    with urllib.request.urlopen(f"{address[0]}/healthz", timeout=LIMIT_S) as answer:
        assert b'"simulated":true' in answer.read().replace(b" ", b"")
    config = re.search(r"commands .* VERB (--config \S+)", told)
    assert config is not None
    for verb, said in (("status", "simulated, ready"), ("verify", "as it was written")):
        assert said in answered(verb, *config[1].split())

    demo.send_signal(signal.SIGINT)

    assert demo.wait(timeout=LIMIT_S) == 0
    assert list(short_path.iterdir()) == []
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def answered(*typed: str) -> str:
    """What a command of the demo's says, wherever it is typed."""
    command = [sys.executable, "-m", "kiosk", *typed]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, cwd="/")
    return done.stdout + done.stderr


def test_the_demos_config_says_as_a_file_what_it_is(tmp_path: Path) -> None:
    said = demo_settings(tmp_path, 40, name='St "Ann"’s \\ Ünited')
    assert tomllib.loads(as_toml(said)) == said


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_the_invented_cards_are_all_different_and_some_share_their_first_bytes() -> None:
    uids = [uid for _, _, _, uid in PUPILS]

    assert len(set(uids)) == len(PUPILS) == 12
    assert {len(uid) // 2 for uid in uids} == {4, 7, 10}
    assert len({uid[:6] for uid in uids}) < len(uids)


@pytest.mark.parametrize(
    ("now", "bell"),
    [
        (datetime(2026, 11, 22, 9, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        (datetime(2026, 7, 4, 9, 0, tzinfo=UTC), datetime(2026, 7, 6, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_demo_begins_while_pupils_arrive(now: datetime, bell: datetime) -> None:
    assert first_bell(now, invented_school().timetable) == bell
