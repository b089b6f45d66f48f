"""The command line, as a person types it."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import KioskProcess, wait_until

from kiosk.errors import BadInput
from kiosk.journal import JournalDB

UID = "04A1B2C3D4E5F6"


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def with_one_pupil(kiosk: KioskProcess) -> None:
    file = kiosk.folder / "roster.csv"
    file.write_text("Admission Number,Forename,Surname,Form\n1001,Ana,Silva,7A\n")
    kiosk.cli("roster", "import", str(file))


def test_a_kiosk_at_rest_can_be_furnished_and_looked_at(kiosk: KioskProcess) -> None:
    with_one_pupil(kiosk)

    assert "Ana Silva" in kiosk.cli("card", "enrol", "1001", "--uid", UID)
    added = kiosk.cli(
        "user", "add", "office", "--role", "reception", "--password-stdin", stdin="long enough pw\n"
    )
    assert "office was added" in added
    assert kiosk.cli("status").startswith("The kiosk does not run.")
    assert kiosk.status()["counts"]["free"] == 24
    types = [json.loads(line)["type"] for line in kiosk.cli("events", "--json").splitlines()]
    assert types == ["roster_imported", "card_enrolled", "user_added"]
    assert "as it was written" in kiosk.cli("verify")


def test_a_change_after_the_fact_is_found_whether_the_kiosk_runs_or_not(
    kiosk: KioskProcess,
) -> None:
    with_one_pupil(kiosk)
    kiosk.start()
    assert kiosk.cli("verify").startswith("Every event is as it was written: ")
    kiosk.stop()
    record = JournalDB(kiosk.folder / "data" / "current.journal")
    record.table("events").update({"actor": "user:nobody"}, doc_ids=[1])
    record.close()

    assert "event 1: it was changed after the fact" in kiosk.cli("verify", status=1)
    kiosk.start()
    assert "event 1: it was changed after the fact" in kiosk.cli("verify", status=1)


def test_a_backup_of_a_running_kiosk_is_put_back_at_rest(kiosk: KioskProcess) -> None:
    with_one_pupil(kiosk)
    kiosk.start()
    file = str(kiosk.folder / "backup.tar")
    said = kiosk.cli("backup", file)
    anchor = said.split("Anchor: ")[1].strip()
    kiosk.cli("roster", "import", str(a_roster(kiosk, "1001,Anna,Silva,7A\n")))
    assert "stop the kiosk" in kiosk.cli("restore", file, status=1)
    assert "as it was made" in kiosk.cli("restore", "--check", file)
    kiosk.stop()

    assert "put back" in kiosk.cli("restore", file)
    assert "what the anchor says" in kiosk.cli("verify", "--anchor", anchor)


def test_a_person_is_forgotten_by_a_running_kiosk(kiosk: KioskProcess) -> None:
    with_one_pupil(kiosk)
    kiosk.start()
    assert "Forgotten" in kiosk.cli("person", "erase", "1001", "--yes")
    everything = b"".join(p.read_bytes() for p in (kiosk.folder / "data").rglob("*.journal"))
    assert b"Silva" not in everything
    assert kiosk.cli("export", "events").count("\n") >= 5
    assert "in use" in kiosk.cli("repair", status=1)
    kiosk.stop()
    assert "nothing was done" in kiosk.cli("repair")


def test_events_that_damage_has_taken_are_missed_by_whoever_takes_all_along(
    kiosk: KioskProcess,
) -> None:
    with_one_pupil(kiosk)
    kiosk.start()
    kiosk.cli("person", "erase", "1001", "--yes")  # which moves all so far into history
    whole = kiosk.cli("export", "events")
    segment = max((kiosk.folder / "data" / "history").glob("*.segment"), key=lambda p: p.name)
    segment.write_bytes(segment.read_bytes().replace(b'"type"', b'"tipe"', 1))

    said = kiosk.cli("export", "events", status=1)
    assert "1 of the record's events could not be read: `kiosk verify` tells" in said
    assert len(whole.splitlines()) > 3


def a_roster(kiosk: KioskProcess, rows: str) -> Path:
    file = kiosk.folder / "more.csv"
    file.write_text("Admission Number,Forename,Surname,Form\n" + rows)
    return file


def test_there_is_nothing_to_verify_before_there_is_a_record(kiosk: KioskProcess) -> None:
    assert "there is no record at" in kiosk.cli("verify", status=1)
    assert not (kiosk.folder / "data").exists()


def test_a_lost_card_is_replaced_or_blocked(kiosk: KioskProcess) -> None:
    with_one_pupil(kiosk)
    kiosk.cli("card", "enrol", "1001", "--uid", UID)
    kiosk.cli("card", "enrol", "1001", "--uid", "04A1B2C3D4E5F7", "--keep-others")
    kiosk.cli("card", "enrol", "1001", "--uid", "04A1B2C3D4E5F8")

    assert kiosk.cli("card", "block", "1001") == "Ana Silva: 1 card blocked.\n"
    assert kiosk.cli("card", "block", "1001") == "Ana Silva has no card that works.\n"
    assert "nobody on the roster" in kiosk.cli("card", "block", "9", status=2)


def test_staff_state_what_became_of_a_device(kiosk: KioskProcess) -> None:
    (uid,) = kiosk.enrol(1)
    kiosk.tap(uid)
    kiosk.finish(1, "deposited")

    told = kiosk.cli("person", "state", "0", "given")
    assert told == "Pupil0 Test, cubby 1: given to its owner.\n"
    again = kiosk.cli("person", "state", "0", "given", status=2)
    assert "nothing is kept for Pupil0 Test" in again


def test_a_kiosk_whose_keys_lie_in_its_data_is_refused(kiosk: KioskProcess) -> None:
    keys_in_data = ("--data", str(kiosk.folder))

    assert "keep the keys apart" in kiosk.cli("check", *keys_in_data, status=2)
    assert "keep the keys apart" in kiosk.cli("run", *keys_in_data, status=2)
    assert "keep the keys apart" in kiosk.cli(
        "check", "--data", str(kiosk.folder / "keys"), status=2
    )


def test_bad_arguments_are_told_in_words_and_the_daemon_goes_on(kiosk: KioskProcess) -> None:
    kiosk.start()
    for verb, args in (("card_enrol", {"admission": 1}), ("sim", {"hand": "open"})):
        with pytest.raises(BadInput):
            kiosk.ask(verb, **args)

    assert kiosk.ask("status")["health"]["ready"] is True


def test_the_same_verbs_reach_a_running_daemon(kiosk: KioskProcess) -> None:
    kiosk.start()
    with_one_pupil(kiosk)
    kiosk.cli("card", "enrol", "1001", "--uid", UID)
    kiosk.cli("sim", "tap", UID)
    wait_until(lambda: kiosk.state(1) == "open", "the door")
    wait_until(lambda: not kiosk.world().lines_on(), "the pulse ends; until then no door latches")
    kiosk.cli("sim", "close", "1")
    wait_until(lambda: kiosk.state(1) == "in", "the deposit")

    assert "ready" in kiosk.cli("status")
    assert "Handed in" in kiosk.cli("events")
    assert "Cubby 1 is being opened" in kiosk.cli("cubby", "open", "1", "--reason", "medical")


def test_a_door_cannot_be_opened_while_the_kiosk_rests(kiosk: KioskProcess) -> None:
    assert "no running kiosk" in kiosk.cli("cubby", "open", "1", "--reason", "other", status=1)


def test_a_bad_roster_changes_nothing_and_every_fault_is_told(kiosk: KioskProcess) -> None:
    file = kiosk.folder / "bad.csv"
    file.write_text("Admission Number,Forename,Surname\n1,Ana,\n1,Ben,Lister\n")

    told = kiosk.cli("roster", "import", str(file), status=2)

    assert "row 2: surname is empty" in told
    assert "row 3: admission number 1 stands in the file twice" in told
    assert kiosk.cli("events") == ""


@pytest.mark.parametrize(
    ("args", "words", "status"),
    [
        (("card", "enrol", "9", "--uid", UID), "nobody on the roster", 2),
        (("card", "enrol", "1001", "--uid", "04A1"), "another card profile may fit", 2),
        (("card", "enrol", "1001", "--uid", "xyz"), "other signs than hexadecimal digits", 2),
        (("card", "enrol", "1001", "--uid", "08A1B2C3"), "made up anew at each tap", 2),
        (("key", "new"), "not replaced", 2),
        (("sim", "tap", UID), "no running kiosk", 1),
        (("roster", "import", "none.csv"), "No such file", 2),
        (("backup", "/nowhere/x.tar"), "/nowhere is no folder that is there", 2),
        (("support-bundle", "/nowhere/x"), "/nowhere is no folder that is there", 2),
        (("status", "--config", "none.toml"), "name yours with --config", 2),
        (("cubby", "round", "pause"), "no cubbies are being opened one after another", 2),
        (("fly",), "No such command", 2),
        (("user", "add", "x", "--role", "king"), "king", 2),
    ],
)
def test_wrong_use_is_told_in_words(
    kiosk: KioskProcess, args: tuple[str, ...], words: str, status: int
) -> None:
    with_one_pupil(kiosk)

    assert words in kiosk.cli(*args, status=status)


def test_a_weak_password_is_refused(kiosk: KioskProcess) -> None:
    add = ("user", "add", "office", "--role", "reception", "--password-stdin")

    assert "at least 12" in kiosk.cli(*add, stdin="short\n", status=2)
    assert "without your name" in kiosk.cli(*add, stdin="my office 2026\n", status=2)


def test_a_user_is_changed_only_when_it_is_said(kiosk: KioskProcess) -> None:
    add = ("user", "add", "office", "--role", "reception", "--password-stdin")
    kiosk.cli(*add, stdin="long enough pw\n")

    assert "there is a user office already" in kiosk.cli(*add, stdin="another good pw\n", status=2)
    assert "was changed" in kiosk.cli(*add, "--change", stdin="another good pw\n")


def test_without_a_terminal_a_password_is_asked_for_on_standard_input(kiosk: KioskProcess) -> None:
    told = kiosk.cli("user", "add", "office", "--role", "reception", status=2)
    assert "send it as one line on standard input, with --password-stdin" in told
    assert "Warning" not in told


def test_what_a_running_kiosk_cannot_use_is_told_in_words(kiosk: KioskProcess) -> None:
    kiosk.start()
    junk = kiosk.folder / "junk.tar"
    junk.write_text("no backup")

    assert "there is no simulated part nope" in kiosk.cli("sim", "faults", "nope", status=2)
    assert "nobody on the roster" in kiosk.cli("card", "enrol", "9", status=2)
    assert "is no backup of a kiosk" in kiosk.cli("restore", str(junk), status=2)


def test_a_port_that_is_taken_is_told_with_what_to_do(kiosk: KioskProcess) -> None:
    config = kiosk.folder / "config.toml"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))
        told = kiosk.cli("run", status=1)
    assert f"the pages cannot be served on 127.0.0.1, port {port}: another program or" in told
    assert "See [web] of the config" in told


def test_check_looks_at_the_keys_too(kiosk: KioskProcess) -> None:
    (kiosk.folder / "keys" / "card.key").chmod(0o644)

    assert "chmod 600" in kiosk.cli("check", status=2)


def test_check_explains_a_good_config_and_lists_every_fault_of_a_bad_one(
    kiosk: KioskProcess,
) -> None:
    assert "24 cubbies in rows of 6" in kiosk.cli("check")
    config = kiosk.folder / "config.toml"
    config.write_text(config.read_text().replace("columns = 6", "columns = 0\ncolour = 1"))

    told = kiosk.cli("check", status=2)

    assert "cabinet.columns" in told
    assert "cabinet.colour: there is no such key" in told


def test_check_lists_what_is_wrong_with_wiring_keys_and_certificate_at_once(
    kiosk: KioskProcess,
) -> None:
    config = kiosk.folder / "config.toml"
    no_loopback = 'port = 0\nhost = "0.0.0.0"\ntrusted_hosts = ["kiosk.local"]'
    text = config.read_text().replace("port = 0", no_loopback)
    config.write_text(text.replace('backend = "gpio"', 'backend = "kerong"'))
    (kiosk.folder / "keys" / "card.key").chmod(0o644)

    told = kiosk.cli("check", status=2)

    assert "lock 24 (cubby 24) is out of range: 1 to 16" in told
    assert "chmod 600" in told
    assert "make it with `kiosk key tls`" in told


def test_check_says_that_a_school_file_rules(kiosk: KioskProcess) -> None:
    assert "school file rules" not in kiosk.cli("check")
    kiosk.cli("school", "import", "examples/river-lane.toml")

    assert "A school file rules (version 1, `kiosk school export`)" in kiosk.cli("check")


def test_real_hardware_that_is_not_there_is_an_error_never_a_simulation(
    kiosk: KioskProcess,
) -> None:
    config = kiosk.folder / "config.toml"
    config.write_text(config.read_text().replace("simulated = true", "", 1))

    told = kiosk.cli("run", status=1)

    assert len(told.strip().splitlines()) == 1
    assert "apt" in told


def test_a_card_is_read_through_a_running_kiosk(kiosk: KioskProcess) -> None:
    kiosk.start()
    reading = kiosk.spawn("card", "read", "--json", "--timeout", "20")
    kiosk.tap_until(lambda: reading.poll() is not None, UID)

    assert reading.stdout is not None
    assert json.loads(reading.stdout.read()) == {
        "uid": UID,
        "length": 7,
        "kind": "iso14443a",
        "sak": 0,
        "atqa": "4400",
        "random": False,
    }
    reading.stdout.close()


def test_the_reader_of_a_kiosk_at_rest_is_opened_to_read_a_card(kiosk: KioskProcess) -> None:
    assert "no card within 0.2 s" in kiosk.cli("card", "read", "--timeout", "0.2", status=1)


def test_a_card_is_enrolled_by_tapping_it_twice(kiosk: KioskProcess) -> None:
    with_one_pupil(kiosk)
    kiosk.start()
    enrolling = kiosk.spawn("card", "enrol", "1001")
    assert enrolling.stdout is not None
    assert enrolling.stdout.readline() == "Tap the new card.\n"
    kiosk.tap(UID)
    assert enrolling.stdout.readline() == "Tap it again.\n"
    kiosk.tap_until(lambda: enrolling.poll() is not None, UID)

    assert enrolling.stdout.read() == "The card now belongs to Ana Silva.\n"
    assert enrolling.wait(timeout=20) == 0
    enrolling.stdout.close()


def test_everybody_on_the_roster_of_a_simulated_kiosk_is_given_a_card_to_tap(
    kiosk: KioskProcess,
) -> None:
    with_one_pupil(kiosk)
    kiosk.start()

    (line,) = kiosk.cli("sim", "cards").splitlines()

    uid, number, form, *name = line.split()
    assert (number, form, name) == ("1001", "7A", ["Ana", "Silva"])
    assert kiosk.ask("sim_cards")["new"] == 0
    assert kiosk.tap(uid)["reason"] == "deposit"
