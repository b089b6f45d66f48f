"""Whom the kiosk runs as, and what that user may open."""

from pathlib import Path

import pytest
from doctor_fixtures import DATA, KEYS, KIOSK, Bench

from hardware.doctor import Finding, Subject, Verdict
from hardware.doctor.access import READ, WRITE, User, device, find_user
from hardware.doctor.machine import Node

UNIT = "/etc/systemd/system/kiosk.service"


@pytest.fixture
def pi(tmp_path: Path) -> Bench:
    return Bench.pi(tmp_path)


@pytest.mark.parametrize(
    ("node", "wanted", "may"),
    [
        (Node(7, 0, 0o600), READ | WRITE, True),
        (Node(7, 8, 0o060), READ, False),  # the owner's bits count, not the group's
        (Node(0, 8, 0o660), READ | WRITE, True),
        (Node(0, 8, 0o640), READ | WRITE, False),
        (Node(0, 8, 0o640), READ, True),
        (Node(0, 9, 0o660), READ, False),
        (Node(0, 9, 0o666), READ | WRITE, True),
    ],
)
def test_owner_group_and_others_have_their_bits(node: Node, wanted: int, may: bool) -> None:
    assert User(7, "seven", frozenset({8})).may(node, wanted) is may


def test_root_may_everything() -> None:
    assert User(0, "root", frozenset()).may(Node(1, 1, 0))


def test_a_user_is_found_by_number_and_by_name_with_all_groups(pi: Bench) -> None:
    pi.add("/etc/group", "video:x:44:ana,kiosk\nsound:x:45:kiosker\n")
    user = User(KIOSK, "kiosk", frozenset({KIOSK, 44}))
    assert find_user(pi.machine(), KIOSK) == find_user(pi.machine(), "kiosk") == user
    more = find_user(pi.machine(), "kiosk", ["spi", "nonsense"])
    assert more is not None
    assert more.groups == {KIOSK, 44, 989}


def test_a_number_without_a_name_is_a_user_and_a_name_without_a_number_none(pi: Bench) -> None:
    assert find_user(pi.machine(), 4711) == User(4711, "4711", frozenset())
    assert find_user(pi.machine(), "nobody-here") is None
    assert (pi.subject().name_of(KIOSK), pi.subject().name_of(4711)) == ("kiosk", "4711")


def test_rows_that_are_none_are_passed_over(pi: Bench) -> None:
    pi.write("/etc/passwd", "kiosk\nkiosk:x:one:2:::\nkiosk:x:5\nkiosk:x:6:7\n")
    pi.write("/etc/group", "spi:x\ngpio:x:four\ni2c:x:9\n")
    assert find_user(pi.machine(), "kiosk", ["spi", "gpio", "i2c"]) == User(
        6, "kiosk", frozenset({7, 9})
    )


def test_a_device_is_there_and_open_to_the_user_or_says_what_to_do(pi: Bench) -> None:
    def told(path: str, user: User) -> Finding:
        return device(pi.machine(), user, "SPI", path, "spi", "turn it on")

    member, stranger = User(5, "ana", frozenset({989})), User(5, "ana", frozenset())
    assert told("/dev/spidev0.0", member).verdict is Verdict.OK
    assert told("/dev/spidev0.9", member) == Finding.fault(
        "SPI", "/dev/spidev0.9 is not there", "turn it on"
    )
    refused = told("/dev/spidev0.0", stranger)
    assert refused.verdict is Verdict.FAULT
    assert "usermod -aG spi ana" in refused.hint


def test_the_units_user_counts_on_the_units_data_with_the_units_groups(pi: Bench) -> None:
    subject = pi.subject()
    assert (subject.user.name, subject.is_the_units) == ("kiosk", True)
    assert 989 in subject.user.groups


def test_on_other_data_their_owner_counts(pi: Bench) -> None:
    pi.nodes["/home/ana/data"] = Node(1000, 1000, 0o700)
    settings = pi.subject().settings
    subject = Subject.of(pi.machine(), settings, data=Path("/home/ana/data"), keys=KEYS)
    assert (subject.user.uid, subject.is_the_units) == (1000, False)


def test_without_data_whoever_asks_counts(pi: Bench) -> None:
    pi.remove(UNIT)
    del pi.nodes[str(DATA)]
    pi.uid = 33
    assert pi.subject().user.uid == 33


def test_a_unit_that_names_nobody_runs_as_root(pi: Bench) -> None:
    pi.write(UNIT, "[Service]\nStateDirectory=kiosk\n")
    assert pi.subject().user.uid == 0
