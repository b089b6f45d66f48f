"""An ordinary year, its troubles: power, network, a stolen card, and two who claim one phone."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import LOCKED, RELEASE, KioskProcess, wait_until
from storytelling import School, admission

from kiosk.events import Reason
from kiosk.messages.commands import Override


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


@pytest.mark.timeout(120)
def test_a_power_cut_at_five_past_three(kiosk: KioskProcess) -> None:
    """The power failed just as the fourth pupil put a phone in, five minutes before release. By the
    key and the list that was printed after arrival two of us gave the first pupil his phone, who
    had a train to catch. When the light was back the kiosk knew what it had known, and that it did
    not know what was behind the fourth door. The second had hers before we had even sat down. We
    entered the key as one act; whatever we did not tell about became uncertain, and opened for its
    owners all the same. At the end we looked into every other cubby, and all was certain again."""
    kiosk.configure(LOCKED, cubbies=6)
    uids = kiosk.enrol(4)
    add = ("user", "add", "--role", "reception", "--password-stdin")
    for name in ("Rosa", "Nora"):
        kiosk.cli(*add, name, stdin="three words more\n")
    doors = [use_door(kiosk, uid, "deposited") for uid in uids[:3]]
    printed = kiosk.cli("list", "holders")
    assert all(f"Pupil{number} Test" in printed for number in range(3))

    fourth = int(kiosk.tap(uids[3])["cubby"])
    wait_until(lambda: kiosk.state(fourth) == "open", "the fourth door open")
    kiosk.kill()
    world = kiosk.world()
    world.close_door(fourth, time.monotonic_ns())  # in the dark
    world.open_door(doors[0], time.monotonic_ns())  # with the key
    world.close_door(doors[0], time.monotonic_ns())

    kiosk.configure(RELEASE, cubbies=6)
    kiosk.start()
    assert [kiosk.state(door) for door in doors] == ["in", "in", "in"]
    (unsure,) = kiosk.ask("reconcile")["cubbies"]
    assert (unsure["number"], unsure["why"]) == (fourth, "interrupted")
    assert use_door(kiosk, uids[1], "door_closed") == doors[1]

    told = kiosk.ask("key_used", by=["Rosa", "Nora"], given=[doors[0]], note="power cut")
    assert len(told["cubbies"]) == 5  # all but the one of which we told
    assert kiosk.tap(uids[0])["reason"] == "nothing_here"
    assert use_door(kiosk, uids[2], "door_closed") == doors[2]
    assert use_door(kiosk, uids[3], "door_closed") == fourth
    for one in kiosk.ask("reconcile")["cubbies"]:
        kiosk.ask("cubby_open", number=one["number"], reason="cubby_check")
        kiosk.finish(one["number"], "door_closed")
        kiosk.ask("reconcile_say", number=one["number"], what=["empty"])
    assert kiosk.ask("reconcile") == {"cubbies": [], "missing": []}
    assert kiosk.ask("status")["counts"]["free"] == 6
    assert kiosk.cli("verify").startswith("Every event is as it was written: ")


def use_door(kiosk: KioskProcess, uid: str, kind: str) -> int:
    cubby = int(kiosk.tap(uid)["cubby"])
    kiosk.finish(cubby, kind)
    return cubby


def test_after_a_power_cut_nobody_knows_the_time(school: School) -> None:
    """The kiosk has no clock of its own that goes on without power, and the network was still down.
    It took phones in, gave Fay hers, who needs it, and asked all others to wait. Two of us who
    looked at the time that it showed held our cards to it, and then it was afternoon."""
    school.staff("Nora", "exempt", admission=admission("Fay"), kind="medical", effect="always")
    doors = school.hand_in("Ana", "Fay")
    school.at("15:05")
    school.switch_off()
    school.wait_in_the_dark(minutes=15)
    school.switch_on(clock_is_right=False)

    assert school.tap("Ana") == "Ask the office"
    assert school.why("Ana") == "the clock is not trusted"
    assert school.uses_door("Fay") == doors["Fay"]
    assert school.tap("Ben").startswith("Put phone in. Door ")
    school.shut((school.open_doors or {0}).pop())

    assert school.tap("Hugo") == "Is it 15:20? Second card"
    assert school.tap("Rosa") == "Done"
    assert school.record()[-1] == "Clock confirmed"
    assert school.uses_door("Ana") == doors["Ana"]


def test_the_network_is_down(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digger cut the cable for a whole day. At the kiosk nobody noticed: phones went in and came
    out, Fay had hers at eleven, a teacher's card opened Cal's cubby when his own card was with his
    father, and nothing in the machine even tried to reach anybody."""
    tried: list[object] = []
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, lambda *args: tried.append(args) or unreachable())
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: tried.append(args))
    school.staff("Nora", "exempt", admission=admission("Fay"), kind="medical", effect="always")
    doors = school.hand_in()
    school.at("11:00")
    assert school.uses_door("Fay") == school.uses_door("Fay") == doors["Fay"]
    assert school.tap("Ana") == "Not yet. 15:10"
    assert school.tap("Hugo") == "Staff: tap second card"
    assert school.tap("Cal") == f"Take your phone. Door {doors['Cal']}"
    school.shut(doors["Cal"])
    school.at("15:10")
    for name in doors.keys() - {"Cal"}:
        assert school.uses_door(name) == doors[name]
    assert tried == []


def unreachable() -> int:
    raise OSError("Network is unreachable")


def test_a_staff_card_is_stolen(school: School) -> None:
    """Hugo's bag was taken from the staff room at lunch, with his card in it. Somebody opened Ana's
    cubby with it at ten past one. The office blocked the card the minute he told them: it opened
    nothing from then on, he was signed out wherever he had been signed in, and the openings since
    noon were on the sheet, Ana's by name. We looked into her cubby: the phone was there."""
    door = school.hand_in("Ana", "Ben")["Ana"]
    pages = school.browser("Hugo")
    assert pages.get("/").status_code == 200
    school.at("13:10")
    school.tap("Hugo")  # whoever it was
    school.tap("Ana")
    assert school.open_doors == {door}
    school.shut(door)
    assert "opened_at_kiosk" in school.alerts()

    school.at("13:20")
    assert "another role" in school.refuses("Hugo", "card_block", admission=admission("Hugo"))
    told = school.staff("Rosa", "card_block", admission=admission("Hugo"), since="12:00")
    assert (told["blocked"], [(o["cubby"], o["whose"]) for o in told["openings"]]) == (
        1,
        [(door, "Ana Silva")],
    )
    assert pages.get("/").status_code == 302  # to the sign-in page
    assert school.tap("Hugo") == "Ask the office"
    assert school.tap("Ben") == "Not yet. 15:10"
    assert school.open_doors == set()

    ana = school.person("Ana").id
    assert school.page(Override(school.user("Rosa"), door, ana, Reason.WELFARE_CHECK)).granted
    school.shut(door)
    school.states("Rosa", "Ana", Reason.INSIDE)
    assert school.where("Ana") == f"cubby {door}"
    assert school.browser("Hugo").get("/").status_code == 200  # his password was never in the bag


def test_two_claim_one_phone(school: School) -> None:
    """Dee said that the black phone in Cal's cubby was hers, he had taken it at break; Cal said
    that it was his. From then on it opened for neither. Both were called in, the cubby was opened,
    and Dee unlocked it with her thumb; nobody looked at anything on it. It is Dee's, by the record
    too, and she took it home."""
    door = school.hand_in("Cal")["Cal"]
    school.at("12:00")
    school.staff("Rosa", "dispute", admission=admission("Cal"), claimant=admission("Dee"))
    assert school.list("held") == ["Cal Reed"]
    school.at("15:20")
    assert school.tap("Cal") == "Ask the office"
    assert school.open_doors == set()

    cal = school.person("Cal").id
    open_it = Override(school.user("Rosa"), door, cal, Reason.OTHER, "to see whose it is", "d4")
    assert school.page(open_it).reason is Reason.HELD
    head = Override(school.user("Nora"), door, cal, Reason.OTHER, "to see whose it is", "d5")
    assert school.page(head).granted
    school.shut(door)
    settled = {"admission": admission("Cal"), "owner": admission("Dee")}
    assert school.staff("Rosa", "dispute_settle", **settled)["person"] == "Dee Okoro"
    school.states("Nora", "Dee", Reason.INSIDE)
    assert (school.where("Cal"), school.where("Dee")) == ("with its owner", f"cubby {door}")
    assert school.uses_door("Dee") == door
    assert school.list("held") == []
