"""`kiosk run` as a process: killed, stopped, hung, and started again."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import LOCKED, RELEASE, KioskProcess, wait_until

MS = 1_000_000


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


def hand_in(kiosk: KioskProcess, uid: str) -> int:
    cubby = int(kiosk.tap(uid)["cubby"])
    kiosk.finish(cubby, "deposited")
    return cubby


@pytest.mark.timeout(120)
def test_twenty_pupils_hand_in_through_a_kill_and_collect_what_was_acknowledged(
    kiosk: KioskProcess,
) -> None:
    uids = kiosk.enrol(20)
    acknowledged = {uid: hand_in(kiosk, uid) for uid in uids[:10]}
    in_the_middle = kiosk.tap(uids[10])["cubby"]
    kiosk.kill()

    kiosk.start()
    cubbies = {c["number"]: c["state"] for c in kiosk.ask("status")["cubbies"]}
    assert {c: cubbies[c] for c in acknowledged.values()} == dict.fromkeys(
        acknowledged.values(), "in"
    )
    assert cubbies[in_the_middle] in ("unknown", "open")
    kiosk.hand("close", cubby=in_the_middle)
    wait_until(lambda: kiosk.state(in_the_middle) == "unknown", "the door is shut")
    assert hand_in(kiosk, uids[10]) == in_the_middle
    acknowledged |= {uid: hand_in(kiosk, uid) for uid in uids[11:]}
    assert len(set(acknowledged.values())) == 19
    kiosk.stop()

    kiosk.configure(LOCKED)
    kiosk.start()
    assert kiosk.tap(uids[0])["reason"] == "not_yet"
    kiosk.stop()

    kiosk.configure(RELEASE)
    kiosk.start()
    for uid in uids:
        tap = kiosk.tap(uid)
        assert (tap["reason"], tap["cubby"]) == (
            "collect",
            acknowledged.get(uid, in_the_middle),
        )
        kiosk.finish(tap["cubby"], "door_closed")
    assert kiosk.ask("status")["counts"]["free"] == 24
    assert kiosk.cli("verify").startswith("Every event is as it was written: ")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_line_is_off_within_100_ms_of_a_kill_or_a_stop_in_mid_pulse(
    kiosk: KioskProcess, number: signal.Signals
) -> None:
    kiosk.configure(pulse_s=1.0)
    (uid,) = kiosk.enrol(1)
    cubby = int(kiosk.tap(uid)["cubby"])
    world = kiosk.world()
    wait_until(lambda: world.state(cubby).is_on, "the line is on")

    at = kiosk.kill_and_see() if number == signal.SIGKILL else kiosk.signal(number)

    wait_until(lambda: not world.state(cubby).is_on, "the line is off")
    assert world.state(cubby).off_at_ns - at < 100 * MS
    kiosk.wait()


def test_a_kiosk_that_freezes_in_mid_pulse_is_ended_before_the_coils_ceiling(
    kiosk: KioskProcess,
) -> None:
    kiosk.configure(pulse_s=1.0)
    (uid,) = kiosk.enrol(1)
    cubby = int(kiosk.tap(uid)["cubby"])
    world = kiosk.world()
    wait_until(lambda: world.state(cubby).is_on, "the line is on")

    kiosk.signal(signal.SIGSTOP)

    wait_until(lambda: not world.state(cubby).is_on, "the line is off")
    state = world.state(cubby)
    assert state.off_at_ns - state.on_at_ns < 1500 * MS
    kiosk.wait()


def test_the_units_stop_hook_turns_off_what_daemon_and_guard_have_left_on(
    kiosk: KioskProcess,
) -> None:
    kiosk.start()
    kiosk.stop()
    world = kiosk.world()
    world.switch(3, True, 1)

    kiosk.cli("all-off")

    assert world.lines_on() == frozenset()


def test_a_stop_leaves_no_process_no_socket_and_an_event(kiosk: KioskProcess) -> None:
    kiosk.start()
    assert (kiosk.folder / "data" / "control.sock").exists()

    assert kiosk.stop() == 0
    assert not (kiosk.folder / "data" / "control.sock").exists()
    assert "kiosk_stopped" in kiosk.cli("events", "--json")
    kiosk.start()


def test_a_second_daemon_on_the_same_data_is_refused(kiosk: KioskProcess) -> None:
    kiosk.start()

    assert "in use" in kiosk.cli("run", status=1)
    assert kiosk.ask("status")["health"]["ready"] is True


def test_two_cards_of_one_batch_are_two_pupils(kiosk: KioskProcess) -> None:
    ana, ben = kiosk.enrol(2)
    assert ana[:6] == ben[:6]

    first, second = kiosk.tap(ana), kiosk.tap(ben)

    assert first["person"] != second["person"]
    assert (first["granted"], second["granted"]) == (True, True)


def test_two_known_cards_at_once_are_refused(kiosk: KioskProcess) -> None:
    ana, ben = kiosk.enrol(2)
    kiosk.hand("place", uid=ana)
    kiosk.hand("place", uid=ben)

    wait_until(lambda: "two_cards" in [e.get("reason") for e in kiosk.events("tapped")], "refusal")


def test_a_card_left_lying_is_one_tap(kiosk: KioskProcess) -> None:
    (uid,) = kiosk.enrol(1)
    kiosk.hand("place", uid=uid)
    wait_until(lambda: kiosk.events("tapped"), "the tap")
    kiosk.finish(1, "deposited")
    kiosk.hand("lift", uid=uid)

    assert len(kiosk.events("tapped")) == 1


def test_an_unplugged_reader_is_an_alert_until_it_is_plugged_in_again(
    kiosk: KioskProcess,
) -> None:
    kiosk.start()
    kiosk.fault("reader", "unplugged")
    wait_until(lambda: kiosk.ask("status")["health"]["reader"] != "ok", "reader lost")

    kiosk.fault("reader", "unplugged", on=False)
    wait_until(lambda: kiosk.ask("status")["health"]["reader"] == "ok", "reader back")


def test_a_jammed_door_gets_the_pupil_another_cubby(kiosk: KioskProcess) -> None:
    (uid,) = kiosk.enrol(1)
    kiosk.fault("cubby 1", "jammed")

    assert kiosk.tap(uid)["cubby"] == 1
    wait_until(lambda: kiosk.state(2) == "open", "cubby 2")
    assert kiosk.state(1) == "fault"


def test_a_cabinet_is_not_made_smaller_round_a_device(kiosk: KioskProcess) -> None:
    uids = kiosk.enrol(2)
    for uid in uids:
        hand_in(kiosk, uid)
    kiosk.stop()
    kiosk.configure(cubbies=1)

    assert "cubby 2 holds a device" in kiosk.cli("run", status=2)
    assert "in" in kiosk.cli("status")


def test_the_data_needs_the_keys_it_was_made_with(kiosk: KioskProcess) -> None:
    kiosk.enrol(1)
    kiosk.stop()
    (kiosk.folder / "keys" / "card.key").unlink()

    assert "was made with it: bring back its backup" in kiosk.cli("run", status=2)


def test_a_start_that_fails_after_the_pages_were_bound_says_why_and_ends(
    kiosk: KioskProcess,
) -> None:
    data = kiosk.folder / ("d" * 120)

    told = kiosk.cli("run", "--data", str(data), status=1)

    assert "choose a shorter data folder" in told
    assert "Traceback" not in told
    assert kiosk.status()["counts"]["free"] == 24


def test_a_torn_line_of_the_record_is_set_aside_and_told(kiosk: KioskProcess) -> None:
    kiosk.start()
    kiosk.stop()
    with (kiosk.folder / "data" / "current.journal").open("ab") as record:
        record.write(b"a line that was tor")

    kiosk.start()

    assert "bytes of a torn line were set aside in" in kiosk.log()


def test_a_daemon_whose_guard_was_killed_ends_to_be_started_anew(kiosk: KioskProcess) -> None:
    kiosk.start()
    kiosk.kill_guard()

    assert kiosk.wait() == 1
    assert "its guard is gone" in kiosk.log()
    assert kiosk.cli("events", "--json").count("kiosk_stopped") == 1
