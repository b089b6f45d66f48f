"""Whether what a kiosk is made of is behind its releases: what is compared with what."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.version import Version

from requirements import overdue
from requirements.overdue import behind, chosen, locked, newest, vendored

ROOT = Path(__file__).parent.parent
LIST = """\
flask==3.1.3 \\
    --hash=sha256:00
    # via phone-kiosk
Flask_WTF==1.3.0 ; python_version >= "3.11" \\
    --hash=sha256:01
"""
LOCKED = {"flask": Version("3.1.3"), "flask-wtf": Version("1.3.0")}
BEFORE = datetime(2026, 11, 16, tzinfo=UTC)


def test_a_list_is_read_with_the_names_that_pip_uses() -> None:
    assert locked([LIST, "flask==3.1.3 \\\n"]) == LOCKED


def test_every_list_of_a_kiosk_is_looked_over() -> None:
    lists = {path.name for path in (ROOT / "requirements").glob("*.txt")}
    assert set(overdue.LISTS) == lists - {"audit.txt", "mutants.txt", "test.txt"}
    packages = locked((ROOT / "requirements" / name).read_text() for name in overdue.LISTS)
    assert packages.keys() >= {"flask", "tinydb", "cheroot", "gpiozero", "mfrc522", "apprise"}
    assert vendored((ROOT / overdue.VENDORED).read_text()).keys() == {"bootstrap", "htmx.org"}


def test_what_pip_would_install_is_read_from_its_report() -> None:
    report = {"install": [{"metadata": {"name": "Flask", "version": "3.2.0"}}]}
    assert chosen(report) == {"flask": Version("3.2.0")}


def test_the_newest_of_npm_is_neither_a_trial_nor_too_young() -> None:
    times = {
        "created": "2020-01-01T00:00:00.000Z",
        "4.0.0": "2026-09-14T17:55:01.815Z",
        "2.0.11": "2026-09-23T00:04:38.682Z",
        "4.1.0-beta1": "2026-11-01T00:00:00.000Z",
        "4.0.1": "2026-11-17T00:00:00.000Z",
    }
    assert newest(times, BEFORE) == Version("4.0.0")


def test_only_what_is_older_than_what_is_on_offer_is_behind() -> None:
    on_offer = {"flask": Version("3.2.0"), "flask-wtf": Version("1.2.9")}
    assert behind(LOCKED, on_offer) == ["flask 3.1.3 is behind 3.2.0"]
    assert behind(LOCKED, LOCKED) == []


def test_a_package_that_nobody_offers_is_an_error() -> None:
    with pytest.raises(KeyError, match="flask"):
        behind(LOCKED, {"flask": Version("3.1.3")})


@pytest.mark.parametrize(("flask", "code"), [("0.1", 0), ("99", 1)])
def test_it_ends_with_one_when_something_is_behind(
    mocker, capsys: pytest.CaptureFixture[str], flask: str, code: int
) -> None:
    packages = locked((ROOT / "requirements" / name).read_text() for name in overdue.LISTS)
    names = {name: str(version) for name, version in packages.items()} | {"flask": flask}
    report = {"install": [{"metadata": {"name": n, "version": v}} for n, v in names.items()]}

    def answer(command, **_):
        found = {"0.1.0": "2020-01-01T00:00:00Z"} if command[0] == "npm" else report
        return mocker.Mock(stdout=json.dumps(found).encode())

    run = mocker.patch("requirements.overdue.subprocess.run", side_effect=answer)
    with pytest.raises(SystemExit) as end:
        overdue.main()
    assert end.value.code == code
    told = capsys.readouterr().out
    assert f"looked at, {code} behind" in told
    assert ("flask" in told) is bool(code)
    assert all(call.kwargs["check"] for call in run.call_args_list)
